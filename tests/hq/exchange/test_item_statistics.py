"""The list of item statistics: the newest snapshot of each paper, and again when it is computed."""

import csv
import io
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete

from kiosk.settings import read_text, resource
from sync.hq.accounts.tokens import Limits
from sync.hq.persistence.statistics_tables import statistics_items, statistics_runs
from tests.hq.desk import BY, CODE, PROGRAMME, Desk
from tests.hq.exchange.reports import Office, deliver
from tests.hq.statistics.sat import two_centres

PATH = "/item-statistics"
PAPER = "1"


@pytest.fixture
def office(desk: Desk, client: FlaskClient) -> Office:
    return Office(desk, client)


def compute(desk: Desk) -> str:
    """Compute the snapshot of the desk's paper; its id."""
    return desk.hq.statistics.compute(desk.sitting, PAPER, BY).id


def walk(office: Office, path: str) -> list[dict[str, Any]]:
    """All entries of a list, page by page."""
    found, page = list[dict[str, Any]](), office.page(path)
    while page["entries"]:
        found += page["entries"]
        page = office.page(f"{path}&after={page['cursor']}")
    return found


def test_figures_are_those_of_the_snapshot(desk: Desk, office: Office) -> None:
    hall = two_centres(desk)
    hall.hand_in()
    run = desk.hq.statistics.compute(hall.sitting, PAPER, BY)
    rows = desk.hq.statistics.items(run.id)
    entries = office.page(f"{PATH}?limit=1000&sitting={hall.sitting}")["entries"]
    assert len(entries) == len(rows)
    (form,) = run.figures["forms"]
    whole = next(scope for scope in form["reliability"] if scope["kind"] == "whole")
    for row, entry in zip(rows, entries, strict=True):
        figures = row.figures
        assert (entry["form"], entry["position"], entry["item_id"], entry["item_version"]) == (
            row.form, row.position, row.item_id, row.version,
        )  # fmt: skip
        for name in ("difficulty", "discrimination"):
            told = [entry[name], entry[f"{name}_low"], entry[f"{name}_high"]]
            known = figures[name] or {}
            assert told == [known.get(part) for part in ("value", "low", "high")]
        assert entry["candidates"] == row.count == 36
        assert entry["reliability"] == (whole["alpha"] or {}).get("value")
        assert entry["reliability_without"] == figures["alpha_without"]
        assert (entry["snapshot_id"], entry["flags"]) == (run.id, list(row.flags))
        assert not {"options", "key"} & set(entry)
    assert any(entry["discrimination"] is not None for entry in entries)
    text = office.get(f"{PATH}?format=csv&sitting={hall.sitting}").data.decode("utf-8-sig")
    table = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["item_id"] for row in table] == [row.item_id for row in rows]


@pytest.mark.parametrize("limit", [1, 7, 1000])
def test_pages_of_any_size_lead_through_a_snapshot_once(
    desk: Desk, office: Office, limit: int
) -> None:
    deliver(desk, 1)
    rows = desk.hq.statistics.items(compute(desk))
    found = walk(office, f"{PATH}?limit={limit}")
    assert [(e["form"], e["item_id"]) for e in found] == [(r.form, r.item_id) for r in rows]


def test_a_new_snapshot_takes_the_place_of_the_former(desk: Desk, office: Office) -> None:
    assert office.page(PATH)["entries"] == []
    deliver(desk, 1)
    old = compute(desk)
    begun = office.page(f"{PATH}?limit=3")["cursor"]
    done = walk(office, f"{PATH}?limit=1000")[-1]["cursor"]
    # Nothing has changed: the snapshot is the same, and so is the list.
    assert compute(desk) == old
    assert office.page(f"{PATH}?after={done}")["entries"] == []
    deliver(desk, 2)
    new = compute(desk)
    whole = walk(office, f"{PATH}?limit=1000")
    assert {entry["snapshot_id"] for entry in whole} == {new}
    # Who was in the middle of the former one gets all of the new one.
    for cursor in (begun, done):
        assert office.page(f"{PATH}?limit=1000&after={cursor}")["entries"] == whole


def test_filters_choose(desk: Desk, office: Office) -> None:
    deliver(desk, 1)
    compute(desk)
    for wanted, some in (
        (f"sitting={desk.sitting}", True), ("sitting=NONE", False),
        (f"programme={PROGRAMME}", True), ("programme=none", False),
        ("since=2026-04-25T06:00:00Z", True), ("since=2026-04-26T06:00:00Z", False),
    ):  # fmt: skip
        assert bool(office.page(f"{PATH}?{wanted}")["entries"]) == some, wanted
    assert office.error(f"{PATH}?centre={CODE}") == (422, "hq_query_refused")


def test_a_token_of_one_centre_gets_no_figures_of_all(desk: Desk, client: FlaskClient) -> None:
    deliver(desk, 1)
    compute(desk)
    for limits, some in (
        (Limits(PROGRAMME), True), (Limits("", CODE), False), (Limits(PROGRAMME, CODE), False),
    ):  # fmt: skip
        assert bool(Office(desk, client, limits=limits).page(PATH)["entries"]) == some, limits
    skills = read_text(resource("config/programmes/carbon-skills.toml"))
    desk.hq.programmes.take(skills, BY)
    other = Office(desk, client, limits=Limits("carbon-skills"))
    assert other.page(PATH)["entries"] == []


def test_a_cursor_of_a_snapshot_that_a_restore_lost_is_noticed(desk: Desk, office: Office) -> None:
    deliver(desk, 1)
    run_id = compute(desk)
    cursor = office.page(PATH)["cursor"]
    with desk.hq.storage.database.write() as connection:
        connection.execute(delete(statistics_items).where(statistics_items.c.run_id == run_id))
        connection.execute(delete(statistics_runs).where(statistics_runs.c.id == run_id))
    assert office.error(f"{PATH}?after={cursor}") == (410, "hq_cursor_ahead")
    compute(desk)
    assert office.error(f"{PATH}?after={cursor}") == (410, "hq_cursor_ahead")
    assert office.error(f"/certificates?after={cursor}") == (422, "hq_cursor_refused")

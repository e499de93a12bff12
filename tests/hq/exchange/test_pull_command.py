"""``hq pull`` continues where it stopped, whatever stopped it, and its tables show what holds."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook

from kiosk.server.serving import listening
from sync.hq.accounts.tokens import TokenScope
from sync.hq.cli import main
from sync.hq.exchange.pull_folder import STATE
from sync.hq.web.app import create_app
from tests.hq.certificates.office import open_office
from tests.hq.desk import BY, CODE, Desk
from tests.hq.exchange.certified import issue, reissue, revoke
from tests.hq.exchange.reports import deliver

KINDS = ("results", "attempts", "incidents", "evidence", "sittings")


class Pulling:
    """The command, against a running server, into one folder."""

    def __init__(self, url: str, folder: Path, token: Path) -> None:
        self.url, self.folder, self.token = url, folder, token

    def run(self, *options: str) -> Result:
        """Run it with these options; the outcome."""
        usual = ("pull", "--url", self.url, "--token-file", str(self.token))
        return CliRunner().invoke(main, [*usual, "--out", str(self.folder), *options])

    def all(self, *options: str) -> str:
        """Run it for every kind; what it says."""
        done = self.run(*(word for kind in KINDS for word in ("--kind", kind)), *options)
        assert done.exit_code == 0, done.output
        return done.output

    def lines(self, kind: str) -> list[dict[str, Any]]:
        """The stored entries of a kind."""
        text = (self.folder / f"{kind}.ndjson").read_text(encoding="utf-8")
        return [json.loads(line) for line in text.splitlines()]

    def table(self, kind: str) -> list[dict[str, str]]:
        """The rows of a kind's CSV."""
        with (self.folder / f"{kind}.csv").open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))


@pytest.fixture
def pulling(desk: Desk, tmp_path: Path) -> Iterator[Pulling]:
    token = tmp_path / "token"
    token.write_text(desk.hq.tokens.create("office", tuple(TokenScope), BY))
    with listening(create_app(desk.hq), "127.0.0.1", 0, 2) as url:
        yield Pulling(url, tmp_path / "out", token)


def test_it_fetches_everything_once_and_then_what_is_new(desk: Desk, pulling: Pulling) -> None:
    deliver(desk, 1, incidents=2)
    assert "results.ndjson: 1 entries, 1 new" in pulling.all()
    deliver(desk, 2, incidents=1)
    assert "results.ndjson: 2 entries, 1 new" in pulling.all()
    assert "results.ndjson: 2 entries, 0 new" in pulling.all()
    assert [len(pulling.lines(kind)) for kind in KINDS] == [2, 2, 3, 3, 1]
    assert [row["attempt_id"] for row in pulling.table("results")] == ["ATTEMPT1", "ATTEMPT2"]


def test_tables_have_what_holds_and_lines_have_the_history(desk: Desk, pulling: Pulling) -> None:
    deliver(desk, 1, incidents=3)
    deliver(desk, 2, incidents=1)
    pulling.all()
    bundle = deliver(desk, 1, revision=2, incidents=1)
    pulling.all()
    assert [line["revision"] for line in pulling.lines("results")] == [1, 1, 2]
    rows = {row["attempt_id"]: row["revision"] for row in pulling.table("results")}
    assert rows == {"ATTEMPT1": "2", "ATTEMPT2": "1"}
    assert len(pulling.lines("incidents")) == 5
    found = [row["id"] for row in pulling.table("incidents") if row["bundle_id"] == bundle]
    assert found == ["I0"]
    assert len(pulling.table("incidents")) == 2
    sheet = load_workbook(pulling.folder / "incidents.xlsx").active
    assert sheet is not None
    assert sheet.max_row == 3


def test_what_a_crash_left_behind_is_cut_off_and_fetched_again(
    desk: Desk, pulling: Pulling
) -> None:
    deliver(desk, 1)
    pulling.all()
    before, state = pulling.lines("results"), (pulling.folder / STATE).read_bytes()
    deliver(desk, 2)
    pulling.all()
    # Lines were written, and the power failed before the state was.
    (pulling.folder / STATE).write_bytes(state)
    with (pulling.folder / "results.ndjson").open("ab") as file:
        file.write(b'{"half')
    pulling.all()
    assert pulling.lines("results")[:1] == before
    assert [line["attempt_id"] for line in pulling.lines("results")] == ["ATTEMPT1", "ATTEMPT2"]


def test_a_folder_keeps_its_filters(desk: Desk, pulling: Pulling) -> None:
    deliver(desk, 1)
    pulling.all("--centre", CODE)
    refused = pulling.run()
    assert refused.exit_code == 1
    assert f"was begun with centre={CODE}; use another folder" in refused.output
    assert pulling.run("--centre", CODE).exit_code == 0


def test_since_is_a_time(desk: Desk, pulling: Pulling) -> None:
    deliver(desk, 1)
    desk.clock.pass_time(7200)
    deliver(desk, 2)
    pulling.all("--since", "2026-04-25T07:00")
    assert [line["attempt_id"] for line in pulling.lines("results")] == ["ATTEMPT2"]
    assert pulling.run("--since", "yesterday").exit_code == 2


@pytest.mark.parametrize("spoilt", ["{", '{"filters": {}, "lists": {"results": {"bytes": -1}}}'])
def test_a_state_that_cannot_be_read_is_not_overwritten(
    desk: Desk, pulling: Pulling, spoilt: str
) -> None:
    deliver(desk)
    pulling.all()
    (pulling.folder / STATE).write_text(spoilt)
    refused = pulling.run()
    assert (refused.exit_code, (pulling.folder / STATE).read_text()) == (1, spoilt)
    assert "cannot be read" in refused.output


def test_lines_that_are_gone_are_noticed(desk: Desk, pulling: Pulling) -> None:
    deliver(desk)
    pulling.all()
    (pulling.folder / "attempts.ndjson").write_bytes(b"")
    refused = pulling.run("--kind", "attempts")
    assert refused.exit_code == 1
    assert "shorter than it was" in refused.output


def test_a_refusal_is_said_as_headquarters_says_it(desk: Desk, pulling: Pulling) -> None:
    pulling.token.write_text(desk.hq.tokens.create("office", ("attempts:read",), BY))
    refused = pulling.run()
    assert refused.exit_code == 1
    assert "results:read" in refused.output


def test_without_a_folder_results_are_printed(desk: Desk, pulling: Pulling) -> None:
    deliver(desk)
    usual = ["pull", "--url", pulling.url, "--token-file", str(pulling.token)]
    assert "1 results" in CliRunner().invoke(main, usual).output
    found = json.loads(CliRunner().invoke(main, [*usual, "--json"]).output)
    assert [entry["attempt_id"] for entry in found] == ["ATTEMPT1"]


def test_certificates_are_continued_and_revocations_come(desk: Desk, pulling: Pulling) -> None:
    office = open_office(desk)
    first, second, third = issue(office)
    certificates = ("--kind", "certificates")
    assert "certificates.ndjson: 3 entries, 3 new" in pulling.run(*certificates).output
    assert "certificates.ndjson: 3 entries, 0 new" in pulling.run(*certificates).output
    revoke(office, first)
    copy = reissue(office, second)
    assert "certificates.ndjson: 6 entries, 3 new" in pulling.run(*certificates).output
    assert [line["number"] for line in pulling.lines("certificates")[3:]] == [first, second, copy]
    # The tables have each number once, as it is now.
    assert [(row["number"], row["state"]) for row in pulling.table("certificates")] == [
        (third, "issued"), (first, "revoked"), (second, "replaced"), (copy, "issued"),
    ]  # fmt: skip


def test_statistics_computed_again_replace_the_former_in_the_tables(
    desk: Desk, pulling: Pulling
) -> None:
    for number in (1, 2):
        deliver(desk, number)
        run = desk.hq.statistics.compute(desk.sitting, "1", BY)
        assert pulling.run("--kind", "item-statistics").exit_code == 0
    items = desk.hq.statistics.items(run.id)
    assert len(pulling.lines("item-statistics")) == 2 * len(items)
    rows = pulling.table("item-statistics")
    assert [(row["snapshot_id"], row["item_id"]) for row in rows] == [
        (run.id, item.item_id) for item in items
    ]
    pulling.folder = pulling.folder / "other"
    refused = pulling.run("--kind", "item-statistics", "--centre", CODE)
    assert "there is no such parameter" in refused.output

"""What was stored before certificates and statistics could be pulled is put in its order."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Table, insert, select

from sync.hq.persistence.certificate_tables import certificate_acts, certificates
from sync.hq.persistence.database import Database, next_number
from sync.hq.persistence.exchange_tables import webhook_positions, webhooks
from sync.hq.persistence.opening import open_database
from sync.hq.persistence.release_tables import published_results, release_acts
from sync.hq.persistence.statistics_tables import statistics_items, statistics_runs
from sync.hq.persistence.tables import candidates, sittings
from tests.hq.desk import NOW
from tests.hq.storage import fresh

BEFORE = "r0021_certificates"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A database of that time with certificates, statistics and a webhook, opened now."""
    url = fresh().database
    old = open_database(url, tmp_path, BEFORE)
    with old.write() as connection:
        _fill(connection)
    old.close()
    database = open_database(url, tmp_path)
    yield database
    database.close()


def _at(minute: int) -> Any:
    return NOW + timedelta(minutes=minute)


def _fill(connection: Connection) -> None:
    """Three certificates of two people, issued, revoked and replaced; two snapshots."""

    def add(table: Table, **values: Any) -> None:
        connection.execute(insert(table).values(**values))

    add(
        sittings, id="S", title="s", starts_at=NOW, ends_at=NOW, unlock_not_before=NOW,
        release="automatic", created_at=NOW,
    )  # fmt: skip
    add(
        release_acts, id=1, kind="release", sitting_id="S", programme_id="P", reason="",
        checks=[], accepted=[], basis=1, proposed_by="a", proposed_at=NOW,
    )  # fmt: skip
    for person in ("C1", "C2"):
        add(
            candidates, id=person, identity_no=person, name=person, identity_type="other",
            portrait_accepted=True, portrait_reason="", created_at=NOW,
        )  # fmt: skip
    for cursor, (centre, version) in enumerate((("BJ01", 1), ("SH01", 2), ("XA01", 3)), start=1):
        add(
            published_results, cursor=cursor, centre_code=centre, attempt_id=f"A{cursor}",
            number=1, newest=True, kind="released", act=1, sitting_id="S", programme_id="P",
            programme_version=1, candidate_id="C1", admission_no="1", result_version=version,
            digest="d", status="complete", parts={}, reason="", at=NOW,
        )  # fmt: skip
    for position, (number, person) in enumerate((("Z", "C1"), ("Y", "C2"), ("X", "C1")), start=1):
        add(
            certificates, number=number, position=position, candidate_id=person, sitting_id="S",
            programme_id="P", programme_version=1, result_version=2, name=person, parts={},
            total=Decimal(90), issued_on=NOW.date(), issued_at=NOW, issued_by="a", second="b",
            statement="s", revoked_reason="",
        )  # fmt: skip
    for number, act, kind, minute in (
        ("Z", 1, "issued", 0), ("Y", 1, "issued", 0), ("Y", 2, "revoked", 1),
        ("Z", 2, "replaced", 2), ("X", 1, "reissued", 2),
    ):  # fmt: skip
        add(
            certificate_acts, number=number, act=act, kind=kind, by="a", second="b",
            at=_at(minute), reason="", text="",
        )  # fmt: skip
    for run, minute in (("R2", 0), ("R1", 5)):
        add(
            statistics_runs, id=run, sitting_id="S", paper="1", programme_id="P", current=True,
            at=_at(minute), by="a", cursor=1, attempts=1, digest="d", figures={},
        )  # fmt: skip
        add(
            statistics_items, run_id=run, form="A", item_id="T", programme_id="P", version=1,
            position=1, count=1, flags=[], figures={},
        )  # fmt: skip
    add(
        webhooks, id="W", name="w", url="https://example.org/", secret=b"s", programme_id="",
        branch="", created_at=NOW, created_by="a",
    )  # fmt: skip


def test_acts_and_snapshots_are_numbered_as_they_came_about(database: Database) -> None:
    acts, runs = certificate_acts, statistics_runs
    with database.write() as connection:
        order = connection.execute(select(acts.c.number, acts.c.kind).order_by(acts.c.cursor))
        assert [tuple(row) for row in order] == [
            ("Z", "issued"), ("Y", "issued"), ("Y", "revoked"), ("Z", "replaced"),
            ("X", "reissued"),
        ]  # fmt: skip
        snapshots = connection.execute(select(runs.c.id).order_by(runs.c.number)).scalars().all()
        assert snapshots == ["R2", "R1"]
        items = select(statistics_items.c.run_id).order_by(statistics_items.c.run_id)
        assert connection.execute(items).scalars().all() == ["R1", "R2"]
        # What comes next goes on after them.
        assert next_number(connection, "certificate_acts") == 6
        assert next_number(connection, "statistics_runs") == 3


def test_a_certificate_gets_the_centre_of_the_result_that_it_certifies(
    database: Database,
) -> None:
    table = certificates
    with database.read() as connection:
        rows = connection.execute(select(table.c.number, table.c.centre_code)).all()
    assert {tuple(row) for row in rows} == {("Z", "SH01"), ("X", "SH01"), ("Y", None)}


def test_a_webhook_is_told_of_certificates_from_now_on(database: Database) -> None:
    table = webhook_positions
    with database.read() as connection:
        rows = connection.execute(select(table.c.webhook_id, table.c.kind, table.c.position)).all()
    assert [tuple(row) for row in rows] == [("W", "certificates.changed", 5)]

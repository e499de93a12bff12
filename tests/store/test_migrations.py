"""A database of the version before is brought to this version's shape with what it holds."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from sqlite_utils import Database

from kiosk.exam.attempt import AttemptState
from kiosk.exam.inspection import Clearing, Finding
from kiosk.store import attempts, findings, ledgers, migrations, outbox
from kiosk.store.times import to_time

START, END = "2026-04-25T06:00:00.000000Z", "2026-04-25T08:00:00.000000Z"
SITTING = """INSERT INTO sittings (id, package_id, version, package_file, title, starts_at, state,
    imported_at) VALUES ('S', 'P', 1, 'file', 'title', ?, 'started', ?)"""
ATTEMPT = """INSERT INTO attempts (id, sitting_id, candidate_id, admission_no, seat, extra_minutes,
    state, started_at, ends_at, ended_at, end_reason, leaves, away_since, bundled_revision)
    VALUES (?, 'S', ?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?)"""


@pytest.fixture
def db() -> Iterator[Database]:
    with closing(Database(memory=True)) as db:
        yield db


def test_an_exam_goes_on_over_the_step_to_ledgers(db: Database) -> None:
    migrations.first_shape(db)
    migrations.eyes(db)
    db.execute(SITTING, [START, START])
    running = ["A", "C1", "1", "A01", "in_progress", START, END, None, None, 3, START, 0]
    ended = ["B", "C2", "2", "A02", "ended", START, END, END, "handed_in", 1, None, 1]
    db.execute(ATTEMPT, running)
    db.execute(ATTEMPT, ended)
    migrations.exam_itself(db)
    migrations.inspection(db)
    migrations.sign_ins_undone(db)
    attempt = attempts.get(db, "A")
    assert attempt is not None
    assert (attempt.state, attempt.leaves) == (AttemptState.IN_PROGRESS, 3)
    ledger = ledgers.departures(db, "A")
    assert (ledger.count, ledger.away_since) == (3, attempt.started_at)
    assert ledgers.departures(db, "B").count == 1
    assert outbox.attempts_to_bundle(db) == []


def test_nobody_counts_as_looked_at_after_the_step_to_findings() -> None:
    db = Database(memory=True)
    for step in (migrations.first_shape, migrations.eyes, migrations.exam_itself):
        step(db)
    db.execute(SITTING, [START, START])
    db.execute(ATTEMPT, ["A", "C1", "1", "A01", "ready", None, None, None, None, 0, None, 0])
    migrations.inspection(db)
    migrations.sign_ins_undone(db)
    attempt = attempts.get(db, "A")
    assert attempt is not None
    assert (attempt.inspected_at, findings.open_of(db, "A")) == (None, [])
    at = to_time(START)
    assert findings.add(db, "A", Finding.HAT, at, "staff:x")
    assert not findings.add(db, "A", Finding.HAT, at, "staff:y")
    assert findings.clear(db, "A", Finding.HAT, Clearing.ALLOWED, at, "staff:x")
    assert findings.add(db, "A", Finding.HAT, at, "staff:x")
    assert findings.open_in(db, "S") == {"A": [Finding.HAT]}

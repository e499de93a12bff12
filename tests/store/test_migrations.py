"""A database of the version before is brought to this version's shape with what it holds."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from sqlite_utils import Database

from kiosk.exam.attempt.states import AttemptState
from kiosk.exam.checkin.inspection import Clearing, Finding
from kiosk.exam.event_kinds import EventKind
from kiosk.store.centre import outbox
from kiosk.store.exam import answer_seals, answers, attempts, findings, page_leaves, tallies
from kiosk.store.exam.answers import Answer
from kiosk.store.sqlite import migrations
from kiosk.store.times import to_time
from kiosk.system import entropy
from sync.wire.delivery.answer_log import AnswerLog, check
from sync.wire.sealing.keys import KeyPair

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
    for step in (
        migrations.exam_itself,
        migrations.revocations,
        migrations.sync_in_kinds,
        migrations.inspection,
        migrations.sign_ins_undone,
        migrations.guests,
        migrations.staff_accounts,
        migrations.coming_back,
        migrations.answer_chain_and_budgets,
        migrations.cameras_and_rooms,
        migrations.retention,
    ):
        step(db)
    attempt = attempts.get(db, "A")
    assert attempt is not None
    assert (attempt.state, attempt.leaves) == (AttemptState.IN_PROGRESS, 3)
    leaves = page_leaves.of_attempt(db, "A")
    assert (leaves.count, leaves.away_since) == (3, attempt.started_at)
    assert page_leaves.of_attempt(db, "B").count == 1
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


def test_an_exam_goes_on_over_the_step_to_sealed_answers() -> None:
    db = Database(memory=True)
    for step in (
        migrations.first_shape,
        migrations.eyes,
        migrations.exam_itself,
        migrations.revocations,
        migrations.sync_in_kinds,
        migrations.inspection,
    ):
        step(db)
    db.execute(SITTING, [START, START])
    db.execute(ATTEMPT, ["A", "C1", "1", "A01", "in_progress", START, END, None, None, 0, None, 0])
    for seq, value in enumerate(('"A"', '"B"', "null"), start=1):
        db.execute(
            "INSERT INTO answers (attempt_id, seq, item_id, value, saved_at)"
            " VALUES ('A', ?, ?, ?, ?)",
            [seq, f"Q{seq % 2}", value, START],
        )
    db.execute("UPDATE attempts SET acked_through = 3")
    for seq in range(1, 4):
        db.execute(
            "INSERT INTO events (sitting_id, epoch, seq, at, kind, who, attempt_id, data, previous,"
            " hash) VALUES ('S', 1, ?, ?, 'page_copy', 'candidate', 'A', '{}', '', '')",
            [seq, START],
        )
    migrations.answer_chain_and_budgets(db)
    assert answers.latest(db, "A") == {"Q0": "B", "Q1": None}
    assert answers.answered_counts(db, "S") == {"A": 1}
    assert tallies.add(db, "A", EventKind.PAGE_COPY) == 4
    keys = KeyPair.generate(entropy)
    done = answers.append(db, "A", 3, [Answer(4, "Q1", "C", None, to_time(START))], keys)
    assert (done.through, done.intact) == (4, False)
    log = AnswerLog(seals=answer_seals.of(db, "A"), revisions=tuple(answers.log(db, "A")))
    (found,) = check("A", log, {}, [keys.public])
    assert (found.what, found.first, found.last) == ("unsealed", 1, 3)

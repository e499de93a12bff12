"""What runs with every save, heartbeat and look at the room finds its rows by an index.

Tables that a terminal can make grow are never read whole and never sorted: the plan of each
statement says so, whatever the speed of the machine.
"""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database

from kiosk.exam.event_kinds import EventKind
from kiosk.store.centre import outbox, terminals
from kiosk.store.centre.terminals import CandidateSessionRow
from kiosk.store.exam import (
    answers,
    attempts,
    calls,
    cases,
    events,
    incidents,
    late_answers,
    messages,
    page_leaves,
    tallies,
)
from kiosk.store.exam.answers import Answer
from kiosk.store.exam.attempts import RosterEntry
from kiosk.store.sqlite.database import Store
from kiosk.system import entropy
from sync.wire.sealing.keys import KeyPair

AT = datetime(2026, 4, 25, 6, tzinfo=UTC)
KEYS = KeyPair.generate(entropy)
GROWING = (
    "events",
    "answers",
    "latest_answers",
    "tallies",
    "incidents",
    "evidence",
    "verifications",
    "page_leaves",
    "outbox",
    "terminals",
    "candidate_sessions",
    "calls",
    "message_receipts",
)
SITTING, ATTEMPT = "S", "A"

HOT: dict[str, Callable[[Database], object]] = {
    "an event": lambda db: events.append(db, SITTING, EventKind.PAGE_COPY, "system", AT, ATTEMPT),
    "the newest events": lambda db: events.of_sitting(db, SITTING, 200),
    "events after a number": lambda db: events.after(db, SITTING, 90, 50),
    "an attempt's events": lambda db: events.of_attempt(db, ATTEMPT),
    "what the event log's parts hold": lambda db: outbox.event_log_through(db, SITTING),
    "bundles of a sitting": lambda db: outbox.states(db, SITTING),
    "an answer": lambda db: answers.append(db, ATTEMPT, 0, [Answer(1, "Q1", "a", None, AT)], KEYS),
    "a repeated answer": lambda db: answers.revision(db, ATTEMPT, 1),
    "a reloaded page": lambda db: answers.latest(db, ATTEMPT),
    "answers of the room": lambda db: answers.answered_counts(db, SITTING),
    "an open call": lambda db: calls.open_of(db, ATTEMPT),
    "the newest call": lambda db: calls.latest(db, ATTEMPT),
    "cases of all sittings": cases.open_cases,
    "sittings to seal": lambda db: outbox.sittings_to_seal(db, [SITTING]),
    "states of all sittings": attempts.counts_by_state,
    "calls of the room": lambda db: calls.open_in(db, SITTING),
    "unread messages": lambda db: messages.unread_of(db, ATTEMPT, 5),
    "unread messages of the room": lambda db: messages.unread_counts(db, SITTING),
    "who has read a message": lambda db: messages.receipts(db, "M"),
    "a page signal": lambda db: tallies.add(db, ATTEMPT, EventKind.PAGE_COPY),
    "page_leaves": lambda db: page_leaves.of_attempt(db, ATTEMPT),
    "incidents of the room": lambda db: incidents.counts(db, SITTING),
    "size of the evidence": lambda db: incidents.evidence_bytes(db),
    "number of pictures": lambda db: incidents.evidence_count(db, ATTEMPT),
    "pictures of incidents": lambda db: incidents.pictures_of(db, SITTING),
    "looks of the room": lambda db: incidents.last_checks(db, SITTING),
    "sign-ins of the room": lambda db: terminals.sessions_since(db, SITTING),
    "looks of an attempt": lambda db: incidents.verifications(db, ATTEMPT),
    "the newest face check": lambda db: incidents.latest_picture(db, ATTEMPT),
    "late answers of the room": lambda db: late_answers.waiting(db, SITTING),
    "terminals of the room": lambda db: terminals.in_use(db, SITTING),
    "a terminal by its cookie": lambda db: terminals.by_token(db, "hash"),
    "a session": lambda db: terminals.candidate_session(db, "hash"),
    "an attempt": lambda db: attempts.get(db, ATTEMPT),
    "a sign-in": lambda db: terminals.add_session(
        db, "hash", CandidateSessionRow(ATTEMPT, "T", "csrf"), AT
    ),
}


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    """The writer's database with a sitting, an attempt and a terminal."""
    store = Store(tmp_path)
    found: list[Database] = []
    store.write(found.append)
    db = found[0]
    db.execute(
        "INSERT INTO sittings (id, package_id, version, package_file, roster_file, paper_file,"
        " title, starts_at, state, imported_at)"
        " VALUES ('S', 'P', 1, 'head', 'roster', 'paper', 'title', '2026', 'started', '2026')"
    )
    attempts.register(db, ATTEMPT, SITTING, RosterEntry("C1", "1", "1", "A01", "1", 0))
    terminals.register(db, "T", "token", "10.0.0.1", "test", AT)
    yield db
    db.conn.rollback()
    store.close()


@pytest.mark.parametrize("name", HOT)
def test_no_hot_statement_reads_or_sorts_a_growing_table(db: Database, name: str) -> None:
    statements: list[str] = []
    db.conn.set_trace_callback(statements.append)
    HOT[name](db)
    db.conn.set_trace_callback(None)
    asked = [text for text in statements if re.match(r"\s*(SELECT|UPDATE|DELETE|INSERT)", text)]
    assert asked
    for text in asked:
        plan = [row[3] for row in db.conn.execute(f"EXPLAIN QUERY PLAN {text}")]
        scans = [step for step in plan if re.fullmatch(rf"SCAN ({'|'.join(GROWING)})", step)]
        sorts = [step for step in plan if "TEMP B-TREE FOR ORDER BY" in step]
        assert not scans, f"{text}: {plan}"
        assert not sorts or re.search(r"\b(verifications|evidence)\b", text), f"{text}: {plan}"


def test_the_head_of_a_chain_is_its_highest_number_in_the_newest_epoch(db: Database) -> None:
    for _ in range(3):
        events.append(db, SITTING, EventKind.PAGE_COPY, "system", AT)
    events.append(db, "other", EventKind.PAGE_COPY, "system", AT)
    head = events.head(db, SITTING)
    assert (head.seq, head.hash) == (3, events.of_sitting(db, SITTING)[0].hash)
    assert [event.seq for event in events.of_sitting(db, SITTING)] == [3, 2, 1]
    assert [event.seq for event in events.after(db, SITTING, 1, 9)] == [2, 3]


def test_an_unused_terminal_of_the_same_address_makes_room(db: Database) -> None:
    for number in range(5):
        at = AT + timedelta(seconds=number)
        terminals.register(db, f"X{number}", f"x{number}", "10.0.0.66", "test", at)
    terminals.set_check(db, "X0", {"ok": True}, AT)
    assert terminals.make_room(db, "10.0.0.66", of_address=5, in_all=100) == ["X1"]
    assert terminals.make_room(db, "10.0.0.7", of_address=5, in_all=100) == []
    assert terminals.get(db, "X1") is None  # the oldest that finished no device check
    assert terminals.make_room(db, "10.0.0.7", of_address=5, in_all=5) == ["X2"]
    assert terminals.get(db, "T") is not None  # the crowd's own terminals go first
    assert terminals.get(db, "X0") is not None
    assert terminals.register(db, "Y", "y", "10.0.0.7", "test", AT).number == 3


def test_a_terminal_that_somebody_uses_never_makes_room(db: Database) -> None:
    attempts.set_terminal(db, ATTEMPT, "T")
    terminals.register(db, "U", "u", "10.0.0.1", "test", AT)
    terminals.bind(db, "U", "1", "A02")
    assert terminals.make_room(db, "10.0.0.1", of_address=0, in_all=0) == []
    assert len(terminals.everyone(db)) == 2


def test_what_repeats_is_noted_one_by_one_and_then_at_every_doubling() -> None:
    noted = [number for number in range(1, 1025) if tallies.worth_noting(number)]
    assert noted == [*range(1, tallies.NOTED + 1), 64, 128, 256, 512, 1024]

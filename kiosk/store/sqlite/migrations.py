"""The schema of the database, step by step; a step and its record share one transaction.

The first step is version 0.2.0's schema, ``m0001_initial.sql``. A later change is a step of its own
at the end, named ``m0002_…``, which brings the rows along. A released step is never changed.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from kiosk.store.errors import NewerSchema, OlderSchema

steps = Migrations("kiosk")

INITIAL = Path(__file__).with_name("m0001_initial.sql")
MANY_PAPERS = Path(__file__).with_name("m0002_many_papers.sql")

_BEFORE_0_2_0 = "first_shape"
"""The first step of the databases that were made before 0.2.0."""


@steps()
def m0001_initial(db: Database) -> None:
    """Everything that version 0.2.0 stores."""
    for statement in _statements(INITIAL.read_text("utf-8")):
        db.conn.execute(statement)


@steps()
def m0002_many_papers(db: Database) -> None:
    """Sittings with several papers and rooms. Version 0.2.0 has one of each, called 1.

    Starts and pauses move from the sitting to its groups; those of 0.2.0 are of everybody.
    """
    for statement in _statements(MANY_PAPERS.read_text("utf-8")):
        db.conn.execute(statement)


@steps()
def m0003_part_ends(db: Database) -> None:
    """Add the ends of parts that are sat one after another."""
    db.execute(
        "CREATE TABLE part_ends (attempt_id TEXT NOT NULL REFERENCES attempts(id),"
        " position INTEGER NOT NULL, ended_at TEXT NOT NULL, reason TEXT NOT NULL,"
        " credits INTEGER NOT NULL, PRIMARY KEY (attempt_id, position)) STRICT"
    )


@steps()
def m0004_personal_forms(db: Database) -> None:
    """Forms with personal data, which candidates confirm at check-in (R14)."""
    db.execute(
        "CREATE TABLE personal_forms ("
        "attempt_id TEXT PRIMARY KEY REFERENCES attempts(id),"
        " sitting_id TEXT NOT NULL REFERENCES sittings(id),"
        " state TEXT NOT NULL, sealed BLOB NOT NULL, changed TEXT NOT NULL, at TEXT NOT NULL,"
        " by TEXT NOT NULL, reason TEXT NOT NULL) STRICT"
    )
    db.execute("CREATE INDEX personal_forms_sitting ON personal_forms(sitting_id)")


@steps()
def m0005_calls(db: Database) -> None:
    """Add calls for the invigilator; an attempt has at most one that is open."""
    db.execute(
        "CREATE TABLE calls (attempt_id TEXT NOT NULL REFERENCES attempts(id),"
        " number INTEGER NOT NULL, sitting_id TEXT NOT NULL REFERENCES sittings(id),"
        " reason TEXT NOT NULL, note TEXT NOT NULL, at TEXT NOT NULL, state TEXT NOT NULL,"
        " coming_at TEXT, coming_by TEXT NOT NULL, over_at TEXT, over_by TEXT NOT NULL,"
        " outcome TEXT NOT NULL, PRIMARY KEY (attempt_id, number)) STRICT"
    )
    db.execute(
        "CREATE UNIQUE INDEX calls_open ON calls(attempt_id) WHERE state IN ('waiting','coming')"
    )
    db.execute(
        "CREATE INDEX calls_sitting ON calls(sitting_id) WHERE state IN ('waiting','coming')"
    )


@steps()
def m0006_messages(db: Database) -> None:
    """Add messages to candidates, with a row for each who has to confirm one."""
    db.execute(
        "CREATE TABLE messages (id TEXT PRIMARY KEY, number INTEGER NOT NULL,"
        " sitting_id TEXT NOT NULL REFERENCES sittings(id), text TEXT NOT NULL, room TEXT,"
        " paper TEXT, chosen INTEGER NOT NULL, by TEXT NOT NULL, at TEXT NOT NULL) STRICT"
    )
    db.execute("CREATE UNIQUE INDEX messages_sitting ON messages(sitting_id, number)")
    db.execute(
        "CREATE TABLE message_receipts (message_id TEXT NOT NULL REFERENCES messages(id),"
        " attempt_id TEXT NOT NULL REFERENCES attempts(id),"
        " sitting_id TEXT NOT NULL REFERENCES sittings(id), number INTEGER NOT NULL,"
        " read_at TEXT,"
        " PRIMARY KEY (message_id, attempt_id)) STRICT, WITHOUT ROWID"
    )
    # Partial: a heartbeat of a candidate who has read everything finds an empty index.
    for name, columns in (
        ("unread", "attempt_id, number"),
        ("unread_sitting", "sitting_id, attempt_id"),
    ):
        db.execute(
            f"CREATE INDEX message_{name} ON message_receipts({columns}) WHERE read_at IS NULL"
        )


@steps()
def m0007_misconduct(db: Database) -> None:
    """Add the records of misconduct that staff write during an exam."""
    db.execute(
        "CREATE TABLE misconduct_records (id TEXT PRIMARY KEY,"
        " attempt_id TEXT NOT NULL REFERENCES attempts(id), number INTEGER NOT NULL,"
        " sitting_id TEXT NOT NULL REFERENCES sittings(id), kind TEXT NOT NULL,"
        " happened_at TEXT NOT NULL, facts TEXT NOT NULL, evidence TEXT NOT NULL,"
        " taken TEXT NOT NULL, digest TEXT NOT NULL, by TEXT NOT NULL, at TEXT NOT NULL,"
        " state TEXT NOT NULL, witness TEXT NOT NULL, statement TEXT NOT NULL, signature BLOB,"
        " over_at TEXT, over_by TEXT NOT NULL, reason TEXT NOT NULL) STRICT"
    )
    db.execute("CREATE UNIQUE INDEX misconduct_attempt ON misconduct_records(attempt_id, number)")
    db.execute("CREATE INDEX misconduct_sitting ON misconduct_records(sitting_id, at)")


@steps()
def m0008_seen(db: Database) -> None:
    """Add who acknowledged an incident, and how many page leaves of an attempt."""
    db.execute("ALTER TABLE incidents ADD COLUMN seen_at TEXT")
    db.execute("ALTER TABLE incidents ADD COLUMN seen_by TEXT")
    db.execute(
        "CREATE TABLE seen_leaves (attempt_id TEXT PRIMARY KEY REFERENCES attempts(id),"
        " leaves INTEGER NOT NULL) STRICT"
    )


@steps()
def m0009_open_attempts(db: Database) -> None:
    """Add indices for what pages ask every few seconds, so that old sittings cost nothing."""
    db.execute(
        "CREATE INDEX attempts_open ON attempts(state) WHERE state NOT IN ('ended', 'voided')"
    )
    db.execute("CREATE INDEX attempts_state ON attempts(sitting_id, state)")
    db.execute(
        "CREATE INDEX attempts_unsealed ON attempts(sitting_id)"
        " WHERE bundled_revision < wanted_revision"
    )
    db.execute(
        "CREATE INDEX misconduct_open ON misconduct_records(sitting_id)"
        " WHERE state IN ('written', 'witnessed')"
    )


@steps()
def m0010_withdrawals(db: Database) -> None:
    """Keep what a record of misconduct said before it was withdrawn."""
    db.execute("ALTER TABLE misconduct_records ADD COLUMN withdrawn_at TEXT")
    for name in ("withdrawn_by", "withdrawn_reason"):
        db.execute(f"ALTER TABLE misconduct_records ADD COLUMN {name} TEXT NOT NULL DEFAULT ''")
    db.execute(
        "UPDATE misconduct_records SET withdrawn_at = over_at, withdrawn_by = over_by,"
        " withdrawn_reason = reason WHERE state = 'withdrawn'"
    )
    db.execute(
        "UPDATE misconduct_records SET over_at = NULL, over_by = '', reason = ''"
        " WHERE state = 'withdrawn'"
    )


@steps()
def m0011_announcements(db: Database) -> None:
    """Add headquarters' announcements."""
    db.execute(
        "CREATE TABLE announcements (id TEXT PRIMARY KEY, revision INTEGER NOT NULL,"
        " state TEXT NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL,"
        " candidate_text TEXT NOT NULL, urgent INTEGER NOT NULL, sitting_id TEXT,"
        " reason TEXT NOT NULL, issued_at TEXT NOT NULL, changed_at TEXT NOT NULL,"
        " received_at TEXT NOT NULL, read_by TEXT, read_at TEXT) STRICT"
    )
    db.execute("CREATE INDEX announcements_issued ON announcements(issued_at)")


@steps()
def m0012_notes(db: Database) -> None:
    """Add the notes that candidates write beside the questions; one text of each attempt."""
    db.execute(
        "CREATE TABLE notes (attempt_id TEXT PRIMARY KEY REFERENCES attempts(id),"
        " number INTEGER NOT NULL, text TEXT NOT NULL, saved_at TEXT NOT NULL) STRICT"
    )


@steps()
def m0013_breaks(db: Database) -> None:
    """Add toilet breaks, of which an attempt has at most one open."""
    db.execute(
        "CREATE TABLE breaks (attempt_id TEXT NOT NULL REFERENCES attempts(id),"
        " number INTEGER NOT NULL, sitting_id TEXT NOT NULL REFERENCES sittings(id),"
        " escort TEXT NOT NULL, reason TEXT NOT NULL, at TEXT NOT NULL, by TEXT NOT NULL,"
        " back_at TEXT, over_at TEXT, over_by TEXT NOT NULL, identity_checked INTEGER NOT NULL,"
        " PRIMARY KEY (attempt_id, number)) STRICT"
    )
    db.execute("CREATE UNIQUE INDEX breaks_open ON breaks(attempt_id) WHERE over_at IS NULL")
    db.execute("CREATE INDEX breaks_sitting ON breaks(sitting_id, at)")


@steps()
def m0014_acts(db: Database) -> None:
    """Add the ids of acts of staff that must not be done twice."""
    db.execute(
        "CREATE TABLE acts (sitting_id TEXT NOT NULL REFERENCES sittings(id), id TEXT NOT NULL,"
        " what TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (sitting_id, id)) STRICT, WITHOUT ROWID"
    )


def require_known(db: Database) -> None:
    """Raise unless this version can read the database, or bring it up to date.

    Changes nothing. An empty database is fine.

    Raises:
        NewerSchema: it has steps that this version does not know.
        OlderSchema: it was made before 0.2.0, or by another program.
    """
    applied = {step.name for step in steps.applied(db)}
    if _BEFORE_0_2_0 in applied or (not applied and _has_tables(db)):
        raise OlderSchema()
    with closing(Database(memory=True)) as empty:
        unknown = applied - {step.name for step in steps.pending(empty)}
    if unknown:
        raise NewerSchema(", ".join(sorted(unknown)))


def is_outdated(db: Database) -> bool:
    """Whether the database lacks steps of this version; raises like :func:`require_known`."""
    require_known(db)
    return bool(steps.pending(db))


def migrate(db: Database) -> None:
    """Run the steps that the database lacks; raises like :func:`require_known`."""
    require_known(db)
    steps.apply(db)


def _has_tables(db: Database) -> bool:
    """Whether there are tables; the record of steps alone is what a kill in the first leaves."""
    return any(name != steps.migrations_table for name in db.table_names())


def _statements(script: str) -> Iterator[str]:
    """Split a script. ``executescript`` would end the transaction that the step shares."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""

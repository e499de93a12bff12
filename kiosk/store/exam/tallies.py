"""Counts of what a terminal may repeat without end: one number instead of ever more rows."""

from collections.abc import Set

from sqlite_utils import Database

from kiosk.exam.event_kinds import AnyEventKind

NOTED = 50
"""This many of a kind are logged one by one; after that one at every doubling."""


def add(db: Database, attempt_id: str, kind: AnyEventKind) -> int:
    """Count one more and return the new count."""
    counted = db.conn.execute(
        "INSERT INTO tallies (attempt_id, kind, n) VALUES (?, ?, 1)"
        " ON CONFLICT DO UPDATE SET n = n + 1 RETURNING n",
        [attempt_id, kind],
    ).fetchall()  # read to the end: a statement that is still running would block the commit
    return int(counted[0][0])


def worth_noting(count: int) -> bool:
    """Return whether the ``count``-th of a kind gets an entry in the event log."""
    # count & (count - 1) is zero for powers of two only.
    return count <= NOTED or count & (count - 1) == 0


def of(db: Database, attempt_id: str, kinds: Set[AnyEventKind]) -> dict[str, int]:
    """Return the attempt's counts of these kinds."""
    rows = db.query("SELECT kind, n FROM tallies WHERE attempt_id = ?", [attempt_id])
    return {row["kind"]: row["n"] for row in rows if row["kind"] in kinds}


def with_kind(db: Database, sitting_id: str, kind: AnyEventKind) -> set[str]:
    """Return the attempts of a sitting that have counted this kind."""
    rows = db.query(
        "SELECT attempt_id FROM tallies JOIN attempts ON attempts.id = attempt_id"
        " WHERE sitting_id = ? AND kind = ?",
        [sitting_id, kind],
    )
    return {row["attempt_id"] for row in rows}


def forget(db: Database, attempt_id: str, kind: AnyEventKind) -> None:
    """Reset a count to zero."""
    db.execute("DELETE FROM tallies WHERE attempt_id = ? AND kind = ?", [attempt_id, kind])

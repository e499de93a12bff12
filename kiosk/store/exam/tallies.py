"""How often something happened in an attempt: a number instead of ever more rows."""

from collections.abc import Set

from sqlite_utils import Database

from kiosk.exam.event_kinds import AnyEventKind

NOTED = 50
"""So many of a kind are noted one by one; after that at every doubling."""


def add(db: Database, attempt_id: str, kind: AnyEventKind) -> int:
    """Count one more; returns how many there are."""
    counted = db.conn.execute(
        "INSERT INTO tallies (attempt_id, kind, n) VALUES (?, ?, 1)"
        " ON CONFLICT DO UPDATE SET n = n + 1 RETURNING n",
        [attempt_id, kind],
    ).fetchall()  # to its end: a statement that still runs would hold up the commit
    return int(counted[0][0])


def worth_noting(count: int) -> bool:
    """Whether the event log gets an entry of its own for the ``count``-th of a kind."""
    return count <= NOTED or count & (count - 1) == 0


def of(db: Database, attempt_id: str, kinds: Set[AnyEventKind]) -> dict[str, int]:
    """The attempt's counts of these kinds."""
    rows = db.query("SELECT kind, n FROM tallies WHERE attempt_id = ?", [attempt_id])
    return {row["kind"]: row["n"] for row in rows if row["kind"] in kinds}

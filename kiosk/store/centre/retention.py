"""Deletion at the end of a retention period, class by class: rows, and names of files."""

import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from kiosk.store import meta
from kiosk.store.centre import contact, outbox
from kiosk.store.centre.data_classes import (
    AFTER,
    ATTEMPTS,
    CLEARED,
    DELETED,
    FILES,
    HEAD_GONE,
    IN_USE,
    SITTING,
)
from kiosk.store.errors import ResultsFinal
from kiosk.store.exam import events
from kiosk.store.rows import change_one, one, value
from kiosk.store.times import maybe_time, to_text, to_time
from sync.wire import canonical


@dataclass(frozen=True)
class Over:
    """A sitting that is over. ``rules``: its retention periods as stored JSON."""

    id: str
    title: str
    ended_at: datetime
    rules: str | None


@dataclass(frozen=True)
class Deletion:
    """The deletion of one class of a sitting; ``receipt`` is None until its files are gone, too.

    ``files``: what is still to be removed, by folder. ``facts``: what the receipt will state.
    """

    sitting_id: str
    what: str
    begun_at: datetime
    by: str
    files: dict[str, list[str]]
    facts: dict[str, Any]
    receipt: str | None


@dataclass(frozen=True)
class Delivered:
    """An item that headquarters has confirmed, with its receipt (JSON)."""

    kind: str
    id: str
    chain_head: str | None
    receipt: str


def over(db: Database) -> list[Over]:
    """Return all sittings that are over, oldest first.

    They ended when they were closed, but never before their scheduled start.
    """
    rows = db.query(
        "SELECT id, title, starts_at, closed_at, retention FROM sittings"
        " WHERE state IN ('closed', 'stopped') ORDER BY starts_at, id"
    )
    return [
        Over(
            row["id"],
            row["title"],
            max(
                to_time(row["starts_at"]), maybe_time(row["closed_at"]) or to_time(row["starts_at"])
            ),
            row["retention"],
        )
        for row in rows
    ]


def sitting_runs(db: Database) -> bool:
    """Return whether a paper is unlocked here: meanwhile nothing is deleted or compacted."""
    sql = "SELECT 1 AS found FROM sittings WHERE state IN ('unlocked', 'started')"
    return one(db, sql, []) is not None


def keep_rules(db: Database, sitting_id: str, rules: str) -> None:
    """Store a sitting's retention periods for the time after its package is deleted."""
    change_one(db, "UPDATE sittings SET retention = ? WHERE id = ?", [rules, sitting_id])


def package_gone(db: Database, sitting_id: str) -> bool:
    """Return whether the sitting's package has been deleted after its period."""
    sql = f"SELECT 1 AS found FROM sittings WHERE id = ? AND ({HEAD_GONE})"  # noqa: S608
    return one(db, sql, [sitting_id]) is not None


def deleted_classes(db: Database, sitting_id: str) -> frozenset[str]:
    """Return the classes of a sitting that are deleted, or are being deleted."""
    rows = db.execute("SELECT class FROM deletions WHERE sitting_id = ?", [sitting_id])
    return frozenset(str(row[0]) for row in rows)


def require_open_results(db: Database, sitting_id: str) -> None:
    """Reject changes to final results.

    Raises:
        ResultsFinal: data of the sitting have been deleted after their period.
    """
    if deleted_classes(db, sitting_id):
        raise ResultsFinal()


def hq_time(db: Database) -> datetime | None:
    """Return the latest time of headquarters' clock in any receipt or statement, or None."""
    newest = value(
        db,
        "SELECT max(json_extract(receipt, '$.body.received_at')) FROM outbox WHERE receipt > ''",
        [],
    )
    said = contact.completeness(db)
    known = [] if newest is None else [datetime.fromisoformat(newest)]
    return max([*known, said.at] if said else known, default=None)


def unsettled(db: Database, sitting_id: str, what: str, *, pictures_sent: bool) -> str | None:
    """Return what prevents the deletion of a class, or None once everything in it is confirmed.

    ``pictures_sent``: whether pictures go to headquarters; if not, only those in the outbox
    count.
    """
    more = dict(_UNSETTLED.get(what, {}))
    if what == "pictures" and pictures_sent:
        more["pictures"] = _UNSENT
    for reason, sql in {**_FIRST, **more}.items():
        if db.execute(sql, {"sitting": sitting_id}).fetchone() is not None:
            return reason
    through = outbox.event_log_through(db, sitting_id)
    unsealed = what == "event_log" and events.after(db, sitting_id, through, 1)
    return "event_log" if unsealed else None


_FIRST = {
    "attempts_open": f"SELECT 1 AS found FROM attempts WHERE {SITTING}"  # noqa: S608
    " AND state NOT IN ('ended', 'voided') LIMIT 1",
    "late_answers": f"SELECT 1 AS found FROM late_answers WHERE {ATTEMPTS}"  # noqa: S608
    " AND state = 'waiting' LIMIT 1",
    "results": f"SELECT 1 AS found FROM attempts WHERE {SITTING}"  # noqa: S608
    " AND bundled_revision < wanted_revision AND NOT EXISTS (SELECT 1 FROM deletions"
    " WHERE deletions.sitting_id = :sitting) UNION ALL"
    " SELECT 1 FROM attempts WHERE sitting_id = :sitting AND NOT EXISTS (SELECT 1 FROM outbox"
    " WHERE kind = 'result' AND outbox.attempt_id = attempts.id"
    " AND revision >= bundled_revision AND outbox.state = 'delivered') UNION ALL"
    " SELECT 1 FROM outbox WHERE kind = 'result' AND sitting_id = :sitting"
    " AND state <> 'delivered' LIMIT 1",
}
_UNSENT = (
    f"SELECT 1 AS found FROM evidence WHERE {ATTEMPTS}"  # noqa: S608
    " AND NOT EXISTS (SELECT 1 FROM outbox WHERE kind = 'evidence' AND id = sha256"
    " AND state = 'delivered') LIMIT 1"
)
_UNSETTLED = {
    "pictures": {
        "pictures": "SELECT 1 AS found FROM outbox WHERE kind = 'evidence'"
        " AND sitting_id = :sitting AND state <> 'delivered' LIMIT 1"
    },
    "event_log": {
        "event_log": "SELECT 1 AS found FROM outbox WHERE kind = 'event_log'"
        " AND sitting_id = :sitting AND state <> 'delivered' LIMIT 1",
        # The event log records the other four deletions, so it goes after them.
        "other_classes": "SELECT 1 AS found WHERE (SELECT count(*) FROM deletions"
        " WHERE sitting_id = :sitting AND class <> 'event_log' AND receipt IS NOT NULL) < 4",
    },
}


def delivered(db: Database, sitting_id: str) -> list[Delivered]:
    """Return all items of a sitting that count as delivered."""
    rows = db.query(
        "SELECT kind, id, chain_head, coalesce(receipt, '') AS receipt FROM outbox"
        " WHERE sitting_id = ? AND state = 'delivered'",
        [sitting_id],
    )
    return [Delivered(**row) for row in rows]


def begin(db: Database, start: "Deletion") -> None:
    """Delete the rows of a class; record which files go with them, and the counts."""
    sitting_id, what = start.sitting_id, start.what
    head = events.head(db, sitting_id)
    bound = {"sitting": sitting_id, "through": head.seq, "head": head.hash}
    named: dict[str, set[str]] = {}
    # Read the names now: the rows that contain them are deleted below, in the same transaction.
    for folder, sql in FILES[what]:
        named.setdefault(folder, set()).update(str(row[0]) for row in db.execute(sql, bound))
    _insert(db, start)
    for sql in CLEARED[what]:
        db.execute(sql, bound)
    rows = {
        table: db.execute(f"DELETE FROM {table} WHERE {where}", bound).rowcount  # noqa: S608
        for table, where in DELETED[what].items()
    }
    for sql in AFTER.get(what, ()):
        db.execute(sql, bound)
    # After the rows are gone: whatever is still in use belongs to another sitting or class.
    files = {folder: sorted(names - in_use(db, folder)) for folder, names in named.items()}
    counts = {**rows, **{f"files_{folder}": len(names) for folder, names in files.items()}}
    digest = canonical.digest(canonical.dumps(files))
    _note(
        db, replace(start, files=files, facts={**start.facts, "counts": counts, "digest": digest})
    )
    set_compacting(db, needed=True)


def _insert(db: Database, start: "Deletion") -> None:
    row = {
        "sitting_id": start.sitting_id,
        "class": start.what,
        "begun_at": to_text(start.begun_at),
        "by": start.by,
        "files": "{}",
        "facts": "{}",
        "receipt": None,
    }
    db.table("deletions").insert(row)


def _note(db: Database, deletion: "Deletion") -> None:
    change_one(
        db,
        "UPDATE deletions SET files = ?, facts = ? WHERE sitting_id = ? AND class = ?",
        [
            json.dumps(deletion.files),
            json.dumps(deletion.facts),
            deletion.sitting_id,
            deletion.what,
        ],
    )


def in_use(db: Database, folder: str) -> set[str]:
    """Return the files of a folder that any row still needs."""
    return {str(row[0]) for row in db.execute(IN_USE[folder])}


def deletions(db: Database) -> list[Deletion]:
    """Return all deletions, oldest first."""
    return [_deletion(row) for row in db.query("SELECT * FROM deletions ORDER BY begun_at, class")]


def finish(db: Database, deletion: Deletion, receipt: str) -> None:
    """Store the receipt and drop the file names, once all files are removed.

    Raises:
        StaleState: the deletion already has a receipt.
    """
    change_one(
        db,
        "UPDATE deletions SET files = '{}', receipt = ? WHERE sitting_id = ? AND class = ?"
        " AND receipt IS NULL",
        [receipt, deletion.sitting_id, deletion.what],
    )


def needs_compacting(db: Database) -> bool:
    """Return whether rows have been deleted since the database was last compacted."""
    return meta.get(db, COMPACT) == "1"


def set_compacting(db: Database, *, needed: bool) -> None:
    """Record whether the database has to be compacted."""
    meta.put(db, COMPACT, "1" if needed else "0")


COMPACT = "compact_needed"


def _deletion(row: dict[str, Any]) -> Deletion:
    return Deletion(
        sitting_id=row["sitting_id"],
        what=row["class"],
        begun_at=to_time(row["begun_at"]),
        by=row["by"],
        files=json.loads(row["files"]),
        facts=json.loads(row["facts"]),
        receipt=row["receipt"],
    )

"""Rows and file names of what is deleted when its period is over, class by class."""

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
    """A sitting that is over. ``rules``: the periods that were kept for it, as JSON."""

    id: str
    title: str
    ended_at: datetime
    rules: str | None


@dataclass(frozen=True)
class Deletion:
    """A class of a sitting that is deleted; ``receipt`` is None until its files are gone, too.

    ``files``: what is still to be removed, by folder. ``facts``: what the receipt will say.
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
    """All sittings that are over, the oldest first; ended when they were closed or later."""
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
    """Whether a paper is open here: then nothing is deleted and nothing compacted."""
    sql = "SELECT 1 AS found FROM sittings WHERE state IN ('unlocked', 'started')"
    return one(db, sql, []) is not None


def keep_rules(db: Database, sitting_id: str, rules: str) -> None:
    """Keep a sitting's periods, for when its package is gone."""
    change_one(db, "UPDATE sittings SET retention = ? WHERE id = ?", [rules, sitting_id])


def package_gone(db: Database, sitting_id: str) -> bool:
    """Whether nothing of the sitting's package is left after its period."""
    sql = f"SELECT 1 AS found FROM sittings WHERE id = ? AND ({HEAD_GONE})"  # noqa: S608
    return one(db, sql, [sitting_id]) is not None


def deleted_classes(db: Database, sitting_id: str) -> frozenset[str]:
    """The classes of a sitting that are deleted, or are being deleted."""
    rows = db.execute("SELECT class FROM deletions WHERE sitting_id = ?", [sitting_id])
    return frozenset(str(row[0]) for row in rows)


def require_open_results(db: Database, sitting_id: str) -> None:
    """Raise ResultsFinal once something of the sitting has been deleted after its period."""
    if deleted_classes(db, sitting_id):
        raise ResultsFinal()


def hq_time(db: Database) -> datetime | None:
    """The latest moment of headquarters' own clock that it has signed here, or None."""
    newest = value(
        db,
        "SELECT max(json_extract(receipt, '$.body.received_at')) FROM outbox WHERE receipt > ''",
        [],
    )
    said = contact.completeness(db)
    known = [] if newest is None else [datetime.fromisoformat(newest)]
    return max([*known, said.at] if said else known, default=None)


def unsettled(db: Database, sitting_id: str, what: str, *, pictures_sent: bool) -> str | None:
    """What keeps a class from being deleted, or None; then all of it has a receipt.

    ``pictures_sent``: whether pictures go to headquarters; else only what is on its way counts.
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
        "other_classes": "SELECT 1 AS found WHERE (SELECT count(*) FROM deletions"
        " WHERE sitting_id = :sitting AND class <> 'event_log' AND receipt IS NOT NULL) < 4",
    },
}


def delivered(db: Database, sitting_id: str) -> list[Delivered]:
    """All items of a sitting that count as delivered."""
    rows = db.query(
        "SELECT kind, id, chain_head, coalesce(receipt, '') AS receipt FROM outbox"
        " WHERE sitting_id = ? AND state = 'delivered'",
        [sitting_id],
    )
    return [Delivered(**row) for row in rows]


def begin(db: Database, start: "Deletion") -> None:
    """Delete the rows of a class, and note which files go with them and how many there were."""
    sitting_id, what = start.sitting_id, start.what
    head = events.head(db, sitting_id)
    bound = {"sitting": sitting_id, "through": head.seq, "head": head.hash}
    named: dict[str, set[str]] = {}
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
    """Files of a folder that some row still needs."""
    return {str(row[0]) for row in db.execute(IN_USE[folder])}


def deletions(db: Database) -> list[Deletion]:
    """All deletions, the oldest first."""
    return [_deletion(row) for row in db.query("SELECT * FROM deletions ORDER BY begun_at, class")]


def finish(db: Database, deletion: Deletion, receipt: str) -> None:
    """Everything is gone: keep the receipt, forget the names of the files."""
    change_one(
        db,
        "UPDATE deletions SET files = '{}', receipt = ? WHERE sitting_id = ? AND class = ?"
        " AND receipt IS NULL",
        [receipt, deletion.sitting_id, deletion.what],
    )


def needs_compacting(db: Database) -> bool:
    """Whether rows were deleted since the database was last compacted."""
    return meta.get(db, COMPACT) == "1"


def set_compacting(db: Database, *, needed: bool) -> None:
    """Note whether the database is to be compacted."""
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

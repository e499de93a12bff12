"""Sittings and their exam packages, and portraits enrolled at the staff desk."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from kiosk.exam.states import SITTING_OVER, SittingStatus
from kiosk.store.rows import change_one, one, value
from kiosk.store.times import maybe_time, to_text, to_time


@dataclass(frozen=True)
class Sitting:
    """One sitting at this centre.

    ``package_file``: the head of its package, or, without the two others, all of it.
    ``started_at``: the first start of a group of candidates.
    """

    id: str
    package_id: str
    version: int
    package_file: str
    roster_file: str
    paper_file: str
    title: str
    starts_at: datetime
    state: SittingStatus
    imported_at: datetime
    sealed_paper_key: bytes | None
    started_at: datetime | None
    closed_at: datetime | None = None

    @property
    def over(self) -> bool:
        """Whether the sitting is over: no candidate can check in or answer any more."""
        return self.state in SITTING_OVER


def put_package(db: Database, sitting: Sitting) -> None:
    """Add the sitting, or replace its package while it has not been unlocked.

    Raises:
        StaleState: the sitting has been unlocked.
    """
    if get(db, sitting.id) is None:
        db.table("sittings").insert(
            {
                "id": sitting.id,
                "package_id": sitting.package_id,
                "version": sitting.version,
                "package_file": sitting.package_file,
                "roster_file": sitting.roster_file,
                "paper_file": sitting.paper_file,
                "title": sitting.title,
                "starts_at": to_text(sitting.starts_at),
                "state": sitting.state,
                "imported_at": to_text(sitting.imported_at),
            }
        )
        return
    change_one(
        db,
        "UPDATE sittings SET package_id = ?, version = ?, package_file = ?, roster_file = ?,"
        " paper_file = ?, title = ?, starts_at = ?, imported_at = ?"
        " WHERE id = ? AND state = 'imported'",
        [
            sitting.package_id,
            sitting.version,
            sitting.package_file,
            sitting.roster_file,
            sitting.paper_file,
            sitting.title,
            to_text(sitting.starts_at),
            to_text(sitting.imported_at),
            sitting.id,
        ],
    )


def get(db: Database, sitting_id: str) -> Sitting | None:
    row = one(db, "SELECT * FROM sittings WHERE id = ?", [sitting_id])
    return None if row is None else _sitting(row)


def everyone(db: Database) -> list[Sitting]:
    return [_sitting(row) for row in db.query("SELECT * FROM sittings ORDER BY starts_at DESC, id")]


@dataclass(frozen=True)
class PlannedSitting:
    """What a mock exam must know of a sitting; every version of the database has it."""

    title: str
    starts_at: datetime
    state: SittingStatus


def planned(db: Database) -> list[PlannedSitting]:
    rows = db.query("SELECT title, starts_at, state FROM sittings")
    return [
        PlannedSitting(row["title"], to_time(row["starts_at"]), SittingStatus(row["state"]))
        for row in rows
    ]


def last_closed_at(db: Database) -> datetime | None:
    """Return when a sitting was last closed or stopped here."""
    return maybe_time(value(db, "SELECT max(closed_at) FROM sittings", []))


def set_unlocked(db: Database, sitting_id: str, sealed_paper_key: bytes, at: datetime) -> None:
    """Change the state: imported → unlocked.

    Raises:
        StaleState: the sitting is in another state.
    """
    change_one(
        db,
        "UPDATE sittings SET state = 'unlocked', sealed_paper_key = ?, unlocked_at = ?"
        " WHERE id = ? AND state = 'imported'",
        [sealed_paper_key, to_text(at), sitting_id],
    )


def set_started(db: Database, sitting_id: str, at: datetime) -> None:
    """Change the state: unlocked → started.

    Raises:
        StaleState: the sitting is in another state.
    """
    change_one(
        db,
        "UPDATE sittings SET state = 'started', started_at = ? WHERE id = ? AND state = 'unlocked'",
        [to_text(at), sitting_id],
    )


def set_closed(db: Database, sitting_id: str, at: datetime) -> None:
    """Change the state: started → closed.

    Raises:
        StaleState: the sitting is in another state.
    """
    change_one(
        db,
        "UPDATE sittings SET state = 'closed', closed_at = ? WHERE id = ? AND state = 'started'",
        [to_text(at), sitting_id],
    )


def set_lapsed(db: Database, sitting_id: str, at: datetime) -> None:
    """Change the state: imported or unlocked → stopped, because the sitting was not held in time.

    Raises:
        StaleState: the sitting is in another state.
    """
    change_one(
        db,
        "UPDATE sittings SET state = 'stopped', closed_at = ?"
        " WHERE id = ? AND state IN ('imported', 'unlocked')",
        [to_text(at), sitting_id],
    )


def set_stopped(db: Database, sitting_id: str, at: datetime) -> None:
    """Change the state: started → stopped, to be rescheduled.

    Raises:
        StaleState: the sitting is in another state.
    """
    change_one(
        db,
        "UPDATE sittings SET state = 'stopped', closed_at = ? WHERE id = ? AND state = 'started'",
        [to_text(at), sitting_id],
    )


def keep_lots(db: Database, sitting_id: str, seed: str) -> None:
    """Store the seed that seats were drawn with."""
    change_one(db, "UPDATE sittings SET seating_seed = ? WHERE id = ?", [seed, sitting_id])


def enrol_portrait(
    db: Database,
    sitting_id: str,
    admission_no: str,
    evidence: str,
    by: str,
    reason: str,
    at: datetime,
) -> None:
    """Use the sealed picture ``evidence`` as this candidate's portrait from now on."""
    row = {
        "sitting_id": sitting_id,
        "admission_no": admission_no,
        "evidence": evidence,
        "at": to_text(at),
        "by": by,
        "reason": reason,
    }
    db.table("captured_portraits").upsert(row, pk=("sitting_id", "admission_no"))


def captured_portrait(db: Database, sitting_id: str, admission_no: str) -> str | None:
    """SHA-256 of the portrait taken at the staff desk, or None."""
    found: str | None = value(
        db,
        "SELECT evidence FROM captured_portraits WHERE sitting_id = ? AND admission_no = ?",
        [sitting_id, admission_no],
    )
    return found


def enrolled(db: Database, sitting_id: str) -> set[str]:
    """Return the admission numbers that have a portrait from the staff desk."""
    rows = db.query(
        "SELECT admission_no FROM captured_portraits WHERE sitting_id = ?", [sitting_id]
    )
    return {row["admission_no"] for row in rows}


def _sitting(row: dict[str, Any]) -> Sitting:
    return Sitting(
        id=row["id"],
        package_id=row["package_id"],
        version=row["version"],
        package_file=row["package_file"],
        roster_file=row["roster_file"],
        paper_file=row["paper_file"],
        title=row["title"],
        starts_at=to_time(row["starts_at"]),
        state=SittingStatus(row["state"]),
        imported_at=to_time(row["imported_at"]),
        sealed_paper_key=row["sealed_paper_key"],
        started_at=maybe_time(row["started_at"]),
        closed_at=maybe_time(row["closed_at"]),
    )

"""Starts and pauses of a sitting's groups, and time credits for all in a group."""

from datetime import datetime
from typing import Any

from sqlite_utils import Database

from kiosk.exam.attempt.groups import Group, GroupCredit, GroupTimes, Pause, Start
from kiosk.exam.attempt.timing import Credit
from kiosk.store.rows import change_one
from kiosk.store.times import maybe_time, to_text, to_time


def times_of(db: Database, sitting_id: str) -> GroupTimes:
    """Return all starts, pauses and credits of a sitting's groups, oldest first."""
    of = "SELECT * FROM {} WHERE sitting_id = ? {} ORDER BY id"
    starts = db.query(of.format("group_starts", ""), [sitting_id])
    pauses = db.query(of.format("group_pauses", ""), [sitting_id])
    given = db.query(of.format("time_credits", "AND attempt_id IS NULL"), [sitting_id])
    return GroupTimes(
        starts=[Start(_group(row), to_time(row["at"])) for row in starts],
        pauses=[_pause(row) for row in pauses],
        given=[GroupCredit(_group(row), credit_of(row)) for row in given],
    )


def start(db: Database, sitting_id: str, group: Group, at: datetime) -> None:
    """Store the start of a group."""
    row = {**vars(group), "sitting_id": sitting_id, "at": to_text(at)}
    db.table("group_starts").insert(row)


def pause(db: Database, sitting_id: str, group: Group, at: datetime, reason: str) -> None:
    """Store the pause of a group that is not paused by one of its own."""
    row = {**vars(group), "sitting_id": sitting_id, "paused_at": to_text(at), "reason": reason}
    db.table("group_pauses").insert(row)


def resume(db: Database, pause_id: int, at: datetime) -> None:
    """End a pause.

    Raises:
        StaleState: it has ended.
    """
    change_one(
        db,
        "UPDATE group_pauses SET resumed_at = ? WHERE id = ? AND resumed_at IS NULL",
        [to_text(at), pause_id],
    )


def set_reason(db: Database, pause_id: int, reason: str) -> None:
    """Give a pause another reason."""
    change_one(db, "UPDATE group_pauses SET reason = ? WHERE id = ?", [reason, pause_id])


def add_credit(db: Database, sitting_id: str, group: Group, credit: Credit) -> None:
    """Add a time credit to a group, for attempts that begin later."""
    row = {**vars(credit), **vars(group), "sitting_id": sitting_id, "at": to_text(credit.at)}
    db.table("time_credits").insert(row)


def credit_of(row: dict[str, Any]) -> Credit:
    """Return the credit of a row."""
    return Credit(row["kind"], row["seconds"], row["reason"], row["by"], to_time(row["at"]))


def _group(row: dict[str, Any]) -> Group:
    return Group(row["room"], row["paper"])


def _pause(row: dict[str, Any]) -> Pause:
    return Pause(
        id=row["id"],
        group=_group(row),
        reason=row["reason"],
        paused_at=to_time(row["paused_at"]),
        resumed_at=maybe_time(row["resumed_at"]),
    )

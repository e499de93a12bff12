"""What staff do in a rehearsal while candidates sit: they start and pause, and see the board."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from kiosk.rehearsal.clients import Json, Staff

REASON = "rehearsal: fire alarm"
PAUSED_SECONDS = 2.0
LOOK_EVERY = 1.0
"""Seconds between two looks at whom a rule holds."""
APART = 0.1
"""When a room starts after the one before it, as a share of the seconds of answering."""

ALL_AT, ROOM_AT = 0.4, 0.6
"""When everybody is paused, and later the first room, as shares of the seconds of answering."""


@dataclass(frozen=True)
class Seen:
    """What staff saw and did.

    ``board``: the room page after the last pause. ``paused_s``: seconds for which everybody was
    paused; ``postponed_s``: the least by which this postponed somebody's end.
    """

    board: Json
    paused_s: float
    postponed_s: float


def start_everybody(staff: Staff, sitting_id: str) -> Seen:
    """Start the sitting, unless it runs already."""
    if staff.room(sitting_id)["sitting"]["state"] == "unlocked":
        staff.start(sitting_id)
    return Seen(staff.room(sitting_id), 0.0, 0.0)


def start_and_pause(staff: Staff, sitting_id: str, rooms: Sequence[str], seconds: float) -> Seen:
    """Start one room after another, pause everything once, then the first room on its own."""
    began = time.perf_counter()
    for number, room in enumerate(rooms):
        _wait_until(began + number * APART * seconds)
        staff.start(sitting_id, room)
    _wait_until(began + ALL_AT * seconds)
    before = ends(staff.room(sitting_id))
    paused = _paused(staff, sitting_id, None)
    board = staff.room(sitting_id)
    after = ends(board)
    later = [after[one] - before[one] for one in before.keys() & after.keys()]
    if len(rooms) > 1:
        _wait_until(began + ROOM_AT * seconds)
        _paused(staff, sitting_id, rooms[0])
        board = staff.room(sitting_id)
    return Seen(board, round(paused, 2), round(min(later, default=paused), 2))


def resume_held(staff: Staff, sitting_id: str, over: Callable[[], bool]) -> None:
    """Let those go on whom a rule holds for staff to decide, until the exam is over."""
    while not over():
        for row in staff.room(sitting_id)["rows"]:
            if row["pause_reason"] == "held":
                staff.resume_attempt(row["attempt_id"], "rehearsal: page leaves")
        time.sleep(LOOK_EVERY)


def ends(board: Json) -> dict[str, float]:
    """Return when the time of each attempt in progress is up, in seconds since the epoch."""
    now = datetime.fromisoformat(board["server_time"]).timestamp()
    return {
        row["attempt_id"]: now + row["remaining_s"]
        for row in board["rows"]
        if row["state"] == "in_progress"
    }


def _paused(staff: Staff, sitting_id: str, room: str | None) -> float:
    """Pause a room, or everybody, for a moment; return for how long at least."""
    staff.pause(sitting_id, REASON, room)
    began = time.perf_counter()
    time.sleep(PAUSED_SECONDS)
    paused = time.perf_counter() - began
    staff.end_pause(sitting_id, REASON, room)
    return paused


def _wait_until(moment: float) -> None:
    time.sleep(max(0.0, moment - time.perf_counter()))

"""Disturbances of a whole room: spans in which frames were missing or late."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from kiosk.store.times import maybe_time, to_text, to_time


@dataclass(frozen=True)
class RoomEvent:
    """One disturbance; open while ``ended_at`` is None. ``terminals``: names of those affected."""

    id: str
    sitting_id: str
    kind: str
    started_at: datetime
    ended_at: datetime | None
    frame_interval_ms: int
    terminals: tuple[str, ...] = ()


def begin(db: Database, event: RoomEvent) -> None:
    """Add a disturbance that has begun."""
    row = {
        **vars(event),
        "started_at": to_text(event.started_at),
        "ended_at": None,
        "terminals": json.dumps(event.terminals),
    }
    db.table("room_events").insert(row)


def end(db: Database, event_id: str, at: datetime, terminals: Sequence[str]) -> None:
    """End a disturbance; ``terminals``: all that were affected in the end."""
    db.execute(
        "UPDATE room_events SET ended_at = ?, terminals = ? WHERE id = ? AND ended_at IS NULL",
        [to_text(at), json.dumps(terminals), event_id],
    )


def end_all(db: Database, at: datetime) -> None:
    """End what the previous run of the server left open, but never before its start."""
    db.execute(
        "UPDATE room_events SET ended_at = max(started_at, ?) WHERE ended_at IS NULL", [to_text(at)]
    )


def of_sitting(db: Database, sitting_id: str, limit: int = -1) -> list[RoomEvent]:
    """Return a sitting's disturbances, newest first; all with ``limit`` -1."""
    rows = db.query(
        "SELECT * FROM room_events WHERE sitting_id = ? ORDER BY started_at DESC, id LIMIT ?",
        [sitting_id, limit],
    )
    return [_event(row) for row in rows]


def _event(row: dict[str, Any]) -> RoomEvent:
    times = {"started_at": to_time(row["started_at"]), "ended_at": maybe_time(row["ended_at"])}
    return RoomEvent(**{**row, **times, "terminals": tuple(json.loads(row["terminals"]))})

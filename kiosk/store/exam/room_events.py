"""Spans of time in which frames were missing or late for a whole room."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from kiosk.store.times import maybe_time, to_text, to_time


@dataclass(frozen=True)
class RoomEvent:
    """One span; open while ``ended_at`` is None. ``terminals``: names of those affected."""

    id: str
    sitting_id: str
    kind: str
    started_at: datetime
    ended_at: datetime | None
    frame_interval_ms: int
    terminals: tuple[str, ...] = ()


def begin(db: Database, event: RoomEvent) -> None:
    """Add a span that has begun."""
    row = {
        **vars(event),
        "started_at": to_text(event.started_at),
        "ended_at": None,
        "terminals": json.dumps(event.terminals),
    }
    db.table("room_events").insert(row)


def end(db: Database, event_id: str, at: datetime, terminals: Sequence[str]) -> None:
    """The span is over; ``terminals``: everybody who was affected in the end."""
    db.execute(
        "UPDATE room_events SET ended_at = ?, terminals = ? WHERE id = ? AND ended_at IS NULL",
        [to_text(at), json.dumps(terminals), event_id],
    )


def end_all(db: Database, at: datetime) -> None:
    """Close what a server that ended has left open; a span never ends before it began."""
    db.execute(
        "UPDATE room_events SET ended_at = max(started_at, ?) WHERE ended_at IS NULL", [to_text(at)]
    )


def of_sitting(db: Database, sitting_id: str, limit: int = -1) -> list[RoomEvent]:
    """A sitting's spans, newest first."""
    rows = db.query(
        "SELECT * FROM room_events WHERE sitting_id = ? ORDER BY started_at DESC, id LIMIT ?",
        [sitting_id, limit],
    )
    return [_event(row) for row in rows]


def _event(row: dict[str, Any]) -> RoomEvent:
    times = {"started_at": to_time(row["started_at"]), "ended_at": maybe_time(row["ended_at"])}
    return RoomEvent(**{**row, **times, "terminals": tuple(json.loads(row["terminals"]))})

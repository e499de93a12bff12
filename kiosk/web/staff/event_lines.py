"""Events of the event log as lines for people."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kiosk.exam.actors import shown_name
from kiosk.hall.views.incidents import EventView
from kiosk.hall.views.sittings import SittingView
from kiosk.web.http.jsonio import plain
from kiosk.web.labels.events import event_name
from kiosk.web.labels.terms import ACTORS
from kiosk.web.texts import localised


@dataclass(frozen=True)
class EventLine:
    """One line of the event log page."""

    seq: int
    at: datetime
    name: str
    who: str
    admission_no: str
    details: str
    hash: str


def event_lines(events: Iterable[EventView], sitting: SittingView) -> list[EventLine]:
    """Return the events in the same order, named in the reader's language."""
    rooms = {room.id: room.name for room in sitting.rooms}
    papers = {paper.id: localised(paper.title) for paper in sitting.papers}
    names = {
        "room": rooms,
        "former_room": rooms,
        "paper": papers,
        "former_paper": papers,
    }
    return [_line(event, names) for event in events]


def _line(event: EventView, names: Mapping[str, Mapping[str, str]]) -> EventLine:
    return EventLine(
        seq=event.seq,
        at=datetime.fromisoformat(event.at),
        name=event_name(event.kind),
        who=_who(event.who),
        admission_no=event.admission_no or "",
        details=_details(event.data, names),
        hash=event.hash,
    )


def _who(who: str) -> str:
    return str(ACTORS.get(who, shown_name(who)))


def _details(data: Mapping[str, Any], names: Mapping[str, Mapping[str, str]]) -> str:
    """Format the event's data as `key: value` pairs; rooms and papers by their names."""
    shown = ((key, names.get(key, {}).get(str(value), value)) for key, value in plain(data).items())
    return " · ".join(f"{key}: {_value(value)}" for key, value in shown)


def _value(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

"""The event log's events as lines for people."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext

from kiosk.hall.staff_views import EventView
from kiosk.web.http.jsonio import plain
from kiosk.web.labels.terms import ACTORS, DISTURBANCES, EVENTS, MARKS, RULES


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


def event_lines(events: Iterable[EventView]) -> list[EventLine]:
    """The events in their order, each with its name in the reader's language."""
    return [_line(event) for event in events]


def event_name(kind: str) -> str:
    """The kind in the reader's language; camera rules as `rule_NAME` and so on."""
    prefix, _, rule = kind.partition("_")
    over = prefix == "rule" and rule.endswith("_over")
    name = {**MARKS, **RULES}.get(rule.removesuffix("_over") if over else rule)
    if name is not None and over:
        return str(gettext("%(rule)s: ended", rule=str(name)))
    if name is not None and prefix == "advice":
        return str(gettext("%(rule)s: the candidate was advised", rule=str(name)))
    if name is not None and prefix == "rule":
        return str(name)
    if kind.removesuffix("_over") in DISTURBANCES and kind.endswith("_over"):
        name = DISTURBANCES[kind.removesuffix("_over")]
        return str(gettext("%(rule)s: ended", rule=str(name)))
    return str(EVENTS.get(kind, kind))


def _line(event: EventView) -> EventLine:
    return EventLine(
        seq=event.seq,
        at=datetime.fromisoformat(event.at),
        name=event_name(event.kind),
        who=_who(event.who),
        admission_no=event.admission_no or "",
        details=_details(event.data),
        hash=event.hash,
    )


def _who(who: str) -> str:
    return str(ACTORS.get(who, who.removeprefix("staff:")))


def _details(data: Mapping[str, Any]) -> str:
    """The event's data as `key: value` pairs."""
    return " · ".join(f"{key}: {_value(value)}" for key, value in plain(data).items())


def _value(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

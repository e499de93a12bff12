"""The event log, as staff read and filter it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from kiosk.exam.event_groups import EventGroup


@dataclass(frozen=True)
class Person:
    """Whom an event concerns; "" where that is unknown."""

    admission_no: str
    name: str
    seat: str


@dataclass(frozen=True)
class LoggedEvent:
    """One entry of the event log, with the candidate whom it concerns."""

    at: str
    epoch: int
    seq: int
    kind: str
    who: str
    admission_no: str
    name: str
    seat: str
    data: dict[str, Any]
    hash: str


@dataclass(frozen=True)
class EventLogWish:
    """What somebody wants to read.

    ``person``: part of a name, seat or admission number. ``text`` is anywhere in the event;
    ``text_kinds``: kinds whose name has it. ``before``: epoch and number to go on from.
    """

    group: EventGroup | None = None
    person: str = ""
    since: datetime | None = None
    until: datetime | None = None
    text: str = ""
    text_kinds: Collection[str] = ()
    before: tuple[int, int] | None = None

    def from_place(self, before: tuple[int, int]) -> "EventLogWish":
        """Return the same wish for what comes before a place."""
        return replace(self, before=before)


@dataclass(frozen=True)
class EventLogPage:
    """Some events, newest first. ``further``: where to go on, None at the oldest event.

    ``is_full``: there were as many as asked for; otherwise the search stopped before.
    """

    events: Sequence[LoggedEvent]
    further: tuple[int, int] | None
    is_full: bool

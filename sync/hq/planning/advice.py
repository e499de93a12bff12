"""Warnings about a sitting: days off the calendar, programmes whose rules differ."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from kiosk.exam.programme.programme import Programme
from kiosk.exam.programme.retention import CLASSES
from sync.hq.planning.paper_names import Editions
from sync.hq.problems import Phrase, Problem
from sync.hq.sittings import SittingView

_DATA: Mapping[str, str] = {
    "portraits": "portraits",
    "papers": "papers",
    "pictures": "pictures",
    "answers": "answers",
    "event_log": "event log",
}


def advice(
    sitting: SittingView, editions: Editions, zone: ZoneInfo, language: str
) -> Sequence[Problem]:
    """Return the warnings about a sitting; ``language``: in which programmes are named."""
    named = {paper.edition for paper in sitting.papers}
    several = [editions[edition] for edition in sorted(named)]
    day = sitting.starts_at.astimezone(zone).date()
    found = [off for programme in several if (off := _off_calendar(programme, day, language))]
    return [*found, *_differing(several)] if len(several) > 1 else found


def _off_calendar(programme: Programme, day: date, language: str) -> Problem | None:
    if day in {edition.exam for edition in programme.editions}:
        return None
    if programme.calendar.includes(day):
        return None
    title = getattr(programme.title, language)
    params = {"programme": title, "day": day, "next": programme.calendar.next_from(day)}
    return Problem("off_calendar", params=params, is_error=False)


def _differing(programmes: Sequence[Programme]) -> Iterator[Problem]:
    """Name what differs in the rules of a sitting's programmes, and which one holds."""
    for what in CLASSES:
        days = {programme.retention.days(what) for programme in programmes}
        if len(days) > 1:
            params = {"data": Phrase(_DATA[what]), "days": min(days)}
            yield Problem("retention_differs", params=params, is_error=False)
    if len({programme.privacy.pictures_to_headquarters for programme in programmes}) > 1:
        yield Problem("privacy_differs", is_error=False)
    if len({programme.proctoring for programme in programmes}) > 1:
        yield Problem("proctoring_differs", is_error=False)

"""The exam day at the console: a page of all centres, and the part of it that updates."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from flask import render_template, request

from sync.hq.exam_day.listing import PAGE, PAGE_SIZES, DayOrder, DayPage, DayWanted, day_page
from sync.hq.exam_day.states import DayState
from sync.hq.web.console import targets
from sync.hq.web.console.shared import staff_pages
from sync.hq.web.replies import headquarters, small_number

exam_day = staff_pages("exam_day")

YEARS = range(2000, 2200)
_LONGEST = 200
_Word = TypeVar("_Word", bound=StrEnum)


@dataclass(frozen=True)
class Picture:
    """A day as it was at a moment, with what the address wants of it."""

    day: date
    at: datetime
    wanted: DayWanted
    page: DayPage

    def address(self, **changed: Any) -> Mapping[str, Any]:
        """Return the fields of an address with the same picture but for what is changed."""
        wanted = self.wanted
        fields = {
            "day": self.day.isoformat(),
            "words": wanted.text,
            "state": wanted.state.value if wanted.state else "",
            "branch": wanted.branch,
            "sitting": wanted.sitting_id,
            "order": wanted.order.value,
            "down": "1" if wanted.descending else "",
            "size": wanted.size,
        }
        return {name: value for name, value in (fields | changed).items() if value}


@exam_day.get("/exam-day")
def overview() -> str:
    """Show who has what, what has begun and what has not arrived, on a chosen day."""
    picture, zone = _picture(), _zone()
    before, after = (
        start.astimezone(zone).date() if start else None
        for start in headquarters().exam_days.neighbours(*_times(picture.day), targets.scope())
    )
    return render_template(
        "exam_day/day.html", picture=picture, sizes=PAGE_SIZES, before=before, after=after
    )


@exam_day.get("/exam-day/live")
def live() -> str:
    """Show the same without the page around it, for the script that updates it."""
    return render_template("exam_day/live.html", picture=_picture())


def _picture() -> Picture:
    hq, wanted = headquarters(), _wanted()
    now = hq.clock.now()
    day = _day(request.args.get("day", "")) or now.astimezone(_zone()).date()
    places = hq.exam_days.places(*_times(day), targets.scope())
    return Picture(day, now, wanted, day_page(places, wanted, now))


def _times(day: date) -> tuple[datetime, datetime]:
    """Return when a day begins and ends in the console's time zone."""
    zone = _zone()
    next_day = day + timedelta(days=1)
    return datetime.combine(day, time.min, zone), datetime.combine(next_day, time.min, zone)


def _zone() -> ZoneInfo:
    return ZoneInfo(headquarters().settings.console.timezone)


def _wanted() -> DayWanted:
    given = request.args
    size = given.get("size", PAGE, type=small_number)
    return DayWanted(
        text=_text("words"),
        state=_known(DayState, given.get("state")),
        branch=_text("branch"),
        sitting_id=_text("sitting"),
        order=_known(DayOrder, given.get("order")) or DayOrder.STATE,
        descending=given.get("down") == "1",
        page=given.get("page", 1, type=small_number),
        size=size if size in PAGE_SIZES else PAGE,
    )


def _text(name: str) -> str:
    return request.args.get(name, "").strip()[:_LONGEST]


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year in YEARS else None


def _known(words: type[_Word], given: str | None) -> _Word | None:
    return next((word for word in words if word.value == given), None)

"""The event log page: filters, pages, and the same as a table to save."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from flask import Response, g, request, stream_with_context, url_for
from flask_babel import get_timezone
from pydantic import BeforeValidator, Field

from kiosk.exam.event_groups import EventGroup
from kiosk.hall.views.event_log import EventLogWish
from kiosk.hall.views.sittings import SittingView
from kiosk.web.forms import Form
from kiosk.web.http.jsonio import parse
from kiosk.web.labels.event_details import GROUPS
from kiosk.web.labels.events import NAMES
from kiosk.web.services import hall
from kiosk.web.staff.event_lines import event_lines, event_table

YEARS = range(2000, 2200)
"""Years that a filter may name; others are a slip."""


def _nothing(value: object) -> object:
    """Return None for an empty field."""
    return None if value == "" else value


Typed = Annotated[str, Field(max_length=100)]
Moment = Annotated[datetime | None, BeforeValidator(_nothing)]
Place = Annotated[str, Field(pattern=r"^(\d{1,9}-\d{1,12})?$")]


class EventLogQuery(Form):
    """What the page's fields say; ``before``: epoch and number to go on from."""

    group: Annotated[EventGroup | None, BeforeValidator(_nothing)] = None
    person: Typed = ""
    since: Moment = None
    until: Moment = None
    text: Typed = ""
    before: Place = ""


def page_values(sitting: SittingView) -> dict[str, Any]:
    """Return what the page shows of a sitting's event log."""
    asked = _asked()
    page = hall().event_log.page(sitting.id, _wish(asked), g.staff.rooms)
    further = None if page.further is None else "-".join(map(str, page.further))
    return {
        "lines": list(event_lines(page.events, sitting)),
        "groups": GROUPS,
        "asked": request.args,
        "filtered": any(request.args.get(name) for name in FILTERS),
        "newest": _address("staff.event_log_page", sitting) if asked.before else None,
        "older": _address("staff.event_log_page", sitting, before=further) if further else None,
        "table": _address("staff.event_log_table", sitting),
        "stopped": bool(further) and not page.is_full,
    }


def table(sitting: SittingView) -> Response:
    """Return the filtered event log as CSV, streamed so that memory use stays small."""
    wish = replace(_wish(_asked()), before=None)
    events = hall().event_log.everything(sitting.id, wish, g.staff.rooms)
    rows = stream_with_context(event_table(event_lines(events, sitting)))
    response = Response(rows, mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="event-log.csv"'
    return response


FILTERS = tuple(name for name in EventLogQuery.model_fields if name != "before")


def _asked() -> EventLogQuery:
    """Return the request's query; raises InvalidRequest for anything that no field can send."""
    given = {name: request.args[name] for name in (*FILTERS, "before") if name in request.args}
    return parse(EventLogQuery, given)


def _address(endpoint: str, sitting: SittingView, **more: str) -> str:
    kept: dict[str, Any] = {name: value for name in FILTERS if (value := request.args.get(name))}
    return url_for(endpoint, sitting_id=sitting.id, **{**kept, **more})


def _wish(asked: EventLogQuery) -> EventLogWish:
    return EventLogWish(
        group=asked.group,
        person=asked.person,
        since=_moment(asked.since),
        until=_moment(asked.until),
        text=asked.text,
        text_kinds=_named(asked.text),
        before=_place(asked.before),
    )


def _named(text: str) -> list[str]:
    """Return the kinds whose name in the reader's language has the text."""
    sought = text.lower()
    return [kind for kind, name in NAMES.items() if sought in str(name).lower()] if text else []


def _moment(typed: datetime | None) -> datetime | None:
    """Return the moment of a local time; None for one that no exam can have."""
    if typed is None or typed.year not in YEARS:
        return None
    return typed if typed.tzinfo else typed.replace(tzinfo=ZoneInfo(str(get_timezone())))


def _place(text: str) -> tuple[int, int] | None:
    if not text:
        return None
    epoch, _, seq = text.partition("-")
    return int(epoch), int(seq)

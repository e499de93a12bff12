"""Events of the event log as lines for people, on the page and in a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import format_datetime, gettext

from kiosk.exam.actors import shown_name
from kiosk.exam.event_groups import group_of
from kiosk.hall.views.event_log import LoggedEvent
from kiosk.hall.views.sittings import SittingView
from kiosk.web.http.jsonio import plain
from kiosk.web.labels.event_details import GROUPS, detail_name, detail_value
from kiosk.web.labels.events import event_name
from kiosk.web.labels.terms import ACTORS
from kiosk.web.texts import localised
from kiosk.webpages.csv_cells import BOM, safe_cell


@dataclass(frozen=True)
class EventLine:
    """One line of the event log; ``details`` are pairs of a name and a value."""

    epoch: int
    seq: int
    at: datetime
    kind: str
    group: str
    name: str
    who: str
    candidate: str
    seat: str
    admission_no: str
    details: list[tuple[str, str]]
    hash: str


def event_lines(events: Iterable[LoggedEvent], sitting: SittingView) -> Iterator[EventLine]:
    """Yield the events in the same order, named in the reader's language."""
    rooms = {room.id: room.name for room in sitting.rooms}
    papers = {paper.id: localised(paper.title) for paper in sitting.papers}
    names = {
        "room": rooms,
        "former_room": rooms,
        "paper": papers,
        "former_paper": papers,
    }
    return (_line(event, names) for event in events)


def event_table(lines: Iterable[EventLine]) -> Iterator[str]:
    """Yield the lines as CSV with a heading, safe to open in a spreadsheet program."""
    yield BOM + _row(
        *(gettext("No."), gettext("Restore"), gettext("Time"), gettext("Group")),
        *(gettext("Event"), gettext("Kind"), gettext("Who"), gettext("Name"), gettext("Seat")),
        *(gettext("Admission number"), gettext("Details"), gettext("Hash")),
    )
    for line in lines:
        time = format_datetime(line.at, "yyyy-MM-dd HH:mm:ss")
        yield _row(
            *(str(line.seq), str(line.epoch), time, line.group, line.name, line.kind, line.who),
            *(line.candidate, line.seat, line.admission_no, joined(line.details), line.hash),
        )


def joined(details: Iterable[tuple[str, str]]) -> str:
    """Return details in one line."""
    return " · ".join(f"{name}: {value}" for name, value in details)


def _row(*cells: str) -> str:
    file = io.StringIO()
    csv.writer(file).writerow(safe_cell(cell) for cell in cells)
    return file.getvalue()


def _line(event: LoggedEvent, names: Mapping[str, Mapping[str, str]]) -> EventLine:
    return EventLine(
        epoch=event.epoch,
        seq=event.seq,
        at=datetime.fromisoformat(event.at),
        kind=event.kind,
        group=str(GROUPS[group_of(event.kind)]),
        name=event_name(event.kind),
        who=_who(event.who),
        candidate=event.name,
        seat=event.seat,
        admission_no=event.admission_no,
        details=_details(event.data, names),
        hash=event.hash,
    )


def _who(who: str) -> str:
    return str(ACTORS.get(who, shown_name(who)))


def _details(
    data: Mapping[str, Any], names: Mapping[str, Mapping[str, str]]
) -> list[tuple[str, str]]:
    """Return the event's data in words; rooms and papers by their names."""
    shown = ((key, names.get(key, {}).get(str(value), value)) for key, value in plain(data).items())
    return [(detail_name(key), detail_value(key, value)) for key, value in shown]

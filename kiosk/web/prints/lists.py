"""Lists of people: door list, desk labels, sign-in sheet, absentees."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask_babel import lazy_gettext as _l

from kiosk.exam.attempt.states import NOT_SAT
from kiosk.hall.views.prints import PrintedRoom, PrintedSeat
from kiosk.printing.documents import Card, Cards, Facts, Heading, Note, Page, Signatures, Table
from kiosk.web.labels.terms import END_REASONS
from kiosk.web.prints.words import Occasion, both, chinese, column, date_and_time, facts, sentence

Portraits = Callable[[str], bytes | None]
"""Returns the portrait of an admission number."""

_SHOWN = 4
"""Last characters of an admission number on the door, which strangers pass."""

_FEW = 24
"""Most candidates that the door list shows in one column."""

INVIGILATORS = (_l("Invigilator 1"), _l("Invigilator 2"))


def door_list(occasion: Occasion) -> list[Page]:
    """Return a page for each room's door."""
    return [_door(room) for room in occasion.sitting.rooms]


def _door(room: PrintedRoom) -> Page:
    table = Table(
        columns=(
            column(_l("Seat"), 2, centred=True),
            column(_l("Name"), 5),
            column(_l("Ends with"), 2.4, centred=True),
        ),
        rows=tuple((seat.seat, seat.name, seat.admission_no[-_SHOWN:]) for seat in room.seats),
        abreast=1 if len(room.seats) <= _FEW else 2,
        size=13,
        height=9,
    )
    note = Note(text=sentence(_l("Ends with: the last characters of the admission number.")))
    return Page(big=room.name, blocks=(table, note))


def desk_labels(occasion: Occasion, portrait: Portraits) -> list[Page]:
    """Return the labels of all rooms; each room begins on a new sheet.

    Extra time and needs are left out: neighbours would read them.
    """
    return [
        Page(blocks=(Cards(cards=tuple(_card(occasion, room, s, portrait) for s in room.seats)),))
        for room in occasion.sitting.rooms
    ]


def _card(occasion: Occasion, room: PrintedRoom, seat: PrintedSeat, portrait: Portraits) -> Card:
    lines = (
        room.name,
        seat.paper["zh"],
        f"{occasion.sitting.title} {date_and_time(occasion.sitting.starts_at)}",
    )
    return Card(
        seat=seat.seat,
        name=seat.name,
        number=seat.admission_no,
        lines=lines,
        portrait=portrait(seat.admission_no),
    )


def sign_in_sheet(occasion: Occasion) -> list[Page]:
    """Return a sheet for each room, with room for signatures."""
    return [_sign_in(occasion, room) for room in occasion.sitting.rooms]


def _sign_in(occasion: Occasion, room: PrintedRoom) -> Page:
    several = occasion.sitting.several_papers
    paper = (column(_l("Paper"), 3.4),) if several else ()
    table = Table(
        columns=(
            column(_l("Seat"), 1.3, centred=True),
            column(_l("Name"), 3.2),
            column(_l("Admission number"), 3),
            *paper,
            column(_l("Time of arrival"), 1.8),
            column(_l("Signature of the candidate"), 3.6),
            column(_l("Remarks"), 2),
        ),
        rows=tuple(
            (
                *(seat.seat, seat.name, seat.admission_no),
                *((seat.paper["zh"],) if several else ()),
                *("", "", ""),
            )
            for seat in room.seats
        ),
        height=11.5,
    )
    counted = facts([(_l("Expected"), len(room.seats)), (_l("Present"), ""), (_l("Absent"), "")])
    signatures = invigilators_sign()
    return Page(big=room.name, blocks=(table, Facts(rows=counted), signatures))


def absentees(occasion: Occasion) -> list[Page]:
    """Return a list for each room: who did not come, and who came and did not sit."""
    return [_absentees(occasion, room) for room in occasion.sitting.rooms]


def _absentees(occasion: Occasion, room: PrintedRoom) -> Page:
    absent = [seat for seat in room.seats if not seat.came]
    refused = [seat for seat in room.seats if seat.came and seat.end_reason in NOT_SAT]
    counted = facts(
        [
            (_l("Expected"), len(room.seats)),
            (_l("Present"), len(room.seats) - len(absent)),
            (_l("Absent"), len(absent)),
        ]
    )
    blocks = [
        Facts(rows=counted),
        *unfinished(occasion),
        Heading(label=both(_l("Absent"))),
        _people(absent) if absent else Note(text=sentence(_l("Nobody is absent.")), size=11),
    ]
    if refused:
        blocks += [
            Heading(label=both(_l("Came, but did not sit the exam"))),
            _people(refused),
        ]
    signatures = invigilators_sign()
    return Page(big=room.name, blocks=(*blocks, signatures))


def invigilators_sign() -> Signatures:
    """Return the places where the two invigilators sign."""
    return Signatures(labels=tuple(both(label) for label in INVIGILATORS))


def _people(seats: Sequence[PrintedSeat]) -> Table:
    return Table(
        columns=(
            column(_l("Seat"), 1.3, centred=True),
            column(_l("Name"), 3),
            column(_l("Admission number"), 3),
            column(_l("Paper"), 4),
            column(_l("Remarks"), 3),
        ),
        rows=tuple(
            (
                *(seat.seat, seat.name, seat.admission_no, seat.paper["zh"]),
                chinese(END_REASONS[seat.end_reason]) if seat.came and seat.end_reason else "",
            )
            for seat in seats
        ),
    )


def unfinished(occasion: Occasion) -> list[Note]:
    """Return a note on a list that may still change."""
    if occasion.sitting.is_over:
        return []
    return [Note(text=sentence(_l("The sitting is still open; this list may change.")))]

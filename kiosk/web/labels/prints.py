"""Titles of the printed set, what each document is for, and when it is printed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from kiosk.hall.views.prints import PrintKind


@dataclass(frozen=True)
class PrintText:
    """What the page says about a document."""

    title: LazyString
    purpose: LazyString
    when: LazyString


BEFORE, AFTER = _l("Before the exam"), _l("After the exam")

PRINTS: Mapping[PrintKind, PrintText] = {
    PrintKind.DOOR_LIST: PrintText(
        _l("Door list"),
        _l("For the door of each room: who sits where. Admission numbers are shortened."),
        BEFORE,
    ),
    PrintKind.DESK_LABELS: PrintText(
        _l("Desk labels"),
        _l("A label with seat, name and portrait for each desk, ten on a sheet, to be cut apart."),
        BEFORE,
    ),
    PrintKind.SIGN_IN_SHEET: PrintText(
        _l("Sign-in sheet"),
        _l("Each candidate signs at the door or at the seat."),
        BEFORE,
    ),
    PrintKind.ABSENTEES: PrintText(
        _l("List of absentees"),
        _l("Who did not come, and who came but did not sit the exam."),
        _l("After late entry closes, and again after the exam"),
    ),
    PrintKind.ROOM_RECORD: PrintText(
        _l("Room record"),
        _l("Planned and real times, who came, incidents, remarks by hand; two invigilators sign."),
        AFTER,
    ),
    PrintKind.INCIDENT_REPORT: PrintText(
        _l("Incident report"),
        _l("Each incident with its times and what staff noted."),
        AFTER,
    ),
    PrintKind.MISCONDUCT: PrintText(
        _l("Misconduct records"),
        _l("A sheet for each record, with the signature given on the screen and a QR code."),
        _l("When a record is finished"),
    ),
    PrintKind.HANDOVER: PrintText(
        _l("Hand-over sheet"),
        _l("The sealed files for headquarters with their digests; who hands over a stick signs."),
        _l("After the sitting is closed"),
    ),
}

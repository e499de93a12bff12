"""Makes a document of the printed set as a PDF, and records who printed it."""

from __future__ import annotations

from collections.abc import Collection

from flask_babel import lazy_gettext as _l

from kiosk.exam.actors import shown_name
from kiosk.hall.prints import PrintedSet
from kiosk.hall.views.prints import PrintKind
from kiosk.printing.documents import Document, Note, Page
from kiosk.printing.fonts import find_font
from kiosk.printing.process import make_pdf
from kiosk.web.labels.prints import PRINTS
from kiosk.web.prints import lists, misconduct, records
from kiosk.web.prints.words import Occasion, both, date_and_time, sentence


def make(
    prints: PrintedSet, sitting_id: str, kind: PrintKind, by: str, rooms: Collection[str] = ()
) -> bytes:
    """Return a document as a PDF, of all rooms or some; what is printed is an event.

    Raises:
        NotFound: there is no such sitting.
        NoFont: no font with Chinese characters is installed.
        PrintingFailed, TooBusy: the PDF cannot be made now.
        ResultsFinal: data of the sitting were deleted.
    """
    font = find_font()
    pdf = make_pdf(compose(prints, sitting_id, kind, by, rooms), font)
    prints.note(sitting_id, kind, by, rooms)
    return pdf


def compose(
    prints: PrintedSet, sitting_id: str, kind: PrintKind, by: str, rooms: Collection[str] = ()
) -> Document:
    """Return what a document says.

    Raises:
        NotFound: there is no such sitting.
    """
    now = prints.now()
    occasion = Occasion(
        sitting=prints.sitting(sitting_id, rooms),
        centre=prints.centre,
        at=now,
        by=shown_name(by),
    )
    sitting = occasion.sitting
    printed = sentence(_l("Printed"))
    foot = f"{occasion.centre} · {sitting.title} · {printed} {date_and_time(now)} · {occasion.by}"
    return Document(
        title=both(PRINTS[kind].title),
        about=f"{sitting.title} · {date_and_time(sitting.starts_at)}",
        foot=foot,
        made_at=now,
        pages=tuple(_pages(prints, kind, occasion, rooms) or [_nobody()]),
    )


def _nobody() -> Page:
    return Page(blocks=(Note(text=sentence(_l("No candidates.")), size=11),))


def _pages(
    prints: PrintedSet, kind: PrintKind, occasion: Occasion, rooms: Collection[str]
) -> list[Page]:
    sitting_id = occasion.sitting.id
    match kind:
        case PrintKind.DOOR_LIST:
            return lists.door_list(occasion)
        case PrintKind.DESK_LABELS:
            return lists.desk_labels(occasion, lambda number: prints.portrait(sitting_id, number))
        case PrintKind.SIGN_IN_SHEET:
            return lists.sign_in_sheet(occasion)
        case PrintKind.ABSENTEES:
            return lists.absentees(occasion)
        case PrintKind.ROOM_RECORD:
            return records.room_record(occasion)
        case PrintKind.INCIDENT_REPORT:
            return records.incident_report(
                occasion, prints.incidents(sitting_id, rooms), prints.evidence
            )
        case PrintKind.MISCONDUCT:
            found = prints.misconduct(sitting_id, rooms)
            return misconduct.records(found) or [misconduct.none()]
        case PrintKind.HANDOVER:
            return records.handover(occasion, prints.sealed(sitting_id, rooms))

"""Records of misconduct on paper, a sheet for each."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l

from kiosk.exam.actors import shown_name
from kiosk.exam.attempt.misconduct import HEIGHT, WIDTH
from kiosk.hall.views.misconduct import MisconductView
from kiosk.printing.documents import Block, Code, Drawing, Facts, Heading, Note, Page, Signatures
from kiosk.web.labels.terms import MISCONDUCT, RECORD_STATES
from kiosk.web.prints.lists import invigilators_sign
from kiosk.web.prints.words import both, chinese, date_and_time, facts, sentence


def records(found: Sequence[MisconductView]) -> list[Page]:
    """Return a sheet for each record."""
    return [_sheet(record) for record in found]


def none() -> Page:
    """Return the sheet of a sitting without any."""
    return Page(blocks=(Note(text=sentence(_l("No misconduct was recorded.")), size=11),))


def _sheet(record: MisconductView) -> Page:
    pairs = facts(
        [
            (_l("Candidate"), f"{record.name} {record.admission_no}"),
            (_l("Seat"), record.place),
            (_l("What kind"), chinese(MISCONDUCT[record.kind])),
            (_l("When"), date_and_time(record.happened_at)),
            (_l("Recorded by"), f"{shown_name(record.by)}, {date_and_time(record.at)}"),
            (_l("Second member of staff"), shown_name(record.witness) if record.witness else ""),
            (_l("State"), chinese(RECORD_STATES[record.state])),
            (_l("Record"), str(record.number)),
        ]
    )
    said = (
        (_l("Facts"), record.facts),
        (_l("Evidence"), record.evidence),
        (_l("Taken from the candidate"), record.taken),
        (_l("The candidate's own view"), record.statement),
        (_l("Reason"), record.reason),
        (_l("Withdrawn"), _withdrawal(record)),
    )
    texts: list[Block] = [
        block
        for heading, text in said
        if text
        for block in (Heading(label=both(heading)), Note(text=text, size=11))
    ]
    signature = (
        [_drawing(record)] if record.signature else [Signatures(labels=(both(_l("Candidate")),))]
    )
    return Page(
        blocks=(
            Facts(rows=pairs),
            *texts,
            Note(text=sentence(_l("Two members of staff saw it. Headquarters decides later."))),
            *signature,
            invigilators_sign(),
            Code(text=f"{record.admission_no} {record.number} sha256:{record.digest}"),
        )
    )


def _withdrawal(record: MisconductView) -> str:
    if record.withdrawn_at is None:
        return ""
    by, at = shown_name(record.withdrawn_by), date_and_time(record.withdrawn_at)
    return f"{record.withdrawn_reason} ({by}, {at})"


def _drawing(record: MisconductView) -> Drawing:
    return Drawing(
        label=both(_l("Signature of the candidate")),
        width=WIDTH,
        height=HEIGHT,
        strokes=record.signature or (),
    )

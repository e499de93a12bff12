"""Records of what happened: room record, incident report, hand-over sheet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from kiosk.exam.actors import shown_name
from kiosk.hall.views.prints import (
    PrintedBreak,
    PrintedIncident,
    PrintedRoom,
    SealedFile,
    SealedFiles,
)
from kiosk.printing.documents import (
    Block,
    Facts,
    Heading,
    Label,
    Lines,
    Note,
    Page,
    Picture,
    Pictures,
    Signatures,
    Table,
)
from kiosk.web.labels.terms import END_REASONS, FOLLOW_UPS, MARKS, RULES, SYNC_KINDS
from kiosk.web.prints.lists import invigilators_sign, unfinished
from kiosk.web.prints.words import (
    Occasion,
    both,
    chinese,
    clock,
    column,
    date_and_time,
    facts,
    moment_text,
    sentence,
    titles,
)

MOST_INCIDENTS = 1_000
MOST_PICTURES = 60
"""In a room's report: the newest are left out, and it says so."""

OpenPicture = Callable[[str], bytes | None]
"""Returns the JPEG with a SHA-256, None where it was deleted."""
"""Incidents in one report; further ones are counted."""

_REMARKS = 10
_SMALL = 7.5


def room_record(occasion: Occasion) -> list[Page]:
    """Return a record for each room, for remarks by hand and two signatures."""
    return [_record(occasion, room) for room in occasion.sitting.rooms]


def _record(occasion: Occasion, room: PrintedRoom) -> Page:
    sitting, came = occasion.sitting, sum(seat.came for seat in room.seats)
    planned_end = sitting.starts_at + timedelta(minutes=room.minutes)
    pairs = facts(
        [
            (_l("Centre"), occasion.centre),
            (_l("Programme"), titles(sitting.programmes)),
            (_l("Planned start"), date_and_time(sitting.starts_at)),
            (_l("Planned end"), date_and_time(planned_end)),
            (_l("Real start"), date_and_time(room.started_at) if room.started_at else ""),
            (_l("Real end"), date_and_time(room.ended_at) if room.ended_at else ""),
            (_l("Expected"), len(room.seats)),
            (_l("Present"), came),
            (_l("Absent"), len(room.seats) - came),
            (_l("Incidents"), sum(room.incidents.values())),
            (_l("Toilet breaks"), len(room.breaks)),
        ]
    )
    endings = Counter(seat.end_reason for seat in room.seats if seat.came and seat.end_reason)
    return Page(
        big=room.name,
        blocks=(
            Facts(rows=pairs),
            *unfinished(occasion),
            *_counts(_l("How the exams ended"), {_ending(k): n for k, n in endings.items()}),
            *_counts(_l("Incidents"), {_rule(k): n for k, n in room.incidents.items()}),
            *_breaks(room.breaks),
            Lines(label=both(_l("Other remarks")), count=_REMARKS),
            invigilators_sign(),
        ),
    )


def _counts(heading: LazyString, counted: dict[str, int]) -> list[Heading | Table]:
    """Return a small table of names and numbers; nothing for an empty one."""
    if not counted:
        return []
    table = Table(
        columns=(column(_l("What"), 4), column(_l("Number"), 1, centred=True)),
        rows=tuple((name, str(n)) for name, n in sorted(counted.items(), key=_often)),
        abreast=2,
        size=9.5,
        height=7,
    )
    return [Heading(label=both(heading)), table]


def _breaks(found: Sequence[PrintedBreak]) -> list[Heading | Table]:
    """Return a table of toilet breaks; nothing where there was none."""
    if not found:
        return []
    table = Table(
        columns=(
            column(_l("Seat"), 1.2, centred=True),
            column(_l("Candidate"), 3.2),
            column(_l("Escort"), 2.4),
            column(_l("Out at"), 1.6, centred=True),
            column(_l("Back at"), 1.6, centred=True),
            column(_l("Minutes"), 1.4, centred=True),
            column(_l("Reason beyond the rules"), 4.2),
        ),
        rows=tuple(_break_row(out) for out in found),
        size=9,
    )
    return [Heading(label=both(_l("Toilet breaks"))), table]


def _break_row(out: PrintedBreak) -> tuple[str, ...]:
    return (
        out.seat,
        f"{out.name}\n{out.admission_no}",
        out.escort,
        clock(out.began_at),
        clock(out.ended_at) if out.ended_at else chinese(_l("going on")),
        f"{out.minutes:.1f}",
        out.reason,
    )


def _often(counted: tuple[str, int]) -> tuple[int, str]:
    return -counted[1], counted[0]


def incident_report(
    occasion: Occasion, incidents: Sequence[PrintedIncident], open_picture: OpenPicture
) -> list[Page]:
    """Return the incidents of each room in the order of time, with their pictures after them."""
    return [_incidents(occasion, room, incidents, open_picture) for room in occasion.sitting.rooms]


def _incidents(
    occasion: Occasion,
    room: PrintedRoom,
    incidents: Sequence[PrintedIncident],
    open_picture: OpenPicture,
) -> Page:
    own = [incident for incident in incidents if incident.room == room.id]
    counted = facts(
        [
            (_l("Incidents"), len(own)),
            (_l("Candidates concerned"), len({incident.admission_no for incident in own})),
        ]
    )
    left_out = len(own) - MOST_INCIDENTS
    table = Table(
        columns=(
            column(_l("No."), 1, centred=True),
            column(_l("Seat"), 1.2, centred=True),
            column(_l("Candidate"), 3.2),
            column(_l("Incident"), 3.2),
            column(_l("Time"), 3.4),
            column(_l("Noticed by"), 2),
            column(_l("Follow-up and note"), 4.6),
        ),
        rows=tuple(
            _incident(number, incident)
            for number, incident in enumerate(own[:MOST_INCIDENTS], start=1)
        ),
        size=9,
    )
    further = sentence(_l("%(n)s further incidents are in the event log.", n=left_out))
    return Page(
        big=room.name,
        blocks=(
            Facts(rows=counted),
            *unfinished(occasion),
            Note(text=sentence(_l("An incident is a breach only after people have judged it."))),
            table if own else Note(text=sentence(_l("No incidents.")), size=11),
            *([Note(text=further)] if left_out > 0 else []),
            *_pictures(own[:MOST_INCIDENTS], open_picture),
            invigilators_sign(),
        ),
    )


def _pictures(own: Sequence[PrintedIncident], open_picture: OpenPicture) -> list[Block]:
    """Return the pictures, each below the number of its incident, as far as they are kept."""
    shown = [
        (f"{number}. {incident.seat} {_rule(incident.rule)}\n{moment_text(at)}", sha256)
        for number, incident in enumerate(own, start=1)
        for sha256, at in incident.pictures
    ]
    found = [
        Picture(caption=caption, jpeg=jpeg)
        for caption, sha256 in shown[:MOST_PICTURES]
        if (jpeg := open_picture(sha256)) is not None
    ]
    if not found:
        return []
    left_out = len(shown) - MOST_PICTURES
    further = sentence(_l("%(n)s further pictures are on the page Incidents.", n=left_out))
    return [
        Heading(label=both(_l("Pictures"))),
        Pictures(pictures=tuple(found)),
        *([Note(text=further)] if left_out > 0 else []),
    ]


def _incident(number: int, incident: PrintedIncident) -> tuple[str, ...]:
    over = clock(incident.ended_at) if incident.ended_at else chinese(_l("going on"))
    by = shown_name(incident.by) if incident.by else chinese(_l("Camera"))
    note = f"：{' '.join(incident.note.split())}" if incident.note else ""
    follow_up = chinese(FOLLOW_UPS.get(incident.follow_up, incident.follow_up))
    return (
        str(number),
        incident.seat,
        f"{incident.name}\n{incident.admission_no}",
        _rule(incident.rule),
        f"{moment_text(incident.started_at)}\n– {over}",
        by,
        follow_up + note,
    )


def handover(occasion: Occasion, sealed: SealedFiles) -> list[Page]:
    """Return the sheet on which sealed files change hands."""
    pairs = facts(
        [
            (_l("Centre"), occasion.centre),
            (_l("Files"), len(sealed.files)),
            (_l("Pictures"), sealed.pictures),
            (_l("Digest of the pictures' list"), sealed.pictures_digest if sealed.pictures else ""),
        ]
    )
    table = Table(
        columns=(
            column(_l("No."), 0.9, centred=True),
            column(_l("Content"), 3),
            column(_l("File"), 5.6),
            column(_l("Bytes"), 1.6),
            column(_l("SHA-256 of the file"), 5.6),
        ),
        rows=tuple(_sealed_file(number, file) for number, file in enumerate(sealed.files, start=1)),
        size=_SMALL,
    )
    nothing = Note(text=sentence(_l("Nothing has been sealed yet.")), size=11)
    explained = _l(
        "The files are encrypted for headquarters. Whoever receives a USB stick can compare each"
        " file with its digest: sha256sum FILE."
    )
    return [
        Page(
            blocks=(
                Facts(rows=pairs),
                *unfinished(occasion),
                table if sealed.files else nothing,
                Note(text=sentence(explained)),
                Lines(label=_carrier(), count=2),
                Signatures(labels=(both(_l("Handed over by")), both(_l("Received by")))),
            )
        )
    ]


def _carrier() -> Label:
    return both(_l("Carrier, USB stick, seal number"))


def _sealed_file(number: int, file: SealedFile) -> tuple[str, ...]:
    about = f"{file.seat} {file.candidate}".strip()
    gone = chinese(_l("no longer here"))
    return (
        str(number),
        "\n".join(filter(None, (chinese(SYNC_KINDS[file.kind]), about))),
        file.name,
        str(file.size) if file.sha256 else "",
        file.sha256 or gone,
    )


def _rule(rule: str) -> str:
    return chinese(RULES.get(rule) or MARKS.get(rule) or rule)


def _ending(reason: str) -> str:
    return chinese(END_REASONS.get(reason, reason))

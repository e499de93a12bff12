"""Texts of the guide through the day."""

from collections.abc import Collection, Mapping
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from kiosk.exam.day import NoteKind, OpenKind, OpenPoint, RemarkKind, Step, StepId, StepState
from kiosk.hall.rights import Right
from kiosk.hall.views.day import DayView, SittingDayView

STEPS: dict[StepId, tuple[LazyString, str]] = {
    "imported": (_l("Exam package"), "staff.sittings_page"),
    "prepared": (_l("Ready for the day"), "staff.readiness_page"),
    "unlocked": (_l("Papers unlocked"), "staff.room_page"),
    "checked_in": (_l("Check-in"), "staff.room_page"),
    "started": (_l("Started"), "staff.room_page"),
    "written": (_l("Handed in"), "staff.room_page"),
    "closed": (_l("Sitting closed"), "staff.room_page"),
    "sealed": (_l("Results sealed"), "staff.sync_page"),
    "sent": (_l("At headquarters"), "staff.sync_page"),
    "backed_up": (_l("Backup"), "staff.backup_page"),
}
"""Name of each step, and the page where it is done."""

STATES: dict[StepState, LazyString] = {
    "done": _l("done"),
    "now": _l("next"),
    "missing": _l("something is missing"),
    "later": _l("later"),
}

NOTES: dict[NoteKind, LazyString] = {
    "absent": _l("not here: %(n)s"),
    "paused": _l("paused: %(n)s"),
    "undecided": _l("to decide: %(n)s"),
    "incidents": _l("open incidents: %(n)s"),
    "waiting": _l("waiting: %(n)s"),
    "on_stick": _l("in the file for the USB stick: %(n)s"),
}
"""What a step says beside its own number."""

CASES: dict[str, LazyString] = {
    "held": _l("exam paused until you decide"),
    "identity": _l("identity"),
    "lost_time": _l("lost time"),
    "inspection": _l("something to be taken off"),
    "late_answers": _l("late answers"),
    "held_answers": _l("answers on a terminal"),
    "misconduct": _l("misconduct record not finished"),
}
"""What waits for a decision about a candidate."""

OPEN: dict[OpenKind, LazyString] = {
    "writing": _l("Candidates who are still writing: %(n)s."),
    "not_closed": _l("The sitting is not closed."),
    "not_started": _l("The papers are unlocked, and the exam has not started."),
    "starts_soon": _l("An exam is planned for this time."),
    "late_answers": _l("Late answers that wait for your decision: %(n)s."),
    "undecided": _l("Cases that wait for your decision: %(n)s."),
    "held_answers": _l(
        "Terminals with answers that they cannot send: %(n)s. Leave them on, and decide in the"
        " room."
    ),
    "unsealed": _l("Results or records of an exam that has ended are not sealed yet."),
    "waiting": _l(
        "Files that have not arrived at headquarters: %(n)s. Keep the connection or use a USB"
        " stick."
    ),
    "unconfirmed": _l("Headquarters has not yet confirmed that it has everything."),
    "backup_running": _l("A backup is being made."),
    "no_backup": _l("No backup was made after the sitting was closed."),
}

REMARKS: dict[RemarkKind, LazyString] = {
    "on_stick": _l(
        "Files that headquarters has not confirmed: %(n)s. They are in the file for the USB stick:"
        " bring it to headquarters, and import the reply here."
    ),
    "no_backup_place": _l(
        "No backup was made after the sitting was closed, and no folder for one is connected."
    ),
}

OF_SITTING = frozenset({"staff.room_page", "staff.readiness_page"})
"""Pages of one sitting."""

CHIEFS = frozenset({"staff.backup_page"})
"""Pages that need the right to make backups."""

PLACES: dict[OpenKind, str] = {
    "writing": "staff.room_page",
    "not_closed": "staff.room_page",
    "not_started": "staff.room_page",
    "starts_soon": "staff.readiness_page",
    "undecided": "staff.room_page",
    "late_answers": "staff.room_page",
    "held_answers": "staff.room_page",
    "unsealed": "staff.sync_page",
    "waiting": "staff.sync_page",
    "unconfirmed": "staff.sync_page",
    "backup_running": "staff.backup_page",
    "no_backup": "staff.backup_page",
}
"""The page where each is settled."""


def day_texts(day: DayView, rights: Collection[str]) -> dict[str, Any]:
    """Return the guide in the request's language, with links to pages that ``rights`` open."""
    titles = {sitting.id: sitting.title for sitting in day.sittings}
    return {
        "at": day.at,
        "sittings": [_sitting(sitting, rights) for sitting in day.sittings],
        "open": [_open(point, titles, rights) for point in day.open],
        "remarks": [str(REMARKS[remark.kind]) % {"n": remark.n} for remark in day.remarks],
    }


def _sitting(sitting: SittingDayView, rights: Collection[str]) -> dict[str, object]:
    return {
        "id": sitting.id,
        "title": sitting.title,
        "starts_at": sitting.starts_at,
        "url": _url("staff.room_page", sitting.id, rights),
        "steps": [_step(step, sitting.id, rights) for step in sitting.steps],
        "open": [_open(point, {}, rights) for point in sitting.open],
    }


def _step(step: Step, sitting_id: str, rights: Collection[str]) -> dict[str, object]:
    name, page = STEPS[step.id]
    count = f" {step.n} / {step.of}" if step.of else ""
    return {
        "text": f"{name}{count}",
        "notes": [str(NOTES[note.kind]) % {"n": note.n} for note in step.notes],
        "state": step.state,
        "state_text": str(STATES[step.state]),
        "url": _url(page, sitting_id, rights),
    }


def _open(
    point: OpenPoint, titles: Mapping[str, str], rights: Collection[str]
) -> dict[str, object]:
    return {
        "kind": point.kind,
        "title": titles.get(point.sitting_id, ""),
        "text": str(OPEN[point.kind]) % {"n": point.n},
        "url": _url(PLACES[point.kind], point.sitting_id, rights),
    }


def _url(page: str, sitting_id: str, rights: Collection[str]) -> str:
    """Return the page's address; the first page's where this person or sitting has none."""
    if page == "staff.backup_page" and Right.BACKUP not in rights:
        return url_for("staff.sittings_page")
    if page in OF_SITTING:
        return (
            url_for(page, sitting_id=sitting_id) if sitting_id else url_for("staff.sittings_page")
        )
    return url_for(page)

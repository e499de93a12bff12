"""Texts of the guide through the day."""

from flask import url_for
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from kiosk.exam.day import OpenKind, OpenPoint, Step, StepId, StepState
from kiosk.hall.views.day import DayView, SittingDayView

STEPS: dict[StepId, tuple[LazyString, str]] = {
    "prepared": (_l("Ready for the day"), "staff.readiness_page"),
    "unlocked": (_l("Papers unlocked"), "staff.room_page"),
    "checked_in": (_l("Check-in"), "staff.room_page"),
    "started": (_l("Started"), "staff.room_page"),
    "written": (_l("Handed in"), "staff.room_page"),
    "closed": (_l("Sitting closed"), "staff.room_page"),
    "sent": (_l("At headquarters"), "staff.sync_page"),
}
"""Name of each step, and the page where it is done."""

STATES: dict[StepState, LazyString] = {
    "done": _l("done"),
    "now": _l("next"),
    "missing": _l("something is missing"),
    "later": _l("later"),
}

OPEN: dict[OpenKind, LazyString] = {
    "writing": _l("Candidates who are still writing: %(n)s."),
    "not_closed": _l("The sitting is not closed."),
    "not_started": _l("The papers are unlocked, and the exam has not started."),
    "starts_soon": _l("An exam is planned for this time."),
    "late_answers": _l("Late answers that wait for your decision: %(n)s."),
    "unsealed": _l("Results or records of an exam that has ended are not sealed yet."),
    "waiting": _l(
        "Files that have not arrived at headquarters: %(n)s. Keep the connection or use a USB"
        " stick."
    ),
    "unconfirmed": _l("Headquarters has not yet confirmed that it has everything."),
}


def day_texts(day: DayView) -> dict[str, object]:
    """Return the guide in the request's language, with links."""
    titles = {sitting.id: sitting.title for sitting in day.sittings}
    return {
        "at": day.at,
        "sittings": [_sitting(sitting) for sitting in day.sittings],
        "open": [_open(point, titles) for point in day.open],
    }


def _sitting(sitting: SittingDayView) -> dict[str, object]:
    return {
        "title": sitting.title,
        "starts_at": sitting.starts_at,
        "url": _url("staff.room_page", sitting.id),
        "steps": [_step(step, sitting.id) for step in sitting.steps],
    }


def _step(step: Step, sitting_id: str) -> dict[str, object]:
    name, page = STEPS[step.id]
    count = f" {step.n} / {step.of}" if step.of else ""
    return {
        "text": f"{name}{count}",
        "state": step.state,
        "state_text": str(STATES[step.state]),
        "url": _url(page, sitting_id),
    }


def _open(point: OpenPoint, titles: dict[str, str]) -> dict[str, object]:
    text = str(OPEN[point.kind]) % {"n": point.n}
    page = "staff.room_page" if point.sitting_id else "staff.sync_page"
    return {
        "title": titles.get(point.sitting_id, ""),
        "text": text,
        "url": _url(page, point.sitting_id),
    }


def _url(page: str, sitting_id: str) -> str:
    return url_for(page) if page == "staff.sync_page" else url_for(page, sitting_id=sitting_id)

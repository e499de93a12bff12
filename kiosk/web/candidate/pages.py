"""Candidates' pages: device check, sign-in, verification, waiting, exam, receipt."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.exam.errors import ExamError
from kiosk.hall.views.attempt import AttemptView, NotesView
from kiosk.web.auth import Audience, allow, cookie
from kiosk.web.candidate.practice import MINUTES, practice_items, practice_sections
from kiosk.web.http.errors import status_of
from kiosk.web.labels import personal_form
from kiosk.web.labels.terms import DESK_ITEMS, END_REASONS
from kiosk.web.pages import render
from kiosk.web.services import hall
from kiosk.web.texts import localised
from sync.wire.delivery.result import MOST_NOTES

blueprint = Blueprint("candidate", __name__)

STAGES = {
    "registered": "candidate.verify_page",
    "checked_in": "candidate.verify_page",
    "ready": "candidate.waiting_page",
    "in_progress": "candidate.exam_page",
    "paused": "candidate.exam_page",
    "ended": "candidate.receipt_page",
    "voided": "candidate.receipt_page",
}
"""The page for an attempt in each state."""

FORM = "candidate.form_page"

AGAIN = ("checked_in", "ready")
"""States in which a candidate may repeat the device check."""


@blueprint.get("/")
@allow(Audience.PUBLIC)
def device_check_page() -> ResponseReturnValue:
    """Show the device check (R13); a signed-in candidate is redirected to the page of their stage.

    With `?check=1` a candidate at check-in repeats the check; the page leaves as soon as the
    state changes.
    """
    view = _signed_in()
    again = view is not None and view.state in AGAIN and request.args.get("check") == "1"
    if view is not None and not again and not _over_and_done(view):
        return redirect(url_for(_stage_of(view)))
    if view is None or not again:
        return _device_check(Audience.PUBLIC, _terminal_data())
    # The page's writes are the candidate's; only the check's own are the terminal's.
    own = {**_page_data(view), "terminal": ""}
    return _device_check(Audience.CANDIDATE, own, view=view, own_page=url_for(_stage_of(view)))


def _device_check(audience: Audience, data: dict[str, Any], **values: Any) -> str:
    template = "candidate/device_check.html"
    return render(template, audience, area="candidate", data=data, step=1, **values)


def _pages(view: AttemptView) -> dict[str, str]:
    """Return the page for each state of an attempt."""
    pages = {state: url_for(page) for state, page in STAGES.items()}
    return {**pages, "checked_in": url_for(FORM)} if view.form_open else pages


def _stage_of(view: AttemptView) -> str:
    """Return the page where the attempt is: at check-in first the form, then the face (R14)."""
    if view.state == "checked_in" and view.form_open:
        return FORM
    return STAGES.get(str(view.state), "candidate.device_check_page")


def _signed_in() -> AttemptView | None:
    """Return the attempt of the candidate signed in at this terminal, or None."""
    try:
        session = hall().checkin.session(cookie(Audience.CANDIDATE), cookie(Audience.TERMINAL))
    except ExamError as error:
        if status_of(error) == 401:
            return None
        raise
    g.candidate = session
    return hall().attempts.view(session.attempt_id)


def _over_and_done(view: AttemptView) -> bool:
    """Whether the terminal is free: both the candidate's exam and the sitting are over."""
    return view.state in ("ended", "voided") and view.sitting_state in ("closed", "stopped")


def _terminal_data() -> dict[str, Any]:
    """Return what a page needs to deliver answers left at its terminal."""
    return {"emergency_key": hall().late_answers.public_key}


@blueprint.get("/sign-in")
@allow(Audience.TERMINAL, page=True)
def sign_in_page() -> ResponseReturnValue:
    """Ask for admission number, identity number and consent.

    A candidate who is signed in is redirected to the page of their stage.
    """
    view = _signed_in()
    if view is not None and view.state not in ("ended", "voided"):
        return redirect(url_for(_stage_of(view)))
    return render(
        "candidate/sign_in.html",
        Audience.TERMINAL,
        area="candidate",
        data={"terminal": g.terminal.name, **_terminal_data()},
        step=2,
        notices=hall().sittings.privacy(),
    )


@blueprint.get("/form")
@allow(Audience.CANDIDATE, page=True)
def form_page() -> ResponseReturnValue:
    """Show the personal data form, filled in as far as known (R14)."""
    view = hall().attempts.view(g.candidate.attempt_id)
    if _stage_of(view) != FORM:
        return redirect(url_for(_stage_of(view)))
    return render(
        "candidate/personal_form.html",
        Audience.CANDIDATE,
        area="candidate",
        data=_page_data(view),
        step=3,
        view=view,
        form=hall().personal_forms.view(view.attempt_id),
        names=personal_form.FIELDS,
        hints=personal_form.HINTS,
        choices=personal_form.CHOICES,
    )


@blueprint.get("/verify")
@allow(Audience.CANDIDATE, page=True)
def verify_page() -> ResponseReturnValue:
    """Show the face check, or the wait for staff (R15)."""
    return _stage("candidate/verify.html", "candidate.verify_page", step=3)


@blueprint.get("/waiting")
@allow(Audience.CANDIDATE, page=True)
def waiting_page() -> ResponseReturnValue:
    """Show the rules and the wait for the start."""
    return _stage("candidate/waiting.html", "candidate.waiting_page", step=4)


@blueprint.get("/exam")
@allow(Audience.CANDIDATE, page=True)
def exam_page() -> ResponseReturnValue:
    """Show the answer page."""
    return _stage("candidate/exam.html", "candidate.exam_page", step=5)


@blueprint.get("/receipt")
@allow(Audience.CANDIDATE, page=True)
def receipt_page() -> ResponseReturnValue:
    """Show what was handed in, when, and its digest."""
    return _stage("candidate/receipt.html", "candidate.receipt_page", step=6)


@blueprint.get("/practice")
@allow(Audience.PUBLIC)
def practice_page() -> ResponseReturnValue:
    """Show the answer page with questions about its tools; nothing of them is kept.

    For candidates who wait for the start, and for everybody at a terminal where nobody is signed
    in. The page leaves as soon as the exam starts.
    """
    view = _signed_in()
    if view is not None and view.state not in AGAIN and not _over_and_done(view):
        return redirect(url_for(_stage_of(view)))
    waiting = view if view is not None and view.state in AGAIN else None
    calculator = waiting is None or waiting.calculator
    notes = waiting is not None and waiting.notes is not None
    items = practice_items(calculator=calculator)
    paper = {
        "items": items,
        "sections": practice_sections(items),
        "minutes": MINUTES,
        "notes": NotesView("", 0, MOST_NOTES),
    }
    own = _page_data(waiting) if waiting else {"attempt_id": ""}
    return render(
        "candidate/practice.html",
        Audience.CANDIDATE if waiting else Audience.PUBLIC,
        area="candidate",
        data={**own, "practice": paper},
        own_page=url_for(_stage_of(waiting)) if waiting else None,
        calculator=calculator,
        notes=notes,
    )


@blueprint.get("/help")
@allow(Audience.PUBLIC)
def help_page() -> ResponseReturnValue:
    """Show what to do when something does not work."""
    return _beside("help")


@blueprint.get("/privacy")
@allow(Audience.PUBLIC)
def privacy_page() -> ResponseReturnValue:
    """Show what is recorded, why, for how long, and how to do without face recognition."""
    return _beside("privacy")


def _beside(name: str) -> ResponseReturnValue:
    """Show a text page; during check-in and exam it opens on top of the candidate's own page.

    So the candidate does not miss the start. `?over=1` returns the text alone, without a look at
    the attempt: help is there whatever is wrong with that. `&questions=` says how many questions of
    the paper are in two languages.
    """
    view = None if request.args.get("over") else _signed_in()
    if view is not None and view.state not in ("ended", "voided"):
        return redirect(url_for(_stage_of(view), _anchor=name))
    asked = request.args.get("questions")
    return render_template(
        f"candidate/{name}.html",
        area="candidate",
        notices=hall().sittings.privacy(),
        translated=asked if asked in ("some", "all") else "none",
    )


def _stage(template: str, endpoint: str, *, step: int) -> ResponseReturnValue:
    """Render the page, or redirect to the one that the attempt's state requires."""
    view = hall().attempts.view(g.candidate.attempt_id)
    right = _stage_of(view)
    if right != endpoint:
        return redirect(url_for(right))
    return render(
        template,
        Audience.CANDIDATE,
        area="candidate",
        data=_page_data(view),
        step=step,
        view=view,
        end_reasons=END_REASONS,
        desk_items=[str(DESK_ITEMS[name]) for name in view.rules.desk_items],
    )


def _page_data(view: AttemptView) -> dict[str, Any]:
    """Return what the modules need before their first request. The items come from the API."""
    return {
        "attempt_id": view.attempt_id,
        "state": view.state,
        "check_in": view.check_in,
        "can_verify": _can_verify(view),
        "tries_left": view.tries_left,
        "card_wanted": view.card_wanted,
        "identity_settled": view.identity_settled,
        "findings": view.findings,
        "devices_missing": view.devices_missing,
        "consent_face": view.consent_face,
        "leave_limit": view.leave_limit,
        "programme": localised(view.programme_title),
        "subtitle": localised(view.subtitle),
        **_terminal_data(),
        "admission_no": view.admission_no,
        "terminal": _terminal_name(),
        "call": view.call,
        "messages": view.messages,
        "pages": _pages(view),
        "sign_in_page": url_for("candidate.sign_in_page"),
        "server_time": view.server_time,
        "starts_at": view.starts_at,
    }


def _can_verify(view: AttemptView) -> bool:
    open_ = view.check_in not in ("refused", "staff", "passed", "by_hand")
    return view.consent_face and view.has_portrait and view.tries_left > 0 and open_


def _terminal_name() -> str:
    try:
        return hall().terminals.session(cookie(Audience.TERMINAL)).name
    except ExamError as error:
        if status_of(error) == 401:
            return ""
        raise

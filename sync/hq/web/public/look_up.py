"""Candidates look up their published results, get the score letter, and ask for a recount."""

from collections.abc import Mapping, Sequence

from flask import Blueprint, Response, make_response, render_template, request
from flask_babel import gettext as _

from kiosk.exam.errors import ExamError
from kiosk.exam.typed_numbers import plain_number
from sync.hq.errors import ReasonMissing, TooManyTries
from sync.hq.release.errors import LookUpFailed, RecountClosed
from sync.hq.release.look_up import LONGEST, Details, FoundResult
from sync.hq.release.recounts import MOST_TEXT
from sync.hq.web.console import guard
from sync.hq.web.console.shared import download, names_by_id
from sync.hq.web.messages import message_for
from sync.hq.web.replies import headquarters, small_number, status_of

look_up = Blueprint("look_up", "sync.hq.web")
FIELDS = ("name", "identity_no", "admission_no")


@look_up.errorhandler(ExamError)
def _refused(error: ExamError) -> Response:
    return _page(message=message_for(error), status=status_of(error))


@look_up.get("/look-up")
def form() -> Response:
    """Show the form."""
    return _page()


@look_up.post("/look-up")
def find() -> Response:
    """Show the published results of the person with these details."""
    guard.require_sign_in_secret()
    try:
        return _page(found=_found())
    except (LookUpFailed, TooManyTries) as error:
        return _page(message=message_for(error), status=status_of(error))


@look_up.post("/look-up/letter")
def letter() -> Response:
    """Return the score letter of one of them."""
    guard.require_sign_in_secret()
    pdf = headquarters().release.letters.of_result(_chosen(_found()))
    return download(pdf, "score.pdf", "application/pdf")


@look_up.post("/look-up/recount")
def recount() -> Response:
    """Store a request for a recount."""
    guard.require_sign_in_secret()
    found = _found()
    try:
        text = request.form.get("text", "")[:MOST_TEXT]
        headquarters().release.recounts.request(_chosen(found), text)
    except (RecountClosed, ReasonMissing) as error:
        return _page(found=found, message=message_for(error), status=status_of(error))
    return _page(found=found, notice=_("Your request is stored. The answer will be shown here."))


def _found() -> Sequence[FoundResult]:
    return headquarters().release.look_up.find(Details(**_typed()), request.remote_addr or "")


def _chosen(found: Sequence[FoundResult]) -> FoundResult:
    cursor = request.form.get("published", type=small_number)
    for result in found:
        if result.published.cursor == cursor:
            return result
    raise LookUpFailed


def _page(
    found: Sequence[FoundResult] = (), message: str = "", notice: str = "", status: int = 200
) -> Response:
    hq, typed = headquarters(), _typed()
    shown = {**typed, "admission_no": plain_number(typed["admission_no"])}
    page = render_template(
        "public/look_up.html",
        found=found,
        recounts={
            result.published.cursor: hq.release.recounts.of_attempt(result.published.key)
            for result in found
        },
        names=names_by_id(),
        typed=shown,
        message=message,
        notice_text=notice,
        secret_text=guard.sign_in_secret(),
    )
    response = make_response(page, status)
    guard.keep(response, "hq_form", guard.sign_in_secret())
    return response


def _typed() -> Mapping[str, str]:
    return {name: request.form.get(name, "")[:LONGEST] for name in FIELDS}

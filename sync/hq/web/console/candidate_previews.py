"""The preview of a file of candidates: each field before and after, what to store, whose name."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from sync.hq.core.paging import clamped
from sync.hq.imports.uploads import Upload
from sync.hq.registration.planning import CLEARABLE, FILE, KEEP
from sync.hq.registration.previews import STATES, PersonFilter
from sync.hq.web.console import guard
from sync.hq.web.console.candidate_import import NOTES, cleared
from sync.hq.web.console.notices import flash
from sync.hq.web.console.shared import staff_pages
from sync.hq.web.messages import problem_views
from sync.hq.web.replies import headquarters, small_number

candidate_previews = staff_pages("candidate_previews")

PAGE = 50
"""People on one page."""


@candidate_previews.get("/imports/<upload_id>/candidates")
def preview(upload_id: str) -> str:
    """Show a page of the people of an upload, by state and text."""
    hq, upload, which = headquarters(), _upload(upload_id), _filter(request.args)
    found = hq.candidate_previews.count(upload_id, which)
    page, pages = clamped(request.args.get("page", 1, type=small_number), found, PAGE)
    rows = hq.candidate_previews.page(upload_id, which, (page - 1) * PAGE, PAGE)
    return render_template(
        "sittings/preview.html",
        upload=upload,
        sitting=hq.sittings.get(upload.context["sitting"]),
        summary=hq.candidate_previews.summary(upload_id),
        states=STATES,
        rows=[(row, problem_views(row["problems"])) for row in rows],
        cleared=cleared(upload),
        notes=problem_views(upload.context.get(NOTES, [])),
        which=which,
        page=page,
        pages=pages,
    )


@candidate_previews.post("/imports/<upload_id>/candidates/choices")
def choose(upload_id: str) -> BaseResponse:
    """Save what was chosen and decided on a page; then show the page that was asked for."""
    _upload(upload_id)
    save_choices(upload_id)
    kept, which = headquarters().candidate_previews, _filter(request.form)
    action, page = request.form.get("action", ""), request.form.get("page", 1, type=small_number)
    if action in ("all", "none"):
        kept.choose_all(upload_id, which, chosen=action == "all")
    elif action in (FILE, KEEP):
        kept.decide_all(upload_id, action)
    elif action.startswith("page-"):
        page = next(iter(_numbers([action.removeprefix("page-")])), 1)
    return redirect(_address(upload_id, which, page))


def save_choices(upload_id: str) -> None:
    """Save the boxes and decisions of the form; ``shown`` has the numbers of its rows."""
    shown = _numbers(request.form.getlist("shown"))
    if not shown:
        return
    chosen = set(_numbers(request.form.getlist("chosen")))
    kept = headquarters().candidate_previews
    kept.choose(upload_id, [number for number in shown if number in chosen], chosen=True)
    kept.choose(upload_id, [number for number in shown if number not in chosen], chosen=False)
    kept.decide(upload_id, {number: request.form.get(f"name-{number}", "") for number in shown})


def is_undecided(upload_id: str) -> bool:
    """Return whether a name of somebody who is to be stored still needs a decision."""
    return bool(headquarters().candidate_previews.summary(upload_id).undecided)


def back_to_names(upload_id: str) -> BaseResponse:
    """Return to the people whose names differ."""
    flash(_("Decide first which names are right. Nothing was stored."))
    return redirect(_address(upload_id, PersonFilter(noted=True), 1))


def columns_to_clear() -> Mapping[str, Any]:
    """Return the columns of the form whose empty cells clear what is registered."""
    return {"clear": [name for name in request.form.getlist("clear") if name in CLEARABLE]}


def _upload(upload_id: str) -> Upload:
    return headquarters().uploads.without_files(upload_id, guard.who())


def _filter(form: Mapping[str, str]) -> PersonFilter:
    state = form.get("state", "")
    return PersonFilter(
        state=state if state in STATES else "",
        noted=form.get("noted") == "yes",
        text=form.get("text", "")[:100].replace("\x00", ""),
    )


def _address(upload_id: str, which: PersonFilter, page: int) -> str:
    return url_for(
        "candidate_previews.preview",
        upload_id=upload_id,
        state=which.state or None,
        noted="yes" if which.noted else None,
        text=which.text or None,
        page=page,
    )


def _numbers(texts: Sequence[str]) -> list[int]:
    """Return the numbers of rows among texts, as many as a page has."""
    return [int(text) for text in texts[:PAGE] if text.isdecimal() and len(text) < 8]

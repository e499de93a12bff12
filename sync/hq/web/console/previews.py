"""The preview of an item file: every item as it will be, what to store, what clashes become."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Response, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from kiosk.exam.programme.programme import Programme
from sync.hq.authoring.importing.previews import Filters, ShownRow
from sync.hq.authoring.importing.rows import Decision, RowState
from sync.hq.authoring.pictures import media_type
from sync.hq.authoring.programmes import points_given
from sync.hq.core.paging import clamped
from sync.hq.errors import NotFound
from sync.hq.imports.uploads import Upload
from sync.hq.web.console import guard
from sync.hq.web.console.item_views import ItemView, compared_views, item_view
from sync.hq.web.console.notices import flash
from sync.hq.web.console.shared import staff_pages
from sync.hq.web.messages import ProblemView, problem_views
from sync.hq.web.replies import headquarters, small_number

previews = staff_pages("previews")

PAGE = 25
"""Items on one page."""


@dataclass(frozen=True)
class RowView:
    """A row of a preview for display. ``old``: the version of the bank that it differs from."""

    shown: ShownRow
    view: ItemView | None
    old: ItemView | None
    points: str
    problems: Sequence[ProblemView]


@previews.get("/imports/<upload_id>/preview")
def preview(upload_id: str) -> str:
    """Show a page of the items of an upload, by state and text."""
    hq, upload = headquarters(), _upload(upload_id)
    summary = hq.previews.summary(upload_id)
    programme = hq.programmes.get(summary.programme_id)
    filters = _filters(request.args)
    found = hq.previews.count(upload_id, filters)
    page, pages = clamped(request.args.get("page", 1, type=small_number), found, PAGE)
    rows = hq.previews.page(upload_id, programme.id, filters, (page - 1) * PAGE, PAGE)
    # Pictures of the file are not in the bank yet.
    g.previewed_upload = upload_id
    return render_template(
        "items/preview.html",
        upload=upload,
        summary=summary,
        programme=programme,
        rows=[_row_view(row, programme) for row in rows],
        problems=problem_views(summary.problems),
        filters=filters,
        found=found,
        page=page,
        pages=pages,
    )


@previews.post("/imports/<upload_id>/choices")
def choose(upload_id: str) -> BaseResponse:
    """Save what was chosen and decided on a page; then show the page that was asked for."""
    _upload(upload_id)
    save_choices(upload_id)
    kept, filters = headquarters().previews, _filters(request.form)
    action, page = request.form.get("action", ""), request.form.get("page", 1, type=small_number)
    if action in ("all", "none"):
        kept.choose_all(upload_id, filters, chosen=action == "all")
    elif action in set(Decision):
        kept.decide_all(upload_id, Decision(action))
    elif action.startswith("page-"):
        page = _number(action.removeprefix("page-")) or 1
    return redirect(_address(upload_id, filters, page))


@previews.get("/imports/<upload_id>/pictures/<name>")
def picture(upload_id: str, name: str) -> Response:
    """Return a picture of an upload, or of the bank where the file only names it."""
    _upload(upload_id)
    hq = headquarters()
    try:
        data = hq.previews.picture(upload_id, name)
    except NotFound:
        data = hq.pictures.get(name)
    return Response(data, mimetype=media_type(name))


def save_choices(upload_id: str) -> None:
    """Save the boxes and decisions of the form; ``shown`` has the numbers of its rows."""
    shown = _numbers("shown")
    chosen = set(_numbers("chosen"))
    kept = headquarters().previews
    if shown:
        kept.choose(upload_id, [number for number in shown if number in chosen], chosen=True)
        kept.choose(upload_id, [number for number in shown if number not in chosen], chosen=False)
        given = {number: request.form.get(f"decision-{number}", "") for number in shown}
        kept.decide(
            upload_id,
            {number: Decision(word) for number, word in given.items() if word in set(Decision)},
        )


def is_undecided(upload_id: str, *, everything: bool) -> bool:
    """Return whether something that is to be stored still needs a decision."""
    summary = headquarters().previews.summary(upload_id)
    return bool(summary.undecided_of_all if everything else summary.undecided)


def back_to_clashes(upload_id: str) -> BaseResponse:
    """Return to the items that need a decision."""
    flash(_("Decide first what becomes of the items whose ids are in use. Nothing was stored."))
    return redirect(_address(upload_id, Filters(RowState.CLASH), 1))


def _upload(upload_id: str) -> Upload:
    """Return an upload of this account."""
    return headquarters().uploads.without_files(upload_id, guard.who())


def _filters(form: Mapping[str, str]) -> Filters:
    state = form.get("state", "")
    return Filters(
        state=RowState(state) if state in set(RowState) else None,
        noted=form.get("noted") == "yes",
        text=form.get("text", "")[:100].replace("\x00", ""),
    )


def _address(upload_id: str, filters: Filters, page: int) -> str:
    return url_for(
        "previews.preview",
        upload_id=upload_id,
        state=filters.state.value if filters.state else None,
        noted="yes" if filters.noted else None,
        text=filters.text or None,
        page=page,
    )


def _numbers(field: str) -> Sequence[int]:
    """Return the numbers of rows in a field of the form, as many as a page has."""
    given = request.form.getlist(field)[:PAGE]
    return [number for text in given if (number := _number(text)) is not None]


def _number(text: str) -> int | None:
    """Return a number of the form; None for anything else, and for more digits than a row has."""
    return int(text) if text.isdecimal() and len(text) < 8 else None


def _row_view(shown: ShownRow, programme: Programme) -> RowView:
    entry, old, view = shown.row.entry, None, None
    if entry is not None and shown.before is not None:
        old, view = compared_views(shown.before, entry)
    elif entry is not None:
        view = item_view(entry)
    points = points_given(programme, entry.item.type, entry.item.subject) if entry else ()
    return RowView(shown, view, old, " / ".join(map(str, points)), problem_views(shown.problems))

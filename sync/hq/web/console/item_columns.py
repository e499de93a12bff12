"""Columns and encoding of an uploaded item sheet: what they were read as, and corrections."""

from flask import request
from werkzeug.wrappers import Response as BaseResponse

from kiosk.exam.programme.programme import Programme
from sync.hq.authoring.interchange.sheets.headings import (
    OPTIONS,
    TITLES,
    TRANSLATED,
    field_of,
    plain,
)
from sync.hq.errors import NotFound
from sync.hq.imports.text_encoding import ENCODINGS
from sync.hq.web.console import guard, uploading
from sync.hq.web.console.shared import staff_pages
from sync.hq.web.replies import headquarters

item_columns = staff_pages("item_columns")

_MOST = 500


@item_columns.post("/imports/<upload_id>/columns")
def choose(upload_id: str) -> BaseResponse:
    """Remember the fields for the columns of a sheet, and check the file again.

    Values for items that do not specify them are used for this file only.
    """
    hq, by = headquarters(), guard.who()
    upload = hq.uploads.without_files(upload_id, by)
    if upload.kind != "items":
        raise NotFound(what="upload")
    programme = hq.programmes.get(upload.context["programme"])
    hq.column_mappings.remember(programme.id, _choices())
    hq.uploads.add_context(upload_id, by, _defaults(programme))
    encoding = request.form.get("encoding", "")
    if encoding in ENCODINGS:
        hq.uploads.add_context(upload_id, by, {"encoding": encoding})
    return uploading.begin_check(upload_id)


def _defaults(programme: Programme) -> dict[str, str]:
    """Return the values for items that specify none; an empty one takes an earlier one back."""
    lists = {
        "subject": programme.subjects,
        "domain": programme.domains,
        "trade": programme.trades,
        "level": programme.levels,
    }
    given = {name: request.form[name] for name in lists if name in request.form}
    known = {name: {"", *(entry.id for entry in entries)} for name, entries in lists.items()}
    return {name: value for name, value in given.items() if value in known[name]}


def _choices() -> dict[str, str | None]:
    """Return the fields that were changed, by heading; None where the heading itself says it.

    Several columns may share a heading (选项 over four columns), so unchanged ones are no choice.
    """
    columns = (request.form.getlist(name)[:_MOST] for name in ("heading", "was", "field"))
    chosen: dict[str, str | None] = {}
    for heading, before, field in zip(*columns, strict=False):
        if field in ("", *TITLES) and field != before:
            chosen[plain(heading)] = None if field == field_of(heading) else field
    return chosen


def choices_of_fields() -> list[tuple[str, tuple[str, str]]]:
    """Return the fields to choose from, with their names in Chinese and English."""
    rare = (*OPTIONS[10:], *(name for name in TRANSLATED if name[-1] in OPTIONS[10:]))
    return [(field, names) for field, names in TITLES.items() if field not in rare]

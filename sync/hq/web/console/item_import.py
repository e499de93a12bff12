"""Check and storage of an uploaded item file."""

from collections.abc import Mapping, Sequence
from typing import Any

from sync.hq.authoring.importing.rows import Choice, Preview
from sync.hq.authoring.interchange import formats
from sync.hq.authoring.interchange.sheets.read import Choices
from sync.hq.core.progress import ProgressCallback
from sync.hq.errors import BadImport
from sync.hq.imports.text_encoding import ENCODINGS
from sync.hq.imports.uploads import Upload
from sync.hq.problems import Problem
from sync.hq.services import HqServices

_COLUMNS = 500
"""Most columns that the page lists."""
FOUND = ("columns", "asks_encoding")
"""What checking adds to the context of an upload."""
DEFAULTS = ("subject", "domain", "trade", "level", "difficulty")


def check(
    hq: HqServices, upload: Upload, by: str, progress: ProgressCallback
) -> tuple[Mapping[str, Any], Sequence[Problem]]:
    """Store the preview of the file with its upload; return the problems of a useless file."""
    try:
        if "file" not in upload.files:
            raise BadImport([Problem("empty")])
        preview = _preview(hq, upload, by, progress)
    except BadImport as error:
        asks = any(problem.code.startswith("encoding") for problem in error.problems)
        hq.uploads.add_context(upload.id, by, {"asks_encoding": asks})
        return {"sound": 0, "previewed": False}, error.problems
    if not preview.rows:
        return {"sound": 0, "previewed": False}, preview.problems
    hq.previews.keep(upload.id, preview)
    return {"sound": len(preview.entries), "previewed": True}, ()


def _preview(hq: HqServices, upload: Upload, by: str, progress: ProgressCallback) -> Preview:
    programme = hq.programmes.get(upload.context["programme"])
    file = upload.files["file"]
    encoding = upload.context.get("encoding", "")
    choices = Choices(
        encoding if encoding in ENCODINGS else "", hq.column_mappings.of(programme.id)
    )
    columns = list(formats.columns(file.name, file.data, choices))
    found = {"columns": columns[:_COLUMNS], "asks_encoding": bool(choices.encoding)}
    hq.uploads.add_context(upload.id, by, found)
    return hq.item_import.preview(
        programme,
        formats.read(file.name, file.data, programme, choices),
        {name: upload.context[name] for name in DEFAULTS if upload.context.get(name)},
        progress,
        file_name=file.name,
        batch=upload.context.get("batch", ""),
    )


def store(
    hq: HqServices, upload: Upload, by: str, everything: bool, progress: ProgressCallback
) -> Mapping[str, Any]:
    """Store what was previewed: ``everything`` that has no problems, or what staff chose.

    Raises:
        BadImport: there is nothing to store.
        ClashesUndecided: nobody has decided about a clash.
    """
    preview, choice = hq.previews.load(upload.id)
    if everything:
        choice = Choice(decisions=choice.decisions)
    report = hq.item_import.store(preview, by, choice=choice, leave_out=True, progress=progress)
    return {**vars(report), "programme": preview.programme_id, "batch": preview.batch}

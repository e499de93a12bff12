"""Check and storage of an uploaded item file."""

from collections.abc import Mapping, Sequence
from typing import Any

from sync.hq.authoring.importing.rows import Choice
from sync.hq.authoring.interchange import formats
from sync.hq.core.progress import ProgressCallback
from sync.hq.errors import BadImport
from sync.hq.imports.uploads import Upload
from sync.hq.problems import Problem
from sync.hq.services import HqServices

DEFAULTS = ("subject", "domain", "trade", "level", "difficulty")


def check(
    hq: HqServices, upload: Upload, progress: ProgressCallback
) -> tuple[Mapping[str, Any], Sequence[Problem]]:
    """Store the preview of the file with its upload; return the problems of a useless file."""
    try:
        if "file" not in upload.files:
            raise BadImport([Problem("empty")])
        programme = hq.programmes.get(upload.context["programme"])
        file = upload.files["file"]
        defaults = {name: upload.context[name] for name in DEFAULTS if upload.context.get(name)}
        preview = hq.item_import.preview(
            programme,
            formats.read(file.name, file.data, programme),
            defaults,
            progress,
            file_name=file.name,
            batch=upload.context.get("batch", ""),
        )
    except BadImport as error:
        return {"sound": 0, "previewed": False}, error.problems
    if not preview.rows:
        return {"sound": 0, "previewed": False}, preview.problems
    hq.previews.keep(upload.id, preview)
    return {"sound": len(preview.entries), "previewed": True}, ()


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

"""Check and storage of an uploaded item file."""

from collections.abc import Mapping, Sequence
from typing import Any

from sync.hq.authoring.interchange import formats
from sync.hq.authoring.item_import import Preview
from sync.hq.core.progress import ProgressCallback, silent
from sync.hq.errors import BadImport
from sync.hq.imports.uploads import Upload
from sync.hq.problems import Problem
from sync.hq.services import HqServices

DEFAULTS = ("subject", "domain", "trade", "level", "difficulty")


def check(
    hq: HqServices, upload: Upload, progress: ProgressCallback
) -> tuple[Mapping[str, Any], Sequence[Problem]]:
    """Return what storing would change, and every problem."""
    try:
        preview = _preview(hq, upload, progress)
    except BadImport as error:
        return _counts(None), error.problems
    return _counts(preview), preview.problems


def store(
    hq: HqServices, upload: Upload, by: str, leave_out: bool, progress: ProgressCallback
) -> Mapping[str, Any]:
    """Store the items.

    Raises:
        BadImport: the file has problems.
    """
    preview = _preview(hq, upload, silent)
    report = hq.item_import.store(preview, by, leave_out=leave_out, progress=progress)
    return {**vars(report), "programme": preview.programme_id}


def _preview(hq: HqServices, upload: Upload, progress: ProgressCallback) -> Preview:
    if "file" not in upload.files:
        raise BadImport([Problem("empty")])
    programme = hq.programmes.get(upload.context["programme"])
    file = upload.files["file"]
    defaults = {name: upload.context[name] for name in DEFAULTS if upload.context.get(name)}
    parsed = formats.read(file.name, file.data, programme)
    return hq.item_import.preview(programme, parsed, defaults, progress)


def _counts(preview: Preview | None) -> Mapping[str, Any]:
    names = ("added", "changed", "unchanged")
    counts = {name: getattr(preview, name) if preview else 0 for name in names}
    return {**counts, "sound": len(preview.entries) if preview else 0}

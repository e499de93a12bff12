"""Check and storage of an uploaded application file."""

from collections.abc import Mapping, Sequence
from typing import Any

from sync.hq.core.progress import ProgressCallback
from sync.hq.errors import BadImport
from sync.hq.imports.uploads import Upload
from sync.hq.problems import Problem
from sync.hq.registration.candidate_file import Application, read_candidates
from sync.hq.registration.portrait_files import archived_portraits
from sync.hq.services import HqServices


def check(
    hq: HqServices,
    upload: Upload,
    by: str,  # noqa: ARG001 - only items keep what was found with the upload
    progress: ProgressCallback,
) -> tuple[Mapping[str, Any], Sequence[Problem]]:
    """Return how many rows are valid, and every problem."""
    try:
        found, problems = _read(hq, upload, progress)
    except BadImport as error:
        return {"sound": 0}, error.problems
    closed = hq.applications.closed(upload.context["sitting"])
    whole = [*closed, *problems, *hq.applications.renamed(found)]
    # A page shows the first of them: errors must not be behind a list of unused pictures.
    return {"sound": len(found)}, sorted(whole, key=lambda problem: not problem.is_error)


def store(
    hq: HqServices,
    upload: Upload,
    by: str,
    everything: bool,  # noqa: ARG001 - a register of candidates is stored whole
    progress: ProgressCallback,
) -> Mapping[str, Any]:
    """Store the applications.

    Raises:
        BadImport: the file has problems.
    """
    found, problems = _read(hq, upload, progress)
    sitting = upload.context["sitting"]
    counts = hq.applications.take(sitting, found, problems, by, progress)
    return {**counts, "sitting": sitting}


def _read(
    hq: HqServices, upload: Upload, progress: ProgressCallback
) -> tuple[list[Application], list[Problem]]:
    if "file" not in upload.files:
        raise BadImport([Problem("empty")])
    programme = hq.applications.programme(upload.context["sitting"])
    today = hq.clock.now().date()
    data, pictures = upload.files["file"].data, upload.files.get("portraits")
    portraits = archived_portraits(pictures.data) if pictures else None
    return read_candidates(data, programme, today, portraits, progress)

"""Check and storage of an uploaded application file."""

from collections.abc import Mapping, Sequence
from typing import Any

from sync.hq.core.progress import ProgressCallback, silent
from sync.hq.errors import BadImport
from sync.hq.imports.archives import Archive
from sync.hq.imports.uploads import Upload
from sync.hq.problems import Problem
from sync.hq.registration.candidate_file import Application, read_candidates
from sync.hq.registration.portrait_files import NoPortraits, PortraitArchive, PortraitFiles
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
    return {"sound": len(found)}, [*closed, *problems, *hq.applications.renamed(found)]


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
    found, problems = _read(hq, upload, silent)
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
    data = upload.files["file"].data
    return read_candidates(data, programme, today, _portraits(upload), progress)


def _portraits(upload: Upload) -> PortraitFiles:
    if "portraits" not in upload.files:
        return NoPortraits()
    archive = Archive(upload.files["portraits"].data)
    if archive.problems:
        raise BadImport(archive.problems)
    return PortraitArchive(archive)

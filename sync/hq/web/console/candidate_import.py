"""Check and storage of an uploaded application file."""

from collections.abc import Mapping, Sequence
from typing import Any

from sync.hq.core.progress import ProgressCallback
from sync.hq.errors import BadImport
from sync.hq.imports.jobs import as_json
from sync.hq.imports.uploads import Upload
from sync.hq.problems import Problem
from sync.hq.registration.candidate_file import Application, read_candidates
from sync.hq.registration.planning import CLEARABLE, Answers, of_file
from sync.hq.registration.portrait_files import archived_portraits
from sync.hq.services import HqServices

NOTES = "notes"
"""What checking adds to the context of an upload: notes about the file as a whole."""
_MOST = 500


def check(
    hq: HqServices,
    upload: Upload,
    by: str,
    progress: ProgressCallback,
) -> tuple[Mapping[str, Any], Sequence[Problem]]:
    """Store the preview of the file with its upload; return the problems of a useless file."""
    try:
        found, problems = _read(hq, upload, progress)
    except BadImport as error:
        return {"sound": 0}, error.problems
    sitting = upload.context["sitting"]
    problems = [*hq.applications.closed(sitting), *problems]
    if any(problem.is_error and of_file(problem) for problem in problems):
        # A page shows the first of them: errors must not be behind a list of unused pictures.
        return {"sound": len(found)}, sorted(problems, key=lambda problem: not problem.is_error)
    planned = hq.applications.plan(sitting, found, Answers(clear=frozenset(cleared(upload))))
    hq.candidate_previews.keep(upload.id, planned, problems)
    notes = [as_json(problem) for problem in problems if of_file(problem)]
    hq.uploads.add_context(upload.id, by, {NOTES: notes[:_MOST]})
    return {"sound": len(found), "previewed": True}, ()


def store(
    hq: HqServices,
    upload: Upload,
    by: str,
    everything: bool,  # noqa: ARG001 - what is chosen is stored, which is everything at first
    progress: ProgressCallback,
) -> Mapping[str, Any]:
    """Store the applications that staff have chosen.

    Raises:
        BadImport: the file has problems.
        NamesUndecided: nobody has decided about a name.
        ChangedMeanwhile: somebody changed what the preview showed.
    """
    found, problems = _read(hq, upload, progress)
    sitting = upload.context["sitting"]
    answers = hq.candidate_previews.answers(upload.id, cleared(upload))
    file_name = upload.files["file"].name
    counts = hq.applications.take(sitting, found, problems, by, progress, answers, file_name)
    return {**counts, "sitting": sitting}


def cleared(upload: Upload) -> Sequence[str]:
    """Return the columns whose empty cells clear, by what staff decided."""
    return [name for name in upload.context.get("clear", []) if name in CLEARABLE]


def _read(
    hq: HqServices, upload: Upload, progress: ProgressCallback
) -> tuple[list[Application], list[Problem]]:
    if "file" not in upload.files:
        raise BadImport([Problem("empty")])
    sitting, today = upload.context["sitting"], hq.clock.now().date()
    data, pictures = upload.files["file"].data, upload.files.get("portraits")
    return read_candidates(
        data,
        hq.applications.programme(sitting),
        today,
        archived_portraits(pictures.data) if pictures else None,
        progress,
        hq.applications.choice(sitting),
        hq.people.documents(),
    )

"""Imports at the console: upload, check by a job, review by staff, storage by a job."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from kiosk.exam.typed_texts import plain_text
from sync.hq.core.progress import ProgressCallback
from sync.hq.errors import NotFound
from sync.hq.imports.jobs import as_json
from sync.hq.imports.uploads import Upload, UploadedFile
from sync.hq.problems import Problem
from sync.hq.services import HqServices
from sync.hq.web.console import (
    candidate_import,
    candidate_previews,
    guard,
    item_import,
    previews,
)
from sync.hq.web.console.shared import staff_pages
from sync.hq.web.messages import message_of, problem_views
from sync.hq.web.replies import headquarters

SHOWN = 500
"""Most problems listed on a page."""

uploading = staff_pages("uploading")

Check = Callable[
    [HqServices, Upload, str, ProgressCallback], "tuple[Mapping[str, Any], Sequence[Problem]]"
]
Store = Callable[[HqServices, Upload, str, bool, ProgressCallback], Mapping[str, Any]]
KINDS: Mapping[str, tuple[Check, Store]] = {
    "items": (item_import.check, item_import.store),
    "candidates": (candidate_import.check, candidate_import.store),
}


PREVIEWS = {"items": "previews", "candidates": "candidate_previews"}
"""The pages on which staff look at what an upload would change."""


@uploading.post("/imports/<kind>")
def begin(kind: str) -> BaseResponse:
    """Store an uploaded file temporarily and start a job that checks it."""
    if kind not in KINDS:
        raise NotFound(what="import")
    hq, by = headquarters(), guard.who()
    files = {
        field: UploadedFile(plain_text(file.filename or field), file.read())
        for field, file in request.files.items()
        if file.filename
    }
    context = {
        name: value
        for name, value in request.form.items()
        if value and name not in ("csrf", "clear", candidate_import.NOTES, *item_import.FOUND)
    }
    return begin_check(hq.uploads.keep(kind, files, context, by))


def begin_check(upload_id: str) -> BaseResponse:
    """Start a job that checks an upload."""
    hq, by = headquarters(), guard.who()
    upload = hq.uploads.get(upload_id, by)
    check = KINDS[upload.kind][0]

    def work(progress: ProgressCallback) -> Mapping[str, Any]:
        found, problems = check(hq, upload, by, progress)
        listed = [as_json(problem) for problem in problems[:SHOWN]]
        errors = sum(problem.is_error for problem in problems)
        return {**found, "problems": listed, "count": len(problems), "errors": errors}

    return _to_job(hq.jobs.begin("check", by, work), upload_id)


@uploading.post("/imports/<upload_id>/store")
def store(upload_id: str) -> BaseResponse:
    """Start a job that stores a checked upload: of items all, or those that were chosen."""
    hq, by = headquarters(), guard.who()
    upload = hq.uploads.without_files(upload_id, by)
    everything, keep = request.form.get("what") != "chosen", KINDS[upload.kind][1]
    if upload.kind == "items":
        previews.save_choices(upload_id)
        if previews.is_undecided(upload_id, everything=everything):
            return previews.back_to_clashes(upload_id)
    else:
        candidate_previews.save_choices(upload_id)
        if candidate_previews.is_undecided(upload_id):
            return candidate_previews.back_to_names(upload_id)

    def work(progress: ProgressCallback) -> Mapping[str, Any]:
        stored = keep(hq, hq.uploads.get(upload_id, by), by, everything, progress)
        hq.uploads.forget(upload_id)
        return stored

    return _to_job(hq.jobs.begin("store", by, work), upload_id)


@uploading.post("/imports/<upload_id>/candidates/clear")
def clear(upload_id: str) -> BaseResponse:
    """Decide which columns' empty cells clear what is registered, and compare again."""
    hq, by = headquarters(), guard.who()
    hq.uploads.add_context(upload_id, by, candidate_previews.columns_to_clear())
    return begin_check(upload_id)


@uploading.post("/imports/<upload_id>/forget")
def forget(upload_id: str) -> BaseResponse:
    """Delete an upload."""
    upload = headquarters().uploads.without_files(upload_id, guard.who())
    headquarters().uploads.forget(upload_id)
    return redirect(_home(upload.kind, upload.context))


@uploading.get("/imports/<upload_id>/jobs/<job_id>")
def job(upload_id: str, job_id: str) -> str | BaseResponse:
    """Show a job's progress or outcome. The page reloads while it runs."""
    hq, by = headquarters(), guard.who()
    found = hq.jobs.get(job_id, by)
    try:
        upload = hq.uploads.without_files(upload_id, by)
    except NotFound:
        upload = None  # deleted after it was stored
    if upload and found.state == "done" and found.outcome.get("previewed"):
        return redirect(url_for(f"{PREVIEWS[upload.kind]}.preview", upload_id=upload_id))
    failed = found.state == "failed" and "code" in found.outcome
    return render_template(
        "import.html",
        job=found,
        upload=upload,
        problems=problem_views(found.outcome.get("problems", [])),
        message=message_of(found.outcome["code"], found.outcome["params"]) if failed else "",
        home=_home(upload.kind, upload.context) if upload else _home_of(found.outcome),
    )


def _to_job(job_id: str, upload_id: str) -> BaseResponse:
    return redirect(url_for("uploading.job", upload_id=upload_id, job_id=job_id))


def _home(kind: str, context: Mapping[str, Any]) -> str:
    if kind == "items":
        return url_for("items.bank", programme_id=context.get("programme", "-"))
    return url_for("candidates.applications", sitting_id=context.get("sitting", "-"))


def _home_of(outcome: Mapping[str, Any]) -> str:
    if "sitting" in outcome:
        return url_for("candidates.applications", sitting_id=outcome["sitting"])
    return url_for("items.bank", programme_id=outcome.get("programme", "-"))

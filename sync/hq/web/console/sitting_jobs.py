"""Jobs of a sitting at the console: papers drawn, packages of all centres built."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from kiosk.exam.errors import PaperImpossible, Shortage
from sync.hq.core.progress import ProgressCallback
from sync.hq.imports.jobs import plain_params
from sync.hq.planning.batches import Outcome
from sync.hq.services import HqServices
from sync.hq.web.console import guard
from sync.hq.web.console.shared import names_by_id, staff_pages
from sync.hq.web.messages import message_of, shortage_views
from sync.hq.web.replies import headquarters

sitting_jobs = staff_pages("sitting_jobs")


def to_job(sitting_id: str, job_id: str) -> BaseResponse:
    """Go to the page of a job."""
    return redirect(url_for("sitting_jobs.job", sitting_id=sitting_id, job_id=job_id))


def building(
    hq: HqServices, sitting_id: str, by: str, label: str, centres: Sequence[str] | None = None
) -> Callable[[ProgressCallback], Mapping[str, Any]]:
    """Return the work of building the packages of all centres, or of the named ones."""

    def work(progress: ProgressCallback) -> Mapping[str, Any]:
        outcomes = hq.batches.build(sitting_id, by, label, centres, progress)
        return {"built": [_plain(one) for one in outcomes]}

    return work


@sitting_jobs.get("/sittings/<sitting_id>/jobs/<job_id>")
def job(sitting_id: str, job_id: str) -> str:
    """Show the progress of a job or what came of it. The page reloads while it runs."""
    hq = headquarters()
    found = hq.jobs.get(job_id, guard.who())
    return render_template(
        "sittings/job.html",
        sitting=hq.sittings.get(sitting_id),
        job=found,
        shortages=_shortages(found.outcome),
        built=[
            {**one, "text": message_of(one["code"], one["params"]) if one["code"] else ""}
            for one in found.outcome.get("built", ())
        ],
        message=message_of(found.outcome["code"], found.outcome["params"])
        if "code" in found.outcome
        else "",
    )


def _shortages(outcome: Mapping[str, Any]) -> Sequence[str]:
    kept = [Shortage(**{**one, "of": tuple(one["of"])}) for one in outcome.get("shortages", ())]
    return shortage_views(PaperImpossible(kept), names_by_id()) if kept else []


def _plain(outcome: Outcome) -> Mapping[str, Any]:
    error, package = outcome.error, outcome.package
    return {
        "centre": outcome.centre_code,
        "code_is_out": outcome.code_is_out,
        "version": package.version if package else None,
        "code": error.code if error else "",
        "params": plain_params(error.params) if error else {},
    }

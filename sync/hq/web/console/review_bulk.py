"""Incidents of one cause at the console: seen together, settled together, taken back."""

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from sync.hq.core.roles import Role
from sync.hq.review.incident_list import IncidentFilter
from sync.hq.review.incidents import READING
from sync.hq.review.states import Outcome
from sync.hq.web.console import guard
from sync.hq.web.console.notices import flash
from sync.hq.web.console.review import choices, typed_moment
from sync.hq.web.console.shared import staff_pages
from sync.hq.web.replies import headquarters, small_number

review_bulk = staff_pages("review_bulk")
FIELDS = ("rule", "sitting", "centre", "room", "since", "until")


@review_bulk.get("/review/together")
def preview() -> str:
    """Show the open incidents that fit, each with a tick, and what was settled together before."""
    service, which = headquarters().review, _filter(request.args)
    fitting = service.bulk.preview(which, guard.scope(Role.REVIEWER)) if _said(which) else None
    return render_template(
        "review/together.html",
        page=fitting,
        given={name: request.args.get(name, "")[:64] for name in FIELDS},
        reasons=[
            reason
            for reason in service.reasons.of_incidents()
            if reason.outcome is Outcome.NO_BREACH
        ],
        listed=service.reasons,
        batches=service.bulk.batches(guard.scope(*READING)),
        **choices(),
    )


@review_bulk.post("/review/together")
def settle() -> BaseResponse:
    """Judge the ticked incidents as no breach."""
    numbers = request.form.getlist("number", type=small_number)
    reason, text = request.form.get("reason", ""), request.form.get("text", "")
    which = _filter(request.form)
    batch = headquarters().review.bulk.settle(which, numbers, reason, text, guard.who())
    flash(_("%(count)s incidents were settled together.", count=batch.incidents))
    return redirect(url_for("review_bulk.preview"))


@review_bulk.post("/review/together/<batch_id>/undo")
def undo(batch_id: str) -> BaseResponse:
    """Open the incidents of a batch again, except those that others have judged."""
    batch = headquarters().review.bulk.undo(batch_id, guard.who())
    flash(_("%(count)s incidents are open again.", count=batch.undone))
    return redirect(url_for("review_bulk.preview"))


def _filter(given: MultiDict[str, str]) -> IncidentFilter:
    return IncidentFilter(
        rule=given.get("rule", "")[:64],
        sitting_id=given.get("sitting", "")[:64],
        centre_code=given.get("centre", "")[:32],
        room=given.get("room", "")[:64],
        since=typed_moment(given.get("since", "")),
        until=typed_moment(given.get("until", "")),
    )


def _said(which: IncidentFilter) -> bool:
    """Return whether the filter names a cause: a sitting, and a rule or a time."""
    return bool(which.sitting_id and (which.rule or which.since))

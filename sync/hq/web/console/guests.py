"""People whom centres admitted by hand, at the console: whose their attempts are."""

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from sync.hq.core.counted import AttemptKey
from sync.hq.errors import NotFound
from sync.hq.web.console import covered, guard
from sync.hq.web.console.notices import flash
from sync.hq.web.console.shared import staff_pages
from sync.hq.web.replies import headquarters, small_number

guests = staff_pages("guests")
LONGEST_REASON = 300


@guests.get("/sittings/<sitting_id>/guests")
def overview(sitting_id: str) -> str:
    """Show who sat without being on the roster, and whose the attempts are."""
    hq, codes = headquarters(), covered.codes()
    found = [one for one in hq.guests.of_sitting(sitting_id) if one.key.centre_code in codes]
    return render_template(
        "sittings/guests.html", sitting=hq.sittings.get(sitting_id), guests=found
    )


@guests.post("/guests/<centre_code>/<attempt_id>")
def act(centre_code: str, attempt_id: str) -> BaseResponse:
    """Accept an attempt, propose whose it is, or decide about a proposal."""
    key, form, by = AttemptKey(centre_code, attempt_id), request.form, guard.who()
    service, reason = headquarters().guests, form.get("reason", "")[:LONGEST_REASON]
    step, number = form.get("step", ""), form.get("number", "")[:64]
    if step == "accept":
        service.accept(key, reason, by)
        flash(_("The attempt counts for this person. Recorded in the audit log."))
    elif step == "propose":
        if not number.strip():
            raise NotFound(what="candidate")
        service.propose(key, number, reason, by)
        flash(_("Proposed. Another registrar has to confirm it."))
    elif step == "nobody":
        service.propose(key, "", reason, by)
        flash(_("Proposed. Another registrar has to confirm it."))
    elif step in ("confirm", "reject"):
        proposal = form.get("act", 0, type=small_number)
        service.decide(key, proposal, by, confirm=step == "confirm")
        flash(_("Recorded in the audit log."))
    else:
        raise NotFound(what="step")
    sitting_id = service.get(key).sitting_id
    return redirect(url_for("guests.overview", sitting_id=sitting_id))

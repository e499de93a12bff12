"""Release of results at the console: what can be published, the check list, two people."""

from collections.abc import Mapping

from flask import Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from sync.hq.core.counted import AttemptKey
from sync.hq.core.roles import Role
from sync.hq.core.sheets import taken_of
from sync.hq.errors import ReasonMissing
from sync.hq.release.act_rows import ActKind, Proposal
from sync.hq.release.errors import BeforeItsDate, NotReleasable
from sync.hq.release.recounts import RecountState
from sync.hq.release.scope import programmes_of
from sync.hq.web.console import guard
from sync.hq.web.console.notices import flash
from sync.hq.web.console.rights import RELEASE, RIGHTS
from sync.hq.web.console.shared import download, names_by_id, staff_pages
from sync.hq.web.console.targets import scope
from sync.hq.web.messages import message_for
from sync.hq.web.replies import headquarters, small_number, status_of

releases = staff_pages("releases")
PAGE = 50
ACCEPT = "accept-"
"""Begins the names of fields with a reason; a point's code follows."""


@releases.get("/releases")
def overview() -> str:
    """Show what is published of each sitting, newest first."""
    hq, covered = headquarters(), scope()
    page = max(1, request.args.get("page", 1, type=small_number))
    # Before the page is cut, so that it has no gaps where sittings of others are.
    sittings = [
        sitting
        for sitting in hq.sittings.list()
        if any(covered.covers(programme_id) for programme_id in programmes_of(sitting))
    ]
    shown = sittings[(page - 1) * PAGE : page * PAGE]
    return render_template(
        "releases/overview.html",
        states=hq.release.publications.states(shown, covered),
        names=names_by_id(),
        page=page,
        pages=max(1, -(-len(sittings) // PAGE)),
        recounts=hq.release.recounts.open_count(covered),
    )


@releases.get("/sittings/<sitting_id>/release/<programme_id>")
def release(sitting_id: str, programme_id: str) -> str:
    """Show the check list of a programme's results and what was done with them."""
    return _check_list(sitting_id, programme_id, {}, "")


def _check_list(sitting_id: str, programme_id: str, typed: Mapping[str, str], message: str) -> str:
    hq = headquarters()
    state = hq.release.publications.state(sitting_id, programme_id)
    here, paths = scope(), hq.branches.paths()
    changed = [
        key
        for key in hq.release.publications.changed(sitting_id, programme_id)
        if here.covers(programme_id, paths.get(key.centre_code, key.centre_code))
    ]
    return render_template(
        "releases/release.html",
        state=state,
        checks=hq.release.acts.checks(sitting_id, programme_id),
        acts=hq.release.acts.list(sitting_id, programme_id),
        changed=[hq.results.get(key) for key in changed[:PAGE]],
        names=names_by_id(),
        who=guard.who(),
        typed=typed,
        message=message,
    )


@releases.post("/sittings/<sitting_id>/release/<programme_id>")
def propose(sitting_id: str, programme_id: str) -> BaseResponse | tuple[str, int]:
    """Propose a release or an amendment of all that changed."""
    guard.require(Role.PUBLISHER, programme=programme_id)
    kind = ActKind.AMEND if request.form.get("kind") == "amend" else ActKind.RELEASE
    proposal = Proposal(
        sitting_id,
        programme_id,
        kind,
        request.form.get("reason", "")[:500],
        _accepted(request.form),
    )
    try:
        headquarters().release.acts.propose(proposal, guard.who())
    except (NotReleasable, BeforeItsDate, ReasonMissing) as error:
        page = _check_list(sitting_id, programme_id, request.form, message_for(error))
        return page, status_of(error)
    flash(_("Proposed. Someone else must confirm it."))
    return _back(sitting_id, programme_id)


@releases.post("/sittings/<sitting_id>/release/<programme_id>/acts/<int:act_id>")
def decide(sitting_id: str, programme_id: str, act_id: int) -> BaseResponse:
    """Confirm or reject what was proposed."""
    guard.require(Role.PUBLISHER, programme=programme_id)
    acts = headquarters().release.acts
    if request.form.get("decision") == "confirm":
        published = acts.confirm(act_id, guard.who())
        flash(_("Published: %(count)s results.", count=len(published)))
    else:
        acts.reject(act_id, request.form.get("reason", "")[:500], guard.who())
        flash(_("Rejected. Nothing was published."))
    return _back(sitting_id, programme_id)


@releases.get("/results/<centre_code>/<attempt_id>")
def result(centre_code: str, attempt_id: str) -> str:
    """Show one result with all its versions and what was published of it."""
    hq, key = headquarters(), AttemptKey(centre_code, attempt_id)
    found = hq.results.get(key)
    roles = RIGHTS["releases.result"].roles
    guard.require(*roles, programme=found.programme or "", centre=centre_code)
    return render_template(
        "releases/result.html",
        result=found,
        taken=taken_of(found.taken),
        versions=hq.results.versions(key),
        history=hq.release.publications.history(key),
        recounts=hq.release.recounts.of_attempt(key),
        names=names_by_id(),
    )


@releases.post("/results/<centre_code>/<attempt_id>/withdraw")
def withdraw(centre_code: str, attempt_id: str) -> BaseResponse:
    """Propose to withdraw or to publish again what was published of one result."""
    key = AttemptKey(centre_code, attempt_id)
    found = headquarters().results.get(key)
    programme_id = found.programme or ""
    guard.require(Role.PUBLISHER, programme=programme_id)
    kind = ActKind.AMEND if request.form.get("kind") == "amend" else ActKind.WITHDRAW
    proposal = Proposal(
        found.sitting_id,
        programme_id,
        kind,
        request.form.get("reason", "")[:500],
        _accepted(request.form),
        [key],
    )
    headquarters().release.acts.propose(proposal, guard.who())
    flash(_("Proposed. Someone else must confirm it."))
    return _back(found.sitting_id, programme_id)


@releases.get("/results/<centre_code>/<attempt_id>/letter")
def letter(centre_code: str, attempt_id: str) -> Response:
    """Return the score letter of what was published."""
    key = AttemptKey(centre_code, attempt_id)
    found = headquarters().results.get(key)
    guard.require(*RELEASE, programme=found.programme or "", centre=centre_code)
    pdf = headquarters().release.letters.of_attempt(key)
    return download(pdf, f"score-{attempt_id}.pdf", "application/pdf")


@releases.get("/recounts")
def recounts() -> str:
    """Show requests for recounts, newest first."""
    hq, wanted = headquarters(), request.args.get("state", "")
    state = RecountState(wanted) if wanted in list(RecountState) else None
    before = request.args.get("before", type=small_number)
    found = hq.release.recounts.list(scope(), state, before, PAGE + 1)
    return render_template(
        "releases/recounts.html",
        recounts=found[:PAGE],
        before=found[PAGE - 1].id if len(found) > PAGE else None,
        state=state,
        states=list(RecountState),
    )


@releases.post("/recounts/<int:recount_id>")
def answer(recount_id: int) -> BaseResponse:
    """Answer a request for a recount."""
    hq = headquarters()
    guard.require(Role.PUBLISHER, programme=hq.release.recounts.get(recount_id).programme_id)
    hq.release.recounts.answer(recount_id, request.form.get("answer", ""), guard.who())
    flash(_("The answer is stored; the candidate can read it."))
    return redirect(url_for("releases.recounts"))


def _accepted(form: Mapping[str, str]) -> Mapping[str, str]:
    return {
        name.removeprefix(ACCEPT): text[:500]
        for name, text in form.items()
        if name.startswith(ACCEPT)
    }


def _back(sitting_id: str, programme_id: str) -> BaseResponse:
    address = url_for("releases.release", sitting_id=sitting_id, programme_id=programme_id)
    return redirect(address)

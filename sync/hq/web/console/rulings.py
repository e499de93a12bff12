"""Challenges of items and changes of keys at the console: effect first, then another person."""

from collections.abc import Mapping
from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from kiosk.exam.papers.rulings import RulingKind
from sync.hq.core.progress import ProgressCallback
from sync.hq.core.roles import Role
from sync.hq.errors import NotFound
from sync.hq.imports.jobs import Job
from sync.hq.rulings.challenges import ChallengeSource, ChallengeState, NewChallenge
from sync.hq.rulings.rulings import NewRuling, RulingView
from sync.hq.web.console import guard
from sync.hq.web.console.notices import flash
from sync.hq.web.console.shared import names_by_id, staff_pages
from sync.hq.web.console.targets import scope
from sync.hq.web.messages import message_of
from sync.hq.web.replies import headquarters, small_number

rulings = staff_pages("rulings")
PAGE = 50
MOST_SHOWN = 200
"""Changes of results that a page shows; those about passing come first."""


@rulings.get("/rulings")
def overview() -> str:
    """Show rulings and open challenges."""
    hq, covered = headquarters(), scope()
    return render_template(
        "rulings/overview.html",
        rulings=hq.rulings.list(covered=covered),
        challenges=hq.challenges.open_count(covered),
        names=names_by_id(),
    )


@rulings.get("/challenges")
def challenges() -> str:
    """Show challenges, newest first, and the form for a new one."""
    hq, wanted = headquarters(), request.args.get("state", "")
    state = ChallengeState(wanted) if wanted in list(ChallengeState) else None
    found = hq.challenges.list(
        scope(), state, request.args.get("before", type=small_number), PAGE + 1
    )
    return render_template(
        "rulings/challenges.html",
        challenges=found[:PAGE],
        before=found[PAGE - 1].id if len(found) > PAGE else None,
        state=state,
        states=list(ChallengeState),
        sources=list(ChallengeSource),
        sittings={sitting.id: sitting for sitting in hq.sittings.list()},
        programmes=hq.programmes.list(),
        names=names_by_id(),
    )


@rulings.post("/challenges")
def enter() -> BaseResponse:
    """Store a challenge that came in by letter, telephone or from a centre."""
    form = request.form
    source = form.get("source", "")
    new = NewChallenge(
        form.get("programme", "")[:64],
        form.get("item", "").strip()[:64],
        form.get("sitting", "")[:64],
        ChallengeSource(source) if source in list(ChallengeSource) else ChallengeSource.STAFF,
        form.get("text", ""),
        form.get("sender", ""),
    )
    headquarters().challenges.enter(new, guard.who())
    flash(_("The challenge is stored."))
    return redirect(url_for("rulings.challenges"))


@rulings.post("/challenges/<int:challenge_id>")
def answer(challenge_id: int) -> BaseResponse:
    """Answer a challenge."""
    accepted = request.form.get("decision") == "accept"
    text = request.form.get("answer", "")
    headquarters().challenges.answer(challenge_id, text, guard.who(), accepted=accepted)
    flash(_("The answer is stored."))
    return redirect(url_for("rulings.challenges"))


@rulings.get("/programmes/<programme_id>/items/<item_id>/ruling")
def form(programme_id: str, item_id: str) -> str:
    """Show an item as it was asked, what was ruled about it, and the form for a ruling."""
    hq = headquarters()
    versions = hq.rulings.asked(programme_id, item_id)
    sittings = {sitting.id: sitting for sitting in hq.sittings.list()}
    return render_template(
        "rulings/form.html",
        programme_id=programme_id,
        versions=versions,
        item=versions[0].item,
        scheme=versions[0].scheme,
        sittings=[
            sittings[version.sitting_id] for version in versions if version.sitting_id in sittings
        ],
        rulings=hq.rulings.list(programme_id, item_id),
        challenges=hq.challenges.of_item(programme_id, item_id),
        names=names_by_id(),
    )


@rulings.post("/programmes/<programme_id>/items/<item_id>/ruling")
def propose(programme_id: str, item_id: str) -> BaseResponse:
    """Propose a ruling; its page shows the effect."""
    form = request.form
    wanted = form.get("kind", "")
    kind = RulingKind(wanted) if wanted in list(RulingKind) else RulingKind.ALSO_ACCEPT
    by_key = kind in (RulingKind.NEW_KEY, RulingKind.ALSO_ACCEPT)
    new = NewRuling(
        programme_id,
        item_id,
        kind,
        tuple(form.getlist("key"))[:26] if by_key else (),
        form.get("sitting", "")[:64],
        form.get("version", type=small_number),
        form.get("revokes") or None,
    )
    view = headquarters().rulings.propose(new, form.get("reason", "")[:2000], guard.who())
    return redirect(url_for("rulings.ruling", ruling_id=view.ruling.id))


@rulings.get("/rulings/<ruling_id>")
def ruling(ruling_id: str) -> str:
    """Show a ruling."""
    return _page(ruling_id, None)


@rulings.get("/rulings/<ruling_id>/jobs/<job_id>")
def job(ruling_id: str, job_id: str) -> str:
    """Show a ruling with its effect, once that was computed."""
    return _page(ruling_id, headquarters().jobs.get(job_id, guard.who()))


def _page(ruling_id: str, job: Job | None) -> str:
    hq = headquarters()
    view = hq.rulings.get(ruling_id)
    _require_covered(view)
    failed = job is not None and "code" in job.outcome
    return render_template(
        "rulings/ruling.html",
        view=view,
        job=job,
        message=message_of(job.outcome["code"], job.outcome["params"]) if job and failed else "",
        item=hq.rulings.asked(view.ruling.programme_id, view.ruling.item_id)[0].item,
        names=names_by_id(),
        who=guard.who(),
        adjudicates=guard.scope(Role.ADJUDICATOR).covers(view.ruling.programme_id, ""),
    )


@rulings.post("/rulings/<ruling_id>/effect")
def effect(ruling_id: str) -> BaseResponse:
    """Compute what a ruling would change, by a job."""
    hq = headquarters()
    _require_covered(hq.rulings.get(ruling_id))

    def work(progress: ProgressCallback) -> Mapping[str, Any]:
        return hq.rulings.effect(ruling_id, progress).to_json(MOST_SHOWN)

    return _to_job(ruling_id, hq.jobs.begin("ruling", guard.who(), work))


@rulings.post("/rulings/<ruling_id>/decide")
def decide(ruling_id: str) -> BaseResponse:
    """Approve, finish or reject a ruling."""
    hq, by, decision = headquarters(), guard.who(), request.form.get("decision")
    if decision == "reject":
        hq.rulings.reject(ruling_id, by)
        flash(_("Rejected. Nothing was changed."))
        return redirect(url_for("rulings.ruling", ruling_id=ruling_id))
    guard.require(
        Role.ADJUDICATOR, programme=hq.rulings.get(ruling_id).ruling.programme_id, centre=""
    )
    act = hq.rulings.finish if decision == "finish" else hq.rulings.approve

    def work(progress: ProgressCallback) -> Mapping[str, Any]:
        return act(ruling_id, by, progress).to_json(MOST_SHOWN)

    return _to_job(ruling_id, hq.jobs.begin("ruling", by, work))


def _require_covered(view: RulingView) -> None:
    if not scope().covers(view.ruling.programme_id):
        raise NotFound(what="ruling")


def _to_job(ruling_id: str, job_id: str) -> BaseResponse:
    return redirect(url_for("rulings.job", ruling_id=ruling_id, job_id=job_id))

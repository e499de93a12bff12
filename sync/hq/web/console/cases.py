"""Cases of misconduct at the console: the list, one case step by step, its documents; bans."""

from collections.abc import Callable, Mapping
from datetime import datetime

from flask import Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from sync.hq.core.counted import AttemptKey
from sync.hq.core.roles import Role
from sync.hq.errors import NotATime, NotFound
from sync.hq.review.bans import BanFilter
from sync.hq.review.case_rows import CaseView, Origin, standing_of
from sync.hq.review.case_states import CaseState
from sync.hq.review.cases import WORKING, CaseFilter
from sync.hq.review.documents import MEDIA, TEXT
from sync.hq.review.errors import SanctionUnusable
from sync.hq.review.incidents import READING
from sync.hq.review.sanctions import MOST_MONTHS, AppealOutcome, CaseOutcome, Sanction
from sync.hq.review.services import Review
from sync.hq.review.steps import Said
from sync.hq.web import review_names
from sync.hq.web.console import covered, guard
from sync.hq.web.console.notices import flash
from sync.hq.web.console.review import LOCKED, typed_moment
from sync.hq.web.console.shared import download, names_by_id, staff_pages
from sync.hq.web.replies import headquarters, small_number

cases = staff_pages("cases")
PAGE = 50
MONTHS = 12


@cases.get("/cases")
def overview() -> str:
    """Show cases, the newest first, by state, sitting or admission number."""
    args = request.args
    state = args.get("state", "")
    which = CaseFilter(
        state=CaseState(state) if state in set(CaseState) else None,
        sitting_id=args.get("sitting", "")[:64],
        text=args.get("text", "").strip()[:32],
    )
    before = args.get("before", type=small_number)
    found = _review().cases.page(which, guard.scope(*READING), PAGE + 1, before)
    return render_template(
        "review/cases.html",
        cases=found[:PAGE],
        more=len(found) > PAGE,
        given={name: args.get(name, "")[:64] for name in ("state", "sitting", "text")},
        sittings=covered.sittings(),
        names=review_names,
    )


@cases.post("/cases")
def open_case() -> BaseResponse:
    """Open a case about an attempt."""
    form = request.form
    origin = form.get("origin", "")
    if origin not in (Origin.INCIDENTS, Origin.CENTRE, Origin.BY_HAND):
        raise NotFound(what="origin")
    key = AttemptKey(form.get("centre", ""), form.get("attempt", ""))
    incidents = form.getlist("incident", type=small_number)
    case = _review().cases.open(key, Origin(origin), _said(), guard.who(), incidents)
    flash(_("Case %(case)s was opened.", case=case.name))
    return _to(case.id)


@cases.get("/cases/<case_id>")
def case(case_id: str) -> str:
    """Show a case: what happened in it, its documents, and what can be done now."""
    service = _review()
    found = service.cases.get(case_id)
    _require_seen(found)
    acts = service.cases.acts(case_id)
    facts = service.attempts.facts(found.key)
    numbers = {number for act in acts for number in act.named.get("incidents", ())}
    incidents = service.incidents.of_attempt(*found.key)
    return render_template(
        "review/case.html",
        case=found,
        acts=acts,
        standing=standing_of(acts),
        facts=facts,
        incidents=[incident for incident in incidents if incident.number in numbers],
        others=[incident for incident in incidents if incident.number not in numbers],
        documents=service.documents.of_case(case_id),
        letters=service.letters.wanted(case_id, acts),
        reasons=service.reasons,
        parts=service.decisions.voidable(found.key),
        outcomes=list(CaseOutcome),
        sitting=headquarters().sittings.get(found.sitting_id),
        works=bool(guard.scope(*WORKING).grants),
        decides=bool(guard.scope(Role.ADJUDICATOR).grants),
        most_months=MOST_MONTHS,
        names=review_names,
    )


@cases.post("/cases/<case_id>/<step>")
def take(case_id: str, step: str) -> BaseResponse:
    """Take a step of a case; who may take it is decided where it is stored."""
    if step not in _STEPS:
        raise NotFound(what="step")
    _STEPS[step](_review(), case_id)
    return _to(case_id)


@cases.get("/cases/<case_id>/documents/<document_id>")
def document(case_id: str, document_id: str) -> Response:
    """Return a document: a text as a page that does nothing, a file as a download only."""
    found, data = _review().documents.open(document_id, guard.who(), READING)
    if found.case_id != case_id:
        raise NotFound(what="document")
    if found.media == TEXT:
        response = Response(data, mimetype="text/plain")
    else:
        response = download(data, f"{found.kind}-{found.id}.{found.media}", MEDIA[found.media])
    response.headers["Content-Security-Policy"] = LOCKED
    return response


@cases.get("/bans")
def bans() -> str:
    """Show the register of bans."""
    args, page = request.args, max(1, request.args.get("page", 1, type=small_number))
    now = headquarters().clock.now()
    every = args.get("all") == "1"
    which = BanFilter(None if every else now, args.get("text", "").strip()[:100])
    scope = guard.scope(*READING)
    found = _review().bans.page(which, scope, (page - 1) * PAGE, PAGE + 1)
    return render_template(
        "review/bans.html",
        bans=found[:PAGE],
        more=len(found) > PAGE,
        page=page,
        every=every,
        text=which.text,
        titles=names_by_id(),
        names=review_names,
    )


def _evidence(service: Review, case_id: str) -> None:
    incidents = request.form.getlist("incident", type=small_number)
    service.cases.add_evidence(case_id, _said(), guard.who(), incidents)


def _notify(service: Review, case_id: str) -> None:
    service.cases.notify(case_id, _said(), guard.who())
    service.letters.make(case_id, "notice", guard.who())


def _statement(service: Review, case_id: str) -> None:
    declined = request.form.get("declined") == "1"
    service.cases.statement(case_id, _said(), guard.who(), declined=declined)


def _propose(service: Review, case_id: str) -> None:
    service.decisions.propose(case_id, _sanction(), _said(), guard.who())


def _return(service: Review, case_id: str) -> None:
    service.decisions.return_(case_id, _said(), guard.who())


def _decide(service: Review, case_id: str) -> None:
    seen = request.form.get("seen", 0, type=small_number)
    done = service.decisions.decide(case_id, seen, guard.who())
    flash(_("Case %(case)s is decided. Make the letter and deliver it.", case=done.name))


def _letter(service: Review, case_id: str) -> None:
    service.letters.make(case_id, request.form.get("kind", ""), guard.who())


def _deliver(service: Review, case_id: str) -> None:
    service.decisions.deliver(case_id, _said(), guard.who())


def _appeal(service: Review, case_id: str) -> None:
    service.decisions.appeal(case_id, _said(), guard.who(), _lodged())


def _hear(service: Review, case_id: str) -> None:
    service.decisions.hear(case_id, _said(), guard.who())


def _propose_appeal(service: Review, case_id: str) -> None:
    chosen = request.form.get("appeal", "")
    if chosen not in set(AppealOutcome):
        raise SanctionUnusable(most=MOST_MONTHS)
    outcome = AppealOutcome(chosen)
    changed = _sanction() if outcome is AppealOutcome.CHANGED else None
    service.decisions.propose_appeal(case_id, outcome, changed, _said(), guard.who())


_STEPS: Mapping[str, Callable[[Review, str], None]] = {
    "evidence": _evidence,
    "notify": _notify,
    "statement": _statement,
    "propose": _propose,
    "return": _return,
    "decide": _decide,
    "letter": _letter,
    "deliver": _deliver,
    "appeal": _appeal,
    "hear": _hear,
    "propose-appeal": _propose_appeal,
}
"""Steps by the end of their address."""


def _said() -> Said:
    file = request.files.get("file")
    return Said(request.form.get("text", ""), file.read() if file is not None else b"")


def _sanction() -> Sanction:
    """Return the outcome of the form; fields that do not belong to it are left out."""
    form = request.form
    outcome = form.get("outcome", "")
    if outcome not in set(CaseOutcome):
        raise SanctionUnusable(most=MOST_MONTHS)
    chosen = CaseOutcome(outcome)
    nothing, ban = chosen is CaseOutcome.NO_BREACH, chosen is CaseOutcome.BAN
    years = form.get("unit") == "years"
    months = form.get("months", type=small_number)
    return Sanction(
        chosen,
        "" if nothing else form.get("reason", "")[:64],
        tuple(form.getlist("part")) if chosen is CaseOutcome.PART_VOID else (),
        (months * MONTHS if years else months) if ban and months is not None else None,
        everywhere=ban and form.get("everywhere") == "1",
    )


def _lodged() -> datetime | None:
    text = request.form.get("lodged_at", "")
    if not text:
        return None
    found = typed_moment(text)
    if found is None:
        raise NotATime
    return found


def _require_seen(found: CaseView) -> None:
    guard.require(*READING, programme=found.programme_id or "", centre=found.centre_code)


def _to(case_id: str) -> BaseResponse:
    return redirect(url_for("cases.case", case_id=case_id))


def _review() -> Review:
    return headquarters().review

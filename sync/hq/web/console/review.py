"""Review of incidents at the console: a list, one incident after the other, the whole attempt."""

import io
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from sync.hq.core.counted import AttemptKey
from sync.hq.core.progress import ProgressCallback
from sync.hq.core.roles import Role
from sync.hq.errors import NotFound, ReasonMissing
from sync.hq.review.collect import AT_ONCE
from sync.hq.review.incident_list import MOST_COUNTED, IncidentFilter, IncidentView, Place
from sync.hq.review.incidents import READING, Judgement
from sync.hq.review.services import Review
from sync.hq.review.states import IncidentState
from sync.hq.web import review_names, review_plots
from sync.hq.web.console import covered, guard
from sync.hq.web.console.notices import flash
from sync.hq.web.console.shared import staff_pages
from sync.hq.web.console.targets import may
from sync.hq.web.replies import headquarters, small_number
from sync.wire.errors import MediaEmpty
from sync.wire.exchange.container import ZipContainer

review = staff_pages("review")
PAGE = 50
FILTERS = ("rule", "sitting", "centre", "room", "programme", "severity", "hour", "state")
NEAR = timedelta(minutes=5)
LOCKED = "default-src 'none'; sandbox"
"""What the page of a picture may do: nothing, whatever somebody has put into the file."""


@review.get("/review")
def overview() -> str:
    """Show incidents by filters, a page at a time; new results are read first."""
    service = _review()
    behind = service.collector.behind()
    # An auditor changes nothing, so their look at the list must not, either.
    if may("review.collect") and 0 < behind <= AT_ONCE:
        service.collector.collect(guard.who())
    which, scope = chosen_filter(), guard.scope(*READING)
    after, before = (Place.parse(request.args.get(name, "")) for name in ("after", "before"))
    page = service.incidents.page(which, scope, PAGE, after, before)
    count = service.incidents.count(which, scope)
    return render_template(
        "review/list.html",
        page=page,
        count=min(count, MOST_COUNTED),
        more=count > MOST_COUNTED,
        behind=behind > AT_ONCE,
        given=given(),
        query=query(),
        **choices(),
    )


@review.post("/review/collect")
def collect() -> BaseResponse:
    """Read results that have arrived, by a job."""
    service, by = _review(), guard.who()

    def work(progress: ProgressCallback) -> Mapping[str, Any]:
        return {"incidents": service.collector.collect(by, progress)}

    job_id = headquarters().jobs.begin("review", by, work)
    return redirect(url_for("review.job", job_id=job_id))


@review.get("/review/jobs/<job_id>")
def job(job_id: str) -> str:
    """Show the progress of reading results; the page reloads while it runs."""
    found = headquarters().jobs.get(job_id, guard.who())
    return render_template("review/job.html", job=found)


@review.get("/review/incidents/<incident_no>")
def incident(incident_no: str) -> str:
    """Show one incident with everything that helps to judge it."""
    service = _review()
    found = service.incidents.get(_number(incident_no))
    _require_seen(found)
    facts = service.attempts.facts(found.key)
    place, which, scope = Place.of(found), chosen_filter(), guard.scope(*READING)
    return render_template(
        "review/incident.html",
        incident=found,
        facts=facts,
        scale=review_plots.scale(found),
        mates=service.attempts.mates(found),
        disturbances=_near(facts.disturbances, found),
        history=service.incidents.history(found.number),
        reasons=service.reasons,
        following=service.incidents.page(which, scope, 1, after=place).incidents,
        previous=service.incidents.page(which, scope, 1, before=place).incidents,
        cases=service.cases.of_attempt(found.key),
        judging=_judging(found),
        query=query(),
        names=review_names,
    )


@review.post("/review/incidents/<incident_no>")
def judge(incident_no: str) -> BaseResponse:
    """Record what the reader found; then the next incident of the list."""
    service, form = _review(), request.form
    reason = service.reasons.find(form.get("reason", ""))
    if reason is None:
        raise ReasonMissing
    seen = form.get("seen", type=small_number)
    judgement = Judgement(reason.outcome, reason.code, form.get("text", ""), seen)
    done = service.incidents.judge(_number(incident_no), judgement, guard.who())
    flash(_("%(rule)s was judged: %(outcome)s.", rule=review_names.rule(done.rule),
            outcome=review_names.OUTCOMES[reason.outcome][0]))  # fmt: skip
    scope, which = guard.scope(*READING), chosen_filter()
    rest = service.incidents.page(which, scope, 1, after=Place.of(done)).incidents
    if not rest:
        return redirect(url_for("review.overview", **query()))
    return redirect(url_for("review.incident", incident_no=rest[0].number, **query()))


@review.post("/review/incidents/<incident_no>/undo")
def undo(incident_no: str) -> BaseResponse:
    """Withdraw one's own first judgement."""
    _review().incidents.undo(_number(incident_no), guard.who())
    return redirect(url_for("review.incident", incident_no=incident_no, **query()))


@review.post("/review/incidents/<incident_no>/reopen")
def reopen(incident_no: str) -> BaseResponse:
    """Open a settled incident again."""
    _review().incidents.reopen(_number(incident_no), request.form.get("text", ""), guard.who())
    return redirect(url_for("review.incident", incident_no=incident_no, **query()))


@review.get("/review/attempts/<centre_code>/<attempt_id>")
def attempt(centre_code: str, attempt_id: str) -> str:
    """Show an attempt: incidents in time order, event log, saves of answers, where pictures are."""
    key, service = AttemptKey(centre_code, attempt_id), _review()
    facts = service.attempts.facts(key)
    programme = facts.programme.id if facts.programme else ""
    guard.require(*READING, programme=programme, centre=centre_code)
    incidents = service.incidents.of_attempt(*key)
    return render_template(
        "review/attempt.html",
        facts=facts,
        incidents=incidents,
        timeline=review_plots.timeline(facts, incidents),
        cases=service.cases.of_attempt(key),
        brought=service.handed_over.of_attempt(key),
        may_open=_may(Role.REVIEWER, Role.ADJUDICATOR),
        reasons=service.reasons,
        names=review_names,
    )


@review.post("/review/attempts/<centre_code>/<attempt_id>/pictures")
def attach(centre_code: str, attempt_id: str) -> BaseResponse:
    """Attach pictures that somebody brought sealed from the centre."""
    key, file = AttemptKey(centre_code, attempt_id), request.files.get("file")
    if file is None or not file.filename:
        raise MediaEmpty(whom="headquarters")
    container = ZipContainer(io.BytesIO(file.read()))
    done = _review().handed_over.take(container, guard.who(), key)
    flash(_("%(count)s pictures are attached, %(new)s of them new.", count=done.pictures,
            new=done.new))  # fmt: skip
    return redirect(url_for("review.attempt", centre_code=centre_code, attempt_id=attempt_id))


@review.get("/review/pictures/<centre_code>/<attempt_id>/<sha256>")
def picture(centre_code: str, attempt_id: str, sha256: str) -> Response:
    """Return a picture; each look is in the audit log."""
    key = AttemptKey(centre_code, attempt_id)
    data = _review().attempts.picture(key, sha256, guard.who(), READING)
    response = Response(data, mimetype="image/jpeg")
    response.headers["Content-Security-Policy"] = LOCKED
    return response


def chosen_filter() -> IncidentFilter:
    """Return the filter that the address states; without one, what is open."""
    args = request.args
    state = args.get("state", IncidentState.OPEN.value)
    severity = args.get("severity", 1, type=small_number)
    waiting = state in (IncidentState.SECOND.value, IncidentState.THIRD.value)
    return IncidentFilter(
        state=IncidentState(state) if state in set(IncidentState) else None,
        rule=args.get("rule", "")[:64],
        sitting_id=args.get("sitting", "")[:64],
        centre_code=args.get("centre", "")[:32],
        room=args.get("room", "")[:64],
        programme_id=args.get("programme", "")[:64],
        severity=max(1, min(severity, 4)),
        hour=_hour(args.get("hour", "")),
        not_by=guard.who() if waiting else "",
    )


def given() -> Mapping[str, str]:
    """Return the filters of the address as typed, for the form."""
    typed = {name: request.args.get(name, "")[:64] for name in FILTERS}
    return {**typed, "state": typed["state"] or IncidentState.OPEN.value}


def query() -> dict[str, Any]:
    """Return the filters for further addresses, so that a list stays the same list."""
    return {name: request.args[name][:64] for name in FILTERS if request.args.get(name)}


def choices() -> Mapping[str, Any]:
    """Return what the filters can be set to, and the names for it."""
    return {
        "sittings": covered.sittings(),
        "centres": covered.centres(),
        "programmes": covered.programmes(),
        "names": review_names,
    }


def typed_moment(text: str) -> datetime | None:
    """Return a time of a form, in the console's time zone; None if it is none."""
    zone = ZoneInfo(headquarters().settings.console.timezone)
    try:
        found = datetime.fromisoformat(text).replace(tzinfo=zone)
    except ValueError:
        return None
    # Beyond these years zones cannot be converted, and no exam was held.
    return found if 2000 <= found.year < 2200 else None


def _hour(text: str) -> datetime | None:
    found = typed_moment(text)
    return None if found is None else found.replace(minute=0, second=0, microsecond=0)


def _near(
    disturbances: Sequence[tuple[datetime, str]], found: IncidentView
) -> Sequence[tuple[datetime, str]]:
    """Return disturbances of the room that are :data:`NEAR` an incident in time."""
    return [(at, kind) for at, kind in disturbances if abs(at - found.started_at) <= NEAR]


def _judging(found: IncidentView) -> bool:
    """Return whether the page shows the form: the role fits the state."""
    if found.state is IncidentState.SETTLED:
        return False
    role = Role.REVIEWER if found.state is IncidentState.OPEN else Role.ADJUDICATOR
    return _may(role)


def _may(*roles: Role) -> bool:
    return bool(guard.scope(*roles).grants)


def _require_seen(found: IncidentView) -> None:
    guard.require(*READING, programme=found.programme_id or "", centre=found.centre_code)


def _number(text: str) -> int:
    """Return the number of an incident in an address.

    Raises:
        NotFound: it is none that the database could have.
    """
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise NotFound(what="incident")
    return int(text)


def _review() -> Review:
    return headquarters().review

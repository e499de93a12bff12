"""Similar answer sheets at the console: run a comparison, look at pairs, write the report (R21)."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from sync.hq.core.progress import ProgressCallback
from sync.hq.core.roles import Scope
from sync.hq.errors import NotFound
from sync.hq.similarity.listing import ALL_PAIRS, PairFilter, PairView, RunView
from sync.hq.similarity.reports import Form
from sync.hq.similarity.runs import RUNNERS
from sync.hq.similarity.search import Level
from sync.hq.similarity.side_by_side import Match
from sync.hq.web.console import guard
from sync.hq.web.console.rights import SIMILARITY
from sync.hq.web.console.shared import download, staff_pages
from sync.hq.web.console.similar_rooms import room_picture, rooms_of
from sync.hq.web.console.similar_times import times_plot
from sync.hq.web.replies import headquarters, small_number
from sync.hq.web.similarity_names import NAMES

similarity = staff_pages("similarity")

IN_REPORT = 1000
MOST_NUMBER = 2**24
TYPES = {Form.PDF: "application/pdf", Form.JSON: "application/json", Form.CSV: "text/csv"}


@similarity.get("/similarity")
def overview() -> str:
    """List the runs, and the papers that can be compared."""
    hq, scope = headquarters(), guard.scope(*SIMILARITY)
    before = _number("before") or None
    sitting_id = request.args.get("sitting", "")
    runs = hq.similarity_findings.runs(sitting_id, before, scope=scope)
    return render_template(
        "similarity/runs.html",
        runs=runs,
        comparable=hq.similarity_findings.comparable(scope=_may_run()),
        sitting_id=sitting_id,
        before=before,
    )


@similarity.post("/similarity")
def begin() -> BaseResponse:
    """Compare a paper of a sitting by a job."""
    sitting_id, _, paper = request.form.get("paper", "").rpartition("/")
    hq, by = headquarters(), guard.who()
    sitting = hq.sittings.get(sitting_id)
    chosen = next((known for known in sitting.papers if known.id == paper), None)
    if chosen is None:
        raise NotFound(what="paper")
    guard.require(*RUNNERS, programme=chosen.programme_id, centre="")

    def work(progress: ProgressCallback) -> Mapping[str, Any]:
        return {"runs": list(hq.similarity_runs.run(sitting_id, paper, by, progress))}

    job_id = hq.jobs.begin("similarity", by, work)
    return redirect(url_for("similarity.job", job_id=job_id))


@similarity.get("/similarity/jobs/<job_id>")
def job(job_id: str) -> str | BaseResponse:
    """Show the progress of a comparison, then lead to what it found."""
    found = headquarters().jobs.get(job_id, guard.who())
    runs = found.outcome.get("runs", [])
    if found.state == "done" and len(runs) == 1:
        return redirect(url_for("similarity.run", run_id=runs[0]))
    if found.state == "done":
        return redirect(url_for("similarity.overview"))
    return render_template("similarity/job.html", job=found)


@similarity.get("/similarity/runs/<run_id>")
def run(run_id: str) -> str:
    """Show a run: its pairs page by page, its rooms, and what it was made from."""
    found = _run(run_id)
    wanted = PairFilter(
        level=request.args.get("level", ""),
        centre_code=request.args.get("centre", ""),
        room=request.args.get("room", ""),
        cluster=_number("group"),
    )
    page = max(1, _number("page"))
    scope = guard.scope(*SIMILARITY)
    return render_template(
        "similarity/run.html",
        run=found,
        page=headquarters().similarity_findings.pairs(run_id, wanted, page, scope=scope),
        wanted=wanted,
        rooms=rooms_of(found, scope),
        levels=list(Level),
        names=NAMES,
    )


@similarity.get("/similarity/runs/<run_id>/rooms/<centre_code>/<room>")
def room(run_id: str, centre_code: str, room: str) -> str:
    """Show a room with its seats, and the pairs that sat in it."""
    found = _run(run_id)
    guard.require(*SIMILARITY, programme=found.programme_id, centre=centre_code)
    wanted = PairFilter(centre_code=centre_code, room=room)
    pairs = headquarters().similarity_findings.pairs(
        run_id, wanted, size=IN_REPORT, scope=guard.scope(*SIMILARITY)
    )
    return render_template(
        "similarity/room.html",
        run=found,
        picture=room_picture(found.sitting_id, centre_code, room, pairs.pairs),
        pairs=pairs.pairs,
        names=NAMES,
    )


@similarity.get("/similarity/pairs/<pair_id>")
def pair(pair_id: str) -> str:
    """Show both answer sheets question by question, with all figures; recorded."""
    found, view = _pair(pair_id)
    lines = headquarters().similarity_reports.open_pair(found, view, guard.who())
    return render_template(
        "similarity/pair.html",
        run=found,
        pair=view,
        lines=lines,
        alike=[line for line in lines if line.match is Match.SAME_WRONG],
        plot=times_plot(lines),
        names=NAMES,
    )


@similarity.get("/similarity/runs/<run_id>/report.<form>")
def report(run_id: str, form: str) -> Response:
    """Return the report on a run as PDF, JSON or CSV; recorded."""
    found = _run(run_id)
    scope = guard.scope(*SIMILARITY)
    page = headquarters().similarity_findings.pairs(run_id, ALL_PAIRS, size=IN_REPORT, scope=scope)
    return _report(found, page.pairs, form, f"similarity-{run_id}")


@similarity.get("/similarity/pairs/<pair_id>/report.<form>")
def pair_report(pair_id: str, form: str) -> Response:
    """Return the report on one pair; recorded."""
    found, view = _pair(pair_id)
    return _report(found, [view], form, f"similarity-{found.id}-{view.number}")


def _number(name: str) -> int:
    """Return a number of the address, within what databases can store; 0 where there is none."""
    return min(max(request.args.get(name, 0, type=small_number), 0), MOST_NUMBER)


def _may_run() -> Scope:
    """Return what the account may compare: with all centres, or the whole would be another."""
    grants = guard.scope(*RUNNERS).grants
    return Scope(frozenset(grant for grant in grants if not grant.branch))


def _report(found: RunView, pairs: Sequence[PairView], form: str, name: str) -> Response:
    if form not in list(Form):
        raise NotFound(what="report")
    written = headquarters().similarity_reports.write(found, pairs, Form(form), guard.who())
    return download(written, f"{name}.{form}", TYPES[Form(form)])


def _run(run_id: str) -> RunView:
    found = headquarters().similarity_findings.run(run_id)
    guard.require(*SIMILARITY, programme=found.programme_id)
    return found


def _pair(pair_id: str) -> tuple[RunView, PairView]:
    """Return a pair with its run; both its centres must be within the role."""
    view = headquarters().similarity_findings.pair(pair_id)
    found = _run(view.run_id)
    for person in (view.first, view.second):
        guard.require(*SIMILARITY, programme=found.programme_id, centre=person.centre_code)
    return found, view

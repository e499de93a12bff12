"""Statistics at the console: of papers for those who adjudicate and publish, of items for authors.

Nothing here names a candidate. Snapshots are computed by a job; pages read what is stored.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from sync.hq.core.progress import ProgressCallback
from sync.hq.core.roles import Role
from sync.hq.errors import NotFound
from sync.hq.planning.paper_names import editions_of, paper_names
from sync.hq.statistics.figure_tables import OF_ITEMS, TABLES
from sync.hq.statistics.runs import Run
from sync.hq.statistics.snapshot import ItemRow
from sync.hq.web import statistics_plots as plots
from sync.hq.web.console import guard
from sync.hq.web.console.figure_files import (
    FORMATS,
    PAGE,
    ShownTable,
    figure_file,
    names_of_figures,
    page_number,
    shown_table,
)
from sync.hq.web.console.rights import COMPUTING, ITEM_STATISTICS, STATISTICS
from sync.hq.web.console.shared import staff_pages
from sync.hq.web.messages import message_of
from sync.hq.web.replies import headquarters
from sync.hq.web.statistics_names import (
    FLAGS,
    REASONS,
    TITLES,
    flag_name,
    number,
)

statistics = staff_pages("statistics")


@statistics.get("/statistics")
def overview() -> str:
    """Show papers that have results, and whether their statistics are up to date."""
    hq, page = headquarters(), page_number()
    found = hq.statistics.papers(_programmes(), (page - 1) * PAGE, PAGE + 1)
    sittings = [hq.sittings.get(each) for each in {paper.sitting_id for paper in found}]
    editions = editions_of(hq.programmes, sittings)
    return render_template(
        "statistics/overview.html",
        papers=found[:PAGE],
        names={sitting.id: paper_names(sitting, editions) for sitting in sittings},
        page=page,
        more=len(found) > PAGE,
        programmes=[
            programme
            for programme in hq.programmes.list()
            if guard.scope(*ITEM_STATISTICS).covers(programme.id)
        ],
        may_read=lambda listed: guard.scope(*STATISTICS).covers(listed.programme_id),
        may_compute=lambda listed: guard.scope(*COMPUTING).covers(listed.programme_id),
    )


@statistics.get("/statistics/<sitting>/<paper>")
def paper(sitting: str, paper: str) -> str:
    """Show totals, reliability, centres and incidents of a paper."""
    hq, run, names = headquarters(), _run(sitting, paper, STATISTICS), names_of_figures()
    figures = _covered(run)
    return render_template(
        "statistics/paper.html",
        **_heading(run),
        plots={
            "distribution": plots.totals(figures),
            "centres": plots.centres(figures, names),
            "incidents": plots.incidents(figures, names),
        },
        tables=_shown(run, hq.statistics.items(run.id), names),
    )


@statistics.get("/statistics/<sitting>/<paper>/items")
def items(sitting: str, paper: str) -> str:
    """Show a paper's items by difficulty and discrimination; `flagged`: only those to look at."""
    hq, run = headquarters(), _run(sitting, paper, ITEM_STATISTICS)
    rows = hq.statistics.items(run.id)
    forms = sorted({row.form for row in rows})
    form = request.args.get("form", forms[0] if forms else "")
    chosen = [row for row in rows if row.form == form]
    return render_template(
        "statistics/items.html",
        **_heading(run),
        forms=forms,
        form=form,
        rows=[row for row in chosen if row.flags or not request.args.get("flagged")],
        drawing=plots.item_map(chosen, _address(run)),
        tables=_shown(run, chosen, names_of_figures()),
    )


@statistics.post("/statistics/<sitting>/<paper>/compute")
def compute(sitting: str, paper: str) -> BaseResponse:
    """Compute the statistics of a paper by a job."""
    hq, by = headquarters(), guard.who()
    guard.require(*COMPUTING, programme=hq.sittings.get(sitting).paper(paper).programme_id)

    def work(progress: ProgressCallback) -> Mapping[str, Any]:
        return {"run": hq.statistics.compute(sitting, paper, by, progress).id}

    job_id = hq.jobs.begin("statistics", by, work)
    return redirect(url_for("statistics.job", sitting=sitting, paper=paper, job_id=job_id))


@statistics.get("/statistics/<sitting>/<paper>/jobs/<job_id>")
def job(sitting: str, paper: str, job_id: str) -> str | BaseResponse:
    """Show the progress of a computation, then go to what it found."""
    hq = headquarters()
    guard.require(*COMPUTING, programme=hq.sittings.get(sitting).paper(paper).programme_id)
    found = hq.jobs.get(job_id, guard.who())
    if found.state == "done":
        return redirect(url_for("statistics.paper", sitting=sitting, paper=paper))
    return render_template(
        "statistics/job.html",
        sitting=hq.sittings.get(sitting),
        job=found,
        message=message_of(found.outcome["code"], found.outcome["params"])
        if "code" in found.outcome
        else "",
    )


@statistics.get("/statistics/<sitting>/<paper>/files/<name>.<kind>")
def file(sitting: str, paper: str, name: str, kind: str) -> Response:
    """Return a table of a paper as CSV, XLSX or JSON; authors get those of items."""
    run = _run(sitting, paper, ITEM_STATISTICS if name in OF_ITEMS else STATISTICS)
    if name not in TABLES or kind not in FORMATS:
        raise NotFound(what="table")
    rows = headquarters().statistics.items(run.id)
    return figure_file(TABLES[name](_covered(run), rows), kind, f"{name}-{sitting}-{paper}")


def _run(sitting: str, paper: str, roles: Sequence[Role]) -> Run:
    guard.require(*roles, programme=headquarters().sittings.get(sitting).paper(paper).programme_id)
    return headquarters().statistics.run(sitting, paper)


def _programmes() -> Sequence[str] | None:
    """Return the programmes whose statistics the account may see; None for all."""
    scope = guard.scope(*ITEM_STATISTICS)
    known = [programme.id for programme in headquarters().programmes.list()]
    return None if scope.covers("") else [name for name in known if scope.covers(name)]


def _heading(run: Run) -> Mapping[str, Any]:
    """Return what all pages of a paper show above."""
    hq = headquarters()
    sitting = hq.sittings.get(run.sitting_id)
    names = paper_names(sitting, editions_of(hq.programmes, [sitting]))
    return {
        "run": run,
        "sitting": sitting,
        "paper_name": names[run.paper],
        "titles": TITLES,
        "flags": FLAGS,
        "reasons": REASONS,
        "flag_name": flag_name,
        "may_read": guard.scope(*STATISTICS).covers(run.programme_id),
        "may_compute": guard.scope(*COMPUTING).covers(run.programme_id),
        "number": number,
        "files": lambda name: [(kind.upper(), _file_address(run, name, kind)) for kind in FORMATS],
    }


def _covered(run: Run) -> Mapping[str, Any]:
    """Return the figures with those centres only that the account's branches cover."""
    scope, paths = guard.scope(*STATISTICS), headquarters().branches.paths()
    centres = [
        centre
        for centre in run.figures["centres"]
        if scope.covers(run.programme_id, paths.get(centre["code"], centre["code"]))
    ]
    return {**run.figures, "centres": centres}


def _shown(run: Run, rows: Sequence[ItemRow], names: Mapping[str, str]) -> Mapping[str, ShownTable]:
    """Return headings and rows of all tables, as people read them."""
    figures = _covered(run)
    tables = {name: make(figures, rows) for name, make in TABLES.items()}
    return {name: shown_table(table, names) for name, table in tables.items()}


def _file_address(run: Run, name: str, kind: str) -> str:
    return url_for("statistics.file", sitting=run.sitting_id, paper=run.paper, name=name, kind=kind)


def _address(run: Run) -> Callable[[ItemRow], str]:
    return lambda row: url_for(
        "item_statistics.item", programme_id=run.programme_id, item_id=row.item_id
    )

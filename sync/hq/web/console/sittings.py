"""Sittings at the console: all of them, and one with its papers, centres and packages."""

from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from kiosk.exam.values import Text
from kiosk.webpages.languages import language
from sync.hq.core.roles import Role
from sync.hq.imports.jobs import as_json
from sync.hq.packages.packages import PackageView
from sync.hq.packages.papers import DrawnPaper
from sync.hq.planning.advice import advice
from sync.hq.planning.paper_list import SeatCount
from sync.hq.planning.paper_names import editions_of, paper_names
from sync.hq.planning.slots import next_slots
from sync.hq.registration.seat_list import PAGE_SIZES
from sync.hq.sittings import NewPaper, SittingView
from sync.hq.web.console import covered, guard
from sync.hq.web.console.rights import PEOPLE
from sync.hq.web.console.seat_list import as_address, seats_wanted
from sync.hq.web.console.shared import staff_pages
from sync.hq.web.console.sitting_form import paper_choices, papers_of, sitting_of
from sync.hq.web.messages import ProblemView, problem_views
from sync.hq.web.replies import headquarters

sittings = staff_pages("sittings")


@sittings.get("/sittings")
def overview() -> str:
    """Show all sittings and the form for a new one."""
    hq = headquarters()
    found, programmes = covered.sittings(), covered.programmes(guard.scope(Role.REGISTRAR))
    editions = editions_of(hq.programmes, found)
    return render_template(
        "sittings/sittings.html",
        sittings=found,
        names={sitting.id: paper_names(sitting, editions) for sitting in found},
        titles={id_: programme.title for (id_, _), programme in editions.items()},
        choices=paper_choices(programmes),
        slots=next_slots(programmes, hq.clock.now(), ZoneInfo(hq.settings.console.timezone)),
        release=hq.settings.packages.release,
    )


@sittings.post("/sittings")
def create() -> str | BaseResponse:
    """Create a sitting. Asks first whether one that starts today is meant."""
    hq, form = headquarters(), request.form
    zone = ZoneInfo(hq.settings.console.timezone)
    new = sitting_of(form, hq.programmes.list(), zone)
    _require_programmes(new.papers)
    today = hq.clock.now().astimezone(zone).date()
    if new.starts_at.date() == today and form.get("today") != "yes":
        fields = [(name, value) for name, value in form.items(multi=True) if name != "csrf"]
        return render_template("sittings/today.html", new=new, fields=fields)
    return back(hq.sittings.create(new, guard.who()).id)


@sittings.get("/sittings/<sitting_id>")
def sitting(sitting_id: str) -> str:
    """Show one sitting: papers, centres, packages, codes, seats."""
    hq = headquarters()
    view = hq.sittings.get(sitting_id)
    here, wanted = covered.codes(), seats_wanted()
    names = paper_names(view, editions_of(hq.programmes, [view]))
    packages = newest_by_centre(hq.packages.list(sitting_id))
    counts = [place for place in hq.paper_list.seat_counts(sitting_id) if place.centre_code in here]
    return render_template(
        "sittings/sitting.html",
        sitting=view,
        outdated=[old for old in hq.outdated.of_sitting(sitting_id) if old.centre_code in here],
        names=names,
        advice=_advice(view, names),
        drawn=_by_paper(hq.papers.drawn(sitting_id)),
        seats_of=_seats_by_paper(counts),
        counts=counts,
        rooms=room_names({place.centre_code for place in counts}),
        centres=[one for one in hq.sittings.centres(sitting_id) if one.centre_code in here],
        packages=packages,
        approvals=hq.unlocking.approvals(sitting_id),
        viewers=hq.paper_views.agreed(sitting_id),
        listed=hq.seat_list.page(sitting_id, wanted, guard.scope(*PEOPLE)),
        wanted=wanted,
        as_address=as_address,
        sizes=PAGE_SIZES,
        choices=paper_choices(covered.programmes()) if not packages else (),
    )


@sittings.post("/sittings/<sitting_id>/papers/add")
def add_papers(sitting_id: str) -> BaseResponse:
    """Add papers to a sitting."""
    hq = headquarters()
    new = papers_of(request.form, hq.programmes.list())
    _require_programmes(new)
    hq.paper_list.add(sitting_id, new, guard.who())
    return back(sitting_id)


@sittings.post("/sittings/<sitting_id>/papers/<paper_id>/remove")
def remove_paper(sitting_id: str, paper_id: str) -> BaseResponse:
    """Remove a paper from a sitting."""
    headquarters().paper_list.remove(sitting_id, paper_id, guard.who())
    return back(sitting_id)


def _require_programmes(papers: Sequence[NewPaper]) -> None:
    """Require that the account may prepare sittings of all programmes of these papers."""
    for programme_id in {paper.programme_id for paper in papers}:
        guard.require(Role.REGISTRAR, programme=programme_id, centre="")


def room_names(centres: set[str]) -> Mapping[tuple[str, str], str]:
    """Return the names of rooms by centre and id."""
    rooms = headquarters().rooms.every()
    return {place: room.name for place, room in rooms.items() if place[0] in centres}


def newest_by_centre(packages: Sequence[PackageView]) -> dict[str, PackageView]:
    """Return the first package of each centre."""
    newest: dict[str, PackageView] = {}
    for package in packages:
        newest.setdefault(package.centre_code, package)
    return newest


def back(sitting_id: str) -> BaseResponse:
    """Return to the page of a sitting."""
    return redirect(url_for("sittings.sitting", sitting_id=sitting_id))


def _advice(view: SittingView, names: Mapping[str, Text]) -> Sequence[ProblemView]:
    hq = headquarters()
    editions, zone = editions_of(hq.programmes, [view]), ZoneInfo(hq.settings.console.timezone)
    found = [
        *advice(view, editions, zone, language()),
        *hq.paper_texts.advice(view.id, names, language()),
    ]
    return problem_views([as_json(problem) for problem in found])


def _by_paper(drawn: Sequence[DrawnPaper]) -> Mapping[str, Sequence[DrawnPaper]]:
    found: dict[str, list[DrawnPaper]] = {}
    for paper in drawn:
        found.setdefault(paper.sitting_paper, []).append(paper)
    return found


def _seats_by_paper(counts: Sequence[SeatCount]) -> Mapping[str, int]:
    totals: dict[str, int] = {}
    for one in counts:
        totals[one.paper] = totals.get(one.paper, 0) + one.candidates
    return totals

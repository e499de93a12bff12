"""Sittings at the console: papers, packages, unlock codes."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from kiosk.exam.items.item import Item
from kiosk.exam.papers.paper import FormItem, make_form
from kiosk.exam.typed_texts import plain_text
from sync.hq.core.spelling import spelling_alphabet
from sync.hq.errors import NotATime
from sync.hq.packages.packages import PackageView
from sync.hq.packages.papers import LABELS
from sync.hq.sittings import NewPaper, NewSitting
from sync.hq.web.console import guard
from sync.hq.web.console.notices import flash
from sync.hq.web.console.shared import download, staff_pages
from sync.hq.web.replies import headquarters
from sync.wire.packages.contents import FormRule

sittings = staff_pages("sittings")


@sittings.get("/sittings")
def overview() -> str:
    """Show all sittings and the form for a new one."""
    hq = headquarters()
    return render_template(
        "sittings/sittings.html",
        sittings=hq.sittings.list(),
        programmes=hq.programmes.list(),
        release=hq.settings.packages.release,
    )


@sittings.post("/sittings")
def create() -> BaseResponse:
    """Create a sitting. Dates outside the programme's calendar give a warning."""
    hq, form = headquarters(), request.form
    zone = ZoneInfo(hq.settings.console.timezone)
    try:
        starts_at = datetime.fromisoformat(form.get("starts_at", "")).replace(tzinfo=zone)
    except ValueError as error:
        raise NotATime from error
    new = NewSitting(
        title=plain_text(form.get("title", ""))[:200] or starts_at.date().isoformat(),
        starts_at=starts_at,
        papers=[
            NewPaper(
                form.get("programme", ""),
                form.get("trade") or None,
                form.get("level") or None,
                form.get("minutes", None, type=int) or None,
            )
        ],
        release=form.get("release") or None,
    )
    made = hq.sittings.create(new, guard.who())
    programme = hq.applications.programme(made.id)
    day = starts_at.date()
    if day not in {
        edition.exam for edition in programme.editions
    } and not programme.calendar.includes(day):
        regular = programme.calendar.next_from(day)
        flash(
            _(
                "This day is not in the programme's calendar. The next exam day is %(day)s.",
                day=regular,
            )
        )
    return _back(made.id)


@sittings.get("/sittings/<sitting_id>")
def sitting(sitting_id: str) -> str:
    """Show one sitting: papers, centres, packages, codes, seats."""
    hq = headquarters()
    return render_template(
        "sittings/sitting.html",
        sitting=hq.sittings.get(sitting_id),
        papers=hq.papers.of_sitting(sitting_id),
        centres=hq.sittings.centres(sitting_id),
        packages=_newest_by_centre(hq.packages.list(sitting_id)),
        approvals=hq.unlocking.approvals(sitting_id),
        viewers=hq.paper_views.agreed(sitting_id),
        seats=hq.registration.seats(sitting_id),
    )


@sittings.post("/sittings/<sitting_id>/papers")
def draw_papers(sitting_id: str) -> BaseResponse:
    """Draw the sitting's papers, or discard them."""
    hq = headquarters()
    if request.form.get("discard") == "yes":
        hq.papers.discard(sitting_id, guard.who())
    else:
        count = max(1, min(request.form.get("count", 1, type=int), len(LABELS)))
        hq.papers.draw(sitting_id, count, guard.who())
    return _back(sitting_id)


@sittings.get("/sittings/<sitting_id>/papers/<paper_id>/<label>")
def preview(sitting_id: str, paper_id: str, label: str) -> str:
    """Show a paper as candidates will see it, with a watermark."""
    hq = headquarters()
    kept = hq.paper_views.open(sitting_id, paper_id, label, guard.who())
    form_rule = request.args.get("candidate", "")
    rule = FormRule(seed=kept.form_seed)
    form = make_form(kept.paper, rule.seed_for(form_rule or "preview"))
    view = hq.sittings.get(sitting_id)
    programme, paper = hq.applications.programme(sitting_id, paper_id), view.paper(paper_id)
    items = {item.id: item for item in kept.paper.items}
    rows = [(place, items[place.item_id]) for place in form.items]
    return render_template(
        "sittings/paper.html",
        sitting=view,
        kept=kept,
        examination=programme.examination(paper.trade, paper.level),
        sections={item: section for section in kept.paper.sections for item in section.items},
        rows=rows,
        numbers=_numbers_by_stimulus(rows),
        seats=hq.registration.seats(sitting_id),
        chosen=form_rule,
    )


def _numbers_by_stimulus(rows: Sequence[tuple[FormItem, Item]]) -> dict[str, list[int]]:
    """Return the numbers of the items that share each stimulus."""
    numbers: dict[str, list[int]] = {}
    for number, (_place, item) in enumerate(rows, start=1):
        if item.stimulus:
            numbers.setdefault(item.stimulus, []).append(number)
    return numbers


@sittings.post("/sittings/<sitting_id>/view")
def agree_to_view(sitting_id: str) -> BaseResponse:
    """Agree to reading the papers of a two-person sitting for an hour."""
    headquarters().paper_views.agree(sitting_id, guard.who())
    return _back(sitting_id)


@sittings.post("/sittings/<sitting_id>/packages")
def build_package(sitting_id: str) -> BaseResponse:
    """Build the next package version for a centre."""
    centre, label = request.form.get("centre", ""), request.form.get("paper", LABELS[0])
    packages = headquarters().packages
    released = packages.code_released(sitting_id, centre)
    package = packages.build(sitting_id, centre, guard.who(), label)
    text = _(
        "Package version %(version)s for %(centre)s is ready.",
        version=package.version,
        centre=centre,
    )
    warning = _(
        "%(centre)s already has the unlock code of an earlier version. If its"
        " paper is already unlocked, this version will not be used. Call the"
        " centre.",
        centre=centre,
    )
    flash(f"{text} {warning}" if released else text)
    return _back(sitting_id)


@sittings.post("/sittings/<sitting_id>/packages/revoke")
def revoke_package(sitting_id: str) -> BaseResponse:
    """Revoke a centre's newest package."""
    centre, reason = request.form.get("centre", ""), request.form.get("reason", "")
    headquarters().packages.revoke(sitting_id, centre, reason, guard.who())
    flash(_("The package is revoked. Build a new version for the centre."))
    return _back(sitting_id)


@sittings.get("/sittings/<sitting_id>/packages/<centre>")
def package_file(sitting_id: str, centre: str) -> Response:
    """Return the newest package as a file for a USB stick."""
    packages = headquarters().packages
    package = packages.newest(sitting_id, centre)
    return download(packages.data(package), package.file_name)


@sittings.post("/sittings/<sitting_id>/approve")
def approve(sitting_id: str) -> BaseResponse:
    """Approve the release of a code at its time."""
    headquarters().unlocking.approve(sitting_id, request.form.get("centre", ""), guard.who())
    return _back(sitting_id)


@sittings.post("/sittings/<sitting_id>/code")
def show_code(sitting_id: str) -> str:
    """Show the sheet from which an unlock code is read over the telephone."""
    hq, centre = headquarters(), request.form.get("centre", "")
    code = hq.unlocking.code(sitting_id, centre, guard.who())
    known = {one.code: one for one in hq.centres.list()}
    return render_template(
        "sittings/code.html",
        sitting=hq.sittings.get(sitting_id),
        centre=known[centre],
        package=hq.packages.newest(sitting_id, centre),
        code=code,
        groups=[spelling_alphabet(group) for group in code.split("-")],
    )


def _newest_by_centre(packages: Sequence[PackageView]) -> dict[str, PackageView]:
    newest: dict[str, PackageView] = {}
    for package in packages:
        newest.setdefault(package.centre_code, package)
    return newest


def _back(sitting_id: str) -> BaseResponse:
    return redirect(url_for("sittings.sitting", sitting_id=sitting_id))

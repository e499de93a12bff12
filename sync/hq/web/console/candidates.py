"""Applications, portraits and seats at the console."""

from collections.abc import Mapping
from typing import Any

from flask import Response, current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from kiosk.exam.seating import PlanKind
from kiosk.webpages.languages import language
from sync.hq.core.progress import ProgressCallback
from sync.hq.errors import NotFound
from sync.hq.imports.jobs import as_json
from sync.hq.registration.application_list import PAGE_SIZES
from sync.hq.registration.candidate_file import template as candidate_template
from sync.hq.web.console import covered, guard, targets
from sync.hq.web.console.application_list import applications_wanted, as_address, unfit_page
from sync.hq.web.console.listed import part_of
from sync.hq.web.console.notices import allocated, flash
from sync.hq.web.console.shared import download, staff_pages
from sync.hq.web.messages import problem_views
from sync.hq.web.replies import headquarters, small_number

candidates = staff_pages("candidates")


@candidates.get("/sittings/<sitting_id>/candidates")
def applications(sitting_id: str) -> str:
    """Show who applied, by state, with the clause that admits them or what is missing."""
    hq, scope, wanted = headquarters(), targets.scope(), applications_wanted()
    whole = covered.whole(sitting_id)
    listed = hq.application_list.page(sitting_id, wanted, scope)
    flags = hq.ban_flags.of_sitting(sitting_id)
    if flags and not whole:
        people = covered.candidates(sitting_id)
        flags = [flag for flag in flags if flag.candidate_id in people]
    flagged = part_of(flags, "flags")
    return render_template(
        "sittings/candidates.html",
        sitting=hq.sittings.get(sitting_id),
        whole=whole,
        programme=hq.applications.programme(sitting_id),
        listed=listed,
        wanted=wanted,
        as_address=as_address,
        sizes=PAGE_SIZES,
        closed=problem_views([as_json(problem) for problem in hq.applications.closed(sitting_id)]),
        can_check=current_app.extensions["load_portrait_pack"] is not None,
        unfit=unfit_page(sitting_id),
        flags=flagged,
        seats_of=hq.registration.seats_of(sitting_id, [flag.candidate_id for flag in flagged.rows]),
        elsewhere=part_of(
            hq.registration.elsewhere(sitting_id, hq.application_list.beside(sitting_id, scope)),
            "elsewhere",
        ),
        offered=hq.registration.offered(sitting_id),
        centres=covered.centres(),
    )


@candidates.get("/sittings/<sitting_id>/candidates/template.xlsx")
def template(sitting_id: str) -> Response:
    """Return the empty spreadsheet in the page's language."""
    programme = headquarters().applications.programme(sitting_id)
    return download(candidate_template(programme, language()), "candidates.xlsx")


@candidates.post("/sittings/<sitting_id>/candidates/<candidate_id>/decision")
def decide(sitting_id: str, candidate_id: str) -> BaseResponse:
    """Admit or refuse an applicant by hand, apply the rules again, or accept the portrait."""
    hq, word = headquarters(), request.form.get("decision", "")
    reason = request.form.get("reason", "")
    if word == "portrait":
        hq.people.accept_portrait(candidate_id, reason, guard.who())
    else:
        decision = {"admit": "admitted", "refuse": "refused"}.get(word, "")
        hq.applications.decide(sitting_id, candidate_id, decision, reason, guard.who())
    flash(_("Recorded in the audit log, with the reason."))
    return _back(sitting_id)


@candidates.post("/sittings/<sitting_id>/candidates/<candidate_id>/ban")
def judge_ban(sitting_id: str, candidate_id: str) -> BaseResponse:
    """Record whether an applicant with another document is a banned person."""
    form, given = request.form, headquarters().ban_flags
    found = (form.get("ban", "")[:64], form.get("verdict", ""), form.get("reason", "")[:300])
    given.judge(sitting_id, candidate_id, *found, guard.who())
    flash(_("Recorded in the audit log, with the reason."))
    return _back(sitting_id)


@candidates.get("/sittings/<sitting_id>/candidates/<candidate_id>/letter")
def letter(sitting_id: str, candidate_id: str) -> str:
    """Show the letter to an applicant, in the page's language, ready to be printed."""
    hq = headquarters()
    ((_application, found),) = hq.letters.of(sitting_id, language(), candidate_id=candidate_id)
    return render_template(
        "sittings/letter.html", sitting=hq.sittings.get(sitting_id), letter=found
    )


@candidates.post("/sittings/<sitting_id>/candidates/<candidate_id>/materials")
def materials(sitting_id: str, candidate_id: str) -> BaseResponse:
    """Record what an applicant has handed in."""
    handed_in = request.form.getlist("material")
    headquarters().applications.set_materials(sitting_id, candidate_id, handed_in, guard.who())
    flash(_("Recorded."))
    return _back(sitting_id)


@candidates.post("/sittings/<sitting_id>/portraits/check")
def check_portraits(sitting_id: str) -> BaseResponse:
    """Start the check of new portraits, and the comparison of all, by the face pack."""
    hq, load = headquarters(), current_app.extensions["load_portrait_pack"]
    if load is None:
        raise NotFound(what="face pack")

    by = guard.who()

    def work(progress: ProgressCallback) -> Mapping[str, Any]:
        pack = load()
        looked = hq.people.check_portraits(pack.judge, sitting_id, progress)
        alike = hq.look_alikes.compare(sitting_id, pack.find, by, progress)
        return {"checked": len(looked), "found": sum(map(bool, looked.values())), "alike": alike}

    job_id = hq.jobs.begin("portraits", by, work)
    return redirect(url_for("candidates.portrait_job", sitting_id=sitting_id, job_id=job_id))


@candidates.get("/sittings/<sitting_id>/portraits/jobs/<job_id>")
def portrait_job(sitting_id: str, job_id: str) -> str:
    """Show the progress of the portrait check. The page reloads while it runs."""
    return render_template(
        "sittings/portraits.html",
        sitting=headquarters().sittings.get(sitting_id),
        job=headquarters().jobs.get(job_id, guard.who()),
    )


@candidates.get("/candidates/<candidate_id>/portrait.jpg")
def portrait(candidate_id: str) -> Response:
    """Return a person's portrait."""
    return Response(headquarters().people.portrait(candidate_id), mimetype="image/jpeg")


@candidates.post("/sittings/<sitting_id>/seats/offer")
def offer(sitting_id: str) -> BaseResponse:
    """Set how many seats a centre has."""
    hq, seats = headquarters(), request.form.get("seats", 0, type=small_number)
    hq.registration.offer(
        sitting_id, request.form.get("centre", ""), max(0, min(seats, 2000)), guard.who()
    )
    return _back(sitting_id)


@candidates.post("/sittings/<sitting_id>/seats/allocate")
def allocate(sitting_id: str) -> BaseResponse:
    """Assign seats and admission numbers to all admitted candidates."""
    hq = headquarters()
    kind = PlanKind.LOT if request.form.get("plan") == PlanKind.LOT else PlanKind.APART
    applications = hq.applications.list(sitting_id)
    new = hq.registration.allocate(sitting_id, applications, guard.who(), kind)
    told = [*allocated(new)]
    if kind is PlanKind.APART and new.together:
        told.append(
            _(
                "%(count)s pairs of neighbours have the same paper or employer, or look alike:"
                " the rooms have no other seats for them.",
                count=len(new.together),
            )
        )
    flash(" ".join(told))
    return _back(sitting_id)


def _back(sitting_id: str) -> BaseResponse:
    return redirect(url_for("candidates.applications", sitting_id=sitting_id))

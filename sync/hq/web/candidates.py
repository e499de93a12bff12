"""Applications, portraits and seats at the console."""

from flask import Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from sync.hq.registration.candidate_file import template as candidate_template
from sync.hq.web import guard
from sync.hq.web.notices import say
from sync.hq.web.pages import download, staff_pages
from sync.hq.web.replies import headquarters
from sync.hq.web.texts import language

candidates = staff_pages("candidates")
STATES = ("admitted", "incomplete", "not_eligible", "refused")


@candidates.get("/sittings/<sitting_id>/candidates")
def applications(sitting_id: str) -> str:
    """Who applied, by state, with the clause that admits or what is missing."""
    hq, state = headquarters(), request.args.get("state")
    found = hq.applications.list(sitting_id)
    return render_template(
        "candidates.html",
        sitting=hq.sittings.get(sitting_id),
        programme=hq.applications.programme(sitting_id),
        counts={name: sum(one.state == name for one in found) for name in STATES},
        found=[one for one in found if state in (None, one.state)],
        chosen=state,
        seated={seat.candidate_id: seat for seat in hq.registration.seats(sitting_id)},
        offered=hq.registration.offered(sitting_id),
        centres=hq.centres.list(),
    )


@candidates.get("/sittings/<sitting_id>/candidates/template.xlsx")
def template(sitting_id: str) -> Response:
    """The empty spreadsheet in the language of the page."""
    programme = headquarters().applications.programme(sitting_id)
    return download(candidate_template(programme, language()), "candidates.xlsx")


@candidates.post("/sittings/<sitting_id>/candidates/<candidate_id>/decision")
def decide(sitting_id: str, candidate_id: str) -> BaseResponse:
    """Admit or refuse somebody by hand, leave it to the rules again, or take the portrait."""
    hq, word = headquarters(), request.form.get("decision", "")
    reason = request.form.get("reason", "")
    if word == "portrait":
        hq.people.accept_portrait(candidate_id, reason, guard.who())
    else:
        decision = {"admit": "admitted", "refuse": "refused"}.get(word, "")
        hq.applications.decide(sitting_id, candidate_id, decision, reason, guard.who())
    say(_("Noted, with the reason, in the audit log."))
    return _back(sitting_id)


@candidates.get("/candidates/<candidate_id>/portrait.jpg")
def portrait(candidate_id: str) -> Response:
    """A person's portrait."""
    return Response(headquarters().people.portrait(candidate_id), mimetype="image/jpeg")


@candidates.post("/sittings/<sitting_id>/seats/offer")
def offer(sitting_id: str) -> BaseResponse:
    """How many seats a centre has."""
    hq, seats = headquarters(), request.form.get("seats", 0, type=int)
    hq.registration.offer(
        sitting_id, request.form.get("centre", ""), max(0, min(seats, 2000)), guard.who()
    )
    return _back(sitting_id)


@candidates.post("/sittings/<sitting_id>/seats/allocate")
def allocate(sitting_id: str) -> BaseResponse:
    """Seats and admission numbers for everybody who is admitted."""
    hq = headquarters()
    new = hq.registration.allocate(sitting_id, hq.applications.list(sitting_id), guard.who())
    say(_("%(count)s seats were given out.", count=len(new)))
    return _back(sitting_id)


@candidates.get("/sittings/<sitting_id>/tickets.pdf")
def tickets(sitting_id: str) -> Response:
    """Admission tickets, of one centre if it is named."""
    hq = headquarters()
    sitting, programme = hq.sittings.get(sitting_id), hq.applications.programme(sitting_id)
    made = hq.registration.tickets(sitting, programme, request.args.get("centre") or None)
    return download(made.pdf, f"tickets-{sitting_id}.pdf", "application/pdf")


def _back(sitting_id: str) -> BaseResponse:
    return redirect(url_for("candidates.applications", sitting_id=sitting_id))

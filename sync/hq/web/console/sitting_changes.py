"""Changes of a sitting at the console: moved, cancelled, reinstated, repeated."""

from zoneinfo import ZoneInfo

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from kiosk.exam.typed_texts import plain_text
from sync.hq.errors import NotConfirmed
from sync.hq.packages.papers import LABELS
from sync.hq.planning.paper_names import editions_of
from sync.hq.planning.repeats import Repeat, Who
from sync.hq.planning.slots import next_slots
from sync.hq.web.console import guard
from sync.hq.web.console.notices import flash
from sync.hq.web.console.shared import staff_pages
from sync.hq.web.console.sitting_form import start_of
from sync.hq.web.console.sitting_jobs import building, to_job
from sync.hq.web.console.sittings import back, newest_by_centre
from sync.hq.web.replies import headquarters

sitting_changes = staff_pages("sitting_changes")


@sitting_changes.get("/sittings/<sitting_id>/change")
def change(sitting_id: str) -> str:
    """Show how a sitting can be changed, and what follows."""
    hq = headquarters()
    packages = newest_by_centre(hq.packages.list(sitting_id)).values()
    view, zone = hq.sittings.get(sitting_id), ZoneInfo(hq.settings.console.timezone)
    programmes = editions_of(hq.programmes, [view]).values()
    return render_template(
        "sittings/change.html",
        sitting=view,
        slots=next_slots(programmes, hq.clock.now(), zone),
        packages=sum(package.revoked_at is None for package in packages),
        tickets=hq.changes.tickets_issued(sitting_id),
        codes_out=hq.changes.codes_out_since(sitting_id),
        zone=zone,
    )


@sitting_changes.post("/sittings/<sitting_id>/move")
def move(sitting_id: str) -> BaseResponse:
    """Move a sitting; start a job that builds the packages that were revoked."""
    hq, by = headquarters(), guard.who()
    _require_confirmed()
    starts_at = start_of(request.form, ZoneInfo(hq.settings.console.timezone))
    moved = hq.changes.move(sitting_id, starts_at, request.form.get("reason", ""), by)
    if moved.tickets:
        flash(
            _(
                "The sitting is moved. %(tickets)s admission tickets are invalid: print them again"
                " (issue %(issue)s).",
                tickets=moved.tickets,
                issue=moved.sitting.ticket_issue,
            )
        )
    if not moved.revoked:
        return back(sitting_id)
    work = building(hq, sitting_id, by, LABELS[0], moved.revoked)
    return to_job(sitting_id, hq.jobs.begin("packages", by, work))


@sitting_changes.post("/sittings/<sitting_id>/cancel")
def cancel(sitting_id: str) -> BaseResponse:
    """Cancel a sitting and revoke its packages."""
    _require_confirmed()
    headquarters().changes.cancel(sitting_id, request.form.get("reason", ""), guard.who())
    flash(_("The sitting is cancelled, and its packages are revoked."))
    return back(sitting_id)


@sitting_changes.post("/sittings/<sitting_id>/reinstate")
def reinstate(sitting_id: str) -> BaseResponse:
    """Undo the cancellation of a sitting."""
    headquarters().changes.reinstate(sitting_id, request.form.get("reason", ""), guard.who())
    flash(_("The sitting takes place after all. Build its packages again."))
    return back(sitting_id)


@sitting_changes.post("/sittings/<sitting_id>/repeat")
def repeat(sitting_id: str) -> BaseResponse:
    """Carry the candidates of a sitting into a new one."""
    hq, form = headquarters(), request.form
    starts_at = start_of(form, ZoneInfo(hq.settings.console.timezone))
    title = plain_text(form.get("title", ""))[:200] or starts_at.date().isoformat()
    who = {Who(one) for one in form.getlist("who") if one in set(Who)}
    repeated = hq.repeats.repeat(sitting_id, Repeat(title, starts_at, who), guard.who())
    flash(_("%(count)s candidates were carried over.", count=repeated.candidates))
    return redirect(url_for("sittings.sitting", sitting_id=repeated.sitting.id))


def _require_confirmed() -> None:
    if request.form.get("confirmed") != "yes":
        raise NotConfirmed

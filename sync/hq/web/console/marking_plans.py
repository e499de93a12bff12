"""Marking at the console, for adjudicators: plans, their rules, markers, progress."""

from collections.abc import Mapping
from typing import Any

from flask import Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from sync.hq.core.progress import ProgressCallback
from sync.hq.core.roles import Role
from sync.hq.errors import NotFound
from sync.hq.marking.errors import SettingsWrong
from sync.hq.marking.export import marks_csv, progress_csv
from sync.hq.marking.plans import read_rule, read_settings
from sync.hq.marking.settings import PlanSettings
from sync.hq.marking.views import Assignment, Plan, PlanState
from sync.hq.web import marking_names
from sync.hq.web.console import guard
from sync.hq.web.console.notices import flash
from sync.hq.web.console.rights import MARKING
from sync.hq.web.console.shared import download, names_by_id, staff_pages
from sync.hq.web.plots.bars import Bar, bars
from sync.hq.web.plots.canvas import Words
from sync.hq.web.replies import headquarters

marking_plans = staff_pages("marking_plans")
DAYS = 31
"""Most days that the plot of progress shows."""


def readable(plan_id: str) -> Plan:
    """Return a plan that the account may read.

    Raises:
        RoleMissing: it neither leads marking of this programme nor audits it.
    """
    plan = headquarters().marking.plans.get(plan_id)
    guard.require(*MARKING, programme=plan.programme_id)
    return plan


def led(plan_id: str) -> Plan:
    """Return a plan that the account may change.

    Raises:
        RoleMissing: it does not lead marking of this programme.
    """
    plan = headquarters().marking.plans.get(plan_id)
    guard.require(Role.ADJUDICATOR, programme=plan.programme_id)
    return plan


@marking_plans.get("/marking/plans")
def overview() -> str:
    """Show all plans, and papers whose marking has not been opened."""
    plans, scope = headquarters().marking.plans, guard.scope(*MARKING)
    return render_template(
        "marking/plans.html",
        plans=plans.list(scope),
        unplanned=plans.unplanned(guard.scope(Role.ADJUDICATOR)),
        sittings={sitting.id: sitting for sitting in headquarters().sittings.list()},
        by_id=names_by_id(),
        names=marking_names,
    )


@marking_plans.get("/marking/open/<sitting_id>/<paper>")
def open_form(sitting_id: str, paper: str) -> str:
    """Show the form that opens marking of a paper."""
    return render_template(
        "marking/settings.html",
        plan=None,
        sitting=headquarters().sittings.get(sitting_id),
        paper=paper,
        settings=PlanSettings(),
        names=marking_names,
    )


@marking_plans.post("/marking/open/<sitting_id>/<paper>")
def open_plan(sitting_id: str, paper: str) -> BaseResponse:
    """Open marking of a paper; a job lists its answers."""
    plans = headquarters().marking.plans
    plan_id = plans.open(sitting_id, paper, read_settings(_typed_settings()), guard.who())
    return _refreshed(plan_id)


@marking_plans.post("/marking/plans/<plan_id>/refresh")
def refresh(plan_id: str) -> BaseResponse:
    """List answers that have arrived since, by a job."""
    led(plan_id)
    return _refreshed(plan_id)


def _refreshed(plan_id: str) -> BaseResponse:
    worklist = headquarters().marking.worklist

    def work(progress: ProgressCallback) -> Mapping[str, Any]:
        return {"results": worklist.refresh(plan_id, progress)}

    job_id = headquarters().jobs.begin("marking", guard.who(), work)
    return redirect(url_for("marking_plans.job", plan_id=plan_id, job_id=job_id))


@marking_plans.get("/marking/plans/<plan_id>/jobs/<job_id>")
def job(plan_id: str, job_id: str) -> str | BaseResponse:
    """Wait for the list of answers, then show the plan."""
    plan = readable(plan_id)
    found = headquarters().jobs.get(job_id, guard.who())
    if found.state == "done":
        return redirect(url_for("marking_plans.plan", plan_id=plan_id))
    return render_template("marking/job.html", job=found, **head(plan))


@marking_plans.get("/marking/plans/<plan_id>")
def plan(plan_id: str) -> str:
    """Show the progress of a plan by item, marker and day."""
    found = readable(plan_id)
    progress = headquarters().marking.progress.of(plan_id)
    words = Words(
        _("Marks by day"), _("Marks for candidates' answers on each day"), _("Marks given")
    )
    days = progress.days[-DAYS:]
    return render_template(
        "marking/plan.html",
        progress=progress,
        plot=bars(words, [Bar(day, count, str(count)) for day, count in days]) if days else None,
        days=days,
        controls=headquarters().marking.controls.list(plan_id),
        **head(found),
    )


@marking_plans.get("/marking/plans/<plan_id>/progress.csv")
def progress_table(plan_id: str) -> Response:
    """Return the progress as CSV: marks by item, marker and day."""
    readable(plan_id)
    data = progress_csv(headquarters().marking.tables.progress(plan_id))
    return download(data, "marking-progress.csv", "text/csv")


@marking_plans.get("/marking/plans/<plan_id>/marks.csv")
def marks_table(plan_id: str) -> Response:
    """Return every mark with its history as CSV, without whose answers they are."""
    readable(plan_id)
    data = marks_csv(headquarters().marking.tables.every_mark(plan_id))
    return download(data, "marks.csv", "text/csv")


@marking_plans.get("/marking/plans/<plan_id>/settings")
def settings(plan_id: str) -> str:
    """Show the rules of a plan and of its items."""
    found = readable(plan_id)
    return render_template(
        "marking/settings.html",
        settings=found.settings,
        items=headquarters().marking.plans.items(plan_id),
        paper=found.paper,
        **head(found),
    )


@marking_plans.post("/marking/plans/<plan_id>/settings")
def change(plan_id: str) -> BaseResponse:
    """Change the rules of a plan."""
    led(plan_id)
    settings = read_settings(_typed_settings())
    _changed(headquarters().marking.plans.change(plan_id, settings, guard.who()))
    return redirect(url_for("marking_plans.settings", plan_id=plan_id))


@marking_plans.post("/marking/plans/<plan_id>/state")
def set_state(plan_id: str) -> BaseResponse:
    """Pause, resume or close a plan."""
    led(plan_id)
    wanted = request.form.get("state", "")
    if wanted not in set(PlanState):
        raise NotFound(what="state")
    plans, why = headquarters().marking.plans, request.form.get("why", "")
    plans.set_state(plan_id, PlanState(wanted), why, guard.who())
    return redirect(url_for("marking_plans.plan", plan_id=plan_id))


@marking_plans.post("/marking/plans/<plan_id>/items/<item_id>")
def set_item(plan_id: str, item_id: str) -> BaseResponse:
    """Give an item rules of its own; pause or resume it."""
    led(plan_id)
    form = request.form
    typed = {name: form.get(name, "").strip() or None for name in ("double_percent", "threshold")}
    paused = form.get("paused") == "yes"
    plans = headquarters().marking.plans
    _changed(plans.set_item(plan_id, item_id, read_rule(typed), paused=paused, by=guard.who()))
    return redirect(url_for("marking_plans.settings", plan_id=plan_id))


@marking_plans.get("/marking/plans/<plan_id>/markers")
def markers(plan_id: str) -> str:
    """Show the markers of a plan, and the form that assigns one."""
    found, services = readable(plan_id), headquarters().marking
    return render_template(
        "marking/markers.html",
        assigned=services.markers.list(plan_id),
        known=services.markers.known(found.programme_id),
        items=services.plans.items(plan_id),
        **head(found),
    )


@marking_plans.post("/marking/plans/<plan_id>/markers")
def assign(plan_id: str) -> BaseResponse:
    """Assign a marker to an item or to all, with quotas."""
    led(plan_id)
    form, services = request.form, headquarters().marking
    quotas = {name: _count(name) for name in ("least_a_day", "most_a_day", "least", "most")}
    wanted = [
        Assignment(
            plan_id=plan_id,
            item_id=form.get("item", "")[:64],
            username=username[:64],
            least_a_day=quotas["least_a_day"] or 0,
            most_a_day=quotas["most_a_day"],
            least=quotas["least"] or 0,
            most=quotas["most"],
        )
        for username in form.getlist("username")
    ]
    services.markers.assign_all(wanted, guard.who())
    return redirect(url_for("marking_plans.markers", plan_id=plan_id))


@marking_plans.post("/marking/plans/<plan_id>/markers/<username>")
def set_marker(plan_id: str, username: str) -> BaseResponse:
    """Pause a marker, let one go on, or end an assignment."""
    led(plan_id)
    form, services, who = request.form, headquarters().marking.markers, guard.who()
    item_id, act = form.get("item", "")[:64], form.get("act")
    if act == "pause":
        services.pause(plan_id, item_id, username, form.get("why", ""), who)
    elif act == "resume":
        services.resume(plan_id, item_id, username, who)
    elif act == "end":
        services.end(plan_id, item_id, username, who)
    else:
        raise NotFound(what="act")
    return redirect(url_for("marking_plans.markers", plan_id=plan_id))


def head(found: Plan) -> Mapping[str, Any]:
    """Return what every page of a plan shows."""
    leads = guard.scope(Role.ADJUDICATOR).covers(found.programme_id)
    sitting = headquarters().sittings.get(found.sitting_id)
    shown = {"plan": found, "sitting": sitting, "names": marking_names, "leads": leads}
    return {**shown, "by_id": names_by_id()}


def _typed_settings() -> Mapping[str, Any]:
    form, usual = request.form, PlanSettings()
    typed = {
        name: form[name].strip()
        for name in PlanSettings.model_fields
        if name in form and form[name].strip()
    }
    return {**usual.model_dump(), **typed, "feedback": form.get("feedback") == "yes"}


def _changed(more: int) -> None:
    told = _("%(count)s more answers are marked twice.", count=more) if more else ""
    flash(" ".join(filter(None, [_("The rules were changed."), told])))


def _count(name: str) -> int | None:
    text = request.form.get(name, "").strip()
    if not text:
        return None
    if not text.isdecimal() or len(text) > 7:
        raise SettingsWrong(places=text[:20])
    return int(text)

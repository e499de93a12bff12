"""Marking at the console, for adjudicators: answers with their marks, control scripts, drift."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from sync.hq.errors import NotFound
from sync.hq.marking.adjudication import Disclosed, Wanted
from sync.hq.marking.anonymity import Disclosure
from sync.hq.marking.comparing import Compared, Purpose
from sync.hq.marking.controls import Agreed
from sync.hq.marking.drift import Drift, drift_of
from sync.hq.marking.views import Stage
from sync.hq.web import marking_names
from sync.hq.web.console import guard
from sync.hq.web.console.marking import points_typed
from sync.hq.web.console.marking_plans import head, led, readable
from sync.hq.web.console.notices import flash
from sync.hq.web.console.shared import staff_pages
from sync.hq.web.plots.canvas import Words
from sync.hq.web.plots.points import Guide, Reading, lines
from sync.hq.web.replies import headquarters, small_number

marking_answers = staff_pages("marking_answers")
RECENT = 30
"""Control scripts of a marker that the plot shows."""


@marking_answers.get("/marking/plans/<plan_id>/answers")
def listed(plan_id: str) -> str:
    """Show answers with their marks, page by page; by stage, item or what they disclose."""
    plan, services = readable(plan_id), headquarters().marking
    args = request.args
    stage = args.get("stage", "")
    wanted = Wanted(
        stage=stage if stage in set(Stage) else "",
        item_id=args.get("item", "")[:64],
        disclosed=args.get("disclosed") == "yes",
    )
    page = services.adjudication.page(
        plan_id, wanted, args.get("page", default=1, type=small_number), guard.who()
    )
    return render_template(
        "marking/answers.html",
        page=page,
        wanted=wanted,
        items=services.plans.items(plan_id),
        **head(plan),
    )


@marking_answers.get("/marking/plans/<plan_id>/answers/<answer_id>")
def answer(plan_id: str, answer_id: str) -> str:
    """Show one answer without its author, every mark, and what can be decided."""
    plan, services = readable(plan_id), headquarters().marking
    found = services.adjudication.get(plan_id, answer_id, guard.who())
    (item,) = (known for known in services.plans.items(plan_id) if known.item_id == found.item_id)
    return render_template(
        "marking/answer.html",
        answer=found,
        item=item,
        found_kinds=[marking_names.DISCLOSURES[Disclosure(kind)] for kind in found.disclosed],
        reading=services.readings.answer(plan_id, answer_id, guard.who()),
        **head(plan),
    )


@marking_answers.post("/marking/plans/<plan_id>/answers/<answer_id>/mark")
def decide(plan_id: str, answer_id: str) -> BaseResponse:
    """Give an answer its final mark, or make it a control script."""
    led(plan_id)
    form, services, who = request.form, headquarters().marking, guard.who()
    points, reason = points_typed(form.getlist("points")), form.get("reason", "")[:4000]
    purpose = form.get("purpose", "")
    if purpose in set(Purpose):
        services.controls.set(plan_id, answer_id, Agreed(points, Purpose(purpose), reason), who)
        flash(_("The answer is a control script now."))
    else:
        services.adjudication.decide(plan_id, answer_id, points, reason, who)
        flash(_("The mark is final."))
    return redirect(url_for("marking_answers.answer", plan_id=plan_id, answer_id=answer_id))


@marking_answers.post("/marking/plans/<plan_id>/answers/<answer_id>/send-back")
def send_back(plan_id: str, answer_id: str) -> BaseResponse:
    """Send an answer back to markers."""
    led(plan_id)
    reason = request.form.get("reason", "")[:4000]
    headquarters().marking.adjudication.send_back(plan_id, answer_id, reason, guard.who())
    flash(_("The answer was sent back to markers."))
    return redirect(url_for("marking_answers.answer", plan_id=plan_id, answer_id=answer_id))


@marking_answers.post("/marking/plans/<plan_id>/answers/<answer_id>/disclosure")
def judge(plan_id: str, answer_id: str) -> BaseResponse:
    """Say whether an answer identifies its author."""
    led(plan_id)
    judged = request.form.get("judged", "")
    if judged not in set(Disclosed):
        raise NotFound(what="judgement")
    adjudication = headquarters().marking.adjudication
    adjudication.judge_disclosure(plan_id, answer_id, Disclosed(judged), guard.who())
    return redirect(url_for("marking_answers.answer", plan_id=plan_id, answer_id=answer_id))


@marking_answers.get("/marking/plans/<plan_id>/controls")
def controls(plan_id: str) -> str:
    """Show control scripts, and how far each marker is from them, over time."""
    plan, services = readable(plan_id), headquarters().marking
    by_marker: dict[str, list[Compared]] = {}
    for compared in services.progress.drift(plan_id):
        by_marker.setdefault(compared.username, []).append(compared)
    return render_template(
        "marking/controls.html",
        controls=services.controls.list(plan_id),
        items=services.plans.items(plan_id),
        drift={name: _drift(name, marked) for name, marked in sorted(by_marker.items())},
        **head(plan),
    )


@marking_answers.post("/marking/plans/<plan_id>/controls/<control_id>/retire")
def retire(plan_id: str, control_id: str) -> BaseResponse:
    """Retire a control script."""
    led(plan_id)
    headquarters().marking.controls.retire(plan_id, control_id, guard.who())
    return redirect(url_for("marking_answers.controls", plan_id=plan_id))


def _drift(username: str, marked: Sequence[Compared]) -> Mapping[str, Any]:
    """Return the deviation of a marker, and its course as a plot with its table."""
    newest = marked[-RECENT:]
    values = [float(mark.comparison.difference) for mark in newest]
    reach = max(1.0, *(abs(value) for value in values))
    words = Words(
        _("Deviation of %(marker)s", marker=username),
        _("Points above or below the agreed mark, one control script after the other"),
        _("Control scripts"),
        _("Points"),
    )
    readings = [Reading(str(number), value) for number, value in enumerate(values, start=1)]
    summary: Drift | None = drift_of([mark.comparison for mark in marked])
    return {
        "summary": summary,
        "plot": lines(words, readings, (-reach, reach), [Guide("y", 0)]),
        "rows": [
            (number, mark.item_id, mark.comparison.given, mark.comparison.agreed)
            for number, mark in enumerate(newest, start=1)
        ],
    }

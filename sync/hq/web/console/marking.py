"""Marking at the console, for markers: own work, the page with one answer after the other."""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from flask import Response, jsonify, render_template, request, url_for

from kiosk.exam.errors import ExamError
from sync.hq.core.roles import Role
from sync.hq.errors import NotFound
from sync.hq.marking.errors import NotAssigned
from sync.hq.marking.holding import Held
from sync.hq.marking.marking import Given
from sync.hq.marking.views import Referral
from sync.hq.web import marking_names
from sync.hq.web.console import guard
from sync.hq.web.console.shared import names_by_id, staff_pages
from sync.hq.web.messages import message_for
from sync.hq.web.replies import headquarters, small_number, status_of

marking = staff_pages("marking")
marking_calls = staff_pages("marking_calls")
"""What the marking page's script calls; errors are JSON."""

ALL = "all"
"""In an address, for every item of a plan."""
_MOST_CRITERIA = 100


@marking.get("/marking")
def overview() -> str:
    """Show a marker what there is to mark, and how far they are."""
    services, who = headquarters().marking, guard.who()
    return render_template(
        "marking/own.html",
        work=[services.own.of(plan.id, who) for plan, _own in services.markers.plans_of(who)],
        sittings={sitting.id: sitting for sitting in headquarters().sittings.list()},
        by_id=names_by_id(),
        names=marking_names,
    )


@marking.get("/marking/<plan_id>/mark/<item_id>")
def mark(plan_id: str, item_id: str) -> str:
    """Show the page on which a marker marks answers to an item, or to all."""
    services, who = headquarters().marking, guard.who()
    plan = services.plans.get(plan_id)
    guard.require(Role.MARKER, programme=plan.programme_id)
    work = services.own.of(plan_id, who)
    items = [own.item for own in work.items if item_id in (ALL, own.item.item_id)]
    if not items:
        raise NotAssigned
    return render_template(
        "marking/mark.html",
        plan=plan,
        item_id=item_id,
        items=items,
        work=work,
        referrals=marking_names.REFERRALS,
        sitting=headquarters().sittings.get(plan.sitting_id),
        back=url_for("marking.overview"),
    )


@marking_calls.errorhandler(ExamError)
def _refused(error: ExamError) -> tuple[Response, int]:
    return jsonify(error={"code": error.code, "message": str(message_for(error))}), status_of(error)


@marking_calls.post("/marking/<plan_id>/next")
def next_answer(plan_id: str) -> Response:
    """Hold the next answer for the marker; `shown` names those that the page has."""
    item_id = request.form.get("item", "")[:64]
    shown = request.form.getlist("shown")[:10]
    allocation, who = headquarters().marking.allocation, guard.who()
    held = allocation.next(plan_id, "" if item_id == ALL else item_id, who, shown)
    return jsonify(answer=None if held is None else _answer(held, who))


@marking_calls.post("/marking/leases/<lease>")
def give(lease: str) -> Response:
    """Store the mark or the referral for the answer under a lease."""
    form, who = request.form, guard.who()
    referred = form.get("referred", "")
    if referred and referred not in set(Referral):
        raise NotFound(what="referral")
    given = Given(
        criteria=points_typed(form.getlist("points")),
        comment=form.get("comment", "")[:4000],
        referred=Referral(referred) if referred else None,
        seconds=form.get("seconds", default=0, type=small_number),
    )
    held = headquarters().marking.marks.give(lease, given, who)
    return jsonify(saved=True, **_counts(held.plan_id, who))


@marking_calls.post("/marking/<plan_id>/take-back")
def take_back(plan_id: str) -> Response:
    """Take back the marker's newest mark, and hold the answer again."""
    who, marks = guard.who(), headquarters().marking.marks
    taken = marks.take_back(plan_id, who)
    before = {"points": taken.criteria, "comment": taken.comment}
    return jsonify(answer=_answer(taken.held, who), before=before, **_counts(plan_id, who))


def points_typed(texts: Sequence[str]) -> Sequence[Decimal | None]:
    """Return typed points; None where it is no number."""
    return [_number(text) for text in texts[:_MOST_CRITERIA]]


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text.strip()[:20])
    except InvalidOperation:
        return None


def _answer(held: Held, who: str) -> Mapping[str, Any]:
    reading = headquarters().marking.readings.of(held, who)
    return {"lease": held.lease, **vars(reading)}


def _counts(plan_id: str, who: str) -> Mapping[str, int]:
    marked, today = headquarters().marking.own.counts(plan_id, who)
    return {"marked": marked, "today": today}

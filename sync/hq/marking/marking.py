"""Marks: given, referred and taken back by the marker who holds the answer.

Everything is checked in the write transaction: the role, the lease, pauses and points. Nothing of
a refused mark is stored.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from kiosk.exam.typed_texts import plain_text
from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import record
from sync.hq.core.roles import Role, require_role
from sync.hq.marking.assigned import going
from sync.hq.marking.comparing import Purpose
from sync.hq.marking.controls import Controls
from sync.hq.marking.errors import CommentMissing, NothingToTakeBack, TakeBackTooLate
from sync.hq.marking.giving import LONGEST_COMMENT, MOST_SECONDS, add_mark, checked
from sync.hq.marking.holding import Held, held_under, hold, hold_control, release_control
from sync.hq.marking.settling import settle
from sync.hq.marking.views import (
    GONE,
    MarkKind,
    MarkRole,
    Plan,
    PlanItem,
    Referral,
    answer_of,
    item_of,
    plan_of,
)
from sync.hq.persistence.marking_tables import marking_controls, marks


@dataclass(frozen=True)
class Given:
    """What a marker gives: points for each criterion, or ``referred`` to the adjudicator.

    ``seconds``: how long the page has shown the answer; it is bounded by the lease.
    """

    criteria: Sequence[Decimal | None] = ()
    comment: str = ""
    referred: Referral | None = None
    seconds: int = 0


@dataclass(frozen=True)
class TakenBack:
    """An answer whose mark was taken back, held again, and what the mark said."""

    held: Held
    criteria: Sequence[str]
    comment: str


class Marks:
    """Takes marks from markers."""

    def __init__(self, context: HqContext, controls: Controls) -> None:
        self._context = context
        self._controls = controls

    def give(self, lease: str, given: Given, by: str) -> Held:
        """Store a mark or a referral for the answer under a lease.

        Raises:
            NotLeased: the answer is not, or no longer, this marker's.
            RoleMissing: the account is not a marker any more.
            MarkingPaused, MarkerPaused, NotAssigned: marking has been paused meanwhile.
            PointsWrong: points out of range or not by whole steps.
            CommentMissing: a referral for another reason without words.
        """
        now, comment = self._context.clock.now(), plain_text(given.comment)[:LONGEST_COMMENT]
        with self._context.database.write() as connection:
            held = held_under(connection, lease, by)
            plan = plan_of(connection, held.plan_id)
            require_role(connection, by, Role.MARKER, programme_id=plan.programme_id)
            going(connection, plan, by, held.item_id)
            item = item_of(connection, plan.id, held.item_id)
            if given.referred is Referral.OTHER and not comment:
                raise CommentMissing
            values = {
                "answer_id": held.answer_id,
                "username": by,
                "role": self._role(connection, held).value,
                "comment": comment,
                "control_id": held.control_id,
                "seconds": _seconds(given.seconds, held.leased_at, now),
                **_verdict(item, given),
            }
            number = add_mark(connection, self._context, item, values, now)
            kind = AuditKind.MARK_GIVEN if given.referred is None else AuditKind.ANSWER_REFERRED
            named = {"plan": plan.id, "item": item.item_id, "answer": held.answer_id}
            record(connection, now, kind, by, mark=number, **named)
            if held.control_id is None:
                settle(connection, plan, item, held.answer_id, now, by)
            else:
                release_control(connection, held.lease)
                if values["role"] == MarkRole.CONTROL:
                    self._controls.pause_drifting(connection, plan, item, by, now)
        return held

    def take_back(self, plan_id: str, by: str) -> TakenBack:
        """Take back one's own newest mark, as a new version; the answer is held again.

        Raises:
            RoleMissing, MarkingPaused, MarkerPaused, NotAssigned: as for a mark.
            NothingToTakeBack: there is none, or it has been taken back.
            TakeBackTooLate: the time is over, or somebody has marked the answer since.
        """
        now = self._context.clock.now()
        with self._context.database.write() as connection:
            plan = plan_of(connection, plan_id)
            require_role(connection, by, Role.MARKER, programme_id=plan.programme_id)
            last = newest_mark(connection, plan_id, by)
            if last is None or last["kind"] == MarkKind.WITHDRAWN:
                raise NothingToTakeBack
            going(connection, plan, by, last["item_id"])
            item = item_of(connection, plan.id, last["item_id"])
            if not can_take_back(connection, plan, last, now):
                raise TakeBackTooLate
            values = {
                **{name: last[name] for name in ("answer_id", "username", "role", "control_id")},
                "kind": MarkKind.WITHDRAWN.value,
                "follows": last["id"],
            }
            number = add_mark(connection, self._context, item, values, now)
            named = {"plan": plan.id, "item": item.item_id, "answer": last["answer_id"]}
            record(connection, now, AuditKind.MARK_TAKEN_BACK, by, mark=number, **named)
            held = self._hold_again(connection, plan, item, last, now)
        return TakenBack(held, last["criteria"], last["comment"])

    def _hold_again(
        self, connection: Connection, plan: Plan, item: PlanItem, last: RowMapping, now: datetime
    ) -> Held:
        lease, by = self._context.ids(), last["username"]
        if last["control_id"] is not None:
            return hold_control(connection, plan, last["control_id"], lease, by, now)
        settle(connection, plan, item, last["answer_id"], now, by)
        row = answer_of(connection, plan.id, last["answer_id"])
        return hold(connection, plan, row, lease, by, now)

    @staticmethod
    def _role(connection: Connection, held: Held) -> MarkRole:
        if held.control_id is None:
            return MarkRole(answer_of(connection, held.plan_id, held.answer_id)["stage"])
        query = select(marking_controls.c.purpose).where(marking_controls.c.id == held.control_id)
        qualifying = connection.execute(query).scalar_one() == Purpose.QUALIFICATION
        return MarkRole.QUALIFICATION if qualifying else MarkRole.CONTROL


def newest_mark(connection: Connection, plan_id: str, username: str) -> RowMapping | None:
    """Return the newest row that a marker has in a plan."""
    mine = (marks.c.plan_id == plan_id) & (marks.c.username == username)
    newest = select(marks).where(mine).order_by(marks.c.day.desc(), marks.c.id.desc()).limit(1)
    return connection.execute(newest).mappings().first()


def can_take_back(connection: Connection, plan: Plan, mark: RowMapping, now: datetime) -> bool:
    """Return whether a mark is fresh, and nobody else has acted on the answer since."""
    if now - mark["at"] > timedelta(minutes=plan.settings.undo_minutes):
        return False
    if mark["control_id"] is not None:
        return True
    row = answer_of(connection, plan.id, mark["answer_id"])
    others = (
        (marks.c.answer_id == mark["answer_id"])
        & (marks.c.id > mark["id"])
        & (marks.c.username != mark["username"])
    )
    acted = connection.execute(select(marks.c.id).where(others).limit(1)).first() is not None
    free = row["leased_until"] is None or row["leased_until"] < now
    return free and not acted and row["stage"] not in GONE


def _verdict(item: PlanItem, given: Given) -> dict[str, Any]:
    if given.referred is not None:
        return {"kind": MarkKind.REFERRED.value, "referred": given.referred.value}
    points = checked(item, given.criteria)
    return {
        "points": sum(points, Decimal(0)),
        "criteria": [format(value, "f") for value in points],
    }


def _seconds(reported: int, leased_at: datetime, now: datetime) -> int:
    """Return how long the marker took: what the page says, within the time of the lease."""
    longest = int((now - leased_at).total_seconds())
    return max(0, min(reported, longest, MOST_SECONDS))

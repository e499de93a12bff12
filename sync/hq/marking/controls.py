"""Control scripts: answers with agreed marks, marked first to qualify, later mixed in unseen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Connection, RowMapping, func, insert, select, update

from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import record
from sync.hq.errors import NotFound
from sync.hq.marking.comparing import Purpose, compared
from sync.hq.marking.drift import beyond, qualifies
from sync.hq.marking.errors import CommentMissing, NoScripts, NotForControl, NotQualified
from sync.hq.marking.giving import LONGEST_COMMENT, add_mark, checked
from sync.hq.marking.holding import Held, hold_control
from sync.hq.marking.leading import require_lead
from sync.hq.marking.settling import settle
from sync.hq.marking.views import (
    MarkRole,
    Plan,
    PlanItem,
    Stage,
    answer_of,
    item_of,
    plan_of,
)
from sync.hq.persistence.marking_tables import (
    marking_control_leases,
    marking_controls,
    marking_markers,
    marks,
)

_CHANCES = 100
DRIFT = "drift"
"""Who paused a marker whose control marks are beyond the plan's limits, and the reason."""


@dataclass(frozen=True)
class Agreed:
    """The mark that people have agreed on for a script, and why."""

    criteria: Sequence[Decimal | None]
    purpose: Purpose
    reason: str


@dataclass(frozen=True)
class Control:
    """A script with its agreed mark, and how many markers have marked it."""

    id: str
    plan_id: str
    item_id: str
    answer_id: str
    purpose: Purpose
    points: Decimal
    criteria: Sequence[str]
    reason: str
    set_at: datetime
    set_by: str
    marked: int = 0


class Controls:
    """Sets control scripts, deals them, and pauses markers who are too far from them."""

    def __init__(self, context: HqContext) -> None:
        self._context = context

    def set(self, plan_id: str, answer_id: str, agreed: Agreed, by: str) -> str:
        """Make an answer a control script; its agreed mark is its final mark. Return its id.

        Raises:
            RoleMissing: the account does not lead marking of this programme.
            NotFound: no such plan or answer.
            NotForControl: markers have begun with it.
            PointsWrong: points that cannot be given.
            CommentMissing: no reason.
        """
        now, control_id = self._context.clock.now(), self._context.ids()
        with self._context.database.write() as connection:
            plan = plan_of(connection, plan_id)
            require_lead(connection, by, plan.programme_id)
            row = answer_of(connection, plan_id, answer_id)
            item = item_of(connection, plan_id, row["item_id"])
            _require_unseen(connection, row)
            if not agreed.reason.strip():
                raise CommentMissing
            points = checked(item, agreed.criteria)
            mark = {
                "answer_id": answer_id,
                "username": by,
                "role": MarkRole.ADJUDICATOR.value,
                "points": sum(points, Decimal(0)),
                "criteria": [format(value, "f") for value in points],
                "comment": agreed.reason.strip()[:LONGEST_COMMENT],
            }
            add_mark(connection, self._context, item, mark, now)
            values = {
                "id": control_id,
                "plan_id": plan_id,
                "item_id": item.item_id,
                "answer_id": answer_id,
                "purpose": agreed.purpose.value,
                "points": mark["points"],
                "criteria": mark["criteria"],
                "reason": mark["comment"],
                "set_at": now,
                "set_by": by,
            }
            connection.execute(insert(marking_controls).values(**values))
            settle(connection, plan, item, answer_id, now, by)
            named = {"plan": plan_id, "item": item.item_id, "control": control_id}
            record(connection, now, AuditKind.CONTROL_SCRIPT_SET, by, **named)
        return control_id

    def retire(self, plan_id: str, control_id: str, by: str) -> None:
        """Retire a control script: markers no longer get it. Marks for it stay.

        Raises:
            RoleMissing: the account does not lead marking of this programme.
            NotFound: no such control script, or it is retired.
        """
        now, table = self._context.clock.now(), marking_controls
        with self._context.database.write() as connection:
            plan = plan_of(connection, plan_id)
            require_lead(connection, by, plan.programme_id)
            mine = (table.c.id == control_id) & (table.c.plan_id == plan_id)
            change = update(table).where(mine, table.c.retired_at.is_(None))
            if not connection.execute(change.values(retired_at=now, retired_by=by)).rowcount:
                raise NotFound(what="control script")
            named = {"plan": plan_id, "control": control_id}
            record(connection, now, AuditKind.CONTROL_SCRIPT_RETIRED, by, **named)

    def list(self, plan_id: str) -> Sequence[Control]:
        """Return the control scripts of a plan that are dealt, by item."""
        table = marking_controls
        given = (
            select(marks.c.control_id, func.count(marks.c.username.distinct()).label("marked"))
            .where(marks.c.plan_id == plan_id, marks.c.control_id.is_not(None))
            .group_by(marks.c.control_id)
            .subquery()
        )
        query = (
            select(table, func.coalesce(given.c.marked, 0).label("marked"))
            .outerjoin(given, given.c.control_id == table.c.id)
            .where(table.c.plan_id == plan_id, table.c.retired_at.is_(None))
            .order_by(table.c.item_id, table.c.purpose, table.c.set_at, table.c.id)
        )
        with self._context.database.read() as connection:
            return [_control(row) for row in connection.execute(query).mappings()]

    def is_qualified(
        self, connection: Connection, plan: Plan, item: PlanItem, username: str
    ) -> bool | None:
        """Return whether a marker may mark an item; None while scripts are to be marked."""
        if not plan.settings.qualify_count:
            return True
        given = compared(connection, plan, username, Purpose.QUALIFICATION, item.item_id)
        return qualifies([mark.comparison for mark in given], plan.settings)

    def to_qualify(
        self, connection: Connection, plan: Plan, item: PlanItem, username: str, now: datetime
    ) -> Held:
        """Return the next qualification script for a marker who is not qualified yet.

        Raises:
            NoScripts: the adjudicator has not set enough.
            NotQualified: the marker has marked all of them and does not pass.
        """
        script = self._deal(connection, plan, [item], username, now, Purpose.QUALIFICATION)
        if script is not None:
            return script
        if self.is_qualified(connection, plan, item, username) is None:
            raise NoScripts(item=item.item_id)
        raise NotQualified

    def mixed_in(
        self,
        connection: Connection,
        plan: Plan,
        items: Sequence[PlanItem],
        username: str,
        now: datetime,
    ) -> Held | None:
        """Return a control script as often as the plan says, by chance, else None."""
        drawn = int.from_bytes(self._context.entropy(4), "big") % _CHANCES
        if drawn >= plan.settings.control_percent:
            return None
        return self._deal(connection, plan, items, username, now, Purpose.CONTROL)

    def pause_drifting(
        self, connection: Connection, plan: Plan, item: PlanItem, username: str, now: datetime
    ) -> bool:
        """Pause a marker whose control marks are beyond the plan's limits; return whether so."""
        given = compared(connection, plan, username, Purpose.CONTROL, item.item_id)
        resumed = _resumed_at(connection, plan, username, item)
        # After a resumption by the adjudicator, earlier scripts are forgiven.
        newest = [mark.comparison for mark in given if resumed is None or mark.at > resumed]
        if not beyond(newest, plan.settings):
            return False
        table = marking_markers
        mine = (
            (table.c.plan_id == plan.id)
            & (table.c.username == username)
            & table.c.item_id.in_(["", item.item_id])
            & table.c.paused_at.is_(None)
        )
        values = {"paused_at": now, "paused_by": DRIFT, "why": DRIFT}
        connection.execute(update(table).where(mine).values(**values))
        named = {"plan": plan.id, "item": item.item_id, "marker": username, "why": DRIFT}
        record(connection, now, AuditKind.MARKER_PAUSED, DRIFT, **named)
        return True

    def _deal(
        self,
        connection: Connection,
        plan: Plan,
        items: Sequence[PlanItem],
        username: str,
        now: datetime,
        purpose: Purpose,
    ) -> Held | None:
        table, leases = marking_controls, marking_control_leases
        seen = (
            select(marks.c.id)
            .where(marks.c.answer_id == table.c.answer_id, marks.c.username == username)
            .exists()
        )
        mine = (leases.c.control_id == table.c.id) & (leases.c.username == username)
        holding = select(leases.c.lease).where(mine, leases.c.leased_until >= now).exists()
        query = (
            select(table.c.id)
            .where(
                table.c.plan_id == plan.id,
                table.c.item_id.in_([item.item_id for item in items]),
                table.c.purpose == purpose.value,
                table.c.retired_at.is_(None),
                ~seen,
                ~holding,
            )
            .order_by(table.c.set_at, table.c.id)
            .limit(1)
        )
        control_id = connection.execute(query).scalar()
        if control_id is None:
            return None
        return hold_control(connection, plan, control_id, self._context.ids(), username, now)


def _resumed_at(
    connection: Connection, plan: Plan, username: str, item: PlanItem
) -> datetime | None:
    table = marking_markers
    query = select(func.max(table.c.resumed_at)).where(
        table.c.plan_id == plan.id,
        table.c.username == username,
        table.c.item_id.in_(["", item.item_id]),
    )
    found: datetime | None = connection.execute(query).scalar()
    return found


def _require_unseen(connection: Connection, row: RowMapping) -> None:
    seen = select(marks.c.id).where(marks.c.answer_id == row["id"]).limit(1)
    if row["stage"] != Stage.FIRST or row["lease"] or connection.execute(seen).first() is not None:
        raise NotForControl


def _control(row: RowMapping) -> Control:
    names = Control.__dataclass_fields__.keys() - {"purpose"}
    return Control(**{name: row[name] for name in names}, purpose=Purpose(row["purpose"]))

"""Markers of a plan: assigned to items with quotas, paused and resumed."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, select, update

from kiosk.exam.typed_texts import plain_text
from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import record
from sync.hq.core.roles import Role, require_role
from sync.hq.errors import NotFound, ReasonMissing
from sync.hq.marking.errors import SettingsWrong
from sync.hq.marking.leading import require_lead
from sync.hq.marking.settling import RELEASED
from sync.hq.marking.views import Assignment, Plan, assignments_of, item_of, plan_of
from sync.hq.persistence.database import put
from sync.hq.persistence.marking_tables import (
    marking_answers,
    marking_markers,
    marking_plans,
)
from sync.hq.persistence.role_tables import role_grants
from sync.hq.persistence.tables import accounts

MOST = 1_000_000


class Markers:
    """Assigns markers to plans."""

    def __init__(self, context: HqContext) -> None:
        self._context = context

    def list(self, plan_id: str, username: str | None = None) -> Sequence[Assignment]:
        """Return the assignments of a plan, or those of one marker."""
        with self._context.database.read() as connection:
            return assignments_of(connection, plan_id, username)

    def plans_of(self, username: str) -> Sequence[tuple[Plan, Sequence[Assignment]]]:
        """Return the plans that a marker is assigned to, newest first."""
        table = marking_markers
        mine = select(table.c.plan_id).where(
            table.c.username == username, table.c.ended_at.is_(None)
        )
        query = (
            select(marking_plans)
            .where(marking_plans.c.id.in_(mine))
            .order_by(marking_plans.c.opened_at.desc(), marking_plans.c.id)
        )
        with self._context.database.read() as connection:
            plans = [Plan.of_row(row) for row in connection.execute(query).mappings()]
            return [(plan, assignments_of(connection, plan.id, username)) for plan in plans]

    def known(self, programme_id: str) -> Sequence[str]:
        """Return the accounts that may mark a programme."""
        table = role_grants
        query = (
            select(table.c.username)
            .distinct()
            .where(table.c.role == Role.MARKER.value, table.c.programme_id.in_(["", programme_id]))
            .order_by(table.c.username)
        )
        with self._context.database.read() as connection:
            return connection.execute(query).scalars().all()

    def assign(self, wanted: Assignment, by: str) -> None:
        """Assign a marker to an item, or to all; an assignment that exists gets these quotas.

        Raises:
            RoleMissing: ``by`` does not lead marking, or the account is no marker.
            NotFound: no such plan, item or account.
            SettingsWrong: a quota that cannot be, or one item where whole scripts are marked.
        """
        self.assign_all([wanted], by)

    def assign_all(self, wanted: Sequence[Assignment], by: str) -> None:
        """Assign several markers, all of them or none; raises like :meth:`assign`."""
        now = self._context.clock.now()
        with self._context.database.write() as connection:
            for assignment in wanted:
                _assign(connection, assignment, by, now)

    def end(self, plan_id: str, item_id: str, username: str, by: str) -> None:
        """End an assignment; the marks stay, and answers that are held become free.

        Raises:
            RoleMissing: ``by`` does not lead marking of this programme.
            NotFound: no such assignment.
        """
        now = self._context.clock.now()
        with self._context.database.write() as connection:
            plan = _led(connection, plan_id, by)
            _change(connection, plan, item_id, username, {"ended_at": now})
            _free(connection, plan, item_id, username)
            named = {"plan": plan_id, "item": item_id, "marker": username}
            record(connection, now, AuditKind.MARKER_UNASSIGNED, by, **named)

    def pause(self, plan_id: str, item_id: str, username: str, why: str, by: str) -> None:
        """Pause a marker: until resumed, they get no answers and cannot give marks.

        Raises:
            RoleMissing: ``by`` does not lead marking of this programme.
            NotFound: no such assignment.
            ReasonMissing: no reason.
        """
        reason = plain_text(why)[:500]
        if not reason:
            raise ReasonMissing
        now = self._context.clock.now()
        with self._context.database.write() as connection:
            plan = _led(connection, plan_id, by)
            values = {"paused_at": now, "paused_by": by, "why": reason}
            _change(connection, plan, item_id, username, values)
            _free(connection, plan, item_id, username)
            named = {"plan": plan_id, "item": item_id, "marker": username, "why": reason}
            record(connection, now, AuditKind.MARKER_PAUSED, by, **named)

    def resume(self, plan_id: str, item_id: str, username: str, by: str) -> None:
        """Resume a marker. Earlier control scripts do not pause them again.

        Raises:
            RoleMissing: ``by`` does not lead marking of this programme.
            NotFound: no such assignment.
        """
        now = self._context.clock.now()
        with self._context.database.write() as connection:
            plan = _led(connection, plan_id, by)
            values = {"paused_at": None, "paused_by": None, "why": "", "resumed_at": now}
            _change(connection, plan, item_id, username, values)
            named = {"plan": plan_id, "item": item_id, "marker": username}
            record(connection, now, AuditKind.MARKER_RESUMED, by, **named)


def _assign(connection: Connection, wanted: Assignment, by: str, now: datetime) -> None:
    _require_quotas(wanted)
    plan = _led(connection, wanted.plan_id, by)
    _require_account(connection, wanted.username)
    require_role(connection, wanted.username, Role.MARKER, programme_id=plan.programme_id)
    if wanted.item_id:
        item_of(connection, plan.id, wanted.item_id)
        if plan.settings.allocation == "script":
            raise SettingsWrong(places="item")
    quotas = {
        "least_a_day": wanted.least_a_day,
        "most_a_day": wanted.most_a_day,
        "least": wanted.least,
        "most": wanted.most,
    }
    row = {
        "plan_id": plan.id,
        "item_id": wanted.item_id,
        "username": wanted.username,
        **quotas,
        "why": "",
        "assigned_at": now,
        "assigned_by": by,
        "ended_at": None,
    }
    put(connection, marking_markers, [row], keep=("why",))
    named = {"plan": plan.id, "item": wanted.item_id, "marker": wanted.username}
    record(connection, now, AuditKind.MARKER_ASSIGNED, by, **named, **quotas)


def _led(connection: Connection, plan_id: str, by: str) -> Plan:
    plan = plan_of(connection, plan_id)
    require_lead(connection, by, plan.programme_id)
    return plan


def _require_account(connection: Connection, username: str) -> None:
    query = select(accounts.c.username).where(accounts.c.username == username)
    if connection.execute(query).first() is None:
        raise NotFound(what="account")


def _require_quotas(wanted: Assignment) -> None:
    pairs = (
        ("a day", wanted.least_a_day, wanted.most_a_day),
        ("in all", wanted.least, wanted.most),
    )
    for name, least, most in pairs:
        if not 0 <= least <= MOST or (most is not None and not max(1, least) <= most <= MOST):
            raise SettingsWrong(places=name)


def _change(
    connection: Connection,
    plan: Plan,
    item_id: str,
    username: str,
    values: Mapping[str, object],
) -> None:
    table = marking_markers
    mine = (
        (table.c.plan_id == plan.id)
        & (table.c.item_id == item_id)
        & (table.c.username == username)
        & table.c.ended_at.is_(None)
    )
    if not connection.execute(update(table).where(mine).values(**values)).rowcount:
        raise NotFound(what="assignment")


def _free(connection: Connection, plan: Plan, item_id: str, username: str) -> None:
    """Let others have the answers that a marker holds."""
    table = marking_answers
    mine = (table.c.leased_to == username) & (table.c.plan_id == plan.id)
    if item_id:
        mine &= table.c.item_id == item_id
    connection.execute(update(table).where(mine).values(**RELEASED))

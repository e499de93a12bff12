"""Leases: which answer or control script is held for which marker, and until when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from sync.hq.marking.errors import NotLeased
from sync.hq.marking.views import Plan
from sync.hq.persistence.marking_tables import (
    marking_answers,
    marking_control_leases,
    marking_controls,
)


@dataclass(frozen=True)
class Held:
    """What is held for a marker under a lease; a control script has ``control_id``."""

    lease: str
    plan_id: str
    item_id: str
    answer_id: str
    leased_at: datetime
    control_id: str | None = None


def hold(
    connection: Connection, plan: Plan, row: RowMapping, lease: str, username: str, now: datetime,
    answers: int = 1,
) -> Held:  # fmt: skip
    """Hold an answer for a marker, longer if it is one of several."""
    until = now + timedelta(minutes=plan.settings.lease_minutes) * answers
    values = {"lease": lease, "leased_to": username, "leased_at": now, "leased_until": until}
    this = marking_answers.c.id == row["id"]
    connection.execute(update(marking_answers).where(this).values(**values))
    return Held(lease, plan.id, row["item_id"], row["id"], now)


def hold_control(
    connection: Connection, plan: Plan, control_id: str, lease: str, username: str, now: datetime
) -> Held:
    """Hold a control script for a marker; others may hold it, too."""
    table = marking_control_leases
    mine = (table.c.control_id == control_id) & (table.c.username == username)
    connection.execute(delete(table).where(mine))
    until = now + timedelta(minutes=plan.settings.lease_minutes)
    values = {
        "lease": lease, "control_id": control_id, "plan_id": plan.id, "username": username,
        "leased_at": now, "leased_until": until,
    }  # fmt: skip
    connection.execute(insert(table).values(**values))
    return _control_of(connection, lease, username)


def held(connection: Connection, plan_id: str, username: str, now: datetime) -> Sequence[Held]:
    """Return what a marker holds in a plan, in the order in which it was given."""
    table, leases = marking_answers, marking_control_leases
    answers = (
        select(table.c.lease, table.c.item_id, table.c.id, table.c.leased_at, table.c.place)
        .where(
            table.c.leased_to == username, table.c.plan_id == plan_id, table.c.leased_until >= now
        )
        .order_by(table.c.leased_at, table.c.place)
    )
    found = [Held(row.lease, plan_id, row.item_id, row.id, row.leased_at)
             for row in connection.execute(answers)]  # fmt: skip
    scripts = select(leases.c.lease).where(
        leases.c.username == username, leases.c.plan_id == plan_id, leases.c.leased_until >= now
    )
    for lease in connection.execute(scripts).scalars().all():
        found.append(_control_of(connection, lease, username))
    return sorted(found, key=lambda script: script.leased_at)


def held_under(connection: Connection, lease: str, username: str) -> Held:
    """Return what a marker holds under a lease, also if its time is over and nobody else came.

    Raises:
        NotLeased: the lease is not this marker's, or not any more.
    """
    table = marking_answers
    query = select(table).where(table.c.lease == lease, table.c.leased_to == username)
    row = connection.execute(query).mappings().first()
    if row is None:
        return _control_of(connection, lease, username)
    return Held(lease, row["plan_id"], row["item_id"], row["id"], row["leased_at"])


def release_control(connection: Connection, lease: str) -> None:
    """Delete a marker's lease of a control script."""
    table = marking_control_leases
    connection.execute(delete(table).where(table.c.lease == lease))


def _control_of(connection: Connection, lease: str, username: str) -> Held:
    leases, controls = marking_control_leases, marking_controls
    query = (
        select(leases, controls.c.item_id, controls.c.answer_id)
        .join(controls, controls.c.id == leases.c.control_id)
        .where(leases.c.lease == lease, leases.c.username == username)
    )
    row = connection.execute(query).mappings().first()
    if row is None:
        raise NotLeased
    return Held(
        lease, row["plan_id"], row["item_id"], row["answer_id"], row["leased_at"],
        row["control_id"],
    )  # fmt: skip

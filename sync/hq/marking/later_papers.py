"""Parallel papers that were drawn after marking was opened: their written items join the plan."""

from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import record
from sync.hq.marking.drawn import item_rows, programme_of
from sync.hq.marking.views import Plan
from sync.hq.persistence.marking_tables import marking_items, marking_plans, marking_scripts
from sync.hq.persistence.tables import papers


def add_later_papers(connection: Connection, plan: Plan, now: datetime) -> int:
    """Add written items that the plan lacks; return how many.

    Results that were looked at before are looked at again, as they may answer the new items.
    """
    if not _drawn_later(connection, plan):
        return 0
    programme = programme_of(connection, plan.sitting_id, plan.paper)
    known = select(marking_items.c.item_id).where(marking_items.c.plan_id == plan.id)
    there = set(connection.execute(known).scalars())
    last = select(func.max(marking_items.c.number)).where(marking_items.c.plan_id == plan.id)
    number = connection.execute(last).scalar_one()
    drawn = item_rows(connection, plan.id, plan.sitting_id, plan.paper, programme)
    new = [row for row in drawn if row["item_id"] not in there]
    if not new:
        return 0
    rows = [{**row, "number": number + place} for place, row in enumerate(new, start=1)]
    connection.execute(insert(marking_items), rows)
    scripts = update(marking_scripts).where(marking_scripts.c.plan_id == plan.id)
    connection.execute(scripts.values(bundle_id=""))
    this = update(marking_plans).where(marking_plans.c.id == plan.id)
    connection.execute(this.values(seen=0))
    named = {"plan": plan.id, "items": [row["item_id"] for row in rows]}
    record(connection, now, AuditKind.MARKING_CHANGED, "headquarters", **named)
    return len(rows)


def _drawn_later(connection: Connection, plan: Plan) -> bool:
    query = (
        select(papers.c.id)
        .where(
            papers.c.sitting_id == plan.sitting_id,
            papers.c.sitting_paper == plan.paper,
            papers.c.created_at >= plan.opened_at,
        )
        .limit(1)
    )
    return connection.execute(query).first() is not None

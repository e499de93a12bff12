"""What markers read of their own work: what waits, what is done, how far from agreed marks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from sync.hq.context import HqContext
from sync.hq.marking.comparing import compared
from sync.hq.marking.drift import Drift, drift_of
from sync.hq.marking.giving import count_done, day_of, worked
from sync.hq.marking.views import (
    OPEN_STAGES,
    Assignment,
    Plan,
    PlanItem,
    assignments_of,
    items_of,
    plan_of,
)
from sync.hq.persistence.marking_tables import marking_answers, marks


@dataclass(frozen=True)
class OwnWork:
    """What a marker reads of their own work in a plan."""

    plan: Plan
    assigned: Sequence[Assignment]
    items: Sequence["OwnItem"]
    marked: int
    today: int
    drift: Drift | None


@dataclass(frozen=True)
class OwnItem:
    """An item that a marker may mark, and how many answers wait for some marker."""

    item: PlanItem
    waiting: int
    marked: int


class OwnWorks:
    """Counts the work of single markers."""

    def __init__(self, context: HqContext) -> None:
        self._context = context

    def counts(self, plan_id: str, username: str) -> tuple[int, int]:
        """Return how many answers a marker has marked in all, and today."""
        day = day_of(self._context, self._context.clock.now())
        with self._context.database.read() as connection:
            done = count_done(connection, plan_id, username)
            return done, count_done(connection, plan_id, username, day=day)

    def of(self, plan_id: str, username: str) -> OwnWork:
        """Return a marker's own work in a plan.

        Raises:
            NotFound: no such plan.
        """
        day = day_of(self._context, self._context.clock.now())
        with self._context.database.read() as connection:
            plan = plan_of(connection, plan_id)
            assigned = assignments_of(connection, plan_id, username)
            mine = {assignment.item_id for assignment in assigned}
            waiting = _waiting(connection, plan_id, username)
            done = _own_by_item(connection, plan_id, username)
            items = [
                OwnItem(item, waiting.get(item.item_id, 0), done.get(item.item_id, 0))
                for item in items_of(connection, plan_id)
                if mine & {"", item.item_id}
            ]  # fmt: skip
            shown = compared(connection, plan, username) if plan.settings.feedback else ()
            return OwnWork(
                plan=plan,
                assigned=assigned,
                items=items,
                marked=sum(done.values()),
                today=count_done(connection, plan_id, username, day=day),
                drift=drift_of([mark.comparison for mark in shown]),
            )


def _own_by_item(connection: Connection, plan_id: str, username: str) -> Mapping[str, int]:
    query = (
        select(marks.c.item_id, func.count())
        .where(worked(plan_id, username))
        .group_by(marks.c.item_id)
    )
    return {row[0]: row[1] for row in connection.execute(query)}


def _waiting(connection: Connection, plan_id: str, username: str) -> Mapping[str, int]:
    table = marking_answers
    query = (
        select(table.c.item_id, func.count())
        .where(
            table.c.plan_id == plan_id,
            table.c.stage.in_([stage.value for stage in OPEN_STAGES]),
            func.coalesce(table.c.first_by, "") != username,
            func.coalesce(table.c.second_by, "") != username,
        )
        .group_by(table.c.item_id)
    )
    return {row[0]: row[1] for row in connection.execute(query)}

"""Who may mark what now: assignments, pauses and quotas."""

from collections.abc import Sequence

from sqlalchemy import Connection

from sync.hq.marking.errors import MarkerPaused, MarkingPaused, NotAssigned, QuotaReached
from sync.hq.marking.giving import count_done
from sync.hq.marking.views import (
    Assignment,
    Plan,
    PlanItem,
    PlanState,
    assignments_of,
    items_of,
)


def going(
    connection: Connection, plan: Plan, username: str, item_id: str = ""
) -> Sequence[PlanItem]:
    """Return the items that a marker may mark now: the one that is asked for, or all.

    Raises:
        MarkingPaused, MarkerPaused, NotAssigned: there is none.
    """
    if plan.state is not PlanState.OPEN:
        raise MarkingPaused(why=plan.why or plan.state.value)
    assigned = assignments_of(connection, plan.id, username)
    mine = [
        (item, found)
        for item in items_of(connection, plan.id)
        if item_id in ("", item.item_id)
        and (found := assignment_for(assigned, item.item_id)) is not None
    ]
    if not mine:
        raise NotAssigned
    working = [item for item, found in mine if found.paused_at is None]
    if not working:
        raise MarkerPaused(why=mine[0][1].why)
    going_on = [item for item in working if not item.paused]
    if not going_on:
        raise MarkingPaused(why=working[0].item_id)
    return going_on


def assignment_for(assigned: Sequence[Assignment], item_id: str) -> Assignment | None:
    """Return what holds for an item: its own assignment before the one of all items."""
    by_item = {assignment.item_id: assignment for assignment in assigned}
    return by_item.get(item_id) or by_item.get("")


def require_quota(
    connection: Connection,
    plan: Plan,
    items: Sequence[PlanItem],
    username: str,
    day: str,
    holding: int,
) -> None:
    """Require that the marker may have another answer, those they hold counted.

    Control scripts count like any other answer: a number that stood still would give them away.

    Raises:
        QuotaReached: the marker may not.
    """
    ids = {"", *(item.item_id for item in items)}
    for assigned in assignments_of(connection, plan.id, username):
        for most, today in ((assigned.most, None), (assigned.most_a_day, day)):
            if most is not None and assigned.item_id in ids:
                done = count_done(connection, plan.id, username, assigned.item_id, today)
                if done + holding >= most:
                    raise QuotaReached(done=done)

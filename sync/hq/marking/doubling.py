"""Which answers two people mark: drawn by the plan's seed, the same on every machine.

A larger percentage draws everything that a smaller one draws, so raising it only adds.
"""

from collections.abc import Sequence

from sqlalchemy import Connection, RowMapping, select, update

from sync.hq.marking.rules import is_drawn
from sync.hq.marking.views import GONE, Plan, PlanItem, Stage, items_of
from sync.hq.persistence.marking_tables import marking_answers

_AT_ONCE = 400


def drawn_for(plan: Plan, centre_code: str, attempt_id: str, item: PlanItem) -> tuple[str, ...]:
    """Return what is drawn: an answer, or the script that two people mark as a whole."""
    script = (centre_code, attempt_id)
    return script if plan.settings.allocation == "script" else (*script, item.item_id)


def wanted_for(plan: Plan, centre_code: str, attempt_id: str, item: PlanItem) -> int:
    """Return how many people mark an answer."""
    whole = plan.settings.allocation == "script"
    percent = plan.settings.double_percent if whole else item.double_percent(plan)
    drawn = drawn_for(plan, centre_code, attempt_id, item)
    return 2 if is_drawn(percent, plan.seed, "double", *drawn) else 1


def draw_more(connection: Connection, plan: Plan) -> int:
    """Draw answers that nobody has marked by the plan's present rules; return how many are new.

    Who has been drawn stays, also when the percentage falls. A script that is marked as a whole is
    drawn only while none of its answers has been marked.
    """
    items = {item.item_id: item for item in items_of(connection, plan.id)}
    begun = _begun(connection, plan) if plan.settings.allocation == "script" else set()
    more = [
        row["id"]
        for row in _unmarked(connection, plan)
        if (row["centre_code"], row["attempt_id"]) not in begun
        and wanted_for(plan, row["centre_code"], row["attempt_id"], items[row["item_id"]]) == 2
    ]
    for start in range(0, len(more), _AT_ONCE):
        these = marking_answers.c.id.in_(more[start : start + _AT_ONCE])
        connection.execute(update(marking_answers).where(these).values(wanted=2))
    return len(more)


def _unmarked(connection: Connection, plan: Plan) -> Sequence[RowMapping]:
    table = marking_answers
    query = select(table.c.id, table.c.item_id, table.c.centre_code, table.c.attempt_id).where(
        table.c.plan_id == plan.id, table.c.stage == Stage.FIRST.value, table.c.wanted == 1
    )
    return connection.execute(query).mappings().all()


def _begun(connection: Connection, plan: Plan) -> set[tuple[str, str]]:
    """Return the scripts of which at least one answer has been marked."""
    table, untouched = marking_answers, [Stage.FIRST.value, *(stage.value for stage in GONE)]
    query = select(table.c.centre_code, table.c.attempt_id).where(
        table.c.plan_id == plan.id, table.c.stage.not_in(untouched)
    )
    return {(row.centre_code, row.attempt_id) for row in connection.execute(query.distinct())}

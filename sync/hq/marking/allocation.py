"""The next answer for a marker: held for them for a time, at random, never the same one twice.

An answer is held by one person at a time. Whether it is a first, second or third mark, or a
control script, shows in nothing that the marker gets.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, RowMapping, func, or_, select

from sync.hq.context import HqContext
from sync.hq.core.roles import Role, require_role
from sync.hq.marking.assigned import going, require_quota
from sync.hq.marking.controls import Controls
from sync.hq.marking.errors import NoScripts, NotQualified
from sync.hq.marking.giving import day_of
from sync.hq.marking.holding import Held, held, hold
from sync.hq.marking.rules import place
from sync.hq.marking.views import Plan, PlanItem, plan_of
from sync.hq.marking.worklist import Worklist
from sync.hq.persistence.marking_tables import marking_answers, marks

MOST_HELD = 2
"""The answer that is shown, and the one loaded ahead."""


class Allocation:
    """Gives answers to markers."""

    def __init__(self, context: HqContext, worklist: Worklist, controls: Controls) -> None:
        self._context = context
        self._worklist = worklist
        self._controls = controls

    def next(
        self, plan_id: str, item_id: str, username: str, shown: Sequence[str] = ()
    ) -> Held | None:
        """Return the next answer for a marker, or None when nothing waits for them.

        ``item_id``: empty for any item of the plan. ``shown``: leases that the marker's page has
        already; another one that is still held, as after a reload, comes first.

        Raises:
            NotFound: no such plan.
            RoleMissing: the account is not a marker, or not any more.
            MarkingPaused, MarkerPaused: nobody, or not this marker, gets answers now.
            NotAssigned: the marker is not assigned to the item.
            QuotaReached: the marker has marked as many as planned.
            NotQualified, NoScripts: the marker has to pass a qualification set first.
        """
        now = self._context.clock.now()
        with self._context.database.write() as connection:
            plan = plan_of(connection, plan_id)
            require_role(connection, username, Role.MARKER, programme_id=plan.programme_id)
            self._worklist.take(connection, plan)
            items = going(connection, plan, username, item_id)
            ids = {item.item_id for item in items}
            own = [
                script
                for script in held(connection, plan.id, username, now)
                if script.item_id in ids
            ]
            for script in own:
                if script.lease not in shown:
                    return script
            if plan.settings.allocation == "item" and len(own) >= MOST_HELD:
                return None
            require_quota(connection, plan, items, username, day_of(self._context, now), len(own))
            return self._another(connection, plan, items, username, now, waits=bool(own))

    def _another(
        self,
        connection: Connection,
        plan: Plan,
        items: Sequence[PlanItem],
        username: str,
        now: datetime,
        *,
        waits: bool,
    ) -> Held | None:
        """Return a script to qualify with, a control script or an answer.

        ``waits``: the marker still holds something, which may decide whether they qualify.
        """
        qualified = list[PlanItem]()
        refusal: NotQualified | NoScripts | None = None
        for item in items:
            if self._controls.is_qualified(connection, plan, item, username):
                qualified.append(item)
            elif waits:
                return None
            else:
                try:
                    return self._controls.to_qualify(connection, plan, item, username, now)
                except (NotQualified, NoScripts) as error:
                    refusal = refusal or error
        if not qualified:
            raise refusal or NotQualified
        control = self._controls.mixed_in(connection, plan, qualified, username, now)
        return control or self._real(connection, plan, qualified, username, now)

    def _real(
        self,
        connection: Connection,
        plan: Plan,
        items: Sequence[PlanItem],
        username: str,
        now: datetime,
    ) -> Held | None:
        start = _where_from(connection, plan, username)
        whole = plan.settings.allocation == "script"
        ids = [item.item_id for item in items]
        for group in [ids] if whole else [[item_id] for item_id in ids]:
            row = _first_free(connection, plan, group, username, now, start)
            if row is not None:
                rows = _script(connection, plan, ids, row, username, now) if whole else [row]
                return self._hold_all(connection, plan, rows, username, now)
        return None

    def _hold_all(
        self,
        connection: Connection,
        plan: Plan,
        rows: Sequence[RowMapping],
        username: str,
        now: datetime,
    ) -> Held:
        size, ids = len(rows), self._context.ids
        taken = [hold(connection, plan, row, ids(), username, now, size) for row in rows]
        return taken[0]


def _where_from(connection: Connection, plan: Plan, username: str) -> int:
    """Return the place from which the next answer is looked for.

    Each marker goes round from a place of their own, so markers rarely want the same answer, and
    nobody reads past all those that they have marked before.
    """
    query = (
        select(marking_answers.c.place)
        .join(marks, marks.c.answer_id == marking_answers.c.id)
        .where(marks.c.plan_id == plan.id, marks.c.username == username)
        .order_by(marks.c.day.desc(), marks.c.id.desc())
        .limit(1)
    )
    found: int | None = connection.execute(query).scalar()
    return place(plan.seed, "start", username) if found is None else found


def _first_free(
    connection: Connection,
    plan: Plan,
    item_ids: Sequence[str],
    username: str,
    now: datetime,
    start: int,
) -> RowMapping | None:
    table = marking_answers
    own = table.c.item_id == item_ids[0] if len(item_ids) == 1 else table.c.item_id.in_(item_ids)
    for side in (table.c.place > start, table.c.place <= start):
        query = (
            select(table)
            .where(table.c.plan_id == plan.id, own, table.c.open.is_(True), side)
            .where(_free_for(username, now))
            .order_by(table.c.place)
            .limit(1)
        )
        row = connection.execute(query).mappings().first()
        if row is not None:
            return row
    return None


def _free_for(username: str, now: datetime) -> ColumnElement[bool]:
    """Return that nobody holds an answer, and that this marker has not seen it."""
    table = marking_answers
    seen = (
        select(marks.c.id)
        .where(marks.c.answer_id == table.c.id, marks.c.username == username)
        .exists()
    )
    return (
        or_(table.c.leased_until.is_(None), table.c.leased_until < now)
        & (func.coalesce(table.c.first_by, "") != username)
        & (func.coalesce(table.c.second_by, "") != username)
        & ~seen
    )


def _script(
    connection: Connection,
    plan: Plan,
    item_ids: Sequence[str],
    first: RowMapping,
    username: str,
    now: datetime,
) -> Sequence[RowMapping]:
    """Return all free answers of the script that an answer belongs to."""
    table = marking_answers
    query = select(table).where(
        table.c.centre_code == first["centre_code"],
        table.c.attempt_id == first["attempt_id"],
        table.c.plan_id == plan.id,
        table.c.item_id.in_(item_ids),
        table.c.open.is_(True),
        _free_for(username, now),
    )
    return connection.execute(query.order_by(table.c.place)).mappings().all()

"""How far marking is: by item, by marker, by day, with an estimate of its end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Any

from sqlalchemy import Connection, func, select

from sync.hq.context import HqContext
from sync.hq.marking.controls import Compared, compared
from sync.hq.marking.drift import Drift, drift_of
from sync.hq.marking.giving import MARKED_AS_REAL, count_done, day_of, worked
from sync.hq.marking.views import (
    GONE,
    OPEN_STAGES,
    Assignment,
    MarkKind,
    Plan,
    PlanItem,
    Stage,
    assignments_of,
    items_of,
    plan_of,
)
from sync.hq.persistence.marking_tables import marking_answers, marks

RECENT_DAYS = 7
SLOW, FAST = 1.5, 0.5
"""Seconds of a marker as a multiple of the median marker's, beyond which it is shown."""


@dataclass(frozen=True)
class ItemProgress:
    """``stages``: answers by stage; ``to_give``: marks that are needed at least."""

    item: PlanItem
    stages: Mapping[Stage, int]
    to_give: int

    @property
    def total(self) -> int:
        """Answers that are marked or to be marked."""
        return sum(count for stage, count in self.stages.items() if stage not in GONE)

    @property
    def done(self) -> int:
        """Answers with a final mark."""
        return self.stages.get(Stage.FINAL, 0)


@dataclass(frozen=True)
class MarkerProgress:
    """``seconds``: of a mark, on average; ``pace``: slow, fast or neither."""

    username: str
    marked: int
    today: int
    seconds: float
    referred: int
    pace: str
    drift: Drift | None
    assigned: Sequence[Assignment]

    @property
    def behind(self) -> int:
        """Answers that are lacking from the least planned for today."""
        return max(0, max((one.least_a_day for one in self.assigned), default=0) - self.today)


@dataclass(frozen=True)
class Progress:
    """``ends_on``: the day of the last mark at the pace of recent days; None of no recent marks."""

    items: Sequence[ItemProgress]
    markers: Sequence[MarkerProgress]
    days: Sequence[tuple[str, int]]
    a_day: float
    ends_on: date | None
    today: date

    @property
    def to_give(self) -> int:
        """Marks that are needed at least."""
        return sum(one.to_give for one in self.items)

    @property
    def total(self) -> int:
        return sum(one.total for one in self.items)

    @property
    def done(self) -> int:
        return sum(one.done for one in self.items)


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


class ProgressReports:
    """Counts answers and marks."""

    def __init__(self, context: HqContext) -> None:
        self._context = context

    def of(self, plan_id: str) -> Progress:
        """Return the progress of a plan.

        Raises:
            NotFound: no such plan.
        """
        now = self._context.clock.now()
        today = date.fromisoformat(day_of(self._context, now))
        with self._context.database.read() as connection:
            plan = plan_of(connection, plan_id)
            items = _items(connection, plan)
            days = _days(connection, plan.id)
            markers = _markers(connection, plan, today.isoformat())
        to_give = sum(one.to_give for one in items)
        rate = _recent_rate(days, today)
        ends = today + timedelta(days=-int(-to_give // rate)) if rate and to_give else None
        return Progress(items, markers, days, rate, ends, today)

    def drift(self, plan_id: str) -> Sequence[Compared]:
        """Return all marks for control scripts beside the agreed ones, oldest first.

        Raises:
            NotFound: no such plan.
        """
        with self._context.database.read() as connection:
            return compared(connection, plan_of(connection, plan_id))

    def table(self, plan_id: str) -> Sequence[Mapping[str, Any]]:
        """Return marks and mean seconds by item, marker and day, control scripts apart."""
        query = (
            select(
                marks.c.item_id.label("item"),
                marks.c.username.label("marker"),
                marks.c.day,
                func.count().label("marks"),
                func.avg(marks.c.seconds).label("seconds"),
            )
            .where(
                marks.c.plan_id == plan_id,
                marks.c.kind == MarkKind.MARK.value,
                marks.c.control_id.is_(None),
            )
            .group_by(marks.c.item_id, marks.c.username, marks.c.day)
            .order_by(marks.c.item_id, marks.c.username, marks.c.day)
        )
        with self._context.database.read() as connection:
            rows = connection.execute(query).mappings().all()
        return [{**row, "seconds": round(float(row["seconds"]), 1)} for row in rows]

    def every_mark(self, plan_id: str) -> Sequence[Mapping[str, Any]]:
        """Return every row of a plan's marks, those that were taken back included."""
        query = select(marks).where(marks.c.plan_id == plan_id).order_by(marks.c.id)
        with self._context.database.read() as connection:
            return [
                {
                    **row,
                    "mark": row["id"],
                    "answer": row["answer_id"],
                    "item": row["item_id"],
                    "marker": row["username"],
                    "criteria": " + ".join(row["criteria"]),
                    "at": row["at"].isoformat(),
                    "control": row["control_id"],
                }
                for row in connection.execute(query).mappings()
            ]

    def counts(self, plan_id: str, username: str) -> tuple[int, int]:
        """Return how many answers a marker has marked in all, and today."""
        day = day_of(self._context, self._context.clock.now())
        with self._context.database.read() as connection:
            done = count_done(connection, plan_id, username)
            return done, count_done(connection, plan_id, username, day=day)

    def own(self, plan_id: str, username: str) -> OwnWork:
        """Return a marker's own work in a plan.

        Raises:
            NotFound: no such plan.
        """
        day = day_of(self._context, self._context.clock.now())
        with self._context.database.read() as connection:
            plan = plan_of(connection, plan_id)
            assigned = assignments_of(connection, plan_id, username)
            mine = {one.item_id for one in assigned}
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
                drift=drift_of([one.comparison for one in shown]),
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


def _items(connection: Connection, plan: Plan) -> Sequence[ItemProgress]:
    table = marking_answers
    query = (
        select(table.c.item_id, table.c.stage, table.c.wanted, func.count())
        .where(table.c.plan_id == plan.id)
        .group_by(table.c.item_id, table.c.stage, table.c.wanted)
    )
    stages: dict[str, dict[Stage, int]] = {}
    to_give: dict[str, int] = {}
    for item_id, stage, wanted, count in connection.execute(query):
        own = stages.setdefault(item_id, {})
        own[Stage(stage)] = own.get(Stage(stage), 0) + count
        if stage in OPEN_STAGES:
            each = wanted if stage == Stage.FIRST else 1
            to_give[item_id] = to_give.get(item_id, 0) + each * count
    return [
        ItemProgress(item, stages.get(item.item_id, {}), to_give.get(item.item_id, 0))
        for item in items_of(connection, plan.id)
    ]


def _days(connection: Connection, plan_id: str) -> Sequence[tuple[str, int]]:
    """Return how many marks were given for candidates on each day, control scripts apart."""
    query = (
        select(marks.c.day, func.count())
        .where(
            marks.c.plan_id == plan_id,
            marks.c.kind == MarkKind.MARK.value,
            marks.c.control_id.is_(None),
        )
        .group_by(marks.c.day)
        .order_by(marks.c.day)
    )
    return [(day, count) for day, count in connection.execute(query)]


def _recent_rate(days: Sequence[tuple[str, int]], today: date) -> float:
    """Return marks a day over the recent days; days without marks count, today not yet over."""
    first = today - timedelta(days=RECENT_DAYS - 1)
    recent = [(date.fromisoformat(day), count) for day, count in days]
    counting = [(day, count) for day, count in recent if first <= day <= today]
    if not counting:
        return 0.0
    span = (today - max(first, counting[0][0])).days + 1
    return sum(count for _, count in counting) / span


def _markers(connection: Connection, plan: Plan, today: str) -> Sequence[MarkerProgress]:
    rows = _marker_rows(connection, plan.id)
    assigned: dict[str, list[Assignment]] = {}
    for one in assignments_of(connection, plan.id):
        assigned.setdefault(one.username, []).append(one)
    controls: dict[str, list[Compared]] = {}
    for script in compared(connection, plan):
        controls.setdefault(script.username, []).append(script)
    usual = median([row.seconds for row in rows.values()]) if rows else 0.0
    found = []
    for username in sorted({*rows, *assigned}):
        row = rows.get(username, _Totals())
        found.append(
            MarkerProgress(
                username=username,
                marked=row.marked,
                today=count_done(connection, plan.id, username, day=today),
                seconds=row.seconds,
                referred=row.referred,
                pace=_pace(row.seconds, usual) if len(rows) > 1 and row.marked else "",
                drift=drift_of([one.comparison for one in controls.get(username, ())]),
                assigned=assigned.get(username, ()),
            )
        )
    return found


@dataclass
class _Totals:
    marked: int = 0
    seconds: float = 0.0
    referred: int = 0


def _marker_rows(connection: Connection, plan_id: str) -> Mapping[str, _Totals]:
    real = marks.c.role.in_([role.value for role in MARKED_AS_REAL])
    query = (
        select(marks.c.username, marks.c.kind, func.count(), func.avg(marks.c.seconds))
        .where(marks.c.plan_id == plan_id, real)
        .group_by(marks.c.username, marks.c.kind)
    )
    found: dict[str, _Totals] = {}
    for username, kind, count, seconds in connection.execute(query):
        own = found.setdefault(username, _Totals())
        if kind == MarkKind.MARK:
            own.marked, own.seconds = count, float(seconds)
        elif kind == MarkKind.REFERRED:
            own.referred = count
    return found


def _pace(seconds: float, usual: float) -> str:
    if usual and seconds > SLOW * usual:
        return "slow"
    return "fast" if usual and seconds < FAST * usual else ""

"""How far marking is: by item, by marker, by day, with an estimate of its end."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from sqlalchemy import Connection, case, func, select

from sync.hq.context import HqContext
from sync.hq.marking.comparing import Compared, compared
from sync.hq.marking.drift import Drift, drift_of
from sync.hq.marking.giving import MARKED_AS_REAL, day_of
from sync.hq.marking.views import (
    GONE,
    OPEN_STAGES,
    Assignment,
    MarkKind,
    MarkRole,
    Plan,
    PlanItem,
    Stage,
    assignments_of,
    items_of,
    plan_of,
)
from sync.hq.persistence.marking_tables import marking_answers, marks

_FOR_CANDIDATES = frozenset({MarkRole.FIRST, MarkRole.SECOND, MarkRole.THIRD})
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
    """``seconds``: of a mark, on average, None where no page measured any.

    ``pace``: slow, fast or neither.
    """

    username: str
    marked: int
    today: int
    seconds: float | None
    referred: int
    pace: str
    drift: Drift | None
    assigned: Sequence[Assignment]

    @property
    def behind(self) -> int:
        """Answers that are lacking from the least planned for today."""
        return max(
            0, max((assignment.least_a_day for assignment in self.assigned), default=0) - self.today
        )


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
        return sum(item.to_give for item in self.items)

    @property
    def total(self) -> int:
        return sum(item.total for item in self.items)

    @property
    def done(self) -> int:
        return sum(item.done for item in self.items)


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
            totals = _totals(connection, plan.id)
            markers = _markers(connection, plan, totals, today.isoformat())
        days = _days(totals)
        to_give = sum(item.to_give for item in items)
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


@dataclass(frozen=True)
class _Total:
    """Rows of the marks that agree in everything but the answer; ``timed`` of them have a time."""

    username: str
    role: MarkRole
    kind: MarkKind
    day: str
    is_first: bool
    count: int
    timed: int
    seconds: float

    @property
    def is_real(self) -> bool:
        return self.role in MARKED_AS_REAL


def _totals(connection: Connection, plan_id: str) -> Sequence[_Total]:
    """Return counts of all marks of a plan: one pass over an index, from which the rest follows."""
    first = marks.c.version == 1
    timed = case((marks.c.seconds > 0, 1), else_=0)
    keys = (marks.c.username, marks.c.role, marks.c.kind, marks.c.day, first)
    query = (
        select(*keys, func.count(), func.sum(timed), func.sum(marks.c.seconds))
        .where(marks.c.plan_id == plan_id)
        .group_by(*keys)
    )
    return [
        _Total(
            row[0],
            MarkRole(row[1]),
            MarkKind(row[2]),
            row[3],
            bool(row[4]),
            row[5],
            int(row[6]),
            float(row[7]),
        )
        for row in connection.execute(query)
    ]


def _days(totals: Sequence[_Total]) -> Sequence[tuple[str, int]]:
    """Return how many marks were given for candidates on each day, control scripts apart."""
    days: Counter[str] = Counter()
    for total in totals:
        if total.kind is MarkKind.MARK and total.role in _FOR_CANDIDATES:
            days[total.day] += total.count
    return sorted(days.items())


def _recent_rate(days: Sequence[tuple[str, int]], today: date) -> float:
    """Return marks a day over the recent days; days without marks count, today not yet over."""
    first = today - timedelta(days=RECENT_DAYS - 1)
    recent = [(date.fromisoformat(day), count) for day, count in days]
    counting = [(day, count) for day, count in recent if first <= day <= today]
    if not counting:
        return 0.0
    span = (today - max(first, counting[0][0])).days + 1
    return sum(count for _, count in counting) / span


def _markers(
    connection: Connection, plan: Plan, totals: Sequence[_Total], today: str
) -> Sequence[MarkerProgress]:
    work = _work(totals, today)
    assigned: dict[str, list[Assignment]] = {}
    for assignment in assignments_of(connection, plan.id):
        assigned.setdefault(assignment.username, []).append(assignment)
    controls: dict[str, list[Compared]] = {}
    for script in compared(connection, plan):
        controls.setdefault(script.username, []).append(script)
    paces = [own.mean for own in work.values() if own.mean is not None]
    usual = median(paces) if len(paces) > 1 else 0.0
    return [
        MarkerProgress(
            username=username,
            marked=own.marked,
            today=own.today,
            seconds=own.mean,
            referred=own.referred,
            pace="" if own.mean is None else _pace(own.mean, usual),
            drift=drift_of([script.comparison for script in controls.get(username, ())]),
            assigned=assigned.get(username, ()),
        )
        for username in sorted({*work, *assigned})
        for own in [work.get(username, _Work())]
    ]


@dataclass
class _Work:
    marked: int = 0
    today: int = 0
    referred: int = 0
    timed: int = 0
    seconds: float = 0.0

    @property
    def mean(self) -> float | None:
        return self.seconds / self.timed if self.timed else None


def _work(totals: Sequence[_Total], today: str) -> Mapping[str, _Work]:
    found: dict[str, _Work] = {}
    for total in totals:
        if not total.is_real:
            continue
        own = found.setdefault(total.username, _Work())
        if total.is_first and total.day == today:
            own.today += total.count
        if total.kind is MarkKind.MARK:
            own.marked += total.count
            own.timed += total.timed
            own.seconds += total.seconds
        elif total.kind is MarkKind.REFERRED:
            own.referred += total.count
    return found


def _pace(seconds: float, usual: float) -> str:
    if usual and seconds > SLOW * usual:
        return "slow"
    return "fast" if usual and seconds < FAST * usual else ""

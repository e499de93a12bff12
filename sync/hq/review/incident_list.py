"""Lists of incidents: filtered and paged by the database, in the order of time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Self

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, func, or_, select, true

from sync.hq.core.counted import AttemptKey
from sync.hq.core.roles import Scope
from sync.hq.persistence.review_tables import review_incidents
from sync.hq.review.states import IncidentState

MOST_COUNTED = 10_000
"""Beyond this a list says "more than", because counting on would be slow and of no use."""

_table = review_incidents


class Place(NamedTuple):
    """Where an incident is in the order of time; a page starts after or before one."""

    at: datetime
    number: int

    @classmethod
    def of(cls, incident: "IncidentView") -> Self:
        """Return the place of an incident."""
        return cls(incident.started_at, incident.number)

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read what :meth:`text` wrote; None for anything else."""
        at, _, number = text.rpartition("_")
        try:
            found = cls(datetime.fromisoformat(at), int(number))
        except (ValueError, OverflowError):
            return None
        usable = found.at.tzinfo is not None and 0 <= found.number < 1 << 31
        usable = usable and 2000 <= found.at.year < 2200
        return found if usable else None

    @property
    def text(self) -> str:
        """The place as part of an address."""
        return f"{self.at.isoformat()}_{self.number}"


@dataclass(frozen=True)
class IncidentFilter:
    """What a list shows. ``hour``: the start of one; ``not_by``: not judged first by them."""

    state: IncidentState | None = None
    rule: str = ""
    sitting_id: str = ""
    centre_code: str = ""
    room: str = ""
    programme_id: str = ""
    severity: int = 1
    hour: datetime | None = None
    since: datetime | None = None
    until: datetime | None = None
    not_by: str = ""

    def where(self, scope: Scope | None = None) -> ColumnElement[bool]:
        """Return the condition; ``scope`` limits it to what an account may see."""
        columns = _table.c
        wanted: list[ColumnElement[bool]] = [true()]
        if self.state is not None:
            wanted.append(columns.state == self.state.value)
        for name in ("rule", "sitting_id", "centre_code", "room", "programme_id"):
            if value := getattr(self, name):
                wanted.append(columns[name] == value)
        if self.severity > 1:
            wanted.append(columns.severity >= self.severity)
        if self.hour is not None:
            wanted.append(columns.started_at >= self.hour)
            wanted.append(columns.started_at < self.hour + timedelta(hours=1))
        if self.since is not None:
            wanted.append(columns.started_at >= self.since)
        if self.until is not None:
            wanted.append(columns.started_at < self.until)
        if self.not_by:
            wanted.append(columns.first_judge != self.not_by)
        if scope is not None:
            wanted.append(scope.where(columns.programme_id, columns.centre_code))
        return and_(*wanted)


@dataclass(frozen=True)
class IncidentView:
    """An incident as lists and pages show it. ``state`` and outcome follow from its acts."""

    number: int
    centre_code: str
    attempt_id: str
    incident_id: str
    source: str
    rule: str
    sitting_id: str
    programme_id: str | None
    room: str
    candidate_id: str
    admission_no: str
    started_at: datetime
    ended_at: datetime | None
    measured: float | None
    threshold: float | None
    frame_interval_ms: int | None
    severity: int
    note: str
    reported_by: str
    evidence: Sequence[str]
    present: bool
    state: IncidentState
    outcome: str | None
    reason: str
    first_judge: str

    @classmethod
    def of_row(cls, row: RowMapping) -> Self:
        """Return the view of a row."""
        values: dict[str, Any] = {name: row[name] for name in cls.__dataclass_fields__}
        return cls(**{**values, "state": IncidentState(row["state"])})

    @property
    def key(self) -> AttemptKey:
        """The attempt that it belongs to."""
        return AttemptKey(self.centre_code, self.attempt_id)

    @property
    def seconds(self) -> float | None:
        """How long it lasted; None while nobody has seen its end."""
        return None if self.ended_at is None else (self.ended_at - self.started_at).total_seconds()


@dataclass(frozen=True)
class IncidentPage:
    """Some incidents; ``after`` and ``before`` lead to the next and the previous page."""

    incidents: Sequence[IncidentView]
    after: Place | None
    before: Place | None


def page(
    connection: Connection,
    condition: ColumnElement[bool],
    limit: int,
    *,
    after: Place | None = None,
    before: Place | None = None,
) -> IncidentPage:
    """Return the incidents after or before a place, oldest first."""
    backwards = before is not None
    query = select(_table).where(condition, _beyond(after, before))
    order = (_table.c.started_at, _table.c.number)
    ordered = query.order_by(*(column.desc() if backwards else column for column in order))
    rows = connection.execute(ordered.limit(limit + 1)).mappings().all()
    views = [IncidentView.of_row(row) for row in rows[:limit]]
    more = len(rows) > limit
    if backwards:
        views.reverse()
    return IncidentPage(
        views,
        after=Place.of(views[-1]) if views and (more or backwards) else None,
        before=Place.of(views[0]) if views and (after is not None if not backwards else more)
        else None,
    )  # fmt: skip


def _beyond(after: Place | None, before: Place | None) -> ColumnElement[bool]:
    columns = _table.c
    if before is not None:
        same = and_(columns.started_at == before.at, columns.number < before.number)
        return and_(columns.started_at <= before.at, or_(columns.started_at < before.at, same))
    if after is not None:
        same = and_(columns.started_at == after.at, columns.number > after.number)
        return and_(columns.started_at >= after.at, or_(columns.started_at > after.at, same))
    return true()


def count(connection: Connection, condition: ColumnElement[bool]) -> int:
    """Return how many incidents fit, at most ``MOST_COUNTED`` + 1."""
    few = select(_table.c.number).where(condition).limit(MOST_COUNTED + 1).subquery()
    return int(connection.execute(select(func.count()).select_from(few)).scalar_one())


def tallies(connection: Connection, condition: ColumnElement[bool], column: str) -> dict[str, int]:
    """Return how many incidents there are of each value of a column."""
    chosen = _table.c[column]
    query = select(chosen, func.count()).where(condition).group_by(chosen).order_by(chosen)
    return {str(row[0]): int(row[1]) for row in connection.execute(query)}

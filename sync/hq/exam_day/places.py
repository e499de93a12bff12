"""What headquarters knows of a sitting at each of its centres, for the sittings of a day.

One row for each sitting and centre that has seats, so a day has as many rows as centres, not as
candidates: lists of them are filtered in memory. Nothing here says who somebody is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    RowMapping,
    Select,
    Subquery,
    and_,
    case,
    exists,
    func,
    not_,
    select,
)

from kiosk.exam.states import SITTING_OVER, SittingStatus
from sync.hq.context import HqContext
from sync.hq.core.roles import Scope, path_of
from sync.hq.core.sheets import ABSENT
from sync.hq.persistence.result_tables import results
from sync.hq.persistence.sync_tables import day_reports, event_logs
from sync.hq.persistence.tables import centres, packages, seats, sitting_papers, sittings

MOST_SITTINGS = 100
"""Sittings of one day that are shown, the earliest first."""
COUNTED = ("arrived", "absent", "found_incidents")


@dataclass(frozen=True)
class Report:
    """What the centre last reported of the sitting.

    ``version``: of the package that is there, 0 for none. ``state``: the sitting's at the centre.
    """

    version: int
    state: str
    started_at: datetime | None
    closed_at: datetime | None
    present: int
    writing: int
    ended: int
    incidents: int
    reported_at: datetime

    @property
    def is_running(self) -> bool:
        return self.state == SittingStatus.STARTED

    @property
    def is_over(self) -> bool:
        return self.state in SITTING_OVER


@dataclass(frozen=True)
class Place:
    """A sitting at a centre.

    ``package``: the version of the newest package unless it is revoked, with when it was built and
    when its code was put into the inbox. ``arrived``, ``absent``: results, and those of absentees;
    ``found_incidents``: those in the results.
    ``log_here``: whether the event log has arrived, which happens after the sitting is closed.
    """

    sitting_id: str
    title: str
    starts_at: datetime
    ends_at: datetime
    unlock_not_before: datetime
    cancelled: bool
    centre_code: str
    centre_name: str
    branch: str
    heard_at: datetime | None
    seats: int
    package: int | None
    built_at: datetime | None
    released_at: datetime | None
    arrived: int
    absent: int
    found_incidents: int
    log_here: bool
    report: Report | None = None

    @property
    def incidents(self) -> int:
        """Incidents as the centre counts them, or those of the results that have arrived."""
        return max(self.found_incidents, self.report.incidents if self.report else 0)

    @property
    def heard_since_built(self) -> bool:
        """Whether the centre has called since its package is offered."""
        if self.heard_at is None or self.built_at is None:
            return False
        return self.heard_at >= self.built_at


class ExamDays:
    """Reads the places of a day."""

    def __init__(self, context: HqContext) -> None:
        self._context = context

    def places(self, since: datetime, until: datetime, scope: Scope) -> Sequence[Place]:
        """Return the places of sittings that start in a time, as far as a scope covers them.

        A sitting is seen by who may see all its programmes, as in every list.
        """
        with self._context.database.read() as connection:
            programmes = _sittings(connection, since, until)
            rows = connection.execute(_places(list(programmes))).mappings()
            found = [_place(row) for row in rows] if programmes else []
        return [place for place in found if _covered(scope, place, programmes[place.sitting_id])]

    def neighbours(
        self, since: datetime, until: datetime, scope: Scope
    ) -> tuple[datetime | None, datetime | None]:
        """Return the starts of the last sitting before a time and of the first after it.

        Only sittings that have a place that the scope covers.
        """
        start = sittings.c.starts_at
        query = select(start).where(_has_place(scope)).limit(1)
        with self._context.database.read() as connection:
            before = connection.execute(query.where(start < since).order_by(start.desc())).scalar()
            after = connection.execute(query.where(start >= until).order_by(start)).scalar()
        return before, after


def _sittings(
    connection: Connection, since: datetime, until: datetime
) -> Mapping[str, frozenset[str]]:
    """Return the programmes of each sitting of a time."""
    chosen = (
        select(sittings.c.id)
        .where(sittings.c.starts_at >= since, sittings.c.starts_at < until)
        .order_by(sittings.c.starts_at, sittings.c.id)
        .limit(MOST_SITTINGS)
    )
    papers = sitting_papers.c
    query = select(papers.sitting_id, papers.programme_id).distinct()
    found: dict[str, frozenset[str]] = {}
    for row in connection.execute(query.where(papers.sitting_id.in_(chosen))):
        found[row.sitting_id] = found.get(row.sitting_id, frozenset()) | {row.programme_id}
    return found


def _place(row: RowMapping) -> Place:
    own = {name: row[name] for name in Place.__dataclass_fields__ if name != "report"}
    said = {name: row[f"report_{name}"] for name in Report.__dataclass_fields__}
    return Place(**own, report=None if said["reported_at"] is None else Report(**said))


def _covered(scope: Scope, place: Place, programmes: frozenset[str]) -> bool:
    path = path_of(place.centre_code, place.branch)
    return all(scope.covers(programme, path) for programme in programmes)


def _has_place(scope: Scope) -> ColumnElement[bool]:
    """Whether a sitting has a seat at a centre where the scope covers all its programmes."""
    papers = sitting_papers.c
    uncovered = exists().where(
        papers.sitting_id == seats.c.sitting_id,
        not_(scope.where(papers.programme_id, seats.c.centre_code)),
    )
    return exists().where(seats.c.sitting_id == sittings.c.id, not_(uncovered))


def _places(chosen: Sequence[str]) -> Select[tuple[object, ...]]:
    planned, newest, got = _planned(chosen), _newest(chosen), _got(chosen)
    logs = exists().where(
        event_logs.c.centre_code == planned.c.centre_code,
        event_logs.c.sitting_id == planned.c.sitting_id,
    )
    joined = (
        planned.join(sittings, sittings.c.id == planned.c.sitting_id)
        .join(centres, centres.c.code == planned.c.centre_code)
        .outerjoin(newest, _same_place(planned, newest))
        .outerjoin(got, _same_place(planned, got))
        .outerjoin(day_reports, _same_place(planned, day_reports))
    )
    return select(
        planned,
        *(sittings.c[name] for name in ("title", "starts_at", "ends_at", "unlock_not_before")),
        sittings.c.cancelled_at.is_not(None).label("cancelled"),
        centres.c.name.label("centre_name"),
        centres.c.branch,
        centres.c.last_seen.label("heard_at"),
        newest.c.version.label("package"),
        newest.c.created_at.label("built_at"),
        newest.c.released_at,
        *(func.coalesce(got.c[name], 0).label(name) for name in COUNTED),
        *(day_reports.c[name].label(f"report_{name}") for name in Report.__dataclass_fields__),
        logs.label("log_here"),
    ).select_from(joined)


def _same_place(first: Subquery, second: FromClause) -> ColumnElement[bool]:
    return and_(
        first.c.sitting_id == second.c.sitting_id, first.c.centre_code == second.c.centre_code
    )


def _planned(chosen: Sequence[str]) -> Subquery:
    place = (seats.c.sitting_id, seats.c.centre_code)
    counted = select(*place, func.count().label("seats"))
    return counted.where(seats.c.sitting_id.in_(chosen)).group_by(*place).subquery()


def _newest(chosen: Sequence[str]) -> Subquery:
    """Return the newest packages; one that is revoked has no older one in its stead."""
    place = (packages.c.sitting_id, packages.c.centre_code)
    rank = func.row_number().over(partition_by=place, order_by=packages.c.version.desc())
    columns = ("version", "created_at", "released_at", "revoked_at")
    ranked = select(*place, *(packages.c[name] for name in columns), rank.label("rank")).where(
        packages.c.sitting_id.in_(chosen)
    )
    found = ranked.subquery()
    return select(found).where(found.c.rank == 1, found.c.revoked_at.is_(None)).subquery()


def _got(chosen: Sequence[str]) -> Subquery:
    place = (results.c.sitting_id, results.c.centre_code)
    missed = func.sum(case((results.c.status == ABSENT, 1), else_=0))
    counted = select(
        *place,
        func.count().label("arrived"),
        missed.label("absent"),
        func.sum(results.c.incidents).label("found_incidents"),
    )
    return counted.where(results.c.sitting_id.in_(chosen)).group_by(*place).subquery()

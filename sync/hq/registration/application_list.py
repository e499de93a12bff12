"""The applications for a sitting a page at a time: searched, sorted and counted by the database.

:func:`state_of_row` says in SQL what :attr:`ApplicationView.state` says of a view; a test compares
the two for every combination.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Float,
    Text,
    and_,
    case,
    cast,
    func,
    or_,
    select,
    true,
)

from sync.hq.context import HqContext
from sync.hq.core.paging import clamped
from sync.hq.core.roles import Scope
from sync.hq.errors import NotFound
from sync.hq.persistence.tables import applications, candidates, seats, sittings
from sync.hq.registration.application_rows import (
    BY_NAME,
    application_rows,
    both,
    covered,
    joined,
    matching,
)
from sync.hq.registration.application_views import ApplicationView
from sync.hq.registration.occupancy import MOST_EXTRA
from sync.hq.registration.seat_rows import SeatView
from sync.hq.registration.unfit_seats import SEATED_NOT_ADMITTED

PAGE_SIZES = (25, 50, 100, 200)
PAGE = 50
MOST_BESIDE = 500


class ApplicationFilter(StrEnum):
    """Which applications are listed: by state, or all who have a seat and are not admitted."""

    ALL = ""
    ADMITTED = "admitted"
    INCOMPLETE = "incomplete"
    NOT_ELIGIBLE = "not_eligible"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    UNFIT = SEATED_NOT_ADMITTED


class ApplicationOrder(StrEnum):
    """The columns by which the list can be sorted."""

    NAME = "name"
    IDENTITY_NO = "identity_no"
    STATE = "state"
    SEAT = "seat"


@dataclass(frozen=True)
class ApplicationsWanted:
    """What a page shows. ``text``: in a name, an identity or admission number, or a centre."""

    text: str = ""
    chosen: ApplicationFilter = ApplicationFilter.ALL
    order: ApplicationOrder = ApplicationOrder.NAME
    descending: bool = False
    page: int = 1
    size: int = PAGE


@dataclass(frozen=True)
class ApplicationPage:
    """A page of applications; ``page`` is the last one where a later one was wanted.

    ``seats``: of those on the page, by candidate. ``counts``: how many the text chooses, by filter.
    ``unchecked``: portraits of all that no face pack has seen.
    """

    applications: Sequence[ApplicationView]
    seats: Mapping[str, SeatView]
    counts: Mapping[ApplicationFilter, int]
    unchecked: int
    any_seat: bool
    page: int
    pages: int


class ApplicationList:
    """Lists the applications that an account may see."""

    def __init__(self, context: HqContext) -> None:
        self._context = context

    def page(self, sitting_id: str, wanted: ApplicationsWanted, scope: Scope) -> ApplicationPage:
        """Return a page of the applications for a sitting that a scope covers."""
        with self._context.database.read() as connection:
            seen = covered(connection, sitting_id, scope)
            found = [*seen, *matching(wanted.text)]
            counts = _counts(connection, found)
            unchecked = connection.execute(joined(func.count()).where(*seen, _UNCHECKED))
            any_seat = joined(seats.c.candidate_id).where(*seen, _SEATED).limit(1)
            page, pages = clamped(wanted.page, counts[wanted.chosen], wanted.size)
            query = application_rows().where(*found, *_chosen(wanted.chosen))
            query = query.order_by(*_order(wanted))
            rows = connection.execute(query.limit(wanted.size).offset((page - 1) * wanted.size))
            views = [both(row) for row in rows.mappings()]
            return ApplicationPage(
                applications=[view for view, _ in views],
                seats={seat.candidate_id: seat for _, seat in views if seat},
                counts=counts,
                any_seat=connection.execute(any_seat).first() is not None,
                unchecked=int(unchecked.scalar_one()),
                page=page,
                pages=pages,
            )

    def get(self, sitting_id: str, candidate_id: str, scope: Scope) -> ApplicationView:
        """Return one application.

        Raises:
            NotFound: there is none, or the scope does not cover it.
        """
        with self._context.database.read() as connection:
            query = application_rows().where(*covered(connection, sitting_id, scope))
            row = (
                connection.execute(query.where(candidates.c.id == candidate_id)).mappings().first()
            )
        if row is None:
            raise NotFound(what="application")
        return both(row)[0]

    def reserve(self, sitting_id: str, most: int) -> tuple[Sequence[ApplicationView], int]:
        """Return the first of the reserve list, in order, and how many are on it."""
        here = and_(applications.c.sitting_id == sitting_id, applications.c.reserve > 0)
        with self._context.database.read() as connection:
            count = int(connection.execute(joined(func.count()).where(here)).scalar_one())
            query = (
                application_rows().where(here).order_by(applications.c.reserve, candidates.c.name)
            )
            rows = connection.execute(query.limit(most)).mappings().all()
        return [both(row)[0] for row in rows], count

    def beside(self, sitting_id: str, scope: Scope) -> Sequence[ApplicationView]:
        """Return who is admitted without a seat and has one in a sitting at about that time.

        At most :data:`MOST_BESIDE`; whether the times overlap is for the caller to check.
        """
        with self._context.database.read() as connection:
            near = _near(connection, sitting_id)
            if not near:
                return []
            other = seats.alias()
            sits = select(other.c.candidate_id).where(other.c.sitting_id.in_(near))
            query = (
                application_rows()
                .where(*covered(connection, sitting_id, scope), *_chosen(_ADMITTED))
                .where(seats.c.candidate_id.is_(None), candidates.c.id.in_(sits))
                .order_by(*BY_NAME)
            )
            rows = connection.execute(query.limit(MOST_BESIDE)).mappings().all()
        return [both(row)[0] for row in rows]


_ADMITTED = ApplicationFilter.ADMITTED
_UNCHECKED = and_(candidates.c.portrait.is_not(None), candidates.c.portrait_findings.is_(None))
_SEATED = seats.c.candidate_id.is_not(None)


def state_of_row() -> ColumnElement[str]:
    """Return the state of a row of applications that is joined with its candidate."""
    row = applications.c
    return case(
        (_admitted(), "admitted"),
        (row.decision != "", row.decision),
        (row.clause.is_not(None), "incomplete"),
        else_="not_eligible",
    )


def _admitted() -> ColumnElement[bool]:
    row, person = applications.c, candidates.c
    # Compared as text: the databases have different functions for JSON.
    missing, findings = cast(row.materials_missing, Text), cast(person.portrait_findings, Text)
    has_portrait = person.portrait.is_not(None)
    complete = and_(
        row.clause.is_not(None),
        cast(row.hours_missing, Float) == 0,
        # The portrait that is there is no missing material; without one nobody is complete.
        missing.in_(("[]", '["portrait"]')),
        has_portrait,
        or_(person.portrait_accepted, findings == "[]"),
    )
    return or_(row.decision == "admitted", and_(row.decision == "", complete))


def _counts(
    connection: Connection, found: Sequence[ColumnElement[bool]]
) -> Mapping[ApplicationFilter, int]:
    seated = case((seats.c.candidate_id.is_not(None), 1), else_=0)
    columns = (state_of_row().label("state"), seated.label("seated"))
    rows = joined(*columns).where(*found).subquery()
    query = select(rows.c.state, func.count(), func.sum(rows.c.seated)).group_by(rows.c.state)
    counts = dict.fromkeys(ApplicationFilter, 0)
    for state, count, with_seat in connection.execute(query):
        counts[ApplicationFilter(state)] = int(count)
        counts[ApplicationFilter.ALL] += int(count)
        if state != _ADMITTED:
            counts[ApplicationFilter.UNFIT] += int(with_seat)
    return counts


def _chosen(chosen: ApplicationFilter) -> Sequence[ColumnElement[bool]]:
    if chosen is ApplicationFilter.ALL:
        return (true(),)
    if chosen is ApplicationFilter.UNFIT:
        return (seats.c.candidate_id.is_not(None), ~_admitted())
    return (state_of_row() == chosen.value,)


def _order(wanted: ApplicationsWanted) -> Sequence[ColumnElement[Any]]:
    natural = tuple(
        part for name in ("room", "seat") for part in (func.length(seats.c[name]), seats.c[name])
    )
    columns: Sequence[ColumnElement[Any]] = {
        ApplicationOrder.NAME: BY_NAME,
        ApplicationOrder.IDENTITY_NO: (candidates.c.identity_no,),
        ApplicationOrder.STATE: (state_of_row(), *BY_NAME),
        # SQLite and PostgreSQL put what is missing at different ends.
        ApplicationOrder.SEAT: (func.coalesce(seats.c.centre_code, ""), *natural, *BY_NAME),
    }[wanted.order]
    return [column.desc() if wanted.descending else column for column in columns]


def _near(connection: Connection, sitting_id: str) -> Sequence[str]:
    """Return the other sittings that may overlap with a sitting, extra time included."""
    row = sittings.c
    own = connection.execute(select(row.starts_at, row.ends_at).where(row.id == sitting_id)).one()
    query = select(row.id).where(
        row.id != sitting_id,
        row.cancelled_at.is_(None),
        row.starts_at < own.ends_at + MOST_EXTRA,
        row.ends_at > own.starts_at - MOST_EXTRA,
    )
    return connection.execute(query).scalars().all()

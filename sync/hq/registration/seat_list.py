"""The seats of a sitting a page at a time: searched, sorted and counted by the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, or_, select

from sync.hq.context import HqContext
from sync.hq.core.paging import clamped
from sync.hq.core.roles import Scope
from sync.hq.persistence.tables import candidates, seats, sitting_papers
from sync.hq.registration.seat_rows import SeatView, seat_view

PAGE_SIZES = (25, 50, 100, 200)
PAGE = 50


class SeatOrder(StrEnum):
    """The columns by which the list can be sorted."""

    SEAT = "seat"
    PAPER = "paper"
    ADMISSION_NO = "admission_no"
    NAME = "name"


class PortraitFilter(StrEnum):
    """Which seats are listed, by whether the candidate has a portrait."""

    ALL = ""
    PRESENT = "present"
    MISSING = "missing"


@dataclass(frozen=True)
class SeatsWanted:
    """What a page shows. ``text``: in a name, an admission number, a centre's code or a seat."""

    text: str = ""
    portrait: PortraitFilter = PortraitFilter.ALL
    order: SeatOrder = SeatOrder.SEAT
    descending: bool = False
    page: int = 1
    size: int = PAGE


@dataclass(frozen=True)
class SeatPage:
    """A page of seats; ``page`` is the last one where a later one was wanted.

    ``counts``: how many seats the text chooses, by portrait. ``every``: seats without any search.
    """

    seats: Sequence[SeatView]
    counts: dict[PortraitFilter, int]
    page: int
    pages: int
    every: int


class SeatList:
    """Lists the seats that an account may see."""

    def __init__(self, context: HqContext) -> None:
        self._context = context

    def page(self, sitting_id: str, wanted: SeatsWanted, scope: Scope) -> SeatPage:
        """Return a page of the seats of a sitting that a scope covers."""
        with self._context.database.read() as connection:
            programmes = connection.execute(
                select(sitting_papers.c.programme_id)
                .where(sitting_papers.c.sitting_id == sitting_id)
                .distinct()
            ).scalars()
            # A sitting is seen by who may see all its programmes.
            covered = [seats.c.sitting_id == sitting_id] + [
                scope.where(literal(programme), seats.c.centre_code) for programme in programmes
            ]
            counted = select(func.count()).select_from(seats).where(*covered)
            every = int(connection.execute(counted).scalar_one())
            found = [*covered, *_matching(wanted.text)]
            numbers = connection.execute(_joined(func.count(), _WITH_PORTRAIT).where(*found)).one()
            counts = _counts(int(numbers[0]), int(numbers[1]))
            page, pages = clamped(wanted.page, counts[wanted.portrait], wanted.size)
            query = _joined(seats, candidates.c.name, candidates.c.portrait)
            query = query.where(*found, *_with(wanted.portrait)).order_by(*_order(wanted))
            rows = connection.execute(query.limit(wanted.size).offset((page - 1) * wanted.size))
            return SeatPage([seat_view(row) for row in rows.mappings()], counts, page, pages, every)


_WITH_PORTRAIT = func.count(candidates.c.portrait)


def _joined(*columns: Any) -> Select[Any]:
    people = candidates.c.id == seats.c.candidate_id
    return select(*columns).select_from(seats.join(candidates, people))


def _matching(text: str) -> Sequence[ColumnElement[bool]]:
    if not text:
        return ()
    columns = (candidates.c.name, seats.c.admission_no, seats.c.centre_code, seats.c.seat)
    return (or_(*(column.icontains(text, autoescape=True) for column in columns)),)


def _with(portrait: PortraitFilter) -> Sequence[ColumnElement[bool]]:
    column = candidates.c.portrait
    return {
        PortraitFilter.ALL: (),
        PortraitFilter.PRESENT: (column.is_not(None),),
        PortraitFilter.MISSING: (column.is_(None),),
    }[portrait]


def _counts(total: int, present: int) -> dict[PortraitFilter, int]:
    return {
        PortraitFilter.ALL: total,
        PortraitFilter.PRESENT: present,
        PortraitFilter.MISSING: total - present,
    }


def _order(wanted: SeatsWanted) -> Sequence[ColumnElement[Any]]:
    # Length first: seat 100 comes after seat 99.
    place = (seats.c.centre_code, *_natural(seats.c.room), *_natural(seats.c.seat))
    columns = {
        SeatOrder.SEAT: place,
        SeatOrder.PAPER: (*_natural(seats.c.paper), *place),
        SeatOrder.ADMISSION_NO: (seats.c.admission_no,),
        SeatOrder.NAME: (candidates.c.name, seats.c.admission_no),
    }[wanted.order]
    return [column.desc() if wanted.descending else column for column in columns]


def _natural(column: ColumnElement[str]) -> tuple[ColumnElement[Any], ...]:
    return (func.length(column), column)

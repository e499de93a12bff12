"""Who sits where at what time, over all sittings: nobody twice, no seat twice, no room too full.

A person's time is that of their own paper with their extra time; times that only touch do not
overlap. Every way to a seat passes :func:`require_free`, inside the transaction that stores it.
"""

from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, select

from kiosk.exam.typed_numbers import plain_number
from sync.hq.context import HqContext
from sync.hq.errors import SeatsClash
from sync.hq.persistence import tables
from sync.hq.problems import Problem

MOST_EXTRA = timedelta(minutes=600)
"""More extra time than this cannot be granted."""
_SHOWN = 50
_KEY = ("sitting_id", "candidate_id", "centre_code", "room", "seat")


class Stay(NamedTuple):
    """A person on a seat from ``start`` to before ``end``."""

    sitting_id: str
    candidate_id: str
    centre_code: str
    room: str
    seat: str
    start: datetime
    end: datetime

    @property
    def key(self) -> tuple[str, str]:
        """The row of the seat."""
        return self.sitting_id, self.candidate_id

    @property
    def place(self) -> tuple[str, str, str]:
        """The seat itself."""
        return self.centre_code, self.room, plain_seat(self.seat)


@dataclass(frozen=True)
class Clash:
    """``what``: ``person``, ``seat`` or ``room``; ``stays``: those that overlap.

    ``seats``: how many the room has.
    """

    what: str
    stays: tuple[Stay, ...]
    seats: int = 0


@lru_cache(10_000)
def plain_seat(seat: str) -> str:
    """Return a seat's name in a form to compare: 1 and 01 are one seat, as are a1 and A1."""
    # Most seats are typed plainly, and a page compares those of all sittings.
    plain = seat if seat.isascii() and seat.isalnum() else plain_number(seat)
    name = plain.casefold()
    return name.lstrip("0") if name.isdigit() else name


def find_clashes(stays: Iterable[Stay], capacity: Mapping[tuple[str, str], int]) -> list[Clash]:
    """Return every clash. ``capacity``: the seats of rooms, by centre and room; 0 is unknown."""
    known = list(stays)
    found = [
        Clash(what, pair)
        for what, of in (("person", _PERSON), ("seat", _place))
        for _, group in _groups(known, of, lambda _name: 1)
        for pair in _overlapping(group)
    ]
    # Only where more come than there are seats can too many be inside at once.
    for room, inside in _groups(known, _ROOM, lambda room: capacity.get(room) or len(known)):
        seats = capacity[room]
        found += [Clash("room", full, seats) for full in _too_many(inside, seats)]
    return found


_PERSON: Callable[[Stay], Any] = attrgetter("candidate_id")
_ROOM: Callable[[Stay], Any] = attrgetter("centre_code", "room")


def _place(stay: Stay) -> tuple[str, str, str]:
    return stay.place


def _groups(
    stays: Sequence[Stay], of: Callable[[Stay], Any], most: Callable[[Any], int]
) -> Iterable[tuple[Any, Sequence[Stay]]]:
    """Yield the groups of more than ``most`` for their name, in order, each by start.

    Most people have one seat: they are counted only, which costs less than a list for each.
    """
    names = [of(stay) for stay in stays]
    large = {name for name, count in Counter(names).items() if count > most(name)}
    groups: dict[Any, list[Stay]] = {}
    for name, stay in zip(names, stays, strict=True):
        if name in large:
            groups.setdefault(name, []).append(stay)
    for name in sorted(groups):
        yield name, sorted(groups[name], key=lambda stay: (stay.start, stay.end, stay.key))


def _overlapping(group: Iterable[Stay]) -> Iterable[tuple[Stay, Stay]]:
    """Yield pairs that overlap; the stays are sorted by start."""
    longest: Stay | None = None
    for stay in group:
        if longest is not None and stay.start < longest.end:
            yield longest, stay
        if longest is None or stay.end > longest.end:
            longest = stay


def _too_many(stays: Sequence[Stay], seats: int) -> Iterable[tuple[Stay, ...]]:
    """Yield who is in the room each time that somebody comes into a full room."""
    inside: list[Stay] = []
    for one in stays:
        inside = [other for other in inside if other.end > one.start]
        inside.append(one)
        if len(inside) > seats:
            yield tuple(inside)


def require_free(
    connection: Connection,
    left: Sequence[Mapping[str, Any]],
    taken: Sequence[Mapping[str, Any]],
) -> None:
    """Require that the rows ``taken`` clash with nobody once the rows ``left`` are gone.

    Raises:
        SeatsClash: they do.
    """
    if not taken:
        return
    found = clashes_of(connection, left, taken)
    if found:
        raise SeatsClash(clash_problems(connection, found))


def clashes_of(
    connection: Connection,
    left: Sequence[Mapping[str, Any]],
    taken: Sequence[Mapping[str, Any]],
) -> list[Clash]:
    """Return the clashes that seats would have."""
    times = _Times(connection)
    new = [stay for row in taken if (stay := times.stay(row)) is not None]
    if not new:
        return []
    keys = {one.key for one in new}
    gone = keys | {(row["sitting_id"], row["candidate_id"]) for row in left}
    sittings = tables.sittings.c
    # An extra time reaches beyond the end of a sitting.
    near = (sittings.starts_at < max(one.end for one in new)) & (
        sittings.ends_at > min(one.start for one in new) - MOST_EXTRA
    )
    others = [stay for stay in _stays(connection, times, near) if stay.key not in gone]
    found = find_clashes([*others, *new], _capacity(connection))
    return [clash for clash in found if keys & {stay.key for stay in clash.stays}]


def require_sitting_free(connection: Connection, sitting_id: str) -> None:
    """Require that the seats of a sitting clash with nobody, after its times have changed.

    Raises:
        SeatsClash: they do.
    """
    query = select(tables.seats).where(tables.seats.c.sitting_id == sitting_id)
    rows = [dict(row) for row in connection.execute(query).mappings()]
    require_free(connection, (), rows)


def all_clashes(connection: Connection, since: datetime) -> list[Clash]:
    """Return every clash of sittings that end after ``since``."""
    near = tables.sittings.c.ends_at > since
    return find_clashes(_stays(connection, _Times(connection), near), _capacity(connection))


def stays_beside(connection: Connection, sitting_id: str) -> list[Stay]:
    """Return who sits anywhere in other sittings while this one may last."""
    sittings = tables.sittings.c
    query = select(sittings.starts_at, sittings.ends_at).where(sittings.id == sitting_id)
    own = connection.execute(query).one()
    end = own.ends_at + MOST_EXTRA
    near = (sittings.starts_at < end) & (sittings.ends_at > own.starts_at - MOST_EXTRA)
    found = _stays(connection, _Times(connection), near & (sittings.id != sitting_id))
    return [one for one in found if one.start < own.ends_at and one.end > own.starts_at]


def clash_problems(connection: Connection, clashes: Sequence[Clash]) -> list[Problem]:
    """Return clashes as sentences with names, seats and sittings."""
    words = _Words(connection, [stay for clash in clashes for stay in clash.stays])
    return [words.problem(clash) for clash in clashes[:_SHOWN]]


class _Times:
    """When each row of a seat begins and ends."""

    def __init__(self, connection: Connection) -> None:
        sittings, papers = tables.sittings, tables.sitting_papers
        query = (
            select(
                papers.c.sitting_id, papers.c.id, sittings.c.starts_at, papers.c.duration_minutes
            )
            .join(sittings, sittings.c.id == papers.c.sitting_id)
            .where(sittings.c.cancelled_at.is_(None))
        )
        self._papers = {
            (row.sitting_id, row.id): (row.starts_at, row.duration_minutes)
            for row in connection.execute(query)
        }

    def stay(self, row: Mapping[Any, Any]) -> Stay | None:
        """Return the stay of a seat, or None where the sitting does not take place."""
        span = self.span(row["sitting_id"], row["paper"], row["extra_minutes"])
        return None if span is None else Stay._make((*(row[name] for name in _KEY), *span))

    def span(
        self, sitting_id: str, paper: str, extra_minutes: int
    ) -> tuple[datetime, datetime] | None:
        """Return start and end of a seat's time, or None where the sitting does not take place."""
        known = self._papers.get((sitting_id, paper))
        if known is None:
            return None
        start, minutes = known
        return start, start + timedelta(minutes=minutes + extra_minutes)


def _stays(connection: Connection, times: _Times, which: ColumnElement[bool]) -> list[Stay]:
    seats, sittings = tables.seats, tables.sittings
    columns = (*_KEY, "paper", "extra_minutes")
    query = select(*(seats.c[name] for name in columns))
    query = query.join(sittings, sittings.c.id == seats.c.sitting_id).where(which)
    rows = connection.execute(query).all()
    # A sitting has thousands of seats, and few lengths of time.
    spans = {(row.sitting_id, row.paper, row.extra_minutes): None for row in rows}
    known = {span: times.span(*span) for span in spans}
    return [
        Stay._make((*row[: len(_KEY)], *span))
        for row in rows
        if (span := known[row.sitting_id, row.paper, row.extra_minutes]) is not None
    ]


def _capacity(connection: Connection) -> dict[tuple[str, str], int]:
    table = tables.rooms
    query = select(table.c.centre_code, table.c.id, table.c.seats)
    return {(code, room): seats for code, room, seats in connection.execute(query)}


class _Words:
    """Names of people and titles of sittings, for sentences about clashes."""

    def __init__(self, connection: Connection, stays: Sequence[Stay]) -> None:
        people, sittings = tables.candidates, tables.sittings
        ids = sorted({one.candidate_id for one in stays})[: 20 * _SHOWN]
        query = select(people.c.id, people.c.name).where(people.c.id.in_(ids))
        self._names: dict[str, str] = {row.id: row.name for row in connection.execute(query)}
        titles = select(sittings.c.id, sittings.c.title)
        self._titles: dict[str, str] = {row.id: row.title for row in connection.execute(titles)}

    def problem(self, clash: Clash) -> Problem:
        """Return the sentence of a clash."""
        first, last = clash.stays[0], clash.stays[-1]
        name = self._name(last)
        if clash.what == "person":
            params = {"first": self._sitting(first), "second": self._sitting(last)}
            return Problem("person_twice", "item", name, params=params)
        place = {"centre": last.centre_code, "room": last.room, "seat": last.seat}
        if clash.what == "seat":
            at = self._sitting(first)
            params = {**place, "other": self._name(first), "sitting": at}
            return Problem("seat_twice", "item", name, params=params)
        params = {**place, "seats": str(clash.seats), "count": str(len(clash.stays))}
        return Problem("room_full", "item", self._sitting(last), params=params)

    def _name(self, stay: Stay) -> str:
        return self._names.get(stay.candidate_id, stay.candidate_id)

    def _sitting(self, stay: Stay) -> str:
        return self._titles.get(stay.sitting_id, stay.sitting_id)


class Clashes:
    """Lists the clashes that there are, such as those of data from before they were refused."""

    def __init__(self, context: HqContext) -> None:
        self._context = context

    def of_sitting(self, sitting_id: str, codes: Container[str]) -> list[Problem]:
        """Return the clashes that a sitting has at some centres."""
        with self._context.database.read() as connection:
            found = [
                clash
                for clash in all_clashes(connection, self._context.clock.now())
                if any(
                    stay.sitting_id == sitting_id and stay.centre_code in codes
                    for stay in clash.stays
                )
            ]
            return clash_problems(connection, found)

    def list(self) -> list[Problem]:
        """Return the clashes of sittings that have not ended."""
        with self._context.database.read() as connection:
            found = all_clashes(connection, self._context.clock.now())
            return clash_problems(connection, found)

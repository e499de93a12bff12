"""Where two candidates sat: the same room, and how many rows and columns apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from sync.hq.similarity.model import Bools, Ints

IN_SIGHT = 2
"""Rows and columns within which an answer can be seen on another's screen."""

_UNKNOWN = -1


class Relation(StrEnum):
    """How near two candidates sat."""

    NEIGHBOURS = "neighbours"
    SAME_ROOM = "same_room"
    SAME_CENTRE = "same_centre"
    APART = "apart"


@dataclass(frozen=True)
class Place:
    """A seat; ``row`` and ``column`` from 0, or None where the room's rows are not known."""

    centre_code: str
    room: str
    seat: str
    row: int | None = None
    column: int | None = None


@dataclass(frozen=True)
class Distance:
    """``rows`` and ``columns`` between two seats of a room, None where not known."""

    relation: Relation
    rows: int | None = None
    columns: int | None = None


def place_of(centre_code: str, room: str, seat: str, per_row: int) -> Place:
    """Return a place; seats are numbered row by row from 1, ``per_row`` in each (0: not known)."""
    if per_row < 1 or not (seat.isascii() and seat.isdigit()) or int(seat) < 1:
        return Place(centre_code, room, seat)
    row, column = divmod(int(seat) - 1, per_row)
    return Place(centre_code, room, seat, row, column)


def distance(one: Place, other: Place) -> Distance:
    """Return how far two places are apart."""
    if one.centre_code != other.centre_code:
        return Distance(Relation.APART)
    if one.room != other.room:
        return Distance(Relation.SAME_CENTRE)
    if one.row is None or one.column is None or other.row is None or other.column is None:
        return Distance(Relation.SAME_ROOM)
    rows, columns = abs(one.row - other.row), abs(one.column - other.column)
    near = max(rows, columns) <= IN_SIGHT
    return Distance(Relation.NEIGHBOURS if near else Relation.SAME_ROOM, rows, columns)


class Seating:
    """All places as arrays, for many pairs at once."""

    def __init__(self, places: Sequence[Place]) -> None:
        rooms = {(place.centre_code, place.room): 0 for place in places}
        numbers = {room: number for number, room in enumerate(rooms)}
        self.room = _array([numbers[place.centre_code, place.room] for place in places])
        self._row = _array([_UNKNOWN if place.row is None else place.row for place in places])
        self._column = _array([0 if place.column is None else place.column for place in places])
        self.names = tuple(numbers)

    def near(self, first: Ints, second: Ints) -> Bools:
        """Return which pairs sat within sight; where rows are not known, in one room."""
        rows = np.abs(self._row[first] - self._row[second])
        columns = np.abs(self._column[first] - self._column[second])
        unknown = (self._row[first] == _UNKNOWN) | (self._row[second] == _UNKNOWN)
        within = np.maximum(rows, columns) <= IN_SIGHT
        together: Bools = self.room[first] == self.room[second]
        near: Bools = together & (within | unknown)
        return near


def _array(values: Sequence[int]) -> Ints:
    return np.array(values, dtype=np.int64)

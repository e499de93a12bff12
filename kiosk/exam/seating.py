"""Seat plans: who sits where, by lot or with neighbours apart.

Pure: the same people, places and seed give the same plan on any machine. A plan by lot assigns
places at random. A plan with neighbours apart also keeps people who look alike, people of one
employer, and people with the same paper off neighbouring seats, as far as the room allows, in this
order of importance. Neighbours stand side by side, or one behind the other.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from kiosk.exam.papers.paper import shuffled

_NUMBERED = re.compile(r"([A-Za-z]*)[-. ]?(\d{1,6})")
_ROUNDS = 4
"""How often a plan is gone through for swaps that bring neighbours apart."""

_TRIES = 40
"""How many plans are made for up to twenty people, the best of which counts; fewer for more."""


class PlanKind(StrEnum):
    """How seats are assigned."""

    LOT = "lot"
    APART = "apart"


class Reason(StrEnum):
    """Why two people should not be neighbours, the gravest first."""

    LOOK_ALIKE = "look_alike"
    SAME_EMPLOYER = "same_employer"
    SAME_PAPER = "same_paper"


_ALIKE, _EMPLOYER, _PAPER = 100, 10, 1
_WEIGHTS = {
    Reason.LOOK_ALIKE: _ALIKE,
    Reason.SAME_EMPLOYER: _EMPLOYER,
    Reason.SAME_PAPER: _PAPER,
}


@dataclass(frozen=True)
class Place:
    """A seat of a room. ``seats_per_row``: how many stand side by side; 0 for all in one row."""

    room: str
    seat: str
    seats_per_row: int = 0

    @property
    def position(self) -> tuple[int, int] | None:
        """Row and column from 0, or None where the name of the seat does not say.

        ``12`` is the twelfth seat, counted row by row; ``C04`` the fourth of row C.
        """
        found = _NUMBERED.fullmatch(self.seat)
        if found is None:
            return None
        number = int(found[2]) - 1
        if found[1]:
            return _row(found[1]), number
        return divmod(number, self.seats_per_row) if self.seats_per_row else (0, number)


@dataclass(frozen=True)
class Sitter:
    """A person to be seated. ``employer``: empty where it is not known."""

    id: str
    paper: str = ""
    employer: str = ""
    look_alikes: frozenset[str] = frozenset()

    def reasons(self, other: "Sitter") -> tuple[Reason, ...]:
        """Return why the two should not be neighbours."""
        alike = other.id in self.look_alikes or self.id in other.look_alikes
        together = {
            Reason.LOOK_ALIKE: alike,
            Reason.SAME_EMPLOYER: bool(self.employer) and self.employer == other.employer,
            Reason.SAME_PAPER: self.paper == other.paper,
        }
        return tuple(reason for reason, holds in together.items() if holds)

    def weight(self, other: "Sitter") -> int:
        """Return how grave it is if the two are neighbours: the sum over their reasons."""
        # Not from the reasons: this is what most of the time of a plan is spent on.
        weight = _PAPER if self.paper == other.paper else 0
        if self.employer and self.employer == other.employer:
            weight += _EMPLOYER
        if self.look_alikes or other.look_alikes:
            alike = other.id in self.look_alikes or self.id in other.look_alikes
            weight += _ALIKE if alike else 0
        return weight


@dataclass(frozen=True)
class Neighbours:
    """Two people on neighbouring seats who should be apart, and why."""

    first: str
    second: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Plan:
    """Places by the ids of the people, and the neighbours whom the room does not bring apart."""

    places: Mapping[str, Place]
    together: tuple[Neighbours, ...]

    @property
    def cost(self) -> int:
        """How grave it is that these neighbours sit together."""
        return sum(_WEIGHTS[reason] for pair in self.together for reason in pair.reasons)


def make_plan(
    people: Iterable[Sitter],
    places: Iterable[Place],
    seed: bytes,
    kind: PlanKind = PlanKind.APART,
    seated: Mapping[Place, Sitter] | None = None,
) -> Plan:
    """Give each person one of the places.

    ``seated``: people who stay on their own places, which are not among ``places``.

    Raises:
        ValueError: there are fewer places than people.
    """
    # Sorted first: the plan must follow from the seed, not from the order in which rows came.
    sitters = sorted(people, key=lambda sitter: sitter.id)
    free = sorted(places, key=_order)
    if len(free) < len(sitters):
        raise ValueError(f"{len(sitters)} people, {len(free)} places")
    tries = 1 if kind is PlanKind.LOT else max(1, _TRIES // (1 + len(sitters) // 20))
    best: Plan | None = None
    for number in range(tries):
        plan = _plan(sitters, free, seed + b"|%d" % number, kind, seated or {})
        if best is None or plan.cost < best.cost:
            best = plan
        if not best.together or len({sitter.paper for sitter in sitters}) == 1:
            break
    assert best is not None
    return best


def _plan(
    people: Sequence[Sitter],
    places: Sequence[Place],
    seed: bytes,
    kind: PlanKind,
    seated: Mapping[Place, Sitter],
) -> Plan:
    everybody, free = shuffled(people, seed, "people"), shuffled(places, seed, "places")
    room = _Room([*free, *seated])
    room.taken.update(seated)
    if kind is PlanKind.LOT:
        room.taken.update(zip(free, everybody, strict=False))
    else:
        _spread(room, everybody, free)
    moved = {room.taken[place].id: place for place in free if place in room.taken}
    return Plan(moved, room.together())


def position_key(seat: str) -> tuple[int, int, str]:
    """Return a key that sorts seats as people count them: 9 before 10, A10 before B01."""
    row, column = Place("", seat).position or (1 << 20, 0)
    return row, column, seat


class _Room:
    """Places with their neighbours, and who sits where."""

    def __init__(self, places: Sequence[Place]) -> None:
        self.taken: dict[Place, Sitter] = {}
        at = {
            (place.room, *place.position): place for place in places if place.position is not None
        }
        self._beside: dict[Place, list[Place]] = defaultdict(list)
        for (room, row, column), place in at.items():
            around = ((row, column - 1), (row, column + 1), (row - 1, column), (row + 1, column))
            self._beside[place] = [at[room, *spot] for spot in around if (room, *spot) in at]

    def cost(self, place: Place, sitter: Sitter) -> int:
        """Return how grave it is to put somebody on a place beside those who sit there now."""
        return sum(
            sitter.weight(neighbour)
            for beside in self._beside[place]
            if (neighbour := self.taken.get(beside)) is not None and neighbour is not sitter
        )

    def together(self) -> tuple[Neighbours, ...]:
        """Return the pairs of neighbours who should be apart."""
        found = {}
        for place, sitter in self.taken.items():
            for beside in self._beside[place]:
                neighbour = self.taken.get(beside)
                if neighbour is not None and (reasons := sitter.reasons(neighbour)):
                    first, second = sorted((sitter.id, neighbour.id))
                    found[first, second] = Neighbours(first, second, reasons)
        return tuple(found[pair] for pair in sorted(found))


def _spread(room: _Room, people: Sequence[Sitter], free: Sequence[Place]) -> None:
    """Seat people paper by paper where they disturb least, then swap those who still do."""
    left = sorted(free, key=_order)
    # Whoever has most constraints chooses first; stable, so the lot decides among equals.
    for sitter in _by_need(people):
        best = min(left, key=lambda place: room.cost(place, sitter))
        room.taken[best] = sitter
        left.remove(best)
    # Where all have one paper, it cannot bring anybody apart, and only graver reasons count.
    least = _PAPER if len({sitter.paper for sitter in people}) > 1 else _EMPLOYER
    for _ in range(_ROUNDS):
        if not sum(_swap(room, place, free, least) for place in free):
            return


def _by_need(people: Sequence[Sitter]) -> list[Sitter]:
    papers: dict[str, int] = defaultdict(int)
    for sitter in people:
        papers[sitter.paper] += 1
    return sorted(people, key=lambda sitter: (not sitter.look_alikes, -papers[sitter.paper]))


def _swap(room: _Room, place: Place, others: Sequence[Place], least: int) -> bool:
    """Exchange two places, one of which may be empty, if that is better for both together.

    Somebody whose place costs less than ``least`` stays.
    """
    sitter = room.taken.get(place)
    if sitter is None or (now := room.cost(place, sitter)) < least:
        return False
    for other in others:
        if other == place:
            continue
        there = room.taken.get(other)
        before = now + (room.cost(other, there) if there else 0)
        _put(room, place, there)
        _put(room, other, sitter)
        after = room.cost(other, sitter) + (room.cost(place, there) if there else 0)
        if after < before:
            return True
        _put(room, place, sitter)
        _put(room, other, there)
    return False


def _put(room: _Room, place: Place, sitter: Sitter | None) -> None:
    if sitter is None:
        room.taken.pop(place, None)
    else:
        room.taken[place] = sitter


def _order(place: Place) -> tuple[int, str, tuple[int, int, str]]:
    return len(place.room), place.room, position_key(place.seat)


def _row(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = 26 * number + ord(letter) - ord("A") + 1
    return number - 1

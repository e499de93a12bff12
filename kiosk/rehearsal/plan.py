"""What is rehearsed: papers of several programmes, rooms, and who sits where with which paper.

Pure: the same people and seed give the same plan.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kiosk.exam.programme.programme import Programme
from kiosk.exam.seating import Place, Sitter, make_plan
from kiosk.rehearsal.people import Person

SEATS_PER_ROW = 6
EXTRA_MINUTES = 2
"""Extra time of one candidate."""


@dataclass(frozen=True)
class PlannedPaper:
    """A paper of the sitting, by its id there."""

    id: str
    programme_id: str
    trade: str | None
    level: str | None
    minutes: int


@dataclass(frozen=True)
class PlannedSeat:
    """Where a candidate sits, and what."""

    person: Person
    room: str
    seat: str
    paper: str
    extra_minutes: int = 0


@dataclass(frozen=True)
class Plan:
    """A sitting to rehearse. ``rooms``: the seats of each room that is used, by its id.

    ``together``: pairs of neighbours with one paper or one face whom the rooms do not bring apart.
    """

    papers: tuple[PlannedPaper, ...]
    rooms: Mapping[str, int]
    seats: tuple[PlannedSeat, ...]
    together: int

    @property
    def shares(self) -> Mapping[str, float]:
        """Return how long each candidate's paper is, as a share of the longest."""
        minutes = {paper.id: paper.minutes for paper in self.papers}
        longest = max(minutes.values())
        return {one.person.admission_no: minutes[one.paper] / longest for one in self.seats}

    @property
    def lingering(self) -> frozenset[str]:
        """Return one candidate of each paper, and those with extra time, by admission number."""
        last = {one.paper: one.person.admission_no for one in self.seats}
        extra = {one.person.admission_no for one in self.seats if one.extra_minutes}
        return frozenset({*last.values(), *extra})


@dataclass(frozen=True)
class Size:
    """How many papers and rooms, and how long the shortest paper is.

    Each further paper is ``step`` minutes longer.
    """

    papers: int
    rooms: int
    minutes: int
    step: int

    @classmethod
    def of(cls, papers: int, rooms: int, seconds: float, to_the_end: bool) -> "Size":
        """Return a size for answering in ``seconds``.

        ``to_the_end``: the time of the papers is to be up soon afterwards.
        """
        minutes = math.ceil(seconds / 60)
        if to_the_end:
            return cls(papers, rooms, minutes + 1, step=1)
        return cls(papers, rooms, max(30, minutes + 10), step=5)


def make_hall(
    people: Sequence[Person], programmes: Sequence[Programme], size: Size, seed: int
) -> Plan:
    """Spread people over papers and rooms, and seat those of a room with neighbours apart.

    There are no more papers and rooms than people, nor papers than the programmes have.
    """
    papers = _papers(programmes, min(size.papers, len(people)), size)
    rooms = [str(number + 1) for number in range(min(size.rooms, len(people)))]
    members: dict[str, list[tuple[Person, str]]] = {}
    for number, person in enumerate(people):
        lap, place = divmod(number, len(papers))
        # Each lap begins with the next room, so that every paper gets into every room.
        room = rooms[(lap + place) % len(rooms)]
        members.setdefault(room, []).append((person, papers[place].id))
    seats, together = [], 0
    for room, here in sorted(members.items()):
        found, beside = _seated(room, here, seed)
        seats += found
        together += beside
    order = {person.admission_no: number for number, person in enumerate(people)}
    seats.sort(key=lambda one: order[one.person.admission_no])
    seats[-1] = replace(seats[-1], extra_minutes=EXTRA_MINUTES)
    used = {room: _capacity(len(here)) for room, here in sorted(members.items())}
    return Plan(papers, used, tuple(seats), together)


def _papers(programmes: Sequence[Programme], count: int, size: Size) -> tuple[PlannedPaper, ...]:
    found = [(programme.id, *one) for programme in programmes for one in _examinations(programme)][
        :count
    ]
    return tuple(
        PlannedPaper(str(number + 1), *one, minutes=size.minutes + number * size.step)
        for number, one in enumerate(found)
    )


def _examinations(programme: Programme) -> list[tuple[str | None, str | None]]:
    """Return trades with levels, each time the next of both."""
    trades: list[str | None] = [trade.id for trade in programme.trades] or [None]
    levels: list[str | None] = list(programme.level_ids) or [None]
    pairs = [
        (trades[number % len(trades)], levels[number % len(levels)])
        for number in range(len(trades) * len(levels))
    ]
    return list(dict.fromkeys(pairs))


def _seated(
    room: str, here: Sequence[tuple[Person, str]], seed: int
) -> tuple[list[PlannedSeat], int]:
    """Return the seats of a room, and how many pairs of neighbours should be apart."""
    sitters = [_sitter(person, paper, [one for one, _ in here]) for person, paper in here]
    places = [
        Place(room, f"{number + 1:02}", SEATS_PER_ROW) for number in range(_capacity(len(here)))
    ]
    plan = make_plan(sitters, places, f"rehearsal/{seed}/{room}".encode())
    return [
        PlannedSeat(person, room, plan.places[person.admission_no].seat, paper)
        for person, paper in here
    ], len(plan.together)


def _sitter(person: Person, paper: str, others: Sequence[Person]) -> Sitter:
    alike = (
        one.admission_no
        for one in others
        if one is not person and person.face is not None and one.face == person.face
    )
    return Sitter(person.admission_no, paper, look_alikes=frozenset(alike))


def _capacity(people: int) -> int:
    return math.ceil(people / SEATS_PER_ROW) * SEATS_PER_ROW

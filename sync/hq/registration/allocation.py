"""Allocation of seats: preferred centres first, then wherever seats are free.

Pure: the same seed gives the same seats. Existing seats never change. Who goes to which centre is
drawn by lot; the seats of a centre follow :mod:`kiosk.exam.seating`.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kiosk.exam.papers.paper import shuffled
from kiosk.exam.seating import Neighbours, Place, PlanKind, Sitter, make_plan
from sync.hq.errors import HqError


class NotEnoughSeats(HqError):
    """More admitted candidates than seats are offered."""

    code = "hq_not_enough_seats"
    message = "%(candidates)s candidates have no seat yet, and %(seats)s seats are free."


@dataclass(frozen=True)
class OfferedRoom:
    """A room that the sitting uses: how many of its seats, and how many stand side by side."""

    centre_code: str
    room: str
    seats: int
    seats_per_row: int = 0

    def places(self) -> list[Place]:
        """Return its seats, numbered from 01."""
        numbers = range(1, self.seats + 1)
        return [Place(self.room, f"{number:02}", self.seats_per_row) for number in numbers]


@dataclass(frozen=True)
class OccupiedSeat:
    """A seat that is already assigned, and who has it.

    None for somebody of another sitting, whose papers and employer do not matter.
    """

    centre_code: str
    room: str
    seat: str
    sitter: Sitter | None = None


@dataclass(frozen=True)
class Applicant:
    """Somebody without a seat. ``wish``: the preferred centre, or an empty text."""

    sitter: Sitter
    wish: str = ""


@dataclass(frozen=True)
class Seat:
    """A newly assigned seat; ``wished``: whether it is at the preferred centre."""

    candidate_id: str
    centre_code: str
    room: str
    seat: str
    wished: bool


@dataclass(frozen=True)
class Allocation:
    """New seats, and the neighbours who should be apart but could not be."""

    seats: Sequence[Seat]
    together: Sequence[Neighbours]


def allocate(
    applicants: Sequence[Applicant],
    rooms: Sequence[OfferedRoom],
    taken: Sequence[OccupiedSeat],
    seed: bytes,
    kind: PlanKind = PlanKind.APART,
) -> Allocation:
    """Assign a seat to every applicant.

    Raises:
        NotEnoughSeats: there are too few free seats; nobody gets one.
    """
    centres = _centres(rooms, taken)
    chosen = _choose(applicants, {code: len(centre.free) for code, centre in centres.items()}, seed)
    seats: list[Seat] = []
    together: list[Neighbours] = []
    for code, here in sorted(chosen.items()):
        people = [applicant.sitter for applicant in here]
        centre = centres[code]
        plan = make_plan(people, centre.free, seed + code.encode(), kind, centre.seated)
        together += plan.together
        for applicant in here:
            place = plan.places[applicant.sitter.id]
            wished = applicant.wish == code
            seats.append(Seat(applicant.sitter.id, code, place.room, place.seat, wished))
    return Allocation(seats, together)


def free_seats(rooms: Sequence[OfferedRoom], taken: Sequence[OccupiedSeat]) -> int:
    """Return how many seats can still be assigned."""
    return sum(len(centre.free) for centre in _centres(rooms, taken).values())


class _Centre:
    """The free places of a centre, and who sits on the others."""

    def __init__(self) -> None:
        self.free: list[Place] = []
        self.seated: dict[Place, Sitter] = {}

    def add(self, room: OfferedRoom, taken: Sequence[OccupiedSeat]) -> None:
        here = [
            seat for seat in taken if (seat.centre_code, seat.room) == (room.centre_code, room.room)
        ]
        used = {seat.seat for seat in here}
        free = [place for place in room.places() if place.seat not in used]
        # Seats with other names (from a roster) use up the room's places without a number.
        others = len(used - {place.seat for place in room.places()})
        self.free += free[: max(0, len(free) - others)]
        for seat in here:
            if seat.sitter is not None:
                self.seated[Place(room.room, seat.seat, room.seats_per_row)] = seat.sitter


def _centres(
    rooms: Sequence[OfferedRoom], taken: Sequence[OccupiedSeat]
) -> defaultdict[str, _Centre]:
    centres: defaultdict[str, _Centre] = defaultdict(_Centre)
    for room in rooms:
        centres[room.centre_code].add(room, taken)
    return centres


def _choose(
    applicants: Sequence[Applicant], free: Mapping[str, int], seed: bytes
) -> Mapping[str, list[Applicant]]:
    """Return who goes to which centre; ``free``: the number of free seats of each."""
    if sum(free.values()) < len(applicants):
        raise NotEnoughSeats(candidates=len(applicants), seats=sum(free.values()))
    placed: dict[str, list[Applicant]] = defaultdict(list)
    left = []
    # Sorted first: the order must follow from the seed, not from the order of rows.
    ordered = sorted(applicants, key=lambda applicant: applicant.sitter.id)
    for applicant in shuffled(ordered, seed, "candidates"):
        if free.get(applicant.wish, 0) > len(placed[applicant.wish]):
            placed[applicant.wish].append(applicant)
        else:
            left.append(applicant)
    for applicant in left:
        roomiest = max(free, key=lambda code: (free[code] - len(placed[code]), code))
        placed[roomiest].append(applicant)
    return placed

"""Allocation of seats: preferred centres first, then wherever seats are free, by lot.

Pure: the same seed gives the same seats. Existing seats never change.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kiosk.exam.papers.paper import shuffled
from sync.hq.errors import HqError


class NotEnoughSeats(HqError):
    """More admitted candidates than seats are offered."""

    code = "hq_not_enough_seats"
    message = "%(candidates)s candidates have no seat yet, and %(seats)s seats are free."


@dataclass(frozen=True)
class OccupiedSeat:
    """A seat that is already assigned."""

    centre_code: str
    room: str
    seat: str


@dataclass(frozen=True)
class Seat:
    """A newly assigned seat; ``wished``: whether it is at the preferred centre."""

    candidate_id: str
    centre_code: str
    room: str
    seat: str
    wished: bool


def allocate(
    wishes: Mapping[str, str],
    offered: Mapping[tuple[str, str], int],
    taken: Sequence[OccupiedSeat],
    seed: bytes,
) -> list[Seat]:
    """Assign a seat to every candidate in ``wishes``.

    ``wishes`` maps a candidate to the preferred centre, or to an empty text. ``offered`` is the
    number of seats of each centre's room, ``taken`` those that are already assigned.

    Raises:
        NotEnoughSeats: there are too few free seats; nobody gets one.
    """
    seats = {(place.centre_code, place.room, place.seat) for place in taken}
    places: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for (code, room), count in sorted(offered.items()):
        places[code] += [(room, number) for number in _numbers(code, room, count, seats)]
    free = {code: len(numbers) for code, numbers in places.items()}
    if sum(free.values()) < len(wishes):
        raise NotEnoughSeats(candidates=len(wishes), seats=sum(free.values()))
    placed: dict[str, list[str]] = defaultdict(list)
    left = []
    # Sorted first: the order must follow from the seed, not from the order of rows.
    for candidate in shuffled(sorted(wishes), seed, "candidates"):
        wish = wishes[candidate]
        if free.get(wish, 0) > len(placed[wish]):
            placed[wish].append(candidate)
        else:
            left.append(candidate)
    for candidate in left:
        roomiest = max(free, key=lambda code: (free[code] - len(placed[code]), code))
        placed[roomiest].append(candidate)
    return [
        Seat(candidate, code, room, number, wishes[candidate] == code)
        for code, candidates in sorted(placed.items())
        # By lot, so that neighbours in a queue sit apart.
        for candidate, (room, number) in zip(
            candidates, shuffled(places[code], seed, f"seats/{code}"), strict=False
        )
    ]


def _numbers(code: str, room: str, seats: int, taken: set[tuple[str, str, str]]) -> list[str]:
    """Return the free seat numbers of a room."""
    free = [f"{n:02}" for n in range(1, seats + 1) if (code, room, f"{n:02}") not in taken]
    # Seats with other names (from a roster) use up the room's places without using up a number.
    others = sum(place[:2] == (code, room) and not _within(place[2], seats) for place in taken)
    return free[: max(0, len(free) - others)]


def _within(seat: str, seats: int) -> bool:
    return seat.isdigit() and 1 <= int(seat) <= seats

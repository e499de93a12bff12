"""Allocation of seats: preferred centres first, then wherever seats are free, by lot.

Pure: the same seed gives the same seats. Existing seats never change.
"""

from collections import Counter, defaultdict
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
    seat: str


@dataclass(frozen=True)
class Seat:
    """A newly assigned seat; ``wished``: whether it is at the preferred centre."""

    candidate_id: str
    centre_code: str
    seat: str
    wished: bool


def allocate(
    wishes: Mapping[str, str],
    offered: Mapping[str, int],
    taken: Sequence[OccupiedSeat],
    seed: bytes,
) -> list[Seat]:
    """Assign a seat to every candidate in ``wishes``.

    ``wishes`` maps a candidate to the preferred centre, or to an empty text. ``offered`` is the
    total number of seats of each centre, ``taken`` those that are already assigned.

    Raises:
        NotEnoughSeats: there are too few free seats; nobody gets one.
    """
    used = Counter(one.centre_code for one in taken)
    free = {code: max(0, seats - used[code]) for code, seats in sorted(offered.items())}
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
    seats = {(seat.centre_code, seat.seat) for seat in taken}
    return [
        Seat(candidate, code, number, wishes[candidate] == code)
        for code, candidates in sorted(placed.items())
        for candidate, number in zip(
            candidates, _numbers(code, offered.get(code, 0), seats, seed), strict=False
        )
    ]


def _numbers(code: str, seats: int, taken: set[tuple[str, str]], seed: bytes) -> list[str]:
    """Draw the centre's free seat numbers by lot, so that neighbours in a queue sit apart."""
    free = [f"{n:02}" for n in range(1, seats + 1) if (code, f"{n:02}") not in taken]
    # Seats with other names (from a roster) use up the centre's places without using up a number.
    others = sum(1 for centre, seat in taken if centre == code and not _within(seat, seats))
    return shuffled(free, seed, f"seats/{code}")[: len(free) - others]


def _within(seat: str, seats: int) -> bool:
    return seat.isdigit() and 1 <= int(seat) <= seats

"""Seats for those who were admitted: wishes first, then wherever there is room, by lot.

Pure: the same seed gives the same seats. Whoever has a seat keeps it.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kiosk.exam.papers.paper import shuffled
from sync.hq.errors import HqError


class NotEnoughSeats(HqError):
    """More admitted candidates than seats are offered."""

    code = "hq_not_enough_seats"
    message = "{candidates} candidates have no seat yet, and {seats} seats are free."


@dataclass(frozen=True)
class Taken:
    """A seat that somebody has."""

    centre_code: str
    seat: str


@dataclass(frozen=True)
class Seat:
    """A candidate's new seat; ``wished``: whether it is at the centre that was wished for."""

    candidate_id: str
    centre_code: str
    seat: str
    wished: bool


def allocate(
    wishes: Mapping[str, str],
    offered: Mapping[str, int],
    taken: Sequence[Taken],
    seed: bytes,
) -> list[Seat]:
    """Give everybody in ``wishes`` (candidate to centre, or to an empty text) a seat.

    ``offered``: how many seats each centre has in all. Raises :class:`NotEnoughSeats`; then nobody
    gets one.
    """
    used = Counter(one.centre_code for one in taken)
    free = {code: max(0, seats - used[code]) for code, seats in sorted(offered.items())}
    if sum(free.values()) < len(wishes):
        raise NotEnoughSeats(candidates=len(wishes), seats=sum(free.values()))
    placed: dict[str, list[str]] = defaultdict(list)
    left = []
    for candidate in shuffled(sorted(wishes), seed, "candidates"):
        wish = wishes[candidate]
        if free.get(wish, 0) > len(placed[wish]):
            placed[wish].append(candidate)
        else:
            left.append(candidate)
    for candidate in left:
        roomiest = max(free, key=lambda code: (free[code] - len(placed[code]), code))
        placed[roomiest].append(candidate)
    seats = {(one.centre_code, one.seat) for one in taken}
    return [
        Seat(candidate, code, number, wishes[candidate] == code)
        for code, candidates in sorted(placed.items())
        for candidate, number in zip(
            candidates, _numbers(code, offered.get(code, 0), seats, seed), strict=False
        )
    ]


def _numbers(code: str, seats: int, taken: set[tuple[str, str]], seed: bytes) -> list[str]:
    """The centre's free seat numbers by lot: who stands together does not sit together."""
    free = [f"{n:02}" for n in range(1, seats + 1) if (code, f"{n:02}") not in taken]
    others = sum(1 for centre, seat in taken if centre == code and not _within(seat, seats))
    return shuffled(free, seed, f"seats/{code}")[: len(free) - others]


def _within(seat: str, seats: int) -> bool:
    return seat.isdigit() and 1 <= int(seat) <= seats

"""How many there are of everything, and by which keys copies belong together."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from kiosk.bench.hq.scale.first import PAPER, First
from kiosk.exam.identity.identity_number import check_character

ROOM_SEATS = 100
LARGE_SHARE = 5
"""All but each fifth attempt belong to one large sitting, which is the worst case of most lists."""
EXAM = datetime(2026, 4, 25, 6, tzinfo=UTC)
_FIRST_CURSOR = 1000
"""Above the numbers that the first headquarters has given."""


@dataclass(frozen=True)
class Shape:
    """The keys of copies, by their numbers from 1. ``together``: all in one sitting."""

    first: First
    attempts: int
    together: bool = False

    @property
    def numbers(self) -> range:
        return range(1, self.attempts + 1)

    def some(self, each: int) -> range:
        """Return the numbers of things of which there is one for ``each`` attempts."""
        return range(1, max(2, self.attempts // each + 1))

    @property
    def centres(self) -> int:
        return max(2, min(100, self.attempts // 1000))

    @property
    def sittings(self) -> int:
        return max(2, min(200, self.attempts // 500))

    def centre(self, number: int) -> str:
        return f"C{number % self.centres:04}"

    def sitting(self, number: int) -> str:
        if self.together or number % LARGE_SHARE:
            return self.first.sitting
        return self.small_sitting(number // LARGE_SHARE % self.sittings)

    def small_sitting(self, number: int) -> str:
        return f"S{number:05}"

    def room(self, number: int) -> str:
        return str(1 + number // self.centres // ROOM_SEATS)

    @property
    def rooms(self) -> range:
        return range(1, 2 + self.attempts // self.centres // ROOM_SEATS)

    def seat(self, number: int) -> str:
        return f"{1 + number // self.centres % ROOM_SEATS:03}"

    def attempt(self, number: int) -> str:
        return f"B{number:07}"

    def candidate(self, number: int) -> str:
        return f"K{number:07}"

    def admission(self, number: int) -> str:
        return f"N{number:07}"

    def cursor(self, number: int) -> int:
        return _FIRST_CURSOR + number

    def bundle(self, number: int) -> str:
        return digest("bundle", number)

    def at(self, number: int) -> datetime:
        return EXAM + timedelta(seconds=number % 10_000)

    def of_attempt(self, number: int) -> dict[str, str]:
        """Return the columns that most tables have of an attempt."""
        return {
            "centre_code": self.centre(number),
            "attempt_id": self.attempt(number),
            "sitting_id": self.sitting(number),
            "candidate_id": self.candidate(number),
            "admission_no": self.admission(number),
        }

    def paper(self, number: int) -> dict[str, str]:
        return {"sitting_id": self.small_sitting(number), "paper": PAPER}


def digest(kind: str, number: int) -> str:
    """Return 64 hexadecimal characters that look random and are always the same."""
    return hashlib.sha256(f"{kind}/{number}".encode()).hexdigest()


def identity_no(number: int) -> str:
    """Return an identity number that belongs to no person."""
    digits = f"99{1000 + number // 60_000}{1930 + number // 1000 % 60}0101{number % 1000:03}"
    return digits + check_character(digits)


def name(number: int) -> str:
    """Return a name of three characters, from the 3,755 that are most usual."""
    return "".join(_usual(number * step + step) for step in (1, 7, 101))


def _usual(number: int) -> str:
    row, column = divmod(number % 3755, 94)
    return bytes((0xB0 + row, 0xA1 + column)).decode("gb2312")

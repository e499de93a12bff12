"""What the seat plan knows about candidates: paper, employer, and who looks like whom."""

from collections import defaultdict
from collections.abc import Callable

from sqlalchemy import Connection

from kiosk.exam.seating import Sitter
from sync.hq.registration.look_alikes import look_alikes_of
from sync.hq.registration.personal_form import employers_of


def sitters_of(connection: Connection, sitting_id: str) -> Callable[[str, str], Sitter]:
    """Return a function that describes a candidate of a sitting, by id and paper."""
    alike: dict[str, set[str]] = defaultdict(set)
    for first, second in look_alikes_of(connection, sitting_id):
        alike[first].add(second)
        alike[second].add(first)

    employers = employers_of(connection, sitting_id)

    def describe(candidate_id: str, paper: str) -> Sitter:
        employer = employers.get(candidate_id, "")
        return Sitter(candidate_id, paper, employer, frozenset(alike[candidate_id]))

    return describe

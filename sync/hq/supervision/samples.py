"""Random samples of a sitting's candidates, stratified by centre, that anybody can draw again.

Each candidate has the number SHA-256 of ``SEED:CANDIDATE``; of each centre those with the lowest
numbers are drawn. So the same seed gives the same people on every machine, and nobody can
choose them by choosing the order of a list.
"""

import hashlib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import record
from sync.hq.errors import SampleUnusable
from sync.hq.persistence.tables import candidates, seats

MOST = 200
"""People of one sample."""
_SEED = re.compile(r"[0-9A-Za-z-]{1,64}")


@dataclass(frozen=True)
class Drawn:
    """A candidate of a sample."""

    candidate_id: str
    admission_no: str
    name: str
    centre_code: str
    room: str
    seat: str


class Samples:
    """Draws samples and records each."""

    def __init__(self, context: HqContext) -> None:
        self._context = context

    def new_seed(self) -> str:
        return self._context.entropy(8).hex()

    def draw(
        self, sitting_id: str, size: int, seed: str, covered: Collection[str], by: str, form: str
    ) -> Sequence[Drawn]:
        """Return a sample of the candidates that are covered, by centre; record that it was drawn.

        ``form``: the page or the file for which it is drawn.

        Raises:
            SampleUnusable: the size or the seed is out of bounds.
        """
        if not 1 <= size <= MOST or not _SEED.fullmatch(seed):
            raise SampleUnusable(most=MOST)
        people = self._people(sitting_id, covered)
        shares = shares_of({code: len(found) for code, found in people.items()}, size)
        drawn = [
            person
            for code, found in sorted(people.items())
            for person in sorted(found, key=lambda one: _number(seed, one))[: shares[code]]
        ]
        with self._context.database.write() as connection:
            record(
                connection,
                self._context.clock.now(),
                AuditKind.SAMPLE_DRAWN,
                by,
                sitting=sitting_id,
                seed=seed,
                size=size,
                drawn=len(drawn),
                of=sum(map(len, people.values())),
                form=form,
            )
        return drawn

    def _people(self, sitting_id: str, covered: Collection[str]) -> Mapping[str, Sequence[Drawn]]:
        query = (
            select(
                seats.c.candidate_id,
                seats.c.admission_no,
                candidates.c.name,
                seats.c.centre_code,
                seats.c.room,
                seats.c.seat,
            )
            .join(candidates, candidates.c.id == seats.c.candidate_id)
            .where(seats.c.sitting_id == sitting_id)
        )
        found: dict[str, list[Drawn]] = {}
        with self._context.database.read() as connection:
            for row in connection.execute(query).mappings():
                if row["candidate_id"] in covered:
                    found.setdefault(row["centre_code"], []).append(Drawn(**row))
        return found


def shares_of(counts: Mapping[str, int], size: int) -> Mapping[str, int]:
    """Return how many each centre gives: in proportion, and one at least where the size allows."""
    total = sum(counts.values())
    if size >= total:
        return counts
    least = 1 if size >= len(counts) else 0
    rest, spare = size - least * len(counts), total - least * len(counts)
    exact = {code: rest * (count - least) / spare for code, count in counts.items()}
    shares = {code: least + int(share) for code, share in exact.items()}
    # What rounding down left goes to the largest remainders; equal ones by code.
    order = sorted(counts, key=lambda code: (int(exact[code]) - exact[code], code))
    for code in order[: size - sum(shares.values())]:
        shares[code] += 1
    return shares


def _number(seed: str, person: Drawn) -> str:
    return hashlib.sha256(f"{seed}:{person.candidate_id}".encode()).hexdigest()

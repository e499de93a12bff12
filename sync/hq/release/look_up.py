"""Look-up by candidates: what was published for the person who knows all three details."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select

from kiosk.credentials.tokens import is_same
from kiosk.exam.programme.programme import Programme, load_programme
from kiosk.exam.typed_numbers import plain_number
from kiosk.exam.typed_texts import name_key
from sync.hq.accounts.throttle import Throttle, key_of
from sync.hq.context import HqContext
from sync.hq.persistence import tables
from sync.hq.persistence.release_tables import published_results
from sync.hq.release.errors import LookUpFailed
from sync.hq.release.publishing import PublicationKind, Published, published_of

LONGEST = 100
"""Longest detail, in characters."""


@dataclass(frozen=True)
class Details:
    """What a candidate enters, as typed."""

    name: str
    identity_no: str
    admission_no: str


@dataclass(frozen=True)
class FoundResult:
    """A published result with the names that a page or letter shows."""

    published: Published
    programme: Programme
    sitting_title: str
    starts_at: datetime
    name: str
    identity_no: str


class LookUp:
    """Finds published results for candidates who know all details of theirs.

    One wrong detail and nothing is said, so that nobody learns who sat an exam. Tries are
    counted by admission number and address, and by address alone.
    """

    def __init__(self, context: HqContext) -> None:
        self._context = context
        self._throttle = Throttle(context)

    def find(self, details: Details, address: str) -> Sequence[FoundResult]:
        """Return the published results of the person with these details.

        Raises:
            LookUpFailed: there is none that fits all details.
            TooManyTries: too many tries failed for this number or from this address.
        """
        number = plain_number(details.admission_no[:LONGEST])
        keys = [key_of("look-up", number, address), key_of("look-ups", "", address)]
        for key in keys:
            self._throttle.begin(key)
        found = [result for result in self._with_number(number) if _same_person(result, details)]
        if not found:
            raise LookUpFailed
        # Only failures count, but a success of one's own must not wipe out those before it.
        for key in keys:
            self._throttle.give_back(key)
        return found

    def of_attempt(self, centre_code: str, attempt_id: str) -> FoundResult:
        """Return what is published of an attempt, for letters that the office sends.

        Raises:
            LookUpFailed: nothing is.
        """
        table = published_results
        mine = (table.c.centre_code == centre_code) & (table.c.attempt_id == attempt_id)
        found = self._found(mine)
        if not found:
            raise LookUpFailed
        return found[0]

    def _with_number(self, number: str) -> Sequence[FoundResult]:
        return self._found(published_results.c.admission_no == number)

    def _found(self, condition: ColumnElement[bool]) -> Sequence[FoundResult]:
        table, people, sittings = published_results, tables.candidates, tables.sittings
        programmes = tables.programmes
        edition = (programmes.c.id == table.c.programme_id) & (
            programmes.c.version == table.c.programme_version
        )
        query = (
            select(
                table,
                people.c.name,
                people.c.identity_no,
                sittings.c.title,
                sittings.c.starts_at,
                programmes.c.document,
            )
            .join(people, people.c.id == table.c.candidate_id)
            .join(sittings, sittings.c.id == table.c.sitting_id)
            .join(programmes, edition)
            .where(condition, table.c.newest, table.c.kind != PublicationKind.WITHDRAWN.value)
            .order_by(table.c.cursor.desc())
        )
        with self._context.database.read() as connection:
            rows = connection.execute(query).mappings().all()
        return [
            FoundResult(
                published_of(row),
                load_programme(row["document"]),
                row["title"],
                row["starts_at"],
                row["name"],
                row["identity_no"],
            )
            for row in rows
        ]


def _same_person(result: FoundResult, details: Details) -> bool:
    if not result.programme.release.look_up:
        return False
    same_name = is_same(name_key(details.name[:LONGEST]), name_key(result.name))
    typed = plain_number(details.identity_no[:LONGEST])
    same_number = is_same(typed, plain_number(result.identity_no))
    return same_name and same_number

"""Persons: identified by identity number, with their registered portrait.

Portraits are biometric data. They are stored sealed; only headquarters' own key opens them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, select, union, update

from kiosk.exam.identity.documents import DocumentKind
from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.progress import ProgressCallback, silent
from sync.hq.errors import NotFound, ReasonMissing
from sync.hq.persistence import tables
from sync.hq.registration.changes import PERSON, Act, Change, added, changed, row_of, store
from sync.hq.registration.portrait_pictures import upright

_AT_ONCE = 500


_COLUMNS = tuple(column.name for column in tables.candidates.c)
_NEW = {"identity_type": "other", "portrait_accepted": False, "portrait_reason": ""}


@dataclass(frozen=True)
class Person:
    """What a file says about a person; None where it says nothing.

    ``portrait`` is the name of the sealed object, ``portrait_sha256`` the digest of the picture.
    """

    identity_no: str
    name: str | None
    identity_type: str | None = None
    sex: str | None = None
    birth_date: date | None = None
    portrait: str | None = None
    portrait_sha256: str | None = None


@dataclass(frozen=True)
class Kept:
    """A stored picture: the name of its object, and its digest."""

    portrait: str | None = None
    portrait_sha256: str | None = None


UNSEEN = Kept("new", "new")
"""A new picture in a preview, which stores nothing."""


class People:
    """Stores persons and their portraits."""

    def __init__(self, context: HqContext) -> None:
        self._context = context

    def new_portraits(self, portraits: Mapping[str, bytes]) -> dict[str, bytes]:
        """Return those pictures, by identity number, that differ from the registered ones."""
        registered = self._digests(list(portraits))
        return {
            number: picture
            for number, picture in portraits.items()
            if registered.get(number) != sha256(picture).hexdigest()
        }

    def keep_portraits(
        self, portraits: Mapping[str, bytes], progress: ProgressCallback = silent
    ) -> dict[str, Kept]:
        """Seal and store pictures, by identity number."""
        kept, numbers = dict[str, Kept](), list(portraits)
        for start in range(0, len(numbers), _AT_ONCE):
            some = numbers[start : start + _AT_ONCE]
            sealed = [self._context.keys.public.seal(portraits[number]) for number in some]
            for number, name in zip(some, self._context.blobs.put_all(sealed), strict=True):
                kept[number] = Kept(name, sha256(portraits[number]).hexdigest())
            progress(len(kept), len(numbers))
        return kept

    def _digests(self, numbers: Sequence[str]) -> dict[str, str]:
        """Return the digests of registered portraits; those of 0.2.0 are computed."""
        with self._context.database.read() as connection:
            known = known_people(connection, numbers)
        return {
            number: row["portrait_sha256"]
            or sha256(self.open_portrait(row["portrait"])).hexdigest()
            for number, row in known.items()
            if row["portrait"] is not None
        }

    def portrait(self, candidate_id: str) -> bytes:
        """Return a person's portrait as JPEG.

        Raises:
            NotFound: there is no such person or no portrait.
        """
        table = tables.candidates
        query = select(table.c.portrait).where(table.c.id == candidate_id)
        with self._context.database.read() as connection:
            name = connection.execute(query).scalar_one_or_none()
        if name is None:
            raise NotFound(what="portrait")
        return self.open_portrait(name)

    def open_portrait(self, name: str) -> bytes:
        """Unseal the object of a portrait and return the JPEG, upright and without metadata."""
        return upright(self._context.keys.unseal(self._context.blobs.get(name)))

    def names(self, numbers: Sequence[str]) -> Mapping[str, str]:
        """Return the registered name for each identity number that is known."""
        with self._context.database.read() as connection:
            known = known_people(connection, numbers)
        return {number: row["name"] for number, row in known.items()}

    def get(self, candidate_id: str) -> Mapping[str, Any]:
        """Return what is registered about a person.

        Raises:
            NotFound: there is no such person.
        """
        with self._context.database.read() as connection:
            row = row_of(connection, PERSON, candidate_id)
        if row is None:
            raise NotFound(what="candidate")
        return row

    def sittings(self, candidate_id: str) -> Sequence[str]:
        """Return the sittings for which a person applied or has a seat, latest first."""
        sittings = tables.sittings
        theirs = [
            select(table.c.sitting_id).where(table.c.candidate_id == candidate_id)
            for table in (tables.applications, tables.seats)
        ]
        query = (
            select(sittings.c.id)
            .where(sittings.c.id.in_(union(*theirs)))
            .order_by(sittings.c.starts_at.desc())
        )
        with self._context.database.read() as connection:
            return connection.execute(query).scalars().all()

    def documents(self) -> Mapping[str, str]:
        """Return the kinds of documents other than resident cards, by identity number."""
        table = tables.candidates
        query = select(table.c.identity_no, table.c.identity_type).where(
            table.c.identity_type != DocumentKind.RESIDENT
        )
        with self._context.database.read() as connection:
            return {row.identity_no: row.identity_type for row in connection.execute(query)}

    def unchecked(self, sitting_id: str | None = None) -> Sequence[tuple[str, str]]:
        """Return (candidate id, object name) of portraits that no face pack has checked yet."""
        people, applications = tables.candidates, tables.applications
        query = select(people.c.id, people.c.portrait).where(
            people.c.portrait.is_not(None), people.c.portrait_findings.is_(None)
        )
        if sitting_id is not None:
            query = query.join(applications, applications.c.candidate_id == people.c.id).where(
                applications.c.sitting_id == sitting_id
            )
        with self._context.database.read() as connection:
            return [(row.id, row.portrait) for row in connection.execute(query)]

    def check_portraits(
        self,
        judge: Callable[[bytes], Sequence[str]],
        sitting_id: str | None = None,
        progress: ProgressCallback = silent,
    ) -> Mapping[str, Sequence[str]]:
        """Check every new portrait with ``judge``; return its findings by candidate id."""
        waiting, found = self.unchecked(sitting_id), {}
        for number, (candidate, name) in enumerate(waiting, start=1):
            found[candidate] = judge(self.open_portrait(name))
            self.note_findings(candidate, name, found[candidate])
            progress(number, len(waiting))
        return found

    def note_findings(self, candidate_id: str, portrait: str, findings: Sequence[str]) -> None:
        """Store the findings for a portrait, unless the portrait has been replaced since."""
        table = tables.candidates
        # The check takes seconds; an import may have stored another portrait meanwhile.
        mine = (table.c.id == candidate_id) & (table.c.portrait == portrait)
        with self._context.database.write() as connection:
            values = {"portrait_findings": list(findings)}
            connection.execute(update(table).where(mine).values(**values))

    def accept_portrait(self, candidate_id: str, reason: str, by: str) -> None:
        """Accept a portrait despite its findings.

        Raises:
            NotFound: there is no such person or no portrait.
            ReasonMissing: the reason is empty.
        """
        if not reason.strip():
            raise ReasonMissing
        act = Act(
            AuditKind.PORTRAIT_ACCEPTED,
            by,
            self._context.clock.now(),
            reason=reason.strip(),
            named={"candidate": candidate_id},
        )
        with self._context.database.write() as connection:
            row = row_of(connection, PERSON, candidate_id)
            if row is None or row["portrait"] is None:
                raise NotFound(what="portrait")
            values = {"portrait_accepted": True, "portrait_reason": reason.strip()}
            store(connection, act, [changed(PERSON, row, **values)])


def planned_person(
    row: Mapping[str, Any] | None, person: Person, new_id: str, now: datetime
) -> Change:
    """Return the change that adds a person, or updates the row.

    A new portrait clears earlier findings and its acceptance; the same picture changes nothing.
    Fields that are None do not change.
    """
    values = {name: value for name, value in vars(person).items() if value is not None}
    if row is None:
        new = {**dict.fromkeys(_COLUMNS), **_NEW, **values}
        return added(PERSON, {**new, "id": new_id, "created_at": now})
    if row["portrait_sha256"] == values.get("portrait_sha256", ""):
        values = {n: v for n, v in values.items() if n not in ("portrait", "portrait_sha256")}
    if "portrait" in values:
        # Findings and acceptance were about the previous picture.
        values |= {"portrait_findings": None, "portrait_accepted": False, "portrait_reason": ""}
    return changed(PERSON, row, **values)


def known_people(connection: Connection, numbers: Sequence[str]) -> dict[str, Mapping[str, Any]]:
    """Return the persons with these identity numbers, by number."""
    table, found = tables.candidates, dict[str, Mapping[str, Any]]()
    for start in range(0, len(numbers), _AT_ONCE):
        query = select(table).where(table.c.identity_no.in_(numbers[start : start + _AT_ONCE]))
        found |= {row["identity_no"]: dict(row) for row in connection.execute(query).mappings()}
    return found

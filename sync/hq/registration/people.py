"""Persons: identified by identity number, with their registered portrait.

Portraits are biometric data. They are stored sealed; only headquarters' own key opens them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, insert, select, update

from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import record
from sync.hq.core.progress import ProgressCallback, silent
from sync.hq.errors import NotFound, ReasonMissing
from sync.hq.persistence import tables
from sync.hq.registration.portrait_pictures import upright

_AT_ONCE = 500


@dataclass(frozen=True)
class Person:
    """A person's identity. ``portrait`` is the name of the sealed object."""

    identity_no: str
    name: str
    identity_type: str = "other"
    sex: str | None = None
    birth_date: date | None = None
    portrait: str | None = None


class People:
    """Stores persons and their portraits."""

    def __init__(self, context: HqContext) -> None:
        self._context = context

    def keep_portraits(
        self, portraits: Sequence[bytes | None], progress: ProgressCallback = silent
    ) -> list[str | None]:
        """Seal and store portraits; return the names of their objects."""
        names: list[str | None] = []
        for start in range(0, len(portraits), _AT_ONCE):
            batch = portraits[start : start + _AT_ONCE]
            seal = self._context.keys.public.seal
            sealed = [None if portrait is None else seal(portrait) for portrait in batch]
            names += self._context.blobs.put_all(sealed)
            progress(len(names), len(portraits))
        return names

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

    def put(self, connection: Connection, people: Sequence[Person]) -> list[str]:
        """Add persons or update them by identity number; return their ids.

        A new portrait clears earlier findings and its acceptance. Fields that are None do not
        change.
        """
        known = self._known(connection, [person.identity_no for person in people])
        ids, new, now = [], [], self._context.clock.now()
        for person in people:
            values: dict[str, Any] = vars(person)
            row = known.get(person.identity_no)
            if row is None:
                ids.append(self._context.ids())
                new.append({**values, "id": ids[-1], "created_at": now, "portrait_reason": ""})
                continue
            ids.append(row["id"])
            changes = {name: value for name, value in values.items() if value is not None}
            if "portrait" in changes:
                # Findings and acceptance were about the previous picture.
                changes |= {"portrait_findings": None, "portrait_accepted": False}
            mine = tables.candidates.c.id == row["id"]
            connection.execute(update(tables.candidates).where(mine).values(**changes))
        if new:
            connection.execute(insert(tables.candidates), new)
        return ids

    def names(self, numbers: Sequence[str]) -> Mapping[str, str]:
        """Return the registered name for each identity number that is known."""
        with self._context.database.read() as connection:
            known = self._known(connection, numbers)
        return {number: row["name"] for number, row in known.items()}

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
        table, now = tables.candidates, self._context.clock.now()
        mine = (table.c.id == candidate_id) & table.c.portrait.is_not(None)
        values = {"portrait_accepted": True, "portrait_reason": reason.strip()}
        with self._context.database.write() as connection:
            if not connection.execute(update(table).where(mine).values(**values)).rowcount:
                raise NotFound(what="portrait")
            named = {"candidate": candidate_id, "reason": reason.strip()}
            record(connection, now, AuditKind.PORTRAIT_ACCEPTED, by, **named)

    @staticmethod
    def _known(connection: Connection, numbers: Sequence[str]) -> Mapping[str, Any]:
        table = tables.candidates
        found: dict[str, Any] = {}
        for start in range(0, len(numbers), _AT_ONCE):
            some = numbers[start : start + _AT_ONCE]
            columns = (table.c.id, table.c.identity_no, table.c.name)
            query = select(*columns).where(table.c.identity_no.in_(some))
            rows = connection.execute(query).mappings()
            found.update({row["identity_no"]: row for row in rows})
        return found

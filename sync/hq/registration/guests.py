"""People whom a centre admitted by hand: a registrar says whose their attempt is.

With the number that the centre took down, one registrar accepts the attempt, and the person is
registered if headquarters does not know them. Whose result it is otherwise changes only by two.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from kiosk.exam.typed_numbers import plain_number
from kiosk.exam.typed_texts import name_key
from sync.hq.accounts.two_people import require_other_person
from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import record
from sync.hq.core.counted import AttemptKey
from sync.hq.core.guests import APPLIED, PROPOSED, REJECTED, whose
from sync.hq.core.roles import Role, require_role
from sync.hq.core.sheets import ABSENT, NOT_ADMITTED, NOT_BEGUN, WITHDRAWN
from sync.hq.errors import NotFound, ReasonMissing, SecondPersonNeeded
from sync.hq.persistence.result_tables import guest_acts, results
from sync.hq.registration.bans import require_not_banned
from sync.hq.registration.changes import Act, store
from sync.hq.registration.guest_errors import GuestActOpen, ResultThere
from sync.hq.registration.guest_rows import (
    GuestAct,
    GuestView,
    PersonView,
    acts_of,
    guest_row,
    guest_view,
    guests_of,
    of,
    person,
    registered,
)
from sync.hq.registration.people import Person, planned_person
from sync.hq.results.recompute import recompute
from sync.hq.results.versions import ResultCause, Why

_NO_EXAM = (ABSENT, NOT_ADMITTED, NOT_BEGUN, WITHDRAWN)
"""Statuses of another attempt of the person that do not stand against this one."""


class Guests:
    """Lists guests, and decides whose their attempts are."""

    def __init__(self, context: HqContext) -> None:
        self._context = context

    def of_sitting(self, sitting_id: str) -> Sequence[GuestView]:
        """Return the guests of a sitting."""
        with self._context.database.read() as connection:
            return [
                guest_view(connection, row, whose(connection, _key(row)))
                for row in guests_of(connection, sitting_id)
            ]

    def get(self, key: AttemptKey) -> GuestView:
        """Return a guest.

        Raises:
            NotFound: there is none.
        """
        with self._context.database.read() as connection:
            return guest_view(connection, guest_row(connection, key), whose(connection, key))

    def accept(self, key: AttemptKey, reason: str, by: str) -> None:
        """Count an attempt for the person whose number the centre took down.

        Raises:
            NotFound: there is no such guest.
            RoleMissing: the account registers nobody there.
            ReasonMissing: nobody says why.
            GuestActOpen: a proposal waits.
            SecondPersonNeeded: it would change whose the result is, or another name is registered.
            ResultThere: the person has another result of this paper.
            Banned: the person was banned when they sat.
        """
        now = self._context.clock.now()
        with self._context.database.write() as connection:
            row = self._begin(connection, key, reason, by)
            guest = row.document["admitted"]
            number = plain_number(guest["identity_no"])
            if registered(connection, number) is None:
                self._register(connection, row, number, by, now)
            found = registered(connection, number)
            if found is None:
                raise NotFound(what="candidate")
            _require_the_same(found, guest["name"], whose(connection, key))
            _require_fitting(connection, row, found)
            added = _add(connection, key, found.id, reason, by, now, APPLIED)
            self._applied(connection, key, added, found.id, by, now)

    def propose(self, key: AttemptKey, number: str, reason: str, by: str) -> GuestAct:
        """Propose that an attempt is a registered person's; nobody's, if the number is empty.

        Raises like :meth:`accept`; NotFound also if nobody is registered by that number.
        """
        now = self._context.clock.now()
        with self._context.database.write() as connection:
            row = self._begin(connection, key, reason, by)
            found = registered(connection, plain_number(number)) if number.strip() else None
            if number.strip() and found is None:
                raise NotFound(what="candidate")
            if found is None and not whose(connection, key):
                raise NotFound(what="attempt")
            if found is not None:
                _require_fitting(connection, row, found)
            candidate = "" if found is None else found.id
            added = _add(connection, key, candidate, reason, by, now, PROPOSED)
            named = {"centre": key.centre_code, "attempt": key.attempt_id, "candidate": candidate}
            record(connection, now, AuditKind.GUEST_PROPOSED, by, **named, act=added)
            return acts_of(connection, key)[-1]

    def decide(self, key: AttemptKey, number: int, by: str, *, confirm: bool) -> None:
        """Confirm or reject a proposal, as another person.

        Raises:
            NotFound: it does not wait.
            RoleMissing: the account registers nobody there.
            NotAPerson, SecondPersonNeeded, SamePerson: it is no second person.
            ResultThere, Banned: as things are now.
        """
        now = self._context.clock.now()
        with self._context.database.write() as connection:
            row = guest_row(connection, key)
            _require_registrar(connection, row, by)
            mine = of(key) & (guest_acts.c.number == number) & (guest_acts.c.outcome == PROPOSED)
            act = connection.execute(select(guest_acts).where(mine)).mappings().first()
            if act is None:
                raise NotFound(what="proposal")
            require_other_person(connection, by, act["by"])
            found = person(connection, act["candidate_id"])
            if confirm and found is not None:
                _require_fitting(connection, row, found)
            values = {"outcome": APPLIED if confirm else REJECTED, "second": by, "decided_at": now}
            connection.execute(update(guest_acts).where(mine).values(**values))
            if confirm:
                self._applied(connection, key, number, act["candidate_id"], by, now)
            else:
                named = {"centre": key.centre_code, "attempt": key.attempt_id, "act": number}
                record(connection, now, AuditKind.GUEST_REJECTED, by, **named)

    def _begin(self, connection: Connection, key: AttemptKey, reason: str, by: str) -> Row[Any]:
        if not reason.strip():
            raise ReasonMissing
        row = guest_row(connection, key)
        _require_registrar(connection, row, by)
        if any(act.outcome == PROPOSED for act in acts_of(connection, key)):
            raise GuestActOpen
        return row

    def _register(
        self, connection: Connection, row: Row[Any], number: str, by: str, now: datetime
    ) -> None:
        said = Person(number, row.document["admitted"]["name"], identity_type="other")
        change = planned_person(None, said, self._context.ids(), now)
        named = {"candidate": change.candidate_id}
        act = Act(AuditKind.GUEST_REGISTERED, by, now, row.sitting_id, named=named)
        store(connection, act, [change])

    def _applied(
        self,
        connection: Connection,
        key: AttemptKey,
        number: int,
        candidate: str,
        by: str,
        now: datetime,
    ) -> None:
        named = {"centre": key.centre_code, "attempt": key.attempt_id, "candidate": candidate}
        record(connection, now, AuditKind.GUEST_DECIDED, by, **named, act=number)
        recompute(connection, [key], Why(ResultCause.DECIDED, by, now))


def _key(row: Row[Any]) -> AttemptKey:
    return AttemptKey(row.centre_code, row.attempt_id)


def _require_registrar(connection: Connection, row: Row[Any], by: str) -> None:
    programme = row.programme_id or ""
    require_role(connection, by, Role.REGISTRAR, programme_id=programme,
                 centre_code=row.centre_code)  # fmt: skip


def _require_the_same(found: PersonView, name: str, before: str) -> None:
    if name_key(found.name) != name_key(name) or before not in ("", found.id):
        raise SecondPersonNeeded


def _require_fitting(connection: Connection, row: Row[Any], found: PersonView) -> None:
    require_not_banned(connection, row.ended_at, [(found.id, row.sitting_id, row.paper)])
    query = select(func.count()).where(
        results.c.sitting_id == row.sitting_id,
        results.c.paper == row.paper,
        results.c.candidate_id == found.id,
        results.c.status.not_in(_NO_EXAM),
        ~((results.c.centre_code == row.centre_code) & (results.c.attempt_id == row.attempt_id)),
    )
    if connection.execute(query).scalar_one():
        raise ResultThere(name=found.name)


def _add(
    connection: Connection,
    key: AttemptKey,
    candidate: str,
    reason: str,
    by: str,
    now: datetime,
    outcome: str,
) -> int:
    newest = select(func.max(guest_acts.c.number)).where(of(key))
    number = (connection.execute(newest).scalar() or 0) + 1
    values = {
        **key._asdict(),
        "number": number,
        "candidate_id": candidate,
        "reason": reason.strip(),
        "by": by,
        "at": now,
        "second": "",
        "outcome": outcome,
    }
    connection.execute(insert(guest_acts).values(**values))
    return number

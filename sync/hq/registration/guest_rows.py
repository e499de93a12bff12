"""What headquarters knows of people whom a centre admitted by hand, and of acts about them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, RowMapping, or_, select

from kiosk.exam.typed_numbers import plain_number
from kiosk.exam.typed_texts import name_key
from sync.hq.core.counted import AttemptKey
from sync.hq.core.guests import PROPOSED
from sync.hq.errors import NotFound
from sync.hq.persistence.result_tables import guest_acts, results
from sync.hq.persistence.tables import applications, bundles, candidates, seats


@dataclass(frozen=True)
class PersonView:
    """A registered person."""

    id: str
    name: str
    identity_no: str


@dataclass(frozen=True)
class GuestAct:
    """Whose an attempt is, as somebody found; ``person``: None for nobody's any more.

    ``second``: who confirmed or rejected it; empty where one person is enough.
    """

    number: int
    person: PersonView | None
    reason: str
    by: str
    at: datetime
    second: str
    outcome: str


@dataclass(frozen=True)
class GuestView:
    """An attempt of a guest. ``whose``: the person for whom it counts; ``like``: who may be it."""

    key: AttemptKey
    sitting_id: str
    admission_no: str
    name: str
    identity_no: str
    seat: str
    admitted_by: str
    reason: str
    status: str
    whose: PersonView | None
    acts: Sequence[GuestAct]
    like: Sequence[PersonView] = ()

    @property
    def open_act(self) -> GuestAct | None:
        """The proposal that waits for a second person."""
        return next((act for act in self.acts if act.outcome == PROPOSED), None)


def guest_row(connection: Connection, key: AttemptKey) -> Row[Any]:
    """Return the result and the bundle of a guest's attempt.

    Raises:
        NotFound: there is none, or the candidate is on the roster.
    """
    mine = (results.c.centre_code == key.centre_code) & (results.c.attempt_id == key.attempt_id)
    row = connection.execute(_guests().where(mine)).first()
    if row is None or not row.document.get("admitted"):
        raise NotFound(what="attempt")
    return row


def guests_of(connection: Connection, sitting_id: str) -> Sequence[Row[Any]]:
    """Return the same of all guests of a sitting, by centre and admission number."""
    query = _guests().where(results.c.sitting_id == sitting_id, results.c.guest_name.is_not(None))
    ordered = query.order_by(results.c.centre_code, results.c.admission_no)
    return [row for row in connection.execute(ordered) if row.document.get("admitted")]


def guest_view(connection: Connection, row: Row[Any], whose: str) -> GuestView:
    """Return what pages show of a guest."""
    guest, key = row.document["admitted"], AttemptKey(row.centre_code, row.attempt_id)
    return GuestView(
        key=key,
        sitting_id=row.sitting_id,
        admission_no=row.admission_no,
        name=guest["name"],
        identity_no=guest["identity_no"],
        seat=guest.get("seat") or "",
        admitted_by=guest["by"],
        reason=guest["reason"],
        status=row.status,
        whose=person(connection, whose),
        acts=acts_of(connection, key),
        like=() if whose else _like(connection, row.sitting_id, guest),
    )


def acts_of(connection: Connection, key: AttemptKey) -> Sequence[GuestAct]:
    """Return all acts about an attempt, the oldest first."""
    query = select(guest_acts).where(of(key)).order_by(guest_acts.c.number)
    return [
        GuestAct(
            row["number"],
            person(connection, row["candidate_id"]),
            *(row[name] for name in ("reason", "by", "at", "second", "outcome")),
        )
        for row in connection.execute(query).mappings()
    ]


def person(connection: Connection, candidate_id: str) -> PersonView | None:
    """Return a registered person, or None."""
    query = _people().where(candidates.c.id == candidate_id)
    row = connection.execute(query).mappings().first()
    return None if row is None else _person(row)


def registered(connection: Connection, number: str) -> PersonView | None:
    """Return the person with an identity number, or None."""
    query = _people().where(candidates.c.identity_no == number)
    row = connection.execute(query).mappings().first()
    return None if row is None else _person(row)


def of(key: AttemptKey) -> Any:
    """Return the condition for the acts about an attempt."""
    mine = guest_acts.c.centre_code == key.centre_code
    return mine & (guest_acts.c.attempt_id == key.attempt_id)


def _guests() -> Any:
    columns = [results.c[name] for name in (
        "centre_code", "attempt_id", "sitting_id", "paper", "admission_no", "status",
        "programme_id", "candidate_id", "ended_at",
    )]  # fmt: skip
    return select(*columns, bundles.c.document).join(bundles, bundles.c.id == results.c.bundle_id)


def _like(connection: Connection, sitting_id: str, guest: dict[str, Any]) -> Sequence[PersonView]:
    """Return people of this number, and those of the name who applied or have a seat here."""
    here = [
        candidates.c.id.in_(select(table.c.candidate_id).where(table.c.sitting_id == sitting_id))
        for table in (applications, seats)
    ]
    number = plain_number(guest["identity_no"])
    named = (candidates.c.name == guest["name"]) & or_(*here)
    query = _people().where((candidates.c.identity_no == number) | named)
    found = [_person(row) for row in connection.execute(query.limit(10)).mappings()]
    return sorted(found, key=lambda one: (one.identity_no != number, name_key(one.name)))


def _people() -> Any:
    return select(candidates.c.id, candidates.c.name, candidates.c.identity_no)


def _person(row: RowMapping) -> PersonView:
    return PersonView(row["id"], row["name"], row["identity_no"])

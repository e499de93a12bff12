"""Enrolment over the network: a centre asks, a person compares the fingerprint and decides."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, RowMapping, delete, select, update

from kiosk.exam.typed_texts import plain_text
from sync.hq.centres.registry import Centres
from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import record
from sync.hq.errors import NotFound, RequestDeclined, RequestPending, TooManyRequests
from sync.hq.persistence.database import insert_new
from sync.hq.persistence.sync_tables import enrolment_requests
from sync.wire.sealing.certificate import read_request

MOST_PENDING = 200
MOST_OF_ONE = 20
"""Undecided requests in total, and from one address.

When the total is reached, a new request replaces the oldest one of the address that has the
most, so that a flood from some addresses does not lock out another.
"""

KEPT = timedelta(days=30)
"""Undecided requests are deleted after this time."""


@dataclass(frozen=True)
class PendingRequest:
    """An enrolment request that waits for a decision."""

    key_id: str
    centre_code: str
    name: str
    fingerprint: str
    remote: str
    asked_at: datetime


class Enrolment:
    """Stores requests that came over the network until a person decides."""

    def __init__(self, context: HqContext, centres: Centres) -> None:
        self._context = context
        self._centres = centres

    def ask(self, document: bytes, remote: str) -> str:
        """Store a request; return the id of its keys, with which the answer is fetched.

        Repeating a request changes nothing. ``remote`` is the address it came from.

        Raises:
            WireError: the request is not signed by its own keys.
            TooManyRequests: too many are undecided.
        """
        asked, table, now = read_request(document), enrolment_requests, self._context.clock.now()
        key_id = asked.keys.public.key_id
        with self._context.database.write() as connection:
            old = (table.c.state == "pending") & (table.c.asked_at < now - KEPT)
            connection.execute(delete(table).where(old))
            # A repeated request takes no place of its own.
            if _row(connection, key_id) is None:
                _make_room(connection, remote)
            insert_new(
                connection,
                table,
                key_id=key_id,
                centre_code=asked.centre_code,
                name=plain_text(asked.name),
                document=document,
                remote=remote,
                state="pending",
                reason="",
                asked_at=now,
            )
        return key_id

    def answer(self, key_id: str) -> bytes:
        """Return the certificate for these keys.

        Raises:
            NotFound: there is no such request.
            RequestPending: it is undecided.
            RequestDeclined: it was declined.
        """
        with self._context.database.read() as connection:
            row = _row(connection, key_id)
        if row is None:
            raise NotFound(what="enrolment")
        if row["state"] == "declined":
            raise RequestDeclined(reason=row["reason"])
        if row["state"] == "pending":
            raise RequestPending
        return self._centres.certificate(row["centre_code"])

    def pending(self) -> Sequence[PendingRequest]:
        """Return the requests that wait for a decision, oldest first."""
        table = enrolment_requests
        query = select(table).where(table.c.state == "pending").order_by(table.c.asked_at)
        with self._context.database.read() as connection:
            return [_view(row) for row in connection.execute(query).mappings()]

    def approve(self, key_id: str, by: str, *, revoke_old: bool = False) -> bytes:
        """Enrol the centre of a request after a person has compared its fingerprint.

        A centre that is enrolled with other keys changes to these. With ``revoke_old``, nothing
        signed with the old keys is accepted any more.

        Raises:
            NotFound: no such request is pending.
        """
        # Two transactions: after a crash in between, approving again returns the same
        # certificate.
        certificate = self.accept(self._pending(key_id), by, revoke_old=revoke_old)
        with self._context.database.write() as connection:
            _decide(connection, key_id, "approved", "")
        return certificate

    def accept(self, document: bytes, by: str, *, revoke_old: bool = False) -> bytes:
        """Enrol the centre of a request that came as a file; otherwise like :meth:`approve`.

        Raises:
            WireError: the request is not valid.
        """
        asked = read_request(document)
        if self._centres.enrolled(asked.centre_code):
            return self._centres.change_keys(asked.centre_code, document, by, revoke=revoke_old)
        return self._centres.approve(asked, by)

    def decline(self, key_id: str, reason: str, by: str) -> None:
        """Decline a request; the centre sees the reason.

        Raises:
            NotFound: no such request is pending.
        """
        asked, now = read_request(self._pending(key_id)), self._context.clock.now()
        with self._context.database.write() as connection:
            _decide(connection, key_id, "declined", reason.strip()[:500])
            named = {"centre": asked.centre_code, "keys": key_id}
            record(connection, now, AuditKind.ENROLMENT_DECLINED, by, **named)

    def _pending(self, key_id: str) -> bytes:
        with self._context.database.read() as connection:
            row = _row(connection, key_id)
        if row is None or row["state"] != "pending":
            raise NotFound(what="enrolment")
        return bytes(row["document"])


def _make_room(connection: Connection, remote: str) -> None:
    """Make room for one more request of an address.

    When all places are taken, the oldest request of the most crowded address is deleted, so
    that a flood from many addresses does not lock out another.

    Raises:
        TooManyRequests: the address has too many requests itself.
    """
    table = enrolment_requests
    query = select(table.c.key_id, table.c.remote).where(table.c.state == "pending")
    rows = connection.execute(query.order_by(table.c.asked_at, table.c.key_id)).all()
    counts = Counter(row.remote for row in rows)
    if counts[remote] >= MOST_OF_ONE:
        raise TooManyRequests
    if len(rows) < MOST_PENDING:
        return
    crowded, most = counts.most_common(1)[0]
    # Evicting would only make this address the most crowded one: no address may gain by it.
    if most <= counts[remote] + 1:
        raise TooManyRequests
    oldest = next(row.key_id for row in rows if row.remote == crowded)
    connection.execute(delete(table).where(table.c.key_id == oldest))


def _decide(connection: Connection, key_id: str, state: str, reason: str) -> None:
    table = enrolment_requests
    mine = table.c.key_id == key_id
    connection.execute(update(table).where(mine).values(state=state, reason=reason))


def _row(connection: Connection, key_id: str) -> RowMapping | None:
    table = enrolment_requests
    return connection.execute(select(table).where(table.c.key_id == key_id)).mappings().first()


def _view(row: RowMapping) -> PendingRequest:
    keys = read_request(bytes(row["document"])).keys.public
    return PendingRequest(
        key_id=row["key_id"],
        centre_code=row["centre_code"],
        name=row["name"],
        fingerprint=keys.fingerprint,
        remote=row["remote"],
        asked_at=row["asked_at"],
    )

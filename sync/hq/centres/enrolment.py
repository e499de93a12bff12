"""Enrolment by network: a centre asks, a person compares the fingerprint and decides."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, RowMapping, delete, select, update

from sync.hq.centres.registry import Centres
from sync.hq.context import HqContext
from sync.hq.core.audit_log import record
from sync.hq.errors import NotFound, RequestDeclined, RequestPending, TooManyRequests
from sync.hq.persistence.database import insert_new
from sync.hq.persistence.sync_tables import enrolment_requests
from sync.wire.sealing.certificate import read_request

MOST_PENDING = 200
MOST_OF_ONE = 20
"""So many may wait of one address. When all places are taken, a newcomer gets one of the address
that has the most: strangers at some addresses keep nobody at another from asking."""

KEPT = timedelta(days=30)
"""A request that nobody decides about is forgotten after so long."""


@dataclass(frozen=True)
class PendingRequest:
    """An enrolment that waits for a person."""

    key_id: str
    centre_code: str
    name: str
    fingerprint: str
    remote: str
    asked_at: datetime


class Enrolment:
    """Keeps requests that came by network, until somebody decides."""

    def __init__(self, context: HqContext, centres: Centres) -> None:
        self._context = context
        self._centres = centres

    def ask(self, document: bytes, remote: str) -> str:
        """Keep a request; gives the id of its keys, under which the answer is fetched.

        Asking again changes nothing. ``remote`` is the address it came from. Raises WireErrors
        for a request that its own keys did not sign, or :class:`TooManyRequests`.
        """
        asked, table, now = read_request(document), enrolment_requests, self._context.clock.now()
        key_id = asked.keys.public.key_id
        with self._context.database.write() as connection:
            old = (table.c.state == "pending") & (table.c.asked_at < now - KEPT)
            connection.execute(delete(table).where(old))
            if _row(connection, key_id) is None:
                _make_room(connection, remote)
            insert_new(
                connection,
                table,
                key_id=key_id,
                centre_code=asked.centre_code,
                name=asked.name,
                document=document,
                remote=remote,
                state="pending",
                reason="",
                asked_at=now,
            )
        return key_id

    def answer(self, key_id: str) -> bytes:
        """The certificate for these keys.

        Raises :class:`NotFound`, :class:`RequestPending` or :class:`RequestDeclined`.
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
        """What waits for a decision, the oldest first."""
        table = enrolment_requests
        query = select(table).where(table.c.state == "pending").order_by(table.c.asked_at)
        with self._context.database.read() as connection:
            return [_view(row) for row in connection.execute(query).mappings()]

    def approve(self, key_id: str, by: str, *, revoke_old: bool = False) -> bytes:
        """Enrol the centre of a request, whose fingerprint a person has compared.

        A centre that is enrolled with other keys gets these instead; ``revoke_old``: what the
        old ones signed is not believed any more. Raises :class:`NotFound`.
        """
        certificate = self.accept(self._pending(key_id), by, revoke_old=revoke_old)
        with self._context.database.write() as connection:
            _decide(connection, key_id, "approved", "")
        return certificate

    def accept(self, document: bytes, by: str, *, revoke_old: bool = False) -> bytes:
        """The same for a request that came as a file. Raises WireErrors."""
        asked = read_request(document)
        if self._centres.enrolled(asked.centre_code):
            return self._centres.change_keys(asked.centre_code, document, by, revoke=revoke_old)
        return self._centres.approve(asked, by)

    def decline(self, key_id: str, reason: str, by: str) -> None:
        """Say no; the centre reads the reason. Raises :class:`NotFound`."""
        asked, now = read_request(self._pending(key_id)), self._context.clock.now()
        with self._context.database.write() as connection:
            _decide(connection, key_id, "declined", reason.strip()[:500])
            named = {"centre": asked.centre_code, "keys": key_id}
            record(connection, now, "enrolment_declined", by, **named)

    def _pending(self, key_id: str) -> bytes:
        with self._context.database.read() as connection:
            row = _row(connection, key_id)
        if row is None or row["state"] != "pending":
            raise NotFound(what="enrolment")
        return bytes(row["document"])


def _make_room(connection: Connection, remote: str) -> None:
    """Let one more request of an address wait; raises :class:`TooManyRequests`.

    When all places are taken, the oldest request of the address with the most makes room: who asks
    from many addresses keeps nobody else from asking.
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

"""Centres: enrolment, keys and certificates, and when each was last heard from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from kiosk.exam.typed_texts import require_plain
from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import record
from sync.hq.errors import AlreadyThere, NotFound
from sync.hq.persistence import tables
from sync.hq.persistence.database import insert_new
from sync.hq.persistence.sync_tables import retired_keys
from sync.wire.errors import BadSignature
from sync.wire.model import FIRST
from sync.wire.sealing import certificate
from sync.wire.sealing.certificate import EnrolmentRequest
from sync.wire.sealing.http_signing import WINDOW
from sync.wire.sealing.keys import PublicKeys

T = TypeVar("T")

RENEWED_BEFORE = timedelta(days=90)
"""A certificate with less time left than this is renewed when the same request comes again."""


@dataclass(frozen=True)
class CentreView:
    """An enrolled centre."""

    code: str
    name: str
    address: str
    directions: str
    branch: str
    fingerprint: str
    enrolled_at: datetime
    not_after: datetime
    last_seen: datetime | None


class Centres:
    """Enrols centres and knows their keys, present and former."""

    def __init__(self, context: HqContext) -> None:
        self._context = context

    def approve(self, request: bytes | EnrolmentRequest, by: str) -> bytes:
        """Enrol a centre and return its certificate.

        The same request again returns the same certificate, or a renewed one near its end.

        Raises:
            BadSignature: the request is not signed by its own keys; other WireErrors if it is
                malformed.
            AlreadyThere: the code is enrolled with other keys.
            TextUnusable: the name has characters that other machines cannot show.
        """
        read = certificate.read_request(request) if isinstance(request, bytes) else request
        keys, now = read.keys.public, self._context.clock.now()
        with self._context.database.write() as connection:
            known = _row(connection, read.centre_code)
            if known is None:
                return self._enrol(connection, read, now, by)
            if _keys(known) != keys:
                raise AlreadyThere(what=f"A centre {read.centre_code} with other keys")
            return self._renewed(connection, known, read, by)

    def _enrol(
        self, connection: Connection, request: EnrolmentRequest, now: datetime, by: str
    ) -> bytes:
        signed, not_after = self._certify(request, now)
        keys = request.keys.public
        connection.execute(
            insert(tables.centres).values(
                code=request.centre_code,
                name=require_plain(request.name),
                address="",
                signing_key=keys.signing,
                box_key=keys.box,
                certificate=signed,
                not_after=not_after,
                enrolled_at=now,
            )
        )
        room = {"centre_code": request.centre_code, "id": FIRST, "name": FIRST}
        connection.execute(insert(tables.rooms).values(**room, seats=0, seats_per_row=0))
        record(
            connection,
            now,
            AuditKind.CENTRE_ENROLLED,
            by,
            centre=request.centre_code,
            keys=keys.key_id,
        )
        return signed

    def _certify(self, request: EnrolmentRequest, now: datetime) -> tuple[bytes, datetime]:
        not_after = now + timedelta(days=self._context.settings.centres.certificate_days)
        # Valid from a day ago: the centre's clock may be behind.
        before = now - timedelta(days=1)
        return certificate.make_certificate(
            request, self._context.keys, before, not_after
        ), not_after

    def set_place(
        self, code: str, by: str, *, address: str | None = None, directions: str | None = None
    ) -> None:
        """Set the centre's address and how to get there, which tickets show; None: no change.

        Raises:
            NotFound: there is no such centre.
            TextUnusable: one has characters that other machines cannot show.
        """
        table, now = tables.centres, self._context.clock.now()
        given = {"address": address, "directions": directions}
        values = {name: require_plain(text) for name, text in given.items() if text is not None}
        with self._context.database.write() as connection:
            changed = update(table).where(table.c.code == code).values(**values)
            if not connection.execute(changed).rowcount:
                raise NotFound(what="centre")
            record(connection, now, AuditKind.CENTRE_ADDRESS_SET, by, centre=code)

    def list(self) -> Sequence[CentreView]:
        """Return all centres, by code."""
        query = select(tables.centres).order_by(tables.centres.c.code)
        with self._context.database.read() as connection:
            return [_view(row) for row in connection.execute(query).mappings()]

    def enrolled(self, code: str) -> bool:
        """Return whether a centre has this code, even if its certificate has expired."""
        with self._context.database.read() as connection:
            return _row(connection, code) is not None

    def certificate(self, code: str) -> bytes:
        """Return the signed certificate of a centre.

        Raises:
            NotFound: there is no such centre.
        """
        with self._context.database.read() as connection:
            row = _row(connection, code)
        if row is None:
            raise NotFound(what="centre")
        return bytes(row["certificate"])

    def keys(self, code: str) -> PublicKeys:
        """Return a centre's public keys.

        Raises:
            NotFound: the centre is unknown or its certificate has expired.
        """
        found = self.find_keys(code)
        if found is None:
            raise NotFound(what="centre")
        return found

    def find_keys(self, code: str) -> PublicKeys | None:
        """Return a centre's public keys; None if it is unknown or its certificate has expired."""
        with self._context.database.read() as connection:
            row = _row(connection, code)
        if row is None or self._context.clock.now() > row["not_after"]:
            return None
        return _keys(row)

    def open(self, code: str, opening: Callable[[PublicKeys], T]) -> T:
        """Call ``opening`` with each of the centre's keys until one fits; return its result.

        What a centre signed before it changed its keys can still arrive. Revoked keys are not
        tried, expired certificates are.

        Raises:
            NotFound: there is no such centre.
            BadSignature: no keys fit. Other errors of ``opening`` are passed on.
        """
        with self._context.database.read() as connection:
            row = _row(connection, code)
        if row is None:
            raise NotFound(what="centre")
        # Expired certificates are accepted here: what was closed before has to arrive.
        for keys in (_keys(row), *self._retired(code)):
            try:
                return opening(keys)
            except BadSignature:
                continue
        raise BadSignature

    def believed_keys(self, code: str) -> Sequence[PublicKeys]:
        """Return the centre's keys that are not revoked, present ones first."""
        with self._context.database.read() as connection:
            row = _row(connection, code)
        return () if row is None else (_keys(row), *self._retired(code))

    def _retired(self, code: str) -> Sequence[PublicKeys]:
        query = (
            select(retired_keys.c.signing_key, retired_keys.c.box_key)
            .where(retired_keys.c.centre_code == code, retired_keys.c.revoked_at.is_(None))
            .order_by(retired_keys.c.retired_at.desc())
        )
        with self._context.database.read() as connection:
            rows = connection.execute(query).all()
        return [PublicKeys(bytes(row.signing_key), bytes(row.box_key)) for row in rows]

    def change_keys(self, code: str, request: bytes, by: str, *, revoke: bool = False) -> bytes:
        """Give a centre a certificate for new keys; the old ones only verify what they signed.

        ``request`` is an enrolment request signed by the new keys. With ``revoke``, the old
        keys are compromised: nothing signed with them is accepted any more. The same request
        again returns the same certificate.

        Raises:
            WireError: the request is not valid.
            NotFound: it is another centre's, or the centre is unknown.
            AlreadyThere: the centre has used these keys before.
        """
        read, now = certificate.read_request(request), self._context.clock.now()
        if read.centre_code != code:
            raise NotFound(what="centre")
        with self._context.database.write() as connection:
            known = _row(connection, code)
            if known is None:
                raise NotFound(what="centre")
            if _keys(known) == read.keys.public:
                return self._renewed(connection, known, read, by)
            _require_unused(connection, code, read.keys.public)
            _retire(connection, known, now, revoke=revoke)
            signed = self._put_keys(connection, read, now)
            named = {"centre": code, "keys": read.keys.public.key_id, "revoked": revoke}
            record(connection, now, AuditKind.CENTRE_KEYS_CHANGED, by, **named)
        return signed

    def _renewed(
        self, connection: Connection, row: RowMapping, request: EnrolmentRequest, by: str
    ) -> bytes:
        """Return the centre's certificate, renewed if it has expired or soon will."""
        now = self._context.clock.now()
        if row["not_after"] - now > RENEWED_BEFORE:
            return bytes(row["certificate"])
        signed = self._put_keys(connection, request, now)
        record(connection, now, AuditKind.CENTRE_CERTIFICATE_RENEWED, by, centre=row["code"])
        return signed

    def _put_keys(self, connection: Connection, request: EnrolmentRequest, now: datetime) -> bytes:
        signed, not_after = self._certify(request, now)
        keys, table = request.keys.public, tables.centres
        connection.execute(
            update(table)
            .where(table.c.code == request.centre_code)
            .values(
                signing_key=keys.signing,
                box_key=keys.box,
                certificate=signed,
                not_after=not_after,
            )
        )
        return signed

    def seen_nonce(self, code: str, nonce: str, created: datetime) -> bool:
        """Record a signed request; return whether its nonce was used before.

        A nonce is stored for as long as its ``created`` could still be within the accepted
        window.
        """
        now, nonces, centres = self._context.clock.now(), tables.nonces, tables.centres
        old = (nonces.c.centre_code == code) & (nonces.c.created_at < now - 2 * WINDOW)
        with self._context.database.write_shared() as connection:
            # The centre's row first: requests of one centre then wait for each other, those of
            # different centres touch no row in common.
            connection.execute(update(centres).where(centres.c.code == code).values(last_seen=now))
            connection.execute(delete(nonces).where(old))
            new = insert_new(connection, nonces, centre_code=code, nonce=nonce, created_at=created)
        return not new


def _row(connection: Connection, code: str) -> RowMapping | None:
    query = select(tables.centres).where(tables.centres.c.code == code)
    return connection.execute(query).mappings().first()


def _keys(row: RowMapping) -> PublicKeys:
    return PublicKeys(bytes(row["signing_key"]), bytes(row["box_key"]))


def _require_unused(connection: Connection, code: str, keys: PublicKeys) -> None:
    """Require keys that the centre has never used: former keys do not come back.

    Raises:
        AlreadyThere: the centre has used them.
    """
    table = retired_keys
    mine = (table.c.centre_code == code) & (table.c.key_id == keys.key_id)
    if connection.execute(select(table.c.key_id).where(mine)).first() is not None:
        raise AlreadyThere(what=f"A former key of centre {code}")


def _retire(connection: Connection, row: RowMapping, now: datetime, *, revoke: bool) -> None:
    """Move the present keys to the retired ones; with ``revoke``, revoke all retired keys."""
    insert_new(
        connection,
        retired_keys,
        centre_code=row["code"],
        key_id=_keys(row).key_id,
        signing_key=row["signing_key"],
        box_key=row["box_key"],
        retired_at=now,
        revoked_at=None,
    )
    if revoke:
        mine = (retired_keys.c.centre_code == row["code"]) & retired_keys.c.revoked_at.is_(None)
        connection.execute(update(retired_keys).where(mine).values(revoked_at=now))


def _view(row: RowMapping) -> CentreView:
    return CentreView(
        code=row["code"],
        name=row["name"],
        address=row["address"],
        directions=row["directions"],
        branch=row["branch"],
        fingerprint=_keys(row).fingerprint,
        enrolled_at=row["enrolled_at"],
        not_after=row["not_after"],
        last_seen=row["last_seen"],
    )

"""Pictures that a centre's staff bring sealed: checked, and attached to their attempt's incidents.

They count only for an attempt whose result is here and names exactly these pictures.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, func, select

from sync.hq.centres.registry import Centres
from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import record
from sync.hq.core.counted import AttemptKey
from sync.hq.core.roles import Role
from sync.hq.persistence import tables
from sync.hq.persistence.database import insert_new
from sync.hq.persistence.review_tables import handed_pictures, review_cases
from sync.hq.persistence.sync_tables import evidence
from sync.hq.review.cases import attempt_of
from sync.hq.review.errors import PictureForeign
from sync.hq.review.steps import require_there
from sync.wire.delivery.evidence import open_evidence
from sync.wire.exchange.container import MediaContainer
from sync.wire.exchange.handed_pictures import (
    HandedPicture,
    HandedPictures,
    peek_centre,
    read_list,
    read_pictures,
)

ATTACHING = (Role.REVIEWER, Role.ADJUDICATOR)
"""Who may attach pictures to an attempt."""


@dataclass(frozen=True)
class Attached:
    """What was read: the attempt, its pictures, and how many of them are new here."""

    key: AttemptKey
    admission_no: str
    pictures: int
    new: int


@dataclass(frozen=True)
class HandedView:
    """Who brought pictures of an attempt, when and on which ground."""

    ground: str
    reference: str
    cause: str
    carrier: str
    written_at: datetime
    received_by: str
    received_at: datetime
    count: int


class HandedOver:
    """Reads files of `kiosk pictures write`, and deletes pictures whose time is over."""

    def __init__(self, context: HqContext, centres: Centres) -> None:
        self._context = context
        self._centres = centres

    def take(
        self, container: MediaContainer, by: str, expected: AttemptKey | None = None
    ) -> Attached:
        """Attach the pictures of a file; all or none. Repeating it changes nothing.

        ``expected``: the only attempt that they may be of.

        Raises:
            MediaEmpty, MediaDamaged, BadSignature: it is no such file, or was altered.
            WireError: a picture is not sealed by this centre for this headquarters.
            NotFound: the centre or the attempt's result is not here.
            PictureForeign: a picture is not of this attempt or not of this incident.
            RoleMissing: the account may not review this attempt.
        """
        code, data = peek_centre(container)
        listed = self._centres.open(code, lambda keys: read_list(data, keys, code))
        key, now = AttemptKey(code, listed.attempt_id), self._context.clock.now()
        if expected not in (None, key):
            raise PictureForeign(attempt=listed.attempt_id)
        pictures = [(picture, self._checked(picture, sealed, code))
                    for picture, sealed in read_pictures(container, listed)]  # fmt: skip
        with self._context.database.write() as connection:
            result = attempt_of(connection, key)
            require_there(connection, result, by, *ATTACHING)
            _require_own(connection, result, listed)
            new = sum(
                self._keep(connection, listed, picture, sealed, by, now)
                for picture, sealed in pictures
            )
            named = {"centre": code, "attempt": key.attempt_id, "ground": listed.ground}
            names = [picture.id for picture, _ in pictures]
            record(connection, now, AuditKind.PICTURES_ATTACHED, by, **named, pictures=names)
        return Attached(key, result["admission_no"], len(pictures), new)

    def of_attempt(self, key: AttemptKey) -> Sequence[HandedView]:
        """Return who brought pictures of an attempt, the first first."""
        columns = [handed_pictures.c[n] for n in HandedView.__dataclass_fields__ if n != "count"]
        query = (
            select(*columns, func.count().label("count"))
            .where(_of(key))
            .group_by(*columns)
            .order_by(handed_pictures.c.received_at)
        )
        with self._context.database.read() as connection:
            return [HandedView(**row) for row in connection.execute(query).mappings()]

    def delete(self, before: datetime, due: Collection[str], by: str) -> int:
        """Delete pictures brought before a time; return how many.

        Those of attempts with a case stay until the case is among ``due``.
        """
        gone, now = list[str](), self._context.clock.now()
        with self._context.database.write() as connection:
            for row in _overdue(connection, before, due):
                connection.execute(delete(handed_pictures).where(
                    _of(AttemptKey(row["centre_code"], row["attempt_id"])),
                    handed_pictures.c.sha256 == row["sha256"],
                ))  # fmt: skip
                gone.append(row["object"])
            if gone:
                record(connection, now, AuditKind.PICTURES_DELETED, by, pictures=len(gone))
        for name in gone:
            self._context.blobs.drop(name)
        return len(gone)

    def _checked(self, picture: HandedPicture, sealed: bytes, code: str) -> bytes:
        hq = self._context.keys
        header, _ = self._centres.open(code, lambda keys: open_evidence(sealed, hq, keys, code))
        if header.sha256 != picture.id:
            raise PictureForeign(attempt=picture.id[:12])
        self._context.blobs.put(sealed)
        return sealed

    def _keep(
        self,
        connection: Connection,
        listed: HandedPictures,
        picture: HandedPicture,
        sealed: bytes,
        by: str,
        now: datetime,
    ) -> bool:
        self._context.blobs.keep(picture.sha256, sealed)
        return insert_new(
            connection,
            handed_pictures,
            centre_code=listed.centre_code,
            attempt_id=listed.attempt_id,
            sha256=picture.id,
            object=picture.sha256,
            ground=listed.ground,
            reference=listed.reference,
            cause=listed.reason,
            carrier=listed.carrier,
            written_at=listed.written_at,
            received_by=by,
            received_at=now,
        )


def arrived(
    connection: Connection, key: AttemptKey, document: Mapping[str, Any]
) -> Mapping[str, str]:
    """Return the objects of an attempt's pictures that are here, by digest, in order of time."""
    listed = sorted(document.get("evidence", ()), key=lambda picture: picture["at"])
    names = [picture["sha256"] for picture in listed]
    sent = select(evidence.c.sha256, evidence.c.object).where(
        evidence.c.centre_code == key.centre_code, evidence.c.sha256.in_(names)
    )
    brought = select(handed_pictures.c.sha256, handed_pictures.c.object).where(
        _of(key), handed_pictures.c.sha256.in_(names)
    )
    objects = {row.sha256: row.object for query in (brought, sent)
               for row in connection.execute(query)}  # fmt: skip
    return {name: objects[name] for name in names if name in objects}


def _of(key: AttemptKey) -> Any:
    mine = handed_pictures.c.centre_code == key.centre_code
    return mine & (handed_pictures.c.attempt_id == key.attempt_id)


def _require_own(connection: Connection, result: RowMapping, listed: HandedPictures) -> None:
    bundles = tables.bundles
    query = select(bundles.c.document).where(bundles.c.id == result["bundle_id"])
    document = connection.execute(query).scalar_one()
    own = {picture["sha256"] for picture in document.get("evidence", ())}
    shown = {row["id"]: set(row.get("evidence", ())) for row in document["incidents"]}
    if listed.sitting_id != result["sitting_id"]:
        raise PictureForeign(attempt=listed.attempt_id)
    for picture in listed.pictures:
        of_incident = picture.incident_id is None or picture.id in shown.get(
            picture.incident_id, ()
        )
        if picture.id not in own or not of_incident:
            raise PictureForeign(attempt=listed.attempt_id)


def _overdue(
    connection: Connection, before: datetime, due: Collection[str]
) -> Iterator[RowMapping]:
    query = select(handed_pictures).where(handed_pictures.c.received_at < before)
    for row in connection.execute(query).mappings().all():
        cases = select(review_cases.c.id).where(
            review_cases.c.centre_code == row["centre_code"],
            review_cases.c.attempt_id == row["attempt_id"],
        )
        if set(connection.execute(cases).scalars()) <= set(due):
            yield row

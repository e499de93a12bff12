"""Unlock codes: shown to staff and sent to centres, never before their time (R12).

A code stands in the ledger sealed to headquarters' own key, and belongs to one package version.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, RowMapping, select, update

from sync.hq.errors import NotFound, ReasonMissing, TooEarly
from sync.hq.journal import record
from sync.hq.office import Office
from sync.hq.packages import announce, newest_row
from sync.hq.persistence import tables
from sync.wire.inbox import release_of, seal_release
from sync.wire.keys import PublicKeys


class Unlocking:
    """Gives out unlock codes; every time is in the audit log."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def code(
        self, sitting_id: str, centre_code: str, by: str, *, before_time: str | None = None
    ) -> str:
        """The code of the newest package, to be read over the telephone.

        Raises :class:`NotFound`, :class:`TooEarly` before the sitting's unlock time, unless
        ``before_time`` gives a reason (:class:`ReasonMissing` if that is empty).
        """
        if before_time is not None and not before_time.strip():
            raise ReasonMissing
        now = self._office.clock.now()
        with self._office.ledger.write() as connection:
            row = newest_row(connection, sitting_id, centre_code)
            if row is None:
                raise NotFound(what="package")
            not_before = _unlock_time(connection, sitting_id)
            early = now < not_before
            if early and before_time is None:
                raise TooEarly(not_before=not_before)
            record(
                connection,
                now,
                "unlock_code_shown",
                by,
                package=row["id"],
                sitting=sitting_id,
                centre=centre_code,
                early=early,
                reason=before_time if early else None,
            )
        return self._open(row)

    def release_due(self, centre_code: str, keys: PublicKeys) -> None:
        """Put codes whose time has come into the centre's inbox; each goes there once."""
        now = self._office.clock.now()
        if not self._due(centre_code, now):
            return
        with self._office.ledger.write() as connection:
            for row in _due_rows(connection, centre_code, now):
                self._release(connection, row, keys, now)

    def _due(self, centre_code: str, now: datetime) -> bool:
        with self._office.ledger.read() as connection:
            return bool(_due_rows(connection, centre_code, now))

    def _release(
        self, connection: Connection, row: RowMapping, keys: PublicKeys, now: datetime
    ) -> None:
        package = (row["id"], row["version"])
        release = release_of(package, row["centre_code"], self._open(row), now)
        sealed = seal_release(release, self._office.keys, keys)
        table = tables.packages
        connection.execute(update(table).where(table.c.id == row["id"]).values(released_at=now))
        record(
            connection,
            now,
            "unlock_code_released",
            "hq",
            package=row["id"],
            sitting=row["sitting_id"],
            centre=row["centre_code"],
        )
        announce(connection, row["centre_code"], "unlock_code", row["id"], now, sealed)

    def _open(self, row: RowMapping) -> str:
        return self._office.keys.unseal(bytes(row["sealed_code"])).decode("ascii")


def _unlock_time(connection: Connection, sitting_id: str) -> datetime:
    query = select(tables.sittings.c.unlock_not_before).where(tables.sittings.c.id == sitting_id)
    found: datetime = connection.execute(query).scalar_one()
    return found


def _due_rows(connection: Connection, centre_code: str, now: datetime) -> Sequence[RowMapping]:
    packages, sittings, newer = tables.packages, tables.sittings, tables.packages.alias()
    superseded = (
        select(newer.c.id)
        .where(
            newer.c.sitting_id == packages.c.sitting_id,
            newer.c.centre_code == packages.c.centre_code,
            newer.c.version > packages.c.version,
        )
        .exists()
    )
    query = (
        select(packages)
        .join(sittings, sittings.c.id == packages.c.sitting_id)
        .where(
            packages.c.centre_code == centre_code,
            packages.c.released_at.is_(None),
            sittings.c.unlock_not_before <= now,
            ~superseded,
        )
        .order_by(packages.c.created_at)
    )
    return connection.execute(query).mappings().all()

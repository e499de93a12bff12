"""A sitting is moved, cancelled, or takes place after all; its packages follow in the same act.

A package contains the times of its sitting. So the packages of a sitting that is moved or
cancelled are revoked, which the centres are told of, and have to be built again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, or_, select, update

from sync.hq.authoring.secrecy import PEOPLE
from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import record
from sync.hq.errors import (
    CodesOut,
    ReasonMissing,
    SittingCancelled,
    SittingOver,
    SittingStands,
    TooLateToUndo,
)
from sync.hq.packages.rows import revoke_row, unrevoked_rows
from sync.hq.persistence import tables
from sync.hq.registration.occupancy import require_sitting_free
from sync.hq.settings import TIME_LOCK
from sync.hq.sittings import Sittings, SittingView, end_of, require_ahead


@dataclass(frozen=True)
class Changed:
    """A sitting after a change.

    ``revoked``: the centres whose packages were revoked. ``tickets``: how many admission tickets
    were issued and have become invalid.
    """

    sitting: SittingView
    revoked: Sequence[str]
    tickets: int = 0


class Changes:
    """Moves and cancels sittings; each act is in the audit log with its reason."""

    def __init__(self, context: HqContext, sittings: Sittings) -> None:
        self._context = context
        self._sittings = sittings

    def move(self, sitting_id: str, starts_at: datetime, reason: str, by: str) -> Changed:
        """Let a sitting start at another time; unlock time and end move with it.

        Its packages are revoked, and admission tickets that were printed become invalid.

        Raises:
            NotFound: there is no such sitting.
            ReasonMissing: the reason is empty.
            SittingCancelled, SittingOver: it does not take place any more.
            SittingPast, SittingFar: the new start is in the past, or years ahead.
            CodesOut: unlock codes may have been given out.
            SeatsClash: somebody, or a seat, is taken at the new time.
        """
        reason, now, table = _reason(reason), self._context.clock.now(), tables.sittings
        with self._context.database.write() as connection:
            sitting = self._sittings.get_in(connection, sitting_id)
            self._require_movable(connection, sitting, starts_at)
            values = {
                "starts_at": starts_at,
                "ends_at": end_of(starts_at, sitting.papers),
                "unlock_not_before": starts_at - (sitting.starts_at - sitting.unlock_not_before),
                "ticket_issue": sitting.ticket_issue + 1,
            }
            connection.execute(update(table).where(table.c.id == sitting_id).values(**values))
            named = {"before": sitting.starts_at.isoformat(), "after": starts_at.isoformat()}
            tickets = _tickets(connection, sitting_id)
            told = {"sitting": sitting_id, **named, "reason": reason}
            record(connection, now, AuditKind.SITTING_MOVED, by, **told)
            require_sitting_free(connection, sitting_id)
            _take_back_tickets(connection, sitting_id)
            moved = self._sittings.get_in(connection, sitting_id)
            return Changed(moved, self._revoke(connection, sitting_id, reason, by), tickets)

    def cancel(self, sitting_id: str, reason: str, by: str) -> Changed:
        """Cancel a sitting; its packages are revoked, and no more can be built.

        Raises:
            NotFound: there is no such sitting.
            ReasonMissing: the reason is empty.
            SittingCancelled: it already is.
            SittingOver: it has ended.
        """
        reason, now, table = _reason(reason), self._context.clock.now(), tables.sittings
        with self._context.database.write() as connection:
            sitting = self._sittings.get_in(connection, sitting_id)
            if sitting.cancelled_at is not None:
                raise SittingCancelled(reason=sitting.cancelled_reason)
            if sitting.ends_at <= now:
                raise SittingOver(ended=sitting.ends_at)
            values = {"cancelled_at": now, "cancelled_reason": reason}
            connection.execute(update(table).where(table.c.id == sitting_id).values(**values))
            told = {"sitting": sitting_id, "reason": reason}
            record(connection, now, AuditKind.SITTING_CANCELLED, by, **told)
            cancelled = self._sittings.get_in(connection, sitting_id)
            revoked = self._revoke(connection, sitting_id, reason, by)
            return Changed(cancelled, revoked, _tickets(connection, sitting_id))

    def reinstate(self, sitting_id: str, reason: str, by: str) -> SittingView:
        """Undo a cancellation before the sitting's start. Its packages have to be built again.

        Raises:
            NotFound: there is no such sitting.
            ReasonMissing: the reason is empty.
            SittingStands: it is not cancelled.
            TooLateToUndo: it would have started.
            SeatsClash: somebody, or a seat, was taken meanwhile.
        """
        reason, now, table = _reason(reason), self._context.clock.now(), tables.sittings
        with self._context.database.write() as connection:
            sitting = self._sittings.get_in(connection, sitting_id)
            if sitting.cancelled_at is None:
                raise SittingStands
            if sitting.starts_at <= now:
                raise TooLateToUndo(start=sitting.starts_at)
            values = {"cancelled_at": None, "cancelled_reason": ""}
            connection.execute(update(table).where(table.c.id == sitting_id).values(**values))
            require_sitting_free(connection, sitting_id)
            told = {"sitting": sitting_id, "reason": reason}
            record(connection, now, AuditKind.SITTING_REINSTATED, by, **told)
            return self._sittings.get_in(connection, sitting_id)

    def codes_out_since(self, sitting_id: str) -> datetime | None:
        """Return since when unlock codes may have been given out; None: they are all here."""
        with self._context.database.read() as connection:
            sitting = self._sittings.get_in(connection, sitting_id)
            return _codes_out_since(connection, sitting, self._context.clock.now())

    def tickets_issued(self, sitting_id: str) -> int:
        """Return how many candidates of a sitting have been given a ticket."""
        with self._context.database.read() as connection:
            return _tickets(connection, sitting_id)

    def _require_movable(
        self, connection: Connection, sitting: SittingView, starts_at: datetime
    ) -> None:
        now = self._context.clock.now()
        if sitting.cancelled_at is not None:
            raise SittingCancelled(reason=sitting.cancelled_reason)
        if sitting.ends_at <= now:
            raise SittingOver(ended=sitting.ends_at)
        if since := _codes_out_since(connection, sitting, now):
            raise CodesOut(since=since)
        require_ahead(starts_at, now)

    def _revoke(
        self, connection: Connection, sitting_id: str, reason: str, by: str
    ) -> Sequence[str]:
        rows = unrevoked_rows(connection, sitting_id)
        for row in rows:
            revoke_row(connection, self._context, row, reason, by)
        return [row["centre_code"] for row in rows]


def _codes_out_since(
    connection: Connection, sitting: SittingView, now: datetime
) -> datetime | None:
    """Return since when a code of the sitting may have been released, shown or read out."""
    packages, approvals = tables.packages, tables.approvals
    mine = packages.c.sitting_id == sitting.id
    released = select(func.min(packages.c.released_at)).where(mine)
    if (since := connection.execute(released).scalar()) is not None:
        return since  # type: ignore[no-any-return]
    if now < sitting.unlock_not_before:
        return None
    # A package that was revoked before its time never gave its code to anybody.
    could = or_(packages.c.revoked_at.is_(None), packages.c.revoked_at >= sitting.unlock_not_before)
    query = select(packages.c.id).where(mine, could)
    if sitting.release != TIME_LOCK:
        approved = select(func.count()).where(approvals.c.package_id == packages.c.id)
        query = query.where(approved.scalar_subquery() >= PEOPLE)
    found = connection.execute(query).first()
    return None if found is None else sitting.unlock_not_before


def _tickets(connection: Connection, sitting_id: str) -> int:
    """Return how many candidates of the sitting have been given a ticket."""
    seats = tables.seats.c
    mine = (seats.sitting_id == sitting_id) & seats.ticket_issued_at.is_not(None)
    return int(connection.execute(select(func.count()).where(mine)).scalar_one())


def _take_back_tickets(connection: Connection, sitting_id: str) -> None:
    mine = tables.seats.c.sitting_id == sitting_id
    connection.execute(update(tables.seats).where(mine).values(ticket_issued_at=None))


def _reason(text: str) -> str:
    """Return a reason that was given.

    Raises:
        ReasonMissing: it is empty.
    """
    if not text.strip():
        raise ReasonMissing
    return text.strip()[:300]

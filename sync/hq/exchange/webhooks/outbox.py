"""What is sent to whom and when: leases, messages, tries, and the wait after a failure.

Each receiver has its own queue: its position in the lists of changes, and at most one message
that is tried until it arrives. A lease lets one process deliver to a receiver at a time.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, delete, insert, or_, select, update

from kiosk.exam.ports import Entropy
from sync.hq.accounts.tokens import Limits
from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import record
from sync.hq.exchange.webhooks.events import CHANGES, MessageKind, body_of
from sync.hq.exchange.webhooks.registry import FAILING, GONE, UNREADABLE
from sync.hq.exchange.webhooks.secrets import prune_former, signing_secrets
from sync.hq.persistence.database import next_number
from sync.hq.persistence.exchange_tables import (
    webhook_messages,
    webhook_positions,
    webhook_tries,
    webhooks,
)
from sync.wire.errors import WrongRecipient

LEASE = timedelta(minutes=2)
"""Longer than a delivery may take, so that nobody else sends the same meanwhile."""

FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=10), timedelta(hours=6)
SYSTEM = "system"


@dataclass(frozen=True)
class Outgoing:
    """A message on its way. ``secrets`` and ``url`` must not be logged."""

    webhook_id: str
    message_id: str
    kind: str
    url: str = field(repr=False)
    secrets: tuple[str, ...] = field(repr=False)
    body: str = field(repr=False)


@dataclass(frozen=True)
class Outcome:
    """What became of a try. ``status``: of the reply; ``error``: why there was none, or empty."""

    status: int | None
    error: str
    milliseconds: int

    @property
    def delivered(self) -> bool:
        """Whether the receiver has accepted the message."""
        return self.status is not None and 200 <= self.status < 300


def wait_after(failures: int, entropy: Entropy) -> timedelta:
    """Return how long to wait after a failure: doubled each time, half of it random."""
    longest: timedelta = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(failures - 1, 20))
    share = int.from_bytes(entropy(4), "big") / 2**32
    return longest / 2 + longest / 2 * share


class Outbox:
    """Hands out messages and notes what became of them."""

    def __init__(self, context: HqContext) -> None:
        self._context = context

    def claim(self, most: int) -> Sequence[Outgoing]:
        """Lease receivers that are due and have something to get; return their messages."""
        now = self._context.clock.now()
        query = select(webhooks.c.id).where(_due(now)).order_by(webhooks.c.next_at, webhooks.c.id)
        with self._context.database.read() as connection:
            ids = connection.execute(query).scalars().all()
            ready = [hook_id for hook_id in ids if _has_something(connection, hook_id)]
        claimed = (self._claimed(hook_id, now) for hook_id in ready[:most])
        return [outgoing for outgoing in claimed if outgoing is not None]

    def _claimed(self, hook_id: str, now: datetime) -> Outgoing | None:
        try:
            return self._claim(hook_id, now)
        except WrongRecipient:
            # Sealed to keys that are not here any more: the others must not wait for it.
            with self._context.database.write() as connection:
                _pause(connection, hook_id, UNREADABLE, now)
            return None

    def _claim(self, hook_id: str, now: datetime) -> Outgoing | None:
        with self._context.database.write() as connection:
            query = select(webhooks).where(webhooks.c.id == hook_id, _due(now))
            row = connection.execute(query).mappings().first()
            # Another process was faster, or somebody paused it.
            if row is None:
                return None
            message = _open_message(connection, hook_id) or self._compose(connection, row, now)
            if message is None:
                return None
            secrets = signing_secrets(connection, self._context.keys, row, now)
            _set(connection, hook_id, leased_until=now + LEASE)
        return Outgoing(
            webhook_id=hook_id,
            message_id=message["id"],
            kind=message["kind"],
            url=row["url"],
            secrets=secrets,
            body=message["body"],
        )

    def _compose(self, connection: Connection, row: RowMapping, now: datetime) -> RowMapping | None:
        """Put the next changes into a message and move the position behind them."""
        limits = Limits(row["programme_id"], row["branch"])
        for kind, changes in CHANGES.items():
            batch = changes.after(connection, limits, _position(connection, row["id"], kind))
            place = (webhook_positions.c.webhook_id == row["id"]) & (
                webhook_positions.c.kind == kind
            )
            moved = update(webhook_positions).where(place)
            connection.execute(moved.values(position=batch.position))
            if batch.entries:
                message = {
                    "id": f"msg_{self._context.ids()}",
                    "webhook_id": row["id"],
                    "kind": kind,
                    "body": body_of(kind, now, batch.entries),
                    "count": len(batch.entries),
                    "created_at": now,
                }
                connection.execute(insert(webhook_messages).values(**message))
                return _open_message(connection, row["id"])
        return None

    def settle(self, outgoing: Outgoing, outcome: Outcome) -> None:
        """Note what became of a try, and when the next one is due."""
        now, hook_id = self._context.clock.now(), outgoing.webhook_id
        with self._context.database.write() as connection:
            row = connection.execute(select(webhooks).where(webhooks.c.id == hook_id)).mappings()
            hook = row.one()
            # ``message_id`` and ``webhook_id`` of the log; the outcome has neither.
            noted = {"webhook_id": hook_id, "message_id": outgoing.message_id, "at": now}
            number = next_number(connection, "webhook_tries")
            connection.execute(
                insert(webhook_tries).values(number=number, **noted, **vars(outcome))
            )
            if outcome.delivered or outgoing.kind == MessageKind.TEST:
                closed = update(webhook_messages).where(
                    webhook_messages.c.id == outgoing.message_id
                )
                values = {"closed_at": now, "delivered": outcome.delivered}
                connection.execute(closed.values(**values))
            if outcome.delivered:
                fresh = {"failures": 0, "failing_since": None, "next_at": None}
                _set(connection, hook_id, leased_until=None, **fresh)
            elif outgoing.kind == MessageKind.TEST:
                _set(connection, hook_id, leased_until=None)
            else:
                self._note_failure(connection, hook, outcome, now)

    def _note_failure(
        self, connection: Connection, hook: RowMapping, outcome: Outcome, now: datetime
    ) -> None:
        failures, since = hook["failures"] + 1, hook["failing_since"] or now
        waited = {
            "failures": failures,
            "failing_since": since,
            "next_at": now + wait_after(failures, self._context.entropy),
        }
        _set(connection, hook["id"], leased_until=None, **waited)
        days = timedelta(days=self._context.settings.webhooks.pause_after_days)
        reason = GONE if outcome.status == 410 else FAILING if now - since >= days else ""
        if reason and hook["paused_at"] is None:
            _pause(connection, hook["id"], reason, now)

    def prune(self) -> None:
        """Delete secrets that ended, and what the log has of messages closed long ago."""
        days, now = timedelta(self._context.settings.webhooks.keep_days), self._context.clock.now()
        before, message = now - days, webhook_messages
        old = select(message.c.id).where(message.c.closed_at < before)
        with self._context.database.write() as connection:
            prune_former(connection, now)
            connection.execute(delete(webhook_tries).where(webhook_tries.c.message_id.in_(old)))
            connection.execute(delete(message).where(message.c.closed_at < before))


def _due(now: datetime) -> ColumnElement[bool]:
    free = or_(webhooks.c.leased_until.is_(None), webhooks.c.leased_until <= now)
    due = or_(webhooks.c.next_at.is_(None), webhooks.c.next_at <= now)
    return free & due & webhooks.c.removed_at.is_(None) & webhooks.c.paused_at.is_(None)


def _has_something(connection: Connection, hook_id: str) -> bool:
    """Return whether a message is open or a list has moved; reading costs no other writer time."""
    if _open_message(connection, hook_id) is not None:
        return True
    return any(
        changes.newest(connection) > _position(connection, hook_id, kind)
        for kind, changes in CHANGES.items()
    )


def _open_message(connection: Connection, hook_id: str) -> RowMapping | None:
    """Return the message to be sent next: a test first, for somebody is waiting for it."""
    table = webhook_messages
    query = (
        select(table)
        .where(table.c.webhook_id == hook_id, table.c.closed_at.is_(None))
        .order_by((table.c.kind != MessageKind.TEST), table.c.created_at, table.c.id)
        .limit(1)
    )
    return connection.execute(query).mappings().first()


def _position(connection: Connection, hook_id: str, kind: str) -> int:
    table = webhook_positions
    query = select(table.c.position).where(table.c.webhook_id == hook_id, table.c.kind == kind)
    return int(connection.execute(query).scalar_one())


def _pause(connection: Connection, hook_id: str, reason: str, now: datetime) -> None:
    _set(connection, hook_id, paused_at=now, paused_reason=reason, leased_until=None)
    record(connection, now, AuditKind.WEBHOOK_PAUSED, SYSTEM, webhook=hook_id, reason=reason)


def _set(connection: Connection, hook_id: str, **values: Any) -> None:
    connection.execute(update(webhooks).where(webhooks.c.id == hook_id).values(**values))

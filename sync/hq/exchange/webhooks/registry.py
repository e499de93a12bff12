"""Registered webhooks: adding, pausing and resuming them, and the log of deliveries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, func, insert, select, update

from kiosk.exam.typed_texts import require_plain
from sync.hq.accounts.tokens import EVERYTHING, LONGEST_NAME, Limits
from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import record
from sync.hq.errors import NotFound
from sync.hq.exchange.errors import TooManyWebhooks
from sync.hq.exchange.webhooks.addresses import Destinations
from sync.hq.exchange.webhooks.events import CHANGES, MessageKind, body_of
from sync.hq.exchange.webhooks.signing import new_secret
from sync.hq.persistence.exchange_tables import (
    former_webhook_secrets,
    webhook_messages,
    webhook_positions,
    webhook_tries,
    webhooks,
)

MOST = 50
"""Webhooks that are not removed."""

BY_HAND, FAILING, GONE, UNREADABLE = "by_hand", "failing", "gone", "unreadable"
"""Why a webhook is paused: staff, all tries of days failed, the receiver answered 410, or its
secret cannot be read with headquarters' keys.
"""


@dataclass(frozen=True)
class WebhookView:
    """A webhook without its secret. ``waiting``: messages that are not delivered yet.

    ``former_until``: until when a former secret signs besides; None: none does.
    """

    id: str
    name: str
    url: str
    limits: Limits
    created_at: datetime
    created_by: str
    paused_at: datetime | None
    paused_reason: str
    failing_since: datetime | None
    next_at: datetime | None
    former_until: datetime | None
    waiting: int


@dataclass(frozen=True)
class Try:
    """A try to deliver. ``status``: of the reply; ``error``: why there was none, or empty."""

    number: int
    message_id: str
    kind: str
    count: int
    at: datetime
    status: int | None
    error: str
    milliseconds: int


class Webhooks:
    """Registers webhooks."""

    def __init__(self, context: HqContext) -> None:
        self._context = context
        self._destinations = Destinations(context.settings.webhooks.allow_networks)

    def add(self, name: str, url: str, by: str, *, limits: Limits = EVERYTHING) -> tuple[str, str]:
        """Register a webhook for what happens from now on; return its id and signing secret.

        The secret cannot be shown again.

        Raises:
            WebhookUnusable: the address cannot be called.
            TooManyWebhooks: there are ``MOST`` already.
            NotFound: there is no such programme.
            TextUnusable: the name has characters that other machines cannot show.
        """
        secret, url = new_secret(self._context.entropy), self._destinations.require_url(url)
        hook_id, now = self._context.ids(), self._context.clock.now()
        row = {
            "id": hook_id,
            "name": require_plain(name)[:LONGEST_NAME],
            "url": url,
            "secret": self._context.keys.public.seal(secret.encode()),
            "created_at": now,
            "created_by": by,
            **vars(limits),
        }
        with self._context.database.write() as connection:
            limits.require_usable(connection)
            if len(connection.execute(_query(now)).all()) >= MOST:
                raise TooManyWebhooks(most=MOST)
            connection.execute(insert(webhooks).values(**row))
            for kind, changes in CHANGES.items():
                now_at = changes.newest(connection)
                position = {"webhook_id": hook_id, "kind": kind, "position": now_at}
                connection.execute(insert(webhook_positions).values(**position))
            record(connection, now, AuditKind.WEBHOOK_ADDED, by, webhook=hook_id, **vars(limits))
        return hook_id, secret

    def list(self) -> Sequence[WebhookView]:
        """Return the webhooks that are not removed, oldest first."""
        query = _query(self._context.clock.now())
        with self._context.database.read() as connection:
            return [_view(row) for row in connection.execute(query).mappings()]

    def get(self, hook_id: str) -> WebhookView:
        """Return a webhook.

        Raises:
            NotFound: there is none, or it was removed.
        """
        with self._context.database.read() as connection:
            return _view(require_webhook(connection, hook_id, self._context.clock.now()))

    def remove(self, hook_id: str, by: str) -> None:
        """Remove a webhook; what waits for it is not sent any more.

        Raises:
            NotFound: there is none, or it was removed.
        """
        now, former = self._context.clock.now(), former_webhook_secrets
        values = {"removed_at": now, "secret": b""}
        with self._context.database.write() as connection:
            _change(connection, hook_id, AuditKind.WEBHOOK_REMOVED, by, now, **values)
            connection.execute(delete(former).where(former.c.webhook_id == hook_id))

    def pause(self, hook_id: str, by: str) -> None:
        """Pause a webhook; what happens meanwhile is sent when it is resumed.

        Raises:
            NotFound: there is none, or it was removed.
        """
        now = self._context.clock.now()
        values = {"paused_at": now, "paused_reason": BY_HAND}
        with self._context.database.write() as connection:
            _change(connection, hook_id, AuditKind.WEBHOOK_PAUSED, by, now, **values)

    def resume(self, hook_id: str, by: str) -> None:
        """Resume a webhook, or try again at once.

        Raises:
            NotFound: there is none, or it was removed.
        """
        fresh = {"failing_since": None, "failures": 0, "next_at": None}
        values = {"paused_at": None, "paused_reason": "", **fresh}
        now = self._context.clock.now()
        with self._context.database.write() as connection:
            _change(connection, hook_id, AuditKind.WEBHOOK_RESUMED, by, now, **values)

    def send_test(self, hook_id: str) -> None:
        """Send a message of the kind ``test``, once.

        Raises:
            NotFound: there is none, or it was removed.
        """
        now = self._context.clock.now()
        with self._context.database.write() as connection:
            require_webhook(connection, hook_id, now)
            message = {
                "id": f"msg_{self._context.ids()}",
                "webhook_id": hook_id,
                "kind": MessageKind.TEST,
                "body": body_of(MessageKind.TEST, now, ()),
                "count": 0,
                "created_at": now,
            }
            connection.execute(insert(webhook_messages).values(**message))

    def tries(self, hook_id: str, before: int | None = None, limit: int = 50) -> Sequence[Try]:
        """Return tries to deliver, newest first; with ``before``, those below that number."""
        table, message = webhook_tries, webhook_messages
        columns = [column for column in table.c if column.name != "webhook_id"]
        query = (
            select(*columns, message.c.kind, message.c.count)
            .join(message, message.c.id == table.c.message_id)
            .where(table.c.webhook_id == hook_id)
        )
        if before is not None:
            query = query.where(table.c.number < before)
        query = query.order_by(table.c.number.desc()).limit(limit)
        with self._context.database.read() as connection:
            return [Try(**row) for row in connection.execute(query).mappings()]


def _change(
    connection: Connection, hook_id: str, kind: AuditKind, by: str, now: datetime, **values: Any
) -> None:
    require_webhook(connection, hook_id, now)
    connection.execute(update(webhooks).where(webhooks.c.id == hook_id).values(**values))
    record(connection, now, kind, by, webhook=hook_id)


def _query(now: datetime) -> Any:
    former = former_webhook_secrets
    former_until = (
        select(func.max(former.c.until))
        .where(former.c.webhook_id == webhooks.c.id, former.c.until > now)
        .scalar_subquery()
    )
    waiting = (
        select(func.count())
        .where(
            webhook_messages.c.webhook_id == webhooks.c.id, webhook_messages.c.closed_at.is_(None)
        )
        .scalar_subquery()
    )
    return (
        select(webhooks, waiting.label("waiting"), former_until.label("former_until"))
        .where(webhooks.c.removed_at.is_(None))
        .order_by(webhooks.c.created_at, webhooks.c.id)
    )


def require_webhook(connection: Connection, hook_id: str, now: datetime) -> RowMapping:
    """Return the row of a webhook.

    Raises:
        NotFound: there is none, or it was removed.
    """
    found = connection.execute(_query(now).where(webhooks.c.id == hook_id)).mappings().first()
    if found is None:
        raise NotFound(what="webhook")
    row: RowMapping = found
    return row


def _view(row: RowMapping) -> WebhookView:
    names = set(WebhookView.__dataclass_fields__) - {"limits"}
    limits = Limits(row["programme_id"], row["branch"])
    return WebhookView(limits=limits, **{name: row[name] for name in names})

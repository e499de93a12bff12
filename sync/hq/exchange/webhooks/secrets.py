"""Signing secrets of webhooks: a new one, while the former ones still sign for some time.

During that time each message has a signature by every secret, so a receiver that knows one of them
accepts it, whenever its people enter the new one.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection, RowMapping, delete, func, insert, select, update

from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import record
from sync.hq.exchange.errors import OverlapUnusable, TooManySecrets
from sync.hq.exchange.webhooks.registry import require_webhook
from sync.hq.exchange.webhooks.signing import new_secret
from sync.hq.persistence.exchange_tables import former_webhook_secrets as former
from sync.hq.persistence.exchange_tables import webhooks
from sync.wire.errors import WrongRecipient
from sync.wire.sealing.keys import KeyHolder

USUAL_HOURS, MOST_HOURS = 24, 7 * 24
"""How long former secrets still sign."""

MOST_FORMER = 4
"""Former secrets of a webhook that sign at one time."""


class WebhookSecrets:
    """Changes secrets."""

    def __init__(self, context: HqContext) -> None:
        self._context = context

    def change(self, hook_id: str, by: str, hours: int = USUAL_HOURS) -> str:
        """Return a new secret, which cannot be shown again.

        The former ones still sign for so many hours; with 0 they end at once, because they became
        known to others.

        Raises:
            NotFound: there is no such webhook, or it was removed.
            OverlapUnusable: it would not be 0 to ``MOST_HOURS`` hours.
            TooManySecrets: ``MOST_FORMER`` former ones still sign.
        """
        if not 0 <= hours <= MOST_HOURS:
            raise OverlapUnusable(most=MOST_HOURS)
        context, secret = self._context, new_secret(self._context.entropy)
        now = context.clock.now()
        with context.database.write() as connection:
            row = require_webhook(connection, hook_id, now)
            if hours == 0:
                connection.execute(delete(former).where(former.c.webhook_id == hook_id))
            else:
                self._keep(connection, row, now, now + timedelta(hours=hours))
            sealed = context.keys.public.seal(secret.encode())
            changed = update(webhooks).where(webhooks.c.id == hook_id)
            connection.execute(changed.values(secret=sealed))
            kind = AuditKind.WEBHOOK_SECRET_CHANGED
            record(connection, now, kind, by, webhook=hook_id, hours=hours)
        return secret

    def _keep(
        self, connection: Connection, row: RowMapping, now: datetime, until: datetime
    ) -> None:
        """Let the present secret sign until a time, and former ones as long as they would."""
        own = (former.c.webhook_id == row["id"], former.c.until > now)
        count = select(func.count()).select_from(former).where(*own)
        if connection.execute(count).scalar_one() >= MOST_FORMER:
            raise TooManySecrets(most=MOST_FORMER)
        if _readable(self._context.keys, row["secret"]) is None:
            return
        values = {"webhook_id": row["id"], "id": self._context.ids(), "until": until}
        connection.execute(insert(former).values(**values, secret=row["secret"]))


def signing_secrets(
    connection: Connection, keys: KeyHolder, row: RowMapping, now: datetime
) -> tuple[str, ...]:
    """Return the secrets that sign messages of a webhook now, the present one first.

    Raises:
        WrongRecipient: the present one was sealed to keys that are not here any more.
    """
    present = keys.unseal(row["secret"]).decode()
    query = (
        select(former.c.secret)
        .where(former.c.webhook_id == row["id"], former.c.until > now)
        .order_by(former.c.until.desc(), former.c.id)
    )
    kept = (_readable(keys, sealed) for sealed in connection.execute(query).scalars())
    return (present, *(secret for secret in kept if secret is not None))


def prune_former(connection: Connection, now: datetime) -> None:
    """Delete former secrets that no longer sign."""
    connection.execute(delete(former).where(former.c.until <= now))


def _readable(keys: KeyHolder, sealed: bytes) -> str | None:
    """Return a secret, or None if it was sealed to keys that are not here any more."""
    try:
        return keys.unseal(sealed).decode()
    except WrongRecipient:
        return None

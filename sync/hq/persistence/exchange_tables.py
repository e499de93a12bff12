"""Tables of the pull API and its webhooks (R23)."""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    false,
)

from sync.hq.persistence.tables import metadata as metadata
from sync.hq.persistence.types import UtcTime

# One row: what cursors of the pull API name, so that another database refuses them.
database_identity = Table(
    "database_identity",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("made_at", UtcTime, nullable=False),
)

webhooks = Table(
    "webhooks",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("name", String(100), nullable=False),
    Column("url", Text, nullable=False),
    # The signing secret, sealed to headquarters' own key: it must be read to sign.
    Column("secret", LargeBinary, nullable=False),
    Column("programme_id", String(64), nullable=False),
    Column("branch", String(200), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("created_by", String(100), nullable=False),
    Column("removed_at", UtcTime),
    Column("paused_at", UtcTime),
    Column("paused_reason", String(16), nullable=False, server_default=""),
    # Since when every try has failed, how many of the newest message did, and when the next is due.
    Column("failing_since", UtcTime),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("next_at", UtcTime),
    # Until then one process delivers to it and others leave it alone.
    Column("leased_until", UtcTime),
)

# Secrets that were replaced, and still sign besides the new one until then.
former_webhook_secrets = Table(
    "former_webhook_secrets",
    metadata,
    Column("webhook_id", ForeignKey("webhooks.id"), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("secret", LargeBinary, nullable=False),
    Column("until", UtcTime, nullable=False),
)

# How far each kind of event was put into messages.
webhook_positions = Table(
    "webhook_positions",
    metadata,
    Column("webhook_id", ForeignKey("webhooks.id"), primary_key=True),
    Column("kind", String(32), primary_key=True),
    Column("position", Integer, nullable=False),
)

webhook_messages = Table(
    "webhook_messages",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("webhook_id", ForeignKey("webhooks.id"), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("body", Text, nullable=False),
    Column("count", Integer, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("closed_at", UtcTime),
    Column("delivered", Boolean, nullable=False, server_default=false()),
)
Index("webhook_messages_open", webhook_messages.c.webhook_id, webhook_messages.c.closed_at)

webhook_tries = Table(
    "webhook_tries",
    metadata,
    # From ``next_number``, as pages of the log go by it.
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("webhook_id", ForeignKey("webhooks.id"), nullable=False),
    Column("message_id", ForeignKey("webhook_messages.id"), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("status", Integer),
    Column("error", String(32), nullable=False),
    Column("milliseconds", Integer, nullable=False),
)
Index("webhook_tries_of_webhook", webhook_tries.c.webhook_id, webhook_tries.c.number)

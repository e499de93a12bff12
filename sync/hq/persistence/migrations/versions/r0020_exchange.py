"""Tokens that expire and are limited, cursors that name their database, webhooks."""

from alembic import op
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Text,
    column,
    false,
    select,
    table,
    update,
)

revision = "r0020_exchange"
down_revision = "r0019_marking"

AT = DateTime(timezone=True)
TOKENS = table("tokens", column("id", String), column("scopes", JSON))


def upgrade() -> None:
    """Add the columns and create the tables. Tokens made before have no end."""
    for added in (
        Column("expires_at", AT),
        Column("last_used_at", AT),
        Column("programme_id", String(64), nullable=False, server_default=""),
        Column("branch", String(200), nullable=False, server_default=""),
        Column("created_by", String(100), nullable=False, server_default=""),
    ):
        op.add_column("tokens", added)
    _keep_rights()
    op.create_table(
        "database_identity",
        Column("id", String(26), primary_key=True),
        Column("made_at", AT, nullable=False),
    )
    _webhooks()


def _keep_rights() -> None:
    """Let tokens go on reading attempts, which had no scope of their own."""
    connection = op.get_bind()
    for token_id, scopes in connection.execute(select(TOKENS.c.id, TOKENS.c.scopes)).all():
        if "results:read" in scopes:
            more = [*scopes, "attempts:read"]
            connection.execute(update(TOKENS).where(TOKENS.c.id == token_id).values(scopes=more))


def _webhooks() -> None:
    op.create_table(
        "webhooks",
        Column("id", String(64), primary_key=True),
        Column("name", String(100), nullable=False),
        Column("url", Text, nullable=False),
        Column("secret", LargeBinary, nullable=False),
        Column("programme_id", String(64), nullable=False),
        Column("branch", String(200), nullable=False),
        Column("created_at", AT, nullable=False),
        Column("created_by", String(100), nullable=False),
        Column("removed_at", AT),
        Column("paused_at", AT),
        Column("paused_reason", String(16), nullable=False, server_default=""),
        Column("failing_since", AT),
        Column("failures", Integer, nullable=False, server_default="0"),
        Column("next_at", AT),
        Column("leased_until", AT),
    )
    op.create_table(
        "webhook_positions",
        Column("webhook_id", String(64), ForeignKey("webhooks.id"), primary_key=True),
        Column("kind", String(32), primary_key=True),
        Column("position", Integer, nullable=False),
    )
    op.create_table(
        "webhook_messages",
        Column("id", String(64), primary_key=True),
        Column("webhook_id", String(64), ForeignKey("webhooks.id"), nullable=False),
        Column("kind", String(32), nullable=False),
        Column("body", Text, nullable=False),
        Column("count", Integer, nullable=False),
        Column("created_at", AT, nullable=False),
        Column("closed_at", AT),
        Column("delivered", Boolean, nullable=False, server_default=false()),
    )
    op.create_index("webhook_messages_open", "webhook_messages", ["webhook_id", "closed_at"])
    op.create_table(
        "webhook_tries",
        Column("number", Integer, primary_key=True, autoincrement=False),
        Column("webhook_id", String(64), ForeignKey("webhooks.id"), nullable=False),
        Column("message_id", String(64), ForeignKey("webhook_messages.id"), nullable=False),
        Column("at", AT, nullable=False),
        Column("status", Integer),
        Column("error", String(32), nullable=False),
        Column("milliseconds", Integer, nullable=False),
    )
    op.create_index("webhook_tries_of_webhook", "webhook_tries", ["webhook_id", "number"])

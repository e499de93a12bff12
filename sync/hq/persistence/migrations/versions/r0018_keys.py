"""Statements about headquarters' own keys, and which centres have followed them."""

from alembic import op
from sqlalchemy import Column, DateTime, ForeignKey, Integer, LargeBinary, String

revision = "r0018_keys"
down_revision = "r0017_statistics"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "key_statements",
        Column("number", Integer, primary_key=True, autoincrement=False),
        Column("document", LargeBinary, nullable=False),
    )
    op.create_table(
        "key_followers",
        Column("centre_code", String(32), ForeignKey("centres.code"), primary_key=True),
        Column("number", Integer, nullable=False),
        Column("at", DateTime(timezone=True), nullable=False),
        Column("way", String(16), nullable=False),
    )

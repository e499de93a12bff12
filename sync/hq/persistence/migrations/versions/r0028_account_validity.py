"""Accounts that can sign in until a moment only."""

from alembic import op
from sqlalchemy import Column, DateTime

revision = "r0028_account_validity"
down_revision = "r0027_announcements"


def upgrade() -> None:
    """Add the column."""
    op.add_column("accounts", Column("valid_until", DateTime(timezone=True)))

"""Table of the roles that accounts have."""

from sqlalchemy import Column, ForeignKey, String, Table

from sync.hq.persistence.tables import metadata as metadata
from sync.hq.persistence.types import UtcTime

role_grants = Table(
    "role_grants",
    metadata,
    Column("username", ForeignKey("accounts.username"), primary_key=True),
    Column("role", String(16), primary_key=True),
    # Empty: for all programmes, for all branches.
    Column("programme_id", String(64), primary_key=True),
    Column("branch", String(200), primary_key=True),
    Column("granted_by", String(100), nullable=False),
    Column("granted_at", UtcTime, nullable=False),
)

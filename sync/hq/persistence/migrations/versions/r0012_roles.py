"""Roles of accounts, branches of centres, and indexes for reading the audit log.

Until 0.2.0 every account did everything at the console, and administrators managed accounts too:
each keeps what it could do.
"""

from alembic import op
from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    DateTime,
    ForeignKey,
    String,
    column,
    insert,
    literal,
    select,
    table,
    true,
)

revision = "r0012_roles"
down_revision = "r0011_results"

BEFORE = ("author", "registrar")
ACCOUNTS = table("accounts", *map(column, ("username", "created_at", "closed_at")))
GRANTS = ("username", "role", "programme_id", "branch", "granted_by", "granted_at")


def upgrade() -> None:
    """Create the table, fill it, and drop the column that it replaces."""
    op.create_table(
        "role_grants",
        Column("username", String(64), ForeignKey("accounts.username"), primary_key=True),
        Column("role", String(16), primary_key=True),
        Column("programme_id", String(64), primary_key=True),
        Column("branch", String(200), primary_key=True),
        Column("granted_by", String(100), nullable=False),
        Column("granted_at", DateTime(timezone=True), nullable=False),
    )
    for role in BEFORE:
        _give(role, true())
    _give("administrator", column("administrator", Boolean).is_(true()))
    op.drop_column("accounts", "administrator")
    op.create_index("audit_log_of_person", "audit_log", ["who", "seq"])
    op.create_index("audit_log_of_kind", "audit_log", ["kind", "seq"])
    op.add_column("centres", Column("branch", String(200), nullable=False, server_default=""))


def _give(role: str, condition: ColumnElement[bool]) -> None:
    by, at = literal(f"upgrade:{revision}"), ACCOUNTS.c.created_at
    rows = select(ACCOUNTS.c.username, literal(role), literal(""), literal(""), by, at)
    open_ones = rows.where(ACCOUNTS.c.closed_at.is_(None), condition)
    grants = table("role_grants", *map(column, GRANTS))
    op.execute(insert(grants).from_select(GRANTS, open_ones))

"""Accounts that can be locked and closed, second factors, and who has had an account in hand."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add columns and tables; the oldest account becomes the administrator.

    Approvals that no account gave do not count any more.
    """
    _accounts()
    _tables()
    accounts = sa.table("accounts", sa.column("username"), sa.column("created_at"))
    oldest = sa.select(accounts.c.username).order_by(accounts.c.created_at, accounts.c.username)
    username = op.get_bind().execute(oldest.limit(1)).scalar()
    named = sa.table("accounts", sa.column("username"), sa.column("administrator", sa.Boolean()))
    op.execute(sa.update(named).where(named.c.username == username).values(administrator=True))
    op.execute(sa.delete(sa.table("throttle")))
    approvals = sa.table("approvals", sa.column("username"))
    op.execute(sa.delete(approvals).where(approvals.c.username.not_in(sa.select(named.c.username))))


def _accounts() -> None:
    no = sa.false()
    for column in (
        sa.Column("administrator", sa.Boolean(), nullable=False, server_default=no),
        sa.Column("locked_at", sa.DateTime(timezone=True)),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.Column("factor", sa.LargeBinary()),
        sa.Column("next_factor", sa.LargeBinary()),
        sa.Column("factor_step", sa.Integer(), nullable=False, server_default="0"),
    ):
        op.add_column("accounts", column)
    op.add_column(
        "sessions", sa.Column("factor_given", sa.Boolean(), nullable=False, server_default=no)
    )
    op.create_index("ix_sessions_username", "sessions", ["username"])


def _tables() -> None:
    op.create_table(
        "account_hands",
        sa.Column("username", sa.String(64), nullable=False),
        sa.Column("hand", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["username"], ["accounts.username"]),
        sa.PrimaryKeyConstraint("username", "hand"),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("username", sa.String(64), nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["username"], ["accounts.username"]),
        sa.PrimaryKeyConstraint("username", "code_hash"),
    )
    op.create_table(
        "paper_viewers",
        sa.Column("sitting_id", sa.String(64), nullable=False),
        sa.Column("username", sa.String(64), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["sitting_id"], ["sittings.id"]),
        sa.ForeignKeyConstraint(["username"], ["accounts.username"]),
        sa.PrimaryKeyConstraint("sitting_id", "username"),
    )

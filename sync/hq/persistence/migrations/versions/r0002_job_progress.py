"""How far a job is, and when the process that does it last said so."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the columns. Software that counts no revisions is kept away by a higher shape."""
    op.add_column("jobs", sa.Column("done", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("jobs", sa.Column("total", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("jobs", sa.Column("told_at", sa.DateTime(timezone=True)))
    meta = sa.table("meta", sa.column("key", sa.String), sa.column("value", sa.Text))
    op.execute(meta.update().where(meta.c.key == "shape").values(value="4"))

"""Class hours that are missing may have decimals."""

from alembic import op
from sqlalchemy import Integer, String

revision = "r0005_class_hours"
down_revision = "r0004_sitting_papers"


def upgrade() -> None:
    """Store the hours as text, like all decimals."""
    with op.batch_alter_table("applications") as table:
        table.alter_column(
            "hours_missing",
            existing_type=Integer(),
            existing_nullable=False,
            type_=String(32),
            postgresql_using="hours_missing::varchar",
        )

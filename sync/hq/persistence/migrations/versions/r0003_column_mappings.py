"""What columns of item sheets mean, as staff chose for a programme."""

from alembic import op
from sqlalchemy import Column, String

revision = "r0003_column_mappings"
down_revision = "r0002_item_imports"


def upgrade() -> None:
    """Add the table of choices."""
    op.create_table(
        "column_mappings",
        Column("programme_id", String(64), primary_key=True),
        Column("heading", String(100), primary_key=True),
        Column("field", String(32), nullable=False),
    )

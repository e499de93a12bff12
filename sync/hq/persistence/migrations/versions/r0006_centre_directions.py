"""How candidates get to a centre, for admission tickets."""

from alembic import op
from sqlalchemy import Column, Text

revision = "r0006_centre_directions"
down_revision = "r0005_class_hours"


def upgrade() -> None:
    """Add the column; nobody has written directions yet."""
    op.add_column("centres", Column("directions", Text, nullable=False, server_default=""))

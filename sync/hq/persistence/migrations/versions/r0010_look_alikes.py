"""Applicants whose portraits look alike, who get seats apart from each other."""

from alembic import op
from sqlalchemy import Column, Float, ForeignKey, String

revision = "r0010_look_alikes"
down_revision = "r0009_material"


def upgrade() -> None:
    """Add the table of pairs."""
    op.create_table(
        "look_alikes",
        Column("sitting_id", String(64), ForeignKey("sittings.id"), primary_key=True),
        Column("first", String(64), ForeignKey("candidates.id"), primary_key=True),
        Column("second", String(64), ForeignKey("candidates.id"), primary_key=True),
        Column("similarity", Float, nullable=False),
    )

"""Statistics of the papers of a sitting, and of their items; results of a paper by cursor."""

from alembic import op
from sqlalchemy import JSON, Boolean, Column, DateTime, Float, ForeignKey, Integer, String

revision = "r0017_statistics"
down_revision = "r0016_similarity"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "statistics_runs",
        Column("id", String(64), primary_key=True),
        Column("sitting_id", String(64), ForeignKey("sittings.id"), nullable=False),
        Column("paper", String(64), nullable=False),
        Column("programme_id", String(64), nullable=False),
        Column("current", Boolean, nullable=False),
        Column("at", DateTime(timezone=True), nullable=False),
        Column("by", String(100), nullable=False),
        Column("cursor", Integer, nullable=False),
        Column("attempts", Integer, nullable=False),
        Column("digest", String(64), nullable=False),
        Column("reference", String(64)),
        Column("figures", JSON, nullable=False),
    )
    op.create_index("statistics_of_sitting", "statistics_runs", ["sitting_id", "paper", "current"])
    op.create_table(
        "statistics_items",
        Column("run_id", String(64), ForeignKey("statistics_runs.id"), primary_key=True),
        Column("form", String(8), primary_key=True),
        Column("item_id", String(64), primary_key=True),
        Column("programme_id", String(64), nullable=False),
        Column("version", Integer, nullable=False),
        Column("position", Integer, nullable=False),
        Column("count", Integer, nullable=False),
        Column("difficulty", Float),
        Column("discrimination", Float),
        Column("flags", JSON, nullable=False),
        Column("figures", JSON, nullable=False),
    )
    op.create_index("statistics_of_item", "statistics_items", ["programme_id", "item_id"])
    op.create_index("results_of_paper", "results", ["sitting_id", "paper", "cursor"])

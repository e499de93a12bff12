"""Papers of some parts of an examination, whose results are added up by candidate (R3)."""

from alembic import op
from sqlalchemy import JSON, Column

revision = "r0022_parts"
down_revision = "r0021_certificates"


def upgrade() -> None:
    """Add the parts of a sitting's paper, and where those of a result come from."""
    op.add_column("sitting_papers", Column("parts", JSON, nullable=False, server_default="[]"))
    for table in ("results", "published_results"):
        op.add_column(table, Column("taken", JSON, nullable=False, server_default="{}"))
    op.create_index("bundles_of_candidate", "bundles", ["candidate_id"])

"""What was done to a bundle's answers outside the centre's software; old uploads by their age."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add column and index; of bundles that came before nothing is known."""
    op.add_column("bundles", sa.Column("answer_findings", sa.JSON()))
    op.create_index("ix_evidence_uploads_changed_at", "evidence_uploads", ["changed_at"])

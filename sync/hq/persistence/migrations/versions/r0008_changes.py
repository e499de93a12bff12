"""Change sets, reserve lists, accommodation, and what a package was built from."""

from alembic import op
from sqlalchemy import JSON, Boolean, Column, DateTime, ForeignKey, Integer, String, Text

revision = "r0008_changes"
down_revision = "r0007_sitting_changes"

AT = DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables and add the columns."""
    op.create_table(
        "change_sets",
        Column("id", Integer, primary_key=True, autoincrement=False),
        Column("kind", String(64), nullable=False),
        Column("sitting_id", String(64), nullable=False, index=True),
        Column("file_name", Text, nullable=False),
        Column("username", String(100), nullable=False),
        Column("reason", Text, nullable=False),
        Column("at", AT, nullable=False),
        Column("undone_by", Integer),
    )
    op.create_table(
        "changes",
        Column("change_set", Integer, ForeignKey("change_sets.id"), primary_key=True),
        Column("number", Integer, primary_key=True, autoincrement=False),
        Column("changed", String(16), nullable=False),
        Column("candidate_id", String(64), nullable=False, index=True),
        Column("sitting_id", String(64), nullable=False),
        Column("before", JSON(none_as_null=True)),
        Column("after", JSON(none_as_null=True)),
        Column("portrait", String(64), index=True),
    )
    op.create_table(
        "candidate_rows",
        Column("upload_id", String(64), ForeignKey("uploads.id"), primary_key=True),
        Column("number", Integer, primary_key=True, autoincrement=False),
        Column("state", String(16), nullable=False),
        Column("name", String(100), nullable=False),
        Column("identity_no", String(32), nullable=False),
        Column("known_as", String(100), nullable=False),
        Column("fields", JSON, nullable=False),
        Column("empty", JSON, nullable=False),
        Column("problems", JSON, nullable=False),
        Column("noted", Boolean, nullable=False),
        Column("chosen", Boolean, nullable=False),
        Column("decision", String(16), nullable=False),
    )
    op.add_column("candidates", Column("portrait_sha256", String(64)))
    op.add_column("applications", Column("reserve", Integer))
    for table in ("applications", "seats"):
        op.add_column(table, Column("needs", Text, nullable=False, server_default=""))
    op.add_column("seats", Column("ticket_issued_at", AT))
    op.add_column("packages", Column("roster_digest", String(64)))

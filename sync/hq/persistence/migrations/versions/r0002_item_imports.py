"""Imports of items that can be previewed and undone; drafts and groups of items."""

from alembic import op
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Integer,
    String,
    Text,
    false,
)

revision = "r0002_item_imports"
down_revision = "r0001_initial"

AT = DateTime(timezone=True)


def upgrade() -> None:
    """Add columns to items, and the tables of imports and previews."""
    op.add_column("items", Column("draft", Boolean, nullable=False, server_default=false()))
    op.add_column("items", Column("group_id", String(64)))
    op.add_column("items", Column("import_id", String(64)))
    op.add_column("items", Column("follows", Integer))
    op.add_column("items", Column("stored_by", String(100)))
    op.create_index("items_of_import", "items", ["import_id"])
    _imports()
    _previews()


def _imports() -> None:
    op.create_table(
        "item_imports",
        Column("id", String(64), primary_key=True),
        Column("programme_id", String(64), nullable=False, index=True),
        Column("batch", String(100), nullable=False),
        Column("file_name", Text, nullable=False),
        Column("username", String(100), nullable=False),
        Column("imported_at", AT, nullable=False),
        Column("counts", JSON, nullable=False),
        Column("undone_at", AT),
        Column("undone_by", String(100)),
        Column("undone_reason", Text, nullable=False, server_default=""),
    )


def _previews() -> None:
    op.create_table(
        "import_previews",
        Column("upload_id", String(64), ForeignKey("uploads.id"), primary_key=True),
        Column("programme_id", String(64), nullable=False),
        Column("batch", String(100), nullable=False),
        Column("file_name", Text, nullable=False),
        Column("problems", JSON, nullable=False),
    )
    op.create_table(
        "import_rows",
        Column("upload_id", String(64), ForeignKey("uploads.id"), primary_key=True),
        Column("number", Integer, primary_key=True, autoincrement=False),
        Column("state", String(16), nullable=False),
        Column("kind", String(16), nullable=False),
        Column("at", Text, nullable=False),
        Column("item_id", Text, nullable=False),
        Column("separate_id", String(64), nullable=False),
        Column("text", Text, nullable=False),
        Column("entry", JSON(none_as_null=True)),
        Column("content", JSON, nullable=False),
        Column("base_version", Integer),
        Column("base_digest", String(64), nullable=False),
        Column("problems", JSON, nullable=False),
        Column("noted", Boolean, nullable=False),
        Column("chosen", Boolean, nullable=False),
        Column("decision", String(16), nullable=False),
    )
    op.create_table(
        "import_pictures",
        Column("upload_id", String(64), ForeignKey("uploads.id"), primary_key=True),
        Column("name", String(64), primary_key=True),
        Column("object", String(64), nullable=False),
    )

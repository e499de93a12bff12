"""Tables of registration material: personal data (R14), scans and who may see them (R9)."""

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, String, Table, Text

from sync.hq.persistence.tables import metadata as metadata
from sync.hq.persistence.types import UtcTime

# Fields of the personal data form that no other column holds, by field.
personal_data = Table(
    "personal_data",
    metadata,
    Column("sitting_id", ForeignKey("sittings.id"), primary_key=True),
    Column("candidate_id", ForeignKey("candidates.id"), primary_key=True),
    Column("given", JSON, nullable=False),
)

scans = Table(
    "scans",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("sitting_id", ForeignKey("sittings.id"), nullable=False),
    Column("candidate_id", ForeignKey("candidates.id"), nullable=False),
    Column("material", String(64), nullable=False),
    # front, back or a page's number; empty where the material is one sheet.
    Column("part", String(16), nullable=False),
    Column("file_name", Text, nullable=False),
    Column("kind", String(8), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size", Integer, nullable=False),
    # The sealed bytes; none once they are deleted.
    Column("object", String(64)),
    Column("uploaded_at", UtcTime, nullable=False),
    Column("uploaded_by", String(100), nullable=False),
    Column("state", String(16), nullable=False),
    Column("decided_at", UtcTime),
    Column("decided_by", String(100)),
    Column("reason", Text, nullable=False),
    # When a newer scan took the place of a returned one.
    Column("replaced_at", UtcTime),
    Column("deleted_at", UtcTime),
)
Index("scans_of_application", scans.c.sitting_id, scans.c.candidate_id)

scan_viewers = Table(
    "scan_viewers",
    metadata,
    Column("username", ForeignKey("accounts.username"), primary_key=True),
    Column("granted_by", String(100), nullable=False),
    Column("granted_at", UtcTime, nullable=False),
)

"""Tables of announcements to centres."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

from sync.hq.persistence.tables import metadata as metadata
from sync.hq.persistence.types import UtcTime

announcements = Table(
    "announcements",
    metadata,
    Column("id", String(32), primary_key=True),
    # Raised by every change, so that a centre knows which of two is newer.
    Column("revision", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("title", String(200), nullable=False),
    Column("text", Text, nullable=False),
    Column("candidate_text", Text, nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("sitting_id", ForeignKey("sittings.id")),
    Column("target", String(16), nullable=False),
    Column("branch", String(200), nullable=False),
    Column("reason", Text, nullable=False),
    Column("replaces", String(32)),
    Column("issued_at", UtcTime, nullable=False),
    Column("issued_by", String(100), nullable=False),
    Column("changed_at", UtcTime, nullable=False),
    Column("changed_by", String(100), nullable=False),
    Index("announcements_issued", "issued_at"),
)

announcement_centres = Table(
    "announcement_centres",
    metadata,
    Column("announcement_id", ForeignKey("announcements.id"), primary_key=True),
    Column("centre_code", ForeignKey("centres.code"), primary_key=True),
    # The revision that the centre has; 0: none.
    Column("held_revision", Integer, nullable=False),
    Column("delivered_at", UtcTime),
    Column("read_by", String(100)),
    Column("read_at", UtcTime),
    Index("announcement_centres_of", "centre_code"),
)

announcement_marks = Table(
    "announcement_marks",
    metadata,
    # Digest of what the centre last said that it has.
    Column("centre_code", ForeignKey("centres.code"), primary_key=True),
    Column("mark", String(64), nullable=False),
)

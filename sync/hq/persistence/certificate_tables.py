"""Tables of certificates (R7): what was ordered, what was issued, and every act on it."""

from sqlalchemy import JSON, Column, Date, ForeignKey, Index, Integer, String, Table, Text

from sync.hq.persistence.tables import metadata as metadata
from sync.hq.persistence.types import Exact, UtcTime

# Acts that two people do: certificates of a sitting are issued, or one is revoked.
certificate_orders = Table(
    "certificate_orders",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("kind", String(16), nullable=False),
    # What is issued; empty where one certificate is revoked.
    Column("sitting_id", String(64), nullable=False, index=True),
    Column("programme_id", String(64), nullable=False),
    # The certificate that is revoked, else empty.
    Column("number", String(32), nullable=False, index=True),
    Column("reason", String(32), nullable=False),
    Column("text", Text, nullable=False),
    # Of the list that the first person saw: the second approves nothing else.
    Column("digest", String(64), nullable=False),
    Column("proposed_by", String(100), nullable=False),
    Column("proposed_at", UtcTime, nullable=False),
    Column("closed_by", String(100)),
    Column("closed_at", UtcTime),
    # approved or withdrawn; empty while it waits.
    Column("outcome", String(16), nullable=False),
)

certificates = Table(
    "certificates",
    metadata,
    Column("number", String(32), primary_key=True),
    # Counts all certificates in the order in which they were issued.
    Column("position", Integer, nullable=False, unique=True),
    Column("candidate_id", ForeignKey("candidates.id"), nullable=False, index=True),
    Column("sitting_id", ForeignKey("sittings.id"), nullable=False),
    Column("programme_id", String(64), nullable=False),
    # Where the exam was taken; none of those before it was stored whose result is not known.
    Column("centre_code", String(32)),
    Column("programme_version", Integer, nullable=False),
    Column("trade", String(64)),
    Column("level", String(64)),
    Column("result_version", Integer, nullable=False),
    # As printed.
    Column("name", String(100), nullable=False),
    Column("parts", JSON, nullable=False),
    Column("total", Exact, nullable=False),
    Column("issued_on", Date, nullable=False),
    Column("valid_until", Date),
    Column("issued_at", UtcTime, nullable=False),
    Column("issued_by", String(100), nullable=False),
    Column("second", String(100), nullable=False),
    # The signed statement of the QR code.
    Column("statement", Text, nullable=False),
    # The sealed signed PDF; none until it is made.
    Column("object", String(64)),
    # Of the PDF itself: two sealed objects of one PDF have different names.
    Column("pdf_sha256", String(64)),
    # The certificate that this one replaces.
    Column("reissue_of", String(32), unique=True),
    Column("revoked_at", UtcTime),
    Column("revoked_reason", String(32), nullable=False),
)
Index("certificates_of_sitting", certificates.c.sitting_id, certificates.c.programme_id)
Index("certificates_by_name", certificates.c.name)

# Append-only.
certificate_acts = Table(
    "certificate_acts",
    metadata,
    Column("number", ForeignKey("certificates.number"), primary_key=True),
    Column("act", Integer, primary_key=True, autoincrement=False),
    # Counts all acts in their order, for readers that continue after one.
    Column("cursor", Integer, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("by", String(100), nullable=False),
    Column("second", String(100), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("reason", String(32), nullable=False),
    Column("text", Text, nullable=False),
)
Index("certificate_acts_by_cursor", certificate_acts.c.cursor, unique=True)

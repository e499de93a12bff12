"""Tables of sync: event logs, evidence, unfinished uploads, contacts, enrolment, retired keys."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
)

from sync.hq.persistence.tables import metadata as metadata
from sync.hq.persistence.types import UtcTime

event_logs = Table(
    "event_logs",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("centre_code", ForeignKey("centres.code"), nullable=False),
    Column("sitting_id", String(64), nullable=False),
    Column("first_seq", Integer, nullable=False),
    Column("last_seq", Integer, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("head", String(64), nullable=False),
    Column("broken_at", Integer),
    Column("events", JSON, nullable=False),
    Column("object", String(64), nullable=False),
    Column("receipt", LargeBinary, nullable=False),
    Column("received_at", UtcTime, nullable=False),
)
Index(
    "event_logs_of_sitting",
    event_logs.c.centre_code,
    event_logs.c.sitting_id,
    event_logs.c.first_seq,
)

evidence = Table(
    "evidence",
    metadata,
    Column("centre_code", ForeignKey("centres.code"), primary_key=True),
    Column("sha256", String(64), primary_key=True),
    Column("object", String(64), nullable=False),
    Column("size", Integer, nullable=False),
    Column("receipt", LargeBinary, nullable=False),
    Column("received_at", UtcTime, nullable=False),
)

evidence_uploads = Table(
    "evidence_uploads",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("centre_code", ForeignKey("centres.code"), nullable=False, index=True),
    Column("sha256", String(64), nullable=False),
    Column("size", Integer, nullable=False),
    Column("received", Integer, nullable=False),
    Column("changed_at", UtcTime, nullable=False, index=True),
)

evidence_parts = Table(
    "evidence_parts",
    metadata,
    Column("upload_id", ForeignKey("evidence_uploads.id"), primary_key=True),
    Column("start", Integer, primary_key=True),
    Column("object", String(64), nullable=False),
)

contacts = Table(
    "contacts",
    metadata,
    Column("centre_code", ForeignKey("centres.code"), primary_key=True),
    Column("epoch", Integer, nullable=False),
    Column("contact", BigInteger, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("software", String(100), nullable=False),
    Column("clock_offset_s", Float),
    Column("closed", JSON, nullable=False),
    Column("held", JSON, nullable=False),
    Column("complete", Boolean, nullable=False),
)

# The newest report of each sitting by each centre that has a package for it.
day_reports = Table(
    "day_reports",
    metadata,
    Column("sitting_id", ForeignKey("sittings.id"), primary_key=True),
    Column("centre_code", ForeignKey("centres.code"), primary_key=True),
    # Of the package that is there; 0 where there is none.
    Column("version", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("started_at", UtcTime),
    Column("closed_at", UtcTime),
    Column("present", Integer, nullable=False),
    Column("writing", Integer, nullable=False),
    Column("ended", Integer, nullable=False),
    Column("incidents", Integer, nullable=False),
    Column("reported_at", UtcTime, nullable=False),
)

enrolment_requests = Table(
    "enrolment_requests",
    metadata,
    Column("key_id", String(32), primary_key=True),
    Column("centre_code", String(32), nullable=False),
    Column("name", String(200), nullable=False),
    Column("document", LargeBinary, nullable=False),
    Column("remote", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("asked_at", UtcTime, nullable=False),
)

retired_keys = Table(
    "retired_keys",
    metadata,
    Column("centre_code", ForeignKey("centres.code"), primary_key=True),
    Column("key_id", String(32), primary_key=True),
    Column("signing_key", LargeBinary, nullable=False),
    Column("box_key", LargeBinary, nullable=False),
    Column("retired_at", UtcTime, nullable=False),
    Column("revoked_at", UtcTime),
)

"""Everything that version 0.2.0 stores. Never changed: a later change is a step of its own.

A copy of the tables as they were then, which does not follow :mod:`sync.hq.persistence.tables`.
"""

from alembic import op
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

revision = "r0001_initial"
down_revision: str | None = None

AT = DateTime(timezone=True)
metadata = MetaData()


def upgrade() -> None:
    """Create all tables and indexes."""
    metadata.create_all(op.get_bind(), checkfirst=False)


# Accounts, sessions, tokens, and the audit log.

Table(
    "accounts",
    metadata,
    Column("username", String(64), primary_key=True),
    Column("password_hash", String(200), nullable=False),
    Column("created_at", AT, nullable=False),
    Column("administrator", Boolean, nullable=False, server_default=false()),
    Column("locked_at", AT),
    Column("closed_at", AT),
    Column("factor", LargeBinary),
    Column("next_factor", LargeBinary),
    Column("factor_step", Integer, nullable=False, server_default="0"),
)

Table(
    "account_managers",
    metadata,
    Column("username", String(64), ForeignKey("accounts.username"), primary_key=True),
    Column("manager", String(64), primary_key=True),
    Column("at", AT, nullable=False),
)

Table(
    "recovery_codes",
    metadata,
    Column("username", String(64), ForeignKey("accounts.username"), primary_key=True),
    Column("code_hash", String(64), primary_key=True),
)

Table(
    "sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("username", String(64), ForeignKey("accounts.username"), nullable=False, index=True),
    Column("csrf", String(64), nullable=False),
    Column("created_at", AT, nullable=False),
    Column("expires_at", AT, nullable=False),
    Column("factor_given", Boolean, nullable=False, server_default=false()),
)

Table(
    "tokens",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("name", String(100), nullable=False),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("scopes", JSON, nullable=False),
    Column("created_at", AT, nullable=False),
    Column("revoked_at", AT),
)

Table(
    "throttle",
    metadata,
    Column("key", String(200), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("until", AT, nullable=False),
)

Table(
    "audit_log",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", AT, nullable=False),
    Column("kind", String(64), nullable=False),
    Column("who", String(100), nullable=False),
    Column("data", JSON, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)

# Programmes, items and their pictures.

Table(
    "programmes",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("document", JSON, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("imported_at", AT, nullable=False),
)

Table(
    "items",
    metadata,
    Column("programme_id", String(64), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("current", Boolean, nullable=False),
    Column("type", String(32), nullable=False),
    Column("subject", String(64), nullable=False),
    Column("domain", String(64), nullable=False),
    Column("trade", String(64)),
    Column("level", String(64)),
    Column("difficulty", String(16)),
    Column("stem", Text, nullable=False),
    Column("item", JSON, nullable=False),
    Column("scheme", JSON, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("imported_at", AT, nullable=False),
    Column("retired_at", AT),
    Column("retired_reason", Text, nullable=False),
    Index("items_in_use", "programme_id", "current"),
)

Table(
    "pictures",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("sha256", String(64), nullable=False),
    Column("added_at", AT, nullable=False),
)

# Centres: their keys, requests and contacts.

Table(
    "centres",
    metadata,
    Column("code", String(32), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("address", Text, nullable=False),
    Column("signing_key", LargeBinary, nullable=False),
    Column("box_key", LargeBinary, nullable=False),
    Column("certificate", LargeBinary, nullable=False),
    Column("not_after", AT, nullable=False),
    Column("enrolled_at", AT, nullable=False),
    Column("last_seen", AT),
)

Table(
    "retired_keys",
    metadata,
    Column("centre_code", String(32), ForeignKey("centres.code"), primary_key=True),
    Column("key_id", String(32), primary_key=True),
    Column("signing_key", LargeBinary, nullable=False),
    Column("box_key", LargeBinary, nullable=False),
    Column("retired_at", AT, nullable=False),
    Column("revoked_at", AT),
)

Table(
    "enrolment_requests",
    metadata,
    Column("key_id", String(32), primary_key=True),
    Column("centre_code", String(32), nullable=False),
    Column("name", String(200), nullable=False),
    Column("document", LargeBinary, nullable=False),
    Column("remote", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("asked_at", AT, nullable=False),
)

Table(
    "nonces",
    metadata,
    Column("centre_code", String(32), ForeignKey("centres.code"), primary_key=True),
    Column("nonce", String(128), primary_key=True),
    Column("created_at", AT, nullable=False, index=True),
)

Table(
    "contacts",
    metadata,
    Column("centre_code", String(32), ForeignKey("centres.code"), primary_key=True),
    Column("epoch", Integer, nullable=False),
    Column("contact", BigInteger, nullable=False),
    Column("at", AT, nullable=False),
    Column("software", String(100), nullable=False),
    Column("clock_offset_s", Float),
    Column("closed", JSON, nullable=False),
    Column("held", JSON, nullable=False),
    Column("complete", Boolean, nullable=False),
)

# Sittings, candidates, applications and seats.

Table(
    "sittings",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("programme_id", String(64), nullable=False),
    Column("programme_version", Integer, nullable=False),
    Column("title", String(200), nullable=False),
    Column("starts_at", AT, nullable=False),
    Column("duration_minutes", Integer, nullable=False),
    Column("unlock_not_before", AT, nullable=False),
    Column("trade", String(64)),
    Column("level", String(64)),
    Column("release", String(16), nullable=False),
    Column("created_at", AT, nullable=False),
    ForeignKeyConstraint(
        ["programme_id", "programme_version"], ["programmes.id", "programmes.version"]
    ),
)

Table(
    "candidates",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("identity_no", String(32), nullable=False, unique=True),
    Column("name", String(100), nullable=False),
    Column("identity_type", String(16), nullable=False),
    Column("sex", String(8)),
    Column("birth_date", Date),
    Column("portrait", String(64)),
    Column("portrait_findings", JSON),
    Column("portrait_accepted", Boolean, nullable=False),
    Column("portrait_reason", Text, nullable=False),
    Column("created_at", AT, nullable=False),
)

Table(
    "applications",
    metadata,
    Column("sitting_id", String(64), ForeignKey("sittings.id"), primary_key=True),
    Column("candidate_id", String(64), ForeignKey("candidates.id"), primary_key=True),
    Column("claims", JSON, nullable=False),
    Column("clause", String(20)),
    Column("hours_missing", Integer, nullable=False),
    Column("shortfalls", JSON, nullable=False),
    Column("materials_missing", JSON, nullable=False),
    Column("centre", String(32), nullable=False),
    Column("extra_minutes", Integer, nullable=False),
    Column("decision", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("updated_at", AT, nullable=False),
)

Table(
    "offered_seats",
    metadata,
    Column("sitting_id", String(64), ForeignKey("sittings.id"), primary_key=True),
    Column("centre_code", String(32), ForeignKey("centres.code"), primary_key=True),
    Column("seats", Integer, nullable=False),
)

Table(
    "seats",
    metadata,
    Column("sitting_id", String(64), ForeignKey("sittings.id"), primary_key=True),
    Column("candidate_id", String(64), ForeignKey("candidates.id"), primary_key=True),
    Column("centre_code", String(32), ForeignKey("centres.code"), nullable=False, index=True),
    Column("admission_no", String(32), nullable=False),
    Column("seat", String(16), nullable=False),
    Column("extra_minutes", Integer, nullable=False),
    UniqueConstraint("sitting_id", "admission_no"),
    UniqueConstraint("sitting_id", "centre_code", "seat"),
)

# Papers, packages and what waits for centres.

Table(
    "papers",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("sitting_id", String(64), ForeignKey("sittings.id"), nullable=False),
    Column("label", String(8), nullable=False),
    Column("paper", JSON, nullable=False),
    Column("schemes", JSON, nullable=False),
    Column("versions", JSON, nullable=False),
    Column("form_seed", String(64), nullable=False),
    Column("created_at", AT, nullable=False),
    UniqueConstraint("sitting_id", "label"),
)

Table(
    "paper_viewers",
    metadata,
    Column("sitting_id", String(64), ForeignKey("sittings.id"), primary_key=True),
    Column("username", String(64), ForeignKey("accounts.username"), primary_key=True),
    Column("agreed_at", AT, nullable=False),
)

Table(
    "item_uses",
    metadata,
    Column("paper_id", String(64), ForeignKey("papers.id"), primary_key=True),
    Column("item_id", String(64), primary_key=True),
    Column("programme_id", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    Column("used_at", AT, nullable=False),
    Index("uses_of_item", "programme_id", "item_id"),
)

Table(
    "packages",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("sitting_id", String(64), ForeignKey("sittings.id"), nullable=False),
    Column("centre_code", String(32), ForeignKey("centres.code"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("paper_id", String(64), ForeignKey("papers.id"), nullable=False),
    Column("sha256", String(64), nullable=False, index=True),
    Column("size", Integer, nullable=False),
    Column("candidates", Integer, nullable=False),
    Column("sealed_code", LargeBinary, nullable=False),
    Column("created_at", AT, nullable=False),
    Column("released_at", AT),
    Column("revoked_at", AT),
    Column("revoked_reason", Text, nullable=False),
    UniqueConstraint("sitting_id", "centre_code", "version"),
)

Table(
    "approvals",
    metadata,
    Column("package_id", String(64), ForeignKey("packages.id"), primary_key=True),
    Column("username", String(100), primary_key=True),
    Column("approved_at", AT, nullable=False),
)

Table(
    "inbox",
    metadata,
    Column("cursor", Integer, primary_key=True, autoincrement=False),
    Column("centre_code", String(32), ForeignKey("centres.code"), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("package_id", String(64), ForeignKey("packages.id"), nullable=False),
    Column("sealed", Text),
    Column("created_at", AT, nullable=False),
    UniqueConstraint("kind", "package_id"),
    Index("inbox_of_centre", "centre_code", "cursor"),
)

# What centres send: results, event logs, evidence.

Table(
    "bundles",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("cursor", Integer, nullable=False, unique=True),
    Column("centre_code", String(32), ForeignKey("centres.code"), nullable=False),
    Column("attempt_id", String(64), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("sitting_id", String(64), nullable=False),
    Column("candidate_id", String(64), nullable=False),
    Column("admission_no", String(32), nullable=False),
    Column("package_id", String(64), nullable=False),
    Column("package_version", Integer, nullable=False),
    Column("object", String(64), nullable=False),
    Column("size", Integer, nullable=False),
    Column("document", JSON, nullable=False),
    Column("answers_digest", String(64), nullable=False),
    Column("chain_epoch", Integer, nullable=False),
    Column("chain_seq", Integer, nullable=False),
    Column("chain_head", String(64), nullable=False),
    Column("chain_ok", Boolean, nullable=False),
    Column("answer_findings", JSON),
    Column("receipt", LargeBinary, nullable=False),
    Column("received_at", AT, nullable=False),
    Index("bundles_of_attempt", "centre_code", "attempt_id", "revision"),
    Index("bundles_of_sitting", "sitting_id", "cursor"),
)

Table(
    "scores",
    metadata,
    Column("bundle_id", String(64), ForeignKey("bundles.id"), primary_key=True),
    Column("status", String(32), nullable=False),
    Column("remark", String(200), nullable=False),
    Column("objective", String(32)),
    Column("total", String(32)),
    Column("passed", Boolean),
    Column("pending", JSON, nullable=False),
    Column("points", JSON, nullable=False),
    Column("scored_at", AT, nullable=False),
)

Table(
    "event_logs",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("centre_code", String(32), ForeignKey("centres.code"), nullable=False),
    Column("sitting_id", String(64), nullable=False),
    Column("first_seq", Integer, nullable=False),
    Column("last_seq", Integer, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("head", String(64), nullable=False),
    Column("broken_at", Integer),
    Column("events", JSON, nullable=False),
    Column("object", String(64), nullable=False),
    Column("receipt", LargeBinary, nullable=False),
    Column("received_at", AT, nullable=False),
    Index("event_logs_of_sitting", "centre_code", "sitting_id", "first_seq"),
)

Table(
    "evidence",
    metadata,
    Column("centre_code", String(32), ForeignKey("centres.code"), primary_key=True),
    Column("sha256", String(64), primary_key=True),
    Column("object", String(64), nullable=False),
    Column("size", Integer, nullable=False),
    Column("receipt", LargeBinary, nullable=False),
    Column("received_at", AT, nullable=False),
)

Table(
    "evidence_uploads",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("centre_code", String(32), ForeignKey("centres.code"), nullable=False, index=True),
    Column("sha256", String(64), nullable=False),
    Column("size", Integer, nullable=False),
    Column("received", Integer, nullable=False),
    Column("changed_at", AT, nullable=False, index=True),
)

Table(
    "evidence_parts",
    metadata,
    Column("upload_id", String(64), ForeignKey("evidence_uploads.id"), primary_key=True),
    Column("start", Integer, primary_key=True),
    Column("object", String(64), nullable=False),
)

# Work of the console: uploads, jobs, counters.

Table(
    "uploads",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("username", String(64), nullable=False),
    Column("context", JSON, nullable=False),
    Column("files", JSON, nullable=False),
    Column("created_at", AT, nullable=False),
)

Table(
    "jobs",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("username", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("outcome", JSON, nullable=False),
    Column("started_at", AT, nullable=False),
    Column("done", Integer, nullable=False, server_default="0"),
    Column("total", Integer, nullable=False, server_default="0"),
    Column("reported_at", AT),
)

Table(
    "counters",
    metadata,
    Column("name", String(160), primary_key=True),
    Column("value", Integer, nullable=False),
)

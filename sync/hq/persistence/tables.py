"""Tables of the database, the same on SQLite and PostgreSQL.

Every change needs a step in ``migrations/versions``; a test compares the two.
"""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
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

from sync.hq.persistence.types import Exact, UtcTime

metadata = MetaData()

counters = Table(
    "counters",
    metadata,
    Column("name", String(160), primary_key=True),
    Column("value", Integer, nullable=False),
)

programmes = Table(
    "programmes",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("document", JSON, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("imported_at", UtcTime, nullable=False),
)

items = Table(
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
    Column("imported_at", UtcTime, nullable=False),
    Column("retired_at", UtcTime),
    Column("retired_reason", Text, nullable=False),
    Column("draft", Boolean, nullable=False, server_default=false()),
    Column("group_id", String(64)),
    Column("import_id", String(64)),
    # The version that was current before; an undone import makes it current again.
    Column("follows", Integer),
    Column("stored_by", String(100)),
)
Index("items_in_use", items.c.programme_id, items.c.current)
Index("items_of_import", items.c.import_id)

item_imports = Table(
    "item_imports",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("programme_id", String(64), nullable=False, index=True),
    Column("batch", String(100), nullable=False),
    Column("file_name", Text, nullable=False),
    Column("username", String(100), nullable=False),
    Column("imported_at", UtcTime, nullable=False),
    Column("counts", JSON, nullable=False),
    Column("undone_at", UtcTime),
    Column("undone_by", String(100)),
    Column("undone_reason", Text, nullable=False, server_default=""),
)

pictures = Table(
    "pictures",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("sha256", String(64), nullable=False),
    Column("added_at", UtcTime, nullable=False),
)

centres = Table(
    "centres",
    metadata,
    Column("code", String(32), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("address", Text, nullable=False),
    Column("signing_key", LargeBinary, nullable=False),
    Column("box_key", LargeBinary, nullable=False),
    Column("certificate", LargeBinary, nullable=False),
    Column("not_after", UtcTime, nullable=False),
    Column("enrolled_at", UtcTime, nullable=False),
    Column("last_seen", UtcTime),
    # How candidates get there.
    Column("directions", Text, nullable=False, server_default=""),
    # Province and city, such as 北京/海淀; rights can be limited to it.
    Column("branch", String(200), nullable=False, server_default=""),
)

nonces = Table(
    "nonces",
    metadata,
    Column("centre_code", ForeignKey("centres.code"), primary_key=True),
    Column("nonce", String(128), primary_key=True),
    Column("created_at", UtcTime, nullable=False, index=True),
)

sittings = Table(
    "sittings",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("title", String(200), nullable=False),
    Column("starts_at", UtcTime, nullable=False),
    Column("ends_at", UtcTime, nullable=False),
    Column("unlock_not_before", UtcTime, nullable=False),
    Column("release", String(16), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("cancelled_at", UtcTime),
    Column("cancelled_reason", Text, nullable=False, server_default=""),
    # Raised when the admission tickets have to be printed again.
    Column("ticket_issue", Integer, nullable=False, server_default="1"),
    # The sitting whose candidates were carried into this one.
    Column("repeats", String(64)),
)

sitting_papers = Table(
    "sitting_papers",
    metadata,
    Column("sitting_id", ForeignKey("sittings.id"), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("programme_id", String(64), nullable=False),
    Column("programme_version", Integer, nullable=False),
    Column("trade", String(64)),
    Column("level", String(64)),
    Column("duration_minutes", Integer, nullable=False),
    # The parts of the examination that are sat; empty for all.
    Column("parts", JSON, nullable=False, server_default="[]"),
    ForeignKeyConstraint(
        ["programme_id", "programme_version"], ["programmes.id", "programmes.version"]
    ),
)

rooms = Table(
    "rooms",
    metadata,
    Column("centre_code", ForeignKey("centres.code"), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("name", String(100), nullable=False),
    # How many seats the room has, and how many stand side by side; 0 where nobody has said.
    Column("seats", Integer, nullable=False),
    Column("seats_per_row", Integer, nullable=False),
)

candidates = Table(
    "candidates",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("identity_no", String(32), nullable=False, unique=True),
    Column("name", String(100), nullable=False),
    Column("identity_type", String(16), nullable=False),
    Column("sex", String(8)),
    Column("birth_date", Date),
    Column("portrait", String(64)),
    Column("portrait_findings", JSON(none_as_null=True)),
    Column("portrait_accepted", Boolean, nullable=False, default=False),
    Column("portrait_reason", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    # Of the picture itself: two sealed objects of one picture have different names.
    Column("portrait_sha256", String(64)),
)

applications = Table(
    "applications",
    metadata,
    Column("sitting_id", ForeignKey("sittings.id"), primary_key=True),
    Column("candidate_id", ForeignKey("candidates.id"), primary_key=True),
    Column("claims", JSON, nullable=False),
    Column("clause", String(20)),
    Column("hours_missing", Exact, nullable=False),
    Column("shortfalls", JSON, nullable=False),
    Column("materials_missing", JSON, nullable=False),
    Column("centre", String(32), nullable=False),
    Column("extra_minutes", Integer, nullable=False),
    Column("decision", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    Column("paper", String(64), nullable=False, server_default="1"),
    # The place on the reserve list, from 1.
    Column("reserve", Integer),
    # What else the candidate needs: words for the staff of the centre.
    Column("needs", Text, nullable=False, server_default=""),
)

# The rooms that a sitting uses, and how many of their seats.
sitting_rooms = Table(
    "sitting_rooms",
    metadata,
    Column("sitting_id", ForeignKey("sittings.id"), primary_key=True),
    Column("centre_code", String(32), primary_key=True),
    Column("room", String(64), primary_key=True),
    Column("seats", Integer, nullable=False),
    ForeignKeyConstraint(["centre_code", "room"], ["rooms.centre_code", "rooms.id"]),
)

seats = Table(
    "seats",
    metadata,
    Column("sitting_id", ForeignKey("sittings.id"), primary_key=True),
    Column("candidate_id", ForeignKey("candidates.id"), primary_key=True),
    Column("centre_code", ForeignKey("centres.code"), nullable=False, index=True),
    Column("admission_no", String(32), nullable=False),
    Column("seat", String(16), nullable=False),
    Column("extra_minutes", Integer, nullable=False),
    Column("room", String(64), nullable=False, server_default="1"),
    Column("paper", String(64), nullable=False, server_default="1"),
    Column("needs", Text, nullable=False, server_default=""),
    Column("ticket_issued_at", UtcTime),
    UniqueConstraint("sitting_id", "admission_no"),
    UniqueConstraint("sitting_id", "centre_code", "room", "seat"),
    ForeignKeyConstraint(["centre_code", "room"], ["rooms.centre_code", "rooms.id"]),
    ForeignKeyConstraint(
        ["sitting_id", "paper"], ["sitting_papers.sitting_id", "sitting_papers.id"]
    ),
)
# Has all by which candidates without a result are counted.
Index("seats_of_paper", seats.c.sitting_id, seats.c.paper, seats.c.candidate_id)

# Applicants whose portraits look alike, the smaller id first.
look_alikes = Table(
    "look_alikes",
    metadata,
    Column("sitting_id", ForeignKey("sittings.id"), primary_key=True),
    Column("first", ForeignKey("candidates.id"), primary_key=True),
    Column("second", ForeignKey("candidates.id"), primary_key=True),
    Column("similarity", Float, nullable=False),
)

# Every change of a person, an application or a seat: who, when and why.
change_sets = Table(
    "change_sets",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(64), nullable=False),
    Column("sitting_id", String(64), nullable=False, index=True),
    Column("file_name", Text, nullable=False),
    Column("username", String(100), nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
    # The change set that undid it.
    Column("undone_by", Integer),
)

changes = Table(
    "changes",
    metadata,
    Column("change_set", ForeignKey("change_sets.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    # The table of the row.
    Column("changed", String(16), nullable=False),
    Column("candidate_id", String(64), nullable=False, index=True),
    Column("sitting_id", String(64), nullable=False),
    Column("before", JSON(none_as_null=True)),
    Column("after", JSON(none_as_null=True)),
    # The portrait of before, which undoing needs.
    Column("portrait", String(64), index=True),
)

papers = Table(
    "papers",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("sitting_id", ForeignKey("sittings.id"), nullable=False),
    Column("label", String(8), nullable=False),
    Column("paper", JSON, nullable=False),
    Column("schemes", JSON, nullable=False),
    Column("versions", JSON, nullable=False),
    Column("form_seed", String(64), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    # Which paper of the sitting it was drawn for.
    Column("sitting_paper", String(64), nullable=False, server_default="1"),
    UniqueConstraint("sitting_id", "sitting_paper", "label"),
)

item_uses = Table(
    "item_uses",
    metadata,
    Column("paper_id", ForeignKey("papers.id"), primary_key=True),
    Column("item_id", String(64), primary_key=True),
    Column("programme_id", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    Column("used_at", UtcTime, nullable=False),
)
Index("uses_of_item", item_uses.c.programme_id, item_uses.c.item_id)

packages = Table(
    "packages",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("sitting_id", ForeignKey("sittings.id"), nullable=False),
    Column("centre_code", ForeignKey("centres.code"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("sha256", String(64), nullable=False, index=True),
    Column("size", Integer, nullable=False),
    Column("candidates", Integer, nullable=False),
    Column("sealed_code", LargeBinary, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("released_at", UtcTime),
    Column("revoked_at", UtcTime),
    Column("revoked_reason", Text, nullable=False),
    # Which of the parallel papers.
    Column("label", String(8), nullable=False, server_default="A"),
    # Of the roster that it was built from; none in packages of 0.2.0.
    Column("roster_digest", String(64)),
    # The newest change set that the roster contains; none in packages of earlier versions.
    Column("change_set", Integer),
    UniqueConstraint("sitting_id", "centre_code", "version"),
)

package_papers = Table(
    "package_papers",
    metadata,
    Column("package_id", ForeignKey("packages.id"), primary_key=True),
    Column("sitting_paper", String(64), primary_key=True),
    Column("paper_id", ForeignKey("papers.id"), nullable=False),
)

approvals = Table(
    "approvals",
    metadata,
    Column("package_id", ForeignKey("packages.id"), primary_key=True),
    Column("username", String(100), primary_key=True),
    Column("approved_at", UtcTime, nullable=False),
)

inbox = Table(
    "inbox",
    metadata,
    # From ``next_number``: sequences of a database become visible out of order, and cursors must
    # not.
    Column("cursor", Integer, primary_key=True, autoincrement=False),
    Column("centre_code", ForeignKey("centres.code"), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("package_id", ForeignKey("packages.id"), nullable=False),
    Column("sealed", Text),
    Column("created_at", UtcTime, nullable=False),
    # A package is announced once, and its code released once.
    UniqueConstraint("kind", "package_id"),
)
Index("inbox_of_centre", inbox.c.centre_code, inbox.c.cursor)

bundles = Table(
    "bundles",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("cursor", Integer, nullable=False, unique=True),
    Column("centre_code", ForeignKey("centres.code"), nullable=False),
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
    Column("answer_findings", JSON(none_as_null=True)),
    Column("receipt", LargeBinary, nullable=False),
    Column("received_at", UtcTime, nullable=False),
    Column("paper", String(64), nullable=False, server_default="1"),
    Column("room", String(64), nullable=False, server_default="1"),
)
Index("bundles_of_attempt", bundles.c.centre_code, bundles.c.attempt_id, bundles.c.revision)
Index("bundles_of_sitting", bundles.c.sitting_id, bundles.c.cursor)
# Parts that were sat in several sittings are added up by candidate.
Index("bundles_of_candidate", bundles.c.candidate_id)

accounts = Table(
    "accounts",
    metadata,
    Column("username", String(64), primary_key=True),
    Column("password_hash", String(200), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("locked_at", UtcTime),
    Column("closed_at", UtcTime),
    Column("factor", LargeBinary),
    Column("next_factor", LargeBinary),
    Column("factor_step", Integer, nullable=False, server_default="0"),
    # From then on the account cannot sign in.
    Column("valid_until", UtcTime),
)

account_managers = Table(
    "account_managers",
    metadata,
    Column("username", ForeignKey("accounts.username"), primary_key=True),
    Column("manager", String(64), primary_key=True),
    Column("at", UtcTime, nullable=False),
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("username", ForeignKey("accounts.username"), primary_key=True),
    Column("code_hash", String(64), primary_key=True),
)

paper_viewers = Table(
    "paper_viewers",
    metadata,
    Column("sitting_id", ForeignKey("sittings.id"), primary_key=True),
    Column("username", ForeignKey("accounts.username"), primary_key=True),
    Column("agreed_at", UtcTime, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("username", ForeignKey("accounts.username"), nullable=False, index=True),
    Column("csrf", String(64), nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("factor_given", Boolean, nullable=False, server_default=false()),
)

throttle = Table(
    "throttle",
    metadata,
    Column("key", String(200), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("until", UtcTime, nullable=False),
)

uploads = Table(
    "uploads",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("username", String(64), nullable=False),
    Column("context", JSON, nullable=False),
    Column("files", JSON, nullable=False),
    Column("created_at", UtcTime, nullable=False),
)

import_previews = Table(
    "import_previews",
    metadata,
    Column("upload_id", ForeignKey("uploads.id"), primary_key=True),
    Column("programme_id", String(64), nullable=False),
    Column("batch", String(100), nullable=False),
    Column("file_name", Text, nullable=False),
    Column("problems", JSON, nullable=False),
)

import_rows = Table(
    "import_rows",
    metadata,
    Column("upload_id", ForeignKey("uploads.id"), primary_key=True),
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

import_pictures = Table(
    "import_pictures",
    metadata,
    Column("upload_id", ForeignKey("uploads.id"), primary_key=True),
    Column("name", String(64), primary_key=True),
    Column("object", String(64), nullable=False),
)

# The preview of an uploaded file of candidates; ``number`` is the row of the file.
candidate_rows = Table(
    "candidate_rows",
    metadata,
    Column("upload_id", ForeignKey("uploads.id"), primary_key=True),
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

column_mappings = Table(
    "column_mappings",
    metadata,
    Column("programme_id", String(64), primary_key=True),
    Column("heading", String(100), primary_key=True),
    Column("field", String(32), nullable=False),
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("username", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("outcome", JSON, nullable=False),
    Column("started_at", UtcTime, nullable=False),
    Column("done", Integer, nullable=False, server_default="0"),
    Column("total", Integer, nullable=False, server_default="0"),
    Column("reported_at", UtcTime),
)

tokens = Table(
    "tokens",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("name", String(100), nullable=False),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("scopes", JSON, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("revoked_at", UtcTime),
    # None: made before tokens had an end.
    Column("expires_at", UtcTime),
    Column("last_used_at", UtcTime),
    # What it is limited to; empty: nothing.
    Column("programme_id", String(64), nullable=False, server_default=""),
    Column("branch", String(200), nullable=False, server_default=""),
    Column("created_by", String(100), nullable=False, server_default=""),
)

audit_log = Table(
    "audit_log",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcTime, nullable=False),
    Column("kind", String(64), nullable=False),
    Column("who", String(100), nullable=False),
    Column("data", JSON, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)
Index("audit_log_of_person", audit_log.c.who, audit_log.c.seq)
Index("audit_log_of_kind", audit_log.c.kind, audit_log.c.seq)

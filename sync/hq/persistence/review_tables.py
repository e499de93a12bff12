"""Tables of the review: incidents, what people found, cases, their documents, and bans.

``review_acts`` and ``case_acts`` are only ever added to; the states in ``review_incidents`` and
``review_cases`` follow from them.
"""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    true,
)

from sync.hq.persistence.tables import metadata as metadata
from sync.hq.persistence.types import UtcTime

# How far the results have been read: by their cursor, so that each change is read once.
review_attempts = Table(
    "review_attempts",
    metadata,
    Column("centre_code", String(32), primary_key=True),
    Column("attempt_id", String(64), primary_key=True),
    Column("bundle_id", String(64), nullable=False),
    Column("results_cursor", Integer, nullable=False, index=True),
)

review_incidents = Table(
    "review_incidents",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("centre_code", String(32), nullable=False),
    Column("attempt_id", String(64), nullable=False),
    # The centre's id of the incident; for what is no incident there, what it is and its number.
    Column("incident_id", String(64), nullable=False),
    Column("source", String(16), nullable=False),
    Column("rule", String(64), nullable=False),
    Column("sitting_id", String(64), nullable=False),
    Column("programme_id", String(64)),
    Column("room", String(64), nullable=False),
    Column("candidate_id", String(64), nullable=False),
    Column("admission_no", String(32), nullable=False),
    Column("started_at", UtcTime, nullable=False),
    Column("ended_at", UtcTime),
    Column("measured", Float),
    Column("threshold", Float),
    Column("frame_interval_ms", Integer),
    # From 1 (recorded) to 4 (urgent, or the record itself is in doubt).
    Column("severity", Integer, nullable=False),
    Column("note", Text, nullable=False),
    Column("reported_by", String(100), nullable=False),
    # SHA-256 of its pictures.
    Column("evidence", JSON, nullable=False),
    # Whether the bundle that counts still has it.
    Column("present", Boolean, nullable=False, server_default=true()),
    Column("state", String(16), nullable=False),
    Column("outcome", String(16)),
    Column("reason", String(64), nullable=False),
    # Who judged first, so that the second review shows nobody their own.
    Column("first_judge", String(100), nullable=False),
    Column("changed_at", UtcTime, nullable=False),
    UniqueConstraint("centre_code", "attempt_id", "incident_id"),
)
Index(
    "review_by_state",
    review_incidents.c.state,
    review_incidents.c.started_at,
    review_incidents.c.number,
)
Index("review_by_time", review_incidents.c.started_at, review_incidents.c.number)
Index(
    "review_by_sitting",
    review_incidents.c.sitting_id,
    review_incidents.c.state,
    review_incidents.c.started_at,
    review_incidents.c.number,
)
Index(
    "review_by_room",
    review_incidents.c.centre_code,
    review_incidents.c.sitting_id,
    review_incidents.c.room,
    review_incidents.c.started_at,
)

review_acts = Table(
    "review_acts",
    metadata,
    Column("incident", ForeignKey("review_incidents.number"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(16), nullable=False),
    Column("by", String(100), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("outcome", String(16)),
    Column("reason", String(64), nullable=False),
    Column("text", Text, nullable=False),
    Column("sampled", Boolean, nullable=False),
    # Incidents that were judged together.
    Column("batch_id", String(64), index=True),
)

review_batches = Table(
    "review_batches",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("criteria", JSON, nullable=False),
    Column("reason", String(64), nullable=False),
    Column("text", Text, nullable=False),
    Column("incidents", Integer, nullable=False),
    Column("by", String(100), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("undone_at", UtcTime),
    Column("undone_by", String(100)),
    # How many could still be undone.
    Column("undone", Integer),
)

review_cases = Table(
    "review_cases",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("number", Integer, nullable=False, unique=True),
    Column("centre_code", String(32), nullable=False),
    Column("attempt_id", String(64), nullable=False),
    Column("sitting_id", String(64), nullable=False),
    Column("programme_id", String(64)),
    Column("candidate_id", String(64), nullable=False),
    Column("admission_no", String(32), nullable=False),
    Column("origin", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("outcome", String(16)),
    Column("reason", String(64), nullable=False),
    # The deadline that runs: of the hearing, or of the appeal.
    Column("until", UtcTime),
    Column("opened_by", String(100), nullable=False),
    Column("opened_at", UtcTime, nullable=False),
    Column("changed_at", UtcTime, nullable=False),
)
Index("cases_of_attempt", review_cases.c.centre_code, review_cases.c.attempt_id)
Index("cases_by_state", review_cases.c.state, review_cases.c.number)
Index("cases_of_sitting", review_cases.c.sitting_id, review_cases.c.state)

case_acts = Table(
    "case_acts",
    metadata,
    Column("case_id", ForeignKey("review_cases.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("step", String(16), nullable=False),
    Column("by", String(100), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("sanction", JSON(none_as_null=True)),
    Column("appeal", String(16)),
    Column("until", UtcTime),
    # What it refers to, by id; texts about people are documents.
    Column("named", JSON, nullable=False),
)

case_documents = Table(
    "case_documents",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("case_id", ForeignKey("review_cases.id"), nullable=False, index=True),
    Column("act", Integer, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("media", String(8), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size", Integer, nullable=False),
    # The sealed bytes; none once they are deleted.
    Column("object", String(64)),
    Column("created_at", UtcTime, nullable=False),
    Column("created_by", String(100), nullable=False),
    Column("deleted_at", UtcTime),
)

# Pictures that a centre's staff brought sealed, for programmes that keep pictures at the centre.
handed_pictures = Table(
    "handed_pictures",
    metadata,
    Column("centre_code", String(32), primary_key=True),
    Column("attempt_id", String(64), primary_key=True),
    Column("sha256", String(64), primary_key=True),
    # The bytes as the centre sealed them for headquarters.
    Column("object", String(64), nullable=False),
    Column("ground", String(16), nullable=False),
    Column("reference", String(200), nullable=False),
    Column("cause", String(500), nullable=False),
    Column("carrier", String(100), nullable=False),
    Column("written_at", UtcTime, nullable=False),
    Column("received_by", String(100), nullable=False),
    Column("received_at", UtcTime, nullable=False, index=True),
)

bans = Table(
    "bans",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("case_id", ForeignKey("review_cases.id"), nullable=False),
    Column("candidate_id", String(64), nullable=False, index=True),
    Column("name", String(100), nullable=False),
    # In the plain form of numbers, by which registration looks it up.
    Column("identity_no", String(32), nullable=False, index=True),
    # Empty for all programmes.
    Column("programme_id", String(64), nullable=False),
    Column("starts_at", UtcTime, nullable=False),
    Column("until", UtcTime, nullable=False),
    Column("lifted_at", UtcTime),
    Column("lifted_by", String(100), nullable=False, server_default=""),
)

# Whether somebody with another document is a banned person; found by a registrar.
ban_verdicts = Table(
    "ban_verdicts",
    metadata,
    Column("ban_id", ForeignKey("bans.id"), primary_key=True),
    Column("candidate_id", ForeignKey("candidates.id"), primary_key=True, index=True),
    Column("verdict", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("by", String(100), nullable=False),
    Column("at", UtcTime, nullable=False),
)

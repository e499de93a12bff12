"""Tables of the release of results: acts of two people, published versions, recounts."""

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

from sync.hq.persistence.tables import metadata
from sync.hq.persistence.types import Exact, UtcTime

# A release, an amendment or a withdrawal: one person proposes it, another confirms it.
release_acts = Table(
    "release_acts",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(16), nullable=False),
    Column("sitting_id", ForeignKey("sittings.id"), nullable=False),
    Column("programme_id", String(64), nullable=False),
    # Attempts as [centre, attempt]; none: all that can be published.
    Column("attempts", JSON(none_as_null=True)),
    Column("reason", Text, nullable=False),
    # What the check list said, and the reasons given for what stayed open.
    Column("checks", JSON, nullable=False),
    Column("accepted", JSON, nullable=False),
    # The newest change of a result that the proposal has seen.
    Column("basis", Integer, nullable=False),
    Column("proposed_by", String(100), nullable=False),
    Column("proposed_at", UtcTime, nullable=False),
    Column("confirmed_by", String(100)),
    Column("rejected_by", String(100)),
    Column("rejected_reason", Text, nullable=False, server_default=""),
    Column("decided_at", UtcTime),
    Column("published", Integer, nullable=False, server_default="0"),
)
Index("release_acts_of_sitting", release_acts.c.sitting_id, release_acts.c.programme_id)

# Every published version of a result; the newest of an attempt is valid.
published_results = Table(
    "published_results",
    metadata,
    Column("cursor", Integer, primary_key=True, autoincrement=False),
    Column("centre_code", String(32), nullable=False),
    Column("attempt_id", String(64), nullable=False),
    # From 1.
    Column("number", Integer, nullable=False),
    Column("newest", Boolean, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("act", ForeignKey("release_acts.id"), nullable=False),
    Column("sitting_id", String(64), nullable=False),
    Column("programme_id", String(64), nullable=False),
    Column("programme_version", Integer, nullable=False),
    Column("trade", String(64)),
    Column("level", String(64)),
    Column("candidate_id", String(64), nullable=False, index=True),
    Column("admission_no", String(32), nullable=False, index=True),
    # The version of the result, and its digest.
    Column("result_version", Integer, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("status", String(32), nullable=False),
    Column("total", Exact),
    Column("passed", Boolean),
    Column("parts", JSON, nullable=False),
    Column("taken", JSON, nullable=False, server_default="{}"),
    Column("reason", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
)
Index(
    "published_of_attempt",
    published_results.c.centre_code,
    published_results.c.attempt_id,
    published_results.c.number,
    unique=True,
)
Index(
    "published_of_sitting",
    published_results.c.sitting_id,
    published_results.c.programme_id,
    published_results.c.newest,
    published_results.c.kind,
)
# Has all by which changed results are found.
Index(
    "published_newest",
    published_results.c.centre_code,
    published_results.c.attempt_id,
    published_results.c.newest,
    published_results.c.kind,
    published_results.c.result_version,
)

recounts = Table(
    "recounts",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("centre_code", String(32), nullable=False),
    Column("attempt_id", String(64), nullable=False),
    Column("sitting_id", String(64), nullable=False, index=True),
    Column("programme_id", String(64), nullable=False),
    Column("candidate_id", String(64), nullable=False),
    # The published version that is doubted.
    Column("published", ForeignKey("published_results.cursor"), nullable=False),
    Column("requested_at", UtcTime, nullable=False),
    # "candidate" where it came from the look-up page, otherwise an account.
    Column("requested_by", String(100), nullable=False),
    Column("text", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("answer", Text, nullable=False, server_default=""),
    Column("answered_by", String(100)),
    Column("answered_at", UtcTime),
)

"""Tables of results: the current one of each attempt, every version, and what they follow from.

``final_marks``, ``result_decisions`` and ``item_rulings`` are only ever added to. Together with
the stored bundles they give every result again.
"""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from sync.hq.persistence.tables import metadata
from sync.hq.persistence.types import Exact, UtcTime

# The bundle that counts for each attempt, with its score as it is now. Lists read this table only.
results = Table(
    "results",
    metadata,
    Column("centre_code", ForeignKey("centres.code"), primary_key=True),
    Column("attempt_id", String(64), primary_key=True),
    # Raised with every change, so that readers who continue after a number miss none.
    Column("cursor", Integer, nullable=False, unique=True),
    Column("version", Integer, nullable=False),
    Column("bundle_id", ForeignKey("bundles.id"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("sitting_id", String(64), nullable=False),
    Column("candidate_id", String(64), nullable=False, index=True),
    Column("admission_no", String(32), nullable=False),
    # Of candidates admitted by hand, who have no seat here.
    Column("guest_name", String(100)),
    Column("paper", String(64), nullable=False),
    Column("programme_id", String(64)),
    Column("programme_version", Integer),
    Column("trade", String(64)),
    Column("level", String(64)),
    Column("room", String(64), nullable=False),
    Column("guest_seat", String(16)),
    Column("status", String(32), nullable=False),
    Column("remark", String(200), nullable=False),
    Column("objective", Exact),
    Column("exact_total", Exact),
    Column("total", Exact),
    Column("passed", Boolean),
    Column("parts", JSON, nullable=False),
    # Which parts come from earlier attempts of the candidate.
    Column("taken", JSON, nullable=False, server_default="{}"),
    Column("pending_count", Integer, nullable=False),
    Column("answered", Integer, nullable=False),
    Column("leaves", Integer, nullable=False),
    Column("incidents", Integer, nullable=False),
    Column("end_reason", String(32), nullable=False),
    Column("ended_at", UtcTime, nullable=False),
    Column("part_times", JSON, nullable=False),
    Column("without", JSON, nullable=False),
    Column("answers_digest", String(64), nullable=False),
    Column("chain_ok", Boolean, nullable=False),
    Column("answer_findings", JSON(none_as_null=True)),
    # Bundles of later epochs: a centre that was restored from a backup reported again.
    Column("later_epochs", Integer, nullable=False),
    Column("received_at", UtcTime, nullable=False),
    Column("changed_at", UtcTime, nullable=False),
)
Index("results_of_sitting", results.c.sitting_id, results.c.cursor)
Index("results_by_status", results.c.status, results.c.cursor)
Index("results_of_centre", results.c.centre_code, results.c.cursor)
Index("results_of_paper", results.c.sitting_id, results.c.paper, results.c.cursor)
# Has all that release counts, so that no row is read for it.
Index(
    "results_of_examination",
    results.c.programme_id,
    results.c.sitting_id,
    results.c.status,
    results.c.centre_code,
    results.c.attempt_id,
    results.c.version,
)
# Without it SQLite goes through a whole sitting for each candidate of that sitting.
Index("results_of_candidate", results.c.sitting_id, results.c.candidate_id)

result_versions = Table(
    "result_versions",
    metadata,
    Column("centre_code", String(32), primary_key=True),
    Column("attempt_id", String(64), primary_key=True),
    # From 1; the highest is the current one.
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("bundle_id", ForeignKey("bundles.id"), nullable=False),
    Column("cause", String(16), nullable=False),
    Column("by", String(100), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("sheet", JSON, nullable=False),
    Column("digest", String(64), nullable=False),
)

final_marks = Table(
    "final_marks",
    metadata,
    Column("centre_code", String(32), primary_key=True),
    Column("attempt_id", String(64), primary_key=True),
    Column("item_id", String(64), primary_key=True),
    # From 1; the highest counts.
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("points", Exact, nullable=False),
    # Of the answer that was marked: another answer needs another mark.
    Column("answer_digest", String(64), nullable=False),
    Column("by", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
)

result_decisions = Table(
    "result_decisions",
    metadata,
    Column("centre_code", String(32), primary_key=True),
    Column("attempt_id", String(64), primary_key=True),
    # From 1; the highest counts.
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(16), nullable=False),
    Column("reason_code", String(64), nullable=False),
    Column("text", Text, nullable=False),
    Column("by", String(100), nullable=False),
    Column("second", String(100), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("case_id", String(64), nullable=False),
    # Of a voided result: the parts and subjects that give no points; empty where all is void.
    Column("parts", JSON, nullable=False, server_default="[]"),
)

# Whose the attempt of somebody is whom a centre admitted by hand. The newest applied one holds.
guest_acts = Table(
    "guest_acts",
    metadata,
    Column("centre_code", String(32), primary_key=True),
    Column("attempt_id", String(64), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    # Empty: nobody's any more.
    Column("candidate_id", String(64), nullable=False, index=True),
    Column("reason", Text, nullable=False),
    Column("by", String(100), nullable=False),
    Column("at", UtcTime, nullable=False),
    # Who confirmed or rejected it; empty where one person is enough.
    Column("second", String(100), nullable=False),
    Column("decided_at", UtcTime),
    Column("outcome", String(16), nullable=False),
)

item_rulings = Table(
    "item_rulings",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("programme_id", String(64), nullable=False),
    Column("item_id", String(64), nullable=False),
    # Empty for all sittings.
    Column("sitting_id", String(64), nullable=False),
    # The only version of the item that it concerns; none for all.
    Column("item_version", Integer),
    Column("kind", String(16), nullable=False),
    Column("key", JSON, nullable=False),
    # The ruling that this one revokes.
    Column("revokes", String(64)),
    Column("reason", Text, nullable=False),
    Column("proposed_by", String(100), nullable=False),
    Column("proposed_at", UtcTime, nullable=False),
    Column("approved_by", String(100)),
    Column("rejected_at", UtcTime),
    Column("applied_at", UtcTime),
    # The order in which rulings were applied, from 1.
    Column("number", Integer, unique=True),
)
Index("rulings_of_item", item_rulings.c.programme_id, item_rulings.c.item_id)

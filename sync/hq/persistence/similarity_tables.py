"""Tables of answer similarity: every run with what it was made from, and the pairs it named.

Only ever added to: a later run stands beside the earlier ones.
"""

from sqlalchemy import JSON, Column, Float, ForeignKey, Index, Integer, String, Table

from sync.hq.persistence.tables import metadata
from sync.hq.persistence.types import UtcTime

similarity_runs = Table(
    "similarity_runs",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("cursor", Integer, nullable=False, unique=True),
    Column("sitting_id", String(64), nullable=False, index=True),
    Column("paper", String(64), nullable=False),
    # The drawn paper, and which of the parallel ones it is.
    Column("paper_id", String(64), nullable=False),
    Column("label", String(8), nullable=False),
    Column("programme_id", String(64), nullable=False),
    Column("username", String(100), nullable=False),
    Column("started_at", UtcTime, nullable=False),
    Column("finished_at", UtcTime, nullable=False),
    Column("parameters", JSON, nullable=False),
    # Of the paper, its keys and the bundles that counted.
    Column("input_digest", String(64), nullable=False),
    Column("candidates", Integer, nullable=False),
    Column("compared", Integer, nullable=False),
    Column("strong", Integer, nullable=False),
    Column("notable", Integer, nullable=False),
    Column("texts", Integer, nullable=False),
    # Who was left out and why, and the figures of the rooms.
    Column("summary", JSON, nullable=False),
)

similarity_pairs = Table(
    "similarity_pairs",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("run_id", ForeignKey("similarity_runs.id"), nullable=False),
    # From 1, the least probable first.
    Column("number", Integer, nullable=False),
    Column("first_centre", String(32), nullable=False),
    Column("first_attempt", String(64), nullable=False),
    Column("first_bundle", ForeignKey("bundles.id"), nullable=False),
    Column("first_room", String(64), nullable=False),
    Column("second_centre", String(32), nullable=False),
    Column("second_attempt", String(64), nullable=False),
    Column("second_bundle", ForeignKey("bundles.id"), nullable=False),
    Column("second_room", String(64), nullable=False),
    Column("level", String(16), nullable=False),
    Column("probability", Float, nullable=False),
    Column("holm", Float, nullable=False),
    Column("fdr", Float, nullable=False),
    Column("relation", String(16), nullable=False),
    Column("cluster", Integer, nullable=False),
    # Numbers of answers, the indices, save times and shared passages.
    Column("facts", JSON, nullable=False),
)
Index("similar_pairs_of_run", similarity_pairs.c.run_id, similarity_pairs.c.number, unique=True)

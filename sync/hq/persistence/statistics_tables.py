"""Tables of statistics: a snapshot for each paper of a sitting, and a row for each of its items."""

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
)

from sync.hq.persistence.tables import metadata
from sync.hq.persistence.types import UtcTime

statistics_runs = Table(
    "statistics_runs",
    metadata,
    Column("id", String(64), primary_key=True),
    # Counts all runs in the order in which they were stored.
    Column("number", Integer, nullable=False),
    Column("sitting_id", ForeignKey("sittings.id"), nullable=False),
    Column("paper", String(64), nullable=False),
    Column("programme_id", String(64), nullable=False),
    # The newest one of its sitting and paper; earlier ones stay, as people have read them.
    Column("current", Boolean, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("by", String(100), nullable=False),
    # Highest cursor and number of the results that it was computed from.
    Column("cursor", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    # Of everything that it was computed from.
    Column("digest", String(64), nullable=False),
    # The run of an earlier sitting whose difficulties were compared.
    Column("reference", String(64)),
    Column("figures", JSON, nullable=False),
)
Index(
    "statistics_of_sitting",
    statistics_runs.c.sitting_id,
    statistics_runs.c.paper,
    statistics_runs.c.current,
)
Index("statistics_by_number", statistics_runs.c.number, unique=True)

statistics_items = Table(
    "statistics_items",
    metadata,
    Column("run_id", ForeignKey("statistics_runs.id"), primary_key=True),
    # Label of the paper that was drawn, such as A.
    Column("form", String(8), primary_key=True),
    Column("item_id", String(64), primary_key=True),
    Column("programme_id", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    Column("position", Integer, nullable=False),
    Column("count", Integer, nullable=False),
    Column("difficulty", Float),
    Column("discrimination", Float),
    Column("flags", JSON, nullable=False),
    Column("figures", JSON, nullable=False),
)
Index(
    "statistics_of_item",
    statistics_items.c.programme_id,
    statistics_items.c.item_id,
    statistics_items.c.run_id,
)

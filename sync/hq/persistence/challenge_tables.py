"""Challenges of items by candidates, centres and staff."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from sync.hq.persistence.tables import metadata
from sync.hq.persistence.types import UtcTime

item_challenges = Table(
    "item_challenges",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("programme_id", String(64), nullable=False),
    Column("item_id", String(64), nullable=False),
    Column("sitting_id", ForeignKey("sittings.id"), nullable=False),
    # candidate, centre or staff
    Column("source", String(16), nullable=False),
    # Who challenges it, in the source's own words; may be empty.
    Column("sender", String(200), nullable=False),
    Column("text", Text, nullable=False),
    Column("received_at", UtcTime, nullable=False),
    Column("entered_by", String(100), nullable=False),
    Column("state", String(16), nullable=False),
    Column("answer", Text, nullable=False, server_default=""),
    Column("decided_by", String(100)),
    Column("decided_at", UtcTime),
    # The ruling that followed from it.
    Column("ruling_id", String(64)),
)
Index("challenges_by_state", item_challenges.c.state, item_challenges.c.id)
Index("challenges_of_item", item_challenges.c.programme_id, item_challenges.c.item_id)

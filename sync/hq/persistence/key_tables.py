"""Tables of headquarters' own keys: what was announced, and which centres have followed."""

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, String, Table

from sync.hq.persistence.tables import metadata as metadata
from sync.hq.persistence.types import UtcTime

# Signed statements, as they are in the folder of keys. Private keys are never in the database.
key_statements = Table(
    "key_statements",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("document", LargeBinary, nullable=False),
)

key_followers = Table(
    "key_followers",
    metadata,
    Column("centre_code", ForeignKey("centres.code"), primary_key=True),
    Column("number", Integer, nullable=False),
    Column("at", UtcTime, nullable=False),
    # network or stick
    Column("way", String(16), nullable=False),
)

"""All tables: importing this module completes the metadata."""

from sync.hq.persistence import (
    announcement_tables,
    certificate_tables,
    challenge_tables,
    exchange_tables,
    key_tables,
    marking_tables,
    material_tables,
    release_tables,
    result_tables,
    review_tables,
    role_tables,
    similarity_tables,
    statistics_tables,
    sync_tables,
    tables,
)

metadata = tables.metadata
MODULES = (
    announcement_tables,
    certificate_tables,
    challenge_tables,
    exchange_tables,
    key_tables,
    marking_tables,
    material_tables,
    release_tables,
    result_tables,
    review_tables,
    role_tables,
    similarity_tables,
    statistics_tables,
    sync_tables,
    tables,
)
"""Modules with tables."""

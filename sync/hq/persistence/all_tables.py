"""All tables: importing this module completes the metadata."""

from sync.hq.persistence import (
    challenge_tables,
    exchange_tables,
    material_tables,
    release_tables,
    result_tables,
    review_tables,
    role_tables,
    similarity_tables,
    sync_tables,
    tables,
)

metadata = tables.metadata
MODULES = (
    *(tables, sync_tables, material_tables, result_tables, role_tables),
    *(review_tables, release_tables, challenge_tables, similarity_tables, exchange_tables),
)

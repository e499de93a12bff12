"""All tables: importing this module completes the metadata."""

from sync.hq.persistence import (
    exchange_tables,
    material_tables,
    result_tables,
    role_tables,
    sync_tables,
    tables,
)

metadata = tables.metadata
MODULES = (tables, sync_tables, material_tables, result_tables, role_tables, exchange_tables)

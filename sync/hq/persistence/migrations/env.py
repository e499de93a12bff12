"""Alembic's entry to the database: always over the caller's connection."""

from alembic import context

from sync.hq.persistence.exchange_tables import metadata as _with_exchange_tables  # noqa: F401
from sync.hq.persistence.material_tables import metadata
from sync.hq.persistence.sync_tables import metadata as _with_sync_tables  # noqa: F401

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite changes a table by copying it
)
with context.begin_transaction():
    context.run_migrations()

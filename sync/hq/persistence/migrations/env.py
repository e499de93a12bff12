"""Alembic's entry to the database: always over the caller's connection."""

from alembic import context

from sync.hq.persistence.all_tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite changes a table by copying it
)
with context.begin_transaction():
    context.run_migrations()

"""Bringing a database's tables up to date, in the transaction of the caller."""

from functools import cache

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, select

from sync.hq.errors import NewerDatabase, OlderDatabase
from sync.hq.persistence import tables

FIRST = "0001"
"""The revision that a database has which was made before revisions were counted."""
SHAPE = 3
"""What such a database says of itself in ``meta``."""
_SCRIPTS = "sync.hq.persistence:migrations"


def migrate(connection: Connection) -> bool:
    """Run the steps that are missing; True when there were any.

    The caller's transaction must have the database to itself, and undoes all steps on an error.
    Raises :class:`NewerDatabase` or :class:`OlderDatabase`.
    """
    found = revision(connection) or _adopted(connection)
    if found is not None and found not in known():
        raise NewerDatabase(found=found, known=head())
    if found == head():
        return False
    command.upgrade(_config(connection), "head")
    return True


def revision(connection: Connection) -> str | None:
    """The revision of a database's tables, or None when none is noted."""
    return MigrationContext.configure(connection).get_current_revision()


@cache
def known() -> frozenset[str]:
    """All revisions that this software knows."""
    return frozenset(one.revision for one in _scripts().walk_revisions())


@cache
def head() -> str:
    """The newest of them."""
    return str(_scripts().get_current_head())


def _adopted(connection: Connection) -> str | None:
    """Take over a database from before revisions were counted; None when there are no tables."""
    if not inspect(connection).has_table(tables.meta.name):
        return None
    query = select(tables.meta.c.value).where(tables.meta.c.key == "shape")
    shape = int(connection.execute(query).scalar_one())
    if shape > SHAPE:
        raise NewerDatabase(found=shape, known=SHAPE)
    if shape < SHAPE:
        raise OlderDatabase(found=shape, known=SHAPE)
    command.stamp(_config(connection), FIRST)
    return FIRST


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", _SCRIPTS)
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())

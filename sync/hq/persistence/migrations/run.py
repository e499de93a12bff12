"""Migration of a database's tables, in the caller's transaction."""

from functools import cache

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from sync.hq.errors import NewerDatabase, OlderDatabase

_SCRIPTS = "sync.hq.persistence:migrations"
_BEFORE_0_2_0 = frozenset(("0001", "0002", "0003", "0004", "0005"))
"""Revisions of the databases that were made before 0.2.0."""


def migrate(connection: Connection) -> bool:
    """Run the missing steps; return whether there were any.

    The caller's transaction must be exclusive; an error undoes all steps.

    Raises:
        NewerDatabase: a newer version of the software wrote the tables.
        OlderDatabase: the tables are too old to convert.
    """
    found = revision(connection)
    if found in _BEFORE_0_2_0 or (found is None and inspect(connection).get_table_names()):
        raise OlderDatabase
    if found is not None and found not in known():
        raise NewerDatabase(found=found, known=head())
    if found == head():
        return False
    command.upgrade(_config(connection), "head")
    return True


def revision(connection: Connection) -> str | None:
    """Return the revision recorded in the database, or None."""
    return MigrationContext.configure(connection).get_current_revision()


@cache
def known() -> frozenset[str]:
    """Return all revisions that this software knows."""
    return frozenset(script.revision for script in _scripts().walk_revisions())


@cache
def head() -> str:
    """Return the newest revision."""
    return str(_scripts().get_current_head())


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", _SCRIPTS)
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())

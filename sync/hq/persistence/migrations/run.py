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


def migrate(connection: Connection, empty_to: str | None = None) -> bool:
    """Run the missing steps; return whether there were any.

    ``empty_to``: the revision at which an empty database stops, to receive rows of that time.
    The caller's transaction must be exclusive; an error undoes all steps.

    Raises:
        NewerDatabase: a newer version of the software wrote the tables, or the rows.
        OlderDatabase: the tables are too old to convert.
    """
    found = revision(connection)
    if found in _BEFORE_0_2_0 or (found is None and inspect(connection).get_table_names()):
        raise OlderDatabase
    for named in (found, empty_to):
        if named is not None and named not in known():
            raise NewerDatabase(found=named, known=head())
    if found == head() or (found is not None and found == empty_to):
        return False
    command.upgrade(_config(connection), (empty_to if found is None else None) or "head")
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

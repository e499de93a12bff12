"""Check of database and object storage, each independent of the other, with a count of contents."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import func, select

from sync.hq.errors import DatabaseError
from sync.hq.persistence import tables
from sync.hq.persistence.migrations.run import revision
from sync.hq.persistence.opening import open_blobs, open_database
from sync.hq.settings import StorageSettings


@dataclass(frozen=True)
class DatabaseReport:
    """``problem`` is empty if the database works; ``rows`` counts rows by table name."""

    url: str
    problem: str = ""
    revision: str | None = None
    rows: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class BlobsReport:
    """``problem`` is empty if the object storage works."""

    url: str
    problem: str = ""
    objects: int = 0


def check_database(settings: StorageSettings, data_dir: Path) -> DatabaseReport:
    """Open the database, which migrates it, and count its rows."""
    try:
        database = open_database(settings.database, data_dir)
    except DatabaseError as error:
        return DatabaseReport(settings.database, str(error))
    try:
        with database.read() as connection:
            rows = {
                table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
                for table in tables.metadata.sorted_tables
            }
            return DatabaseReport(settings.database, "", revision(connection), rows)
    except DatabaseError as error:
        return DatabaseReport(settings.database, str(error))
    finally:
        database.close()


def check_blobs(settings: StorageSettings, data_dir: Path) -> BlobsReport:
    """Check that the object storage answers, and count its objects."""
    try:
        blobs = open_blobs(settings.blobs, data_dir)
        blobs.check()
        return BlobsReport(settings.blobs, "", sum(1 for _ in blobs.names()))
    except DatabaseError as error:
        return BlobsReport(settings.blobs, str(error))

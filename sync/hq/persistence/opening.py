"""Opens the database and the object storage that the settings name."""

from pathlib import Path

from sync.hq.persistence.blobs import Blobs
from sync.hq.persistence.database import Database
from sync.hq.persistence.folder_blobs import FolderBlobs
from sync.hq.persistence.postgresql_database import PostgresqlDatabase
from sync.hq.persistence.sqlite_database import SqliteDatabase
from sync.hq.persistence.storage_urls import Bucket, PostgresqlUrl, blobs_place, database_url


def open_database(url: str, data_dir: Path, empty_to: str | None = None) -> Database:
    """Open the database of a URL; a file name is relative to the data directory.

    ``empty_to``: the revision of the tables that an empty database gets, instead of the newest.

    Raises:
        ValueError: the URL is not a known kind.
        DatabaseError: the database cannot be used.
    """
    place = database_url(url)
    if isinstance(place, PostgresqlUrl):
        return PostgresqlDatabase(place.url, empty_to)
    return SqliteDatabase(data_dir / place.path, empty_to)


def open_blobs(url: str, data_dir: Path) -> Blobs:
    """Open the object storage of a URL; a folder name is relative to the data directory.

    Raises:
        ValueError: the URL is not a known kind.
    """
    place = blobs_place(url)
    if isinstance(place, Bucket):
        # Imported here: loading boto3 takes longer than most commands run.
        from sync.hq.persistence.s3_blobs import S3Blobs

        return S3Blobs(place)
    return FolderBlobs(data_dir / place.path)

"""Fresh storage for each test: files, or what HQ_TEST_DATABASE and HQ_TEST_BLOBS name."""

import atexit
import os
import uuid
from typing import cast

import psycopg
from sqlalchemy import make_url

from sync.hq.persistence.folder_blobs import FolderBlobs
from sync.hq.persistence.s3_blobs import S3Blobs
from sync.hq.persistence.storage_urls import Bucket, blobs_place
from sync.hq.services import HqServices
from sync.hq.settings import StorageSettings
from tests.servers import BLOBS, DATABASE

_schemas: list[str] = []
_databases: list[str] = []


def fresh() -> StorageSettings:
    """Storage that holds nothing; what is made for it in PostgreSQL is dropped after the test."""
    url = os.environ.get(DATABASE)
    database = _schema(url) if url else StorageSettings().database
    return StorageSettings(database=database, blobs=fresh_blobs())


def original() -> StorageSettings:
    """Storage that holds nothing, to be filled and copied; it goes with this process."""
    url = os.environ.get(DATABASE)
    if url is None:
        return fresh()
    name = f"original_{uuid.uuid4().hex}"
    _command(url, f"CREATE DATABASE {name}")
    atexit.register(_command, url, f"DROP DATABASE {name}")
    return StorageSettings(database=_named(url, name), blobs=fresh_blobs())


def copied(storage: StorageSettings) -> StorageSettings:
    """A copy of what :func:`original` gave, without the files; no connection to that is open."""
    url, blobs = os.environ.get(DATABASE), fresh_blobs()
    if os.environ.get(BLOBS):
        _copy_objects(storage.blobs, blobs)
    if url is None:
        return StorageSettings(database=storage.database, blobs=blobs)
    name = f"test_{uuid.uuid4().hex}"
    _command(url, f"CREATE DATABASE {name} TEMPLATE {make_url(storage.database).database}")
    _databases.append(name)
    return StorageSettings(database=_named(url, name), blobs=blobs)


def fresh_blobs() -> str:
    """Where no object is yet."""
    url = os.environ.get(BLOBS)
    return _prefix(url) if url else StorageSettings().blobs


def drop_storage() -> None:
    """Drop what :func:`fresh` and :func:`copied` made in PostgreSQL."""
    for name in _databases:
        _command(os.environ[DATABASE], f"DROP DATABASE {name} WITH (FORCE)")
    _databases.clear()
    if _schemas:
        with psycopg.connect(os.environ[DATABASE]) as connection:
            for name in _schemas:
                connection.execute(f"DROP SCHEMA {name} CASCADE".encode())
        _schemas.clear()


def spoil(hq: HqServices, sha256: str, data: bytes = b"something else") -> None:
    """Put other bytes where an object is, as a failing disk would."""
    blobs = hq.storage.blobs
    if isinstance(blobs, FolderBlobs):
        path = blobs._path(sha256)
        path.chmod(0o600)
        path.write_bytes(data)
    else:
        assert isinstance(blobs, S3Blobs)
        blobs._client.put_object(Bucket=blobs._bucket, Key=blobs._key(sha256), Body=data)


def _schema(url: str) -> str:
    name = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(url) as connection:
        connection.execute(f"CREATE SCHEMA {name}".encode())
    _schemas.append(name)
    full = make_url(url).update_query_dict({"options": f"-csearch_path={name}"})
    return full.render_as_string(hide_password=False)


def _command(url: str, command: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(command.encode())


def _named(url: str, database: str) -> str:
    return make_url(url).set(database=database).render_as_string(hide_password=False)


def _copy_objects(source: str, to: str) -> None:
    before, after = (S3Blobs(cast(Bucket, blobs_place(url))) for url in (source, to))
    for sha256 in before.names():
        after.put(before.get(sha256))


def _prefix(url: str) -> str:
    bucket, _, options = url.partition("?")
    return f"{bucket}/{uuid.uuid4().hex}?{options}"

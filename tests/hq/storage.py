"""Fresh storage for each test: files, or what HQ_TEST_DATABASE and HQ_TEST_BLOBS name."""

import os
import uuid

import psycopg
from sqlalchemy import make_url

from sync.hq.persistence.folder_blobs import FolderBlobs
from sync.hq.persistence.s3_blobs import S3Blobs
from sync.hq.services import HqServices
from sync.hq.settings import StorageSettings
from tests.servers import BLOBS, DATABASE

_schemas: list[str] = []


def fresh() -> StorageSettings:
    """Storage that holds nothing; what is made for it in PostgreSQL is dropped after the test."""
    url = os.environ.get(DATABASE)
    database = _schema(url) if url else StorageSettings().database
    return StorageSettings(database=database, blobs=fresh_blobs())


def fresh_blobs() -> str:
    """Where no object is yet."""
    url = os.environ.get(BLOBS)
    return _prefix(url) if url else StorageSettings().blobs


def drop_schemas() -> None:
    """Drop what :func:`fresh` made."""
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


def _prefix(url: str) -> str:
    bucket, _, options = url.partition("?")
    return f"{bucket}/{uuid.uuid4().hex}?{options}"

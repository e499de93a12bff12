"""Objects in a bucket of S3-compatible storage, for any number of processes.

Credentials come from where AWS' own tools look for them (environment, credentials file), never
from the settings. Some servers accept an object with a wrong checksum, so every object is read
back and hashed after it was put.
"""

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from http.client import INSUFFICIENT_STORAGE
from typing import Any, BinaryIO, cast

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from sync.hq.errors import BlobsUnreachable, NotFound, StorageFull
from sync.hq.persistence.blobs import Blobs, Opened, checked, is_name
from sync.hq.persistence.storage_urls import Bucket
from sync.wire.canonical import digest

CONNECTIONS = 32
_MISSING = {"404", "NoSuchKey", "NotFound"}
_log = logging.getLogger(__name__)


class S3Blobs(Blobs):
    """One S3 object per object, under the key ``PREFIX/SHA256``."""

    def __init__(self, place: Bucket) -> None:
        self._bucket = place.name
        self._prefix = f"{place.prefix}/" if place.prefix else ""
        with _told():
            self._client = _client(place)

    def put(self, data: bytes) -> str:
        """Store ``data``, read it back, and return its SHA-256.

        Existing objects are written again, which resets their age.
        """
        name = digest(data)
        with _told():
            self._client.put_object(Bucket=self._bucket, Key=self._key(name), Body=data)
        try:
            self.get(name)
        except NotFound as error:  # accepted, but not stored
            raise _unreachable(error) from error
        return name

    def has(self, sha256: str) -> bool:
        """Return whether the object exists."""
        try:
            self._head(sha256)
        except NotFound:
            return False
        return True

    def open(self, sha256: str) -> Opened:
        """Open the object to send parts of it, unchecked.

        Raises:
            NotFound: it does not exist.
        """
        size = int(self._head(sha256)["ContentLength"])
        stream = _Stream(self._client, self._bucket, self._key(sha256), size)
        return Opened(cast(BinaryIO, stream), size)

    def drop(self, sha256: str, older_than: datetime | None = None) -> bool:
        """Delete an object if it exists and was last put before ``older_than``."""
        try:
            found = self._head(sha256)
        except NotFound:
            return False
        if older_than is not None and found["LastModified"] >= older_than:
            return False
        with _told():
            self._client.delete_object(Bucket=self._bucket, Key=self._key(sha256))
        return True

    def names(self, older_than: datetime | None = None) -> Iterator[str]:
        """Return the names of all objects, or of those last put before ``older_than``."""
        with _told():
            pages = self._client.get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self._bucket, Prefix=self._prefix):
                for one in page.get("Contents", ()):
                    name = one["Key"].removeprefix(self._prefix)
                    if is_name(name) and (older_than is None or one["LastModified"] < older_than):
                        yield name

    def check(self) -> None:
        """Check that the bucket answers.

        Raises:
            BlobsUnreachable: it does not.
        """
        with _told():
            self._client.list_objects_v2(Bucket=self._bucket, Prefix=self._prefix, MaxKeys=1)

    def _read(self, sha256: str) -> bytes:
        with _told():
            found = self._client.get_object(Bucket=self._bucket, Key=self._key(sha256))
            data: bytes = found["Body"].read()
        return data

    def _head(self, sha256: str) -> Any:
        with _told():
            return self._client.head_object(Bucket=self._bucket, Key=self._key(sha256))

    def _key(self, sha256: str) -> str:
        return self._prefix + checked(sha256)


class _Stream(io.RawIOBase):
    """A seekable stream over an object; requests nothing before the first read."""

    def __init__(self, client: Any, bucket: str, key: str, size: int) -> None:
        super().__init__()
        self._client, self._bucket, self._key, self._size = client, bucket, key, size
        self._at = 0
        self._body: Any = None

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def tell(self) -> int:
        """Return the offset of the next byte."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move to another offset; the next read opens a new request from there."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._let_go()
        self._at = max(0, start + offset)
        return self._at

    def readinto(self, buffer: Any) -> int:
        """Read up to the size of the buffer; return 0 at the end of the object."""
        if self._at >= self._size:
            return 0
        with _told():
            if self._body is None:
                found = self._client.get_object(
                    Bucket=self._bucket, Key=self._key, Range=f"bytes={self._at}-"
                )
                self._body = found["Body"]
            data = self._body.read(len(buffer))
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)

    def close(self) -> None:
        """Close the connection."""
        self._let_go()
        super().close()

    def _let_go(self) -> None:
        if self._body is not None:
            self._body.close()
            self._body = None


@contextmanager
def _told() -> Iterator[None]:
    """Translate errors of boto3."""
    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] in _MISSING:
            raise NotFound(what="object") from error
        if error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") == INSUFFICIENT_STORAGE:
            raise StorageFull from error
        raise _unreachable(error) from error
    except BotoCoreError as error:
        raise _unreachable(error) from error


def _unreachable(error: Exception) -> BlobsUnreachable:
    _log.error("the storage of objects cannot be reached: %s", error)
    return BlobsUnreachable()


def _client(place: Bucket) -> Any:
    return boto3.client(
        "s3",
        endpoint_url=place.endpoint,
        region_name=place.region,
        config=Config(
            connect_timeout=5,
            read_timeout=30,
            retries={"total_max_attempts": 4, "mode": "standard"},
            max_pool_connections=CONNECTIONS,
            # Some S3-compatible servers reject the checksums that boto3 sends by default.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            s3={"addressing_style": place.style},
        ),
    )

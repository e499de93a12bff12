"""Objects named by their SHA-256: written once, never changed, checked on every read.

They are in a folder (:mod:`sync.hq.persistence.folder_blobs`) or in S3-compatible storage
(:mod:`sync.hq.persistence.s3_blobs`). An object's age counts from its last ``put``, even if it
existed already: the sweep deletes only old objects that nothing refers to, and a caller that
has just put an object is about to refer to it.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from sync.hq.errors import BlobDamaged, NotFound
from sync.wire.canonical import digest

_WRITERS = 8
_NAME = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Opened:
    """A seekable stream over an object, and its length in bytes."""

    stream: BinaryIO
    size: int


class Blobs(ABC):
    """Storage of objects by content. Storing the same content twice is harmless."""

    @abstractmethod
    def put(self, data: bytes) -> str:
        """Store ``data`` durably, read it back, and return its SHA-256."""

    def keep(self, sha256: str, data: bytes) -> None:
        """Store an object again if the sweep has deleted it since it was put.

        Call it in the transaction that inserts the row that refers to it: the sweep waits for
        that.
        """
        if not self.has(sha256):
            self.put(data)

    def put_all(self, objects: Sequence[bytes | None]) -> list[str | None]:
        """Store several objects in parallel; None stays None."""
        with ThreadPoolExecutor(_WRITERS) as pool:
            return list(pool.map(lambda one: None if one is None else self.put(one), objects))

    def get(self, sha256: str) -> bytes:
        """Return the object.

        Raises:
            NotFound: it does not exist.
            BlobDamaged: it does not match its name.
        """
        data = self._read(checked(sha256))
        if digest(data) != sha256:
            raise BlobDamaged(sha256=sha256)
        return data

    @abstractmethod
    def has(self, sha256: str) -> bool:
        """Return whether the object exists."""

    @abstractmethod
    def open(self, sha256: str) -> Opened:
        """Open the object to send parts of it, unchecked.

        Raises:
            NotFound: it does not exist.
        """

    @abstractmethod
    def drop(self, sha256: str, older_than: datetime | None = None) -> bool:
        """Delete an object if it exists and was last put before ``older_than``.

        Returns whether it was deleted. Only for objects that no row refers to.
        """

    @abstractmethod
    def names(self, older_than: datetime | None = None) -> Iterator[str]:
        """Return the names of all objects, or of those last put before ``older_than``."""

    @abstractmethod
    def check(self) -> None:
        """Check that the storage answers.

        Raises:
            BlobsUnreachable: it does not.
        """

    @abstractmethod
    def _read(self, sha256: str) -> bytes:
        """Return the bytes as stored.

        Raises:
            NotFound: the object does not exist.
        """


def checked(sha256: str) -> str:
    """Return the name itself if it is a valid object name.

    Raises:
        NotFound: it is not.
    """
    # Names come from requests and become paths: nothing but 64 hex digits may pass.
    if not _NAME.fullmatch(sha256):
        raise NotFound(what="object")
    return sha256


def is_name(text: str) -> bool:
    """Return whether a text is a valid object name."""
    return _NAME.fullmatch(text) is not None

"""Objects named by their SHA-256: written once, never changed, checked whenever they are read.

In a folder (:mod:`sync.hq.persistence.folder_blobs`) or in S3-compatible storage
(:mod:`sync.hq.persistence.s3_blobs`). An object's age counts from when it was put last, even if
it was there already: the sweep drops only what is old and nothing refers to, and whoever has just
put an object is about to refer to it.
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
    """An object to send parts of: a stream that can be positioned, and its length in bytes."""

    stream: BinaryIO
    size: int


class Blobs(ABC):
    """``put``, ``get`` and ``has`` by content. Writing the same content twice does no harm."""

    @abstractmethod
    def put(self, data: bytes) -> str:
        """Store ``data`` and return its SHA-256; it is durable then, and was read back."""

    def keep(self, sha256: str, data: bytes) -> None:
        """Put an object again that the sweep has dropped since it was put.

        Called where a row is about to refer to it, in a transaction that the sweep waits for.
        """
        if not self.has(sha256):
            self.put(data)

    def put_all(self, objects: Sequence[bytes | None]) -> list[str | None]:
        """Store several objects, which takes less waiting than one after another."""
        with ThreadPoolExecutor(_WRITERS) as pool:
            return list(pool.map(lambda one: None if one is None else self.put(one), objects))

    def get(self, sha256: str) -> bytes:
        """The object; raises :class:`NotFound` or :class:`BlobDamaged`."""
        data = self._read(checked(sha256))
        if digest(data) != sha256:
            raise BlobDamaged(sha256=sha256)
        return data

    @abstractmethod
    def has(self, sha256: str) -> bool:
        """Whether the object is there."""

    @abstractmethod
    def open(self, sha256: str) -> Opened:
        """The object, to send parts of it unchecked; raises :class:`NotFound`."""

    @abstractmethod
    def drop(self, sha256: str, older_than: datetime | None = None) -> bool:
        """Forget an object, if there is one and it was last put before ``older_than``.

        True when it was dropped. Only for what nothing refers to.
        """

    @abstractmethod
    def names(self, older_than: datetime | None = None) -> Iterator[str]:
        """The names of all objects, or of those that were last put before a time."""

    @abstractmethod
    def check(self) -> None:
        """Raise ``BlobsUnreachable`` unless the storage answers."""

    @abstractmethod
    def _read(self, sha256: str) -> bytes:
        """The bytes as they are stored; raises :class:`NotFound`."""


def checked(sha256: str) -> str:
    """The name itself; raises :class:`NotFound` for what is no name of an object."""
    if not _NAME.fullmatch(sha256):
        raise NotFound(what="object")
    return sha256


def is_name(text: str) -> bool:
    """Whether something is the name of an object."""
    return _NAME.fullmatch(text) is not None

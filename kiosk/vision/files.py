"""Files that are there whole or not at all, and their digests."""

import hashlib
import os
from pathlib import Path


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_whole(path: Path, data: bytes) -> None:
    """Write beside the file and take its place: a reader sees the old bytes or the new."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}")
    with part.open("wb") as file:
        file.write(data)
        settle(file.fileno())
    part.replace(path)


def settle(handle: int) -> None:
    """Get a file's bytes onto the disk."""
    os.fsync(handle)

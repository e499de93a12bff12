"""The ZIP around an exam package: five stored members, always the same bytes for the same content.

Nothing is ever extracted to disk, and names are compared, never used as paths. After reading, the
archive is packed again in memory and must be equal byte for byte: nothing can hide between, before
or behind the members, and a change of any single byte is detected.
"""

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from sync.wire.errors import PackageDamaged, PackageTooLarge
from sync.wire.packages.broken_zip import BROKEN_ZIP

MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"
NAMES = (MANIFEST, SIGNATURE, "roster.bin", "paper.bin", "paper.key")
SIZE_LIMITS: Mapping[str, int] = MappingProxyType(
    {
        MANIFEST: 1 << 20,
        SIGNATURE: 64,
        "roster.bin": 192 << 20,
        "paper.bin": 192 << 20,
        "paper.key": 1 << 10,
    }
)
"""Largest size of each member in bytes."""

MAX_BYTES = sum(SIZE_LIMITS.values()) + 4096
"""Largest package file in bytes."""

_EPOCH = (1980, 1, 1, 0, 0, 0)


def pack(members: Mapping[str, bytes]) -> bytes:
    """Build the archive of exactly the five members, in their fixed order."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name in NAMES:
            archive.writestr(_entry(name), members[name])
    return buffer.getvalue()


def read(source: bytes | Path) -> bytes:
    """Return the bytes of a package; raises PackageDamaged or PackageTooLarge."""
    data = source if isinstance(source, bytes) else _read_file(source)
    if len(data) > MAX_BYTES:
        raise PackageTooLarge(what="The package", size=len(data), limit=MAX_BYTES)
    return data


def head(data: bytes) -> dict[str, bytes]:
    """Manifest and signature alone, whatever other members there are.

    So that the manifest of a later format can say which version of the software it needs. Raises
    PackageDamaged or PackageTooLarge.
    """
    return _read_members(data, (MANIFEST, SIGNATURE))


def unpack(source: bytes | Path) -> dict[str, bytes]:
    """Read and check an archive in memory.

    Raises:
        PackageDamaged: it is not exactly such an archive.
        PackageTooLarge: the archive or a member exceeds its limit.
    """
    data = read(source)
    members = _read_members(data, NAMES)
    if pack(members) != data:
        raise PackageDamaged("bytes that do not belong to any member")
    return members


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, date_time=_EPOCH)
    entry.compress_type = zipfile.ZIP_STORED
    # zipfile would write the machine's own system and mode: other bytes for the same content.
    entry.create_system = 3
    entry.external_attr = 0o100600 << 16
    return entry


def _read_file(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise PackageDamaged(f"cannot be read: {error.strerror}") from error


def _read_members(data: bytes, names: Sequence[str]) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if names == NAMES and tuple(archive.namelist()) != NAMES:
                raise PackageDamaged("other members than the five that have to be there")
            for name in names:
                _check_entry(archive.getinfo(name))
            return {name: archive.read(name) for name in names}
    except BROKEN_ZIP as error:
        raise PackageDamaged("not a complete archive") from error


def _check_entry(entry: zipfile.ZipInfo) -> None:
    if entry.compress_type != zipfile.ZIP_STORED or entry.file_size != entry.compress_size:
        raise PackageDamaged(f"{entry.filename} is compressed")
    limit = SIZE_LIMITS[entry.filename]
    if entry.file_size > limit:
        raise PackageTooLarge(what=entry.filename, size=entry.file_size, limit=limit)

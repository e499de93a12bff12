"""ZIP archives from outside, read in memory: no path is followed, and bombs are rejected."""

import io
import stat
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from sync.hq.errors import BadImport
from sync.hq.problems import Phrase, Problem
from sync.wire.packages.broken_zip import BROKEN_ZIP

MAX_FILE = 512 << 20
"""Largest archive, in bytes."""
MAX_MEMBERS = 20_000
MAX_MEMBER = 256 << 20
"""Largest unpacked member, in bytes."""
MAX_UNPACKED = 1 << 30
"""Most bytes of all unpacked members together."""
MAX_RATIO = 200
"""Highest compression ratio of members over a megabyte."""

_LITTER = frozenset({".ds_store", "thumbs.db", "ehthumbs.db", "desktop.ini"})
_TWICE = Phrase("its name occurs twice")
_SMALL = 1 << 20
_CHUNK = 1 << 20


class Archive:
    """The members of a ZIP file by name; ``problems`` lists those that are rejected."""

    def __init__(self, data: bytes) -> None:
        """Read the directory.

        Raises:
            BadImport: it is no ZIP file, too large, or unpacks to too much.
        """
        if len(data) > MAX_FILE:
            raise _refused("too_large", size=len(data), limit=MAX_FILE)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except BROKEN_ZIP as error:
            raise _refused(
                "unreadable", format="ZIP", reason=Phrase("the archive is damaged")
            ) from error
        self.problems: list[Problem] = []
        self._members = self._taken(self._zip.infolist())

    @property
    def names(self) -> Sequence[str]:
        """The members that may be read, in the archive's order."""
        return list(self._members)

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def read(self, name: str) -> bytes:
        """Return one member's bytes.

        Raises:
            KeyError: there is no such member.
            BadImport: it is damaged.
        """
        member = self._members[name]
        try:
            with self._zip.open(member) as file:
                # One byte more than announced: the directory of a hostile archive may state a
                # smaller size.
                data = file.read(min(member.file_size, MAX_MEMBER) + 1)
        except BROKEN_ZIP as error:
            raise _refused(
                "unreadable", at=name, format="ZIP", reason=Phrase("it is damaged")
            ) from error
        if len(data) > member.file_size:
            raise _refused("archive", at=name, reason=Phrase("it is larger than it says"))
        return data

    def beginning(self, name: str, size: int) -> bytes:
        """Return at most the first ``size`` bytes of a member.

        Raises:
            KeyError: there is no such member.
            BadImport: it is damaged.
        """
        try:
            with self._zip.open(self._members[name]) as file:
                return file.read(size)
        except BROKEN_ZIP as error:
            raise _refused(
                "unreadable", at=name, format="ZIP", reason=Phrase("it is damaged")
            ) from error

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield one member's bytes, a megabyte at a time.

        Raises:
            KeyError: there is no such member.
            BadImport: it is damaged.
        """
        try:
            with self._zip.open(self._members[name]) as file:
                while chunk := file.read(_CHUNK):
                    yield chunk
        except BROKEN_ZIP as error:
            raise _refused(
                "unreadable", at=name, format="ZIP", reason=Phrase("it is damaged")
            ) from error

    def _taken(self, entries: Sequence[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
        if len(entries) > MAX_MEMBERS:
            raise _refused(
                "archive", reason=Phrase("it has more than %(limit)s files", {"limit": MAX_MEMBERS})
            )
        if sum(entry.file_size for entry in entries) > MAX_UNPACKED:
            raise _refused("archive", reason=Phrase("it would unpack to more than a gigabyte"))
        members: dict[str, zipfile.ZipInfo] = {}
        encoding = _encoding(entries)
        for entry in entries:
            name = _name(entry, encoding)
            if name.endswith("/") or is_litter(name):
                continue
            reason = _TWICE if name in members else _reason(entry, name)
            if reason:
                problem = Problem("archive", "file", name, params={"reason": reason}, is_error=True)
                self.problems.append(problem)
            else:
                members[name] = entry
        return members


def is_litter(path: str) -> bool:
    """Return whether a system put a file there, and not a person."""
    *folders, name = path.split("/")
    return name.startswith("._") or name.casefold() in _LITTER or "__MACOSX" in folders


def _name(entry: zipfile.ZipInfo, encoding: str) -> str:
    """Return the member's name with slashes between folders.

    Some programs for Windows write backslashes.
    """
    return _decoded(entry, encoding).replace("\\", "/")


def _encoding(entries: Sequence[zipfile.ZipInfo]) -> str:
    """Return the encoding of the names that do not say theirs: UTF-8 if all are, else GBK.

    macOS writes UTF-8 without saying so, old Chinese programs for Windows write GBK.
    """
    try:
        for entry in entries:
            _raw(entry).decode("utf-8")
    except UnicodeError:
        return "gb18030"
    return "utf-8"


def _decoded(entry: zipfile.ZipInfo, encoding: str) -> str:
    # Bit 11 of the flags says that the name is UTF-8.
    if entry.flag_bits & 0x800:
        return entry.filename
    try:
        return _raw(entry).decode(encoding)
    except UnicodeError:
        return entry.filename


def _raw(entry: zipfile.ZipInfo) -> bytes:
    """Return the bytes of a name that ZIP readers decoded as cp437; empty if it is UTF-8."""
    return b"" if entry.flag_bits & 0x800 else entry.filename.encode("cp437")


def _reason(entry: zipfile.ZipInfo, name: str) -> Phrase | None:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or ":" in name or "\0" in name:
        return Phrase("its path leads out of the archive")
    if not name:
        return Phrase("it has no name")
    # Archives made on Unix have the file mode in the upper 16 bits.
    if stat.S_ISLNK(entry.external_attr >> 16):
        return Phrase("it is a link")
    if entry.flag_bits & 0x1:
        return Phrase("it is encrypted")
    if entry.file_size > MAX_MEMBER:
        return Phrase("it is too large")
    if entry.file_size > _SMALL and entry.file_size > MAX_RATIO * max(1, entry.compress_size):
        return Phrase("it expands too much, like a decompression bomb")
    return None


def _refused(code: str, at: str = "", **params: object) -> BadImport:
    return BadImport([Problem(code, "file", at, params=params)])

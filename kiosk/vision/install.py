"""Putting packs in place: from the network, or from a file that somebody carried here.

A pack is either whole in ``weights/<id>`` or not there at all: files are copied, checked and
synced in a folder of their own, which then takes the pack's name. Nothing in a ZIP is believed
but bytes of the right size and digest; its paths are never used as paths.
"""

import fcntl
import hashlib
import os
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Literal

from pydantic import AwareDatetime, BaseModel, TypeAdapter, ValidationError

from kiosk.vision.dlib.pack import BUILT, is_whole
from kiosk.vision.errors import LicenceNotAccepted, PackUnusable
from kiosk.vision.packs import PackArchive, PackFile, PackInfo, known_packs

if TYPE_CHECKING:  # workers load this module too, and have no use for a network
    import httpx

Progress = Callable[[str, int, int], None]
"""Called with the file's name, the bytes done, and the bytes in all."""
State = Literal["ok", "missing", "damaged"]
Contents = Mapping[str, Callable[[], IO[bytes]]]
"""Files by their base name, each with what opens it."""

CHUNK = 1 << 18
PLAIN_ZIP = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""The other methods cannot be unpacked in bounded memory."""
BROKEN_ZIP = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)


@dataclass(frozen=True)
class FileState:
    """What became of one installed file."""

    name: str
    state: State
    optional: bool = False

    @property
    def wrong(self) -> bool:
        """Whether the pack must not be used like this: an optional file may only be absent."""
        return self.state == "damaged" or (self.state == "missing" and not self.optional)


class Acceptance(BaseModel):
    """Who accepted which text, and when."""

    licence: str
    who: str
    at: AwareDatetime


_ACCEPTANCES = TypeAdapter(dict[str, Acceptance])


def check(info: PackInfo, weights: Path) -> list[FileState]:
    """Every file of the pack, hashed anew."""
    folder = weights / info.id
    if info.kind == "dlib":
        return [FileState(BUILT, _built(info, folder))]
    return [
        FileState(file.name, _state(folder / file.name, file), file.optional) for file in info.files
    ]


def installed(info: PackInfo, weights: Path) -> bool:
    """Whether the pack is there and none of its files is wrong."""
    return not any(file.wrong for file in check(info, weights))


def require_whole(info: PackInfo, weights: Path) -> Path:
    """The pack's folder; raises PackUnusable naming the first wrong file and what to do."""
    for file in check(info, weights):
        if file.wrong:
            raise PackUnusable(
                f"{file.name} is {file.state} in {weights / info.id}; run `kiosk models install "
                f"{info.id}`, or copy the ZIP from a machine with network and run "
                "`kiosk models install FILE.zip`",
                pack=info.id,
            )
    return weights / info.id


def install_from_network(
    info: PackInfo, weights: Path, progress: Progress, *, client: "httpx.Client"
) -> Path:
    """Download the pack and put it in place; returns its folder, at once when it is whole.

    What came before a cut stays in ``weights/.parts``, and the next call goes on from there.
    Raises PackDownloadFailed or PackDamaged; an older installation then stays as it was.
    """
    with _alone(info, weights):
        if all(file.state == "ok" for file in check(info, weights)):
            return weights / info.id
        wanted = _downloads(info)
        parts = weights / ".parts"
        parts.mkdir(exist_ok=True)
        for one in wanted:
            _download(info, one, parts / one.sha256, progress, client)
        if info.archive is None:
            opened: Contents = {f.name: partial((parts / f.sha256).open, "rb") for f in wanted}
            folder = _put(info, weights, opened, lambda *_: None)
        else:
            folder = _put_zip(info, weights, parts / info.archive.sha256, progress)
        for one in wanted:
            (parts / one.sha256).unlink()
        if not any(parts.iterdir()):
            parts.rmdir()
        return folder


def install_from_file(info: PackInfo, weights: Path, path: Path, progress: Progress) -> Path:
    """Put a pack in place from a ZIP, or from its only file; returns its folder.

    Any ZIP will do that holds the pack's files, each of the right size and digest; so the
    digest of the ZIP itself would add nothing. Raises PackDamaged.
    """
    with _alone(info, weights):
        if zipfile.is_zipfile(path):
            return _put_zip(info, weights, path, progress)
        return _put(info, weights, {path.name: partial(path.open, "rb")}, progress)


def pack_of_file(path: Path, among: Sequence[PackInfo] | None = None) -> PackInfo:
    """The pack that a file brings: the maker's archive by its digest, any other by its names.

    Raises PackUnusable, which lists the packs that there are.
    """
    packs = [info for info in (among or known_packs()) if info.kind != "dlib"]
    for info in packs:
        if info.archive and _state(path, info.archive) == "ok":
            return info
    names = _names(path)
    best = max(packs, key=lambda info: len(names & {file.name for file in info.files}))
    if names.isdisjoint(file.name for file in best.files):
        known = ", ".join(info.id for info in packs)
        raise PackUnusable(f"it holds no file of a pack that is known: {known}", pack=path.name)
    return best


def licence_accepted(info: PackInfo, weights: Path) -> Acceptance | None:
    """The record of an acceptance of the licence as it reads now."""
    accepted = _acceptances(info, weights).get(info.id)
    return accepted if accepted and accepted.licence == info.licence else None


def accept_licence(info: PackInfo, weights: Path, who: str, at: AwareDatetime) -> None:
    """Record that ``who`` accepts the licence; an earlier record of the same text stays."""
    with _alone(info, weights):
        if licence_accepted(info, weights):
            return
        record = Acceptance(licence=info.licence, who=who, at=at)
        data = _ACCEPTANCES.dump_json({**_acceptances(info, weights), info.id: record}, indent=1)
        new = weights / ".new-licences.json"
        with new.open("wb") as file:
            file.write(data)
            _sync(file)
        new.replace(weights / "licences.json")
        _sync_folder(weights)


def require_licence(info: PackInfo, weights: Path) -> None:
    """Raises LicenceNotAccepted unless commercial use is allowed or somebody has accepted."""
    if not info.commercial and licence_accepted(info, weights) is None:
        raise LicenceNotAccepted(pack=info.id, licence=info.licence)


def _acceptances(info: PackInfo, weights: Path) -> dict[str, Acceptance]:
    path = weights / "licences.json"
    try:
        return _ACCEPTANCES.validate_json(path.read_bytes())
    except FileNotFoundError:
        return {}
    except ValidationError as error:
        raise PackUnusable(
            f"{path} is damaged; move it away and accept again", pack=info.id
        ) from error


def _built(info: PackInfo, folder: Path) -> State:
    if not (folder / BUILT).exists():
        return "missing"
    try:
        return "ok" if is_whole(folder, info) else "damaged"
    except (ValueError, LookupError, TypeError, AttributeError, OSError):  # its record is damaged
        return "damaged"


def _state(path: Path, wanted: PackFile | PackArchive) -> State:
    try:
        if path.stat().st_size != wanted.size:
            return "damaged"
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return "missing"
    except OSError:  # a folder, or a bad sector
        return "damaged"
    return "ok" if digest == wanted.sha256 else "damaged"


@contextmanager
def _alone(info: PackInfo, weights: Path) -> Iterator[None]:
    """One writer at a time; what a killed one left behind is cleared away first."""
    try:
        weights.mkdir(parents=True, exist_ok=True)
        handle = os.open(weights, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            _tidy(weights)
            yield
        finally:
            os.close(handle)
    except OSError as error:
        raise PackUnusable(f"{type(error).__name__}: {error}", pack=info.id) from error

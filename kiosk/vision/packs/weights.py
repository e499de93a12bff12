"""The folder of installed weights.

There is one writer at a time, and each pack is either complete or absent.

Files are copied, checked and synced in a temporary folder, which is then renamed to the pack's
id.
"""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Literal

from kiosk.durable import sync_folder
from kiosk.vision.errors import PackDamaged, PackUnusable
from kiosk.vision.packs.manifest import PackArchive, PackFile, PackInfo

Progress = Callable[[str, int, int], None]
"""Called with the file's name, the bytes done, and the total bytes."""
State = Literal["ok", "missing", "damaged", "outdated"]
Contents = Mapping[str, Callable[[], IO[bytes]]]
"""Files by base name, each with a function that opens it."""

CHUNK = 1 << 18


def state_of(path: Path, wanted: PackFile | PackArchive) -> State:
    """Return whether the file exists with the right size and digest."""
    try:
        if path.stat().st_size != wanted.size:
            return "damaged"
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return "missing"
    except OSError:  # a folder of that name, or a disk that fails
        return "damaged"
    return "ok" if digest == wanted.sha256 else "damaged"


@contextmanager
def alone(info: PackInfo, weights: Path) -> Iterator[None]:
    """Admit one writer at a time, and first clean up after one that was killed.

    Raises:
        PackUnusable: the disk failed, here or within the block.
    """
    try:
        weights.mkdir(parents=True, exist_ok=True)
        handle = os.open(weights, os.O_RDONLY)
        try:
            # The kernel releases the lock when its holder dies, so a crash never blocks the next
            # writer.
            fcntl.flock(handle, fcntl.LOCK_EX)
            _tidy(weights)
            yield
        finally:
            os.close(handle)
    except OSError as error:
        raise PackUnusable(str(error), pack=info.id) from error


def put(info: PackInfo, weights: Path, contents: Contents, progress: Progress) -> Path:
    """Install the contents as ``weights/<id>`` in one step.

    Raises:
        PackDamaged: a file is missing, or its size or digest is wrong.
    """

    def fill(new: Path) -> None:
        for file in info.files:
            source = _required(info, file, contents)
            with source() as reading, (new / file.name).open("xb") as copy:
                for chunk in _checked(info, file, reading, progress):
                    copy.write(chunk)
                _sync(copy)

    return _replace(info, weights, fill)


def put_bytes(info: PackInfo, weights: Path, files: Mapping[str, bytes]) -> Path:
    """Install these files as ``weights/<id>`` in one step."""

    def fill(new: Path) -> None:
        for name, data in files.items():
            with (new / name).open("xb") as file:
                file.write(data)
                _sync(file)

    return _replace(info, weights, fill)


def read(info: PackInfo, file: PackFile, contents: Contents, progress: Progress) -> bytes:
    """Return one file of the pack after checking its size and digest.

    Raises:
        PackDamaged: the file is missing, or its size or digest is wrong.
    """
    with _required(info, file, contents)() as reading:
        return b"".join(_checked(info, file, reading, progress))


def _required(info: PackInfo, file: PackFile, contents: Contents) -> Callable[[], IO[bytes]]:
    if file.name not in contents:
        raise PackDamaged("it is missing", file=file.name, pack=info.id)
    return contents[file.name]


def _replace(info: PackInfo, weights: Path, fill: Callable[[Path], None]) -> Path:
    new = weights / f".new-{info.id}-{os.getpid()}"
    new.mkdir()
    try:
        fill(new)
        # Before the rename: after a power cut the pack's final name must never show half-written
        # files.
        sync_folder(new)
        _exchange(new, weights / info.id, weights / f".old-{info.id}")
    finally:
        shutil.rmtree(new, ignore_errors=True)
    return weights / info.id


def write_whole(path: Path, data: bytes) -> None:
    """Replace a small file in one step; on return it is on the disk."""
    new = path.with_name(f".new-{path.name}")
    with new.open("wb") as file:
        file.write(data)
        _sync(file)
    # A rename is atomic: readers see the old contents or the new, never a part.
    new.replace(path)
    sync_folder(path.parent)


def _checked(
    info: PackInfo, file: PackFile, source: IO[bytes], progress: Progress
) -> Iterator[bytes]:
    """Yield the file in chunks and check its size and digest at the end.

    Reads at most one byte beyond the expected size, so a ZIP bomb cannot unfold.
    """
    digest, done = hashlib.sha256(), 0
    while chunk := source.read(min(CHUNK, file.size + 1 - done)):
        done += len(chunk)
        if done > file.size:
            break
        yield chunk
        digest.update(chunk)
        progress(file.name, done, file.size)
    # Chunks were passed on before this check, so the caller installs nothing until it has passed.
    if done != file.size or digest.hexdigest() != file.sha256:
        raise PackDamaged(
            f"expected {file.size} bytes with SHA-256 {file.sha256}", file=file.name, pack=info.id
        )


def _exchange(new: Path, target: Path, old: Path) -> None:
    """Replace the pack's folder; a full folder cannot be replaced in one rename."""
    if target.exists():
        target.replace(old)
    try:
        new.replace(target)
    except BaseException:
        if old.exists() and not target.exists():
            old.replace(target)
        raise
    sync_folder(target.parent)
    shutil.rmtree(old, ignore_errors=True)


def _tidy(weights: Path) -> None:
    """Remove what a killed writer left behind; the caller holds the lock."""
    for new in weights.glob(".new-*"):
        _remove(new)
    for old in weights.glob(".old-*"):
        target = weights / old.name.removeprefix(".old-")
        if target.exists():
            _remove(old)
        else:  # the power went between the two renames
            old.replace(target)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()


def _sync(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())

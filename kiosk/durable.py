"""Files that are on the disk when a call returns: the power may fail at any moment."""

import os
import threading
from contextlib import suppress
from pathlib import Path


def write_durably(target: Path, data: bytes) -> None:
    """Write a file of the owner alone, in one step.

    Raises:
        OSError: the file has its former or its new content, never a mixture.
    """
    # Of its own for each thread: two that write the same target must not share it.
    part = target.with_name(f"{target.name}.{os.getpid()}-{threading.get_ident()}.part")
    try:
        _write(part, data)
        part.replace(target)
        sync_folder(target.parent)
    except OSError:
        with suppress(OSError):  # on a full disk it would keep room from the others
            part.unlink(missing_ok=True)
        raise


def sync_folder(folder: Path) -> None:
    """Put the entries of a folder on the disk. Raises: OSError."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())

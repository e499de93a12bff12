"""Whether headquarters serves from a data directory: what must not run beside a move."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sync.hq.upkeep.errors import StillServing

LOCK = "serving.lock"


@contextmanager
def serving(data_dir: Path) -> Iterator[None]:
    """Mark the data directory as served while the block runs; several servers may do so.

    Raises:
        StillServing: its storage is being moved.
    """
    with _locked(data_dir, fcntl.LOCK_SH):
        yield


@contextmanager
def stopped(data_dir: Path) -> Iterator[None]:
    """Require that no server of this machine runs, and let none start while the block runs.

    Raises:
        StillServing: one runs.
    """
    with _locked(data_dir, fcntl.LOCK_EX):
        yield


@contextmanager
def _locked(data_dir: Path, how: int) -> Iterator[None]:
    with (data_dir / LOCK).open("a") as file:
        try:
            fcntl.flock(file, how | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StillServing(folder=str(data_dir)) from error
        yield

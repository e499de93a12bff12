"""Progress of long work."""

from typing import Protocol


class ProgressCallback(Protocol):
    """Called repeatedly with the amount done and the total; a total of 0 is not known yet."""

    def __call__(self, done: int, total: int) -> None:
        """Report progress."""


def silent(done: int, total: int) -> None:
    """Ignore progress."""

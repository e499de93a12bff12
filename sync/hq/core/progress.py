"""How far long work has come."""

from typing import Protocol


class ProgressCallback(Protocol):
    """Called from time to time with how much is done of how much; total 0: not known yet."""

    def __call__(self, done: int, total: int) -> None:
        """Tell."""


def silent(done: int, total: int) -> None:
    """Nobody listens."""

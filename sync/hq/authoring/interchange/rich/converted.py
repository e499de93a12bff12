"""The result of reading a text, and how pictures are looked up."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from sync.hq.problems import Phrase

PictureIn = Callable[[str], str]
"""Maps a picture's address in the source to our name; raises ``PictureUnusable``, or KeyError if
there is none. An address may be a ``data:`` URI.
"""
PictureOut = Callable[[str], str]
"""Maps our name of a picture to its address in the file that is written."""


@dataclass
class Converted:
    """A text in our markup, with what was not converted.

    ``lost``: the item would be another one without it; ``dropped``: harmless.
    """

    text: str
    lost: list[Phrase] = field(default_factory=list)
    dropped: list[Phrase] = field(default_factory=list)


def named(found: Converted) -> Iterator[tuple[Phrase, bool]]:
    """Yield what was not converted, and whether that changes the item."""
    yield from ((name, True) for name in found.lost)
    yield from ((name, False) for name in found.dropped)

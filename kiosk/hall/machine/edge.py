"""What will keep terminals from the server's HTTPS, as staff see it."""

from collections.abc import Mapping

SHOWN = ("certificate", "address", "clock")
"""Kinds of trouble. That the proxy does not answer is no news to who reads this through it."""


class EdgeWatch:
    """Holds what was found last."""

    def __init__(self) -> None:
        self._found: Mapping[str, str] = {}

    def tell(self, found: Mapping[str, str]) -> list[str]:
        """Keep what is wrong, each text with its kind; returns the texts that are new."""
        new = [text for text in found if text not in self._found]
        self._found = dict(found)
        return new

    def alerts(self) -> list[str]:
        """What staff should know, by kind."""
        kinds = set(self._found.values())
        return [f"https_{kind}" for kind in SHOWN if kind in kinds]

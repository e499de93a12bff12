"""Problems of the HTTPS proxy that will lock terminals out, as shown to staff."""

from collections.abc import Mapping

SHOWN = ("certificate", "address", "clock")
"""Kinds of problems shown to staff. A proxy that does not answer is none of them: staff read this
through it.
"""


class EdgeWatch:
    """The problems found last."""

    def __init__(self) -> None:
        self._found: Mapping[str, str] = {}

    def tell(self, found: Mapping[str, str]) -> list[str]:
        """Replace the problems (text to kind); return the texts that are new."""
        new = [text for text in found if text not in self._found]
        self._found = dict(found)
        return new

    def alerts(self) -> list[str]:
        """Return the kinds of problems that staff should know."""
        kinds = set(self._found.values())
        return [f"https_{kind}" for kind in SHOWN if kind in kinds]

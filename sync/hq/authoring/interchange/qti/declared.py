"""Response declarations of QTI 2 and 3: the correct response, and points for options."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from sync.hq.authoring.interchange.qti.nodes import Node
from sync.hq.authoring.interchange.qti.scoring import Answer, Unscorable
from sync.hq.problems import Phrase


@dataclass(frozen=True)
class Declared:
    """A response declaration."""

    identifier: str
    several: bool
    correct: tuple[str, ...]
    mapping: Mapping[str, float] | None = None
    default: float = 0.0
    least: float = -math.inf
    most: float = math.inf

    def mapped(self, answer: Answer) -> float:
        """Return the points that the mapping gives."""
        if self.mapping is None:
            raise Unscorable
        points = sum(self.mapping.get(pick, self.default) for pick in answer)
        return min(self.most, max(self.least, points))

    def matched(self, answer: Answer) -> float:
        """Return 1 for the correct response, else 0."""
        return float(bool(answer) and answer == frozenset(self.correct))


def read_declared(node: Node) -> Declared:
    """Read a response declaration.

    Raises:
        Unscorable: a number of its mapping is none.
    """
    right = next(node.nodes("correctResponse"), None)
    values = [value.text for value in right.nodes("value")] if right else []
    several = node.get("cardinality", "single") in ("multiple", "ordered")
    correct = tuple(dict.fromkeys(value for value in values if value))
    mapping = next(node.nodes("mapping"), None)
    if mapping is None:
        return Declared(node.get("identifier"), several, correct)
    entries = mapping.nodes("mapEntry")
    points = {entry.get("mapKey"): number(entry.get("mappedValue", "0")) for entry in entries}
    return Declared(
        node.get("identifier"),
        several,
        correct,
        points,
        number(mapping.get("defaultValue", "0")),
        number(mapping.get("lowerBound") or "-1e300"),
        number(mapping.get("upperBound") or "1e300"),
    )


POINTS = Phrase("points of the question; the programme's scoring applies")


def is_other_worth(text: str) -> bool:
    """Whether a question states another worth than one point."""
    try:
        return number(text or "1") not in (0, 1)
    except Unscorable:
        return False


def number(text: str) -> float:
    """Read a number.

    Raises:
        Unscorable: it is none.
    """
    try:
        value = float(text.strip())
    except ValueError as error:
        raise Unscorable from error
    if not math.isfinite(value):
        raise Unscorable
    return value

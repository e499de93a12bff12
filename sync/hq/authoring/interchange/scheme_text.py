"""Mark schemes as lines of text, for cells and formats that cannot express mark points.

A mark point is ``MARKS | what to look for | keyword, keyword``. The model answer follows after
a line ``---``, the rationale after another one.
"""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from kiosk.exam.items.item import MarkPoint, MarkScheme
from sync.hq.problems import Problem

_RULE = "---"
_PARTS = re.compile(r"^[ \t]*---[ \t]*$", re.MULTILINE)
_BETWEEN_WORDS = re.compile(r"[,，;；、]")


def write_points(points: Sequence[MarkPoint]) -> str:
    """Write mark points, one per line."""
    return "\n".join(_line(point) for point in points)


def read_points(text: str) -> tuple[list[dict[str, Any]], list[Problem]]:
    """Return the fields of mark points, and a problem for each line that is none."""
    points: list[dict[str, Any]] = []
    problems = []
    for line in filter(None, map(str.strip, text.splitlines())):
        point = _point(line)
        if point is None:
            problems.append(Problem("mark_line", column="points", params={"value": line[:60]}))
        else:
            points.append(point)
    return points, problems


def write_scheme(scheme: MarkScheme) -> str:
    """Write the scheme of a written item: points, model answer, rationale."""
    parts = [write_points(scheme.points), scheme.model_answer, scheme.rationale]
    if not any(parts):
        return ""
    return f"\n{_RULE}\n".join(parts)


def read_scheme(text: str) -> tuple[Mapping[str, Any], list[Problem]]:
    """Return the fields ``points``, ``model_answer`` and ``rationale`` of a written item."""
    parts = [part.strip("\n") for part in _PARTS.split(text, maxsplit=2)] + ["", ""]
    points, problems = read_points(parts[0])
    return {"points": points, "model_answer": parts[1], "rationale": parts[2]}, problems


def is_scheme(text: str) -> bool:
    """Return whether the text begins with a mark point, or has the rule after none."""
    first = text.strip().partition("\n")[0].strip()
    return first == _RULE or _point(first) is not None


def _line(point: MarkPoint) -> str:
    text = " ".join(point.text.split()).replace("|", "／")
    words = f" | {', '.join(point.keywords)}" if point.keywords else ""
    return f"{point.marks} | {text}{words}"


def _point(line: str) -> dict[str, Any] | None:
    marks, _, rest = line.replace("｜", "|").partition("|")
    text, _, words = rest.partition("|")
    try:
        worth = Decimal(marks.strip())
    except InvalidOperation:
        return None
    if not worth.is_finite() or worth <= 0 or not text.strip():
        return None
    keywords = [word.strip() for word in _BETWEEN_WORDS.split(words) if word.strip()]
    return {"marks": str(worth), "text": text.strip(), "keywords": keywords}

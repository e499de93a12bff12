"""Records of misconduct (违纪记录) as staff write them on the spot, and how far one is.

A record states what two members of staff saw. It decides nothing: headquarters does, after the
candidate was heard. Kinds follow the list of breaches in the rules on discipline in professional
examinations (人社部令 31, articles 6 to 8).
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum

from kiosk.exam.errors import ExamError


class Misconduct(StrEnum):
    """What kind of breach staff saw."""

    DEVICE = "device"
    NOTES = "notes"
    COPYING = "copying"
    TALKING = "talking"
    SEAT = "seat"
    IMPERSONATION = "impersonation"
    DISORDER = "disorder"
    DISOBEDIENCE = "disobedience"
    OTHER = "other"


class RecordState(StrEnum):
    """How far a record is.

    ``written``: by the first; ``witnessed``: confirmed by a second member of staff. The last three
    are ends: the candidate signed it or refused to, or it was withdrawn.
    """

    WRITTEN = "written"
    WITNESSED = "witnessed"
    SIGNED = "signed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


MOST_POINTS, WIDTH, HEIGHT = 4_000, 1_200, 400
"""Bounds of a signature."""

Stroke = tuple[tuple[int, int], ...]
"""Points of a line drawn without lifting the pen: x from the left, y from the top."""


class SignatureMissing(ExamError):
    """A signature has hardly a line, more points than any hand draws, or lies outside its field."""

    code = "signature_missing"
    message = "Please sign in the field."


@dataclass(frozen=True)
class Said:
    """What a record says. ``taken``: things that were taken from the candidate, one a line."""

    kind: Misconduct
    happened_at: datetime
    facts: str
    evidence: str
    taken: str

    def digest(self, attempt_id: str, number: int, by: str) -> str:
        """Return the SHA-256 (hex) by which print and event log name what was recorded."""
        content = {**asdict(self), "attempt_id": attempt_id, "number": number, "by": by}
        content["happened_at"] = self.happened_at.astimezone(UTC).isoformat()
        text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def check_signature(strokes: tuple[Stroke, ...]) -> None:
    """Check that somebody drew something inside the field.

    Raises:
        SignatureMissing: nobody did.
    """
    points = [point for stroke in strokes for point in stroke]
    inside = all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in points)
    if not inside or not 5 <= len(points) <= MOST_POINTS or len(set(points)) < 5:
        raise SignatureMissing()

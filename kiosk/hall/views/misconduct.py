"""Records of misconduct as staff see and print them."""

from dataclasses import dataclass
from datetime import datetime

from kiosk.exam.attempt.misconduct import Stroke


@dataclass(frozen=True)
class MisconductView:
    """A record with the candidate whom it is about.

    ``signature``: None unless the candidate has signed, or once its key has been deleted.
    """

    id: str
    attempt_id: str
    admission_no: str
    name: str
    place: str
    number: int
    kind: str
    happened_at: datetime
    facts: str
    evidence: str
    taken: str
    digest: str
    by: str
    at: datetime
    state: str
    witness: str
    statement: str
    signature: tuple[Stroke, ...] | None
    over_at: datetime | None
    over_by: str
    reason: str
    withdrawn_at: datetime | None
    withdrawn_by: str
    withdrawn_reason: str

"""Candidates' calls for the invigilator, as their pages and staff see them."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class OwnCallView:
    """The candidate's own open call. ``coming``: staff have said that somebody comes."""

    number: int
    reason: str
    at: datetime
    coming: bool


@dataclass(frozen=True)
class CallView:
    """An open call on the board; ``urgent``: somebody has to go at once."""

    number: int
    reason: str
    note: str
    at: datetime
    urgent: bool
    coming_at: datetime | None
    coming_by: str

"""Toilet breaks, as candidates' pages and staff see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class OwnBreakView:
    """The candidate's own open break. ``said_back``: the candidate has said to be back."""

    number: int
    at: datetime
    said_back: bool


@dataclass(frozen=True)
class BreakView:
    """An open break on the board; ``overdue``: longer than the programme allows."""

    number: int
    escort: str
    at: datetime
    overdue: bool
    said_back: bool


@dataclass(frozen=True)
class BreakChoices:
    """What staff are told before a break.

    ``objections``: why the programme does not allow one now. ``escorts``: who has gone along in
    this sitting, the newest first. ``before``: breaks that the candidate has had.
    """

    objections: Sequence[str]
    escorts: Sequence[str]
    before: int
    longest_minutes: int

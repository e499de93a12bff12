"""Retention periods: how long a centre stores the data of a sitting that is over."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal, Self

from pydantic import Field, model_validator

from kiosk.exam.values import Table

DataClass = Literal["portraits", "pictures", "papers", "answers", "event_log"]

CLASSES: tuple[DataClass, ...] = ("portraits", "papers", "pictures", "answers", "event_log")
"""In the order of deletion; the event log goes last because it records the other deletions."""

LONGEST_DAYS = 36_500


class RetentionRules(Table):
    """``[retention]`` of a programme file: days from the end of the sitting, 1 to 36500.

    Face templates and sound are never stored, so they have no period.
    """

    portraits: int = Field(default=90, ge=1, le=LONGEST_DAYS)
    papers: int = Field(default=90, ge=1, le=LONGEST_DAYS)
    pictures: int = Field(default=180, ge=1, le=LONGEST_DAYS)
    answers: int = Field(default=365, ge=1, le=LONGEST_DAYS)
    event_log: int = Field(default=1095, ge=1, le=LONGEST_DAYS)

    @model_validator(mode="after")
    def _event_log_last(self) -> Self:
        others = (self.portraits, self.papers, self.pictures, self.answers)
        if self.event_log < max(others):
            raise ValueError(
                "the event log (event_log) must be kept at least as long as all other data"
            )
        return self

    def days(self, what: DataClass) -> int:
        """Return the period of a class in days."""
        found: int = getattr(self, what)
        return found

    def until(self, what: DataClass, ended: datetime) -> datetime:
        """Return when the period of a class ends."""
        return ended + timedelta(days=self.days(what))


def shortest(rules: Sequence[RetentionRules]) -> RetentionRules:
    """Return the shortest period of each class among several programmes.

    The event log has the shortest of its own periods, too: each is at least as long as all other
    data of its programme, so their minimum is at least as long as every other minimum.
    """
    return RetentionRules.model_validate(
        {what: min(one.days(what) for one in rules) for what in CLASSES}
    )


class Keeping(Table):
    """What a centre must still know about a sitting after its package is deleted."""

    days: RetentionRules = RetentionRules()
    pictures_to_headquarters: bool = False

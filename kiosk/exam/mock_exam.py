"""When a centre may run a mock exam: never while a real sitting is open or near."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import ClassVar, Protocol

from kiosk.exam.errors import ExamError
from kiosk.exam.states import SITTING_OPEN, SITTING_OVER, SittingStatus

LONGEST = timedelta(hours=8)
"""A mock exam that somebody forgot ends after this long, so that the real server can start."""

CHECK_IN = timedelta(minutes=30)
"""Time before the start, for printing, sign-in and identity checks."""

OVERDUE = timedelta(days=1)
"""A sitting that was not unlocked may still begin so long after its planned start."""


class Planned(Protocol):
    """What counts of a sitting."""

    @property
    def title(self) -> str: ...
    @property
    def starts_at(self) -> datetime: ...
    @property
    def state(self) -> SittingStatus: ...


class MockExamRefused(ExamError):
    """Now is no time for a mock exam, or this is not the machine for one."""

    code: ClassVar[str] = "mock_exam_refused"
    message: ClassVar[str] = "No mock exam can be run now."


class MockExamWhileOpen(MockExamRefused):
    """A real sitting is unlocked or running."""

    code = "mock_exam_while_open"
    message = "%(title)s is unlocked or running: no mock exam until it is closed."


class MockExamTooLate(MockExamRefused):
    """A real sitting begins too soon."""

    code = "mock_exam_too_late"
    message = (
        "%(title)s begins at %(starts_at)s. A mock exam must be over at %(ends_at)s, and there is"
        " not enough time for one until then."
    )


def free_until(
    sittings: Iterable[Planned], now: datetime, hours_before: float, minutes: int
) -> datetime:
    """Return the time by which a mock exam that begins now must have ended.

    ``hours_before``: how long before the planned start of a real sitting that is. ``minutes``: of
    its paper, for which there has to be time left.

    Raises:
        MockExamWhileOpen: a sitting is unlocked or running.
        MockExamTooLate: there is not enough time until a sitting.
    """
    end, needed = now + LONGEST, CHECK_IN + timedelta(minutes=minutes)
    for sitting in sittings:
        if sitting.state in SITTING_OPEN:
            raise MockExamWhileOpen(title=sitting.title)
        if sitting.state in SITTING_OVER or sitting.starts_at < now - OVERDUE:
            continue
        over = sitting.starts_at - timedelta(hours=hours_before)
        if over - now < needed:
            raise MockExamTooLate(title=sitting.title, starts_at=sitting.starts_at, ends_at=over)
        end = min(end, over)
    return end

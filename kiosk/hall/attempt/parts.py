"""Parts that are sat one after another: hand-in, the move to the next one, what is open.

An answer to a question of a closed part is refused. Its terminal then delivers it like any other
late answer, for staff to decide about, so nothing is lost and nothing is saved after the end.
"""

import math
from collections.abc import Iterable
from datetime import datetime

from sqlite_utils import Database

from kiosk.exam.attempt.parts import Course
from kiosk.exam.attempt.states import AttemptState, EndReason, require_in_progress
from kiosk.exam.errors import AttemptEnded
from kiosk.exam.items.item import Item
from kiosk.exam.papers.paper import Paper
from kiosk.hall.context import CentreContext
from kiosk.hall.errors import NotFound, PartClosed, PartsLeft, PartTooEarly
from kiosk.hall.transitions import AttemptTransitions
from kiosk.store.exam.attempts import Attempt


class AttemptParts:
    """Closes parts and says what is open. Does nothing where all parts are open at once."""

    def __init__(self, context: CentreContext, progress: AttemptTransitions) -> None:
        self._context = context
        self._transitions = progress

    def hand_in(self, attempt_id: str, part_id: str, *, time_up: bool) -> None:
        """Close the open part and open the next one; a part that is over stays as it is.

        ``time_up``: the page asks because its clock is at zero and everything is saved; the part
        is closed only if its time is up.

        Raises:
            NotFound: the attempt has no such part in an order.
            PartClosed: the part has not begun.
            PartsLeft: it is the last part, which is handed in with the attempt.
            PartTooEarly: the earliest time to hand in the part is not reached.
            AttemptPaused, AttemptNotStarted, AttemptEnded: the attempt is not in progress.
        """

        def job(db: Database) -> None:
            attempt = self._transitions.get(db, attempt_id)
            require_in_progress(attempt.state)
            course = self._transitions.course(db, attempt)
            place = _place(course, part_id)
            if course is None or place < course.position:
                return  # its reply got lost, or its time ran out meanwhile
            if place > course.position:
                raise PartClosed(part=part_id)
            self._hand_in(db, attempt, course, time_up)

        self._context.store.write(job)

    def _hand_in(self, db: Database, attempt: Attempt, course: Course, time_up: bool) -> None:
        now = self._context.time.now()
        over = now >= course.ends_at
        if course.is_last:
            if not time_up:
                raise PartsLeft(part=course.part.id)
        elif over:
            self._transitions.end_part(db, attempt, course, EndReason.TIME_OUT, "system")
        elif not time_up:
            _require_late_enough(course, now)
            self._transitions.end_part(db, attempt, course, EndReason.HANDED_IN, "candidate")

    def require_end(self, db: Database, attempt: Attempt) -> None:
        """Check that the candidate may hand in the attempt: only from its last part.

        Raises:
            PartsLeft: another part follows.
            PartTooEarly: the earliest time to hand in the last part is not reached.
        """
        course = self._transitions.course(db, attempt)
        if course is None:
            return
        if not course.is_last:
            raise PartsLeft(part=course.part.id)
        _require_late_enough(course, self._context.time.now())

    def move_on(self, db: Database, attempt: Attempt) -> bool:
        """Open the next part because the time is up; return False in the last one."""
        course = self._transitions.course(db, attempt)
        if course is None or course.is_last:
            return False
        self._transitions.end_part(db, attempt, course, EndReason.TIME_OUT, "system")
        return True

    def require_time(self, db: Database, attempt: Attempt) -> None:
        """Refuse answers because the time of the attempt, or of its open part, is up.

        Raises:
            PartClosed: another part follows.
            AttemptEnded: it was the attempt's time.
        """
        course = self._transitions.course(db, attempt)
        if course is not None and not course.is_last:
            raise PartClosed(part=course.part.id)
        raise AttemptEnded(state=attempt.state, target=AttemptState.IN_PROGRESS)

    def open_items(self, db: Database, attempt: Attempt, paper: Paper) -> list[Item]:
        """Return the items of the open part; all items where all parts are open at once."""
        course = self._transitions.course(db, attempt)
        parts = _parts_of(paper)
        return [item for item in paper.items if course is None or parts[item.id] == course.part.id]

    def require_open(
        self, db: Database, attempt: Attempt, paper: Paper, items: Iterable[str]
    ) -> None:
        """Check that items belong to the open part; those that the paper lacks are ignored.

        Raises:
            PartClosed: one of them belongs to another part.
        """
        course = self._transitions.course(db, attempt)
        if course is None:
            return
        parts = _parts_of(paper)
        for item in items:
            if parts.get(item, course.part.id) != course.part.id:
                raise PartClosed(part=parts[item])


def _parts_of(paper: Paper) -> dict[str, str]:
    """Return the part of each item, by ids."""
    return {item: section.part for section in paper.sections for item in section.items}


def _place(course: Course | None, part_id: str) -> int:
    """Return the place of a part that is sat in order, from 0.

    Raises:
        NotFound: there is none of that id.
    """
    for place, part in enumerate(course.parts if course else ()):
        if part.id == part_id:
            return place
    raise NotFound()


def _require_late_enough(course: Course, now: datetime) -> None:
    if now < course.earliest_hand_in:
        left = (course.earliest_hand_in - now).total_seconds()
        raise PartTooEarly(minutes=math.ceil(left / 60))

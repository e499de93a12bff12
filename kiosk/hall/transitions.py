"""State transitions of attempts inside write jobs: begin, pause, resume, end, credit time.

Parts that are sat in order end here, too. Every step is a compare-and-set; its event is in the
same transaction.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlite_utils import Database

from kiosk.exam.attempt.groups import EVERYBODY, Group
from kiosk.exam.attempt.parts import Course
from kiosk.exam.attempt.states import SITTING, EndReason, PauseReason
from kiosk.exam.attempt.timing import Credit, CreditKind, ends_at
from kiosk.exam.event_kinds import EventKind
from kiosk.hall.context import CentreContext
from kiosk.hall.errors import NotFound
from kiosk.hall.packages import OpenedPackages
from kiosk.store.centre.sittings import Sitting
from kiosk.store.exam import (
    answer_seals,
    answers,
    attempts,
    breaks,
    groups,
    incidents,
    notes,
    page_leaves,
    part_ends,
    time_credits,
)
from kiosk.store.exam.answers import Answer
from kiosk.store.exam.attempts import Attempt
from kiosk.store.exam.breaks import ToiletBreak
from sync.wire import canonical
from sync.wire.delivery.answer_log import HEAD, THROUGH

MARKED_EVERY = 100
"""Number of revisions after which the head of an attempt's answer chain goes into the event log."""


def answer_mark(db: Database, attempt: Attempt) -> dict[str, object]:
    """Return the number of revisions and the head of their chain, as events record them."""
    seals = answer_seals.of(db, attempt.id)
    return {THROUGH: seals[-1].seq, HEAD: seals[-1].head} if seals else {}


def notes_mark(db: Database, attempt: Attempt) -> dict[str, object]:
    """Return the SHA-256 of the candidate's notes, as the event of the end records it."""
    kept = notes.of_attempt(db, attempt.id)
    return {"notes_sha256": canonical.digest(kept.text.encode())} if kept else {}


class AttemptTransitions:
    """Moves attempts from state to state."""

    def __init__(self, context: CentreContext, papers: OpenedPackages) -> None:
        self._context = context
        self._papers = papers

    def get(self, db: Database, attempt_id: str) -> Attempt:
        """Return the attempt of that id.

        Raises:
            NotFound: there is no such attempt.
        """
        attempt = attempts.get(db, attempt_id)
        if attempt is None:
            raise NotFound()
        return attempt

    def begin(self, db: Database, sitting: Sitting, attempt: Attempt) -> None:
        """Begin a ready candidate's exam, if the candidate's group has started and is not paused.

        Time runs from the start of the group, also for late arrivals (R10: one slot for all).
        The group's earlier time credits count for them, too.
        """
        times = groups.times_of(db, sitting.id)
        start = times.started_at(attempt.room, attempt.paper)
        if start is None or times.paused(attempt.room, attempt.paper):
            return
        now = self._context.time.now()
        form = self._papers.paper(sitting, attempt.paper).form_for(attempt.candidate_id)
        attempts.begin(db, attempt, form, now, start)
        answer_seals.begin(db, attempt.id, self._context.keys)
        for credit in times.credits(attempt.room, attempt.paper):
            time_credits.add_credit(db, sitting.id, attempt.id, credit)
        end = self._renew_end(db, self.get(db, attempt.id))
        self._context.record(
            db, sitting.id, EventKind.ATTEMPT_STARTED, "system", attempt.id, ends_at=end.isoformat()
        )

    def end(
        self, db: Database, attempt: Attempt, reason: EndReason, who: str, **data: object
    ) -> None:
        """End an attempt when its clock stopped; a later sweep makes its result bundle."""
        now = self._context.time.now()
        # A sweep may be late: the end recorded is when the clock ran out or stopped, not when it
        # was noticed.
        last = attempt.paused_at or attempt.ends_at or now
        at = min(now, last) if attempt.started_at else now
        attempts.end(db, attempt, reason, at)
        self.close_what_is_open(db, attempt, at)
        out = breaks.open_of(db, attempt.id)
        if out is not None:
            # A break may begin during a pause, after the clock has stopped.
            self.end_break(db, attempt, out, now if attempt.paused_at else max(at, out.at), who)
        self._context.record(
            db,
            attempt.sitting_id,
            EventKind.ATTEMPT_ENDED,
            who,
            attempt.id,
            reason=reason.value,
            **answer_mark(db, attempt),
            **notes_mark(db, attempt),
            **data,
        )

    def end_break(
        self,
        db: Database,
        attempt: Attempt,
        out: ToiletBreak,
        at: datetime,
        who: str,
        identity_checked: bool = False,
    ) -> None:
        """End an open toilet break; no time is credited, as the clock has run."""
        breaks.end(db, out, at, who, identity_checked=identity_checked)
        self._context.record(
            db,
            attempt.sitting_id,
            EventKind.BREAK_ENDED,
            who,
            attempt.id,
            number=out.number,
            escort=out.escort,
            seconds=round((at - out.at).total_seconds(), 3),
            identity_checked=identity_checked,
        )

    def end_part(
        self, db: Database, attempt: Attempt, course: Course, reason: EndReason, who: str
    ) -> None:
        """End the open part of a running attempt; the next part begins."""
        part = course.end_open(self._context.time.now(), reason)
        part_ends.add(db, attempt.id, course.position, part)
        end = self._renew_end(db, attempt)
        self._context.record(
            db,
            attempt.sitting_id,
            EventKind.PART_ENDED,
            who,
            attempt.id,
            part=course.part.id,
            reason=reason.value,
            ends_at=end.isoformat(),
            **answer_mark(db, attempt),
        )

    def pause(
        self, db: Database, attempt: Attempt, reason: PauseReason, who: str, **data: object
    ) -> None:
        """Hide a candidate's paper and stop the clock from now on.

        For an attempt that is reopened, the pause begins at its end.
        """
        # An attempt that was ended wrongly is credited from that end on.
        at = attempt.ended_at or self._context.time.now()
        attempts.pause(db, attempt, reason, at)
        self.close_what_is_open(db, attempt, at)
        kind = (
            EventKind.ATTEMPT_REOPENED
            if reason is PauseReason.REOPENED
            else EventKind.ATTEMPT_PAUSED
        )
        self._context.record(
            db,
            attempt.sitting_id,
            kind,
            who,
            attempt.id,
            reason=reason.value,
            **answer_mark(db, attempt),
            **data,
        )

    def save_answers(self, db: Database, attempt: Attempt, new: Sequence[Answer]) -> int:
        """Append revisions, record the chain's head at intervals, and return the last number."""
        before = attempt.acked_through
        done = answers.append(db, attempt.id, before, new, self._context.keys)
        # Someone changed stored answers behind this program's back. The new ones are saved; the
        # event log tells the reviewers from which number on the chain is unproven.
        if not done.intact:
            self._mark_answers(db, attempt, EventKind.ANSWERS_TOUCHED, before, "")
        # Also when a batch jumps over a multiple of MARKED_EVERY.
        if done.through // MARKED_EVERY > before // MARKED_EVERY:
            self._mark_answers(db, attempt, EventKind.ANSWERS_KEPT, done.through, done.head)
        return done.through

    def _mark_answers(
        self, db: Database, attempt: Attempt, kind: EventKind, through: int, head: str
    ) -> None:
        mark = {THROUGH: through, HEAD: head} if head else {"after": through}
        self._context.record(db, attempt.sitting_id, kind, "system", attempt.id, **mark)

    def close_what_is_open(self, db: Database, attempt: Attempt, at: datetime) -> None:
        """Close incidents and a page leave that are open when the paper is hidden."""
        incidents.close_all(db, attempt.id, at)
        page_leaves.save(db, attempt.id, page_leaves.of_attempt(db, attempt.id).returned(at))

    def resume(self, db: Database, attempt: Attempt, who: str, **data: object) -> None:
        """Show the paper again and credit the time since the pause began."""
        since = attempt.paused_at or self._context.time.now()
        attempts.resume(db, attempt)
        self._context.record(
            db, attempt.sitting_id, EventKind.ATTEMPT_RESUMED, who, attempt.id, **data
        )
        seconds = (self._context.time.now() - since).total_seconds()
        if seconds > 0:
            self.credit(db, attempt, "pause", seconds, str(attempt.pause_reason), who)

    def credit(
        self,
        db: Database,
        attempt: Attempt,
        kind: CreditKind,
        seconds: float,
        reason: str,
        who: str,
    ) -> None:
        """Add time to an attempt, or with negative ``seconds`` deduct it.

        For an attempt that has not begun it counts from its beginning.
        """
        now = self._context.time.now()
        credit = Credit(kind, seconds, reason, who, now)
        time_credits.add_credit(db, attempt.sitting_id, attempt.id, credit)
        end = self._renew_end(db, attempt) if attempt.counts_from else None
        self._context.record(
            db,
            attempt.sitting_id,
            EventKind.TIME_CREDITED,
            who,
            attempt.id,
            cause=kind,
            seconds=round(seconds, 3),
            reason=reason,
            **({"ends_at": end.isoformat()} if end else {}),
        )

    def credit_later(
        self,
        db: Database,
        sitting_id: str,
        group: Group,
        kind: CreditKind,
        seconds: float,
        reason: str,
    ) -> None:
        """Store a time credit for candidates of a group who have not begun yet."""
        credit = Credit(kind, seconds, reason, "system", self._context.time.now())
        groups.add_credit(db, sitting_id, group, credit)

    def course(self, db: Database, attempt: Attempt) -> Course | None:
        """Return the attempt's way through parts that are sat in order; None without an order."""
        sitting = self._papers.sitting_in(db, attempt.sitting_id)
        examination = self._papers.examination(sitting, attempt.paper)
        if not examination.part_times:
            return None
        return Course(
            parts=examination.part_times,
            carry_over=examination.carry_over,
            duration_minutes=self._papers.info(sitting, attempt.paper).duration_minutes,
            started_at=attempt.counts_from or self._context.time.now(),
            extra_minutes=attempt.extra_minutes,
            credits=time_credits.credits_of(db, attempt.id),
            over=part_ends.of_attempt(db, attempt.id),
        )

    def last_end(self, db: Database, attempt: Attempt) -> datetime | None:
        """Return when the attempt's time is up if no part is handed in early."""
        course = self.course(db, attempt)
        return course.last_end if course else attempt.ends_at

    def _renew_end(self, db: Database, attempt: Attempt) -> datetime:
        """Compute the end of the attempt, or of its open part, and store it."""
        course = self.course(db, attempt)
        end = self._end(db, attempt) if course is None else course.ends_at
        time_credits.set_end(db, attempt.id, end)
        return end

    def _end(self, db: Database, attempt: Attempt) -> datetime:
        """Compute the end from start, extra time and time credits."""
        sitting = self._papers.sitting_in(db, attempt.sitting_id)
        return ends_at(
            attempt.counts_from or self._context.time.now(),
            self._papers.info(sitting, attempt.paper).duration_minutes,
            attempt.extra_minutes,
            time_credits.credits_of(db, attempt.id),
        )

    def sitters(self, db: Database, sitting_id: str, group: Group = EVERYBODY) -> list[Attempt]:
        """Return attempts of a group between start and end, paused or not."""
        return [
            one
            for one in attempts.of_sitting(db, sitting_id)
            if one.state in SITTING and group.has(one.room, one.paper)
        ]

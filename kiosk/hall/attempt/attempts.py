"""A candidate's attempt: page state, answers, hand-in and time-out."""

import math
import threading
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlite_utils import Database

from kiosk.exam.attempt.states import OVER, SITTING, AttemptState, EndReason, require_in_progress
from kiosk.exam.attempt.timing import GRACE, minute_of, remaining
from kiosk.exam.errors import ExamError, InvalidAnswer, SequenceGap
from kiosk.exam.event_kinds import EventKind
from kiosk.exam.items.item import validate_answer
from kiosk.exam.papers.paper import Paper
from kiosk.hall.attempt.breaks import own_break_of
from kiosk.hall.attempt.calls import own_call_of
from kiosk.hall.attempt.leases import Leases
from kiosk.hall.attempt.messages import unread_messages
from kiosk.hall.attempt.parts import AttemptParts
from kiosk.hall.attempt.presenter import AttemptPresenter
from kiosk.hall.attempt.respite import Respite
from kiosk.hall.context import CentreContext
from kiosk.hall.errors import (
    BadRequest,
    HandInTooEarly,
    NotFound,
    OnBreak,
    PartClosed,
    SequenceConflict,
    TooManyAnswers,
)
from kiosk.hall.inputs import AnswerWrite
from kiosk.hall.packages import OpenedPackages
from kiosk.hall.reasons import reasoned
from kiosk.hall.transitions import AttemptTransitions
from kiosk.hall.views.attempt import AttemptView, ReceiptView, SaveAck, TimeView
from kiosk.store.exam import answers, attempts, bookmarks, breaks
from kiosk.store.exam.answers import Answer
from kiosk.store.exam.attempts import Attempt
from sync.wire.delivery.emergency import EmergencyAnswer

QUIET = timedelta(seconds=8)
"""A page contacts the server at least every five seconds; after this silence it was cut off."""

MAX_WRITES = 500
SAVE_INTERVAL_MS = 600

FREE_REVISIONS = 20_000
"""Revisions that an attempt may save without a limit: a page that saves every 0.6 s for three
hours sends fewer.
"""

SLOW_EVERY = timedelta(seconds=10)
SLOW_WRITES = 20
"""Above ``FREE_REVISIONS``, only this number of revisions is accepted every ``SLOW_EVERY``."""

NOTED_EVERY = timedelta(minutes=1)
"""How often the event log records that an attempt sends answers that cannot be accepted."""


class Attempts:
    """What a candidate does between start and end."""

    def __init__(
        self,
        context: CentreContext,
        papers: OpenedPackages,
        progress: AttemptTransitions,
        views: AttemptPresenter,
        leases: Leases,
        respite: Respite,
        parts: AttemptParts,
    ) -> None:
        self._context = context
        self._papers = papers
        self._transitions = progress
        self._views = views
        self._leases = leases
        self._respite = respite
        self._parts = parts
        self._noted: dict[tuple[str, str], datetime] = {}
        self._lock = threading.Lock()

    def view(self, attempt_id: str) -> AttemptView:
        """Return the full state that a (re)loaded page needs (R19)."""
        return self._views.view(self._transitions.get(self._context.store.read(), attempt_id))

    def time(self, attempt_id: str) -> TimeView:
        """Return the attempt's state and remaining time."""
        db = self._context.store.read()
        attempt = self._transitions.get(db, attempt_id)
        course = self._transitions.course(db, attempt) if attempt.state in SITTING else None
        now = self._context.time.now()
        end = attempt.ends_at or now
        left = remaining(now, end, attempt.paused_at).total_seconds()
        return TimeView(
            attempt.state,
            attempt.pause_reason,
            now,
            end,
            left,
            attempt.acked_through,
            attempt.leaves,
            course.part.id if course else None,
            own_call_of(db, attempt_id),
            unread_messages(db, attempt_id),
            own_break_of(db, attempt_id),
        )

    def keep_place(self, attempt_id: str, current: str | None, flags: Sequence[str]) -> None:
        """Store the current item and the flags, for the next page or terminal.

        Raises:
            AttemptNotStarted, AttemptPaused, AttemptEnded: the attempt is not in progress.
            BadRequest: an item is not in the candidate's form.
        """

        def job(db: Database) -> None:
            attempt = self._transitions.get(db, attempt_id)
            require_in_progress(attempt.state)
            own = {place.item_id for place in attempt.form.items} if attempt.form else set()
            wanted = set(flags)
            if not wanted <= own or (current is not None and current not in own):
                raise BadRequest("no such item")
            bookmarks.keep(db, attempt_id, current, sorted(wanted))

        self._context.store.write(job)

    def picture(self, attempt_id: str, name: str) -> bytes:
        """Return a picture of an item that the candidate sees now.

        Raises:
            NotFound: there is no such attempt or picture, or it belongs to no item that is open.
            AttemptNotStarted, AttemptPaused, AttemptEnded: the attempt is not in progress.
            OnBreak: the candidate is on a toilet break.
        """
        db = self._context.store.read()
        attempt = self._transitions.get(db, attempt_id)
        require_in_progress(attempt.state)
        _require_here(db, attempt)
        sitting = self._papers.sitting(attempt.sitting_id)
        paper = self._papers.paper(sitting, attempt.paper).paper
        if not any(name in item.pictures for item in self._parts.open_items(db, attempt, paper)):
            raise NotFound()
        return self._papers.picture(sitting, name)

    def save(self, attempt_id: str, writes: list[AnswerWrite]) -> SaveAck:
        """Save answers; on return they are on the disk.

        Sequence numbers that are already saved are acknowledged again, without effect. On an
        error nothing is saved.

        Raises:
            AttemptNotStarted, AttemptPaused, AttemptEnded: the attempt accepts no answers now.
            PartClosed: an answer belongs to a part that is not open.
            InvalidAnswer: an answer does not fit its item.
            SequenceGap: a sequence number is missing.
            SequenceConflict: a number was sent again with a different answer.
            TooManyAnswers: the attempt sends more than a person writes; retry later.
            BadRequest: the request has no answers, or more than ``MAX_WRITES``.
            StorageFull, StorageFailed: the answers cannot be written.
        """
        if not 1 <= len(writes) <= MAX_WRITES:
            raise BadRequest(f"1 to {MAX_WRITES} answers at a time")
        now = self._context.time.now()

        def job(db: Database) -> tuple[Attempt, int]:
            attempt = self._transitions.get(db, attempt_id)
            self._require_time(db, attempt, now)
            # A terminal whose reply got lost sends the same again. A number that another terminal
            # has used meanwhile must not count as acknowledged: its answer would be lost without
            # notice.
            self._check_known(db, attempt, writes)
            new = [write for write in writes if write.seq > attempt.acked_through]
            paper = self._papers.paper(
                self._papers.sitting(attempt.sitting_id), attempt.paper
            ).paper
            self._parts.require_open(db, attempt, paper, [write.item for write in new])
            kept = self._check(attempt, _within_budget(attempt, new, now), now)
            acked = self._transitions.save_answers(db, attempt, kept) if kept else None
            return attempt, acked or attempt.acked_through

        try:
            attempt, acked = self._context.store.write(job)
        except (
            InvalidAnswer,
            PartClosed,
            SequenceGap,
            SequenceConflict,
            TooManyAnswers,
        ) as error:
            self.note(attempt_id, EventKind.ANSWER_REFUSED, error)
            raise
        end = attempt.ends_at or now
        left = remaining(now, end, attempt.paused_at).total_seconds()
        return SaveAck(acked, now, end, left, SAVE_INTERVAL_MS)

    def _check(self, attempt: Attempt, writes: list[AnswerWrite], now: datetime) -> list[Answer]:
        paper = self._papers.paper(self._papers.sitting(attempt.sitting_id), attempt.paper).paper
        expected = attempt.acked_through + 1
        for number, write in enumerate(writes, start=expected):
            if write.seq != number:
                raise SequenceGap(expected=number)
        return [checked(paper, write, now) for write in writes]

    def _check_known(self, db: Database, attempt: Attempt, writes: list[AnswerWrite]) -> None:
        """Compare numbers that are already saved with what was saved under them."""
        known = [write for write in writes if write.seq <= attempt.acked_through]
        if not known:
            return
        paper = self._papers.paper(self._papers.sitting(attempt.sitting_id), attempt.paper).paper
        for write in known:
            again = checked(paper, write, self._context.time.now())
            if not same(answers.revision(db, attempt.id, write.seq), again):
                raise SequenceConflict(seq=write.seq)

    def note(self, attempt_id: str, kind: EventKind, error: ExamError) -> None:
        """Record a rejection in the event log, at most once per ``NOTED_EVERY`` and error code."""
        now, key = self._context.time.now(), (attempt_id, error.code)
        with self._lock:
            last = self._noted.get(key)
            if last is not None and now - last < NOTED_EVERY:
                return
            self._noted[key] = now

        def job(db: Database) -> None:
            attempt = self._transitions.get(db, attempt_id)
            self._context.record(
                db, attempt.sitting_id, kind, "system", attempt_id, error=error.code
            )

        self._context.store.write(job)

    def hand_in(self, attempt_id: str) -> ReceiptView:
        """End the attempt at the candidate's request; repeating it returns the same receipt.

        Raises:
            HandInTooEarly, PartTooEarly: the earliest time to hand in is not reached.
            PartsLeft: parts follow that are sat in order.
            AttemptPaused, AttemptNotStarted: the attempt is not in progress.
            OnBreak: the candidate is on a toilet break.
        """

        def job(db: Database) -> Attempt:
            attempt = self._transitions.get(db, attempt_id)
            if attempt.state not in OVER:
                require_in_progress(attempt.state)
                _require_here(db, attempt)
                self._parts.require_end(db, attempt)
                self._require_late_enough(db, attempt)
                self._transitions.end(db, attempt, EndReason.HANDED_IN, "candidate")
            return self._transitions.get(db, attempt_id)

        return self._views.receipt(self._context.store.write(job))

    def _require_late_enough(self, db: Database, attempt: Attempt) -> None:
        sitting = self._papers.sitting_in(db, attempt.sitting_id)
        minutes = self._papers.programme(sitting, attempt.paper).time.earliest_hand_in_minutes
        now = self._context.time.now()
        if attempt.counts_from and now < minute_of(attempt.counts_from, minutes):
            raise HandInTooEarly(minutes=minutes)

    def end_by_staff(self, attempt_id: str, reason: str, by: str) -> None:
        """End a running or paused attempt.

        Raises:
            ReasonMissing: the reason is empty.
            AttemptNotStarted, AttemptEnded: the attempt is not between start and end.
        """
        why = reasoned(reason)

        def job(db: Database) -> None:
            attempt = self._transitions.get(db, attempt_id)
            if attempt.state is not AttemptState.PAUSED:
                require_in_progress(attempt.state)
            self._transitions.end(db, attempt, EndReason.STAFF, by, why=why)

        self._context.store.write(job)

    def void(self, attempt_id: str, reason: str, by: str) -> None:
        """Void an ended attempt at the centre (R21); a further bundle tells headquarters.

        Raises:
            ReasonMissing: the reason is empty.
            IllegalTransition: the attempt has not ended.
        """
        why = reasoned(reason)

        def job(db: Database) -> None:
            attempt = self._transitions.get(db, attempt_id)
            attempts.step(db, attempt, AttemptState.VOIDED)
            attempts.want_bundle(db, attempt_id)
            self._context.record(
                db, attempt.sitting_id, EventKind.ATTEMPT_VOIDED, by, attempt_id, why=why
            )

        self._context.store.write(job)

    def sweep(self) -> int:
        """End attempts, or their open part, whose time is up (R22) and return how many.

        None ends during the respite, and one whose page was silent at its end has a longer grace.
        """
        if self._respite.lasts():
            return 0
        now = self._context.time.now()
        running = attempts.in_progress(self._context.store.read())
        for attempt in running:
            if _is_up(attempt, now, GRACE) and self._silent_at_end(attempt):
                self._respite.wait_for(attempt.id)
        # After wait_for(), which lengthens the grace that _is_over() applies.
        late = [attempt.id for attempt in running if self._is_over(attempt, now)]

        def job(db: Database) -> None:
            for attempt_id in late:
                attempt = self._transitions.get(db, attempt_id)
                # Checked again inside the job: a pause or a credit may have come after the read.
                over = attempt.state is AttemptState.IN_PROGRESS and self._is_over(attempt, now)
                if over and not self._parts.move_on(db, attempt):
                    self._transitions.end(db, attempt, EndReason.TIME_OUT, "system")

        if late:
            self._context.store.write(job)
        return len(late)

    def _is_over(self, attempt: Attempt, now: datetime) -> bool:
        return _is_up(attempt, now, self._respite.grace(attempt.id))

    def _silent_at_end(self, attempt: Attempt) -> bool:
        """Whether the page had not been heard for a while when its time ran out."""
        heard = self._leases.contact(attempt.id)
        return heard is not None and attempt.ends_at is not None and heard < attempt.ends_at - QUIET

    def _require_time(self, db: Database, attempt: Attempt, now: datetime) -> None:
        # Answers that were under way when the pause began are accepted.
        just_paused = attempt.paused_at is not None and now < attempt.paused_at + GRACE
        if not just_paused:
            require_in_progress(attempt.state)
        running = attempt.paused_at is None
        if running and self._is_over(attempt, now) and not self._respite.lasts():
            self._parts.require_time(db, attempt)


def _require_here(db: Database, attempt: Attempt) -> None:
    if breaks.open_of(db, attempt.id) is not None:
        raise OnBreak()


def _is_up(attempt: Attempt, now: datetime, grace: timedelta) -> bool:
    return attempt.ends_at is not None and now >= attempt.ends_at + grace


def _within_budget(attempt: Attempt, writes: list[AnswerWrite], now: datetime) -> list[AnswerWrite]:
    """Return the writes to accept now: all of them, or a few once there were far too many.

    The terminal sends the others again.

    Raises:
        TooManyAnswers: the last few were accepted less than ``SLOW_EVERY`` ago.
    """
    if attempt.acked_through < FREE_REVISIONS or not writes:
        return writes
    waited = now - attempt.saved_at if attempt.saved_at else SLOW_EVERY
    # A negative wait means that saved_at is ahead of exam time; it must not lock the attempt.
    if timedelta(0) <= waited < SLOW_EVERY:
        raise TooManyAnswers(retry_after=max(1, math.ceil((SLOW_EVERY - waited).total_seconds())))
    return writes[:SLOW_WRITES]


def same(kept: Answer | None, again: Answer) -> bool:
    """Whether the revision stored under a number is this answer."""
    return kept is not None and (kept.item_id, kept.digest) == (again.item_id, again.digest)


def checked(paper: Paper, write: AnswerWrite | EmergencyAnswer, now: datetime) -> Answer:
    """Validate a write and return it as it will be stored.

    Raises:
        InvalidAnswer: there is no such item, or the value does not fit it.
    """
    item = paper.item(write.item)
    if item is None:
        raise InvalidAnswer("no such item")
    # The terminal's own clock is stored as sent, for reviewers; no decision depends on it.
    client_at = None if write.at is None else write.at[:40]
    return Answer(write.seq, item.id, validate_answer(item, write.value), client_at, now)

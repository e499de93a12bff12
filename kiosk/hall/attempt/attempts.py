"""A candidate's attempt: the state of its page, and answers."""

import math
import threading
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlite_utils import Database

from kiosk.exam.attempt.states import SITTING, require_in_progress
from kiosk.exam.attempt.timing import GRACE, remaining
from kiosk.exam.errors import ExamError, InvalidAnswer, SequenceGap
from kiosk.exam.event_kinds import EventKind
from kiosk.exam.items.item import validate_answer
from kiosk.exam.papers.paper import Paper
from kiosk.hall.attempt.breaks import own_break_of, require_here
from kiosk.hall.attempt.calls import own_call_of
from kiosk.hall.attempt.ends import AttemptEnds
from kiosk.hall.attempt.messages import unread_messages
from kiosk.hall.attempt.parts import AttemptParts
from kiosk.hall.attempt.presenter import AttemptPresenter
from kiosk.hall.attempt.respite import Respite
from kiosk.hall.context import CentreContext
from kiosk.hall.errors import (
    BadRequest,
    NotFound,
    PartClosed,
    SequenceConflict,
    TooManyAnswers,
)
from kiosk.hall.inputs import AnswerWrite
from kiosk.hall.packages import OpenedPackages
from kiosk.hall.transitions import AttemptTransitions
from kiosk.hall.views.attempt import AttemptView, SaveAck, TimeView
from kiosk.store.exam import answers, bookmarks
from kiosk.store.exam.answers import Answer
from kiosk.store.exam.attempts import Attempt
from sync.wire.delivery.emergency import EmergencyAnswer

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
    """What a candidate sees and saves between start and end."""

    def __init__(
        self,
        context: CentreContext,
        papers: OpenedPackages,
        progress: AttemptTransitions,
        views: AttemptPresenter,
        ends: AttemptEnds,
        respite: Respite,
        parts: AttemptParts,
    ) -> None:
        self._context = context
        self._papers = papers
        self._transitions = progress
        self._views = views
        self._ends = ends
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
        require_here(db, attempt_id)
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

    def _require_time(self, db: Database, attempt: Attempt, now: datetime) -> None:
        # Answers that were under way when the pause began are accepted.
        just_paused = attempt.paused_at is not None and now < attempt.paused_at + GRACE
        if not just_paused:
            require_in_progress(attempt.state)
        running = attempt.paused_at is None
        if running and self._ends.is_over(attempt, now) and not self._respite.lasts():
            self._parts.require_time(db, attempt)


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

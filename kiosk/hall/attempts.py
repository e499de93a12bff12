"""A candidate's attempt: what the page shows, answers, conduct, hand-in, time-out."""

from datetime import datetime, timedelta

from sqlite_utils import Database

from kiosk.exam.attempt import AttemptState, EndReason, require_in_progress
from kiosk.exam.conduct import RECORDED_ONLY
from kiosk.exam.errors import AttemptEnded, InvalidAnswer, SequenceGap
from kiosk.exam.item import validate_answer
from kiosk.exam.paper import Paper
from kiosk.exam.timing import remaining
from kiosk.hall.attempt_views import AttemptViews
from kiosk.hall.centre import Centre
from kiosk.hall.errors import BadRequest, NotFound, ReasonMissing
from kiosk.hall.papers import Papers
from kiosk.hall.sittings import Sittings
from kiosk.hall.views import (
    AnswerWrite,
    AttemptView,
    ConductReply,
    ConductSignal,
    ReceiptView,
    SaveAck,
)
from kiosk.store import attempts
from kiosk.store.attempts import Answer, Attempt

GRACE = timedelta(seconds=2)
"""Answers that were on their way when the time ran out are still taken."""

MAX_WRITES = 500
SAVE_INTERVAL_MS = 600


class Attempts:
    """What a candidate does between start and end."""

    def __init__(
        self, centre: Centre, papers: Papers, sittings: Sittings, views: AttemptViews
    ) -> None:
        self._centre = centre
        self._papers = papers
        self._sittings = sittings
        self._views = views

    def view(self, attempt_id: str) -> AttemptView:
        """Everything a (re)loaded page needs to go on (R19)."""
        return self._views.view(self._get(self._centre.store.read(), attempt_id))

    def save(self, attempt_id: str, writes: list[AnswerWrite]) -> SaveAck:
        """Keep answers; when this returns they are on the disk.

        Numbers already kept are acknowledged again without effect. Raises AttemptNotStarted,
        AttemptEnded, InvalidAnswer, SequenceGap, BadRequest, StorageFull or StorageFailed.
        """
        if not 1 <= len(writes) <= MAX_WRITES:
            raise BadRequest(f"1 to {MAX_WRITES} answers at a time")
        now = self._centre.time.now()

        def job(db: Database) -> tuple[Attempt, int]:
            attempt = self._get(db, attempt_id)
            _require_time(attempt, now)
            new = [write for write in writes if write.seq > attempt.acked_through]
            answers = self._check(attempt, new, now)
            acked = attempts.append_answers(db, attempt_id, answers) if answers else None
            return attempt, acked or attempt.acked_through

        attempt, acked = self._centre.store.write(job)
        end = attempt.ends_at or now
        return SaveAck(acked, now, end, remaining(now, end).total_seconds(), SAVE_INTERVAL_MS)

    def _check(self, attempt: Attempt, writes: list[AnswerWrite], now: datetime) -> list[Answer]:
        paper = self._papers.paper(self._papers.sitting(attempt.sitting_id)).paper
        expected = attempt.acked_through + 1
        for number, write in enumerate(writes, start=expected):
            if write.seq != number:
                raise SequenceGap(expected=number)
        return [_answer(paper, write, now) for write in writes]

    def conduct(self, attempt_id: str, signals: list[ConductSignal]) -> ConductReply:
        """Count page leaves and record the rest (R18, R20); the last leave ends the attempt."""
        now = self._centre.time.now()

        def job(db: Database) -> tuple[Attempt, bool]:
            warn = False
            for signal in signals[:50]:
                attempt = self._get(db, attempt_id)
                require_in_progress(attempt.state)
                warn |= self._signal(db, attempt, signal, now)
                if self._get(db, attempt_id).state is AttemptState.ENDED:
                    break
            return self._get(db, attempt_id), warn

        attempt, warn = self._centre.store.write(job)
        return ConductReply(
            attempt.leaves.count, self._limit(attempt), warn, attempt.state, attempt.end_reason
        )

    def _signal(self, db: Database, attempt: Attempt, signal: ConductSignal, now: datetime) -> bool:
        """Take one signal; returns whether it counted as a leave."""
        if signal.kind in RECORDED_ONLY:
            self._record(db, attempt, f"page_{signal.kind}", cause=signal.cause[:60])
            return False
        if signal.kind not in ("left", "returned"):
            raise BadRequest("unknown signal")
        before = attempt.leaves
        after = before.left(now) if signal.kind == "left" else before.returned()
        if after == before:
            return False
        attempts.set_leaves(db, attempt.id, after)
        self._record(db, attempt, f"page_{signal.kind}", count=after.count, cause=signal.cause[:60])
        counted = after.count > before.count
        if counted and after.ends_attempt(self._limit(attempt)):
            self._sittings.end(db, attempt, EndReason.RULE, "system", rule="page_leaves")
        return counted

    def hand_in(self, attempt_id: str) -> ReceiptView:
        """End the attempt as the candidate wishes; doing it again shows the same receipt."""

        def job(db: Database) -> Attempt:
            attempt = self._get(db, attempt_id)
            if attempt.state is not AttemptState.ENDED:
                require_in_progress(attempt.state)
                self._sittings.end(db, attempt, EndReason.HANDED_IN, "candidate")
            return self._get(db, attempt_id)

        return self._views.receipt(self._centre.store.write(job))

    def end_by_staff(self, attempt_id: str, reason: str, by: str) -> None:
        """End a running attempt; raise ReasonMissing, AttemptNotStarted or AttemptEnded."""
        if not reason.strip():
            raise ReasonMissing()

        def job(db: Database) -> None:
            attempt = self._get(db, attempt_id)
            require_in_progress(attempt.state)
            self._sittings.end(db, attempt, EndReason.STAFF, by, why=reason.strip()[:500])

        self._centre.store.write(job)

    def sweep(self) -> int:
        """End attempts whose time is up (R22); returns how many."""
        now = self._centre.time.now()
        late = [
            attempt.id
            for attempt in attempts.in_progress(self._centre.store.read())
            if attempt.ends_at and now >= attempt.ends_at + GRACE
        ]

        def job(db: Database) -> None:
            for attempt_id in late:
                attempt = self._get(db, attempt_id)
                if attempt.state is AttemptState.IN_PROGRESS:
                    self._sittings.end(db, attempt, EndReason.TIME_OUT, "system")

        if late:
            self._centre.store.write(job)
        return len(late)

    def _record(self, db: Database, attempt: Attempt, kind: str, **data: object) -> None:
        self._centre.record(db, attempt.sitting_id, kind, "candidate", attempt.id, **data)

    def _limit(self, attempt: Attempt) -> int:
        sitting = self._papers.sitting(attempt.sitting_id)
        return self._papers.programme(sitting).conduct.leave_limit

    def _get(self, db: Database, attempt_id: str) -> Attempt:
        attempt = attempts.get(db, attempt_id)
        if attempt is None:
            raise NotFound()
        return attempt


def _require_time(attempt: Attempt, now: datetime) -> None:
    require_in_progress(attempt.state)
    if attempt.ends_at and now >= attempt.ends_at + GRACE:
        raise AttemptEnded(state=attempt.state, target=AttemptState.IN_PROGRESS)


def _answer(paper: Paper, write: AnswerWrite, now: datetime) -> Answer:
    item = paper.item(write.item)
    if item is None:
        raise InvalidAnswer("no such item")
    client_at = None if write.at is None else write.at[:40]
    return Answer(write.seq, item.id, validate_answer(item, write.value), client_at, now)

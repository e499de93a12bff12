"""Calls for the invigilator, from check-in to the end of the exam.

An attempt has one open call at most. Its calls are bounded in number and pace, so that a page
cannot fill the event log.
"""

import math
from datetime import timedelta

from sqlite_utils import Database

from kiosk.exam.attempt.calls import URGENT, CallReason, CallState
from kiosk.exam.attempt.states import OVER
from kiosk.exam.errors import AttemptEnded
from kiosk.exam.event_kinds import EventKind
from kiosk.hall.context import CentreContext
from kiosk.hall.errors import CalledTooOften, CalledTooSoon
from kiosk.hall.transitions import AttemptTransitions
from kiosk.hall.views.calls import CallView, OwnCallView
from kiosk.store.errors import StaleState
from kiosk.store.exam import calls
from kiosk.store.exam.calls import Call

MOST_CALLS = 40
"""Most calls of one attempt."""

APART = timedelta(seconds=10)
"""Least time between two calls of an attempt."""


class Calls:
    """Candidates call, staff come."""

    def __init__(self, context: CentreContext, progress: AttemptTransitions) -> None:
        self._context = context
        self._transitions = progress

    def make(self, attempt_id: str, reason: CallReason, note: str) -> OwnCallView:
        """Call the invigilator; while a call is open, return it unchanged.

        So a page whose reply got lost may send the same again.

        Raises:
            NotFound: there is no such attempt.
            AttemptEnded: the exam is over.
            CalledTooSoon: the call before was made less than ``APART`` ago.
            CalledTooOften: the attempt has made ``MOST_CALLS`` calls.
        """

        def job(db: Database) -> Call:
            attempt = self._transitions.get(db, attempt_id)
            if attempt.state in OVER:
                raise AttemptEnded()
            before = calls.latest(db, attempt_id)
            if before is not None and before.over_at is None:
                return before
            number = self._next_number(before)
            now = self._context.time.now()
            call = Call(attempt_id, number, attempt.sitting_id, reason, note, now)
            calls.add(db, call)
            said = {"note": note} if note else {}
            self._record(db, EventKind.CALL_MADE, call, "candidate", reason=reason.value, **said)
            return call

        # A page may repeat this while its call is open: looked up first, so that it costs no write.
        found = calls.open_of(self._context.store.read(), attempt_id)
        return own_call(found or self._context.store.write(job))

    def _next_number(self, before: Call | None) -> int:
        if before is None:
            return 1
        if before.number >= MOST_CALLS:
            raise CalledTooOften(most=MOST_CALLS)
        waited = self._context.time.now() - before.at
        # A negative wait means that the call is ahead of exam time; it must not lock the attempt.
        if timedelta(0) <= waited < APART:
            left = (APART - waited).total_seconds()
            raise CalledTooSoon(retry_after=max(1, math.ceil(left)))
        return before.number + 1

    def withdraw(self, attempt_id: str, number: int) -> None:
        """End the candidate's own call; one that is over stays as it is.

        Raises:
            NotFound: there is no such attempt.
        """

        def job(db: Database) -> None:
            self._transitions.get(db, attempt_id)
            call = calls.open_of(db, attempt_id)
            if call is not None and call.number == number:
                _withdraw(self._context, db, call, "candidate")

        self._context.store.write(job)

    def come(self, attempt_id: str, number: int, by: str) -> None:
        """Tell the candidate that somebody comes.

        Raises:
            StaleState: the call does not wait: somebody else comes, or it is over.
        """

        def job(db: Database) -> None:
            call = _the_open(db, attempt_id, number)
            calls.come(db, call, self._context.time.now(), by)
            self._record(db, EventKind.CALL_ANSWERED, call, by)

        self._context.store.write(job)

    def close(self, attempt_id: str, number: int, outcome: str, by: str) -> None:
        """End a call that was dealt with; ``outcome`` may be empty.

        Raises:
            StaleState: the call is over.
        """

        def job(db: Database) -> None:
            call = _the_open(db, attempt_id, number)
            calls.end(db, call, CallState.CLOSED, self._context.time.now(), by, outcome)
            said = {"outcome": outcome} if outcome else {}
            self._record(db, EventKind.CALL_CLOSED, call, by, **said)

        self._context.store.write(job)

    def _record(self, db: Database, kind: EventKind, call: Call, who: str, **data: object) -> None:
        _record(self._context, db, kind, call, who, **data)


def withdraw_open(context: CentreContext, db: Database, attempt_id: str, who: str) -> None:
    """End the attempt's open call, if there is one, inside a write job."""
    call = calls.open_of(db, attempt_id)
    if call is not None:
        _withdraw(context, db, call, who)


def _withdraw(context: CentreContext, db: Database, call: Call, who: str) -> None:
    calls.end(db, call, CallState.WITHDRAWN, context.time.now(), who)
    _record(context, db, EventKind.CALL_WITHDRAWN, call, who)


def _record(
    context: CentreContext, db: Database, kind: EventKind, call: Call, who: str, **data: object
) -> None:
    context.record(db, call.sitting_id, kind, who, call.attempt_id, number=call.number, **data)


def _the_open(db: Database, attempt_id: str, number: int) -> Call:
    call = calls.open_of(db, attempt_id)
    if call is None or call.number != number:
        raise StaleState()
    return call


def own_call(call: Call) -> OwnCallView:
    """Return a call as the candidate sees it."""
    coming = call.state is CallState.COMING
    return OwnCallView(call.number, call.reason, call.at, coming)


def own_call_of(db: Database, attempt_id: str) -> OwnCallView | None:
    """Return the attempt's open call as the candidate sees it."""
    call = calls.open_of(db, attempt_id)
    return own_call(call) if call else None


def call_view(call: Call | None) -> CallView | None:
    """Return an open call as staff see it."""
    if call is None:
        return None
    return CallView(
        number=call.number,
        reason=call.reason,
        note=call.note,
        at=call.at,
        urgent=call.reason in URGENT,
        coming_at=call.coming_at,
        coming_by=call.coming_by,
    )

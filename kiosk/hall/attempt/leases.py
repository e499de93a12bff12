"""One page holds an attempt: a second window or terminal takes over only with staff's approval.

A page that is loaded again shows the token of the one before it, and goes on; so does the page of
a browser or machine that was started again, which kept the token. Where the token is lost the new
page gets the attempt once the old one has been silent for a while.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlite_utils import Database

from kiosk.credentials.tokens import token_hash
from kiosk.exam.attempt.states import SITTING, AttemptState, PauseReason
from kiosk.exam.errors import AttemptEnded, AttemptNotStarted
from kiosk.exam.event_kinds import EventKind
from kiosk.hall.attempt.outages import Outages
from kiosk.hall.context import CentreContext
from kiosk.hall.errors import LeaseHeld, LeaseLost
from kiosk.hall.packages import OpenedPackages
from kiosk.hall.reasons import reasoned
from kiosk.hall.transitions import AttemptTransitions
from kiosk.hall.views import LeaseView
from kiosk.store.exam import attempts, page_leaves
from kiosk.store.exam.attempts import Attempt

SILENT = timedelta(seconds=15)
"""A page that has said nothing for so long is taken for dead."""

NOTED_EVERY = timedelta(minutes=1)
"""How often the event log says that a second window asks, and that a page was loaded again."""


@dataclass
class _Held:
    """Who holds an attempt, or held it last (hash of the page's token), and when it spoke last.

    ``free``: nobody holds it now. ``continues``: what the page was told about its answer buffer.
    """

    lease: str | None
    seen: datetime
    free: bool
    continues: bool = False
    refused_at: datetime | None = None
    noted_at: datetime | None = None


@dataclass(frozen=True)
class _Wish:
    """A page's request: hashes of its token and of earlier ones, its answer buffer's token."""

    lease: str
    previous: tuple[str, ...]
    answer_buffer: str | None


class Leases:
    """Which page may write to which attempt."""

    def __init__(
        self,
        context: CentreContext,
        papers: OpenedPackages,
        progress: AttemptTransitions,
        outages: Outages,
    ) -> None:
        self._context = context
        self._papers = papers
        self._transitions = progress
        self._outages = outages
        self._held: dict[str, _Held] = {}
        self._started = context.time.now()

    def acquire(
        self, attempt_id: str, lease: str, previous: Sequence[str], answer_buffer: str | None
    ) -> LeaseView:
        """Let a page that has just been loaded hold the attempt under a token of its own.

        Asking again under the same token has no further effect, so that a reply may get lost.
        ``previous``: tokens of the pages that it was loaded in place of. ``answer_buffer``:
        the token under which the terminal's buffer was written. Raises LeaseHeld
        while another page is alive,
        AttemptNotStarted or AttemptEnded.
        """
        wish = _Wish(token_hash(lease), tuple(map(token_hash, previous)), answer_buffer)
        # In the writer's thread, one after the other: no two pages can both be told that they hold.
        try:
            continues = self._context.store.write(lambda db: self._grant(db, attempt_id, wish))
        except LeaseHeld:
            self._note_refusal(attempt_id)
            raise
        return LeaseView(lease, continues)

    def _grant(self, db: Database, attempt_id: str, wish: "_Wish") -> bool:
        """Returns whether the page's answer buffer goes on from the page before."""
        attempt, now = self._transitions.get(db, attempt_id), self._context.time.now()
        _require_sitting(attempt)
        held = self._of(attempt)
        if held.lease == wish.lease and not held.free:
            held.seen = now
            return held.continues
        how = _way_in(held, wish.previous, now)
        if how is None:
            raise LeaseHeld()
        attempts.set_lease(db, attempt_id, wish.lease)
        noted = held.noted_at
        if how != "reload" or noted is None or now - noted >= NOTED_EVERY:
            noted = now
            self._context.record(
                db, attempt.sitting_id, EventKind.PAGE_OPENED, "candidate", attempt_id, how=how
            )
        page_leaves.save(db, attempt_id, page_leaves.of_attempt(db, attempt_id).returned(now))
        if how != "first":
            silent = now - held.seen
            self._outages.terminal_was_down(db, attempt, silent.total_seconds())
            if silent >= SILENT:
                self._look_again(db, attempt_id)
        continues = how in ("first", "reload") or _is(held.lease, wish.answer_buffer)
        self._held[attempt_id] = _Held(
            wish.lease, now, free=False, continues=continues, noted_at=noted
        )
        return continues

    def _look_again(self, db: Database, attempt_id: str) -> None:
        """Hold the exam of who comes back, where the programme wants staff to look first."""
        attempt = self._transitions.get(db, attempt_id)
        rules = self._papers.programme(self._papers.sitting_in(db, attempt.sitting_id)).check_in
        if rules.on_return == "staff" and attempt.state is AttemptState.IN_PROGRESS:
            self._transitions.pause(db, attempt, PauseReason.RETURNED, "system")

    def _note_refusal(self, attempt_id: str) -> None:
        held, now = self._held.get(attempt_id), self._context.time.now()
        if held is None or (held.refused_at and now - held.refused_at < NOTED_EVERY):
            return
        held.refused_at = now

        def job(db: Database) -> None:
            attempt = self._transitions.get(db, attempt_id)
            self._context.record(
                db, attempt.sitting_id, EventKind.SECOND_WINDOW, "system", attempt_id
            )

        self._context.store.write(job)

    def require(self, attempt_id: str, token: str | None) -> None:
        """Raise LeaseLost unless the page of that token holds the attempt; it has spoken now."""
        held = self._held.get(attempt_id)
        if held is None:
            held = self._of(self._transitions.get(self._context.store.read(), attempt_id))
        if held.free or not _is(held.lease, token):
            raise LeaseLost()
        held.seen = self._context.time.now()

    def release(self, attempt_id: str, reason: str, by: str) -> None:
        """Staff let the next page that asks take over; raise ReasonMissing or NotFound."""
        why = reasoned(reason)

        def job(db: Database) -> None:
            attempt = self._transitions.get(db, attempt_id)
            self.drop(db, attempt)
            self._context.record(
                db, attempt.sitting_id, EventKind.PAGE_RELEASED, by, attempt_id, reason=why
            )

        self._context.store.write(job)

    def drop(self, db: Database, attempt: Attempt) -> None:
        """Nobody holds the attempt now, inside a write job."""
        attempts.free_lease(db, attempt.id)
        self._of(attempt).free = True

    def wanted(self, attempt_id: str) -> bool:
        """Whether a second window has asked lately and been refused."""
        held = self._held.get(attempt_id)
        now = self._context.time.now()
        return (
            held is not None and held.refused_at is not None and now - held.refused_at < NOTED_EVERY
        )

    def contact(self, attempt_id: str) -> datetime | None:
        """When the attempt's page spoke last, or None."""
        held = self._held.get(attempt_id)
        return held.seen if held else None

    def _of(self, attempt: Attempt) -> _Held:
        """What is known of an attempt; after a restart its page counts as heard at the start."""
        kept = _Held(attempt.lease_hash, self._started, free=attempt.lease_free)
        return self._held.setdefault(attempt.id, kept)


def _way_in(held: _Held, previous: Sequence[str], now: datetime) -> str | None:
    """How a page may have the attempt, or None when it may not."""
    if held.lease is None:
        return "first"
    if held.free:
        return "released"
    if held.lease in previous:
        return "reload"
    return "silent" if now - held.seen >= SILENT else None


def _is(lease: str | None, token: str | None) -> bool:
    """Whether a token is the one of which ``lease`` is the hash."""
    return bool(lease and token and hmac.compare_digest(lease, token_hash(token)))


def _require_sitting(attempt: Attempt) -> None:
    if attempt.state in SITTING:
        return
    if attempt.ended_at is not None:
        raise AttemptEnded(state=attempt.state, target=attempt.state)
    raise AttemptNotStarted(state=attempt.state, target=attempt.state)

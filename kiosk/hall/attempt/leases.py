"""Leases: one page at a time may write an attempt's answers.

A second window or terminal gets the lease only with staff's approval. A page that is reloaded
shows the token of the page before it and continues, also after a restart of browser or machine.
If that token is lost, the new page gets the lease once the old one has been silent for
``SILENT``.
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
from kiosk.hall.views.attempt import LeaseView
from kiosk.store.exam import attempts, breaks, page_leaves
from kiosk.store.exam.attempts import Attempt

SILENT = timedelta(seconds=15)
"""A page that has sent nothing for this long counts as closed."""

NOTED_EVERY = timedelta(minutes=1)
"""How often the event log records that a second window asked, or that a page was reloaded."""


@dataclass
class _Held:
    """The lease of an attempt: hash of the page's token, and when that page last sent something.

    ``free``: released, so the next page gets it. ``continues``: the reply about the answer
    buffer.
    """

    lease: str | None
    seen: datetime
    free: bool
    continues: bool = False
    refused_at: datetime | None = None
    noted_at: datetime | None = None


@dataclass(frozen=True)
class _Wish:
    """A page's request: hashes of its token and of earlier ones, and its answer buffer's token."""

    lease: str
    previous: tuple[str, ...]
    answer_buffer: str | None


class Leases:
    """Decides which page may write to which attempt."""

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
        """Give the lease to a page that has just been loaded, under a token of its own.

        ``previous``: tokens of the pages that it replaces. ``answer_buffer``: token of the page
        that wrote the terminal's answer buffer. Repeating the request with the same token has
        no further effect, so a lost reply does no harm.

        Raises:
            LeaseHeld: another page holds the lease and is active.
            AttemptNotStarted, AttemptEnded: the attempt is not between start and end.
        """
        wish = _Wish(token_hash(lease), tuple(map(token_hash, previous)), answer_buffer)
        # Write jobs run one after the other: of two pages that ask at once, one gets the lease.
        try:
            continues = self._context.store.write(lambda db: self._grant(db, attempt_id, wish))
        except LeaseHeld:
            self._note_refusal(attempt_id)
            raise
        return LeaseView(lease, continues)

    def _grant(self, db: Database, attempt_id: str, wish: "_Wish") -> bool:
        """Grant the lease; return whether the answer buffer continues the previous page's."""
        attempt, now = self._transitions.get(db, attempt_id), self._context.time.now()
        _require_sitting(attempt)
        held = self._of(attempt)
        # The reply to this page got lost. Repeat it: the page must learn again whether its buffer
        # is current.
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
            # While the candidate was on a toilet break no time was lost, and staff ended it.
            out = breaks.out_until(db, attempt_id, now)
            silent = now - max(held.seen, out or held.seen)
            self._outages.terminal_was_down(db, attempt, silent.total_seconds())
            # A quick reload is not a return: the seat cannot have changed hands.
            if silent >= SILENT:
                self._require_current(db, attempt_id)
        # Buffered answers written before another terminal's must not overwrite newer ones.
        continues = how in ("first", "reload") or _is(held.lease, wish.answer_buffer)
        self._held[attempt_id] = _Held(
            wish.lease, now, free=False, continues=continues, noted_at=noted
        )
        return continues

    def _require_current(self, db: Database, attempt_id: str) -> None:
        """Pause a returning candidate's exam if the programme wants staff to look first."""
        attempt = self._transitions.get(db, attempt_id)
        sitting = self._papers.sitting_in(db, attempt.sitting_id)
        rules = self._papers.programme(sitting, attempt.paper).check_in
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
        """Check that the page of that token holds the lease, and note that it is active.

        Raises:
            LeaseLost: it does not hold the lease, or no longer does.
        """
        held = self._held.get(attempt_id)
        if held is None:
            held = self._of(self._transitions.get(self._context.store.read(), attempt_id))
        if held.free or not _is(held.lease, token):
            raise LeaseLost()
        held.seen = self._context.time.now()

    def release(self, attempt_id: str, reason: str, by: str) -> None:
        """Let the next page that asks have the lease.

        Raises:
            ReasonMissing: the reason is empty.
            NotFound: there is no such attempt.
        """
        why = reasoned(reason)

        def job(db: Database) -> None:
            attempt = self._transitions.get(db, attempt_id)
            self.drop(db, attempt)
            self._context.record(
                db, attempt.sitting_id, EventKind.PAGE_RELEASED, by, attempt_id, reason=why
            )

        self._context.store.write(job)

    def drop(self, db: Database, attempt: Attempt) -> None:
        """Free the lease, inside a write job."""
        attempts.free_lease(db, attempt.id)
        self._of(attempt).free = True

    def wanted(self, attempt_id: str) -> bool:
        """Whether a second window asked for the lease in the last minute and was refused."""
        held = self._held.get(attempt_id)
        now = self._context.time.now()
        return (
            held is not None and held.refused_at is not None and now - held.refused_at < NOTED_EVERY
        )

    def contact(self, attempt_id: str) -> datetime | None:
        """Return when the attempt's page last sent something, or None if not since the start."""
        held = self._held.get(attempt_id)
        return held.seen if held else None

    def _of(self, attempt: Attempt) -> _Held:
        """Return the lease in memory, else the stored one, last heard at the server's start."""
        # Otherwise every page would count as silent after a restart, and a second window could
        # take over.
        kept = _Held(attempt.lease_hash, self._started, free=attempt.lease_free)
        return self._held.setdefault(attempt.id, kept)


def _way_in(held: _Held, previous: Sequence[str], now: datetime) -> str | None:
    """Return why a page may have the lease, or None if it may not."""
    if held.lease is None:
        return "first"
    if held.free:
        return "released"
    if held.lease in previous:
        return "reload"
    return "silent" if now - held.seen >= SILENT else None


def _is(lease: str | None, token: str | None) -> bool:
    """Whether ``lease`` is the hash of the token."""
    return bool(lease and token and hmac.compare_digest(lease, token_hash(token)))


def _require_sitting(attempt: Attempt) -> None:
    if attempt.state in SITTING:
        return
    if attempt.ended_at is not None:
        raise AttemptEnded(state=attempt.state, target=attempt.state)
    raise AttemptNotStarted(state=attempt.state, target=attempt.state)

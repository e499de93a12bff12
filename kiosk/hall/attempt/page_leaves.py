"""Page leaves and the other signals of the answer page (R18, R20)."""

from sqlite_utils import Database

from kiosk.exam.attempt.page_leaves import (
    RECORDED_ONLY,
    TOOLS,
    ConductRules,
    PageLeave,
    PageLeaves,
)
from kiosk.exam.attempt.states import EndReason, PauseReason, require_in_progress
from kiosk.exam.attempt.timing import remaining
from kiosk.exam.event_kinds import SIGNALLED, EventKind
from kiosk.exam.items.item import LANGUAGES
from kiosk.exam.programme.programme import Programme
from kiosk.exam.values import of_attributes
from kiosk.hall.context import CentreContext
from kiosk.hall.errors import BadRequest, NotFound
from kiosk.hall.inputs import ConductSignal
from kiosk.hall.packages import OpenedPackages
from kiosk.hall.reasons import reasoned
from kiosk.hall.transitions import AttemptTransitions
from kiosk.hall.views.attempt import ConductReply
from kiosk.hall.views.records import PageLeaveView
from kiosk.store.exam import attempts, breaks, events, incidents, page_leaves, tallies
from kiosk.store.exam.attempts import Attempt

MOST_LANGUAGES = 20
"""Changes of the language that the event log records of one attempt."""


class PageLeaveTracker:
    """Records page leaves and applies their limit."""

    def __init__(
        self, context: CentreContext, papers: OpenedPackages, progress: AttemptTransitions
    ) -> None:
        self._context = context
        self._papers = papers
        self._transitions = progress

    def conduct(self, attempt_id: str, signals: list[ConductSignal]) -> ConductReply:
        """Merge signals into page leaves, and record the others.

        At the programme's limit the attempt ends, or is paused for staff. During a toilet break
        nothing is recorded.

        Raises:
            AttemptNotStarted, AttemptPaused, AttemptEnded: the attempt is not in progress.
            BadRequest: a signal is unknown.
        """

        def job(db: Database) -> tuple[Attempt, bool]:
            attempt = self._transitions.get(db, attempt_id)
            require_in_progress(attempt.state)
            out = breaks.open_of(db, attempt_id) is not None
            warn = False if out else self._take(db, attempt, signals)
            return self._transitions.get(db, attempt_id), warn

        attempt, warn = self._context.store.write(job)
        now = self._context.time.now()
        left = remaining(now, attempt.ends_at or now, attempt.paused_at)
        limit = self._rules(attempt).leave_limit
        return ConductReply(
            attempt.leaves, limit, warn, attempt.state, attempt.end_reason, left.total_seconds()
        )

    def _take(self, db: Database, attempt: Attempt, signals: list[ConductSignal]) -> bool:
        """Apply the signals in order; return whether a page leave began."""
        rules, warn = self._rules(attempt), False
        kept = leaves = page_leaves.of_attempt(db, attempt.id)
        for signal in map(_of_today, signals):
            if signal.kind in RECORDED_ONLY:
                self._count(db, attempt, SIGNALLED[signal.kind], cause=signal.cause[:60])
                continue
            if signal.kind in TOOLS:
                self._opened(db, attempt, signal)
                continue
            if signal.kind == "language":
                self._reads_in(db, attempt, signal.cause)
                continue
            before, leaves = leaves, self._moved(signal, leaves, rules)
            begun = len(leaves.entries) > len(before.entries)
            self._note(db, attempt, signal, before, leaves)
            warn |= begun
            if begun and leaves.count >= rules.leave_limit:
                page_leaves.save(db, attempt.id, leaves)
                self._at_limit(db, attempt, rules)
                # The signals after this one belong to a page that is closed by now.
                return True
        if leaves != kept:
            page_leaves.save(db, attempt.id, leaves)
        return warn

    def _moved(self, signal: ConductSignal, leaves: PageLeaves, rules: ConductRules) -> PageLeaves:
        now = self._context.time.now()
        if signal.kind == "left":
            return leaves.left(now, signal.cause[:60], rules.merge_seconds)
        if signal.kind == "returned":
            return leaves.returned(now)
        raise BadRequest("unknown signal")

    def _note(
        self,
        db: Database,
        attempt: Attempt,
        signal: ConductSignal,
        before: PageLeaves,
        after: PageLeaves,
    ) -> None:
        """Record every new page leave, and a merged leave or a return at intervals."""
        details = {"count": after.count, "cause": signal.cause[:60]}
        if len(after.entries) > len(before.entries):
            self._record(db, attempt, EventKind.PAGE_LEFT, **details)
        elif (before.away_since is None) != (after.away_since is None):
            self._count(db, attempt, SIGNALLED[signal.kind], **details)

    def _at_limit(self, db: Database, attempt: Attempt, rules: ConductRules) -> None:
        if rules.at_limit == "hold":
            self._transitions.pause(db, attempt, PauseReason.HELD, "system", rule="page_leaves")
        else:
            self._transitions.end(db, attempt, EndReason.RULE, "system", rule="page_leaves")

    def of_attempt(self, attempt_id: str) -> list[PageLeaveView]:
        """Return the attempt's page leaves, oldest first.

        Raises:
            NotFound: there is no such attempt.
        """
        db = self._context.store.read()
        self._transitions.get(db, attempt_id)
        return [
            of_attributes(PageLeaveView, entry, seconds=_lasted(entry))
            for entry in page_leaves.of_attempt(db, attempt_id).entries
        ]

    def reverse(self, attempt_id: str, number: int, reason: str, by: str) -> None:
        """Stop counting one page leave.

        This does not resume an attempt that the limit paused or ended.

        Raises:
            ReasonMissing: the reason is empty.
            NotFound: the attempt or the page leave does not exist.
        """
        why = reasoned(reason)

        def job(db: Database) -> None:
            attempt = self._transitions.get(db, attempt_id)
            try:
                after = page_leaves.of_attempt(db, attempt_id).reverse(number, why, by)
            except KeyError as error:
                raise NotFound() from error
            page_leaves.save(db, attempt_id, after)
            # Otherwise the next page leave would count as acknowledged.
            incidents.lower_seen_leaves(db, attempt_id, after.count)
            self._context.record(
                db,
                attempt.sitting_id,
                EventKind.PAGE_LEAVE_REVERSED,
                by,
                attempt_id,
                number=number,
                count=after.count,
                reason=why,
            )
            # The bundle that headquarters may have already counts this page leave.
            if attempt.ended_at is not None:
                attempts.want_bundle(db, attempt_id)

        self._context.store.write(job)

    def _count(self, db: Database, attempt: Attempt, kind: EventKind, **data: object) -> None:
        """Count a signal that a page may repeat without end; record only some in the event log."""
        number = tallies.add(db, attempt.id, kind)
        if tallies.worth_noting(number):
            more = {"number": number} if number > tallies.NOTED else {}
            self._record(db, attempt, kind, **more, **data)

    def _opened(self, db: Database, attempt: Attempt, signal: ConductSignal) -> None:
        """Record the first use of a tool that the programme has."""
        tools, kind = self._programme(attempt).tools, SIGNALLED[signal.kind]
        allowed = tools.notes if signal.kind == "notes" else tools.calculator
        if allowed and tallies.add(db, attempt.id, kind) == 1:
            self._record(db, attempt, kind)

    def _reads_in(self, db: Database, attempt: Attempt, language: str) -> None:
        """Record in which language the page shows its questions, if it is another one than before.

        Whoever doubts a translation later can see what a candidate read when an answer was saved.
        """
        sitting = self._papers.sitting_in(db, attempt.sitting_id)
        paper, kind = self._papers.paper(sitting, attempt.paper).paper, EventKind.PAGE_LANGUAGE
        if language not in LANGUAGES or paper.translated == "none":
            return
        before = events.latest(db, attempt.id, kind)
        if before is not None and before.data["language"] == language:
            return
        if tallies.add(db, attempt.id, kind) <= MOST_LANGUAGES:
            self._record(db, attempt, kind, language=language)

    def _record(self, db: Database, attempt: Attempt, kind: EventKind, **data: object) -> None:
        self._context.record(db, attempt.sitting_id, kind, "candidate", attempt.id, **data)

    def _rules(self, attempt: Attempt) -> ConductRules:
        return self._programme(attempt).conduct

    def _programme(self, attempt: Attempt) -> Programme:
        return self._papers.programme(self._papers.sitting(attempt.sitting_id), attempt.paper)


def _of_today(signal: ConductSignal) -> ConductSignal:
    """Convert an older page's signal: leaving full screen alone is no page leave."""
    if signal.kind == "left" and signal.cause == "fullscreen":
        return ConductSignal("fullscreen", "left")
    return signal


def _lasted(entry: PageLeave) -> float | None:
    """Seconds that a page leave lasted; None while it goes on."""
    if entry.ended_at is None:
        return None
    return round((entry.ended_at - entry.started_at).total_seconds(), 1)

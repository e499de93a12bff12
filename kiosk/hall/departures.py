"""Page departures and what else the answer page notices (R18, R20)."""

from sqlite_utils import Database

from kiosk.exam.attempt import AttemptState, EndReason, PauseReason, require_in_progress
from kiosk.exam.conduct import RECORDED_ONLY, ConductRules
from kiosk.exam.timing import remaining
from kiosk.hall.centre import Centre
from kiosk.hall.errors import BadRequest, NotFound
from kiosk.hall.papers import Papers
from kiosk.hall.progress import Progress
from kiosk.hall.reasons import reasoned
from kiosk.hall.staff_views import DepartureView
from kiosk.hall.views import ConductReply, ConductSignal
from kiosk.store import attempts, ledgers
from kiosk.store.attempts import Attempt

MOST_SIGNALS = 50


class DepartureDesk:
    """The ledger of departures, and what its limit leads to."""

    def __init__(self, centre: Centre, papers: Papers, progress: Progress) -> None:
        self._centre = centre
        self._papers = papers
        self._progress = progress

    def conduct(self, attempt_id: str, signals: list[ConductSignal]) -> ConductReply:
        """Merge signals into departures and record the rest.

        At the programme's limit the attempt ends, or is held for staff. Raises AttemptNotStarted,
        AttemptPaused, AttemptEnded or BadRequest.
        """

        def job(db: Database) -> tuple[Attempt, bool]:
            warn = False
            for signal in signals[:MOST_SIGNALS]:
                attempt = self._progress.get(db, attempt_id)
                require_in_progress(attempt.state)
                warn |= self._signal(db, attempt, signal)
                if self._progress.get(db, attempt_id).state is not AttemptState.IN_PROGRESS:
                    break
            return self._progress.get(db, attempt_id), warn

        attempt, warn = self._centre.store.write(job)
        now = self._centre.time.now()
        left = remaining(now, attempt.ends_at or now, attempt.paused_at)
        limit = self._rules(attempt).leave_limit
        return ConductReply(
            attempt.leaves, limit, warn, attempt.state, attempt.end_reason, left.total_seconds()
        )

    def _signal(self, db: Database, attempt: Attempt, signal: ConductSignal) -> bool:
        """Take one signal; returns whether a departure began."""
        cause, now = signal.cause[:60], self._centre.time.now()
        if signal.kind == "left" and cause == "fullscreen":  # a page that is older than this server
            signal, cause = ConductSignal("fullscreen"), "left"
        if signal.kind in RECORDED_ONLY:
            self._record(db, attempt, f"page_{signal.kind}", cause=cause)
            return False
        if signal.kind not in ("left", "returned"):
            raise BadRequest("unknown signal")
        rules = self._rules(attempt)
        before = ledgers.departures(db, attempt.id)
        left = signal.kind == "left"
        after = before.left(now, cause, rules.merge_seconds) if left else before.returned(now)
        if after == before:
            return False
        ledgers.keep_departures(db, attempt.id, after)
        if (before.away_since is None) != (after.away_since is None):
            self._record(db, attempt, f"page_{signal.kind}", count=after.count, cause=cause)
        begun = len(after.entries) > len(before.entries)
        if begun and after.count >= rules.leave_limit:
            self._at_limit(db, attempt, rules)
        return begun

    def _at_limit(self, db: Database, attempt: Attempt, rules: ConductRules) -> None:
        if rules.at_limit == "hold":
            self._progress.pause(db, attempt, PauseReason.HELD, "system", rule="page_leaves")
        else:
            self._progress.end(db, attempt, EndReason.RULE, "system", rule="page_leaves")

    def of_attempt(self, attempt_id: str) -> list[DepartureView]:
        """The attempt's departures, oldest first."""
        db = self._centre.store.read()
        self._progress.get(db, attempt_id)
        return [
            DepartureView(
                number=entry.number,
                started_at=entry.started_at,
                seconds=(
                    None
                    if entry.ended_at is None
                    else round((entry.ended_at - entry.started_at).total_seconds(), 1)
                ),
                cause=entry.cause,
                signals=entry.signals,
                reversal=entry.reversal,
                reversed_by=entry.reversed_by,
            )
            for entry in ledgers.departures(db, attempt_id).entries
        ]

    def reverse(self, attempt_id: str, number: int, reason: str, by: str) -> None:
        """Staff do not count one departure; raise ReasonMissing or NotFound.

        An attempt that the limit has ended or holds stays so until staff let it go on.
        """
        why = reasoned(reason)

        def job(db: Database) -> None:
            attempt = self._progress.get(db, attempt_id)
            try:
                after = ledgers.departures(db, attempt_id).reverse(number, why, by)
            except KeyError as error:
                raise NotFound() from error
            ledgers.keep_departures(db, attempt_id, after)
            self._centre.record(
                db,
                attempt.sitting_id,
                "departure_reversed",
                by,
                attempt_id,
                number=number,
                count=after.count,
                reason=why,
            )
            if attempt.ended_at is not None:
                attempts.want_bundle(db, attempt_id)

        self._centre.store.write(job)

    def _record(self, db: Database, attempt: Attempt, kind: str, **data: object) -> None:
        self._centre.record(db, attempt.sitting_id, kind, "candidate", attempt.id, **data)

    def _rules(self, attempt: Attempt) -> ConductRules:
        return self._papers.programme(self._papers.sitting(attempt.sitting_id)).conduct

"""Page departures and what else the answer page notices (R18, R20)."""

from sqlite_utils import Database

from kiosk.exam.attempt.page_leaves import RECORDED_ONLY, ConductRules, Departures
from kiosk.exam.attempt.states import EndReason, PauseReason, require_in_progress
from kiosk.exam.attempt.timing import remaining
from kiosk.hall.context import Centre
from kiosk.hall.errors import BadRequest, NotFound
from kiosk.hall.packages import Papers
from kiosk.hall.reasons import reasoned
from kiosk.hall.staff_views import DepartureView
from kiosk.hall.transitions import Progress
from kiosk.hall.views import ConductReply, ConductSignal
from kiosk.store.exam import attempts, ledgers, tallies
from kiosk.store.exam.attempts import Attempt


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
            attempt = self._progress.get(db, attempt_id)
            require_in_progress(attempt.state)
            warn = self._take(db, attempt, signals)
            return self._progress.get(db, attempt_id), warn

        attempt, warn = self._centre.store.write(job)
        now = self._centre.time.now()
        left = remaining(now, attempt.ends_at or now, attempt.paused_at)
        limit = self._rules(attempt).leave_limit
        return ConductReply(
            attempt.leaves, limit, warn, attempt.state, attempt.end_reason, left.total_seconds()
        )

    def _take(self, db: Database, attempt: Attempt, signals: list[ConductSignal]) -> bool:
        """Take the signals in their order; returns whether a departure began."""
        rules, warn = self._rules(attempt), False
        kept = ledger = ledgers.departures(db, attempt.id)
        for signal in map(_of_today, signals):
            if signal.kind in RECORDED_ONLY:
                self._count(db, attempt, f"page_{signal.kind}", cause=signal.cause[:60])
                continue
            before, ledger = ledger, self._moved(signal, ledger, rules)
            begun = len(ledger.entries) > len(before.entries)
            self._note(db, attempt, signal, before, ledger)
            warn |= begun
            if begun and ledger.count >= rules.leave_limit:
                ledgers.keep_departures(db, attempt.id, ledger)
                self._at_limit(db, attempt, rules)
                return True
        if ledger != kept:
            ledgers.keep_departures(db, attempt.id, ledger)
        return warn

    def _moved(self, signal: ConductSignal, ledger: Departures, rules: ConductRules) -> Departures:
        now = self._centre.time.now()
        if signal.kind == "left":
            return ledger.left(now, signal.cause[:60], rules.merge_seconds)
        if signal.kind == "returned":
            return ledger.returned(now)
        raise BadRequest("unknown signal")

    def _note(
        self,
        db: Database,
        attempt: Attempt,
        signal: ConductSignal,
        before: Departures,
        after: Departures,
    ) -> None:
        """Every departure is an event; going on with one and coming back is one now and then."""
        told = {"count": after.count, "cause": signal.cause[:60]}
        if len(after.entries) > len(before.entries):
            self._record(db, attempt, "page_left", **told)
        elif (before.away_since is None) != (after.away_since is None):
            self._count(db, attempt, f"page_{signal.kind}", **told)

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

    def _count(self, db: Database, attempt: Attempt, kind: str, **data: object) -> None:
        """Count a signal that a page may repeat for ever; the event log names some of them."""
        number = tallies.add(db, attempt.id, kind)
        if tallies.worth_noting(number):
            more = {"number": number} if number > tallies.NOTED else {}
            self._record(db, attempt, kind, **more, **data)

    def _record(self, db: Database, attempt: Attempt, kind: str, **data: object) -> None:
        self._centre.record(db, attempt.sitting_id, kind, "candidate", attempt.id, **data)

    def _rules(self, attempt: Attempt) -> ConductRules:
        return self._papers.programme(self._papers.sitting(attempt.sitting_id)).conduct


def _of_today(signal: ConductSignal) -> ConductSignal:
    """Leaving full screen alone is no departure, also from a page older than this server."""
    if signal.kind == "left" and signal.cause == "fullscreen":
        return ConductSignal("fullscreen", "left")
    return signal

"""Misconduct: recorded on the spot, confirmed by a second member of staff, read by the candidate.

The candidate may state a view and sign, or two members of staff note that they would not. Nothing
that was recorded is changed afterwards; a mistake is withdrawn with a reason. Each step is an
event, and the event of the record carries all that it says, so it travels to headquarters in the
sitting's hash chain.
"""

import hashlib
import json
from datetime import timedelta

from sqlite_utils import Database

from kiosk.exam.attempt.misconduct import RecordState, Said, Stroke, check_signature
from kiosk.exam.attempt.states import AttemptState
from kiosk.exam.event_kinds import EventKind
from kiosk.hall.attempt import misconduct_views
from kiosk.hall.context import CentreContext
from kiosk.hall.errors import (
    NotFound,
    NotPresent,
    NotThen,
    RecordedTooOften,
    SecondPersonNeeded,
    WitnessMissing,
)
from kiosk.hall.packages import OpenedPackages
from kiosk.hall.reasons import reasoned
from kiosk.hall.results_wanted import tell_again
from kiosk.hall.transitions import AttemptTransitions
from kiosk.hall.views.misconduct import MisconductView
from kiosk.store.errors import StaleState
from kiosk.store.exam import misconduct
from kiosk.store.exam.misconduct import Ending, MisconductRecord
from kiosk.store.times import to_text

MOST_RECORDS = 20
"""Most records of one attempt."""

BACK, AHEAD = timedelta(hours=24), timedelta(minutes=2)
"""How long ago something may have happened, and by how much a clock at the desk may be fast."""


class MisconductRecords:
    """Staff record, confirm and withdraw; candidates state their view and sign."""

    def __init__(
        self, context: CentreContext, papers: OpenedPackages, progress: AttemptTransitions
    ) -> None:
        self._context = context
        self._papers = papers
        self._transitions = progress

    def write(self, attempt_id: str, said: Said, by: str, record_id: str | None = None) -> str:
        """Record what happened; return the record's id.

        With the same ``record_id`` again it has no effect: the page did not get the reply.

        Raises:
            NotFound: there is no such attempt.
            NotPresent: the candidate has not come.
            NotThen: it happened in the future, or too long ago.
            RecordedTooOften: the attempt has ``MOST_RECORDS`` records.
            StaleState: another record has this id.
        """
        now = self._context.time.now()
        if not now - BACK <= said.happened_at <= now + AHEAD:
            raise NotThen()

        def job(db: Database) -> str:
            attempt = self._transitions.get(db, attempt_id)
            if attempt.state is AttemptState.REGISTERED:
                raise NotPresent()
            known = misconduct.get(db, record_id) if record_id else None
            if known is not None:
                return _written_before(known, said.digest(attempt_id, known.number, by))
            number = len(misconduct.of_attempt(db, attempt_id)) + 1
            if number > MOST_RECORDS:
                raise RecordedTooOften(most=MOST_RECORDS)
            record = MisconductRecord(
                id=record_id or self._context.ids(),
                attempt_id=attempt_id,
                sitting_id=attempt.sitting_id,
                number=number,
                said=said,
                digest=said.digest(attempt_id, number, by),
                by=by,
                at=now,
            )
            misconduct.add(db, record)
            self._record(db, EventKind.MISCONDUCT_RECORDED, record, by, **_told(said))
            return record.id

        return self._context.store.write(job)

    def confirm(self, record_id: str, witness: str) -> None:
        """Confirm a record as the second member of staff.

        Raises:
            NotFound: there is no such record.
            SecondPersonNeeded: ``witness`` wrote it.
            StaleState: it is confirmed already, or over.
        """

        def job(db: Database) -> None:
            record = _known(db, record_id)
            if witness == record.by:
                raise SecondPersonNeeded()
            misconduct.confirm(db, record, witness)
            self._record(db, EventKind.MISCONDUCT_WITNESSED, record, witness)

        self._context.store.write(job)

    def sign(self, record_id: str, statement: str, strokes: tuple[Stroke, ...], by: str) -> None:
        """Store the candidate's view, which may be empty, and signature, given before staff.

        Raises:
            NotFound: there is no such record.
            WitnessMissing: no second member of staff has confirmed it.
            SignatureMissing: nobody has signed in the field.
            StaleState: the record is over.
        """
        check_signature(strokes)
        drawn = json.dumps(strokes, separators=(",", ":")).encode()

        def job(db: Database) -> None:
            record = _witnessed(db, record_id)
            said = {"signature": hashlib.sha256(drawn).hexdigest(), **_stated(statement)}
            # First, because it refuses where data were deleted: sealing would make their key anew.
            self._record(db, EventKind.MISCONDUCT_SIGNED, record, by, **said)
            # Under the key of portraits, like everything else that shows who a candidate is.
            sealed = self._context.sitting_keys.seal(record.sitting_id, "portraits", drawn)
            now = self._context.time.now()
            misconduct.end(db, record, RecordState.SIGNED, now, by, Ending(statement, sealed))

        self._context.store.write(job)

    def refuse(self, record_id: str, statement: str, reason: str, by: str) -> None:
        """Note that the candidate would not sign, and why.

        Raises:
            NotFound: there is no such record.
            WitnessMissing: no second member of staff has confirmed it.
            ReasonMissing: there is no reason.
            StaleState: the record is over.
        """
        why = reasoned(reason)

        def job(db: Database) -> None:
            record = _witnessed(db, record_id)
            kept = Ending(statement, reason=why)
            said = {"reason": why, "witness": record.witness, **_stated(statement)}
            now = self._context.time.now()
            misconduct.end(db, record, RecordState.REFUSED, now, by, kept)
            self._record(db, EventKind.MISCONDUCT_NOT_SIGNED, record, by, **said)

        self._context.store.write(job)

    def withdraw(self, record_id: str, reason: str, by: str) -> None:
        """Withdraw a record that was a mistake; it stays readable.

        Raises:
            NotFound: there is no such record.
            ReasonMissing: there is no reason.
            StaleState: it is withdrawn already.
        """
        why = reasoned(reason)

        def job(db: Database) -> None:
            record = _known(db, record_id)
            if record.state is RecordState.WITHDRAWN:
                raise StaleState()
            misconduct.withdraw(db, record, self._context.time.now(), by, why)
            self._record(db, EventKind.MISCONDUCT_WITHDRAWN, record, by, reason=why)

        self._context.store.write(job)

    def of_sitting(
        self, sitting_id: str, rooms: frozenset[str] = frozenset()
    ) -> list[MisconductView]:
        """Return a sitting's records, the newest first; with ``rooms`` only of candidates there."""
        return misconduct_views.of_sitting(self._context, self._papers, sitting_id, rooms)

    def attempt_of(self, record_id: str) -> str:
        """Return the attempt that a record is about, or "" for an unknown one."""
        record = misconduct.get(self._context.store.read(), record_id)
        return record.attempt_id if record else ""

    def _record(
        self, db: Database, kind: EventKind, record: MisconductRecord, who: str, **said: object
    ) -> None:
        self._context.record(
            db,
            record.sitting_id,
            kind,
            who,
            record.attempt_id,
            number=record.number,
            record=record.digest,
            **said,
        )
        tell_again(db, record.attempt_id)


def _known(db: Database, record_id: str) -> MisconductRecord:
    record = misconduct.get(db, record_id)
    if record is None:
        raise NotFound()
    return record


def _witnessed(db: Database, record_id: str) -> MisconductRecord:
    record = _known(db, record_id)
    if record.state is RecordState.WRITTEN:
        raise WitnessMissing()
    if record.state is not RecordState.WITNESSED:
        raise StaleState()
    return record


def _told(said: Said) -> dict[str, str]:
    filled = {"facts": said.facts, "evidence": said.evidence, "taken": said.taken}
    return {
        "misconduct": said.kind.value,
        "happened_at": to_text(said.happened_at),
        **{name: text for name, text in filled.items() if text},
    }


def _stated(statement: str) -> dict[str, str]:
    return {"statement": statement} if statement else {}


def _written_before(known: MisconductRecord, digest: str) -> str:
    if known.digest != digest:
        raise StaleState()
    return known.id

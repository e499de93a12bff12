"""Answers that a terminal could not deliver in time, stored sealed until staff decide.

They come from the terminal when it reaches the server again after the attempt's end, or as a file
when it does not. Nothing is overwritten: accepted answers become further revisions, and
headquarters gets a further bundle.
"""

import hmac
from dataclasses import replace

from sqlite_utils import Database

from kiosk.credentials.tokens import token_hash
from kiosk.exam.attempt.states import SITTING, AttemptState
from kiosk.exam.errors import InvalidAnswer
from kiosk.exam.event_kinds import EventKind
from kiosk.exam.papers.paper import Paper
from kiosk.exam.states import HeldAnswersState, LateAnswersState
from kiosk.exam.values import of_attributes
from kiosk.hall.attempt.attempts import checked, same
from kiosk.hall.context import CentreContext
from kiosk.hall.errors import LateAnswersForeign, LateAnswersKnown, LateAnswersRefused, NotFound
from kiosk.hall.packages import OpenedPackages
from kiosk.hall.reasons import reasoned
from kiosk.hall.transitions import AttemptTransitions
from kiosk.hall.views.records import LateAnswersView
from kiosk.store.centre import retention
from kiosk.store.exam import answers, attempts, held_answers, late_answers, tallies
from kiosk.store.exam.answers import Answer
from kiosk.store.exam.attempts import Attempt
from kiosk.store.exam.held_answers import HeldAnswers
from kiosk.store.exam.late_answers import LateAnswers
from sync.wire.delivery.emergency import EmergencyAnswer, EmergencyAnswers, EmergencyKey

MOST = 10
"""Maximum number of deliveries per attempt; a working terminal needs one or two."""

MOST_ASKED = 3 * MOST
"""The same for answers about which staff have decided."""


class LateAnswerDecisions:
    """Receives late answers, shows them to staff, and saves those that staff accept."""

    def __init__(
        self,
        context: CentreContext,
        papers: OpenedPackages,
        progress: AttemptTransitions,
        key: EmergencyKey,
    ) -> None:
        self._context = context
        self._papers = papers
        self._transitions = progress
        self._key = key

    @property
    def public_key(self) -> dict[str, str]:
        """The key to which a terminal seals its file (JWK)."""
        return self._key.public

    def deliver(self, file: bytes, terminal_id: str) -> bool:
        """Receive the answers of an attempt from a terminal that may not be signed in to it.

        The file contains the token of the page that wrote it, which must have held the attempt.
        Answers that staff asked for need no token; those marked as undeliverable are stored as
        refused. The same answers again have no effect, however they are sealed.

        Returns whether the terminal should preserve its copy, because the exam is not over and
        its candidate may come back there.

        Raises:
            EmergencyFileDamaged, ResultsFinal, LateAnswersRefused: as :meth:`receive`.
        """
        opened = self._key.open(file)
        db = self._context.store.read()
        own = attempts.had_page(db, opened.attempt_id, token_hash(opened.lease))
        decided = held_answers.get(db, terminal_id, opened.attempt_id)
        kept = late_answers.of_attempt(db, opened.attempt_id)
        # Compared decrypted: each sealing of the same answers gives other bytes. A terminal whose
        # reply got lost sends them again.
        if not any(self._opened(late).answers == opened.answers for late in kept):
            if decided is not None and decided.state is not HeldAnswersState.HELD:
                self._deliver_decided(file, opened, decided)
            elif own:
                self.receive(file, "terminal", "terminal")
            else:
                raise LateAnswersForeign()
        attempt = attempts.get(self._context.store.read(), opened.attempt_id)
        return own and attempt is not None and attempt.state in SITTING

    def _deliver_decided(self, file: bytes, opened: EmergencyAnswers, decided: HeldAnswers) -> None:
        """Receive what staff asked for, or store as refused what they marked as undeliverable."""
        attempt = attempts.get(self._context.store.read(), opened.attempt_id)
        if decided.state is HeldAnswersState.WANTED:
            self._deliver_wanted(file, decided)
        elif attempt is not None:
            self._require_room(self._context.store.read(), attempt, MOST_ASKED)
            refused = replace(
                self._late(attempt, file, "terminal", len(opened.answers)),
                state=LateAnswersState.REFUSED,
                by=decided.by,
                reason=decided.reason,
            )
            self._context.store.write(lambda db: self._keep(db, attempt, refused, "terminal"))

    def _deliver_wanted(self, file: bytes, decided: HeldAnswers) -> None:
        """Receive the file; if it cannot be accepted, ask staff for another decision."""
        try:
            self.receive(file, "terminal", "terminal", most=MOST_ASKED)
        except LateAnswersKnown:
            raise
        except LateAnswersRefused as error:
            again = replace(
                decided, state=HeldAnswersState.HELD, why=error.code, by=None, reason=None
            )
            self._context.store.write(lambda db: held_answers.keep(db, again))
            raise

    def receive(
        self, file: bytes, source: str, by: str, attempt_id: str | None = None, most: int = MOST
    ) -> str:
        """Store a file's answers for staff to decide about; return the attempt's id.

        ``attempt_id``: the only attempt allowed. ``most``: maximum number of deliveries. The
        same file again has no effect.

        Raises:
            EmergencyFileDamaged: the file cannot be opened.
            ResultsFinal: data of the sitting have been deleted.
            LateAnswersForeign: the attempt is unknown or not the allowed one.
            LateAnswersKnown: all answers are saved already.
            LateAnswersRefused: the attempt never began or is void, an answer matches no item, or
                there are too many deliveries.
        """
        opened = self._key.open(file)
        db = self._context.store.read()
        attempt = attempts.get(db, opened.attempt_id)
        if attempt is None or attempt_id not in (None, opened.attempt_id):
            raise LateAnswersForeign()
        retention.require_open_results(db, attempt.sitting_id)
        if attempt.started_at is None or attempt.state is AttemptState.VOIDED:
            raise LateAnswersRefused(f"the attempt is {attempt.state}")
        new = self._new(db, attempt, opened)
        if not new:
            raise LateAnswersKnown()
        self._require_room(db, attempt, most)
        late = self._late(attempt, file, source, len(new))
        self._context.store.write(lambda db: self._keep(db, attempt, late, by))
        return attempt.id

    def _late(self, attempt: Attempt, file: bytes, source: str, answers: int) -> LateAnswers:
        return LateAnswers(
            id=self._context.ids(),
            attempt_id=attempt.id,
            sha256=self._context.keep_answers_sealed(attempt.sitting_id, file),
            source=source,
            answers=answers,
            at=self._context.time.now(),
            state=LateAnswersState.WAITING,
            by=None,
            reason=None,
        )

    def _opened(self, late: LateAnswers) -> EmergencyAnswers:
        return self._key.open(self._context.open_sealed(late.sha256))

    def _require_room(self, db: Database, attempt: Attempt, most: int) -> None:
        if len(late_answers.of_attempt(db, attempt.id)) >= most:
            self._note_full(attempt)
            raise LateAnswersRefused(f"{most} deliveries wait or were decided already")

    def _note_full(self, attempt: Attempt) -> None:
        """Record once in the event log that an attempt has too many deliveries."""

        def job(db: Database) -> None:
            if tallies.add(db, attempt.id, EventKind.LATE_ANSWERS_FULL) == 1:
                self._context.record(
                    db, attempt.sitting_id, EventKind.LATE_ANSWERS_FULL, "system", attempt.id
                )

        self._context.store.write(job)

    def _keep(self, db: Database, attempt: Attempt, late: LateAnswers, by: str) -> None:
        if late_answers.add(db, late):
            self._context.record(
                db,
                attempt.sitting_id,
                EventKind.LATE_ANSWERS_RECEIVED,
                by,
                attempt.id,
                source=late.source,
                answers=late.answers,
                digest=late.sha256,
            )

    def of_attempt(self, attempt_id: str) -> list[LateAnswersView]:
        """Return the attempt's deliveries and what each would change, oldest first."""
        db = self._context.store.read()
        attempt = self._transitions.get(db, attempt_id)
        return [self._view(db, attempt, late) for late in late_answers.of_attempt(db, attempt_id)]

    def _view(self, db: Database, attempt: Attempt, late: LateAnswers) -> LateAnswersView:
        opened = self._opened(late)
        places = attempt.form.items if attempt.form else ()
        numbers = {place.item_id: number for number, place in enumerate(places, start=1)}
        new = self._new(db, attempt, opened) if late.state is LateAnswersState.WAITING else []
        return of_attributes(
            LateAnswersView,
            late,
            written_at=opened.written_at,
            first_at=new[0].client_at if new else None,
            last_at=new[-1].client_at if new else None,
            items=sorted({numbers.get(answer.item_id, 0) for answer in new}),
            from_terminal=_is_from(attempt, opened),
        )

    def decide(self, late_id: str, taken: bool, reason: str, by: str) -> None:
        """Save the answers as further revisions, or refuse them.

        Raises:
            ReasonMissing: the reason is empty.
            NotFound: there is no such delivery.
            StaleState: it has been decided already.
        """
        why = reasoned(reason)

        def job(db: Database) -> None:
            late = late_answers.get(db, late_id)
            if late is None:
                raise NotFound()
            decided = LateAnswersState.ACCEPTED if taken else LateAnswersState.REFUSED
            late_answers.decide(db, late_id, decided, by, why)
            attempt = self._transitions.get(db, late.attempt_id)
            new = self._take(db, attempt, late) if taken else 0
            self._context.record(
                db,
                attempt.sitting_id,
                EventKind.LATE_ANSWERS_ACCEPTED if taken else EventKind.LATE_ANSWERS_REFUSED,
                by,
                attempt.id,
                answers=new,
                digest=late.sha256,
                reason=why,
            )

        self._context.store.write(job)

    def _take(self, db: Database, attempt: Attempt, late: LateAnswers) -> int:
        opened = self._opened(late)
        new = self._new(db, attempt, opened)
        if new:
            self._transitions.save_answers(db, attempt, new)
        # A running attempt is bundled at its end anyway.
        if attempt.state not in SITTING:
            attempts.want_bundle(db, attempt.id)
        return len(new)

    def _new(self, db: Database, attempt: Attempt, opened: EmergencyAnswers) -> list[Answer]:
        """Return the answers that are not saved yet, in the terminal's order, with new numbers."""
        paper = self._papers.paper(self._papers.sitting(attempt.sitting_id), attempt.paper).paper
        ordered = sorted(opened.answers, key=lambda answer: answer.seq)
        found = [self._checked(paper, item) for item in ordered]
        # An equal number proves nothing: another terminal may have used it for another answer.
        new = [one for one in found if not same(answers.revision(db, attempt.id, one.seq), one)]
        first = attempt.acked_through + 1
        return [replace(one, seq=number) for number, one in enumerate(new, start=first)]

    def _checked(self, paper: Paper, write: EmergencyAnswer) -> Answer:
        try:
            return checked(paper, write, self._context.time.now())
        except InvalidAnswer as error:
            raise LateAnswersRefused(error.detail) from error


def _is_from(attempt: Attempt, opened: EmergencyAnswers) -> bool:
    """Whether the page that held the attempt last wrote the file."""
    lease = attempt.lease_hash
    return lease is not None and hmac.compare_digest(lease, token_hash(opened.lease))

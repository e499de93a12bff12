"""Identity check: face checks with head turns, the identity card, and staff's decision (R14, R15).

A running face check and its frames live in memory; its outcome is stored with score and frame.
Staff can always decide.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from sqlite_utils import Database

from kiosk.exam.attempt.states import AttemptState
from kiosk.exam.checkin.inspection import Clearing
from kiosk.exam.checkin.liveness import FaceCheckSession, VerificationRules, card_band, choose_turns
from kiosk.exam.event_kinds import EventKind
from kiosk.exam.identity.bands import Band
from kiosk.exam.identity.outcomes import SETTLED, CheckIn, FaceOutcome, NextStep
from kiosk.hall.attempt.admission import Admission
from kiosk.hall.checkin.face_check import FaceCheck, Verdict
from kiosk.hall.context import CentreContext
from kiosk.hall.errors import (
    AnalysisBusy,
    FaceCheckMissing,
    NotFound,
    NotVerifiable,
    ReasonMissing,
    TooManyAtOnce,
)
from kiosk.hall.packages import OpenedPackages
from kiosk.hall.proctoring.face_analysis import Faces
from kiosk.hall.proctoring.set_aside import SetAside
from kiosk.hall.views.check_in import CheckInResult, FaceCheckReply
from kiosk.store.errors import StorageFull
from kiosk.store.exam import attempts, findings, incidents
from kiosk.store.exam.attempts import Attempt
from kiosk.store.exam.incidents import EvidenceRow, Verification
from kiosk.vision.analysis.checkin import CardResult
from kiosk.vision.errors import VisionError

ABANDONED_SECONDS = 900.0
"""A face check that began this long ago and is not over is dropped."""

_log = logging.getLogger(__name__)

_CHECK_IN = {
    FaceOutcome.PASS: CheckIn.PASSED,
    FaceOutcome.RETRY: CheckIn.FAILED,
    FaceOutcome.STAFF: CheckIn.STAFF,
    FaceOutcome.CARD_PASS: CheckIn.PASSED,
    FaceOutcome.CARD_RETRY: CheckIn.CARD,
    FaceOutcome.CARD_STAFF: CheckIn.STAFF,
    FaceOutcome.BY_HAND: CheckIn.BY_HAND,
    FaceOutcome.REFUSED: CheckIn.REFUSED,
}

_EVENT = {
    FaceOutcome.PASS: EventKind.VERIFICATION_PASS,
    FaceOutcome.RETRY: EventKind.VERIFICATION_RETRY,
    FaceOutcome.STAFF: EventKind.VERIFICATION_STAFF,
    FaceOutcome.CARD_PASS: EventKind.ID_CARD_PASS,
    FaceOutcome.CARD_RETRY: EventKind.ID_CARD_CARD,
    FaceOutcome.CARD_STAFF: EventKind.ID_CARD_STAFF,
    FaceOutcome.BY_HAND: EventKind.VERIFICATION_BY_HAND,
    FaceOutcome.REFUSED: EventKind.VERIFICATION_REFUSED,
}

_NEXT = {
    FaceOutcome.PASS: NextStep.PASS,
    FaceOutcome.RETRY: NextStep.RETRY,
    FaceOutcome.STAFF: NextStep.STAFF,
    FaceOutcome.CARD_PASS: NextStep.PASS,
    FaceOutcome.CARD_RETRY: NextStep.CARD,
    FaceOutcome.CARD_STAFF: NextStep.STAFF,
}


class IdentityVerification:
    """Confirms the identity of a candidate who has signed in."""

    def __init__(
        self,
        context: CentreContext,
        papers: OpenedPackages,
        admission: Admission,
        faces: Faces,
        set_aside: SetAside,
    ) -> None:
        self._context = context
        self._papers = papers
        self._admission = admission
        self._faces = faces
        self._set_aside = set_aside
        self._face_checks: dict[str, FaceCheck] = {}
        # Half of the request threads at most: saving answers must never wait for faces.
        self._places = BoundedSemaphore(max(1, context.settings.server.threads // 2))

    @contextmanager
    def _analysed(self, attempt: Attempt) -> Iterator[None]:
        """Report a picture on which the analysis failed, which may set its sender aside.

        Raises:
            PicturesSetAside: the sender is set aside already.
        """
        self._set_aside.require(attempt.id)
        try:
            yield
        except VisionError as error:
            self._set_aside.failed(attempt.id, attempt.sitting_id, error)
            raise

    @contextmanager
    def _place(self) -> Iterator[None]:
        """Reserve a place in the queue for the analysis.

        Raises:
            AnalysisBusy: all places are in use.
        """
        if not self._places.acquire(blocking=False):
            raise AnalysisBusy()
        try:
            yield
        finally:
            self._places.release()

    def begin_face_check(self, attempt_id: str) -> FaceCheckReply:
        """Begin a face check, replacing one that was not finished.

        Raises:
            NotFound: there is no such attempt.
            NotVerifiable: staff have to decide.
            AnalysisBusy: too many candidates are being checked.
        """
        attempt = self._verifiable(attempt_id)
        with self._place():
            reference = self._reference(attempt)
        if reference is None:
            raise NotVerifiable()
        self._forget_abandoned()
        session = FaceCheckSession(
            rules=self._rules(attempt).face_check,
            bands=self._faces.bands,
            turns=choose_turns(self._context.entropy(1)),
            started_at=self._now(),
        )
        face_check = self._face_checks[attempt_id] = FaceCheck(session, reference)
        return self._reply(face_check, None)

    def _forget_abandoned(self) -> None:
        """Drop the face checks of candidates who left: they have pictures in memory."""
        now = self._now()
        for attempt_id, face_check in list(self._face_checks.items()):
            if now - face_check.session.started_at > ABANDONED_SECONDS:
                self._face_checks.pop(attempt_id, None)

    def face_check(self, attempt_id: str, jpeg: bytes) -> FaceCheckReply:
        """Judge the next frame of a face check; the last one returns the result.

        Raises:
            FaceCheckMissing: no face check is running.
            TooManyAtOnce: the previous frame is still being judged.
            NotVerifiable: staff have to decide.
            AnalysisBusy: too many candidates are being checked.
            PicturesSetAside: the analysis failed on this candidate's pictures.
            VisionError: the picture is unusable.
        """
        face_check = self._face_checks.get(attempt_id)
        if face_check is None:
            raise FaceCheckMissing()
        if not face_check.lock.acquire(
            blocking=False
        ):  # never block: a waiting request would occupy a thread
            raise TooManyAtOnce()
        try:
            return self._next(attempt_id, face_check, jpeg)
        finally:
            face_check.lock.release()

    def _next(self, attempt_id: str, face_check: FaceCheck, jpeg: bytes) -> FaceCheckReply:
        if face_check.session.over:
            raise FaceCheckMissing()
        attempt = self._get(self._context.store.read(), attempt_id)
        try:
            with self._place(), self._analysed(attempt):
                face_check.see(
                    jpeg, lambda task: self._faces.face_check(task, attempt_id), self._now
                )
        except AnalysisBusy:
            face_check.refuse(self._now())
            raise
        result = None
        if face_check.session.over:
            self._face_checks.pop(attempt_id, None)
            result = self._conclude(attempt, face_check, jpeg)
        return self._reply(face_check, result)

    def _reply(self, face_check: FaceCheck, result: CheckInResult | None) -> FaceCheckReply:
        session = face_check.session
        left = face_check.seconds_left(self._now())
        return FaceCheckReply(
            session.ask, session.step, session.steps, face_check.advice, left, result
        )

    def _conclude(self, attempt: Attempt, face_check: FaceCheck, last: bytes) -> CheckInResult:
        attempt_id, (score, picture) = attempt.id, face_check.best or (None, last)
        kept = self._kept(attempt, "check_in", picture)

        def job(db: Database) -> CheckInResult:
            # Staff may have decided while the last frame was analysed.
            attempt = self._require(self._get(db, attempt_id))
            attempts.count_try(db, attempt_id)
            left = self._rules(attempt).max_tries - attempt.tries - 1
            verdict = Verdict(face_check.session, score, left)
            self._store_face_check(db, attempt, verdict, _added(db, kept))
            step = _NEXT[verdict.outcome]
            if step is NextStep.PASS:
                id_card = self._rules(attempt).id_card
                step = NextStep.CARD if id_card else self._passed(db, attempt_id)
            return CheckInResult(step, verdict.advice, left)

        return self._context.store.write(job)

    def _passed(self, db: Database, attempt_id: str) -> NextStep:
        """Return ``pass``, or ``inspect`` if staff have something to clear first."""
        return NextStep.PASS if self._admission.settle(db, attempt_id) else NextStep.INSPECT

    def _store_face_check(
        self, db: Database, attempt: Attempt, verdict: Verdict, evidence: str | None
    ) -> None:
        now, outcome = self._context.time.now(), verdict.outcome
        row = Verification(attempt.id, now, outcome, verdict.score, verdict.advice, evidence)
        incidents.add_verification(db, row)
        attempts.set_check_in(db, attempt.id, _CHECK_IN[outcome], verdict.score)
        attempts.set_inspected(db, attempt.id, None, None)  # staff have not inspected this picture
        self._context.record(
            db,
            attempt.sitting_id,
            _EVENT[outcome],
            "camera",
            attempt.id,
            score=verdict.score,
            band=verdict.band.value,
            pack=self._faces.pack_id,
            turns=[turn.value for turn in verdict.session.turns],
            live=verdict.session.live_scores,
            advice=list(verdict.advice),
        )

    def card(self, attempt_id: str, jpeg: bytes, final: bool) -> CheckInResult:
        """Judge a photograph with the identity card held up (R14).

        A picture without a card is not counted. ``final``: the candidate asks for staff with this
        picture.

        Raises:
            NotFound: there is no such attempt.
            NotVerifiable: no card is wanted now.
            AnalysisBusy: too many candidates are being checked.
            PicturesSetAside: the analysis failed on this candidate's pictures.
            VisionError: the picture is unusable.
        """
        attempt = self._card_wanted(self._get(self._context.store.read(), attempt_id))
        with self._place(), self._analysed(attempt):
            result = self._faces.read_card(jpeg, self._reference(attempt), attempt_id)
        left = self._rules(attempt).card_tries - attempt.card_tries
        if result.advice and not final:
            return CheckInResult(NextStep.CARD, result.advice, left)
        kept = self._kept(attempt, "id_card", jpeg)

        def job(db: Database) -> CheckInResult:
            current = self._card_wanted(self._get(db, attempt_id))
            return self._judge_card(db, current, result, _added(db, kept), final)

        return self._context.store.write(job)

    def _judge_card(
        self,
        db: Database,
        attempt: Attempt,
        result: CardResult,
        evidence: str | None,
        final: bool,
    ) -> CheckInResult:
        scores = (result.card_holder, result.card_portrait, result.holder_portrait)
        passed = not result.advice and card_band(scores, self._faces.bands) is Band.PASS
        left = self._rules(attempt).card_tries - attempt.card_tries - 1
        outcome = _card_outcome(passed, final or left <= 0)
        attempts.set_id_card(db, attempt.id, _CHECK_IN[outcome])
        advice = result.advice or (() if passed else ("card_no_match",))
        now = self._context.time.now()
        incidents.add_verification(
            db,
            Verification(attempt.id, now, outcome, result.card_holder, advice, evidence),
        )
        self._context.record(
            db,
            attempt.sitting_id,
            _EVENT[outcome],
            "camera",
            attempt.id,
            card_holder=result.card_holder,
            card_portrait=result.card_portrait,
            holder_portrait=result.holder_portrait,
            advice=list(advice),
        )
        if outcome is FaceOutcome.CARD_STAFF:
            attempts.set_check_in(db, attempt.id, CheckIn.STAFF, attempt.check_in_score)
        step = self._passed(db, attempt.id) if passed else _NEXT[outcome]
        return CheckInResult(step, advice, max(0, left))

    def decide(self, attempt_id: str, passed: bool, reason: str, by: str) -> None:
        """Record staff's decision about the identity. A refusal can be decided again.

        Raises:
            ReasonMissing: the reason is empty.
            NotFound: there is no such attempt.
            NotVerifiable: the candidate is not at check-in.
        """
        if not reason.strip():
            raise ReasonMissing()
        why = reason.strip()[:500]

        def job(db: Database) -> None:
            attempt = self._get(db, attempt_id)
            if attempt.state is not AttemptState.CHECKED_IN:
                raise NotVerifiable(f"the attempt is {attempt.state}")
            outcome = FaceOutcome.BY_HAND if passed else FaceOutcome.REFUSED
            attempts.set_check_in(db, attempt_id, _CHECK_IN[outcome], attempt.check_in_score)
            now = self._context.time.now()
            incidents.add_verification(
                db, Verification(attempt_id, now, outcome, None, (), None, by, why)
            )
            self._context.record(
                db, attempt.sitting_id, _EVENT[outcome], by, attempt_id, reason=why
            )
            if passed:
                self._clear_findings(db, attempt, by)
                attempts.set_inspected(db, attempt_id, now, by)
                self._admission.settle(db, attempt_id)

        self._context.store.write(job)

    def _clear_findings(self, db: Database, attempt: Attempt, by: str) -> None:
        """Clear open findings: staff who decide with a reason have seen them."""
        for finding in findings.open_of(db, attempt.id):
            how, now = Clearing.DECIDED, self._context.time.now()
            findings.clear(db, attempt.id, finding, how, now, by)
            self._context.record(
                db,
                attempt.sitting_id,
                EventKind.FINDING_CLEARED,
                by,
                attempt.id,
                finding=finding,
                outcome=how,
            )

    def latest_picture(self, attempt_id: str) -> bytes | None:
        """Return the last picture judged at check-in, or None."""
        picture = incidents.latest_picture(self._context.store.read(), attempt_id)
        return None if picture is None else self._context.open_sealed(picture)

    def _verifiable(self, attempt_id: str) -> Attempt:
        return self._require(self._get(self._context.store.read(), attempt_id))

    def _require(self, attempt: Attempt) -> Attempt:
        """Return the attempt if its face may be checked now.

        Raises:
            NotVerifiable: staff have to decide, or have decided.
        """
        usable = attempt.state is AttemptState.CHECKED_IN and attempt.consent_face
        done = attempt.check_in in SETTLED
        if not usable or done or attempt.tries >= self._rules(attempt).max_tries:
            raise NotVerifiable()
        return attempt

    def _card_wanted(self, attempt: Attempt) -> Attempt:
        wanted = attempt.state is AttemptState.CHECKED_IN and attempt.check_in is CheckIn.PASSED
        wanted = wanted and attempt.id_card is not CheckIn.PASSED
        if not wanted or attempt.card_tries >= self._rules(attempt).card_tries:
            raise NotVerifiable()
        return attempt

    def _reference(self, attempt: Attempt) -> bytes | None:
        sitting_id, admission_no = attempt.sitting_id, attempt.admission_no
        return self._faces.reference(
            sitting_id, admission_no, lambda: self._papers.portrait(sitting_id, admission_no)
        )

    def _kept(self, attempt: Attempt, kind: str, picture: bytes) -> EvidenceRow | None:
        """Store the picture that was judged; None on a full disk, which must not stop check-in."""
        try:
            sha256 = self._context.keep_sealed(attempt.sitting_id, "pictures", picture)
        except StorageFull as error:
            _log.warning("no picture could be kept of the check-in of %s: %s", attempt.id, error)
            return None
        now = self._context.time.now()
        return EvidenceRow(sha256, attempt.id, None, kind, now, len(picture))

    def _rules(self, attempt: Attempt) -> VerificationRules:
        return self._admission.rules(attempt)

    def _now(self) -> float:
        return self._context.time.now().timestamp()

    def _get(self, db: Database, attempt_id: str) -> Attempt:
        attempt = attempts.get(db, attempt_id)
        if attempt is None:
            raise NotFound()
        return attempt


def _added(db: Database, kept: EvidenceRow | None) -> str | None:
    """Add the row of a stored picture; return its SHA-256."""
    if kept is None:
        return None
    incidents.add_evidence(db, kept)
    return kept.sha256


def _card_outcome(passed: bool, to_staff: bool) -> FaceOutcome:
    if passed:
        return FaceOutcome.CARD_PASS
    return FaceOutcome.CARD_STAFF if to_staff else FaceOutcome.CARD_RETRY

"""Check-in: who are you, and is it you? A person can always decide instead (R13-R15)."""

from sqlite_utils import Database

from kiosk.exam.attempt import AttemptState
from kiosk.exam.identity import Band
from kiosk.hall.centre import Centre
from kiosk.hall.errors import (
    AttemptElsewhere,
    DeviceCheckMissing,
    NotFound,
    NotSignedIn,
    NotVerifiable,
    ReasonMissing,
    WrongIdentity,
)
from kiosk.hall.faces import Faces, Look
from kiosk.hall.papers import Papers
from kiosk.hall.sittings import Sittings
from kiosk.hall.tokens import Throttle, new_token, token_hash
from kiosk.hall.views import CandidateSession, CheckInResult, TerminalSession
from kiosk.store import attempts, incidents, sittings, terminals
from kiosk.store.attempts import Attempt
from kiosk.store.incidents import EvidenceRow, Verification
from kiosk.store.terminals import CandidateSessionRow

MAX_FRAMES = 5


class CheckIn:
    """From the sign-in form to a candidate who is ready."""

    def __init__(self, centre: Centre, papers: Papers, sittings_: Sittings, faces: Faces) -> None:
        self._centre = centre
        self._papers = papers
        self._sittings = sittings_
        self._faces = faces
        self._throttle = Throttle(centre.store, centre.clock)

    def sign_in(
        self,
        terminal: TerminalSession,
        admission_no: str,
        identity_no: str,
        consent_face: bool,
        remote: str,
    ) -> CandidateSession:
        """Open a session at one terminal.

        Raises WrongIdentity (which number is wrong is not said), TooManyTries,
        DeviceCheckMissing, or AttemptElsewhere when another terminal holds the attempt.
        """
        device = terminals.get(self._centre.store.read(), terminal.terminal_id)
        if device is None or device.device_check is None:
            raise DeviceCheckMissing()
        attempt = self._identify(admission_no.strip(), identity_no, terminal.terminal_id)
        if not device.device_check["ok"]:
            consent_face = False  # without a camera a person decides
        centre = self._centre
        token, csrf = new_token(centre.entropy), new_token(centre.entropy)
        row = CandidateSessionRow(attempt.id, terminal.terminal_id, csrf)

        def job(db: Database) -> None:
            current = self._get(db, attempt.id)
            _require_free(db, current, terminal.terminal_id)
            terminals.add_session(db, token_hash(token), row, centre.clock.now())
            self._arrive(db, current, terminal, consent_face, remote)

        centre.store.write(job)
        return CandidateSession(token, csrf, attempt.id, terminal.terminal_id)

    def _identify(self, admission_no: str, identity_no: str, terminal_id: str) -> Attempt:
        keys = (f"candidate:{admission_no[:40]}", f"terminal:{terminal_id}")
        for key in keys:
            self._throttle.check(key)
        found = self._papers.find(admission_no, identity_no)
        attempt = None
        if found:
            db = self._centre.store.read()
            attempt = attempts.find(db, found[0][0].id, admission_no)
        if attempt is None:
            for key in keys:
                self._throttle.failed(key)
            raise WrongIdentity()
        for key in keys:
            self._throttle.succeeded(key)
        return attempt

    def _arrive(
        self, db: Database, attempt: Attempt, terminal: TerminalSession, consent: bool, remote: str
    ) -> None:
        attempts.set_terminal(db, attempt.id, terminal.terminal_id)
        if attempt.state is AttemptState.REGISTERED:
            attempts.step(db, attempt, AttemptState.CHECKED_IN, consent_face=int(consent))
        self._centre.record(
            db,
            attempt.sitting_id,
            "signed_in",
            "candidate",
            attempt.id,
            terminal=terminal.name,
            consent_face=consent,
            remote=remote,
        )

    def session(self, token: str | None, terminal_token: str | None) -> CandidateSession:
        """The session of both cookies together; a stolen one is worthless elsewhere."""
        db = self._centre.store.read()
        if not token or not terminal_token:
            raise NotSignedIn()
        row = terminals.candidate_session(db, token_hash(token))
        terminal = terminals.by_token(db, token_hash(terminal_token))
        if row is None or terminal is None or terminal.id != row.terminal_id:
            raise NotSignedIn()
        return CandidateSession(token, row.csrf, row.attempt_id, row.terminal_id)

    def verify(self, attempt_id: str, jpegs: list[bytes]) -> CheckInResult:
        """Compare the best of several frames with the registered portrait.

        Raises NotVerifiable when a person has to decide, or a VisionError for a bad picture.
        """
        attempt = self._verifiable(attempt_id)
        sitting_id, admission_no = attempt.sitting_id, attempt.admission_no
        reference = self._faces.reference(
            sitting_id, admission_no, lambda: self._papers.portrait(sitting_id, admission_no)
        )
        if reference is None:
            raise NotVerifiable()
        look = self._faces.look(jpegs[:MAX_FRAMES], reference)
        evidence = self._centre.keep_sealed(look.picture)
        return self._centre.store.write(lambda db: self._judge(db, attempt_id, look, evidence))

    def _verifiable(self, attempt_id: str) -> Attempt:
        attempt = self._get(self._centre.store.read(), attempt_id)
        usable = attempt.state is AttemptState.CHECKED_IN and attempt.consent_face
        if not usable or self._tries_left(attempt) <= 0:
            raise NotVerifiable()
        return attempt

    def _judge(self, db: Database, attempt_id: str, look: Look, evidence: str) -> CheckInResult:
        attempt = self._get(db, attempt_id)
        if attempt.state is not AttemptState.CHECKED_IN or self._tries_left(attempt) <= 0:
            raise NotVerifiable()
        if look.band is not None:
            attempts.count_try(db, attempt_id)
        left = self._tries_left(attempt) - (look.band is not None)
        passed = look.band is Band.PASS
        outcome = "pass" if passed else "retry" if left > 0 else "staff"
        self._keep_look(db, attempt, look, outcome, evidence)
        if passed:
            self._become_ready(db, self._get(db, attempt_id))
        return CheckInResult(outcome, look.advice, left)

    def _keep_look(
        self, db: Database, attempt: Attempt, look: Look, outcome: str, evidence: str
    ) -> None:
        now = self._centre.time.now()
        kept = EvidenceRow(evidence, attempt.id, None, "check_in", now, len(look.picture))
        incidents.add_evidence(db, kept)
        incidents.add_verification(
            db, Verification(attempt.id, now, outcome, look.score, look.advice, evidence)
        )
        attempts.set_check_in(
            db, attempt.id, {"pass": "passed", "retry": "failed"}.get(outcome, outcome), look.score
        )
        self._centre.record(
            db,
            attempt.sitting_id,
            f"verification_{outcome}",
            "camera",
            attempt.id,
            score=look.score,
            pack=self._faces.pack_id,
            advice=list(look.advice),
        )

    def decide(self, attempt_id: str, passed: bool, reason: str, by: str) -> None:
        """Staff decide who the candidate is, with a reason; a refusal can be decided again."""
        if not reason.strip():
            raise ReasonMissing()
        why = reason.strip()[:500]

        def job(db: Database) -> None:
            attempt = self._get(db, attempt_id)
            if attempt.state is not AttemptState.CHECKED_IN:
                raise NotVerifiable(f"the attempt is {attempt.state}")
            outcome = "by_hand" if passed else "refused"
            attempts.set_check_in(db, attempt_id, outcome, attempt.check_in_score)
            now = self._centre.time.now()
            incidents.add_verification(
                db, Verification(attempt_id, now, outcome, None, (), None, by, why)
            )
            self._centre.record(
                db, attempt.sitting_id, f"verification_{outcome}", by, attempt_id, reason=why
            )
            if passed:
                self._become_ready(db, self._get(db, attempt_id))

        self._centre.store.write(job)

    def _become_ready(self, db: Database, attempt: Attempt) -> None:
        attempts.step(db, attempt, AttemptState.READY)
        sitting = self._papers.sitting_in(db, attempt.sitting_id)
        if sitting.state == "started":
            paper = self._papers.paper(sitting)
            self._sittings.begin(db, sitting, paper, self._get(db, attempt.id))

    def latest_picture(self, attempt_id: str) -> bytes | None:
        """The last picture that was looked at during check-in."""
        looks = incidents.verifications(self._centre.store.read(), attempt_id)
        pictures = [look.evidence for look in looks if look.evidence]
        return self._centre.open_sealed(pictures[-1]) if pictures else None

    def enrol_portrait(
        self, sitting_id: str, admission_no: str, jpeg: bytes, reason: str, by: str
    ) -> None:
        """Use a picture taken at the staff desk as the portrait; its tries start anew.

        Raises ReasonMissing, NotFound, or a VisionError unless it shows exactly one clear face.
        """
        if not reason.strip():
            raise ReasonMissing()
        self._papers.candidate(sitting_id, admission_no)
        self._faces.require_portrait(jpeg)
        evidence, now = self._centre.keep_sealed(jpeg), self._centre.time.now()

        def job(db: Database) -> None:
            sittings.enrol_portrait(db, sitting_id, admission_no, evidence, by, reason, now)
            attempt = attempts.find(db, sitting_id, admission_no)
            if attempt is None:
                raise NotFound()
            attempts.clear_tries(db, attempt.id)
            self._centre.record(
                db, sitting_id, "portrait_enrolled", by, attempt.id, reason=reason.strip()[:500]
            )

        self._centre.store.write(job)
        self._faces.renew(sitting_id, admission_no)

    def release_terminal(self, attempt_id: str, reason: str, by: str) -> None:
        """Let the candidate sign in at another terminal; answers and time stay as they are."""
        if not reason.strip():
            raise ReasonMissing()

        def job(db: Database) -> None:
            attempt = self._get(db, attempt_id)
            terminals.end_sessions(db, attempt_id)
            attempts.set_terminal(db, attempt_id, None)
            self._centre.record(
                db,
                attempt.sitting_id,
                "terminal_released",
                by,
                attempt_id,
                reason=reason.strip()[:500],
            )

        self._centre.store.write(job)

    def _tries_left(self, attempt: Attempt) -> int:
        programme = self._papers.programme(self._papers.sitting(attempt.sitting_id))
        return programme.check_in.max_tries - attempt.tries

    def _get(self, db: Database, attempt_id: str) -> Attempt:
        attempt = attempts.get(db, attempt_id)
        if attempt is None:
            raise NotFound()
        return attempt


def _require_free(db: Database, attempt: Attempt, terminal_id: str) -> None:
    if attempt.terminal_id in (None, terminal_id):
        return
    other = terminals.get(db, attempt.terminal_id or "")
    raise AttemptElsewhere(terminal=other.name if other else "?")

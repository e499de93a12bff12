"""Candidates' sign-in at a terminal, and their sessions (R13)."""

import threading
from datetime import datetime, timedelta

from sqlite_utils import Database

from kiosk.credentials.throttling import FREE_TRIES
from kiosk.credentials.tokens import new_token, token_hash
from kiosk.exam.attempt.states import OVER, AttemptState
from kiosk.exam.attempt.timing import minute_of
from kiosk.exam.event_kinds import EventKind
from kiosk.exam.identity.identity_number import is_identity_number
from kiosk.exam.typed_numbers import plain_number
from kiosk.hall.accounts.throttle import Throttle
from kiosk.hall.attempt.leases import Leases
from kiosk.hall.checkin.choices import Choices
from kiosk.hall.checkin.devices import AttemptDevices
from kiosk.hall.checkin.returns import Returns
from kiosk.hall.checkin.terminals import CHECK_LASTS
from kiosk.hall.context import CentreContext
from kiosk.hall.errors import (
    AttemptElsewhere,
    AttemptNotEnded,
    DeviceCheckMissing,
    NotFound,
    NotSignedIn,
    TooLate,
    WrongIdentity,
    WrongSeat,
)
from kiosk.hall.packages import OpenedPackages
from kiosk.hall.reasons import reasoned
from kiosk.hall.seats import place_of
from kiosk.hall.views.check_in import CandidateSession, TerminalSession
from kiosk.store.centre import terminals
from kiosk.store.centre.terminals import CandidateSessionRow, Terminal
from kiosk.store.centre.throttle import key_of
from kiosk.store.exam import attempts, groups, tallies
from kiosk.store.exam.attempts import Attempt

FREE_TRIES_OF_ADDRESS = 20
"""Free tries of one candidate at one address: a browser can register as a new terminal, but it is
harder to change the address.
"""

NOTED_EVERY = timedelta(minutes=1)
"""How often the event log records that a second terminal asks for the same attempt."""


class CheckIn:
    """Sign-in at a terminal, sign-out, and release for another terminal."""

    def __init__(
        self,
        context: CentreContext,
        papers: OpenedPackages,
        leases: Leases,
        returns: Returns,
        devices: AttemptDevices,
    ) -> None:
        self._context = context
        self._devices = devices
        self._papers = papers
        self._leases = leases
        self._choices = Choices(context, papers)
        self._returns = returns
        self._throttle = Throttle(context.store, context.clock)
        self._noted: dict[str, datetime] = {}
        self._lock = threading.Lock()

    def sign_in(
        self,
        terminal: TerminalSession,
        admission_no: str,
        identity_no: str,
        consent_face: bool,
        remote: str,
        sitting_id: str | None = None,
    ) -> CandidateSession:
        """Open a candidate's session at one terminal.

        ``sitting_id``: the candidate's choice, if there are several sittings.

        Raises:
            SittingToChoose: the candidate has to choose a sitting first.
            WrongIdentity: the numbers match no candidate; which one is wrong is not revealed.
            TooManyTries: too many wrong numbers; wait.
            DeviceCheckMissing: the terminal was not checked within ``CHECK_LASTS``.
            WrongSeat: the terminal is bound to another seat, or to another room.
            TooLate: entry is closed.
            AttemptElsewhere: another terminal has the attempt.
        """
        device = terminals.get(self._context.store.read(), terminal.terminal_id)
        if device is None or device.device_check is None or self._is_old(device.checked_at):
            raise DeviceCheckMissing()
        number = plain_number(admission_no)
        attempt = self._identify(number, identity_no, terminal, remote, sitting_id)
        if not device.device_check["camera"]:
            consent_face = False  # without a camera staff decide
        context = self._context
        token, csrf = new_token(context.entropy), new_token(context.entropy)
        row = CandidateSessionRow(attempt.id, terminal.terminal_id, csrf)

        def job(db: Database) -> None:
            # Read again inside the job: of two terminals that sign in at once only one may win.
            current = self._get(db, attempt.id)
            if current.terminal_id not in (None, terminal.terminal_id):
                raise AttemptElsewhere(terminal=self._name(db, current.terminal_id))
            self._require_seat(db, current, device)
            self._require_in_time(db, current)
            terminals.add_session(db, token_hash(token), row, context.clock.now())
            self._arrive(db, current, terminal, consent_face, remote)
            self._devices.at_sign_in(db, current, device.device_check or {})

        try:
            context.store.write(job)
        except AttemptElsewhere:
            self._returns.ask(attempt.id, terminal.terminal_id)
            self._note_elsewhere(attempt.id, terminal.name)
            raise
        self._devices.renew(attempt.id)
        return CandidateSession(token, csrf, attempt.id, terminal.terminal_id)

    def _require_seat(self, db: Database, attempt: Attempt, device: Terminal) -> None:
        """Refuse a sign-in at a terminal that is bound to another seat, or in another room."""
        if device.room is None or not device.seat:
            return
        if (device.room, plain_number(device.seat)) != place_of(attempt):
            sitting = self._papers.sitting_in(db, attempt.sitting_id)
            here = self._papers.place(sitting, device.room, device.seat)
            raise WrongSeat(here=here, seat=self._papers.place(sitting, attempt.room, attempt.seat))

    def _is_old(self, checked_at: datetime | None) -> bool:
        now = self._context.time.now()
        return checked_at is None or now - checked_at >= CHECK_LASTS

    def _require_in_time(self, db: Database, attempt: Attempt) -> None:
        """Refuse a first sign-in after entry has closed; pauses and credits postpone that."""
        sitting, now = self._papers.sitting_in(db, attempt.sitting_id), self._context.time.now()
        times = groups.times_of(db, sitting.id)
        start = times.started_at(attempt.room, attempt.paper)
        arrived = attempt.state is not AttemptState.REGISTERED or attempt.admitted_late
        if arrived or start is None:
            return
        minutes = self._papers.programme(sitting, attempt.paper).time.late_entry_minutes
        stood = times.stood_still(attempt.room, attempt.paper, now)
        if now >= minute_of(start, minutes) + timedelta(seconds=stood):
            raise TooLate(minutes=minutes)

    def admit_late(self, attempt_id: str, reason: str, by: str) -> None:
        """Let a candidate sign in although entry is closed.

        Raises:
            ReasonMissing: the reason is empty.
            NotFound: there is no such attempt.
        """
        why = reasoned(reason)

        def job(db: Database) -> None:
            attempt = self._get(db, attempt_id)
            attempts.admit_late(db, attempt_id)
            self._context.record(
                db, attempt.sitting_id, EventKind.ADMITTED_LATE, by, attempt_id, reason=why
            )

        self._context.store.write(job)

    def _identify(
        self,
        admission_no: str,
        identity_no: str,
        terminal: TerminalSession,
        remote: str,
        sitting_id: str | None,
    ) -> Attempt:
        tries = {
            key_of("candidate", admission_no[:40], terminal.name): FREE_TRIES,
            key_of("candidate", admission_no[:40], remote): FREE_TRIES_OF_ADDRESS,
        }
        # Typing errors must not use up free tries: many candidates share one address.
        if self._counts(admission_no, plain_number(identity_no)):
            self._throttle.begin(tries)
        found = self._papers.find(admission_no, identity_no)
        if found:
            self._throttle.succeeded(list(tries))
        attempt = self._choices.attempt(found, sitting_id)
        if attempt is None:
            raise WrongIdentity()
        return attempt

    def _counts(self, admission_no: str, identity_no: str) -> bool:
        """Whether this may be a guess. What cannot be a number of its kind is a typing error.

        A candidate registered with another document, such as a passport, can have any number.
        """
        if not self._papers.may_be_number(admission_no):
            return False
        today = self._context.local(self._context.clock.now()).date()
        registered = self._papers.identity_numbers(admission_no)
        numbers = all(is_identity_number(number, today) for number in registered)
        return not numbers or is_identity_number(identity_no, today)

    def _arrive(
        self, db: Database, attempt: Attempt, terminal: TerminalSession, consent: bool, remote: str
    ) -> None:
        attempts.set_terminal(db, attempt.id, terminal.terminal_id)
        attempts.set_sign_in_undone(db, attempt.id, undone=False)
        if attempt.state is AttemptState.REGISTERED:
            attempts.step(db, attempt, AttemptState.CHECKED_IN, consent_face=int(consent))
        if not tallies.worth_noting(tallies.add(db, attempt.id, EventKind.SIGNED_IN)):
            return
        self._context.record(
            db,
            attempt.sitting_id,
            EventKind.SIGNED_IN,
            "candidate",
            attempt.id,
            terminal=terminal.name,
            consent_face=consent,
            remote=remote,
        )

    def session(self, token: str | None, terminal_token: str | None) -> CandidateSession:
        """Return the session of a candidate's and a terminal's cookie.

        Raises:
            NotSignedIn: a cookie is missing or unknown, or the two do not belong together. So a
                stolen cookie is worthless at another terminal.
        """
        db = self._context.store.read()
        if not token or not terminal_token:
            raise NotSignedIn()
        row = terminals.candidate_session(db, token_hash(token))
        terminal = terminals.by_token(db, token_hash(terminal_token))
        if row is None or terminal is None:
            raise NotSignedIn()
        # A copied cookie at another terminal: refuse it, and show staff that it was tried.
        if terminal.id != row.terminal_id:
            self._note_elsewhere(row.attempt_id, terminal.name)
            raise NotSignedIn()
        self._returns.hear(terminal.id)
        return CandidateSession(token, row.csrf, row.attempt_id, row.terminal_id)

    def leave(self, attempt_id: str) -> None:
        """End the session of a candidate whose exam is over.

        Raises:
            NotFound: there is no such attempt.
            AttemptNotEnded: the exam is not over.
        """

        def job(db: Database) -> None:
            if self._get(db, attempt_id).state not in OVER:
                raise AttemptNotEnded()
            terminals.end_sessions(db, attempt_id)

        self._context.store.write(job)

    def release_terminal(self, attempt_id: str, reason: str, by: str) -> None:
        """Let the candidate sign in at another terminal. Answers and time are unaffected.

        Raises:
            ReasonMissing: the reason is empty.
            NotFound: there is no such attempt.
        """
        why = reasoned(reason)

        def job(db: Database) -> None:
            attempt = self._get(db, attempt_id)
            terminals.end_sessions(db, attempt_id)
            attempts.leave_terminal(db, attempt_id)
            self._leases.drop(db, attempt)
            self._context.record(
                db,
                attempt.sitting_id,
                EventKind.TERMINAL_RELEASED,
                by,
                attempt_id,
                reason=why,
            )

        self._context.store.write(job)
        self._devices.renew(attempt_id)

    def _get(self, db: Database, attempt_id: str) -> Attempt:
        attempt = attempts.get(db, attempt_id)
        if attempt is None:
            raise NotFound()
        return attempt

    def _name(self, db: Database, terminal_id: str | None) -> str:
        found = terminals.get(db, terminal_id or "")
        return found.name if found else "?"

    def _note_elsewhere(self, attempt_id: str, terminal: str) -> None:
        """Record at intervals that another terminal asks for this attempt."""
        now = self._context.time.now()
        with self._lock:
            last = self._noted.get(attempt_id)
            if last is not None and now - last < NOTED_EVERY:
                return
            self._noted[attempt_id] = now

        def job(db: Database) -> None:
            attempt = self._get(db, attempt_id)
            holder = self._name(db, attempt.terminal_id)
            details = {"terminal": terminal, "holder": holder}
            self._context.record(
                db, attempt.sitting_id, EventKind.SECOND_TERMINAL, "system", attempt_id, **details
            )

        self._context.store.write(job)

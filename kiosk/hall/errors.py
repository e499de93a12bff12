"""Errors of the use cases, each with a code that the web translates.

``HallError``
 ├─ ``NotSignedIn`` · ``SignInRefused`` · ``WrongIdentity`` · ``TooManyTries`` · ``WeakPassword``
 ├─ ``UnknownTerminal`` · ``DeviceCheckMissing`` · ``AttemptElsewhere``
 ├─ ``NotFound`` · ``NoOpenSitting`` · ``SittingState`` · ``TooEarly``
 ├─ ``ReasonMissing`` · ``NotVerifiable`` · ``LookMissing``
 └─ ``BadRequest``
"""

from kiosk.exam.errors import ExamError


class HallError(ExamError):
    """Base of the use cases' errors."""

    code = "hall_error"


class NotSignedIn(HallError):
    """No session, an expired one, or one of another terminal."""

    code = "not_signed_in"
    message = "Please sign in."


class SignInRefused(HallError):
    """Unknown user name or wrong password; which of them is not said."""

    code = "sign_in_refused"
    message = "User name or password is wrong."


class WrongIdentity(HallError):
    """Admission and identity number do not belong together, or are not on the roster."""

    code = "wrong_identity"
    message = "Admission number and identity number do not match. Check both for typing errors."


class TooManyTries(HallError):
    """Too many wrong secrets; ``retry_after`` seconds must pass."""

    code = "too_many_tries"
    message = "Too many wrong entries. Try again in {retry_after} seconds, or ask staff."

    @property
    def retry_after(self) -> int:
        """Seconds until another try is allowed."""
        return int(str(self.params["retry_after"]))


class WeakPassword(HallError):
    """A password that is too short."""

    code = "weak_password"
    message = "A password needs at least {minimum} characters."


class UnknownTerminal(HallError):
    """The browser has no terminal cookie of this centre."""

    code = "unknown_terminal"
    message = "This terminal is not registered yet. Open the start page and check the device."


class DeviceCheckMissing(HallError):
    """The terminal has not been checked, or a part failed that staff cannot stand in for (R13)."""

    code = "device_check_missing"
    message = "This terminal has not passed the device check."


class AttemptElsewhere(HallError):
    """The candidate is signed in at another terminal."""

    code = "attempt_elsewhere"
    message = "This candidate is signed in at terminal {terminal}. Staff must release it first."


class NotFound(HallError):
    """There is no such thing here, or it is not yours."""

    code = "not_found"
    message = "There is nothing here under this address."


class NoOpenSitting(HallError):
    """No sitting at this centre is open for check-in."""

    code = "no_open_sitting"
    message = "No sitting is open at this centre."


class SittingState(HallError):
    """The sitting's state does not allow this step."""

    code = "sitting_state"
    message = "This cannot be done while the sitting is {state}."


class TooEarly(HallError):
    """The paper may not be unlocked yet."""

    code = "too_early"
    message = "The paper may be unlocked from {at}."


class ReasonMissing(HallError):
    """A decision by hand needs a reason."""

    code = "reason_missing"
    message = "Please give a reason."


class NotVerifiable(HallError):
    """The face cannot be compared: no consent, no portrait, or no tries left."""

    code = "not_verifiable"
    message = "An invigilator will check your identity."


class LookMissing(HallError):
    """A frame came for a look at the face that was not begun, or is over."""

    code = "look_missing"
    message = "Begin the face check first."


class BadRequest(HallError):
    """A field is missing, too large or of the wrong type."""

    code = "bad_request"
    message = "The request is not valid."

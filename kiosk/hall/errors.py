"""Errors of the use cases. Each has a stable code, which the web translates.

``HallError``
 ├─ ``NotSignedIn`` · ``SignInRefused`` · ``WrongIdentity`` · ``TooManyTries`` · ``WeakPassword``
 ├─ ``AccountExists`` · ``BadUsername`` · ``LastChief``
 ├─ ``UnknownTerminal`` · ``DeviceCheckMissing`` · ``AttemptElsewhere`` · ``AttemptNotEnded``
 ├─ ``NotFound`` · ``SittingState`` · ``SittingToChoose`` · ``ClosingChanged`` · ``TooEarly``
 ├─ ``OnRoster`` · ``TooManyGuests`` · ``BackupRunning`` · ``ClockDoubted``
 ├─ ``NotesTooLong`` · ``PartClosed`` · ``PartsLeft`` · ``PartTooEarly``
 ├─ ``TooLate`` · ``HandInTooEarly`` · ``RoomPaused`` · ``WrongSeat`` · ``SeatTaken``
 ├─ ``SeatsFixed`` · ``NotYourRoom``
 ├─ ``PackageRevoked`` · ``PackageFileDamaged``
 │   └─ ``PackageDeleted``
 ├─ ``LeaseHeld`` · ``LeaseLost`` · ``SequenceConflict`` · ``TooManyAnswers``
 ├─ ``CalledTooSoon`` · ``CalledTooOften``
 ├─ ``OnBreak`` · ``BreakNotAllowed`` · ``TooManyBreaks``
 ├─ ``MessageEmpty`` · ``MessageTooLong`` · ``TooManyMessages`` · ``NobodyToTell``
 ├─ ``LateAnswersRefused``
 │   └─ ``LateAnswersForeign`` · ``LateAnswersKnown``
 ├─ ``InspectionOver`` · ``ReasonMissing`` · ``NotVerifiable``
 ├─ ``FaceCheckMissing`` · ``AnalysisBusy`` · ``LivePictureClosed`` · ``TooManyLooks``
 ├─ ``TooManyAtOnce`` · ``PicturesSetAside`` · ``DevicesFine``
 ├─ ``PicturesStay``
 └─ ``BadRequest``
"""

from collections.abc import Sequence

from kiosk.exam.errors import ExamError
from kiosk.hall.views.check_in import SittingChoice


class HallError(ExamError):
    """Base class of the use cases' errors."""

    code = "hall_error"


class NotSignedIn(HallError):
    """There is no session, it has expired, or it belongs to another terminal."""

    code = "not_signed_in"
    message = "Please sign in."


class SignInRefused(HallError):
    """The user name or the password is wrong; the error does not reveal which."""

    code = "sign_in_refused"
    message = "User name or password is wrong."


class WrongIdentity(HallError):
    """The admission and identity number do not belong together, or are not on the roster."""

    code = "wrong_identity"
    message = "Admission number and identity number do not match. Check both for typing errors."


class TooManyTries(HallError):
    """Too many wrong secrets were entered; the next try is allowed in ``retry_after`` seconds."""

    code = "too_many_tries"
    message = "Too many wrong entries. Try again in %(retry_after)s seconds, or ask staff."

    @property
    def retry_after(self) -> int:
        """Seconds until another try is allowed."""
        return int(str(self.params["retry_after"]))


class WeakPassword(HallError):
    """The password is too short."""

    code = "weak_password"
    message = "A password needs at least %(minimum)s characters."


class AccountExists(HallError):
    """Another account has this user name."""

    code = "account_exists"
    message = "There is already an account named %(username)s."


class BadUsername(HallError):
    """The user name has the wrong length, blanks, or characters that are hard to type."""

    code = "bad_username"
    message = "A user name has 1 to 40 letters, digits, dots, dashes, underscores or @."


class LastChief(HallError):
    """The last chief invigilator who can sign in cannot be locked or given another role."""

    code = "last_chief"
    message = "This is the only chief invigilator. Give another account that role first."


class UnknownTerminal(HallError):
    """The browser has no terminal cookie of this centre."""

    code = "unknown_terminal"
    message = "This terminal is not registered yet. Open the start page and check the device."


class DeviceCheckMissing(HallError):
    """The terminal was not checked in the last twelve hours (R13)."""

    code = "device_check_missing"
    message = "This terminal has not passed the device check."


class AttemptNotEnded(HallError):
    """A candidate may sign out only after the exam."""

    code = "attempt_not_ended"
    message = "The exam is not over yet."


class AttemptElsewhere(HallError):
    """The candidate is signed in at another terminal."""

    code = "attempt_elsewhere"
    message = "This candidate is signed in at terminal %(terminal)s. Staff must release it first."


class SittingToChoose(HallError):
    """The candidate is on the roster of several sittings; ``choices`` lists them."""

    code = "sitting_to_choose"
    message = "You are registered for several sittings. Choose the one you are here for."

    def __init__(self, choices: Sequence[SittingChoice]) -> None:
        super().__init__()
        self.choices = choices


class NotFound(HallError):
    """The thing does not exist, or is not visible to this caller."""

    code = "not_found"
    message = "Not found."


class SittingState(HallError):
    """The sitting's state does not allow this step."""

    code = "sitting_state"
    message = "This cannot be done while the sitting is %(state)s."


class ClosingChanged(HallError):
    """The room has changed since the person who confirms the closing saw it."""

    code = "closing_changed"
    message = (
        "The room has changed since you opened this page, or the number is wrong. Check again."
    )


class OnRoster(HallError):
    """A guest to be admitted is on the roster."""

    code = "on_roster"
    message = "This identity number is already on the roster; the candidate can sign in."


class BackupRunning(HallError):
    """Only one backup can be made at a time."""

    code = "backup_running"
    message = "A backup is already running."


class TooManyGuests(HallError):
    """The sitting has the maximum number of candidates who are not on the roster."""

    code = "too_many_guests"
    message = "At most %(most)s candidates who are not on the roster can be admitted."


class PackageRevoked(HallError):
    """Headquarters has revoked this exam package."""

    code = "package_revoked"
    message = "Headquarters has revoked this exam package: %(reason)s. Ask for a new one."


class PackageFileDamaged(HallError):
    """The stored package of a sitting is missing, or differs from what was imported."""

    code = "package_file_damaged"
    message = (
        "The exam package of %(title)s is missing or damaged here. Import the same file again."
    )


class PackageDeleted(PackageFileDamaged):
    """The package was deleted after its retention period, for good."""

    code = "package_deleted"
    message = "The data of %(title)s were deleted when their period was over."


class ClockDoubted(HallError):
    """The date that staff confirmed is not the one that the centre's clock shows."""

    code = "clock_doubted"
    message = "This machine's clock shows %(shown)s, not %(said)s. Correct it first."


class TooEarly(HallError):
    """The paper may not be unlocked yet."""

    code = "too_early"
    message = "The paper can be unlocked from %(at)s."


class TooLate(HallError):
    """Entry is closed: the sitting has been running too long."""

    code = "too_late"
    message = "Entry closed %(minutes)s minutes after the start. Only staff can admit you now."


class HandInTooEarly(HallError):
    """Handing in is not allowed yet."""

    code = "hand_in_too_early"
    message = "You can hand in %(minutes)s minutes after the start at the earliest."


class PartClosed(HallError):
    """Answers to a part that has not begun, or is over; staff decide about those that are late."""

    code = "part_closed"
    message = "This part is closed. Its answers cannot be changed."


class NotesTooLong(HallError):
    """The notes of an attempt have more characters than are stored."""

    code = "notes_too_long"
    message = "Notes can have %(most)s characters at most."


class PartsLeft(HallError):
    """The attempt can be handed in only from its last part, and that part only with it."""

    code = "parts_left"
    message = "Hand in the parts one after another; the last one with the exam."


class PartTooEarly(HallError):
    """The open part cannot be handed in yet."""

    code = "part_too_early"
    message = "You can hand in this part in %(minutes)s minutes at the earliest."


class RoomPaused(HallError):
    """A candidate cannot begin or resume while the own group is paused."""

    code = "room_paused"
    message = "This candidate's group is paused; resume it first."


class WrongSeat(HallError):
    """The terminal is bound to another seat than the candidate's."""

    code = "wrong_seat"
    message = "This is seat %(here)s; your seat is %(seat)s."


class NotYourRoom(HallError):
    """An invigilator who is assigned to rooms tries to act on something in another one."""

    code = "not_your_room"
    message = "You are assigned to: %(rooms)s. Ask the chief invigilator about other rooms."


class SeatTaken(HallError):
    """Another candidate has the seat at that time."""

    code = "seat_taken"
    message = "Seat %(seat)s is taken at that time. Choose another one."


class SeatsFixed(HallError):
    """Seats cannot be drawn any more: a candidate has signed in, or the sitting has started."""

    code = "seats_fixed"
    message = "Seats can be drawn only before the first candidate has signed in."


class LeaseHeld(HallError):
    """Another window has the exam open. Only staff can release it while that window is active."""

    code = "lease_held"
    message = "This exam is open in another window. Close that one, or ask the invigilator."


class LeaseLost(HallError):
    """The page that asks does not hold the lease, or no longer does."""

    code = "lease_lost"
    message = "This exam continues in another window."


class SequenceConflict(HallError):
    """The same sequence number was sent again with a different answer. Nothing was overwritten."""

    code = "sequence_conflict"
    message = "The same sequence number was sent again with a different answer (%(seq)s)."


class TooManyAnswers(HallError):
    """An attempt sends more answers than a person writes; retry after ``retry_after`` seconds."""

    code = "too_many_answers"
    message = "Many answers were sent, so saving is slower now. Nothing is lost."


class CalledTooSoon(HallError):
    """The candidate's call before was made a moment ago; retry after ``retry_after`` seconds."""

    code = "called_too_soon"
    message = "You called a moment ago. Wait %(retry_after)s seconds, or raise your hand."


class CalledTooOften(HallError):
    """The attempt has made the maximum number of calls."""

    code = "called_too_often"
    message = "You have called %(most)s times. Please raise your hand instead."


class OnBreak(HallError):
    """The candidate is on a toilet break."""

    code = "on_break"
    message = "The candidate is on a toilet break. End the break first."


class BreakNotAllowed(HallError):
    """The programme does not allow a break now; ``objections`` say why. A reason overrides it."""

    code = "break_not_allowed"
    message = "The rules allow no toilet break now. Give a reason to allow it."


class TooManyBreaks(HallError):
    """The attempt has had the maximum number of breaks, whatever the reason."""

    code = "too_many_breaks"
    message = "This candidate has had %(most)s toilet breaks, which is the limit."


class NotPresent(HallError):
    """Nothing can be recorded of a candidate who has not come."""

    code = "not_present"
    message = "This candidate has not signed in."


class NotThen(HallError):
    """Something is said to have happened in the future, or too long ago."""

    code = "not_then"
    message = "Give the time when it happened: within the last 24 hours."


class RecordedTooOften(HallError):
    """An attempt has the maximum number of records of misconduct."""

    code = "recorded_too_often"
    message = "This candidate has %(most)s records already."


class SecondPersonNeeded(HallError):
    """Whoever wrote a record cannot confirm it."""

    code = "second_person_needed"
    message = "A second member of staff has to confirm the record."


class WitnessMissing(HallError):
    """A record was not confirmed by a second member of staff."""

    code = "witness_missing"
    message = "A second member of staff has to confirm the record first."


class MessageEmpty(HallError):
    """A message has no text."""

    code = "message_empty"
    message = "Please write a message."


class MessageTooLong(HallError):
    """A message is longer than ``limit``; ``length``: its characters."""

    code = "message_too_long"
    message = "A message has at most %(limit)s characters; this one has %(length)s."


class TooManyMessages(HallError):
    """The sitting has the maximum number of messages."""

    code = "too_many_messages"
    message = "This sitting has had %(most)s messages. Tell candidates in person."


class NobodyToTell(HallError):
    """The exams of all whom a message is for are over."""

    code = "nobody_to_tell"
    message = "Not sent: none of these candidates has an open exam."


class LateAnswersRefused(HallError):
    """Late answers cannot be accepted: the attempt never began, or an answer matches no item."""

    code = "late_answers_refused"
    message = (
        "These answers cannot be accepted: the exam was not taken, or an answer matches no item."
    )


class LateAnswersForeign(LateAnswersRefused):
    """The late answers belong to no attempt of this centre, or to another candidate."""

    code = "late_answers_foreign"
    message = "These answers belong to no attempt of this centre."


class LateAnswersKnown(LateAnswersRefused):
    """All of the late answers are already saved."""

    code = "late_answers_known"
    message = "Everything in this file is already saved. Nothing needs to be done."


class InspectionOver(HallError):
    """The candidate is not at check-in. During the exam staff report incidents instead."""

    code = "inspection_over"
    message = "This candidate is not at check-in. During the exam, report what you see."


class ReasonMissing(HallError):
    """A decision by hand needs a reason."""

    code = "reason_missing"
    message = "Please give a reason."


class NotVerifiable(HallError):
    """The face cannot be compared: no consent, no portrait, or no tries left."""

    code = "not_verifiable"
    message = "An invigilator will check your identity."


class FormClosed(HallError):
    """The candidate is not at check-in, or the form was confirmed or skipped before."""

    code = "form_closed"
    message = "The form can no longer be changed."


class FaceCheckMissing(HallError):
    """A frame arrived without a running face check."""

    code = "face_check_missing"
    message = "Start the face check first."


class PicturesSetAside(HallError):
    """The analysis failed on this candidate's pictures, which are not analysed for a while."""

    code = "pictures_set_aside"
    message = (
        "The picture analysis of this candidate is suspended for a while. Staff can resume it."
    )


class DevicesFine(HallError):
    """There is no failed device at the candidate's terminal to admit."""

    code = "devices_fine"
    message = "No device of this candidate's terminal has failed its check."


class LivePictureClosed(HallError):
    """This member of staff does not look at the candidate, or no longer; open the picture again."""

    code = "live_picture_closed"
    message = "The live picture has been closed."


class TooManyLooks(HallError):
    """Staff look at as many candidates as the server shows live at the same time."""

    code = "too_many_looks"
    message = "Staff are looking at too many candidates at once. Close a dialog and try again."


class TooManyAtOnce(HallError):
    """Two requests of this terminal are in progress; resend after ``retry_after`` seconds."""

    code = "too_many_at_once"
    message = "Two requests of this terminal are already being processed."

    def __init__(self) -> None:
        super().__init__(retry_after=1)


class AnalysisBusy(HallError):
    """Too many faces are being analysed; resend the picture after ``retry_after`` seconds."""

    code = "analysis_busy"
    message = "Many candidates are checking in. Your check will continue automatically."

    def __init__(self) -> None:
        super().__init__(retry_after=1)


class PicturesStay(HallError):
    """The programme keeps pictures at the centre, and nothing else permits that they leave."""

    code = "pictures_stay"
    message = (
        "The programme keeps pictures at the centre. They may leave only with the candidate's"
        " written consent, or if headquarters asks for them in writing in a case."
    )


class BadRequest(HallError):
    """A field is missing, too large or of the wrong type."""

    code = "bad_request"
    message = "The request is not valid."

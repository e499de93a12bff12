"""Names for the kinds of events, as the event log page shows them."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from kiosk.exam.event_kinds import (
    DISTURBANCE_BEGAN,
    DISTURBANCE_OVER,
    EventKind,
    advised,
    rule_began,
    rule_over,
)
from kiosk.web.labels.terms import DISTURBANCES, MARKS, RULES


def _over(name: LazyString) -> LazyString:
    return _l("%(rule)s: ended", rule=name)


def _advised(name: LazyString) -> LazyString:
    return _l("%(rule)s: the candidate was advised", rule=name)


EVENTS: dict[EventKind, LazyString] = {
    EventKind.PACKAGE_IMPORTED: _l("Package imported"),
    EventKind.SITTING_NOT_HELD: _l("Not held while its package was valid"),
    EventKind.DATA_DELETED: _l("Data deleted after their retention period"),
    EventKind.PACKAGE_REVOKED: _l("Package revoked by headquarters"),
    EventKind.PACKAGE_TOO_LATE: _l(
        "A package arrived too late; the sitting continues with its current one"
    ),
    EventKind.PAPER_UNLOCKED: _l("Paper unlocked"),
    EventKind.UNLOCK_REFUSED: _l("Unlock code refused"),
    EventKind.SITTING_STARTED: _l("Sitting started"),
    EventKind.GROUP_STARTED: _l("A group started"),
    EventKind.GROUP_STOPPED: _l("Exams of a group stopped, to be rescheduled"),
    EventKind.SITTING_CLOSED: _l("Sitting closed"),
    EventKind.SIGNED_IN: _l("Candidate signed in"),
    EventKind.GUEST_ADMITTED: _l("Admitted by hand, not on the roster"),
    EventKind.GUEST_ON_ROSTER: _l("Admitted by hand, now on the roster"),
    EventKind.GUEST_OFF_ROSTER: _l("Admitted by hand, no longer on the roster"),
    EventKind.OFF_ROSTER: _l("No longer on the roster of the new package"),
    EventKind.PRINTED: _l("Document printed"),
    EventKind.SEAT_CHANGED: _l("Moved to another seat"),
    EventKind.SIGN_IN_UNDONE: _l("Sign-in undone"),
    EventKind.INCIDENTS_SEEN: _l("Incidents acknowledged"),
    EventKind.ANALYSIS_RESTARTED: _l(
        "Camera analysis failed and was restarted; some frames were lost"
    ),
    **{kind: DISTURBANCES[of] for of, kind in DISTURBANCE_BEGAN.items()},
    **{kind: _over(DISTURBANCES[of]) for of, kind in DISTURBANCE_OVER.items()},
    EventKind.EPOCH_BEGUN: _l("The data were restored from a backup"),
    EventKind.MEDIA_WRITTEN: _l("File for headquarters saved"),
    EventKind.MEDIA_RECEIVED: _l("File from headquarters imported"),
    EventKind.PICTURES_HANDED_OVER: _l("Sealed pictures handed over for headquarters"),
    EventKind.BACKUP_MADE: _l("Backup made and checked"),
    EventKind.BACKUP_FAILED: _l("A backup failed"),
    EventKind.PICTURES_STOPPED: _l("The disk is nearly full: pictures are no longer stored"),
    EventKind.PICTURES_RESUMED: _l("The disk has space again: pictures are stored"),
    EventKind.CAMERA_VIRTUAL: _l("Virtual camera"),
    EventKind.DEVICES_FAILED: _l("Device check failed"),
    EventKind.DEVICES_ADMITTED: _l("Admitted without the device that failed"),
    EventKind.PICTURES_REINSTATED: _l("Camera pictures analysed again"),
    EventKind.SECOND_TERMINAL: _l(
        "A second terminal tried to connect as this candidate and was refused"
    ),
    EventKind.VERIFICATION_PASS: _l("Face verified"),
    EventKind.VERIFICATION_RETRY: _l("Face not verified, another try"),
    EventKind.VERIFICATION_STAFF: _l("Face not verified, staff decide"),
    EventKind.FORM_CONFIRMED: _l("Personal data form confirmed by the candidate"),
    EventKind.FORM_SKIPPED: _l("Admitted without the personal data form"),
    EventKind.PLEDGE_GIVEN: _l("Candidate gave the integrity pledge"),
    EventKind.CALL_MADE: _l("Candidate called the invigilator"),
    EventKind.CALL_WITHDRAWN: _l("Candidate withdrew the call"),
    EventKind.CALL_ANSWERED: _l("Staff are coming to the candidate who called"),
    EventKind.CALL_CLOSED: _l("Call closed"),
    EventKind.MESSAGE_SENT: _l("Message sent to candidates"),
    EventKind.MESSAGE_READ: _l("Candidate confirmed having read the message"),
    EventKind.ANNOUNCEMENT_READ: _l("Announcement of headquarters read"),
    EventKind.BREAK_BEGUN: _l("Toilet break begun"),
    EventKind.BREAK_BACK: _l("Candidate says to be back from the toilet break"),
    EventKind.BREAK_ENDED: _l("Toilet break ended"),
    EventKind.MISCONDUCT_RECORDED: _l("Misconduct recorded"),
    EventKind.MISCONDUCT_WITNESSED: _l("Misconduct record confirmed by a second person"),
    EventKind.MISCONDUCT_SIGNED: _l("Candidate signed the misconduct record"),
    EventKind.MISCONDUCT_NOT_SIGNED: _l("Candidate did not sign the misconduct record"),
    EventKind.MISCONDUCT_WITHDRAWN: _l("Misconduct record withdrawn"),
    EventKind.LIVE_PICTURE_OPENED: _l("Staff looked at the live picture at check-in"),
    EventKind.INSPECTED: _l("Checked by staff, nothing unusual"),
    EventKind.FINDING_NOTED: _l("Staff asked for something to be taken off"),
    EventKind.FINDING_CLEARED: _l("Staff request settled"),
    EventKind.VERIFICATION_BY_HAND: _l("Identity confirmed by hand"),
    EventKind.VERIFICATION_REFUSED: _l("Identity refused by hand"),
    EventKind.ID_CARD_PASS: _l("Identity card matched"),
    EventKind.ID_CARD_CARD: _l("Identity card not matched, another try"),
    EventKind.ID_CARD_STAFF: _l("Identity card not matched, staff decide"),
    EventKind.PORTRAITS_CHECKED: _l("Portraits checked"),
    EventKind.FRAME_REFUSED: _l("A camera picture could not be read"),
    EventKind.PORTRAIT_CAPTURED: _l("Portrait taken"),
    EventKind.TERMINAL_RELEASED: _l("Terminal released"),
    EventKind.ATTEMPT_STARTED: _l("Exam started"),
    EventKind.ATTEMPT_ENDED: _l("Exam ended"),
    EventKind.CLOCK_SET: _l("System clock was changed"),
    EventKind.ATTEMPT_PAUSED: _l("Exam paused"),
    EventKind.ATTEMPT_RESUMED: _l("Exam resumed"),
    EventKind.ATTEMPT_REOPENED: _l("End of the exam undone"),
    EventKind.ATTEMPT_VOIDED: _l("Attempt voided"),
    EventKind.PART_ENDED: _l("Part ended"),
    EventKind.TIME_CREDITED: _l("Time credited"),
    EventKind.ROOM_CREDITED: _l("Time credited to all"),
    EventKind.ROOM_PAUSED: _l("Paused"),
    EventKind.ROOM_PAUSE_REASON: _l("Reason of a pause given"),
    EventKind.ROOM_RESUMED: _l("Resumed"),
    EventKind.SITTING_STOPPED: _l("Sitting stopped, to be rescheduled"),
    EventKind.SERVER_OUTAGE: _l("The server was down"),
    EventKind.TERMINAL_OUTAGE: _l("A terminal was down"),
    EventKind.OUTAGE_NOT_CREDITED: _l("Lost time not given back"),
    EventKind.PAGE_OPENED: _l("Answer page opened"),
    EventKind.PAGE_RELEASED: _l("Another window allowed"),
    EventKind.SECOND_WINDOW: _l("A second window tried to open the exam and was refused"),
    EventKind.PAGE_LEAVE_REVERSED: _l("Page leave not counted"),
    EventKind.ANSWER_REFUSED: _l("An invalid answer was received and rejected"),
    EventKind.FOREIGN_ATTEMPT: _l(
        "The terminal asked for another candidate's exam and was refused"
    ),
    EventKind.ANSWERS_KEPT: _l("Answers saved, digest recorded"),
    EventKind.ANSWERS_TOUCHED: _l("Saved answers were changed outside this program"),
    EventKind.LATE_ANSWERS_FULL: _l("Late answers were sent too often; more are refused"),
    EventKind.LATE_ANSWERS_RECEIVED: _l("Late answers received"),
    EventKind.LATE_ANSWERS_ACCEPTED: _l("Late answers accepted"),
    EventKind.LATE_ANSWERS_REFUSED: _l("Late answers refused"),
    EventKind.ADMITTED_LATE: _l("Admitted late"),
    EventKind.SEATS_DRAWN: _l("Seats assigned"),
    EventKind.TERMINAL_RESTORED: _l("Terminal restored"),
    EventKind.ANSWERS_HELD: _l("A terminal has answers that it cannot send"),
    EventKind.HELD_ANSWERS_WANTED: _l("A terminal was asked to send the answers it has"),
    EventKind.HELD_ANSWERS_UNDELIVERABLE: _l("Answers on a terminal marked as undeliverable"),
    EventKind.TERMINAL_BOUND: _l("Terminal assigned to a seat"),
    EventKind.TERMINALS_CROWDED: _l("Too many terminals registered; unused ones were removed"),
    EventKind.PAGE_LEFT: _l("Left the answer page"),
    EventKind.PAGE_RETURNED: _l("Back on the answer page"),
    EventKind.PAGE_COPY: _l("Copying prevented"),
    EventKind.PAGE_CUT: _l("Cutting prevented"),
    EventKind.PAGE_PASTE: _l("Pasting prevented"),
    EventKind.PAGE_PRINT: _l("Printing noticed"),
    EventKind.PAGE_CONTEXT_MENU: _l("Context menu prevented"),
    EventKind.PAGE_RESIZE: _l("Window resized"),
    EventKind.PAGE_CAMERA: _l("Camera at the terminal"),
    EventKind.PAGE_FULLSCREEN: _l("Full screen left"),
    EventKind.PAGE_LANGUAGE: _l("Language of the questions on the page"),
    EventKind.CALCULATOR_OPENED: _l("Calculator opened for the first time"),
    EventKind.NOTES_OPENED: _l("Notes opened for the first time"),
    EventKind.PAGE_MICROPHONE: _l("Microphone at the terminal"),
}

RULE_NAMES = {**MARKS, **RULES}

NAMES: Mapping[str, LazyString] = {
    **{str(kind): name for kind, name in EVENTS.items()},
    **{rule_began(rule): name for rule, name in RULE_NAMES.items()},
    **{rule_over(rule): _over(name) for rule, name in RULE_NAMES.items()},
    **{advised(rule): _advised(name) for rule, name in RULE_NAMES.items()},
}


def event_name(kind: str) -> str:
    """Return the kind in the reader's language; the kind itself where a later version wrote it."""
    return str(NAMES.get(kind, kind))

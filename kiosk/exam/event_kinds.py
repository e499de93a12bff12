"""The kinds of events in a sitting's event log (R23), the only ones that are written.

Most stand in :class:`EventKind`. Those of a proctoring rule or a staff report carry the rule's
name; :func:`rule_began`, :func:`rule_over` and :func:`advised` make them.
"""

from enum import StrEnum
from typing import NewType

from kiosk.exam.attempt.page_leaves import RECORDED_ONLY, SignalKind
from kiosk.exam.proctoring.room import RoomKind


class EventKind(StrEnum):
    """What happened. The values are stored, travel to headquarters and are hashed."""

    # The package and the sitting
    PACKAGE_IMPORTED = "package_imported"
    PACKAGE_REVOKED = "package_revoked"
    PACKAGE_TOO_LATE = "package_too_late"
    PAPER_UNLOCKED = "paper_unlocked"
    UNLOCK_REFUSED = "unlock_refused"
    SITTING_STARTED = "sitting_started"
    SITTING_CLOSED = "sitting_closed"
    SITTING_STOPPED = "sitting_stopped"
    GROUP_STARTED = "group_started"
    GROUP_STOPPED = "group_stopped"
    SITTING_NOT_HELD = "sitting_not_held"
    SEATS_DRAWN = "seats_drawn"
    SEAT_CHANGED = "seat_changed"
    PORTRAITS_CHECKED = "portraits_checked"
    PORTRAIT_CAPTURED = "portrait_captured"
    GUEST_ADMITTED = "guest_admitted"
    GUEST_ON_ROSTER = "guest_on_roster"
    GUEST_OFF_ROSTER = "guest_off_roster"
    OFF_ROSTER = "off_roster"
    PRINTED = "printed"

    # Check-in
    SIGNED_IN = "signed_in"
    SIGN_IN_UNDONE = "sign_in_undone"
    ADMITTED_LATE = "admitted_late"
    VERIFICATION_PASS = "verification_pass"  # noqa: S105 - a kind, not a password
    VERIFICATION_RETRY = "verification_retry"
    VERIFICATION_STAFF = "verification_staff"
    VERIFICATION_BY_HAND = "verification_by_hand"
    VERIFICATION_REFUSED = "verification_refused"
    ID_CARD_PASS = "id_card_pass"  # noqa: S105 - a kind, not a password
    ID_CARD_CARD = "id_card_card"
    ID_CARD_STAFF = "id_card_staff"
    FORM_CONFIRMED = "form_confirmed"
    FORM_SKIPPED = "form_skipped"
    PLEDGE_GIVEN = "pledge_given"
    INSPECTED = "inspected"
    LIVE_PICTURE_OPENED = "live_picture_opened"
    FINDING_NOTED = "finding_noted"
    FINDING_CLEARED = "finding_cleared"

    # Terminals and their devices
    TERMINAL_BOUND = "terminal_bound"
    TERMINAL_RELEASED = "terminal_released"
    TERMINAL_RESTORED = "terminal_restored"
    TERMINALS_CROWDED = "terminals_crowded"
    SECOND_TERMINAL = "second_terminal"
    DEVICES_FAILED = "devices_failed"
    DEVICES_ADMITTED = "devices_admitted"
    CAMERA_VIRTUAL = "camera_virtual"

    # The attempt
    ATTEMPT_STARTED = "attempt_started"
    ATTEMPT_PAUSED = "attempt_paused"
    ATTEMPT_RESUMED = "attempt_resumed"
    ATTEMPT_REOPENED = "attempt_reopened"
    ATTEMPT_ENDED = "attempt_ended"
    ATTEMPT_VOIDED = "attempt_voided"
    PART_ENDED = "part_ended"
    TIME_CREDITED = "time_credited"
    ROOM_CREDITED = "room_credited"
    ROOM_PAUSED = "room_paused"
    ROOM_PAUSE_REASON = "room_pause_reason"
    ROOM_RESUMED = "room_resumed"
    SERVER_OUTAGE = "server_outage"
    TERMINAL_OUTAGE = "terminal_outage"
    OUTAGE_NOT_CREDITED = "outage_not_credited"
    FOREIGN_ATTEMPT = "foreign_attempt"
    SECOND_WINDOW = "second_window"

    # Toilet breaks
    BREAK_BEGUN = "break_begun"
    BREAK_BACK = "break_back"
    BREAK_ENDED = "break_ended"

    # Calls for the invigilator, and messages to candidates
    CALL_MADE = "call_made"
    CALL_WITHDRAWN = "call_withdrawn"
    CALL_ANSWERED = "call_answered"
    CALL_CLOSED = "call_closed"
    MESSAGE_SENT = "message_sent"
    MESSAGE_READ = "message_read"
    ANNOUNCEMENT_READ = "announcement_read"

    # Misconduct that staff saw
    MISCONDUCT_RECORDED = "misconduct_recorded"
    MISCONDUCT_WITNESSED = "misconduct_witnessed"
    MISCONDUCT_SIGNED = "misconduct_signed"
    MISCONDUCT_NOT_SIGNED = "misconduct_not_signed"
    MISCONDUCT_WITHDRAWN = "misconduct_withdrawn"

    # Answers
    ANSWER_REFUSED = "answer_refused"
    ANSWERS_KEPT = "answers_kept"
    ANSWERS_TOUCHED = "answers_touched"
    ANSWERS_HELD = "answers_held"
    HELD_ANSWERS_WANTED = "held_answers_wanted"
    HELD_ANSWERS_UNDELIVERABLE = "held_answers_undeliverable"
    LATE_ANSWERS_RECEIVED = "late_answers_received"
    LATE_ANSWERS_ACCEPTED = "late_answers_accepted"
    LATE_ANSWERS_REFUSED = "late_answers_refused"
    LATE_ANSWERS_FULL = "late_answers_full"

    # The answer page
    PAGE_OPENED = "page_opened"
    PAGE_RELEASED = "page_released"
    PAGE_LEFT = "page_left"
    PAGE_RETURNED = "page_returned"
    PAGE_LEAVE_REVERSED = "page_leave_reversed"
    PAGE_COPY = "page_copy"
    PAGE_CUT = "page_cut"
    PAGE_PASTE = "page_paste"
    PAGE_PRINT = "page_print"
    PAGE_CONTEXT_MENU = "page_context_menu"
    PAGE_RESIZE = "page_resize"
    PAGE_CAMERA = "page_camera"
    PAGE_MICROPHONE = "page_microphone"
    PAGE_FULLSCREEN = "page_fullscreen"
    PAGE_LANGUAGE = "page_language"
    CALCULATOR_OPENED = "calculator_opened"
    NOTES_OPENED = "notes_opened"

    # Camera analysis
    FRAME_REFUSED = "frame_refused"
    PICTURES_REINSTATED = "pictures_reinstated"
    INCIDENTS_SEEN = "incidents_seen"
    ANALYSIS_RESTARTED = "analysis_restarted"
    ANALYSIS_STOPPED = "analysis_stopped"
    ANALYSIS_STOPPED_OVER = "analysis_stopped_over"
    FRAMES_NOT_ANALYSED = "frames_not_analysed"
    FRAMES_NOT_ANALYSED_OVER = "frames_not_analysed_over"
    ANALYSIS_SLOW = "analysis_slow"
    ANALYSIS_SLOW_OVER = "analysis_slow_over"
    TERMINALS_SILENT = "terminals_silent"
    TERMINALS_SILENT_OVER = "terminals_silent_over"
    SERVER_LATE = "server_late"
    SERVER_LATE_OVER = "server_late_over"

    # The machine
    BACKUP_MADE = "backup_made"
    BACKUP_FAILED = "backup_failed"
    CLOCK_SET = "clock_set"
    EPOCH_BEGUN = "epoch_begun"
    MEDIA_WRITTEN = "media_written"
    MEDIA_RECEIVED = "media_received"
    PICTURES_HANDED_OVER = "pictures_handed_over"
    PICTURES_STOPPED = "pictures_stopped"
    PICTURES_RESUMED = "pictures_resumed"
    DATA_DELETED = "data_deleted"


RuleEventKind = NewType("RuleEventKind", str)
"""The kind of an event of one rule; only the three functions below make it."""

AnyEventKind = EventKind | RuleEventKind


def rule_began(rule: str) -> RuleEventKind:
    """Return the kind for a rule that was broken, or that staff reported."""
    return RuleEventKind(f"rule_{rule}")


def rule_over(rule: str) -> RuleEventKind:
    """Return the kind for the end of what broke a rule."""
    return RuleEventKind(f"rule_{rule}_over")


def advised(rule: str) -> RuleEventKind:
    """Return the kind for advice on the candidate's page, where no incident was opened."""
    return RuleEventKind(f"advice_{rule}")


DISTURBANCE_BEGAN: dict[RoomKind, EventKind] = {
    "analysis_stopped": EventKind.ANALYSIS_STOPPED,
    "frames_not_analysed": EventKind.FRAMES_NOT_ANALYSED,
    "analysis_slow": EventKind.ANALYSIS_SLOW,
    "terminals_silent": EventKind.TERMINALS_SILENT,
    "server_late": EventKind.SERVER_LATE,
}

DISTURBANCE_OVER: dict[RoomKind, EventKind] = {
    "analysis_stopped": EventKind.ANALYSIS_STOPPED_OVER,
    "frames_not_analysed": EventKind.FRAMES_NOT_ANALYSED_OVER,
    "analysis_slow": EventKind.ANALYSIS_SLOW_OVER,
    "terminals_silent": EventKind.TERMINALS_SILENT_OVER,
    "server_late": EventKind.SERVER_LATE_OVER,
}

SIGNALLED: dict[SignalKind, EventKind] = {
    "left": EventKind.PAGE_LEFT,
    "returned": EventKind.PAGE_RETURNED,
    "copy": EventKind.PAGE_COPY,
    "cut": EventKind.PAGE_CUT,
    "paste": EventKind.PAGE_PASTE,
    "print": EventKind.PAGE_PRINT,
    "context_menu": EventKind.PAGE_CONTEXT_MENU,
    "resize": EventKind.PAGE_RESIZE,
    "camera": EventKind.PAGE_CAMERA,
    "microphone": EventKind.PAGE_MICROPHONE,
    "fullscreen": EventKind.PAGE_FULLSCREEN,
    "calculator": EventKind.CALCULATOR_OPENED,
    "notes": EventKind.NOTES_OPENED,
    "language": EventKind.PAGE_LANGUAGE,
}
"""What the answer page notices, by the name that it sends."""

PAGE_SIGNALS = frozenset(SIGNALLED[kind] for kind in RECORDED_ONLY) | {
    EventKind.PAGE_OPENED,
    EventKind.PAGE_RELEASED,
}
"""What a result bundle counts beside the page leaves, which it lists one by one."""

"""Groups of event kinds, by which staff filter the event log."""

from enum import StrEnum

from kiosk.exam.event_kinds import EventKind as Kind


class EventGroup(StrEnum):
    """What an event is about. ``camera`` also has the kinds of all rules and of advice."""

    SITTING = "sitting"
    CHECK_IN = "check_in"
    TERMINALS = "terminals"
    ATTEMPT = "attempt"
    ANSWERS = "answers"
    PAGE = "page"
    CAMERA = "camera"
    MISCONDUCT = "misconduct"
    MACHINE = "machine"


RULE_PREFIXES = ("rule_", "advice_")
"""How the kinds of rules begin, which no list can name: a later version may have more."""

_PAGE = "page_"
_OTHERS: dict[EventGroup, frozenset[Kind]] = {
    EventGroup.SITTING: frozenset(
        {
            *(Kind.PACKAGE_IMPORTED, Kind.PACKAGE_REVOKED, Kind.PACKAGE_TOO_LATE),
            *(Kind.PAPER_UNLOCKED, Kind.UNLOCK_REFUSED, Kind.SITTING_STARTED),
            *(Kind.SITTING_CLOSED, Kind.SITTING_STOPPED, Kind.GROUP_STARTED, Kind.GROUP_STOPPED),
            *(Kind.SITTING_NOT_HELD, Kind.SEATS_DRAWN, Kind.SEAT_CHANGED),
            *(Kind.GUEST_ADMITTED, Kind.GUEST_ON_ROSTER, Kind.GUEST_OFF_ROSTER, Kind.OFF_ROSTER),
            Kind.PRINTED,
        }
    ),
    EventGroup.CHECK_IN: frozenset(
        {
            *(Kind.PORTRAITS_CHECKED, Kind.PORTRAIT_CAPTURED, Kind.SIGNED_IN),
            *(Kind.SIGN_IN_UNDONE, Kind.ADMITTED_LATE, Kind.VERIFICATION_PASS),
            *(Kind.VERIFICATION_RETRY, Kind.VERIFICATION_STAFF, Kind.VERIFICATION_BY_HAND),
            *(Kind.VERIFICATION_REFUSED, Kind.ID_CARD_PASS, Kind.ID_CARD_CARD, Kind.ID_CARD_STAFF),
            *(Kind.FORM_CONFIRMED, Kind.FORM_SKIPPED, Kind.PLEDGE_GIVEN, Kind.INSPECTED),
            *(Kind.FINDING_NOTED, Kind.FINDING_CLEARED, Kind.LIVE_PICTURE_OPENED),
        }
    ),
    EventGroup.TERMINALS: frozenset(
        {
            *(Kind.TERMINAL_BOUND, Kind.TERMINAL_RELEASED, Kind.TERMINAL_RESTORED),
            *(Kind.TERMINALS_CROWDED, Kind.SECOND_TERMINAL, Kind.DEVICES_FAILED),
            *(Kind.DEVICES_ADMITTED, Kind.CAMERA_VIRTUAL, Kind.TERMINAL_OUTAGE),
        }
    ),
    EventGroup.ANSWERS: frozenset(
        {
            *(Kind.ANSWER_REFUSED, Kind.ANSWERS_KEPT, Kind.ANSWERS_TOUCHED, Kind.ANSWERS_HELD),
            *(Kind.HELD_ANSWERS_WANTED, Kind.HELD_ANSWERS_UNDELIVERABLE),
            *(Kind.LATE_ANSWERS_RECEIVED, Kind.LATE_ANSWERS_ACCEPTED),
            *(Kind.LATE_ANSWERS_REFUSED, Kind.LATE_ANSWERS_FULL),
        }
    ),
    EventGroup.CAMERA: frozenset(
        {
            *(Kind.FRAME_REFUSED, Kind.PICTURES_REINSTATED, Kind.ANALYSIS_RESTARTED),
            *(Kind.ANALYSIS_STOPPED, Kind.ANALYSIS_STOPPED_OVER, Kind.FRAMES_NOT_ANALYSED),
            *(Kind.FRAMES_NOT_ANALYSED_OVER, Kind.ANALYSIS_SLOW, Kind.ANALYSIS_SLOW_OVER),
            *(Kind.TERMINALS_SILENT, Kind.TERMINALS_SILENT_OVER),
        }
    ),
    EventGroup.MISCONDUCT: frozenset(
        {
            *(Kind.MISCONDUCT_RECORDED, Kind.MISCONDUCT_WITNESSED, Kind.MISCONDUCT_SIGNED),
            *(Kind.MISCONDUCT_NOT_SIGNED, Kind.MISCONDUCT_WITHDRAWN),
        }
    ),
    EventGroup.MACHINE: frozenset(
        {
            *(Kind.SERVER_OUTAGE, Kind.SERVER_LATE, Kind.SERVER_LATE_OVER, Kind.BACKUP_MADE),
            *(Kind.BACKUP_FAILED, Kind.CLOCK_SET, Kind.EPOCH_BEGUN, Kind.MEDIA_WRITTEN),
            *(Kind.MEDIA_RECEIVED, Kind.PICTURES_HANDED_OVER, Kind.PICTURES_STOPPED),
            *(Kind.PICTURES_RESUMED, Kind.DATA_DELETED),
        }
    ),
}


def group_of(kind: str) -> EventGroup:
    """Return the group of a kind; unknown ones, of a later version, belong to the attempt."""
    if kind.startswith(RULE_PREFIXES):
        return EventGroup.CAMERA
    if kind.startswith(_PAGE):
        return EventGroup.PAGE
    found = (group for group, kinds in _OTHERS.items() if kind in kinds)
    return next(found, EventGroup.ATTEMPT)


def kinds_of(group: EventGroup) -> frozenset[Kind]:
    """Return the kinds of a group, without those of rules."""
    return frozenset(kind for kind in Kind if group_of(kind) is group)

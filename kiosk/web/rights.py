"""The right that each staff route needs. Routes that are not listed are for the chief only."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.hall.rights import Right

_ROUTES: Mapping[Right, tuple[str, ...]] = {
    Right.WATCH: (
        "staff.sittings_page",
        "staff.sync_page",
        "staff.room_page",
        "staff.readiness_page",
        "staff.seats_page",
        "staff.prints_page",
        "staff.printed",
        "staff.incidents_page",
        "staff.event_log_page",
        "staff.event_log_table",
        "staff.accounts_page",
        "staff_api.sign_out",
        "staff_api.session",
        "staff_api.sittings",
        "staff_api.closing",
        "staff_api.room",
        "staff_api.incidents",
        "staff_api.readiness",
        "staff_api.portraits",
        "staff_api.portrait",
        "staff_api.thumbnail",
        "staff_api.picture",
        "staff_api.evidence",
        "staff_api.sync_view",
        "staff_api.day",
        "exam_api.terminals",
        "exam_api.returns",
        "exam_api.records",
        "personal_form_api.compared",
        "messages_api.messages",
        "accounts_api.change_own_password",
    ),
    Right.INVIGILATE: (
        "staff_api.import_package",
        "staff_api.enrol_portrait",
        "staff_api.decide",
        "staff_api.mark",
        "staff_api.end",
        "staff_api.release",
        "staff_api.sync_now",
        "exam_api.pause_room",
        "exam_api.resume_room",
        "exam_api.give_room",
        "exam_api.draw",
        "exam_api.take_back",
        "exam_api.decide_held_answers",
        "exam_api.admit_devices",
        "exam_api.reinstate",
        "exam_api.admit_guest",
        "exam_api.ending",
        "exam_api.undo_sign_in",
        "exam_api.move",
        "exam_api.bind",
        "exam_api.pause",
        "exam_api.resume",
        "exam_api.reopen",
        "exam_api.give",
        "exam_api.settle",
        "exam_api.release_page",
        "exam_api.admit",
        "exam_api.reverse",
        "exam_api.import_late_answers",
        "exam_api.decide_late_answers",
        "inspection_api.inspected",
        "inspection_api.find",
        "inspection_api.clear",
        "messages_api.coming",
        "messages_api.close_call",
        "messages_api.send",
        "personal_form_api.skip",
        "removable_media_api.outbound",
        "removable_media_api.inbound",
        "accounts_api.waits",
        "accounts_api.clear_candidate",
    ),
    Right.UNLOCK: ("staff_api.unlock",),
    Right.START: ("staff_api.start",),
    Right.CLOSE: ("staff_api.close", "exam_api.stop"),
    Right.VOID: ("exam_api.void",),
    Right.BACKUP: ("staff.backup_page", "backup_api.view", "backup_api.make"),
    Right.ACCOUNTS: (
        "accounts_api.accounts",
        "accounts_api.add",
        "accounts_api.set_password",
        "accounts_api.set_role",
        "accounts_api.set_rooms",
        "accounts_api.lock",
        "accounts_api.unlock",
        "accounts_api.clear_staff",
    ),
}
NEEDED: Mapping[str, Right] = {
    endpoint: right for right, endpoints in _ROUTES.items() for endpoint in endpoints
}


def needed(endpoint: str | None) -> Right:
    """Return the right that a staff route needs."""
    # A route that is forgotten here is closed, not open: invigilators do not have this right.
    return NEEDED.get(endpoint or "", Right.ACCOUNTS)

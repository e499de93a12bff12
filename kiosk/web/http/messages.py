"""Texts for refusals: HTTP status and text by error code.

A text may name the error's `params` in braces. A test finds codes that are missing here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from flask_babel import LazyString, format_datetime
from flask_babel import lazy_gettext as _l

Entry = tuple[int, LazyString]

_BROKEN = _l("Unexpected error. Please call the invigilator.")
_RETRY = _l("Please wait a moment, then try again.")

_NO_FACES = _l("Face recognition is unavailable at present; staff check by hand.")

WEB: dict[str, Entry] = {
    "exam_error": (500, _BROKEN),
    "web_error": (400, _l("The request could not be understood.")),
    "invalid_request": (422, _l("Some details are not valid. Please check them.")),
    "wrong_content_type": (415, _l("This kind of content is not accepted here.")),
    "csrf_refused": (403, _l("This page is out of date. Please reload it and try again.")),
    "foreign_origin": (403, _l("The request came from another site and was refused.")),
    "right_missing": (403, _l("Only the chief invigilator may do this.")),
    "not_yours": (403, _l("This attempt belongs to another candidate.")),
    "other_exam": (
        503,
        _l("This page belongs to an exam that is not running here now. Reload the page."),
    ),
    "not_in_mock_exam": (
        409,
        _l("Not possible in a mock exam: backups and USB sticks belong to the real exam."),
    ),
}

CORE: dict[str, Entry] = {
    "mock_exam_refused": (409, _l("No mock exam can be run now.")),
    "mock_exam_while_open": (
        409,
        _l("%(title)s is unlocked or running: no mock exam until it is closed."),
    ),
    "mock_exam_too_late": (
        409,
        _l(
            "%(title)s begins at %(starts_at)s. A mock exam must be over at %(ends_at)s, and there"
            " is not enough time for one until then."
        ),
    ),
    "mock_exam_server_runs": (409, _l("No mock exam can be run while the real server is running.")),
    "mock_exam_unsettled": (409, _l("The real server did not stop cleanly. Start it once more.")),
    "settings_invalid": (500, _l("The settings of this centre are not valid.")),
    "programme_invalid": (422, _l("The programme in this package is not valid.")),
    "printing_error": (500, _BROKEN),
    "no_font": (
        503,
        _l(
            "This server has no font with Chinese characters, so nothing can be printed. Ask"
            " whoever maintains it to run: apt-get install fonts-noto-cjk"
        ),
    ),
    "printing_failed": (
        500,
        _l("The document could not be made: %(why)s. Try again, or use the seat plan."),
    ),
    "package_revoked": (
        409,
        _l("Headquarters has revoked this exam package: %(reason)s. Ask for a new one."),
    ),
    "package_file_damaged": (
        503,
        _l("The exam package of %(title)s is missing or damaged here. Import the same file again."),
    ),
    "package_deleted": (409, _l("The data of %(title)s were deleted when their period was over.")),
    "clock_doubted": (
        409,
        _l("This machine's clock shows %(shown)s, not %(said)s. Correct it first."),
    ),
    "paper_impossible": (422, _l("The item bank cannot fill the paper.")),
    "invalid_answer": (422, _l("This answer does not fit the question and was not saved.")),
    "sequence_gap": (409, _l("Earlier answers must be sent first.")),
    "illegal_transition": (409, _l("This step is not possible in the current state.")),
    "attempt_not_started": (409, _l("The exam has not started yet.")),
    "attempt_paused": (
        409,
        _l("The exam is paused. Your answers are stored here and sent when it resumes."),
    ),
    "no_such_examination": (422, _l("The programme has no such trade or level.")),
    "bad_mark": (422, _l("The mark must be between 0 and %(points)s.")),
    "attempt_ended": (409, _l("The exam has ended. Nothing can be changed.")),
}

STORE: dict[str, Entry] = {
    "results_final": (
        409,
        _l(
            "Data of this sitting were deleted when their period was over. Its results are final;"
            " nothing was changed."
        ),
    ),
    "store_error": (500, _BROKEN),
    "storage_full": (
        507,
        _l("The disk of the centre server is full; nothing was saved. Call the invigilator."),
    ),
    "storage_failed": (
        503,
        _l("The disk of the centre server failed; nothing was saved. Call the invigilator."),
    ),
    "storage_read_only": (
        503,
        _l("The centre server cannot write to its disk; nothing was saved. Call the invigilator."),
    ),
    "storage_damaged": (
        503,
        _l("The database of the centre server is damaged. Call the invigilator."),
    ),
    "storage_unusable": (503, _BROKEN),
    "file_trouble": (
        503,
        _l("A file of the centre server cannot be read or written. Call the invigilator."),
    ),
    "store_starved": (503, _RETRY),
    "store_locked": (503, _RETRY),
    "store_busy": (503, _l("The centre server is busy. Please wait a moment, then try again.")),
    "lost_at_headquarters": (
        409,
        _l(
            "Headquarters has lost this after its receipt, and it was deleted here when its"
            " period ended."
        ),
    ),
    "stale_state": (
        409,
        _l("Someone else has changed this. Look at the current state, then try again."),
    ),
    "done_otherwise": (
        409,
        _l(
            "Your first try was carried out, with other values than now. Look before you repeat it."
        ),
    ),
    "newer_schema": (503, _BROKEN),
    "older_schema": (503, _BROKEN),
}

WIRE: dict[str, Entry] = {
    "wire_error": (422, _l("The data could not be read.")),
    "not_canonical": (422, _l("The data are damaged. Fetch them again from headquarters.")),
    "keys_unusable": (500, _l("The keys of this centre cannot be used.")),
    "emergency_key_damaged": (500, _BROKEN),
    "backup_damaged": (422, _BROKEN),
    "keys_too_open": (500, _l("The keys of this centre may be read by others; set mode 0600.")),
    "bad_signature": (
        422,
        _l("The signature is not by headquarters. Nothing was imported."),
    ),
    "hq_keys_replaced": (
        422,
        _l(
            "Headquarters says that its keys were replaced, and no key that this centre knows"
            " vouches for the new ones. Call headquarters at a number that you know and compare"
            " this fingerprint: %(fingerprint)s. If it is the same, run 'kiosk enrol' with the new"
            " certificate."
        ),
    ),
    "unsupported_format": (
        422,
        _l("This format is not supported. Please update the centre server."),
    ),
    "wrong_recipient": (422, _l("This was encrypted for another centre.")),
    "wrong_centre": (422, _l("This package is meant for another centre (%(found)s).")),
    "out_of_window": (
        409,
        _l("This is possible only between %(not_before)s and %(not_after)s. Check the clock."),
    ),
    "old_version": (
        409,
        _l("A newer version of this package has already been imported: version %(newest)s."),
    ),
    "software_too_old": (
        409,
        _l(
            "This exam package needs version %(needed)s of the centre software, or newer; version"
            " %(installed)s is installed. Update the centre server, then import the package again."
        ),
    ),
    "package_damaged": (422, _l("The exam package is damaged. Fetch it again from headquarters.")),
    "package_too_large": (413, _l("The exam package is larger than allowed.")),
    "bundle_damaged": (422, _l("The result bundle is damaged.")),
    "media_damaged": (
        422,
        _l("The file or USB stick is incomplete or was altered. Have headquarters write it again."),
    ),
    "media_empty": (422, _l("It contains nothing for this centre.")),
    "emergency_file_damaged": (
        422,
        _l("This is not an emergency answer file of this centre, or it is damaged."),
    ),
    "mistyped_unlock_code": (
        422,
        _l("The unlock code was mistyped: four groups of four letters and digits are needed."),
    ),
    "wrong_unlock_code": (422, _l("This unlock code does not open this exam package.")),
    "too_busy": (429, _l("The server is busy with other requests. Please try again in a moment.")),
    "memory_short": (
        503,
        _l("This machine has too little free memory for it. Close other programs, then try again."),
    ),
    "request_refused": (403, _l("Headquarters did not accept the signature of this centre.")),
    "clock_wrong": (409, _l("The clock of this machine is off by %(offset_seconds)s seconds.")),
    "replayed_request": (409, _l("This request has already been received.")),
}

VISION: dict[str, Entry] = {
    "vision_error": (500, _l("The picture could not be analysed.")),
    "picture_refused": (422, _l("The picture cannot be used.")),
    "portrait_unusable": (
        422,
        _l("The portrait must show exactly one clear face; found: %(faces)s."),
    ),
    "pack_unusable": (503, _NO_FACES),
    "analysis_lost": (503, _l("The picture was not analysed in time. Please try again.")),
    "sound_refused": (422, _l("The sound could not be read.")),
    "insightface_missing": (503, _NO_FACES),
    "pack_download_failed": (503, _NO_FACES),
    "pack_damaged": (503, _NO_FACES),
    "pack_missing": (503, _NO_FACES),
    "no_pack_in_file": (422, _NO_FACES),
    "wheel_unavailable": (503, _NO_FACES),
    "calibration_refused": (503, _NO_FACES),
    "licence_not_accepted": (503, _NO_FACES),
    "pairs_unusable": (422, _l("The list of pairs cannot be used.")),
    "evaluation_refused": (422, _l("The evaluation cannot be done.")),
    "not_a_jpeg": (415, _l("The picture is not a JPEG.")),
    "picture_too_large": (413, _l("The picture is too large.")),
    "picture_too_costly": (422, _l("The picture cannot be analysed in time.")),
    "analysis_overran": (422, _l("The picture cannot be analysed in time.")),
    "broken_picture": (422, _l("The picture is damaged.")),
}

HALL: dict[str, Entry] = {
    "hall_error": (409, _l("This cannot be done at present.")),
    "not_signed_in": (401, _l("Please sign in.")),
    "sign_in_refused": (401, _l("User name or password is wrong.")),
    "wrong_identity": (
        422,
        _l("Admission number and identity number do not match. Check both for typing errors."),
    ),
    "too_many_tries": (
        429,
        _l("Too many wrong entries. Try again in %(retry_after)s seconds, or call staff."),
    ),
    "text_unusable": (
        422,
        _l("The text contains characters that other machines cannot show: %(characters)s."),
    ),
    "weak_password": (422, _l("A password needs at least %(minimum)s characters.")),
    "account_exists": (409, _l("There is already an account named %(username)s.")),
    "bad_username": (
        422,
        _l("A user name has 1 to 40 letters, digits, dots, dashes, underscores or @."),
    ),
    "last_chief": (
        409,
        _l("This is the only chief invigilator. Give another account that role first."),
    ),
    "unknown_terminal": (401, _l("This terminal is not registered. Start with the device check.")),
    "device_check_missing": (
        409,
        _l("Finish the device check first. You cannot start with a failed device."),
    ),
    "attempt_not_ended": (409, _l("Your exam is not over yet.")),
    "attempt_elsewhere": (
        409,
        _l("You are signed in at terminal %(terminal)s. The invigilator must release it first."),
    ),
    "not_found": (404, _l("Not found.")),
    "sitting_state": (409, _l("This cannot be done in the sitting's current state.")),
    "too_early": (409, _l("The paper can be unlocked from %(at)s.")),
    "too_late": (
        409,
        _l("Entry closed %(minutes)s minutes after the start. Only the invigilator can admit you."),
    ),
    "hand_in_too_early": (
        409,
        _l("You can hand in %(minutes)s minutes after the start at the earliest."),
    ),
    "notes_too_long": (
        422,
        _l("The notes are too long: %(most)s characters at most. Please shorten them."),
    ),
    "part_closed": (409, _l("This part is closed. Its answers cannot be changed.")),
    "parts_left": (
        409,
        _l("Hand in the parts one after another; the last one with the exam."),
    ),
    "part_too_early": (
        409,
        _l("You can hand in this part in %(minutes)s minutes at the earliest."),
    ),
    "room_paused": (
        409,
        _l("All in this room or with this paper are paused. End that pause first."),
    ),
    "on_roster": (
        409,
        _l("This identity number is already on the roster; the candidate can sign in."),
    ),
    "backup_running": (409, _l("A backup is already running. Wait until it has finished.")),
    "too_many_guests": (
        409,
        _l(
            "At most %(most)s candidates who are not on the roster can be admitted."
            " Ask headquarters."
        ),
    ),
    "closing_changed": (
        409,
        _l("The room has changed since you opened this page, or the number is wrong. Check again."),
    ),
    "sitting_to_choose": (
        409,
        _l("You are registered for several sittings. Choose the one you are here for."),
    ),
    "wrong_seat": (409, _l("This is seat %(here)s; your seat is %(seat)s.")),
    "not_your_room": (
        403,
        _l(
            "You are assigned to these rooms: %(rooms)s. Only the chief invigilator, or an"
            " invigilator of that room, may do this."
        ),
    ),
    "seat_taken": (
        409,
        _l("Seat %(seat)s is taken at that time. Choose another seat."),
    ),
    "seats_fixed": (409, _l("Seats can be drawn only before the first candidate has signed in.")),
    "lease_held": (
        409,
        _l("This exam is open in another window. Close that one, or call the invigilator."),
    ),
    "lease_lost": (409, _l("This exam continues in another window.")),
    "sequence_conflict": (409, _l("This answer must be sent again under a new number.")),
    "called_too_soon": (
        429,
        _l("You called a moment ago. Wait %(retry_after)s seconds, or raise your hand."),
    ),
    "on_break": (409, _l("The candidate is on a toilet break. End the break first.")),
    "break_not_allowed": (
        409,
        _l("The rules allow no toilet break now. Give a reason to allow it."),
    ),
    "too_many_breaks": (
        409,
        _l("This candidate has had %(most)s toilet breaks, which is the limit."),
    ),
    "called_too_often": (
        409,
        _l("You have called %(most)s times. Please raise your hand instead."),
    ),
    "not_present": (409, _l("This candidate has not signed in.")),
    "not_then": (422, _l("Give the time when it happened: within the last 24 hours.")),
    "recorded_too_often": (
        409,
        _l("This candidate has %(most)s records already. Withdraw none; tell headquarters."),
    ),
    "second_person_needed": (
        409,
        _l("You wrote this record. Another member of staff has to confirm it."),
    ),
    "witness_missing": (
        409,
        _l("A second member of staff has to confirm the record first."),
    ),
    "signature_missing": (422, _l("Please sign in the field.")),
    "message_empty": (422, _l("Please write a message.")),
    "message_too_long": (
        422,
        _l("A message has at most %(limit)s characters; this one has %(length)s."),
    ),
    "too_many_messages": (
        409,
        _l("This sitting has had %(most)s messages. Tell candidates in person."),
    ),
    "nobody_to_tell": (
        409,
        _l("Not sent: none of these candidates has an open exam."),
    ),
    "too_many_answers": (
        429,
        _l(
            "Many answers were sent from this terminal, so saving is slower now. Keep"
            " working; nothing is lost."
        ),
    ),
    "late_answers_refused": (
        422,
        _l(
            "These answers cannot be accepted: the exam was not taken, or an answer"
            " matches no question."
        ),
    ),
    "late_answers_foreign": (422, _l("These answers belong to no candidate of this centre.")),
    "late_answers_known": (
        409,
        _l("Everything in this file is already saved. Nothing needs to be done."),
    ),
    "inspection_over": (
        409,
        _l("This candidate is not at check-in. During the exam, report what you see."),
    ),
    "live_picture_closed": (409, _l("The live picture has been closed.")),
    "too_many_looks": (
        409,
        _l("Staff are looking at too many candidates at once. Close a dialog and try again."),
    ),
    "pictures_stay": (
        409,
        _l(
            "The programme keeps pictures at the centre. They may leave only with the candidate's"
            " written consent, or if headquarters asks for them in writing in a case."
        ),
    ),
    "reason_missing": (422, _l("Please give a reason.")),
    "form_closed": (
        409,
        _l("This form can no longer be changed. If something is wrong, tell the invigilator."),
    ),
    "not_verifiable": (409, _l("The invigilator will check your identity by hand.")),
    "pictures_set_aside": (
        409,
        _l(
            "The analysis of your camera pictures is suspended for a while. Please"
            " call the invigilator."
        ),
    ),
    "devices_fine": (409, _l("No device of this candidate's terminal has failed its check.")),
    "face_check_missing": (409, _l("The face check is over. Start it again.")),
    "too_many_at_once": (429, _RETRY),
    "analysis_busy": (
        503,
        _l("Many candidates are checking in. Your check will continue automatically."),
    ),
    "bad_request": (422, _l("Some details are not valid. Please check them.")),
}

AGENT: dict[str, Entry] = {
    "agent_error": (502, _BROKEN),
    "hq_unreachable": (502, _l("Headquarters cannot be reached (%(cause)s).")),
    "hq_in_trouble": (
        502,
        _l("Headquarters answers, but cannot store anything now (%(reason)s)."),
    ),
    "hq_refused": (502, _l("Headquarters refused (%(status)s, %(reason)s).")),
    "hq_answer_invalid": (
        502,
        _l("The answer does not come from headquarters, or is damaged."),
    ),
    "object_damaged": (502, _l("A file from headquarters arrived damaged.")),
}

MESSAGES: dict[str, Entry] = {**WEB, **CORE, **STORE, **WIRE, **VISION, **HALL, **AGENT}

HTTP_MESSAGES: dict[int, tuple[str, LazyString]] = {
    400: ("bad_request", _l("The request could not be understood.")),
    404: ("not_found", _l("Not found.")),
    405: ("method_not_allowed", _l("This address does not accept that kind of request.")),
    411: ("length_required", _l("The request does not say how long it is.")),
    413: ("too_large", _l("The upload is larger than allowed.")),
    415: ("wrong_content_type", _l("This kind of content is not accepted here.")),
    429: ("too_many_requests", _RETRY),
    500: ("internal_error", _BROKEN),
    503: ("unavailable", _RETRY),
}


class _Blank(dict[str, object]):
    """Fills what an error does not tell with nothing."""

    def __missing__(self, key: str) -> str:
        return ""


FOR_STAFF: Mapping[str, LazyString] = {
    "file_trouble": _l("A file cannot be read or written: %(file)s (%(why)s). Check the disk."),
}
"""Texts of stored errors where the usual text says to call the staff, who read these."""


def stored_text(code: str, params: Mapping[str, object]) -> str:
    """Return a stored error for staff, in the reader's language."""
    return _filled(FOR_STAFF[code], params) if code in FOR_STAFF else text_of(code, params)


def text_of(code: str, params: Mapping[str, object]) -> str:
    """Return an error in the reader's language, filled with its `params`."""
    return _filled(MESSAGES[code][1] if code in MESSAGES else _BROKEN, params)


def _filled(text: LazyString, params: Mapping[str, object]) -> str:
    return str(text) % _Blank({name: _shown(value) for name, value in params.items()})


def _shown(value: object) -> object:
    """Return times by the clock on the wall; everything else as it is."""
    return format_datetime(value, "short") if isinstance(value, datetime) else value

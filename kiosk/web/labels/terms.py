"""Display names for the stable ids of the use cases: states, rules, advice, events."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from kiosk.web.labels import personal_form
from kiosk.web.labels.accounts import ACTS, ROLES, WAITS
from kiosk.web.labels.day import CASES
from kiosk.web.labels.inspections import FINDINGS, REQUESTS, WAIT_REASONS

Names = dict[str, LazyString]

SITTING_STATES: Names = {
    "imported": _l("Locked"),
    "unlocked": _l("Unlocked"),
    "started": _l("In progress"),
    "closed": _l("Closed"),
    "stopped": _l("Stopped, to be rescheduled"),
}

BOARD_FILTERS: Names = {
    "all": _l("All"),
    "attention": _l("Needs attention"),
    "calls": _l("Calls"),
    "incidents": _l("New incidents"),
    "waiting": _l("Check-in queue"),
    "registered": _l("Not here yet"),
    "checked_in": _l("Being verified"),
    "ready": _l("Ready"),
    "in_progress": _l("Answering"),
    "paused": _l("Paused"),
    "out": _l("Out"),
    "unpledged": _l("No pledge yet"),
    "ended": _l("Ended"),
}
"""The board's filters with their figures, in this order; `board-filters.js` says whom each has."""

STATES: Names = {
    "absent": _l("Not here yet"),
    "registered": _l("Not here yet"),
    "checked_in": _l("Being verified"),
    "ready": _l("Ready"),
    "in_progress": _l("Answering"),
    "paused": _l("Paused"),
    "out": _l("Toilet break"),
    "ended": _l("Ended"),
    "voided": _l("Voided"),
}

END_REASONS: Names = {
    "handed_in": _l("Handed in by the candidate"),
    "time_out": _l("Time is up"),
    "rule": _l("Ended by rule: left the answer page too often"),
    "staff": _l("Ended by the invigilator"),
    "absent": _l("Absent"),
    "not_admitted": _l("Not admitted"),
    "withdrawn": _l("Withdrawn before the start"),
    "not_begun": _l("Present, but did not start"),
    "stopped": _l("The sitting was stopped and will be rescheduled"),
}

PAUSES: Names = {
    "room": _l("Paused with the room"),
    "staff": _l("Paused by staff"),
    "held": _l("On hold: left the answer page too often"),
    "reopened": _l("Reopened, still paused"),
    "returned": _l("Reconnected, to be checked"),
}

DISTURBANCES: Names = {
    "analysis_stopped": _l(
        "Camera analysis has stopped; candidates are not monitored automatically"
    ),
    "frames_not_analysed": _l("Camera pictures arrive, but none is analysed"),
    "analysis_slow": _l("The room is overloaded: camera pictures are analysed late"),
    "terminals_silent": _l("Several terminals sent no pictures at the same time"),
    "server_late": _l("The server was unresponsive for a while"),
}
"""Disturbances of a whole room, during which no candidate's camera counts as lost."""

DEVICES: Names = {
    "camera": _l("Camera"),
    "microphone": _l("Microphone"),
    "loudspeaker": _l("Loudspeaker"),
    "network": _l("Network"),
}

ALERTS: Names = {
    **DISTURBANCES,
    "pictures_set_aside": _l(
        "A candidate's pictures took too long to analyse. Their analysis is"
        " suspended for a while. Check the seat."
    ),
    "staff_decide_all": _l(
        "The face pack is not calibrated, so no candidate passes automatically."
        " Decide every check by hand."
    ),
    "database_damaged": _l(
        "The database is damaged. Older backups are kept."
        " Stop the server as soon as the exam allows it, and run kiosk check."
    ),
    "https_certificate": _l(
        "An HTTPS certificate expires soon, has expired or is not trusted:"
        " terminals cannot connect then. Run kiosk tls status on the server."
    ),
    "https_address": _l(
        "The server's name or address is no longer the one that terminals use."
        " Run kiosk tls status on the server."
    ),
    "https_clock": _l(
        "The server's clock does not match its certificates or headquarters. Set"
        " the clock; run kiosk tls status on the server."
    ),
    "backup_failed": _l(
        "The last backup could not be written. Check the backup disk. The exam continues."
    ),
}
"""Problems of the analysis that staff should know."""

DISK: Names = {
    "low": _l("The disk is filling up: enough for about %(time)s of this exam. Free some space."),
    "shedding": _l(
        "The disk is nearly full (%(free)s MB free). Pictures are no longer"
        " stored; answers still are. Free some space."
    ),
    "full": _l(
        "The disk is full. Answers are saved until the reserve is used up"
        " (%(reserve)s MB left). Free some space now."
    ),
}
"""Problems of the disk that staff should know."""

CHECK_IN: Names = {
    "none": _l("Not verified"),
    "passed": _l("Face verified"),
    "pass": _l("Face verified"),
    "retry": _l("Trying again"),
    "staff": _l("Needs your decision"),
    "failed": _l("Verification failed"),
    "by_hand": _l("Verified by hand"),
    "refused": _l("Refused by hand"),
}

RULES: Names = {
    "nobody": _l("Nobody in view"),
    "several_people": _l("Several people in view"),
    "another_person": _l("Another person"),
    "identity_in_doubt": _l("Identity in doubt for a long time"),
    "camera_lost": _l("No camera picture"),
    "covered": _l("Camera covered"),
    "face_covered": _l("Face covered"),
    "too_dark": _l("Picture too dark"),
    "too_bright": _l("Picture too bright"),
    "not_clear": _l("Picture not clear"),
    "frozen": _l("Picture frozen or not from a live camera"),
    "turned_away": _l("Turned away or lying down"),
    "out_of_frame": _l("Out of frame"),
    "too_far": _l("Too far from the camera"),
    "too_near": _l("Too near to the camera"),
    "talking": _l("Talking"),
    "phone": _l("Phone in view"),
    "book": _l("Book or papers in view"),
    "laptop": _l("Another computer in view"),
    "page_left": _l("Left the answer page"),
    "analysis_overran": _l("Picture that blocked the analysis"),
    "camera_changed": _l("Another camera during the exam"),
    "camera_virtual": _l("Virtual camera"),
}

DESK_ITEMS: Names = {
    "identity_card": _l("identity card"),
    "admission_ticket": _l("admission ticket"),
    "pen": _l("pen"),
    "paper": _l("scratch paper"),
    "calculator": _l("calculator"),
    "ruler": _l("ruler"),
    "water": _l("water"),
}
"""What a programme may allow on the desk."""

MARKS: Names = {
    **FINDINGS,
    "book": _l("Book or notes"),
    "talking": _l("Talking"),
    "help": _l("Help from another person"),
    "copying": _l("Copying or photographing questions"),
    "eating": _l("Eating"),
    "lying_down": _l("Lying down"),
    "other": _l("Something else"),
}
"""What staff may report by hand (R16, R20)."""

FOLLOW_UPS: Names = {
    "record": _l("recorded"),
    "warn": _l("recorded, candidate warned"),
    "review": _l("for review after the exam"),
    "staff": _l("please check now"),
    "staff_urgent": _l("urgent: please go there"),
}

ADVICE: Names = {
    "too_dark": _l("It is too dark. Turn towards the light."),
    "too_bright": _l("It is too bright. Avoid light from behind or straight into the camera."),
    "not_clear": _l("The picture is not clear. Hold still and wipe the lens."),
    "too_far": _l("Come closer, so that your face fills the oval."),
    "too_near": _l("Move back a little, so that head and shoulders are in view."),
    "no_face": _l("No face is in view. Sit upright in front of the camera."),
    "several_faces": _l("Several faces are in view. You must be alone in the picture."),
    "turned": _l("Look straight into the camera."),
    "face_covered": _l("Part of your face is covered. Take off mask or hat and lower your hands."),
    "no_match": _l("The picture does not match the registered portrait."),
    "no_portrait": _l("There is no registered portrait; the invigilator will check you."),
    "too_small": _l("The face in the portrait is too small to be compared."),
    "out_of_frame": _l(
        "Your head is not fully in the picture. Move until head and shoulders are visible."
    ),
    "too_slow": _l("That took too long. Turn only your head, until the page shows the next step."),
    "wrong_turn": _l("The head turned to the other side. Follow the arrow."),
    "still_picture": _l(
        "The picture does not move. You must sit in front of the camera in person."
    ),
    "flat_picture": _l(
        "The turn could not be recognised. Turn only your head, to the side and not down, and keep"
        " your face uncovered."
    ),
    "face_changed": _l("Another face appeared in the picture during the check."),
    "face_lost": _l("Your face left the picture during the check."),
    "no_card": _l("No face on a card is detected yet. Hold the card closer to the camera."),
    "card_not_clear": _l("The card is not clear. Hold it still, without reflections."),
    "card_no_match": _l("The face on the card could not be matched. Try once more."),
    "not_a_jpeg": _l("The portrait is not a JPEG picture."),
    "picture_too_large": _l("The portrait picture is too large."),
    "picture_too_costly": _l("Reading the portrait takes too long."),
    "analysis_overran": _l("Reading the portrait takes too long."),
    "broken_picture": _l("The portrait is damaged."),
    "mistyped": _l("Check that name and identity number were typed correctly."),
    "no_consent": _l("The invigilator will check your identity by hand."),
}

WARNINGS: Names = {
    "nobody": _l("You are not in view. Please stay in front of the camera."),
    "several_people": _l("Another person is in view. You must be alone in the picture."),
    "another_person": _l("Your face cannot be recognised. Look straight into the camera."),
    "identity_in_doubt": _l("Your face cannot be recognised. Look straight into the camera."),
    "face_covered": _l("Your face is covered. Take off the mask or lower your hand."),
    "camera_lost": _l("No picture is arriving from the camera. Please call the invigilator."),
    "covered": _l("The camera is covered. Please uncover it."),
    "frozen": _l("The camera picture does not move. Please call the invigilator."),
    "too_dark": _l("It is too dark. Turn towards the light."),
    "too_bright": _l("It is too bright. Avoid light from behind or straight into the camera."),
    "not_clear": _l("The picture is not clear. Hold still and wipe the lens."),
    "turned_away": _l("Please look at the screen; your face is turned away from the camera."),
    "out_of_frame": _l(
        "Your head is not fully in the picture. Move until head and shoulders are visible."
    ),
    "too_far": _l("Please come a little closer to the camera."),
    "too_near": _l("Move back a little, so that head and shoulders are in view."),
    "talking": _l("Speech was heard at your place. Please be silent."),
    "phone": _l("A phone is in view. Please put it away."),
    "book": _l("A book is in view. Please put it away."),
    "laptop": _l("Another computer is in view. Please put it away."),
}

SYNC_STATES: Names = {
    "off": _l("Works without headquarters"),
    "never": _l("Not yet connected"),
    "online": _l("Connected to headquarters"),
    "offline": _l("No connection to headquarters"),
}

SYNC_KINDS: Names = {
    "result": _l("Candidates' results"),
    "event_log": _l("Event logs of sittings"),
    "evidence": _l("Pictures"),
}

SYNC_ABOUT: Names = {
    "result": _l("Each candidate's answers, encrypted. Synced first."),
    "event_log": _l("What happened in the room, event by event, in parts."),
    "evidence": _l("Camera pictures of incidents and check-ins. Synced last."),
}
"""Explanations of the kinds of outbox items."""

ACTORS: Names = {
    "candidate": _l("Candidate"),
    "terminal": _l("Terminal"),
    "camera": _l("Camera"),
    "system": _l("System"),
}

HELD_REASONS: Names = {
    "late_answers_foreign": _l("they were not written by a page that had this exam open"),
    "late_answers_refused": _l("this exam accepts no more answers, or they match no question"),
    "emergency_file_damaged": _l("they are damaged"),
    "unreadable": _l("the terminal can no longer read them"),
}
"""Why the server refused a terminal's answers, by the error code that the terminal reports."""

MISCONDUCT: Names = {
    "device": _l("Telephone or another device"),
    "notes": _l("Notes or books that are not allowed"),
    "copying": _l("Copying, or passing answers on"),
    "talking": _l("Talking or signs to others"),
    "seat": _l("Left or changed the seat without leave"),
    "impersonation": _l("Sat the exam for somebody else"),
    "disorder": _l("Disturbed the exam"),
    "disobedience": _l("Did not follow the invigilator"),
    "other": _l("Something else"),
}

RECORD_STATES: Names = {
    "written": _l("To be confirmed by a second member of staff"),
    "witnessed": _l("To be read and signed by the candidate"),
    "signed": _l("Signed by the candidate"),
    "refused": _l("Not signed, noted by two members of staff"),
    "withdrawn": _l("Withdrawn"),
}

BREAK_OBJECTIONS: Names = {
    "too_many": _l("This candidate has had all the breaks that the rules allow."),
    "too_early": _l("The rules allow no break so soon after the start."),
    "too_late": _l("The rules allow no break so shortly before the end."),
}
"""Why a programme does not allow a toilet break now."""

CALL_REASONS: Names = {
    "question": _l("Question about the paper"),
    "technical": _l("Technical problem"),
    "unwell": _l("Unwell"),
    "toilet": _l("Toilet"),
    "other": _l("Something else"),
}
"""What a candidate may call the invigilator for."""

ITEM_TYPES: Names = {
    "single_choice": _l("Single choice"),
    "multiple_choice": _l("Multiple choice"),
    "true_false": _l("True or false"),
    "short_answer": _l("Short answer"),
    "essay": _l("Essay"),
}

TYPE_HINTS: Names = {
    "single_choice": _l("Choose the one right answer."),
    "multiple_choice": _l("Choose all the right answers; there are two or more."),
    "true_false": _l("Decide whether the statement is true."),
    "short_answer": _l("Answer in your own words."),
    "essay": _l("Discuss in connected text."),
}


def plain_names(**groups: Names) -> dict[str, dict[str, str]]:
    """Return the groups in the reader's language, as plain strings for JSON."""
    return {
        group: {key: str(text) for key, text in names.items()} for group, names in groups.items()
    }


def candidate_labels() -> dict[str, dict[str, str]]:
    """Return the labels of the candidates' pages."""
    return plain_names(
        states=STATES,
        end_reasons=END_REASONS,
        advice=ADVICE,
        warnings=WARNINGS,
        requests=REQUESTS,
        item_types=ITEM_TYPES,
        type_hints=TYPE_HINTS,
        devices=DEVICES,
        call_reasons=CALL_REASONS,
    )


def staff_labels() -> dict[str, dict[str, str]]:
    """Return the labels of the staff pages."""
    return plain_names(
        misconduct=MISCONDUCT,
        break_objections=BREAK_OBJECTIONS,
        states=STATES,
        sitting_states=SITTING_STATES,
        cases=CASES,
        end_reasons=END_REASONS,
        pauses=PAUSES,
        alerts=ALERTS,
        disturbances=DISTURBANCES,
        devices=DEVICES,
        disk=DISK,
        check_in=CHECK_IN,
        rules=RULES,
        marks=MARKS,
        findings=FINDINGS,
        waits_for=WAIT_REASONS,
        personal_fields=personal_form.FIELDS,
        form_states=personal_form.STATES,
        sync=SYNC_STATES,
        sync_kinds=SYNC_KINDS,
        roles=ROLES,
        waits=WAITS,
        held_reasons=HELD_REASONS,
        account_acts=ACTS,
        call_reasons=CALL_REASONS,
        advice=ADVICE,
    )

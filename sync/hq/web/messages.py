"""What the console says when something is refused: the error's code to a translated text."""

from datetime import datetime

from flask_babel import LazyString, format_datetime
from flask_babel import lazy_gettext as _l

from kiosk.exam.errors import ExamError

MESSAGES: dict[str, LazyString] = {
    "hq_sign_in_refused": _l("User name or password is wrong."),
    "hq_too_many_tries": _l("Too many tries. Wait %(retry_after)s seconds."),
    "hq_form_refused": _l("This page is out of date. Reload it and try again."),
    "hq_not_found": _l("There is nothing of that name here."),
    "hq_already_there": _l("This is there already, with another content."),
    "hq_too_early": _l("The unlock code may be given out from %(not_before)s on."),
    "hq_reason_missing": _l("A reason has to be given."),
    "hq_nothing_to_seal": _l("No candidates have a seat at this centre in this sitting."),
    "paper_impossible": _l("The item bank cannot fill the blueprint: %(what)s."),
    "bad_signature": _l("The signature is not valid; the file was not taken in."),
    "not_canonical": _l("This file is damaged, or is not an enrolment request."),
    "unsupported_format": _l("This file is damaged, or is not an enrolment request."),
    "keys_unusable": _l("The keys in this file cannot be used."),
}
FALLBACK = _l("This cannot be done.")


def message_for(error: ExamError) -> str:
    """The text for a person in the language of the request; times in the console's zone."""
    text = str(MESSAGES.get(error.code, FALLBACK))
    return text % {name: _shown(value) for name, value in error.params.items()}


def _shown(value: object) -> object:
    return format_datetime(value, "short") if isinstance(value, datetime) else value

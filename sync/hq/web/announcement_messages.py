"""Messages of errors about announcements, in the reader's language."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

ANNOUNCEMENT_MESSAGES: dict[str, LazyString] = {
    "hq_announcement_text_missing": _l("%(field)s: please write something."),
    "hq_announcement_text_too_long": _l(
        "%(field)s has %(length)s characters; at most %(most)s are allowed."
    ),
    "hq_announcement_centres_unknown": _l(
        "There is no such centre, or you are not responsible for it: %(codes)s."
    ),
    "hq_announcement_for_nobody": _l(
        "No centre would get this announcement. Choose other centres or another sitting."
    ),
    "hq_announcement_centres_changed": _l(
        "Other centres would get this announcement now than the preview showed. Nothing was sent."
        " Check the preview again."
    ),
    "hq_announcement_ended": _l(
        "This announcement was withdrawn or replaced before. Nothing was changed."
    ),
    "hq_too_many_announcements": _l(
        "At most %(most)s announcements can be sent within 24 hours. Nothing was sent."
    ),
}

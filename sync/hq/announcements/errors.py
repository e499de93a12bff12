"""Errors of announcements.

``HqError``
 ├─ ``AnnouncementTextMissing``, ``AnnouncementTextTooLong``  a field of the form
 ├─ ``AnnouncementCentresUnknown``  codes that are no centre, or not of this account
 ├─ ``AnnouncementForNobody``       no centre would get it
 ├─ ``AnnouncementCentresChanged``  other centres would get it than the preview showed
 ├─ ``AnnouncementEnded``           it is withdrawn or replaced already
 └─ ``TooManyAnnouncements``        the limit of a day is reached
"""

from sync.hq.errors import HqError


class AnnouncementTextMissing(HqError):
    """A text that is needed is empty."""

    code = "hq_announcement_text_missing"
    message = "%(field)s: please write something."


class AnnouncementTextTooLong(HqError):
    """A text is longer than allowed."""

    code = "hq_announcement_text_too_long"
    message = "%(field)s has %(length)s characters; at most %(most)s are allowed."


class AnnouncementCentresUnknown(HqError):
    """Codes that name no centre that the account is responsible for."""

    code = "hq_announcement_centres_unknown"
    message = "There is no such centre, or you are not responsible for it: %(codes)s."


class AnnouncementForNobody(HqError):
    """No centre would get the announcement."""

    code = "hq_announcement_for_nobody"
    message = "No centre would get this announcement. Choose other centres or another sitting."


class AnnouncementCentresChanged(HqError):
    """The centres changed since the preview."""

    code = "hq_announcement_centres_changed"
    message = (
        "Other centres would get this announcement now than the preview showed. Nothing was sent."
        " Check the preview again."
    )


class AnnouncementEnded(HqError):
    """The announcement is withdrawn or replaced."""

    code = "hq_announcement_ended"
    message = "This announcement was withdrawn or replaced before. Nothing was changed."


class TooManyAnnouncements(HqError):
    """The day's limit is reached."""

    code = "hq_too_many_announcements"
    message = "At most %(most)s announcements can be sent within 24 hours. Nothing was sent."

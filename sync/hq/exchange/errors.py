"""Errors of the pull API and of webhooks.

``HqError``
 ├─ ``QueryRefused``     a parameter that is unknown, or has an impossible value
 ├─ ``FormatUnknown``    a format that the list does not have
 ├─ ``CursorRefused``    a cursor that was altered, or belongs to another list or database
 ├─ ``CursorAhead``      a cursor that is newer than the database, which was restored
 ├─ ``PictureMissing``   a picture that has not arrived at headquarters
 ├─ ``WebhookUnusable``, ``TooManyWebhooks``  what cannot be registered
 └─ ``OverlapUnusable``, ``TooManySecrets``   secrets that cannot be changed so
"""

from sync.hq.errors import HqError


class QueryRefused(HqError):
    """A parameter is unknown or has a value that it cannot have."""

    code = "hq_query_refused"
    message = "The parameter %(name)s is not accepted: %(reason)s."


class FormatUnknown(HqError):
    """The list has no such format."""

    code = "hq_format_unknown"
    message = "This list has the formats %(known)s."


class CursorRefused(HqError):
    """The cursor is not one of this list, with these parameters, of this database."""

    code = "hq_cursor_refused"
    message = "This cursor cannot be used here: %(reason)s. Start again without a cursor."


class CursorAhead(HqError):
    """The database has nothing of what the cursor was given for: it was restored."""

    code = "hq_cursor_ahead"
    message = (
        "This cursor is newer than the database, which was restored from a backup. Start again"
        " without a cursor."
    )


class PictureMissing(HqError):
    """The picture has not arrived at headquarters."""

    code = "hq_picture_missing"
    message = "This picture is not at headquarters."


class WebhookUnusable(HqError):
    """The address cannot be called."""

    code = "hq_webhook_unusable"
    message = "This address cannot be used: %(reason)s."


class TooManyWebhooks(HqError):
    """There are as many webhooks as there may be."""

    code = "hq_too_many_webhooks"
    message = "There are %(most)s webhooks, and no more are possible. Remove one first."


class OverlapUnusable(HqError):
    """Former secrets cannot sign for that long."""

    code = "hq_overlap_unusable"
    message = "The former secret can sign for 0 to %(most)s hours more."


class TooManySecrets(HqError):
    """As many former secrets sign as may."""

    code = "hq_too_many_secrets"
    message = (
        "%(most)s former secrets of this webhook still sign. Wait until one ends, or end all of"
        " them at once with 0 hours."
    )

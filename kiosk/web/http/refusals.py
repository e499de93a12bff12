"""What the web layer itself refuses.

``ExamError``
 └─ ``WebError``
     ├─ ``InvalidRequest``     422, the body or a field does not fit
     ├─ ``WrongContentType``   415
     ├─ ``CsrfRefused``        403, the session's token is missing or wrong
     ├─ ``ForeignOrigin``      403, the request comes from another site
     ├─ ``NotYours``           403, somebody else's attempt
     └─ ``RightMissing``     403, the chief invigilator's
"""

from __future__ import annotations

from kiosk.exam.errors import ExamError


class WebError(ExamError):
    """Base of what the web layer itself refuses."""

    code = "web_error"


class InvalidRequest(WebError):
    """The request's body or one of its fields does not fit."""

    code = "invalid_request"
    message = "The request does not fit."


class WrongContentType(WebError):
    """The body is of another type than this address takes."""

    code = "wrong_content_type"
    message = "The content type does not fit."


class CsrfRefused(WebError):
    """A write without the session's token in X-CSRF-Token."""

    code = "csrf_refused"
    message = "The page's token is missing or out of date."


class ForeignOrigin(WebError):
    """A write that another site has sent."""

    code = "foreign_origin"
    message = "The request comes from another site."


class NotYours(WebError):
    """An attempt that is not this session's own."""

    code = "not_yours"
    message = "This attempt belongs to somebody else."


class RightMissing(WebError):
    """Something that only the chief invigilator may do."""

    code = "right_missing"
    message = "Only the chief invigilator may do this."

"""Errors of the web layer itself.

``ExamError``
 └─ ``WebError``
     ├─ ``InvalidRequest``     422, the body or a field does not fit
     ├─ ``WrongContentType``   415
     ├─ ``CsrfRefused``        403, the session's token is missing or wrong
     ├─ ``ForeignOrigin``      403, the request comes from another site
     ├─ ``NotYours``           403, another candidate's attempt
     ├─ ``RightMissing``       403, for the chief invigilator only
     ├─ ``OtherExam``          503, a page of a mock exam at the real server, or the reverse
     └─ ``NotInMockExam``      409, backups and USB sticks belong to the real exam
"""

from __future__ import annotations

from kiosk.exam.errors import ExamError


class WebError(ExamError):
    """Base class of the web layer's own errors."""

    code = "web_error"


class InvalidRequest(WebError):
    """The request's body or one of its fields is invalid."""

    code = "invalid_request"
    message = "The request is not valid."


class WrongContentType(WebError):
    """The route does not accept bodies of this type."""

    code = "wrong_content_type"
    message = "The content type is not accepted."


class CsrfRefused(WebError):
    """A write came without the session's token in X-CSRF-Token."""

    code = "csrf_refused"
    message = "The page's token is missing or out of date."


class ForeignOrigin(WebError):
    """A write came from another site."""

    code = "foreign_origin"
    message = "The request comes from another site."


class NotYours(WebError):
    """The attempt belongs to another candidate."""

    code = "not_yours"
    message = "This attempt belongs to another candidate."


class RightMissing(WebError):
    """The member of staff lacks the right that the route needs."""

    code = "right_missing"
    message = "Only the chief invigilator may do this."


class OtherExam(WebError):
    """The page belongs to a mock exam and the server does not, or the reverse.

    Temporary for a page of the real exam: it keeps its answers until the real server is back.
    """

    code = "other_exam"
    message = "The page belongs to another exam than this server runs."


class NotInMockExam(WebError):
    """The route works with backups or USB sticks, which belong to the real exam."""

    code = "not_in_mock_exam"
    message = "Not possible in a mock exam."

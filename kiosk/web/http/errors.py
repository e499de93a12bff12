"""Errors as HTTP answers: each error's `code` has a status and a text for people.

An API path answers `{"error": {"code", "message"}}`; a page answers with a page.
"""

from __future__ import annotations

import logging
import math
import sqlite3
import time
from functools import partial
from typing import Any

from flask import Flask, Response, abort, make_response, render_template, request
from werkzeug.exceptions import BadHost, HTTPException

from kiosk.exam.errors import ExamError
from kiosk.exam.ports import REFUSED
from kiosk.exam.troubles import Troubles
from kiosk.store.failures import os_error
from kiosk.web.http.jsonio import reply
from kiosk.web.http.messages import HTTP_MESSAGES, MESSAGES, text_of
from kiosk.web.services import hall

_log = logging.getLogger(__name__)


def status_of(error: ExamError) -> int:
    """The HTTP status for an error; 500 for a code that nobody has mapped."""
    return MESSAGES[error.code][0] if error.code in MESSAGES else 500


def message_of(error: ExamError) -> str:
    """The error in the reader's language, filled with its `params`."""
    return text_of(error.code, error.params)


def wants_json() -> bool:
    """Whether this address is one of the APIs."""
    path = request.path
    return path.startswith(("/api/", "/staff/api/")) or path == "/healthz"


def install(app: Flask) -> None:
    """Let `app` answer errors as described above."""
    app.before_request(_refuse_marked)
    app.register_error_handler(ExamError, _on_exam_error)
    app.register_error_handler(sqlite3.Error, _on_database_error)
    app.register_error_handler(OSError, partial(_on_os_error, Troubles(time.monotonic)))
    app.register_error_handler(HTTPException, _on_http_error)


def _refuse_marked() -> None:
    """Answer for the server where it did not take a body."""
    if status := request.environ.get(REFUSED):
        abort(status)


def _on_exam_error(error: ExamError) -> Response:
    status = status_of(error)
    response = answer(status, error.code, message_of(error))
    retry_after = getattr(error, "retry_after", None) or error.params.get("retry_after")
    if isinstance(retry_after, int | float):
        response.headers["Retry-After"] = str(max(1, math.ceil(retry_after)))
    return response


def _on_database_error(error: sqlite3.Error) -> Response:
    """A read that failed: locked and full pass, damage ends the server."""
    told = hall().disk.database_error(error)
    if told is None:
        raise error
    return _on_exam_error(told)


def _on_os_error(troubles: Troubles, error: OSError) -> Response:
    """A disk or file in trouble is said to whoever asked, and logged once, not each time."""
    told = os_error(error)
    if told is None:
        raise error
    if text := troubles.failed((request.endpoint, error.errno), error):
        _log.error("%s", text)
    return _on_exam_error(told)


def _on_http_error(error: HTTPException) -> Response:
    if error.response is not None or (error.code or 500) < 400:
        return make_response(error.get_response())
    if isinstance(error, BadHost):  # without a usable host no page can name an address
        return Response("Bad Host header", 400, mimetype="text/plain")
    status = error.code or 500
    code, text = HTTP_MESSAGES.get(status, HTTP_MESSAGES[500])
    response = answer(status, code, str(text))
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            response.headers[name] = value
    return response


def answer(status: int, code: str, message: str) -> Response:
    """The error as JSON or as a page, whichever the address speaks."""
    if not wants_json():
        return make_response(render_template("error.html", status=status, message=message), status)
    body: dict[str, Any] = {"error": {"code": code, "message": message}}
    return reply(body, status)

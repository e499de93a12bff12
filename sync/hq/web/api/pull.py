"""``/api/v1``: the pull API of the exam office, with a bearer token."""

from flask import Blueprint, Response, g, jsonify, request
from werkzeug.exceptions import HTTPException

from kiosk.exam.errors import ExamError
from sync.hq.errors import TokenRefused
from sync.hq.web.replies import cursor, headquarters, refuse, refuse_http

pull_api = Blueprint("pull_api", __name__, url_prefix="/api/v1")
pull_api.register_error_handler(ExamError, refuse)
pull_api.register_error_handler(HTTPException, refuse_http)

SCOPE = "results:read"
PERSONAL = "personal:read"
"""The scope that adds personal data of candidates."""


@pull_api.before_request
def require_token() -> None:
    """Require a token with the scope ``results:read`` for every route."""
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not secret:
        raise TokenRefused(scope=SCOPE)
    g.scopes = headquarters().tokens.require(secret.strip(), SCOPE).scopes


def _window() -> tuple[int, int]:
    return cursor(), request.args.get("limit", default=200, type=int)


@pull_api.get("/results")
def results() -> Response:
    """Return scores after a cursor, in order of arrival: ``{entries, cursor, more}``."""
    return jsonify(headquarters().results.results(*_window()).to_json())


@pull_api.get("/attempts")
def attempts() -> Response:
    """Return answers, times, conduct and incidents after a cursor: ``{entries, cursor, more}``.

    With the scope ``personal:read`` also the personal data form.
    """
    found = headquarters().results.attempts(*_window(), personal=PERSONAL in g.scopes)
    return jsonify(found.to_json())

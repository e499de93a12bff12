"""Browsers in which a member of staff has signed in before."""

from __future__ import annotations

import hashlib
import hmac

from flask import Response, current_app, request

from kiosk.credentials import known_browsers
from kiosk.web.auth import secure
from kiosk.webpages.cookies import set_cookie

COOKIE = "staff-browser"


def place(username: str) -> str | None:
    """This browser's own place in the count of tries; None unless the account has used it."""
    return known_browsers.place(request.cookies.get(COOKIE, ""), username, _mark)


def remember(response: Response, username: str, token: str) -> None:
    """Know this browser from now on by the session that was opened in it."""
    value, path = known_browsers.remembered(username, token, _mark), "/staff/api/sign-in"
    set_cookie(response, COOKIE, value, known_browsers.SECONDS, secure=secure(), path=path)


def _mark(nonce: str, username: str) -> str:
    key: bytes = current_app.config["WEB_SECRET"]
    return hmac.new(key, f"staff-browser:{nonce}:{username}".encode(), hashlib.sha256).hexdigest()

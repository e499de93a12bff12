"""Browsers in which an account has signed in before.

Wrong passwords are counted by account and address. If many people share an address, a stranger
could keep the chief waiting. So a browser that the account has used is counted separately.
"""

from __future__ import annotations

import hashlib
import hmac

from flask import Response, current_app, request

from kiosk.credentials import known_browsers
from kiosk.web.auth import secure
from kiosk.webpages.cookies import set_cookie

COOKIE = "staff-browser"


def place(username: str) -> str | None:
    """Return the key for counting tries from this browser; None unless the account has used it."""
    return known_browsers.place(request.cookies.get(COOKIE, ""), username, _mark)


def remember(response: Response, username: str, token: str) -> None:
    """Mark this browser as known to the account, which also confirms records as second person."""
    value, path = known_browsers.remembered(username, token, _mark), "/staff/api"
    set_cookie(response, COOKIE, value, known_browsers.SECONDS, secure=secure(), path=path)


def _mark(nonce: str, username: str) -> str:
    key: bytes = current_app.config["WEB_SECRET"]
    return hmac.new(key, f"staff-browser:{nonce}:{username}".encode(), hashlib.sha256).hexdigest()

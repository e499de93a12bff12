"""Browsers in which a member of staff has signed in before.

Wrong passwords are counted by account and address. Where many share an address, a stranger could
so keep the chief waiting; a browser that the account has used is therefore counted by itself.
"""

from __future__ import annotations

import hashlib
import hmac

from flask import Response, current_app, request

from kiosk.credentials.tokens import is_same, token_hash
from kiosk.web.auth import secure

COOKIE = "staff-browser"
SECONDS = 180 * 24 * 3600


def place(username: str) -> str | None:
    """This browser's own place in the count of tries; None unless the account has used it."""
    nonce, _, mark = request.cookies.get(COOKIE, "").partition(".")
    known = is_same(mark, _mark(nonce, username))
    return f"browser {nonce[:8]}" if known else None


def remember(response: Response, username: str, token: str) -> None:
    """Know this browser from now on by the session that was opened in it."""
    nonce = token_hash(token)[:32]
    response.set_cookie(
        COOKIE,
        f"{nonce}.{_mark(nonce, username)}",
        max_age=SECONDS,
        httponly=True,
        samesite="Strict",
        secure=secure(),
        path="/staff/api/sign-in",
    )


def _mark(nonce: str, username: str) -> str:
    key: bytes = current_app.config["WEB_SECRET"]
    return hmac.new(key, f"staff-browser:{nonce}:{username}".encode(), hashlib.sha256).hexdigest()

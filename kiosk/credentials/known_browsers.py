"""Browsers in which an account has signed in before.

Wrong passwords are counted by account and address. Where many share an address, a stranger could
so keep a person waiting; a browser that the account has used is therefore counted apart. Its
cookie has a nonce and a mark: what only the server can make of nonce and user name.
"""

from collections.abc import Callable

from kiosk.credentials.tokens import is_same, token_hash

SECONDS = 180 * 24 * 3600
"""How long a browser stays known."""

Mark = Callable[[str, str], str]
"""Makes the mark of a nonce and a user name."""


def remembered(username: str, token: str, mark: Mark) -> str:
    """Return the cookie's value for the browser in which this session was opened."""
    nonce = token_hash(token)[:32]
    return f"{nonce}.{mark(nonce, username)}"


def place(cookie: str, username: str, mark: Mark) -> str | None:
    """Where tries in this browser are counted; None unless the account has used it."""
    nonce, _, given = cookie.partition(".")
    return f"browser {nonce[:16]}" if is_same(given, mark(nonce, username)) else None

"""Opaque tokens, what is stored of them, and how secrets are compared."""

import base64
import hmac

from kiosk.exam.ports import Entropy
from sync.wire import canonical


def new_token(entropy: Entropy) -> str:
    """Return an opaque token of 256 random bits."""
    return base64.urlsafe_b64encode(entropy(32)).rstrip(b"=").decode()


def token_hash(token: str) -> str:
    """Return what is stored of a token."""
    return canonical.digest(token.encode())


def is_same(given: str | None, expected: str | None) -> bool:
    """Whether a secret is the expected one, in the same time for all wrong ones; never if empty."""
    if not given or not expected:
        return False
    return hmac.compare_digest(given.encode(), expected.encode())

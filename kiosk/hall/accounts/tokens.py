"""Opaque tokens, and what is kept of them."""

import base64
import hashlib

from kiosk.exam.ports import Entropy


def new_token(entropy: Entropy) -> str:
    """An opaque token of 256 random bits."""
    return base64.urlsafe_b64encode(entropy(32)).rstrip(b"=").decode()


def token_hash(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()

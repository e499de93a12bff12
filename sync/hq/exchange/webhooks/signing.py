"""Signatures of messages by the Standard Webhooks scheme: HMAC-SHA256 over id, time and body."""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime

from kiosk.exam.ports import Entropy

PREFIX = "whsec_"
SECRET_BYTES = 32


def new_secret(entropy: Entropy) -> str:
    """Return a secret as receivers' libraries read it."""
    return PREFIX + base64.b64encode(entropy(SECRET_BYTES)).decode()


def signed_headers(
    secrets: Sequence[str], message_id: str, at: datetime, body: bytes
) -> dict[str, str]:
    """Return the headers by which a receiver knows that headquarters sent this, and when.

    There is a signature by each secret; a receiver accepts the message if it can check one.
    """
    seconds = str(int(at.timestamp()))
    content = b".".join((message_id.encode(), seconds.encode(), body))
    return {
        "webhook-id": message_id,
        "webhook-timestamp": seconds,
        "webhook-signature": " ".join(_signature(secret, content) for secret in secrets),
    }


def _signature(secret: str, content: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return f"v1,{base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()}"

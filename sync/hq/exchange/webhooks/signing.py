"""Signatures of messages by the Standard Webhooks scheme: HMAC-SHA256 over id, time and body."""

import base64
import hashlib
import hmac
from datetime import datetime

from kiosk.exam.ports import Entropy

PREFIX = "whsec_"
SECRET_BYTES = 32


def new_secret(entropy: Entropy) -> str:
    """Return a secret as receivers' libraries read it."""
    return PREFIX + base64.b64encode(entropy(SECRET_BYTES)).decode()


def signed_headers(secret: str, message_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """Return the headers by which a receiver knows that headquarters sent this, and when."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    seconds = str(int(at.timestamp()))
    content = b".".join((message_id.encode(), seconds.encode(), body))
    signature = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": seconds,
        "webhook-signature": f"v1,{signature}",
    }

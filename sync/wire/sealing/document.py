"""Small signed documents: ``{"body": {...}, "signature": base64}`` in canonical JSON.

The signature covers the canonical bytes of the body, which names its own format.
"""

import base64
from typing import Any, TypeVar

from sync.wire import canonical
from sync.wire.errors import BadSignature, PackageTooLarge, UnsupportedFormat
from sync.wire.model import Rejection, WireModel, from_value
from sync.wire.sealing.keys import KeyHolder, Verifier

MAX_BYTES = 64 * 1024
"""Enough for every signed document except the index of a USB stick."""

M = TypeVar("M", bound=WireModel)


def sign(body: WireModel, keys: KeyHolder) -> bytes:
    """Return the signed document, ready for a file or a request."""
    value = body.model_dump(mode="json")
    signature = base64.b64encode(keys.sign(canonical.dumps(value))).decode("ascii")
    return canonical.dumps({"body": value, "signature": signature})


def peek(data: bytes, limit: int = MAX_BYTES) -> dict[str, Any]:
    """Return the body before its signature is checked, to find out whose key to check it with."""
    if len(data) > limit:
        raise PackageTooLarge(what="The document", size=len(data), limit=limit)
    value = canonical.loads(data)
    if not isinstance(value, dict) or set(value) != {"body", "signature"}:
        raise UnsupportedFormat(found="an unknown document", known="signed documents")
    if not isinstance(value["body"], dict):
        raise UnsupportedFormat(found="an unknown document", known="signed documents")
    return value["body"]


def verify(data: bytes, keys: Verifier, limit: int = MAX_BYTES) -> dict[str, Any]:
    """Return the body if ``keys`` signed it.

    Raises:
        BadSignature: they did not.
    """
    body = peek(data, limit)
    text = canonical.loads(data)["signature"]
    try:
        signature = base64.b64decode(text, validate=True)
    except (ValueError, TypeError) as error:
        raise BadSignature from error
    # `loads` has accepted canonical bytes only, so this encodes exactly what was signed.
    keys.verify(canonical.dumps(body), signature)
    return body


def read(
    model: type[M],
    data: bytes,
    keys: Verifier,
    form: str,
    error: Rejection,
    limit: int = MAX_BYTES,
) -> M:
    """Check signature, format and content; raises the error of the first check that fails.

    ``limit``: largest size in bytes.
    """
    return from_value(model, verify(data, keys, limit), form, error)

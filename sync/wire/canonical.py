"""Canonical JSON (RFC 8785) and SHA-256: one byte string for one value, on every machine."""

import hashlib
import json
from typing import Any

import rfc8785
from pydantic import BaseModel

from sync.wire.errors import NotCanonical

_SAFE_INTEGER = 2**53 - 1


def dumps(value: Any) -> bytes:
    """Encode a JSON value canonically. Callers write decimals as strings and times as RFC 3339.

    Raises:
        NotCanonical: JSON cannot represent the value (NaN, integers beyond 2**53, lone surrogates,
            other types).
    """
    try:
        return rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError, RecursionError) as error:
        raise NotCanonical(str(error)) from error


def dump_model(model: BaseModel) -> bytes:
    """Encode a pydantic model canonically."""
    return dumps(model.model_dump(mode="json"))


def loads(data: bytes) -> Any:
    """Parse bytes that must already be canonical.

    Anything else (spaces, another key order, duplicate keys) is rejected, so that equal values
    have equal digests and a signature covers everything that was sent.

    Raises:
        NotCanonical: the bytes are not canonical JSON.
    """
    try:
        value = json.loads(data, parse_int=_integer, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise NotCanonical(str(error)) from error
    # json.loads accepts far more; encoding the value again is the whole check.
    if dumps(value) != data:
        raise NotCanonical("another order, spacing or spelling than the canonical one")
    return value


def digest(data: bytes) -> str:
    """Return the SHA-256 in lower-case hexadecimal (64 characters)."""
    return hashlib.sha256(data).hexdigest()


def _integer(text: str) -> int | float:
    # RFC 8785 writes 1e20 as digits; beyond 2**53 only a float can hold what was meant.
    value = int(text)
    return value if abs(value) <= _SAFE_INTEGER else float(text)


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")

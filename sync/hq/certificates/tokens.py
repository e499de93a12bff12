"""Compact signed texts (JWS, RFC 7515) under headquarters' Ed25519 key.

The private key never leaves :class:`sync.wire.sealing.keys.KeyHolder`; what it signs here begins
with a JOSE header, so nothing else that it signs can be mistaken for it. Signatures are verified
by joserfc.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from sync.hq.certificates.errors import StatementForged, StatementUnusable
from sync.wire import canonical
from sync.wire.sealing.keys import KeyHolder

ALGORITHM = "Ed25519"
"""Its name since RFC 9864, which deprecates the ambiguous ``EdDSA``."""
LONGEST = 20_000

Jwk = Mapping[str, str]


def public_jwk(signing: bytes) -> dict[str, str]:
    """Return an Ed25519 public key as a JWK; its id is its thumbprint (RFC 7638)."""
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": _encode(signing)}
    thumbprint = _key(jwk).thumbprint()
    return {**jwk, "kid": thumbprint, "alg": ALGORITHM, "use": "sig"}


def read_jwks(text: str) -> Sequence[Jwk]:
    """Return the Ed25519 keys of a JWKS or of a single JWK, without any others.

    Raises:
        StatementUnusable: it has none.
    """
    try:
        data = json.loads(text)
        keys = [jwk for jwk in data.get("keys", [data]) if jwk.get("crv") == "Ed25519"]
        found = [public_jwk(_decode(jwk["x"])) for jwk in keys]
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError, JoseError) as error:
        raise StatementUnusable("not a key") from error
    if not found:
        raise StatementUnusable("no Ed25519 key")
    return found


def signed(payload: Mapping[str, Any], keys: KeyHolder, **header: object) -> str:
    """Return a JWS in compact form. Without ``kid`` in the header, readers try all keys."""
    head = canonical.dumps({**header, "alg": ALGORITHM})
    body = f"{_encode(head)}.{_encode(canonical.dumps(payload))}"
    return f"{body}.{_encode(keys.sign(body.encode('ascii')))}"


def opened(token: str, keys: Sequence[Jwk], longest: int = LONGEST) -> dict[str, Any]:
    """Return the payload of a token that one of the keys signed.

    Raises:
        StatementUnusable: it is no token.
        StatementForged: none of the keys signed it.
    """
    token = token.strip()
    if len(token) > longest or not token.isascii():
        raise StatementUnusable
    try:
        jws.extract_compact(token.encode("ascii"))
    except (JoseError, ValueError) as error:
        raise StatementUnusable from error
    for jwk in keys:
        try:
            found = jws.deserialize_compact(token, _key(jwk), algorithms=[ALGORITHM])
            payload = json.loads(found.payload)
        except (JoseError, ValueError, TypeError):
            continue
        if isinstance(payload, dict):
            return payload
    raise StatementForged


def _key(jwk: Jwk) -> OKPKey:
    """Return a public key; private members of a JWK never get further."""
    return OKPKey.import_key({"kty": jwk["kty"], "crv": jwk["crv"], "x": jwk["x"]})


def _encode(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _decode(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))

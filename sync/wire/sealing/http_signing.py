"""Signed sync requests: RFC 9421 with ``created``, ``nonce`` and RFC 9530 ``Content-Digest``.

The signature covers method, authority, path, query and the body's digest; not the scheme, because
a proxy in front of headquarters terminates TLS. Only what the check returns may be trusted. PyNaCl
computes Ed25519; the library ``http-message-signatures`` builds and parses the signature base.
"""

from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from http_message_signatures import (
    HTTPMessageSignaturesException,
    HTTPMessageSigner,
    HTTPMessageVerifier,
    HTTPSignatureAlgorithm,
    HTTPSignatureKeyResolver,
    InvalidSignature,
    VerifyResult,
)

from sync.wire.errors import BadSignature, ClockWrong, ReplayedRequest, RequestRefused
from sync.wire.sealing.keys import KeyPair, PublicKeys

TAG = "exam-sync-1"
WINDOW = timedelta(seconds=300)
"""How far ``created`` may differ from the receiver's clock, either way."""

COMPONENTS = ("@method", "@authority", "@path", "@query", "content-digest")
KeysOf = Callable[[str], PublicKeys | None]
"""From centre code to its public keys; None when the centre is not enrolled."""

SeenNonce = Callable[[str, str, datetime], bool]
"""Records (centre code, nonce, created); returns True when that nonce was recorded before."""


class Request(Protocol):
    """The part of a request that signing needs; ``httpx.Request`` has it."""

    method: str
    headers: Any

    @property
    def url(self) -> Any:
        """The absolute URL; anything with a text form."""
        ...

    @property
    def content(self) -> bytes:
        """The whole body."""
        ...


@dataclass
class _Message:
    method: str
    url: str
    headers: MutableMapping[str, str]


class _PyNaClEd25519(HTTPSignatureAlgorithm):
    algorithm_id = "ed25519"

    def __init__(self, public_key: Any = None, private_key: Any = None) -> None:
        self._public: PublicKeys | None = public_key
        self._private: KeyPair | None = private_key

    def sign(self, message: bytes) -> bytes:
        if self._private is None:
            raise HTTPMessageSignaturesException("no private key")
        return self._private.sign(message)

    def verify(self, signature: bytes, message: bytes) -> None:
        if self._public is None:
            raise InvalidSignature("no public key")
        self._public.verify(message, signature)


class _OwnKey(HTTPSignatureKeyResolver):
    def __init__(self, keys: KeyPair) -> None:
        self._keys = keys

    def resolve_private_key(self, key_id: str) -> Any:  # noqa: ARG002  # the library's signature
        return self._keys


class _CentreKeys(HTTPSignatureKeyResolver):
    def __init__(self, keys_of: KeysOf) -> None:
        self._keys_of = keys_of
        self.asking = False
        """Stays true when looking up the keys has failed."""

    def resolve_public_key(self, key_id: str) -> Any:
        centre_code, _, keys_id = key_id.partition("/")
        self.asking = True
        keys = self._keys_of(centre_code)
        self.asking = False
        return keys if keys is not None and keys.key_id == keys_id else None


class _Verifier(HTTPMessageVerifier):
    def validate_created_and_expires(self, sig_input: Any, max_age: Any = None) -> None:  # noqa: ARG002
        # The library reads the machine's clock; ours is a parameter and is compared with
        # ``created`` once the signature is known to be the centre's.
        if "created" not in sig_input.params:
            raise InvalidSignature("created is missing")


def sign_request(
    request: Request, keys: KeyPair, centre_code: str, now: datetime, nonce: str
) -> None:
    """Add ``Content-Digest``, ``Signature-Input`` and ``Signature`` to the request's headers.

    ``now`` is headquarters' time as far as the centre knows it; ``nonce`` must be unique.
    """
    signer = HTTPMessageSigner(signature_algorithm=_PyNaClEd25519, key_resolver=_OwnKey(keys))
    message = _Message(request.method, str(request.url), request.headers)
    signer.sign(
        message,
        key_id=f"{centre_code}/{keys.public.key_id}",
        created=now,
        nonce=nonce,
        label="sync",
        tag=TAG,
        covered_component_ids=COMPONENTS[:-1],
        body=request.content,
    )


def verify_request(
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    keys_of: KeysOf,
    now: datetime,
    seen_nonce: SeenNonce,
) -> str:
    """Return the code of the centre that signed this request.

    A nonce is recorded only if everything else is valid.

    Raises:
        RequestRefused: there is no signature of the required form.
        BadSignature: the signature is not the centre's.
        ClockWrong: the centre's clock is off; its ``params`` say by how much.
        ReplayedRequest: the nonce was used before.
    """
    result = _check_signature(_Message(method, url, dict(headers)), body, keys_of)
    parameters = result.parameters
    centre_code = str(parameters["keyid"]).partition("/")[0]
    created = _created(parameters["created"])
    if abs(created - now) > WINDOW:
        raise ClockWrong(offset_seconds=round((created - now).total_seconds()))
    # Last: a request that is refused for another reason must not use up its nonce.
    if seen_nonce(centre_code, str(result.nonce), created):
        raise ReplayedRequest
    return centre_code


def _check_signature(message: _Message, body: bytes, keys_of: KeysOf) -> VerifyResult:
    if not any(name.lower() == "signature" for name in message.headers):
        raise RequestRefused("no signature")
    keys = _CentreKeys(keys_of)
    verifier = _Verifier(signature_algorithm=_PyNaClEd25519, key_resolver=keys)
    try:
        results = verifier.verify(
            message, expect_tag=TAG, max_age=None, require_components=COMPONENTS, body=body
        )
    except HTTPMessageSignaturesException as error:
        if keys.asking and error.__cause__ is not None:
            raise error.__cause__ from None  # the look-up of keys failed, not the signature
        raise BadSignature(str(error)[:200]) from error
    if len(results) != 1 or not results[0].nonce or len(results[0].nonce) > 128:
        raise RequestRefused("exactly one signature with a nonce is needed")
    return results[0]


def _created(value: object) -> datetime:
    try:
        return datetime.fromtimestamp(int(str(value)), tz=UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise RequestRefused("created is not a time") from error

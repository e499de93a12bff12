"""Headquarters' keys and their changes: signed statements that centres follow one after another.

A statement lists every key that headquarters has had, oldest first, each with its state, and
replaces the statement before it. A centre accepts it only if the newest key that it trusts has
signed it, and every key that it names as next or current. So the old key vouches for the new one,
the new one proves that somebody holds it, and a stolen former key can announce nothing. If the
newest key itself was compromised, no signature can be believed: a person compares the fingerprint
by telephone, as at enrolment.
"""

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Self

from pydantic import Field, model_validator

from sync.wire import canonical
from sync.wire.errors import BadSignature, UnsupportedFormat, WireError
from sync.wire.model import Base64, CentreCode, Utc, WireModel, from_value, parse
from sync.wire.sealing.certificate import Keys
from sync.wire.sealing.keys import KeyPair, PublicKeys

FORMAT: Literal["hq-keys/1"] = "hq-keys/1"
CHAIN_FORMAT: Literal["hq-keys-chain/1"] = "hq-keys-chain/1"
KNOWN_FORMAT: Literal["hq-keys-known/1"] = "hq-keys-known/1"
MOST_KEYS = 50
MOST_STATEMENTS = 200
MAX_BYTES = 4 << 20
"""Largest chain of statements in bytes."""


class KeyState(StrEnum):
    """What may be done with a key of headquarters."""

    NEXT = "next"
    """Announced: accepted, but nothing is signed with it or sealed to it yet."""
    CURRENT = "current"
    FORMER = "former"
    """Replaced, but still accepted."""
    RETIRED = "retired"
    """Accepted for nothing that arrives; what arrived before still verifies."""
    WITHDRAWN = "withdrawn"
    """The same, because somebody else may have it."""


ACCEPTED = frozenset({KeyState.NEXT, KeyState.CURRENT, KeyState.FORMER})
GIVEN_UP = frozenset({KeyState.RETIRED, KeyState.WITHDRAWN})
ACTIVE = frozenset({KeyState.NEXT, KeyState.CURRENT})


class HqKey(WireModel):
    """A key of headquarters and its state since a time."""

    keys: Keys
    state: KeyState
    since: Utc


class KeyStatement(WireModel):
    """All keys of headquarters, oldest first; ``number`` rises by one with each statement."""

    format: Literal["hq-keys/1"] = FORMAT
    number: int = Field(ge=1, le=1_000_000)
    at: Utc
    keys: tuple[HqKey, ...] = Field(min_length=1, max_length=MOST_KEYS)

    @model_validator(mode="after")
    def _one_current(self) -> Self:
        states = [key.state for key in self.keys]
        if states.count(KeyState.CURRENT) != 1 or states.count(KeyState.NEXT) > 1:
            raise ValueError("there is one current key and at most one next")
        if len({key.keys.signing for key in self.keys}) != len(self.keys):
            raise ValueError("a key occurs twice")
        return self


class SignedChain(WireModel):
    """Signed statements in their order, as base64; each proves itself."""

    format: Literal["hq-keys-chain/1"] = CHAIN_FORMAT
    statements: tuple[Base64, ...] = Field(max_length=MOST_STATEMENTS)


class KnownStatement(WireModel):
    """What a centre writes on a stick: the number of the statement that it follows."""

    format: Literal["hq-keys-known/1"] = KNOWN_FORMAT
    centre_code: CentreCode
    number: int = Field(ge=0, le=1_000_000)
    at: Utc


@dataclass(frozen=True)
class SignedStatement:
    """A statement and the ids of the keys whose signatures under it are valid."""

    statement: KeyStatement
    by: frozenset[str]


def sign_statement(statement: KeyStatement, signers: Sequence[KeyPair]) -> bytes:
    """Return the statement, signed by each of ``signers``."""
    body = statement.model_dump(mode="json")
    plain = canonical.dumps(body)
    signatures = {
        pair.public.key_id: base64.b64encode(pair.sign(plain)).decode("ascii") for pair in signers
    }
    return canonical.dumps({"body": body, "signatures": signatures})


def read_statement(data: bytes) -> SignedStatement:
    """Read a statement and check its signatures by the keys that it lists.

    Raises:
        BadSignature: a signature is wrong, or a next or current key has not signed.
        UnsupportedFormat, NotCanonical: it is no such statement.
    """
    value = canonical.loads(data)
    if not isinstance(value, dict) or set(value) != {"body", "signatures"}:
        raise UnsupportedFormat(found="an unknown document", known=FORMAT)
    statement = from_value(KeyStatement, value["body"], FORMAT, BadSignature)
    keys = {key.public.key_id: key for key in _held(statement)}
    signatures, plain = value["signatures"], canonical.dumps(value["body"])
    if not isinstance(signatures, dict) or not set(signatures) <= set(keys):
        raise BadSignature("it is signed by keys that it does not list")
    for key_id, text in signatures.items():
        keys[key_id].public.verify(plain, _decoded(text))
    if missing := {key_id for key_id, key in keys.items() if key.state in ACTIVE} - set(signatures):
        raise BadSignature(f"key {min(missing)} has not signed it")
    return SignedStatement(statement, frozenset(signatures))


def write_chain(statements: Iterable[bytes]) -> bytes:
    """Return the chain as a document."""
    texts = tuple(base64.b64encode(data).decode("ascii") for data in statements)
    return canonical.dump_model(SignedChain(statements=texts))


def read_chain(data: bytes) -> Sequence[bytes]:
    """Return the signed statements of a chain; none of them is checked yet.

    Raises:
        UnsupportedFormat, NotCanonical, BadSignature: it is no chain.
    """
    if len(data) > MAX_BYTES:
        raise UnsupportedFormat(found="a very large document", known=CHAIN_FORMAT)
    chain = parse(SignedChain, data, CHAIN_FORMAT, BadSignature)
    return [base64.b64decode(text) for text in chain.statements]


@dataclass(frozen=True)
class HeldKey:
    """A key and its state."""

    public: PublicKeys
    state: KeyState


@dataclass(frozen=True)
class HqRing:
    """Headquarters' keys as one party knows them, oldest first; ``number`` of its statement."""

    number: int
    keys: tuple[HeldKey, ...]

    @classmethod
    def pinned(cls, keys: PublicKeys) -> "HqRing":
        """Return the ring of a headquarters that has announced nothing."""
        return cls(0, (HeldKey(keys, KeyState.CURRENT),))

    @classmethod
    def of(cls, statement: KeyStatement) -> "HqRing":
        return cls(statement.number, _held(statement))

    @property
    def current(self) -> PublicKeys:
        """The key that signs, and that is sealed to."""
        return next(key.public for key in self.keys if key.state is KeyState.CURRENT)

    @property
    def newest(self) -> PublicKeys:
        """The key that has to sign the next statement: the announced one, else the current."""
        return next((key.public for key in self.keys if key.state is KeyState.NEXT), self.current)

    def state(self, key_id: str) -> KeyState | None:
        """Return the state of a key, or None if it is unknown."""
        return next((key.state for key in self.keys if key.public.key_id == key_id), None)

    def verify(self, data: bytes, signature: bytes) -> None:
        """See :class:`sync.wire.sealing.keys.Verifier`."""
        verify_any([key.public for key in self.keys if key.state in ACCEPTED], data, signature)

    def accepts(self, key_id: str) -> bool:
        """Return whether what arrives with this key's signature is accepted."""
        return self.state(key_id) in ACCEPTED

    def follow(self, chain: Iterable[bytes]) -> "tuple[HqRing, PublicKeys | None]":
        """Return the ring after the statements that may be believed.

        Also returned: the current key of the last statement if that one may not be believed, so
        that people can compare it.

        Raises:
            WireError: a statement is damaged or wrongly signed.
        """
        ring, refused = self, None
        for data in chain:
            signed = read_statement(data)
            if signed.statement.number <= ring.number:
                continue
            if ring._believes(signed):
                ring, refused = HqRing.of(signed.statement), None
            else:
                refused = HqRing.of(signed.statement).current
        return ring, refused

    def _believes(self, signed: SignedStatement) -> bool:
        found = HqRing.of(signed.statement)
        given_up = {key.public.key_id for key in self.keys if key.state in GIVEN_UP}
        # A key that was given up never comes back.
        back = any(found.accepts(key_id) for key_id in given_up)
        return self.newest.key_id in signed.by and not back


def verify_any(keys: Iterable[PublicKeys], data: bytes, signature: bytes) -> None:
    """Check a signature by any of ``keys``.

    Raises:
        BadSignature: none of them signed it.
    """
    for key in keys:
        try:
            key.verify(data, signature)
        except BadSignature:
            continue
        return
    raise BadSignature


def _held(statement: KeyStatement) -> tuple[HeldKey, ...]:
    try:
        return tuple(HeldKey(key.keys.public, key.state) for key in statement.keys)
    except WireError as error:
        raise BadSignature("it lists a key that is none") from error


def _decoded(text: object) -> bytes:
    try:
        return base64.b64decode(str(text), validate=True)
    except ValueError as error:
        raise BadSignature from error

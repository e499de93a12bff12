"""Documents from a centre to headquarters: signed, then sealed, with both parties named inside.

A sealed box does not prove its sender, so the text is signed first; and it names the keys of sender
and recipient, so that a recipient cannot seal it again to someone else. Its id is the SHA-256 of
the plain canonical bytes, which stays the same however often it is sealed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from sync.wire import canonical
from sync.wire.errors import BundleDamaged, WrongCentre, WrongRecipient
from sync.wire.model import CentreCode, KeyId, WireModel, parse
from sync.wire.sealing.keys import KeyHolder, KeyPair, PublicKeys

MAX_BYTES = 16 << 20
"""Largest sealed item in bytes; a usual result bundle has some tens of thousands."""


@dataclass(frozen=True)
class Sealed:
    """Ready to send: the id (SHA-256 of the plain bytes) and the sealed bytes."""

    id: str
    data: bytes = field(repr=False)


class Addressed(WireModel):
    """A document that names its sender and its recipient."""

    centre_code: CentreCode
    sender_key_id: KeyId
    recipient_key_id: KeyId


A = TypeVar("A", bound=Addressed)


def seal(document: Addressed, centre: KeyPair, hq: PublicKeys, trailer: bytes = b"") -> Sealed:
    """Sign and seal a document; ``trailer``: bytes that follow it after a line feed.

    Sealing again gives other bytes with the same id.

    Raises:
        WrongRecipient: the document names other keys than these.
        BundleDamaged: it is too large.
    """
    if (document.sender_key_id, document.recipient_key_id) != (centre.public.key_id, hq.key_id):
        raise WrongRecipient("it names other keys than it is sealed with")
    plain = canonical.dump_model(document)
    data = hq.seal(centre.sign_attached(plain + b"\n" + trailer if trailer else plain))
    if len(data) > MAX_BYTES:
        raise BundleDamaged(f"{len(data)} bytes, at most {MAX_BYTES}")
    return Sealed(canonical.digest(plain), data)


def open_plain(data: bytes, hq: KeyHolder, centre: PublicKeys) -> bytes:
    """Return the plain bytes, if this centre signed them and they were sealed to ``hq``.

    Raises:
        WrongRecipient: they are sealed to other keys.
        BadSignature: this centre did not sign them.
        BundleDamaged: they are too large.
    """
    if len(data) > MAX_BYTES:
        raise BundleDamaged(f"{len(data)} bytes, at most {MAX_BYTES}")
    return centre.open_signed(hq.unseal(data))


def read_addressed(
    model: type[A],
    form: str | Sequence[str],
    plain: bytes,
    hq: KeyHolder,
    centre: PublicKeys,
    centre_code: str,
) -> A:
    """Return the document in ``plain``, if it names this centre and keys of both.

    Headquarters may have changed its keys since: what was closed before has to arrive.

    Raises:
        UnsupportedFormat: its format is unknown.
        NotCanonical: it is not canonical JSON.
        WrongCentre: it names another centre.
        WrongRecipient: it names other keys.
        BundleDamaged: its content breaks a rule.
    """
    document = parse(model, plain, form, BundleDamaged)
    if document.centre_code != centre_code:
        raise WrongCentre(found=document.centre_code, expected=centre_code)
    if document.sender_key_id != centre.key_id or not hq.owns(document.recipient_key_id):
        raise WrongRecipient("it names other keys inside")
    return document

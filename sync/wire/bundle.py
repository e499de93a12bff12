"""Result bundles (``ATTEMPT-ID.result``): all that a centre knows of one attempt, for headquarters.

Canonical JSON, signed by the centre with sender and recipient named inside, then sealed to
headquarters. The id is the SHA-256 of the plain canonical bytes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from kiosk.exam.item import AnswerValue
from sync.wire import canonical
from sync.wire.errors import BundleDamaged, WrongCentre, WrongRecipient
from sync.wire.keys import KeyPair, PublicKeys
from sync.wire.model import parse
from sync.wire.result import FORMAT, ResultBundle

MAX_BYTES = 16 << 20
"""Largest sealed bundle in bytes; a usual one has some tens of thousands."""


@dataclass(frozen=True)
class SealedBundle:
    """A bundle ready to travel: its id (SHA-256 of the plain bytes) and the sealed bytes."""

    id: str
    data: bytes = field(repr=False)


def answers_digest(answers: Mapping[str, AnswerValue]) -> str:
    """SHA-256 over the answers that were given, as the candidate's receipt shows it.

    ``answers`` maps item ids to values; items without an answer do not count, and the order of
    the mapping does not matter.
    """
    given = {item: value for item, value in answers.items() if value is not None}
    return canonical.digest(canonical.dumps(given))


def bundle_id(bundle: ResultBundle) -> str:
    """SHA-256 of the bundle's plain canonical bytes."""
    return canonical.digest(canonical.dump_model(bundle))


def seal_bundle(bundle: ResultBundle, centre: KeyPair, hq: PublicKeys) -> SealedBundle:
    """Sign, then seal.

    Sealing again gives other bytes with the same id. Raises :class:`WrongRecipient` when the
    bundle does not name these keys inside, :class:`BundleDamaged` when it is too large.
    """
    if (bundle.sender_key_id, bundle.recipient_key_id) != (centre.public.key_id, hq.key_id):
        raise WrongRecipient("the bundle names other keys than it is sealed with")
    plain = canonical.dump_model(bundle)
    data = hq.seal(centre.sign_attached(plain))
    if len(data) > MAX_BYTES:
        raise BundleDamaged(f"{len(data)} bytes, at most {MAX_BYTES}")
    return SealedBundle(canonical.digest(plain), data)


def open_bundle(
    data: bytes, hq: KeyPair, centre: PublicKeys, centre_code: str
) -> tuple[ResultBundle, str]:
    """The bundle and its id, if this centre made it for us.

    Raises ``WrongRecipient``, ``BadSignature``, ``UnsupportedFormat``, ``NotCanonical``,
    :class:`WrongCentre` or :class:`BundleDamaged`.
    """
    if len(data) > MAX_BYTES:
        raise BundleDamaged(f"{len(data)} bytes, at most {MAX_BYTES}")
    plain = centre.open_signed(hq.unseal(data))
    bundle = parse(ResultBundle, plain, FORMAT, BundleDamaged)
    if bundle.centre_code != centre_code:
        raise WrongCentre(found=bundle.centre_code, expected=centre_code)
    if (bundle.sender_key_id, bundle.recipient_key_id) != (centre.key_id, hq.public.key_id):
        raise WrongRecipient("the bundle names other keys inside")
    return bundle, canonical.digest(plain)

"""Result bundles (``ATTEMPT-ID.result``): everything that a centre knows about one attempt."""

from collections.abc import Mapping

from kiosk.exam.items.item import AnswerValue
from sync.wire import canonical
from sync.wire.delivery.result import FORMATS, ResultBundle
from sync.wire.sealing.keys import KeyHolder, KeyPair, PublicKeys
from sync.wire.sealing.sealed import Sealed, open_plain, read_addressed, seal


def answers_digest(answers: Mapping[str, AnswerValue]) -> str:
    """Return the SHA-256 over the given answers, as the candidate's receipt shows it.

    ``answers`` maps item ids to values; items without an answer do not count, and the order of
    the mapping does not matter.
    """
    given = {item: value for item, value in answers.items() if value is not None}
    return canonical.digest(canonical.dumps(given))


def bundle_id(bundle: ResultBundle) -> str:
    """Return the SHA-256 of the bundle's plain canonical bytes."""
    return canonical.digest(canonical.dump_model(bundle))


def seal_bundle(bundle: ResultBundle, centre: KeyPair, hq: PublicKeys) -> Sealed:
    """Sign, then seal; see :func:`sync.wire.sealing.sealed.seal`."""
    return seal(bundle, centre, hq)


def open_bundle(
    data: bytes, hq: KeyHolder, centre: PublicKeys, centre_code: str
) -> tuple[ResultBundle, str]:
    """Return the bundle and its id, if this centre made it for this headquarters.

    Raises:
        WrongRecipient: it is sealed to, or names, other keys.
        BadSignature: this centre did not sign it.
        UnsupportedFormat: its format is unknown.
        NotCanonical: its content is not canonical JSON.
        WrongCentre: it names another centre.
        BundleDamaged: it is too large, or its content breaks a rule.
    """
    plain = open_plain(data, hq, centre)
    bundle = read_addressed(ResultBundle, FORMATS, plain, hq, centre, centre_code)
    return bundle, canonical.digest(plain)

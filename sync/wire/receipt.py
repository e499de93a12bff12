"""Headquarters' receipt for a result bundle: durable there, and the chain's head countersigned."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from sync.wire import document
from sync.wire.errors import BundleDamaged, WrongRecipient
from sync.wire.keys import KeyPair, PublicKeys
from sync.wire.model import CentreCode, Identifier, Sha256, Utc, WireModel

FORMAT: Literal["bundle-receipt/1"] = "bundle-receipt/1"


class Receipt(WireModel):
    """Says that headquarters holds this bundle and saw this head of the event chain."""

    format: Literal["bundle-receipt/1"] = FORMAT
    bundle_id: Sha256
    centre_code: CentreCode
    attempt_id: Identifier
    revision: int = Field(ge=1)
    chain_head: Sha256
    received_at: Utc


def sign_receipt(receipt: Receipt, hq: KeyPair) -> bytes:
    """The signed receipt, as stored and sent. The same receipt always gives the same bytes."""
    return document.sign(receipt, hq)


def verify_receipt(data: bytes, hq: PublicKeys, bundle_id: str, chain_head: str) -> Receipt:
    """Check signature and that it answers this very bundle.

    Raises ``BadSignature``, ``UnsupportedFormat``, :class:`BundleDamaged` (unreadable content) or
    :class:`WrongRecipient` (a receipt for something else). Only then may the outbox be closed.
    """
    receipt = document.read(Receipt, data, hq, FORMAT, BundleDamaged)
    if (receipt.bundle_id, receipt.chain_head) != (bundle_id, chain_head):
        raise WrongRecipient("a receipt for another bundle")
    return receipt


def make_receipt(
    bundle_id: str,
    centre_code: str,
    attempt: tuple[str, int],
    chain_head: str,
    received_at: datetime,
) -> Receipt:
    """Put a receipt together; ``attempt`` is its id and the bundle's revision."""
    return Receipt(
        bundle_id=bundle_id,
        centre_code=centre_code,
        attempt_id=attempt[0],
        revision=attempt[1],
        chain_head=chain_head,
        received_at=received_at,
    )

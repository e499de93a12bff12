"""Headquarters' receipts: durable there, and the head of the event chain countersigned."""

from typing import Literal

from pydantic import Field

from sync.wire.errors import BundleDamaged, WrongRecipient
from sync.wire.model import CentreCode, Identifier, Sha256, Utc, WireModel
from sync.wire.sealing import document
from sync.wire.sealing.keys import KeyPair, PublicKeys

FORMAT: Literal["receipt/1"] = "receipt/1"

Kind = Literal["result", "event_log", "evidence"]
"""What centres deliver: result bundles, parts of event logs, pictures."""

KINDS: tuple[Kind, ...] = ("result", "event_log", "evidence")


class Receipt(WireModel):
    """Says that headquarters holds this and, but for evidence, saw this head of the chain."""

    format: Literal["receipt/1"] = FORMAT
    kind: Kind
    id: Sha256
    centre_code: CentreCode
    received_at: Utc
    chain_head: Sha256 | None = None
    sitting_id: Identifier | None = None
    attempt_id: Identifier | None = None
    revision: int | None = Field(default=None, ge=1)


def sign_receipt(receipt: Receipt, hq: KeyPair) -> bytes:
    """The signed receipt, as stored and sent. The same receipt always gives the same bytes."""
    return document.sign(receipt, hq)


def read_receipt(data: bytes, hq: PublicKeys, centre_code: str) -> Receipt:
    """Any receipt of headquarters for this centre.

    Raises ``BadSignature``, ``UnsupportedFormat``, :class:`BundleDamaged` (unreadable content) or
    :class:`WrongRecipient` (another centre's).
    """
    receipt = document.read(Receipt, data, hq, FORMAT, BundleDamaged)
    if receipt.centre_code != centre_code:
        raise WrongRecipient("a receipt for another centre")
    return receipt


def verify_receipt(
    data: bytes, hq: PublicKeys, centre_code: str, kind: str, piece_id: str, chain_head: str | None
) -> Receipt:
    """A receipt that answers this very delivery; raises like :func:`read_receipt`.

    Only with it may a row of the outbox be closed.
    """
    receipt = read_receipt(data, hq, centre_code)
    if (receipt.kind, receipt.id, receipt.chain_head) != (kind, piece_id, chain_head):
        raise WrongRecipient("a receipt for something else")
    return receipt

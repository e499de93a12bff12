"""Receipts: headquarters has stored an item durably and countersigns its chain's head."""

from typing import Literal

from pydantic import Field

from sync.wire.errors import BadSignature, BundleDamaged, WrongRecipient
from sync.wire.model import CentreCode, Identifier, Sha256, Utc, WireModel, from_value
from sync.wire.sealing import document
from sync.wire.sealing.keys import KeyHolder, Verifier

FORMAT: Literal["receipt/1"] = "receipt/1"

Kind = Literal["result", "event_log", "evidence"]
"""What centres deliver: result bundles, event-log parts, pictures."""

KINDS: tuple[Kind, ...] = ("result", "event_log", "evidence")


class Receipt(WireModel):
    """States that headquarters has this item and, except for evidence, saw this chain head."""

    format: Literal["receipt/1"] = FORMAT
    kind: Kind
    id: Sha256
    centre_code: CentreCode
    received_at: Utc
    chain_head: Sha256 | None = None
    sitting_id: Identifier | None = None
    attempt_id: Identifier | None = None
    revision: int | None = Field(default=None, ge=1)


def sign_receipt(receipt: Receipt, hq: KeyHolder) -> bytes:
    """Return the signed receipt, as stored and sent. Equal receipts give equal bytes."""
    return document.sign(receipt, hq)


def renewed_receipt(data: bytes, hq: KeyHolder) -> bytes:
    """Return headquarters' own receipt, signed with its present keys."""
    try:
        document.verify(data, hq.public)
    except BadSignature:
        body = document.peek(data)
        return sign_receipt(from_value(Receipt, body, FORMAT, BundleDamaged), hq)
    return data


def read_receipt(data: bytes, hq: Verifier, centre_code: str) -> Receipt:
    """Read any receipt of headquarters for this centre.

    Raises:
        BadSignature: headquarters did not sign it.
        UnsupportedFormat: its format is unknown.
        BundleDamaged: its content breaks a rule.
        WrongRecipient: it is another centre's.
    """
    receipt = document.read(Receipt, data, hq, FORMAT, BundleDamaged)
    if receipt.centre_code != centre_code:
        raise WrongRecipient("a receipt for another centre")
    return receipt


def verify_receipt(
    data: bytes, hq: Verifier, centre_code: str, kind: str, piece_id: str, chain_head: str | None
) -> Receipt:
    """Return the receipt if it is for exactly this item; raises like :func:`read_receipt`.

    Only such a receipt may close an outbox row.
    """
    receipt = read_receipt(data, hq, centre_code)
    if (receipt.kind, receipt.id, receipt.chain_head) != (kind, piece_id, chain_head):
        raise WrongRecipient("a receipt for something else")
    return receipt

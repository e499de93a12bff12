"""A centre's receipt for data that it has deleted at the end of their retention period."""

from typing import Literal

from pydantic import Field

from sync.wire.errors import BundleDamaged
from sync.wire.model import CentreCode, Identifier, Sha256, Utc, WireModel
from sync.wire.sealing import document
from sync.wire.sealing.keys import KeyPair, PublicKeys

FORMAT: Literal["deletion/1"] = "deletion/1"


class DeletionReceipt(WireModel):
    """What was deleted, when, and by which rule. It contains no names.

    ``counts``: rows by table, and files by folder (``files_...``). ``digest``: SHA-256 of the
    canonical JSON of the file names by folder. ``known_time``: the earlier of the centre's
    clock and headquarters' last signed time; by it the period was over.
    """

    format: Literal["deletion/1"] = FORMAT
    centre_code: CentreCode
    sitting_id: Identifier
    data: Literal["portraits", "pictures", "papers", "answers", "event_log"]
    counts: dict[str, int]
    digest: Sha256
    period_days: int = Field(ge=1)
    ended_at: Utc
    known_time: Utc
    deleted_at: Utc
    by: str = Field(max_length=100)


def sign_deletion(receipt: DeletionReceipt, centre: KeyPair) -> bytes:
    """Return the signed receipt, as it is stored and sent."""
    return document.sign(receipt, centre)


def read_deletion(data: bytes, centre: PublicKeys) -> DeletionReceipt:
    """Read a receipt that this centre signed.

    Raises:
        BadSignature: this centre did not sign it.
        UnsupportedFormat: its format is unknown.
        BundleDamaged: its content breaks a rule.
    """
    return document.read(DeletionReceipt, data, centre, FORMAT, BundleDamaged)

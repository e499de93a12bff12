"""A centre's receipt for data that it has deleted after their period."""

from typing import Literal

from pydantic import Field

from sync.wire.errors import BundleDamaged
from sync.wire.model import CentreCode, Identifier, Sha256, Utc, WireModel
from sync.wire.sealing import document
from sync.wire.sealing.keys import KeyPair, PublicKeys

FORMAT: Literal["deletion/1"] = "deletion/1"


class DeletionReceipt(WireModel):
    """What was deleted, when, and by which rule. It names nobody.

    ``counts``: rows by table, and files by folder (``files_...``). ``digest``: SHA-256 of the
    canonical JSON of the files' names by folder. ``known_time``: the earlier of the centre's clock
    and headquarters' last word, by which the period was over.
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
    """The signed receipt, as it is kept and sent."""
    return document.sign(receipt, centre)


def read_deletion(data: bytes, centre: PublicKeys) -> DeletionReceipt:
    """A receipt that this centre signed.

    Raises ``BadSignature``, ``UnsupportedFormat`` or :class:`BundleDamaged` (unreadable content).
    """
    return document.read(DeletionReceipt, data, centre, FORMAT, BundleDamaged)

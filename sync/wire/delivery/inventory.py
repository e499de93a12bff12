"""Inventories: centre and headquarters compare, for each kind, the count and a digest of all ids.

The centre states what it has closed. Headquarters answers with what it has from this centre, and
says ``complete`` only if both are equal for every kind. Where they differ, ids are compared page by
page: the centre sends again what headquarters lacks, and headquarters returns receipts for what a
restored centre has lost.
"""

from collections.abc import Iterable
from typing import Literal

from pydantic import Field

from sync.wire import canonical
from sync.wire.delivery.receipt import Kind
from sync.wire.errors import BundleDamaged, WrongRecipient
from sync.wire.model import Base64, CentreCode, Sha256, Utc, WireModel
from sync.wire.sealing import document
from sync.wire.sealing.keys import KeyHolder, Verifier

FORMAT: Literal["inventory/1"] = "inventory/1"
ANSWER_FORMAT: Literal["inventory-answer/1"] = "inventory-answer/1"
PAGE_FORMAT: Literal["inventory-page/1"] = "inventory-page/1"
MATCH_FORMAT: Literal["inventory-match/1"] = "inventory-match/1"
QUERY_FORMAT: Literal["evidence-query/1"] = "evidence-query/1"
PAGE = 500
"""Most ids in one page."""


class Tally(WireModel):
    """The number of items of one kind, and the SHA-256 over their ids."""

    count: int = Field(ge=0)
    digest: Sha256


class Tallies(WireModel):
    """One tally for each kind."""

    result: Tally
    event_log: Tally
    evidence: Tally

    def of(self, kind: str) -> Tally:
        found: Tally = getattr(self, kind)
        return found


class Inventory(WireModel):
    """What a centre has closed. ``contact`` counts its calls and never decreases within an epoch.

    ``clock_offset_s``: headquarters' clock minus the centre's, as measured by the centre.
    """

    format: Literal["inventory/1"] = FORMAT
    centre_code: CentreCode
    epoch: int = Field(ge=1, le=1_000_000)
    contact: int = Field(ge=1, le=1 << 53)
    tallies: Tallies
    software: str = Field(max_length=100)
    clock_offset_s: float | None = Field(default=None, ge=-1e10, le=1e10)


class InventoryAnswer(WireModel):
    """What headquarters has; ``complete`` if it is everything that the centre has closed.

    ``epoch``: the one in which the centre must continue. If it is higher than the centre's,
    headquarters has seen a later state, so the centre's database has been restored from a
    backup.
    """

    format: Literal["inventory-answer/1"] = ANSWER_FORMAT
    centre_code: CentreCode
    contact: int = Field(ge=1)
    epoch: int = Field(ge=1)
    tallies: Tallies
    complete: bool
    at: Utc


class InventoryPage(WireModel):
    """The centre's delivered ids of one kind, after one id and through another, in order.

    ``through`` is None on the last page, which covers everything after ``after``.
    """

    format: Literal["inventory-page/1"] = PAGE_FORMAT
    kind: Kind
    after: Sha256 | None = None
    through: Sha256 | None = None
    ids: tuple[Sha256, ...] = Field(max_length=PAGE)


class InventoryMatch(WireModel):
    """What headquarters lacks of a page, and receipts for what only headquarters has.

    ``more``: there are further receipts; send the same page again once these are stored.
    """

    format: Literal["inventory-match/1"] = MATCH_FORMAT
    missing: tuple[Sha256, ...] = Field(max_length=PAGE)
    forgotten: tuple[Base64, ...] = Field(max_length=PAGE)
    more: bool = False


class EvidenceQuery(WireModel):
    """Asks which of these pictures headquarters already has."""

    format: Literal["evidence-query/1"] = QUERY_FORMAT
    ids: tuple[Sha256, ...] = Field(max_length=PAGE)


def tally(ids: Iterable[str]) -> Tally:
    """Return count and digest; the order of ``ids`` does not matter."""
    ordered = sorted(ids)
    return Tally(count=len(ordered), digest=canonical.digest("\n".join(ordered).encode("ascii")))


def sign_answer(answer: InventoryAnswer, hq: KeyHolder) -> bytes:
    return document.sign(answer, hq)


def read_answer(data: bytes, hq: Verifier, centre_code: str) -> InventoryAnswer:
    """Read headquarters' answer to this centre.

    Raises:
        BadSignature: headquarters did not sign it.
        WrongRecipient: it is for another centre.
    """
    answer = document.read(InventoryAnswer, data, hq, ANSWER_FORMAT, BundleDamaged)
    if answer.centre_code != centre_code:
        raise WrongRecipient("an answer for another centre")
    return answer

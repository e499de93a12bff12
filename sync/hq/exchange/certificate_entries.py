"""Entries of the list of certificates."""

from datetime import date
from enum import StrEnum

from pydantic import Field

from sync.hq.exchange.entries import Entry
from sync.wire.model import Utc


class CertificateState(StrEnum):
    """What holds of a certificate."""

    ISSUED = "issued"
    REVOKED = "revoked"
    REPLACED = "replaced"


class CertificateEntry(Entry):
    """A certificate as it is now. A later entry of the same number replaces it."""

    about = ("number",)

    number: str
    version: int = Field(description="From 1; each act on the certificate raises it.")
    state: CertificateState = Field(
        description="Whether it has expired is not an act: compare `valid_until`."
    )
    reason: str = Field(description="Why it was revoked, replaced or issued again, as a class.")
    candidate_id: str
    sitting_id: str
    centre_code: str | None = Field(description="Where the exam was taken.")
    programme: str
    programme_version: int
    trade: str | None
    level: str | None
    result_version: int
    issued_on: date
    valid_until: date | None = Field(description="Last day; None: without end.")
    reissue_of: str | None = Field(description="The certificate that this one replaces.")
    replaced_by: str | None
    name: str | None = Field(description="As printed. Only with the scope personal:read.")
    statement: str | None = Field(
        description=(
            "The signed statement of the QR code (a compact JWS), which contains the name. Only"
            " with the scope personal:read."
        )
    )
    changed_at: Utc

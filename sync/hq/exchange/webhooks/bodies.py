"""Bodies of webhook messages, as models: ids only, no personal data."""

from typing import Literal

from pydantic import BaseModel, Field

from sync.wire.model import Utc


class ResultEvent(BaseModel):
    """A result that has changed. Fetch the rest with a token."""

    centre_code: str
    attempt_id: str
    sitting_id: str
    version: int = Field(description="Of the result, or of what was published.")


class CertificateEvent(BaseModel):
    """An act on a certificate. Fetch the rest with a token."""

    number: str
    kind: Literal["issued", "revoked", "replaced", "reissued"] = Field(
        description="One that is issued again is `reissued`, and the former one `replaced`."
    )
    sitting_id: str
    candidate_id: str
    version: int = Field(description="Of the certificate; each act raises it.")


class EventReply(BaseModel):
    """The body of a message about results, or of a test."""

    type: Literal["results.changed", "results.published", "test"]
    timestamp: Utc
    data: tuple[ResultEvent, ...] = Field(description="Oldest change first; none in a test.")


class CertificateEventReply(BaseModel):
    """The body of a message about certificates."""

    type: Literal["certificates.changed"]
    timestamp: Utc
    data: tuple[CertificateEvent, ...] = Field(description="Oldest act first.")

"""Parameters of the lists, from which the OpenAPI document is made, too."""

from collections.abc import Mapping
from typing import Annotated, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    WithJsonSchema,
)

from sync.hq.core.sheets import STATUSES
from sync.hq.exchange.certificate_entries import CertificateState
from sync.hq.exchange.cursors import LONGEST
from sync.hq.exchange.errors import QueryRefused
from sync.wire import canonical
from sync.wire.model import CENTRE_CODE, IDENTIFIER

MOST, USUAL = 1000, 200
"""Entries of one reply in JSON and QTI."""

MOST_STREAMED = 1_000_000
"""Entries of one reply in the other formats, which are written as they are read."""

Id = Annotated[str, StringConstraints(pattern=IDENTIFIER)]
Q = TypeVar("Q", bound=BaseModel)


def _known_status(text: str) -> str:
    if text not in STATUSES:
        raise ValueError(f"must be one of {', '.join(STATUSES)}")
    return text


Status = Annotated[
    str, AfterValidator(_known_status), WithJsonSchema({"type": "string", "enum": list(STATUSES)})
]

State = Annotated[
    CertificateState, WithJsonSchema({"type": "string", "enum": list(CertificateState)})
]


class ListQuery(BaseModel):
    """What every list accepts."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    after: str | None = Field(
        default=None,
        max_length=LONGEST,
        pattern=r"^c[A-Za-z0-9_-]+$",
        description="A cursor: only entries after it. Every entry and every page has one.",
    )
    limit: int | None = Field(
        default=None,
        ge=1,
        le=MOST_STREAMED,
        description=(
            f"Most entries of this reply. JSON and QTI: {USUAL} unless given, at most {MOST}."
            " Other formats: all."
        ),
    )
    format: str | None = Field(default=None, description="Precedes the header Accept.")

    def filters(self) -> Mapping[str, str]:
        """Return what narrows the list."""
        page = {"after", "limit", "format"}
        return {name: str(value) for name, value in self if value is not None and name not in page}


class AttemptsQuery(ListQuery):
    """Narrows a list of what belongs to attempts."""

    sitting: Id | None = Field(default=None, description="Only this sitting, by its id.")
    programme: Id | None = Field(default=None, description="Only this programme, by its id.")
    centre: Annotated[str, StringConstraints(pattern=CENTRE_CODE)] | None = Field(
        default=None, description="Only this centre, by its code."
    )
    since: AwareDatetime | None = Field(
        default=None, description="Only what arrived or changed at or after this time."
    )


class ResultsQuery(AttemptsQuery):
    """Narrows the list of results."""

    status: Status | None = Field(default=None, description="Only results with this status.")


class CertificatesQuery(AttemptsQuery):
    """Narrows the list of certificates."""

    state: State | None = Field(
        default=None, description="Only certificates that are in this state now."
    )


class StatisticsQuery(ListQuery):
    """Narrows the list of item statistics."""

    sitting: Id | None = Field(default=None, description="Only this sitting, by its id.")
    programme: Id | None = Field(default=None, description="Only this programme, by its id.")
    since: AwareDatetime | None = Field(
        default=None, description="Only snapshots that were computed at or after this time."
    )


class SittingsQuery(ListQuery):
    """Parameters of the list of sittings."""


class OneQuery(BaseModel):
    """What a single entry accepts."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: str | None = Field(default=None, description="Precedes the header Accept.")


def read_query(model: type[Q], given: Mapping[str, list[str]]) -> Q:
    """Return the parameters of a request.

    Raises:
        QueryRefused: one is unknown, given twice, or has an impossible value.
    """
    for name, values in given.items():
        if len(values) > 1:
            raise QueryRefused(name=name[:40], reason="it is given twice")
    try:
        return model.model_validate({name: values[0] for name, values in given.items()})
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(map(str, first["loc"]))[:40]
        raise QueryRefused(name=name, reason=_reason(first["type"], first["msg"])) from error


def _reason(kind: str, text: str) -> str:
    return "there is no such parameter" if kind == "extra_forbidden" else text.lower()


def digest_of(filters: Mapping[str, str]) -> str:
    """Return a short digest of filters, for cursors."""
    return canonical.digest(canonical.dumps(dict(filters)))[:16]

"""Base of the wire's pydantic models: frozen, no unknown fields, bounded values."""

import base64
import binascii
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Self, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)

from sync.wire import canonical
from sync.wire.errors import UnsupportedFormat, WireError

CENTRE_CODE = r"^[A-Z0-9][A-Z0-9-]{1,31}$"
FIRST = "1"
"""The id of the paper and of the room where version 0.2.0 has one of each, without an id."""
IDENTIFIER = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"


class WireModel(BaseModel):
    """A frozen value that rejects unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @classmethod
    def copied_from(cls, source: object, **other: object) -> Self:
        """Build from the attributes of ``source`` that are named like fields, and from ``other``.

        Raises ``pydantic.ValidationError`` where a value breaks a rule or a field is missing.
        """
        if not other:
            return cls.model_validate(source, from_attributes=True)
        names = cls.model_fields.keys() - other.keys()
        own = {name: getattr(source, name) for name in names if hasattr(source, name)}
        return cls.model_validate({**own, **other})


def _as_utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError as error:  # at an end of the calendar
        raise ValueError("no time in UTC") from error


def _is_base64(text: str) -> str:
    try:
        base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error
    return text


Utc = Annotated[AwareDatetime, AfterValidator(_as_utc)]
"""An aware time, converted to UTC."""

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""A SHA-256 in lower-case hexadecimal."""

CentreCode = Annotated[str, StringConstraints(pattern=CENTRE_CODE)]
"""A centre's short code: capitals, digits and dashes, 2 to 32 characters."""

Identifier = Annotated[str, StringConstraints(pattern=IDENTIFIER)]
"""An id made by the product; safe in URLs and file names."""

KeyId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
"""Identifies a pair of public keys (see :attr:`sync.wire.sealing.keys.PublicKeys.key_id`)."""

Base64 = Annotated[str, AfterValidator(_is_base64), Field(max_length=1 << 21)]
"""Binary data as base64 with padding."""

M = TypeVar("M", bound=WireModel)

Rejection = Callable[[str], WireError]
"""Makes the error of content that breaks a rule, from where it does; mostly an error's class."""


def parse(model: type[M], data: bytes, form: str | Sequence[str], error: Rejection) -> M:
    """Read a model from canonical JSON whose ``format`` must be ``form``, or one of them.

    Raises:
        NotCanonical: the bytes are not canonical JSON.
        UnsupportedFormat: the format is another one.
        error: the content breaks a rule; names places, never values (they may be personal data).
    """
    return from_value(model, canonical.loads(data), form, error)


def from_value(model: type[M], value: Any, form: str | Sequence[str], error: Rejection) -> M:
    """Like :func:`parse`, from a JSON value that has already been read."""
    if not isinstance(value, dict):
        raise error("not an object")
    forms = [form] if isinstance(form, str) else form
    if value.get("format") not in forms:
        raise UnsupportedFormat(found=str(value.get("format"))[:64], known=", ".join(forms))
    try:
        return model.model_validate(value)
    except ValidationError as problems:
        # Not chained: pydantic's message quotes the input, which may be personal data.
        raise error(places(problems)) from None


def places(problems: ValidationError) -> str:
    """Return where a model rejected its input, and why, without the input itself."""
    found = (f"{'.'.join(map(str, p['loc']))}: {p['type']}" for p in problems.errors()[:5])
    return "; ".join(found)

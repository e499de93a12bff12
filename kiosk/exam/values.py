"""What values are made of: strict frozen tables of a programme file, views from stored rows."""

from dataclasses import fields
from typing import Any, ClassVar, TypeVar, cast

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    model_serializer,
)

D = TypeVar("D")


class Growing(BaseModel):
    """A model whose younger fields stay out of its JSON while they have their default.

    So the digest of a stored value that does not use them is still the same, and older software
    can read it.
    """

    younger: ClassVar[frozenset[str]] = frozenset()
    """Names of the fields that version 0.2.0 does not know."""

    @model_serializer(mode="wrap")
    def _without_defaults(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        values: dict[str, Any] = handler(self)
        known = type(self).model_fields
        return {
            name: value
            for name, value in values.items()
            if name not in self.younger or getattr(self, name) != known[name].default
        }


class Table(Growing):
    """A table of a programme file. Unknown keys are errors, and instances are immutable."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Text(Table):
    """A text in both languages of the product."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


class Named(Table):
    """A trade, level, subject or domain: a stable id and its name."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name: Text


def of_attributes(view: type[D], source: object, **other: object) -> D:
    """Build a dataclass from the attributes of ``source`` named like fields, and from ``other``."""
    names = {field.name for field in fields(cast("Any", view))} - other.keys()
    own = {name: getattr(source, name) for name in names if hasattr(source, name)}
    return view(**own, **other)

"""What values are made of: strict frozen tables of a programme file, views from stored rows."""

from dataclasses import fields
from typing import Any, TypeVar, cast

from pydantic import BaseModel, ConfigDict, Field

D = TypeVar("D")


class Table(BaseModel):
    """A table of a programme file: unknown keys are refused, nothing changes once it is read."""

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

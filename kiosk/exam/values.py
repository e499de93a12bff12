"""What the tables of a programme file are made of: strict frozen values, texts, named things."""

from pydantic import BaseModel, ConfigDict, Field


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

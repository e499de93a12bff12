"""What is printed, as data: a document has pages, and a page has blocks from top to bottom.

Whoever prints says what goes where; :mod:`kiosk.printing.typesetting` sets it. Documents travel
to a process of their own as JSON.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class Printed(BaseModel):
    """Something on paper; bytes travel as base64."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", ser_json_bytes="base64", val_json_bytes="base64"
    )


class Label(Printed):
    """A heading in both languages, Chinese first."""

    zh: str
    en: str


class Facts(Printed):
    """Pairs of a heading and a value, two beside each other."""

    kind: Literal["facts"] = "facts"
    rows: tuple[tuple[Label, str], ...]


class Column(Printed):
    """A column of a table; ``share`` of its width, against the other columns."""

    head: Label
    share: float
    centred: bool = False


class Table(Printed):
    """Rows below headings, which each page repeats.

    ``height``: of a row in millimetres, if its text needs no more. ``abreast``: how many rows
    stand beside each other.
    """

    kind: Literal["table"] = "table"
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    height: float = 8.0
    size: float = 10.5
    abreast: int = 1


class Note(Printed):
    """A paragraph."""

    kind: Literal["note"] = "note"
    text: str
    size: float = 9.5


class Heading(Printed):
    """A heading within a page."""

    kind: Literal["heading"] = "heading"
    label: Label


class Lines(Printed):
    """Empty lines to write on, below a heading."""

    kind: Literal["lines"] = "lines"
    label: Label
    count: int


class Signatures(Printed):
    """Places to sign, with the date; never parted from each other by a page break."""

    kind: Literal["signatures"] = "signatures"
    labels: tuple[Label, ...]


class Code(Printed):
    """A QR code, with its text in letters beside it."""

    kind: Literal["code"] = "code"
    text: str


class Drawing(Printed):
    """Lines drawn by hand: points from left and top of a field ``width`` by ``height``."""

    kind: Literal["drawing"] = "drawing"
    label: Label
    width: int
    height: int
    strokes: tuple[tuple[tuple[int, int], ...], ...]


class Picture(Printed):
    """A JPEG with what stands below it."""

    caption: str
    jpeg: bytes = Field(repr=False)


class Pictures(Printed):
    """Pictures, three beside each other; one that cannot be read leaves an empty frame."""

    kind: Literal["pictures"] = "pictures"
    pictures: tuple[Picture, ...]


class Card(Printed):
    """A desk label; ``portrait`` is a JPEG."""

    seat: str
    name: str
    number: str
    lines: tuple[str, ...]
    portrait: bytes | None = Field(default=None, repr=False)


class Cards(Printed):
    """Desk labels, ten on a page."""

    kind: Literal["cards"] = "cards"
    cards: tuple[Card, ...]


Block = Annotated[
    Facts | Table | Note | Heading | Lines | Signatures | Code | Drawing | Pictures | Cards,
    Field(discriminator="kind"),
]


class Page(Printed):
    """Begins on a new sheet; ``big``: what people must read from afar, such as the room."""

    blocks: tuple[Block, ...]
    big: str = ""


class Document(Printed):
    """A document. ``about``: what it belongs to; ``foot``: when and by whom it was printed."""

    title: Label
    about: str
    foot: str
    made_at: datetime
    pages: tuple[Page, ...]

    def texts(self) -> Iterator[str]:
        """Yield everything that is printed."""
        yield from _texts(self.model_dump(exclude={"made_at"}))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, tuple):
        for part in value:
            yield from _texts(part)

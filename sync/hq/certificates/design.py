"""Designs of certificates: TOML files with texts, colours and positions, one for each programme.

A file in the data directory's ``certificates`` folder takes the place of the one that comes with
the product. Lengths are in millimetres from the top left corner of an A4 page in landscape.
"""

import re
from datetime import date
from pathlib import Path
from string import Formatter
from typing import Annotated, Literal

from pydantic import Field, ValidationError, field_validator

from kiosk.exam.values import Table, Text
from kiosk.settings import SettingsError, mistakes_of, read_toml, resource
from sync.hq.certificates.errors import DesignMissing, DesignUnusable
from sync.hq.certificates.numbers import PREFIX

WIDTH, HEIGHT = 297.0, 210.0
FOLDER = "certificates"
PLACEHOLDERS = frozenset(
    {
        *("name", "sex_zh", "sex_en", "birth_date", "document", "document_kind"),
        *("programme_zh", "programme_en", "trade_zh", "trade_en", "level_zh", "level_en"),
        *("issuer_zh", "issuer_en", "title_zh", "title_en", "exam_on", "exam_on_zh"),
        *("issued_on", "issued_on_zh", "until", "until_zh", "until_en", "number", "total"),
        *("reissue_zh", "reissue_en"),
    }
)

_PROGRAMME = re.compile(r"[a-z][a-z0-9-]{0,63}")
X = Annotated[float, Field(ge=0, le=WIDTH)]
Y = Annotated[float, Field(ge=0, le=HEIGHT)]
Colour = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]
Points = Annotated[float, Field(ge=5, le=80)]


class _WithText(Table):
    @field_validator("text", "label", "heading", check_fields=False)
    @classmethod
    def _placeholders_known(cls, text: str) -> str:
        for _, name, spec, conversion in Formatter().parse(text):
            if name is not None and (name not in PLACEHOLDERS or spec or conversion):
                raise ValueError(f"unknown placeholder {{{name}}}")
        return text


class Block(_WithText):
    """A text in a box; it becomes smaller until it fits ``lines``."""

    text: str = Field(min_length=1, max_length=600)
    x: X
    y: Y
    width: X
    size: Points
    font: Literal["title", "text"] = "text"
    align: Literal["L", "C", "R"] = "L"
    colour: Colour = "#1f2328"
    lines: int = Field(default=1, ge=1, le=20)
    leading: float = Field(default=1.45, ge=1, le=3)


class Row(_WithText):
    """A line of facts; without a value it is left out."""

    label: str = Field(min_length=1, max_length=60)
    text: str = Field(min_length=1, max_length=120)


class Facts(Table):
    """Labels and values, one below the other on fine lines."""

    x: X
    y: Y
    width: X
    label_width: X
    height: float = Field(default=11, ge=5, le=30)
    size: Points = 12
    label_colour: Colour = "#6b7280"
    colour: Colour = "#1f2328"
    rows: tuple[Row, ...] = Field(min_length=1, max_length=20)


class Score(_WithText):
    """A table with the points of the parts and the total."""

    x: X
    y: Y
    width: X
    heading: str = Field(min_length=1, max_length=60)
    height: float = Field(default=10, ge=5, le=30)
    size: Points = 11
    colour: Colour = "#1f2328"


class Box(Table):
    """A place of a picture, or a filled rectangle."""

    x: X
    y: Y
    width: X
    height: Y
    colour: Colour = "#ffffff"


class Square(Table):
    """A place of the QR code or the emblem."""

    x: X
    y: Y
    size: float = Field(ge=5, le=200)
    colour: Colour = "#0b3d2e"
    second: Colour = "#b08d3c"


class Frame(Table):
    """A double line along the edge of the page."""

    inset: float = Field(default=9, ge=2, le=40)
    colour: Colour = "#b08d3c"


class Page(Table):
    """One page, drawn in the order of its fields."""

    background: Colour = "#ffffff"
    bands: tuple[Box, ...] = ()
    rosette: Square | None = None
    frame: Frame | None = None
    emblem: Square | None = None
    blocks: tuple[Block, ...] = ()
    facts: Facts | None = None
    score: Score | None = None
    portrait: Box | None = None
    qr: Square | None = None


class Number(Table):
    """How numbers begin: ``prefix`` and the year."""

    prefix: str = Field(pattern=PREFIX.pattern)


class Validity(Table):
    """``years`` from the day of issue; without them certificates do not expire."""

    years: int | None = Field(default=None, ge=1, le=50)

    def until(self, issued_on: date) -> date | None:
        """Return the last day on which a certificate is valid."""
        if self.years is None:
            return None
        year = issued_on.year + self.years
        try:
            return issued_on.replace(year=year)
        except ValueError:  # 29 February
            return date(year, 2, 28)


class Design(Table):
    """The certificate of one programme."""

    programme: str = Field(pattern=_PROGRAMME.pattern)
    issuer: Text
    title: Text
    description: Text
    number: Number
    validity: Validity = Validity()
    cover: Page
    main: Page
    inner: Page

    @field_validator("main")
    @classmethod
    def _can_be_verified(cls, page: Page) -> Page:
        if page.qr is None:
            raise ValueError("the main page needs a place for the QR code")
        return page

    @property
    def pages(self) -> tuple[Page, ...]:
        """The pages in their order."""
        return (self.cover, self.main, self.inner)


def load_design(programme_id: str, data: Path) -> Design:
    """Read the design of a programme's certificates.

    Raises:
        DesignMissing: neither the data directory nor the product has one.
        DesignUnusable: names each mistake.
    """
    if not _PROGRAMME.fullmatch(programme_id):
        raise DesignMissing(programme=programme_id)
    name = f"{FOLDER}/{programme_id}.toml"
    path = data / name
    try:
        path = path if path.is_file() else resource(f"config/{name}")
        design = Design.model_validate(read_toml(path))
    except ValidationError as error:
        raise DesignUnusable(f"{path}: {mistakes_of(error)}", programme=programme_id) from error
    except FileNotFoundError as error:
        raise DesignMissing(programme=programme_id) from error
    except SettingsError as error:
        raise DesignUnusable(str(error), programme=programme_id) from error
    if design.programme != programme_id:
        raise DesignUnusable(f"{path}: programme = {design.programme!r}", programme=programme_id)
    return design

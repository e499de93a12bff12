"""Cells of a table as texts: as a person typed them, and as the sheet shows them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sync.hq.errors import BadImport
from sync.hq.problems import Phrase, Problem

MAX_BYTES = 64 << 20
"""Largest table file, in bytes."""
MAX_ROWS = 50_000
MAX_COLUMNS = 16_384
"""As many as XLSX has; a row with more cells is rejected."""
MAX_CELL = 32_767
"""Longest text of a cell in characters, as in XLSX."""


@dataclass(frozen=True)
class Fault:
    """What is wrong with a cell: code and parameters of a problem."""

    code: str
    params: Mapping[str, object] = field(default_factory=dict)
    is_error: bool = True


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell.

    ``typed``: plain text, numbers and dates as one types them. ``shown``: what the sheet shows,
    with sub- and superscript, strike-through and emphasis as markup. Faults of reading it as
    typed and as shown are apart.
    """

    typed: str
    shown: str
    typed_faults: tuple[Fault, ...] = ()
    shown_faults: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class InCell:
    """A picture of a sheet in or above a cell; ``data`` is None if it cannot be read."""

    row: int
    column: int
    name: str
    data: bytes | None


@dataclass(frozen=True)
class Range:
    """Merged cells, from 1, ends included."""

    top: int
    left: int
    bottom: int
    right: int
    name: str


@dataclass(frozen=True)
class Sheet:
    """One sheet: its cells by row and column, from 1, without empty ones."""

    title: str
    rows: Mapping[int, Mapping[int, Cell]]
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    merged: Sequence[Range] = ()
    comments: Mapping[tuple[int, int], str] = field(default_factory=dict)
    pictures: Sequence[InCell] = ()
    loose: Sequence[Phrase] = ()
    """What is drawn on the sheet and belongs to no cell."""


def text_cell(source: str) -> Cell | None:
    """Return a cell of plain text, or None if it is empty."""
    text = tidy(source)
    if not text:
        return None
    if len(text) > MAX_CELL:
        faults = (Fault("too_long", {"size": len(text), "limit": MAX_CELL}),)
        return Cell("", "", faults, faults)
    return Cell(text, text)


def tidy(source: str) -> str:
    """Return the text of a cell with plain line ends, trimmed."""
    return source.replace("\r\n", "\n").replace("\r", "\n").strip()


def refused(code: str, at: str = "", **params: object) -> BadImport:
    """Return the error for a file that cannot be read as a whole."""
    return BadImport([Problem(code, "file", at, params=params)])


def damaged() -> BadImport:
    """Return the error for a workbook that is no valid XLSX."""
    return refused("unreadable", format="XLSX", reason=Phrase("the workbook is damaged"))

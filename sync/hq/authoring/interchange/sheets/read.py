"""Item sheets of any layout: which sheets and columns are read, and the drafts of their rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from openpyxl.utils import get_column_letter

from kiosk.exam.programme.programme import Programme
from sync.hq.authoring.interchange.sheets import names, template
from sync.hq.authoring.interchange.sheets.cases import attach
from sync.hq.authoring.interchange.sheets.drafts import Reader
from sync.hq.authoring.interchange.sheets.headings import LANGUAGES, OPTIONS, TITLES, plain
from sync.hq.authoring.interchange.sheets.item_row import ItemRow
from sync.hq.authoring.interchange.sheets.layout import Columns, Layout, find, guessed
from sync.hq.authoring.interchange.sheets.options import (
    count_up,
    leading_number,
    without_number,
)
from sync.hq.authoring.interchange.sheets.rows import SheetRows
from sync.hq.authoring.parsed import Draft, Parsed
from sync.hq.authoring.pictures import Collected
from sync.hq.authoring.translated import field_name
from sync.hq.errors import BadImport
from sync.hq.imports import cells
from sync.hq.imports.cells import Sheet, refused
from sync.hq.imports.tabular import sheets_of
from sync.hq.problems import Problem

_WANTED = "题干 / Stem, 答案 / Key"
_HEADINGS = 30
_HEADING = 20
"""Most headings in a sentence, and the longest one."""


@dataclass(frozen=True)
class Choices:
    """What a person chose for a file: its encoding, and fields for its columns."""

    encoding: str = ""
    columns: Columns = field(default_factory=dict)


def layouts(data: bytes, choices: Choices | None = None) -> list[Layout]:
    """Return the layout of each sheet that has headings.

    Raises:
        BadImport: the file cannot be read.
    """
    chosen = choices or Choices()
    found = (find(sheet, chosen.columns) for sheet in sheets_of(data, chosen.encoding))
    return [layout for layout in found if layout is not None]


def shown_layouts(data: bytes, choices: Choices) -> list[Layout]:
    """Return the same, or of sheets without headings the row that most looks like them.

    Raises:
        BadImport: the file cannot be read.
    """
    sheets = [sheet for sheet in sheets_of(data, choices.encoding) if not sheet.hidden]
    found = [find(sheet, choices.columns) for sheet in sheets]
    if not any(found):
        found = [guessed(sheet) for sheet in sheets]
    return [layout for layout in found if layout is not None]


def read(data: bytes, programme: Programme, choices: Choices | None = None) -> Parsed:
    """Read the items of all sheets.

    Raises:
        BadImport: the file cannot be read.
    """
    chosen = choices or Choices()
    sheets = sheets_of(data, chosen.encoding)
    found = [(sheet, find(sheet, chosen.columns)) for sheet in sheets]
    read_in = [layout for sheet, layout in found if layout and not sheet.hidden]
    if not read_in:
        raise _without_headings(sheets)
    ours = {title for titles in template.TITLES.values() for title in titles}
    notes = [
        _skipped(sheet)
        for sheet, layout in found
        if (layout is None or sheet.hidden) and sheet.rows and sheet.title not in ours
    ]
    collected = Collected()
    drafts: list[Draft] = []
    for layout in read_in:
        sheet_drafts, problems = _sheet(
            layout, programme, chosen.columns, collected, several=len(read_in) > 1,
            strict=not data.startswith(b"PK"),
        )  # fmt: skip
        drafts += sheet_drafts
        notes += problems
        if len(drafts) > cells.MAX_ROWS:
            raise refused("too_many", limit=cells.MAX_ROWS)
    return Parsed(drafts, notes, collected.pictures)


def _without_headings(sheets: Sequence[Sheet]) -> BadImport:
    """Return the error for a file without a stem and a key; it lists the headings there are."""
    rows = (guessed(sheet) for sheet in sheets if not sheet.hidden)
    found = [heading.text for layout in rows if layout for heading in layout.headings]
    if not found:
        return refused("no_sheet", columns=_WANTED)
    shown = ", ".join(text[:_HEADING] for text in found[:_HEADINGS])
    return refused("no_headings", columns=_WANTED, found=shown)


def _skipped(sheet: Sheet) -> Problem:
    code = "hidden_sheet" if sheet.hidden else "sheet_skipped"
    return Problem(code, "file", sheet.title, is_error=False)


def _sheet(
    layout: Layout,
    programme: Programme,
    columns: Columns,
    collected: Collected,
    *,
    several: bool,
    strict: bool,
) -> tuple[list[Draft], list[Problem]]:
    walk = SheetRows(layout, columns, several, strict)
    rows = list(walk.rows())
    own = template.is_own(layout)
    declared = own or _are_ids([row.values.get("id", "") for row in rows])
    notes = _on_columns(layout, columns)
    if not own:
        rows, stripped = _without_numbers(rows, layout.sheet.title)
        notes += stripped
    rows, attached = attach(rows)
    notes += attached
    reader = Reader(
        names.known_names(programme),
        collected,
        layout.sheet.title,
        own=own,
        numbered=layout.numbered,
        declared=declared,
    )
    drafts = [reader.draft(row) for row in rows]
    return drafts, [*notes, *reader.notes(), *walk.notes]


def _on_columns(layout: Layout, chosen: Columns) -> list[Problem]:
    """Name the columns that are not read, and hidden ones that are."""
    place = str(layout.last)
    title = layout.sheet.title
    letters = [
        heading.column for heading in layout.headings if heading.field and heading.field in OPTIONS
    ]
    found = []
    for heading in layout.headings:
        at = f"{title}!{place}" if title else place
        if plain(heading.text) in chosen and heading.field:
            shown = {"name": " / ".join(TITLES[heading.field])}
            found.append(Problem("column_chosen", "row", at, heading.shown, shown, is_error=False))
        if heading.twice:
            error = layout.side_by_side and heading in layout.second
            found.append(Problem("column_twice", "row", at, heading.shown, is_error=error))
        elif not heading.field:
            # Among options, an unknown column is probably one: without it the item is another.
            inside = bool(letters) and min(letters) < heading.column < max(letters)
            error = inside and plain(heading.text) not in chosen
            found.append(Problem("column_skipped", "row", at, heading.shown, is_error=error))
        elif heading.field == "marks":
            found.append(Problem("marks_skipped", "row", at, heading.shown, is_error=False))
        elif heading.column in layout.sheet.hidden_columns:
            found.append(Problem("hidden_column", "row", at, heading.shown, is_error=False))
    hidden = layout.sheet.hidden_columns - {heading.column for heading in layout.headings}
    used = {column for row in layout.sheet.rows.values() for column in row}
    found += [
        Problem("column_skipped", "row", place, get_column_letter(column), is_error=False)
        for column in sorted(hidden & used)
    ]
    return found


def _are_ids(values: Sequence[str]) -> bool:
    """Return whether a column identifies items: filled, mostly unique, and not only counted."""
    given = [value for value in values if value]
    counted = sum(value.isdecimal() and len(value) < 5 and value[0] != "0" for value in given)
    filled = len(given) > len(values) / 2 and len(set(given)) > len(given) / 2
    return filled and counted <= len(given) / 2


def _without_numbers(rows: Sequence[ItemRow], title: str) -> tuple[list[ItemRow], list[Problem]]:
    """Remove ``1.`` before stems if all stems are numbered from 1."""
    stems = [row.values.get("stem", "") for row in rows]
    if not count_up([leading_number(stem) for stem in stems]):
        return list(rows), []
    shorter = [replace(row, values=_numberless(row.values)) for row in rows]
    note = Problem("numbers_removed", "file", title, "", {"count": len(rows)}, is_error=False)
    return shorter, [note]


def _numberless(values: Mapping[str, str]) -> Mapping[str, str]:
    """Return a row's values without the number before its stem, in each language."""
    number = leading_number(values["stem"])
    stems = ("stem", *(field_name(language, "stem") for language in LANGUAGES))
    shorter = {
        name: without_number(values[name])
        for name in stems
        if name in values and leading_number(values[name]) == number
    }
    return {**values, **shorter}


def heading_views(found: Sequence[Layout]) -> list[Mapping[str, Any]]:
    """Return the columns of all layouts as plain values, for pages and the command line."""
    return [
        {
            "sheet": layout.sheet.title,
            "column": get_column_letter(heading.column),
            "heading": heading.text,
            "key": plain(heading.text),
            "field": "" if heading.twice else heading.field,
            "name": list(TITLES.get("" if heading.twice else heading.field, ("", ""))),
            "sample": heading.sample,
        }
        for layout in found
        for heading in layout.headings
    ]

"""Rows of an item sheet with their layout, their section and everything that lies on them."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from openpyxl.utils import get_column_letter

from sync.hq.authoring.interchange.sheets.headings import OPTIONS, field_of
from sync.hq.authoring.interchange.sheets.layout import Columns, Heading, Layout, at_row
from sync.hq.authoring.interchange.sheets.names import type_of
from sync.hq.authoring.interchange.sheets.template import is_own
from sync.hq.imports.cells import Cell, InCell
from sync.hq.problems import Problem

_FILLED = frozenset(
    {"type", "subject", "domain", "topic", "trade", "level", "difficulty", "coefficient",
     "stimulus", "group", "marks", "shuffle", "serial", ""}
)  # fmt: skip
"""Merged cells of these columns hold for all of their rows."""
TEXTS = frozenset({"stem", "rationale", "model_answer", "stimulus", *OPTIONS})
"""Fields that can show a picture."""
_CONTENT = TEXTS | {"options", "key", "points"}
"""Fields of which at least one makes a row an item."""
_MOST_MERGED = 1000
"""Most rows that are named for one range of merged cells."""


@dataclass(frozen=True)
class ItemRow:
    """A row: its place in the file, the text of each field, pictures in order, problems."""

    place: str
    values: Mapping[str, str]
    columns: Mapping[str, str]
    section: str = ""
    pictures: Sequence[tuple[str, InCell]] = ()
    problems: Sequence[Problem] = ()
    layout: Layout | None = field(default=None, repr=False)


@dataclass
class SheetRows:
    """Walks the rows of a sheet; ``notes`` are those that belong to no item."""

    layout: Layout
    columns: Columns
    several: bool
    """Whether places need the sheet's title."""
    strict: bool
    """Whether a cell beyond the headings is an error: in CSV a comma too many moves all cells."""
    notes: list[Problem] = field(default_factory=list)
    _section: str = ""
    _comments: dict[int, list[tuple[int, str]]] = field(default_factory=dict)
    _merged: Mapping[int, list[Problem]] = field(default_factory=dict)

    def rows(self) -> Iterator[ItemRow]:
        """Yield the rows that hold items."""
        sheet = self.layout.sheet
        for (number, column), text in sorted(sheet.comments.items()):
            self._comments.setdefault(number, []).append((column, text))
        self._merged = self._unclear()
        filled = self._filled()
        pictures = self._pictures()
        skip_to = self.layout.last
        for number in sorted({*sheet.rows, *pictures}):
            if number <= skip_to:
                continue
            cells = {**filled.get(number, {}), **sheet.rows.get(number, {})}
            if again := self._repeated(number):
                self.layout, skip_to = again, again.last
                continue
            if self._is_section(sheet.rows.get(number, {})):
                continue
            row = self._row(number, cells, sheet.rows.get(number, {}), pictures.get(number, []))
            if row is not None:
                yield row

    def place(self, number: int) -> str:
        """Return a row's place in the file: ``判断题!12``."""
        return f"{self.layout.sheet.title}!{number}" if self.several else str(number)

    def _repeated(self, number: int) -> Layout | None:
        """Return the layout if the row repeats the headings."""
        row = self.layout.sheet.rows.get(number, {})
        stem = self.layout.fields["stem"].column
        if stem not in row or field_of(row[stem].typed) != "stem":
            return None
        if is_own(self.layout):  # its items may have any text
            same = all(
                heading.column not in row or row[heading.column].typed == heading.text
                for heading in self.layout.headings
            )
            return replace(self.layout, last=number) if same else None
        return at_row(self.layout.sheet, number, self.columns)

    def _is_section(self, row: Mapping[int, Cell]) -> bool:
        """Remember the type that a heading of a section names."""
        texts = {cell.typed for cell in row.values() if cell.typed}
        kind = type_of(next(iter(texts)))[0] if len(texts) == 1 else ""
        if kind:
            self._section = next(iter(texts))
        return bool(kind)

    def _row(
        self,
        number: int,
        cells: Mapping[int, Cell],
        own: Mapping[int, Cell],
        pictures: Sequence[InCell],
    ) -> ItemRow | None:
        fields = {heading.column: heading for heading in self.layout.fields.values()}
        place = self.place(number)
        values, problems = _values(place, cells, fields)
        used = {fields[at].field for at in own if at in fields} & set(values)
        if not used & _CONTENT and not pictures:
            self._note_leftover(place, own)
            return None
        problems += self._beyond(place, own)
        problems += self._on_row(number, fields)
        problems += self._merged.get(number, [])
        columns = {name: heading.shown for name, heading in self.layout.fields.items()}
        shown = [(_field_at(picture, fields), picture) for picture in pictures]
        return ItemRow(place, values, columns, self._section, shown, problems, self.layout)

    def _note_leftover(self, place: str, own: Mapping[int, Cell]) -> None:
        texts = [cell.typed for cell in own.values() if cell.typed and not cell.typed.isdecimal()]
        if texts:
            shown = {"value": " ".join(texts)[:60]}
            self.notes.append(Problem("row_skipped", "row", place, "", shown, is_error=False))

    def _beyond(self, place: str, own: Mapping[int, Cell]) -> list[Problem]:
        """Name cells under no heading; numbers before the first one only count the rows."""
        known = {heading.column for heading in self.layout.headings}
        first, last = min(known), max(known)
        found = []
        for column, cell in own.items():
            if column in known or not cell.typed or (column < first and cell.typed.isdecimal()):
                continue
            error = self.strict or column < last
            shown = {"value": cell.typed[:60]}
            letter = get_column_letter(column)
            found.append(Problem("cells_skipped", "row", place, letter, shown, is_error=error))
        return found

    def _on_row(self, number: int, fields: Mapping[int, Heading]) -> list[Problem]:
        """Name comments on the row, and that it is hidden."""
        sheet, place = self.layout.sheet, self.place(number)
        found = []
        if number in sheet.hidden_rows:
            found.append(Problem("hidden_row", "row", place, is_error=False))
        for column, text in self._comments.get(number, ()):
            name = fields[column].shown if column in fields else get_column_letter(column)
            found.append(Problem("comment", "row", place, name, {"value": text}, is_error=False))
        return found

    def _unclear(self) -> dict[int, list[Problem]]:
        """Return the merged cells that leave a text unclear, by row."""
        fields = {heading.column: heading.field for heading in self.layout.headings}
        numbers = sorted(self.layout.sheet.rows)
        found: dict[int, list[Problem]] = {}
        for merged in self.layout.sheet.merged:
            columns = range(merged.left, min(merged.right, max(fields)) + 1)
            over = [column for column in columns if fields.get(column, "") not in _FILLED]
            if merged.top <= self.layout.last or len(over) < (
                1 if merged.bottom > merged.top else 2
            ):
                continue
            first = bisect_left(numbers, merged.top)
            for number in numbers[first : bisect_right(numbers, merged.bottom)][:_MOST_MERGED]:
                shown = {"cells": merged.name}
                problem = Problem("merged", "row", self.place(number), params=shown)
                found.setdefault(number, []).append(problem)
        return found

    def _filled(self) -> dict[int, dict[int, Cell]]:
        """Return the cells that merging fills, by row and column."""
        fields = {heading.column: heading.field for heading in self.layout.headings}
        found: dict[int, dict[int, Cell]] = {}
        sheet = self.layout.sheet
        for merged in sheet.merged:
            first = sheet.rows.get(merged.top, {}).get(merged.left)
            known = merged.left == merged.right and fields.get(merged.left) in _FILLED
            if first is None or not known or merged.top <= self.layout.last:
                continue
            for number in range(merged.top + 1, min(merged.bottom, max(sheet.rows)) + 1):
                found.setdefault(number, {})[merged.left] = first
        return found

    def _pictures(self) -> dict[int, list[InCell]]:
        found: dict[int, list[InCell]] = {}
        for picture in self.layout.sheet.pictures:
            if picture.row <= self.layout.last:
                self._note_loose(picture.name, self.place(picture.row))
            else:
                found.setdefault(picture.row, []).append(picture)
        for phrase in self.layout.sheet.loose:
            self._note_loose(phrase, self.layout.sheet.title)
        return found

    def _note_loose(self, name: object, place: str) -> None:
        shown = {"value": name}
        self.notes.append(Problem("picture_loose", "row", place, "", shown, is_error=False))


def _values(
    place: str, cells: Mapping[int, Cell], fields: Mapping[int, Heading]
) -> tuple[dict[str, str], list[Problem]]:
    values: dict[str, str] = {}
    problems = []
    for column in sorted(cells):
        if column not in fields:
            continue
        heading, cell = fields[column], cells[column]
        if cell.shown:
            values[heading.field] = cell.shown
        # A formula that numbers the rows says nothing about the item.
        faults = () if heading.field == "serial" else cell.shown_faults
        problems += [
            Problem(fault.code, "row", place, heading.shown, fault.params, fault.is_error)
            for fault in faults
        ]
    return values, problems


def _field_at(picture: InCell, fields: Mapping[int, Heading]) -> str:
    """Return the field that shows a picture, or an empty text."""
    field_ = fields[picture.column].field if picture.column in fields else ""
    return "stem" if field_ == "picture" else field_ if field_ in TEXTS else ""

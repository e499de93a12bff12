"""Rows of an item sheet with their layout, their section and everything that lies on them."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from openpyxl.utils import get_column_letter

from kiosk.exam.items.markup import STYLES, all_spans
from sync.hq.authoring.interchange.sheets.cases import CASE, is_case_text
from sync.hq.authoring.interchange.sheets.headings import LANGUAGES, OPTIONS, TRANSLATED, field_of
from sync.hq.authoring.interchange.sheets.item_row import ItemRow
from sync.hq.authoring.interchange.sheets.keys import read_letters, truth, wide
from sync.hq.authoring.interchange.sheets.layout import Columns, Heading, Layout, at_row
from sync.hq.authoring.interchange.sheets.names import type_of
from sync.hq.authoring.interchange.sheets.template import is_own
from sync.hq.authoring.translated import field_name
from sync.hq.imports.cells import Cell, InCell
from sync.hq.problems import Problem

_FILLED = frozenset(
    {"type", "subject", "domain", "topic", "trade", "level", "difficulty", "coefficient",
     "stimulus", "group", "marks", "shuffle", "serial", "",
     *(field_name(language, "stimulus") for language in LANGUAGES)}
)  # fmt: skip
"""Merged cells of these columns hold for all of their rows."""
TEXTS = frozenset({"stem", "rationale", "model_answer", "stimulus", *OPTIONS, *TRANSLATED})
"""Fields that can show a picture."""
_CONTENT = TEXTS | {"options", "key", "points"}
"""Fields of which at least one makes a row an item."""
_SHOWN = _CONTENT - {"key"}
_SIGNED = re.compile(
    r"(?:(?:出题|命题|组卷|审核|审题|审定|审批|复核|校对|制表|制卷|制作|编制|编写|填表|填报|批准|负责|经办|"
    r"录入|整理|联系)(?:人|者|员|单位|部门|教师|老师|日期|时间|电话)?|(?:日期|时间|单位|部门|签字|签名|盖章))"
    r"\s*(?:[：:].*)?|(?:合\s*计|总\s*计|小\s*计|共\s*计)\s*(?:[：:].*)?",
    re.DOTALL,
)
_SHORT = 20
"""Names and dates beside such words have fewer characters."""
_MOST_MERGED = 1000
"""Most rows that are named for one range of merged cells."""


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
            if self._is_section(number, sheet.rows.get(number, {})):
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

    def _is_section(self, number: int, row: Mapping[int, Cell]) -> bool:
        """Remember the type that a heading of a section names."""
        texts = {column: cell.typed for column, cell in row.items() if cell.typed}
        text = next(iter(texts.values()), "")
        if len(set(texts.values())) != 1 or is_case_text(text) or not type_of(text)[0]:
            return False
        self._section = text
        kind = self.layout.fields.get("type")
        across = any(merged.top == number for merged in self.layout.sheet.merged)
        if kind is not None and list(texts) == [kind.column] and not across:
            shown = {"value": self._section[:60]}
            place = self.place(number)
            note = Problem("row_type_only", "row", place, kind.shown, shown, is_error=False)
            self.notes.append(note)
        return True

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
        if self._is_signature(own, values):
            self._note_leftover(place, own)
            return None
        if not used & _CONTENT:
            for picture in pictures:
                self._note_loose(picture.name, place)
            return self._leftover(place, own)
        problems += self._second(place, cells, values)
        if not is_own(self.layout):
            problems += _tags(place, cells, fields)
        problems += self._beyond(place, own)
        problems += self._on_row(number, fields)
        problems += self._merged.get(number, [])
        columns = {name: heading.shown for name, heading in self.layout.fields.items()}
        shown = [(_field_at(picture, fields), picture) for picture in pictures]
        return ItemRow(place, values, columns, self._section, shown, problems, self.layout)

    def _is_signature(self, own: Mapping[int, Cell], values: Mapping[str, str]) -> bool:
        """Return whether a row has names and dates of those who wrote the sheet, or a sum."""
        texts = [own[column].typed for column in sorted(own) if own[column].typed]
        key = values.get("key", "")
        if type_of(values.get("type", ""))[0] or read_letters(key) or truth(key):
            return False
        if not texts or not _SIGNED.fullmatch(texts[0]):
            return False
        return all(_SIGNED.fullmatch(text) or len(text) < _SHORT for text in texts)

    def _second(
        self, place: str, cells: Mapping[int, Cell], values: dict[str, str]
    ) -> list[Problem]:
        """Read columns that mean the same as an earlier one; other values are errors."""
        found = []
        for heading in () if self.layout.side_by_side else self.layout.second:
            cell = cells.get(heading.column)
            if cell is None or not cell.shown:
                continue
            if not _alike(heading.field, values.setdefault(heading.field, cell.shown), cell.shown):
                shown = {"other": self.layout.fields[heading.field].shown}
                found.append(Problem("columns_differ", "row", place, heading.shown, shown))
            found += [
                Problem(fault.code, "row", place, heading.shown, fault.params, fault.is_error)
                for fault in cell.shown_faults
            ]
        return found

    def _leftover(self, place: str, own: Mapping[int, Cell]) -> ItemRow | None:
        """Return the row as a case if it is one; otherwise name what is on it."""
        texts = [cell.shown for cell in own.values() if cell.shown]
        if len(texts) == 1 and is_case_text(texts[0]):
            values = {"stem": texts[0], "type": CASE}
            return ItemRow(place, values, {}, self._section, layout=self.layout)
        self._note_leftover(place, own)
        return None

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


def _alike(field_: str, first: str, second: str) -> bool:
    """Return whether two cells say the same: ``对`` and ``正确`` are the same key."""
    if wide(first) == wide(second):
        return True
    if field_ != "key":
        return False
    return any(read(first) and read(first) == read(second) for read in (truth, read_letters))


def _tags(
    place: str, cells: Mapping[int, Cell], fields: Mapping[int, Heading]
) -> Iterator[Problem]:
    """Name the tags that a person typed and that are read as emphasis."""
    for column in sorted(cells):
        text = cells[column].typed
        if column not in fields or "<" not in text or fields[column].field not in _SHOWN:
            continue
        tags = [f"<{style}>" for style in STYLES if any(style in s.styles for s in all_spans(text))]
        if tags:
            shown = {"value": " ".join(tags), "first": tags[0]}
            yield Problem("tags_read", "row", place, fields[column].shown, shown, is_error=False)


def _field_at(picture: InCell, fields: Mapping[int, Heading]) -> str:
    """Return the field that shows a picture, or an empty text."""
    field_ = fields[picture.column].field if picture.column in fields else ""
    return "stem" if field_ == "picture" else field_ if field_ in TEXTS else ""

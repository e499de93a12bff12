"""Where the items of a sheet are: the heading rows, and the field of each column."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from openpyxl.utils import get_column_letter

from sync.hq.authoring.interchange.sheets.headings import (
    LANGUAGES,
    OPTIONS,
    TRANSLATED,
    field_of,
    is_certain,
    is_key_or_options,
    is_numbered,
    plain,
)
from sync.hq.authoring.interchange.sheets.languages import alone, divided
from sync.hq.authoring.translated import field_name
from sync.hq.imports.cells import Sheet

Columns = Mapping[str, str]
"""A person's choice for a heading in the form of :func:`plain`: a field, or empty to skip it."""

_HEADER_WITHIN = 30
_BESIDE = frozenset({"key", "type", "options", "A", "B", "model_answer", "points", "rationale"})
_ONCE = frozenset({"stem", "key", "type", "options", *OPTIONS, *TRANSLATED})
_SAMPLE = 60


@dataclass(frozen=True)
class Heading:
    """A column: its number from 1, its heading, the field that it fills or an empty text."""

    column: int
    text: str
    field: str
    twice: bool = False
    sample: str = ""

    @property
    def shown(self) -> str:
        """The column as a person finds it: ``C 题干``."""
        return f"{get_column_letter(self.column)} {self.text}".strip()


@dataclass(frozen=True)
class Layout:
    """The heading rows of a sheet, and its columns."""

    sheet: Sheet
    first: int
    last: int
    headings: Sequence[Heading]

    @property
    def fields(self) -> Mapping[str, Heading]:
        """The column of each field."""
        return {
            heading.field: heading
            for heading in self.headings
            if heading.field and not heading.twice
        }

    @property
    def second(self) -> Sequence[Heading]:
        """Columns that mean the same as an earlier one and would make another item."""
        return [heading for heading in self.headings if heading.twice and heading.field in _ONCE]

    @property
    def side_by_side(self) -> bool:
        """Whether the sheet seems to have two tables beside each other."""
        return len(self.second) > 2

    @property
    def numbered(self) -> bool:
        """Whether options have numbers."""
        return any(
            heading.field in OPTIONS and is_numbered(heading.text)
            for heading in self.headings
            if heading.field
        )


def find(sheet: Sheet, columns: Columns) -> Layout | None:
    """Return the layout by the first rows of a sheet, or None if no row is a heading."""
    for number in sorted(sheet.rows)[:_HEADER_WITHIN]:
        if (found := at_row(sheet, number, columns)) is not None:
            return found
    return None


def guessed(sheet: Sheet) -> Layout | None:
    """Return the row that most looks like headings, for a sheet without a layout."""
    best: Layout | None = None
    for number in sorted(sheet.rows)[:_HEADER_WITHIN]:
        texts = _texts(sheet, number)
        known = sum(bool(field_of(text)) for text in texts.values())
        if len(texts) > 1 and (best is None or known > len(best.fields)):
            headings = [
                Heading(column, text, field_of(text), sample=_sample(sheet, number, column))
                for column, text in texts.items()
            ]
            best = Layout(sheet, number, number, headings)
    return best


def at_row(sheet: Sheet, number: int, columns: Columns) -> Layout | None:
    """Return the layout if headings begin in this row. They may have a second line."""
    texts = _texts(sheet, number)
    if len(texts) < 2 or not any(
        field_of(text) or alone(text) or plain(text) in columns for text in texts.values()
    ):
        return None
    below = _texts(sheet, number + 1)
    both = _both(texts, below)
    if both is not None:
        lower = _layout(sheet, number, number + 1, both, columns)
        if lower is not None:
            return lower
    return _layout(sheet, number, number, texts, columns)


def _texts(sheet: Sheet, number: int) -> dict[int, str]:
    """Return the texts of a row; merged cells have theirs in every column."""
    texts = {
        column: cell.typed for column, cell in sheet.rows.get(number, {}).items() if cell.typed
    }
    for merged in sheet.merged:
        if merged.top == number and merged.right - merged.left < 100 and merged.left in texts:
            texts |= dict.fromkeys(range(merged.left, merged.right + 1), texts[merged.left])
    return dict(sorted(texts.items()))


def _both(texts: Mapping[int, str], below: Mapping[int, str]) -> dict[int, str] | None:
    """Join two lines of headings: the second one has parts of the first one's columns."""
    if len(set(texts.values())) == 1 and texts.keys() >= below.keys():
        return None  # the title of the sheet
    parts = {
        column: _with_language(texts.get(column, ""), text)
        for column, text in below.items()
        if texts.get(column) != text
    }
    if len(parts) < 2 or not all(field_of(text) for text in parts.values()):
        return None
    over = Counter(texts.values())
    if any(
        not (over[texts[column]] > 1 or _is_above(texts[column], below[column]))
        for column in parts
        if column in texts
    ):
        return None
    return dict(sorted({**texts, **parts}.items()))


def _is_above(text: str, below: str) -> bool:
    """Return whether a heading may have others below it: languages, or parts of it."""
    return bool(alone(below)) or field_of(text).rpartition(".")[2] in ("options", "")


def _with_language(above: str, text: str) -> str:
    """Return a heading of the second line with the language that either line names."""
    if alone(text):
        return f"{above}（{text}）"
    language = alone(above) or divided(above)[1]
    return f"{text}（{LANGUAGES[language][0]}）" if language else text


def _layout(
    sheet: Sheet, first: int, last: int, texts: Mapping[int, str], columns: Columns
) -> Layout | None:
    fields = {column: _field(text, columns) for column, text in texts.items()}
    _settle(fields, texts, columns)
    _settle_languages(fields)
    _spread_options(fields, texts)
    present = set(fields.values())
    if "stem" not in present or not present & _BESIDE:
        return None
    seen: set[str] = set()
    headings = []
    for column, text in texts.items():
        field = fields[column]
        sample = _sample(sheet, last, column)
        headings.append(Heading(column, text, field, field in seen and field != "", sample))
        seen.add(field)
    return Layout(sheet, first, last, headings)


def _field(text: str, columns: Columns) -> str:
    chosen = columns.get(plain(text))
    return field_of(text) if chosen is None else chosen


def _settle(fields: dict[int, str], texts: Mapping[int, str], columns: Columns) -> None:
    """Decide what headings mean that are not certain, by the other ones."""
    free = [column for column, text in texts.items() if plain(text) not in columns]
    present = set(fields.values())
    for column in free:
        if is_key_or_options(texts[column]) and "key" not in present:
            fields[column] = "key"
            present.add("key")
    certain = {fields[column] for column in fields if is_certain(texts[column])}
    for column in free:
        if fields[column] in certain and not is_certain(texts[column]):
            fields[column] = ""


def _settle_languages(fields: dict[int, str]) -> None:
    """Take the texts of a language as the items' own, unless both languages have one of them.

    Without an own stem, the first language with one is the items' own.
    """
    for language in LANGUAGES:
        present = set(fields.values())
        beginning = field_name(language, "")
        if "stem" in present and any(f"{beginning}{name}" in present for name in present):
            continue
        if "stem" in present or f"{beginning}stem" in present:
            fields |= {column: name.removeprefix(beginning) for column, name in fields.items()}


def _spread_options(fields: dict[int, str], texts: Mapping[int, str]) -> None:
    """Give letters to several columns under one heading for options."""
    for beginning in ("", *(field_name(language, "") for language in LANGUAGES)):
        alike = [column for column, field in fields.items() if field == f"{beginning}options"]
        if len(alike) > 1 and len({plain(texts[column]) for column in alike}) == 1:
            for letter, column in zip(OPTIONS, alike, strict=False):
                fields[column] = f"{beginning}{letter}"


def _sample(sheet: Sheet, last: int, column: int) -> str:
    rows = (sheet.rows.get(number, {}) for number in range(last + 1, last + 6))
    shown = (row[column].shown or row[column].typed for row in rows if column in row)
    return next(shown, "")[:_SAMPLE]

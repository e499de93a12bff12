"""Cells of a row as typed values; each mistake becomes a problem with its row and column."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from kiosk.exam.typed_numbers import plain_number
from kiosk.exam.typed_texts import plain_name, plain_text, spelled, unusable_characters
from sync.hq.imports.tabular import Row
from sync.hq.problems import Problem
from sync.hq.registration.portrait_names import Sought

YES = frozenset({"yes", "true", "y", "1", "是", "有", "对", "√", "✓", "✔"})
NO = frozenset({"no", "false", "n", "0", "否", "不是", "无", "没有", "×", "✗", "x", "-", "/"})
_DOCUMENT = re.compile(r"[0-9A-Z]{4,32}")
_CODE = re.compile(r"[A-Za-z0-9-]*")
_ROUNDED = re.compile(r"\d(?:\.\d+)?E\+?\d+")
_LOST = re.compile("[?？*＊□■▢◻◼]")
"""What other programs write for a character that they lost or hide."""
_ODD = re.compile(r"[()（）\[\]【】{}/\\|、;；<>《》]")
_AROUND = str.maketrans(dict.fromkeys("()（）'‘’`＇\"“”"))
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})[日号]?(?:T?\d{1,2}:\d{2}(?::\d{2})?)?")
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_DAY_ZERO = date(1899, 12, 30)
"""Day 0 of spreadsheets."""
MAX_NAME = 100
"""Longest name of a person, in characters."""
_MOST = 32
"""Longest document or admission number, in characters."""


class Cells:
    """Reads the fields of a row and collects their problems."""

    def __init__(self, row: Row) -> None:
        self._row = row
        self.problems: list[Problem] = []

    @property
    def row(self) -> int:
        """The number of the row in its file."""
        return self._row.number

    def refuse(self, field: str, code: str, *, is_error: bool = True, **params: object) -> None:
        """Add a problem with a field."""
        column = self._row.columns.get(field, field)
        at = str(self._row.number)
        self.problems.append(Problem(code, "row", at, column, params, is_error))

    def text(self, field: str, most: int, *, needed: bool = False) -> str:
        """Return a text of at most ``most`` characters, in the form of :func:`plain_text`."""
        return self._written(field, plain_text, most, needed=needed)

    def name(self, field: str) -> str:
        """Return a person's name in the form of :func:`plain_name`."""
        name = self._written(field, plain_name, MAX_NAME, needed=True)
        if _LOST.search(name):
            self.refuse(field, "name_lost", value=name)
        elif _ODD.search(name):
            self.refuse(field, "name_odd", is_error=False, value=name)
        return name

    def _written(self, field: str, form: Callable[[str], str], most: int, *, needed: bool) -> str:
        given = self._row.values.get(field, "")
        value = form(given)
        if unusable := unusable_characters(given):
            self.refuse(field, "private_text", value=spelled(unusable[:5]))
        elif needed and not value:
            self.refuse(field, "missing")
        if len(value) > most:
            self.refuse(field, "too_long", size=len(value), limit=most)
        return value

    def lines(self, field: str, most: int) -> str:
        """Return a text of at most ``most`` characters as it was typed, with its line breaks."""
        given = self._row.values.get(field, "")
        value = "\n".join(map(plain_text, given.splitlines())).strip()
        if len(value) > most:
            self.refuse(field, "too_long", size=len(value), limit=most)
        return value[:most]

    def number_of_a_document(self, field: str) -> str:
        """Return letters and digits in the form of :func:`document_number`; "" if refused."""
        value = self._plain(field, _DOCUMENT, needed=True, form=document_number)
        # What is refused is not examined further: one sentence for one mistake.
        return value if _DOCUMENT.fullmatch(value) else ""

    def admission_number(self, field: str) -> str:
        """Return letters, digits and hyphens in the form of :func:`plain_number`."""
        return self._plain(field, _CODE)

    def _plain(
        self,
        field: str,
        pattern: re.Pattern[str],
        *,
        needed: bool = False,
        form: Callable[[str], str] = plain_number,
    ) -> str:
        value = form(self._row.values.get(field, ""))
        if needed and not value:
            self.refuse(field, "missing")
        if len(value) > _MOST:
            self.refuse(field, "too_long", size=len(value), limit=_MOST)
        elif _ROUNDED.fullmatch(value):
            self.refuse(field, "lost_digits", value=value)
        elif value and not pattern.fullmatch(value):
            self.refuse(field, "characters", value=value)
        return value

    def whole(self, field: str, most: int) -> int:
        """Return a whole number from 0 to ``most``; 0 if the cell is empty."""
        text = self._row.values.get(field, "") or "0"
        try:
            value = Decimal(text)
        except InvalidOperation:
            value = Decimal("NaN")
        if not value.is_finite() or value != value.to_integral_value():
            self.refuse(field, "not_a_number", value=text)
            return 0
        if not 0 <= value <= most:
            self.refuse(field, "out_of_range", value=text, least=0, most=most)
        return int(value)

    def day(self, field: str) -> date | None:
        """Return a date such as 2026-04-25 or 2026年4月25日; None if the cell is empty."""
        text = self._row.values.get(field, "")
        if not text:
            return None
        typed = "".join(unicodedata.normalize("NFKC", text).split())
        parts = _DATE.fullmatch(typed)
        try:
            return date(*map(int, parts.groups())) if parts else date.fromisoformat(typed)
        except ValueError:
            if _SERIAL.fullmatch(typed):
                counted = _DAY_ZERO + timedelta(days=int(typed[:5]))
                self.refuse(field, "day_serial", value=text, day=counted)
            else:
                self.refuse(field, "not_a_date", value=text)
            return None

    def one_of(self, field: str, names: Mapping[str, str], default: str = "") -> str:
        """Return the value that ``names`` has for the cell. Keys of ``names`` are in lower case."""
        text = self._row.values.get(field, "")
        if not text:
            return default
        found = names.get(text.casefold())
        if found is None:
            known = ", ".join(dict.fromkeys(names.values()))
            self.refuse(field, "unknown_value", value=text, known=known)
        return found or default

    def sought(self, name: str, *numbers: str) -> Sought:
        """Return what the portrait of this row's person is looked for by."""
        return Sought(
            at=str(self._row.number),
            name=name,
            numbers=tuple(filter(None, numbers)),
            file=self._row.values.get("portrait", "").strip(),
            column=self._row.columns.get("portrait", ""),
        )


def document_number(text: str) -> str:
    """Return the number of a document, without the brackets that some cards print around a part."""
    return plain_number(text.translate(_AROUND))


def doubled(rows: Sequence[Row], field: str) -> list[Problem]:
    """Return a problem for each value of a field that an earlier row already has."""
    first: dict[str, int] = {}
    problems = []
    for row in rows:
        value = document_number(row.values.get(field, ""))
        if value and value in first:
            twice = {"value": value, "first": first[value]}
            column = row.columns.get(field, field)
            problems.append(Problem("twice", "row", str(row.number), column, twice))
        elif value:
            first[value] = row.number
    return problems

"""Heading rows of tables as offices write them: names however spelled, in one row or two.

Compared are names without blanks, line breaks, case, asterisks, width and remarks in brackets. Of
two heading rows, with or without merged cells, the lower one counts, together with the upper one.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sync.hq.imports.cells import Range, Sheet

_WITHIN = 10
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^】]*】")
_OTHER_UNITS = frozenset({"月", "个月", "月数", "months", "month", "天", "天数", "日", "days"})
"""A number under such a heading means something else."""
_BETWEEN = re.compile(r"[/|、\s]")


@dataclass(frozen=True)
class Column:
    """A column: the field it fills, and its names in the header row; ``also``: further ones."""

    field: str
    zh: str
    en: str
    needed: bool = False
    also: tuple[str, ...] = ()

    @property
    def own(self) -> frozenset[str]:
        """The names that we give it, in the form of :func:`plain_heading`."""
        return frozenset(map(plain_heading, (self.field, self.zh, self.en)))

    @property
    def names(self) -> frozenset[str]:
        """All names that the header may use, in the form of :func:`plain_heading`."""
        return self.own | frozenset(map(plain_heading, self.also))


_OFTEN = (
    "编号 备注 联系电话 电话 电话号码 手机 手机号 手机号码 联系方式 联系手机 移动电话 邮箱"
    " 电子邮箱 电子邮件 地址 通讯地址 联系地址 家庭住址 家庭地址 住址 邮编 邮政编码 民族"
    " 籍贯 政治面貌 年龄 微信 微信号 qq qq号 签名 签字 本人签名 考生签名 phone mobile"
    " telephone email e-mail remark remarks note notes address age"
)
NOT_NEEDED = Column("", "序号", "No.", also=tuple(re.findall(r"\S+", _OFTEN)))
"""What many tables have and nothing here asks for."""


@dataclass(frozen=True)
class Heading:
    """What stands over a column, and which of the wanted columns it names, if any."""

    text: str
    column: Column | None

    @property
    def by_own_name(self) -> bool:
        """Whether it is the column's own name, and not another word for it."""
        return self.column is not None and plain_heading(self.text) in self.column.own


@dataclass(frozen=True)
class Header:
    """The rows of the headings, ends included, and the headings by the number of their column."""

    first: int
    last: int
    headings: Mapping[int, Heading]


def plain_heading(text: str) -> str:
    """Normalise a column's name, however an input method or a copied cell spells it."""
    shown = "".join(char for char in text if unicodedata.category(char) != "Cf")
    folded = "".join(unicodedata.normalize("NFKC", shown).casefold().split())
    bare = _BRACKETS.sub(lambda found: found[0] if found[0][1:-1] in _OTHER_UNITS else "", folded)
    return bare.replace("必填", "").replace("选填", "").strip("*:,;、。")


def find_header(sheet: Sheet, columns: Sequence[Column]) -> Header | None:
    """Return the first of the top rows, or of pairs of them, that names every needed column."""
    wanted = (*columns, NOT_NEEDED)
    known = {name: column for column in reversed(wanted) for name in column.names}
    needed = {column.field for column in columns if column.needed}
    numbers = [number for number in sorted(sheet.rows) if number <= _WITHIN]
    for number in numbers:
        pair = _pair(sheet, number, known)
        single = Header(number, number, _single(sheet, number, known))
        if _joined(sheet, number) and _names(pair, needed):
            return pair
        if _names(single, needed):
            return pair if _has_second(sheet, number, known) and _names(pair, needed) else single
    pairs = (_pair(sheet, number, known) for number in numbers)
    return next((pair for pair in pairs if _names(pair, needed)), None)


def _names(header: Header, needed: set[str]) -> bool:
    return needed <= {one.column.field for one in header.headings.values() if one.column}


def _single(sheet: Sheet, number: int, known: Mapping[str, Column]) -> dict[int, Heading]:
    return {
        at: Heading(_line(cell.typed), _column(cell.typed, known))
        for at, cell in sheet.rows.get(number, {}).items()
    }


def _pair(sheet: Sheet, number: int, known: Mapping[str, Column]) -> Header:
    """Read a row and the next one as one heading."""
    above = {at: cell.typed for at, cell in sheet.rows[number].items()}
    below = {at: cell.typed for at, cell in sheet.rows.get(number + 1, {}).items()}
    found = {}
    for at in sorted({*above, *below}):
        low, high = below.get(at, ""), above.get(at) or _merged_over(sheet, number, at, above)
        texts = [text for text in (high + low, low, high) if text]
        named = ((text, _column(text, known)) for text in texts)
        best = next((pair for pair in named if pair[1]), (low or high, None))
        found[at] = Heading(_line(best[0]), best[1])
    return Header(number, number + 1, found)


def _joined(sheet: Sheet, number: int) -> bool:
    """Return whether merged cells join a row to the next one."""
    return any((one.top, one.bottom) == (number, number + 1) for one in sheet.merged)


def _has_second(sheet: Sheet, number: int, known: Mapping[str, Column]) -> bool:
    """Return whether the next row has nothing but names of columns."""
    below = _single(sheet, number + 1, known).values()
    return bool(below) and all(heading.column for heading in below)


def _merged_over(sheet: Sheet, number: int, at: int, above: Mapping[int, str]) -> str:
    covering: Sequence[Range] = [
        one for one in sheet.merged if one.top == number and one.left <= at <= one.right
    ]
    return above.get(covering[0].left, "") if covering else ""


def _column(text: str, known: Mapping[str, Column]) -> Column | None:
    """Return the column that a heading names: as a whole, or by all names between its signs."""
    if found := known.get(plain_heading(text)):
        return found
    parts = filter(None, map(plain_heading, _BETWEEN.split(unicodedata.normalize("NFKC", text))))
    columns = {known.get(part) for part in parts}
    return columns.pop() if len(columns) == 1 else None


def _line(text: str) -> str:
    return " ".join(text.split())

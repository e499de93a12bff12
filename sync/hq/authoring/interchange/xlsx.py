"""Items in a spreadsheet: a template in Chinese or English, read and written.

A row is an item. Pictures are beside the sheet in a ZIP and are written as
``![words](name.png)``.
"""

import io
import re
from collections.abc import Mapping, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from kiosk.exam.items.item import TRUE_FALSE, ItemType
from kiosk.exam.programme.programme import Programme
from sync.hq.authoring.entry import DIFFICULTIES, TYPES, BankItem
from sync.hq.authoring.interchange.scheme_text import read_points, write_points
from sync.hq.authoring.parsed import Draft, Parsed
from sync.hq.imports.archives import Archive
from sync.hq.imports.tabular import Column, Row, read_table
from sync.hq.problems import Phrase, Problem

OPTIONS = "ABCDEFGHIJ"
_TRUTHS = {
    "true": ("正确", "true", "对", "√", "t", "yes", "是"),
    "false": ("错误", "false", "错", "×", "f", "no", "否"),
}

COLUMNS = (
    Column("id", "题号", "Item", needed=True),
    Column("type", "题型", "Type", needed=True),
    Column("subject", "科目", "Subject"),
    Column("domain", "领域", "Domain"),
    Column("trade", "工种", "Trade"),
    Column("level", "等级", "Level"),
    Column("difficulty", "难度", "Difficulty"),
    Column("stem", "题干", "Stem", needed=True),
    *(Column(letter, f"选项{letter}", f"Option {letter}") for letter in OPTIONS),
    Column("key", "答案", "Key"),
    Column("points", "评分点", "Mark points"),
    Column("model_answer", "参考答案", "Model answer"),
    Column("rationale", "解析", "Rationale"),
)
_WIDTHS = {"stem": 60, "points": 40, "model_answer": 40, "rationale": 40}
_LISTED = ("type", "subject", "domain", "trade", "level", "difficulty")
_TEXTS = ("stem", "model_answer", "rationale")
_HEADER = PatternFill("solid", start_color="DCE6F1")
_ROWS_WITH_LISTS = 5000
_NO_LETTERS = re.compile(r"[\s,，;；、/]+")

_GUIDE = {
    "zh": (
        "每行一道试题；题号、题型、题干必填。请勿合并单元格，请粘贴数值而不是公式。",
        "公式写成 $E = AD \\times EF$（LaTeX）；美元符号写成 \\$。",
        "图片写成 ![说明](图名.png)，并与本表一起放入一个 ZIP 文件。",
        "单选题答案写一个字母，多选题写多个字母（如 AC），判断题写“正确”或“错误”。",
        "简答题和论述题的评分点每行一条：分值 | 要点 | 关键词, 关键词。"
        "关键词只是提示，不自动给分。",
        "同一题号再次导入且内容不同，成为该题的新版本。",
    ),
    "en": (
        "One item in a row; item, type and stem are needed. "
        "Merge no cells, paste values instead of formulas.",
        "A formula is written $E = AD \\times EF$ (LaTeX), a dollar sign \\$.",
        "Write a picture as ![words](name.png), and put it into one ZIP file with this sheet.",
        "The key of single choice is a letter, of multiple choice letters (AC); else true, false.",
        "Mark points of written items, one in a line: MARKS | what to look for | keyword, keyword. "
        "Keywords are hints and give no marks.",
        "An item that is imported again with other content becomes its next version.",
    ),
}


def read(data: bytes, programme: Programme) -> Parsed:
    """Read the items of a filled-in template, also as CSV.

    Raises:
        BadImport: the file cannot be read.
    """
    rows, problems = read_table(data, COLUMNS)
    if data.startswith(b"PK") and any(n.startswith("xl/media/") for n in Archive(data).names):
        dropped = {"name": Phrase("a picture pasted into the sheet")}
        problems.append(Problem("dropped", params=dropped, is_error=False))
    known = _known(programme)
    drafts = []
    for row in rows:
        draft, found = _draft(row, known)
        problems += found
        if not any(problem.is_error for problem in found):
            drafts.append(draft)
    return Parsed(drafts, problems)


def template(programme: Programme, language: str) -> bytes:
    """Return an empty sheet with drop-down lists, and a second sheet that explains it."""
    return write((), programme, language)


def write(entries: Sequence[BankItem], programme: Programme, language: str) -> bytes:
    """Return items as a filled-in template; ``language`` is zh or en."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "试题" if language == "zh" else "Items"
    sheet.append([getattr(column, language) + ("*" if column.needed else "") for column in COLUMNS])
    shown = _shown(programme, language)
    for entry in entries:
        sheet.append([_cell(column.field, entry, shown) for column in COLUMNS])
    _style(sheet)
    _lists(book, sheet, shown, "选项" if language == "zh" else "Lists")
    guide = book.create_sheet("说明" if language == "zh" else "Guide")
    guide.column_dimensions["A"].width = 110
    for line in _GUIDE[language]:
        guide.append([line])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


Names = Mapping[str, Mapping[str, str]]


def _names(programme: Programme) -> dict[str, dict[str, tuple[str, str]]]:
    """Return the ids of each listed column, with their names in both languages."""
    named: dict[str, dict[str, tuple[str, str]]] = {
        "type": {kind.value: names for kind, names in TYPES.items()},
        "difficulty": {step.value: names for step, names in DIFFICULTIES.items()},
    }
    for field, entries in (
        ("subject", programme.subjects),
        ("domain", programme.domains),
        ("trade", programme.trades),
        ("level", programme.levels),
    ):
        named[field] = {entry.id: (entry.name.zh, entry.name.en) for entry in entries}
    return named


def _known(programme: Programme) -> Names:
    """Return the ids by everything that a cell may call them."""
    known = {
        field: {name.casefold(): id_ for id_, both in ids.items() for name in (id_, *both)}
        for field, ids in _names(programme).items()
    }
    for kind, (chinese, _) in TYPES.items():  # 单选 for 单项选择题, 判断 for 判断题
        short = chinese.removesuffix("题").removesuffix("选择").replace("项", "选")
        known["type"] |= {short: kind.value, f"{short}题": kind.value}
    return known


def _shown(programme: Programme, language: str) -> Names:
    return {
        field: {id_: both[language != "zh"] for id_, both in ids.items()}
        for field, ids in _names(programme).items()
    }


def _draft(row: Row, known: Names) -> tuple[Draft, list[Problem]]:
    cells = row.values
    values: dict[str, Any] = {"id": cells.get("id", "")}
    values |= {name: cells[name] for name in _TEXTS if name in cells}
    for field in _LISTED:
        if field in cells:
            values[field] = known[field].get(cells[field].casefold(), cells[field])
    if options := [{"id": option, "text": cells[option]} for option in OPTIONS if option in cells]:
        values["options"] = options
    if "key" in cells:
        values["key"] = _key(cells["key"], values.get("type"))
    found: list[Problem] = []
    if "points" in cells:
        values["points"], found = read_points(cells["points"])
    draft = Draft(values, "row", str(row.number), row.columns)
    return draft, [draft.problem(problem) for problem in found]


def _key(text: str, kind: object) -> list[str]:
    if kind == ItemType.TRUE_FALSE:
        plain = text.casefold()
        return [truth for truth in TRUE_FALSE if plain in _TRUTHS[truth]] or [text]
    return sorted(set(_NO_LETTERS.sub("", text).upper()))


def _cell(field: str, entry: BankItem, shown: Names) -> str | None:
    item, scheme = entry.item, entry.scheme
    if field in _LISTED:
        value = entry.difficulty if field == "difficulty" else getattr(item, field)
        return shown[field].get(str(value)) if value else None
    if field in OPTIONS:
        texts = dict(zip(OPTIONS, (option.text for option in item.options), strict=False))
        return texts.get(field)
    if field == "key":
        return _shown_key(entry, shown)
    if field == "points":
        return write_points(scheme.points) or None
    if field in ("id", "stem"):
        return str(getattr(item, field))
    return getattr(scheme, field) or None


def _shown_key(entry: BankItem, shown: Names) -> str | None:
    if entry.item.type is ItemType.TRUE_FALSE:
        chinese = shown["type"]["true_false"] == TYPES[ItemType.TRUE_FALSE][0]
        return _TRUTHS[entry.scheme.key[0]][0 if chinese else 1]
    letters = dict(zip(entry.item.option_ids, OPTIONS, strict=False))
    return "".join(letters[pick] for pick in entry.scheme.key) or None


def _style(sheet: Any) -> None:
    sheet.freeze_panes = "B2"
    for position, column in enumerate(COLUMNS, start=1):
        sheet.column_dimensions[get_column_letter(position)].width = _WIDTHS.get(column.field, 14)
        head = sheet.cell(1, position)
        head.font, head.fill = Font(bold=True), _HEADER
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if cell.data_type == "f":
                cell.data_type = "s"  # a text that begins with "=" is no formula


def _lists(book: Workbook, sheet: Any, shown: Names, title: str) -> None:
    """Add drop-down lists, whose values are on a sheet of their own."""
    lists = book.create_sheet(title)
    fields = [column.field for column in COLUMNS]
    for place, field in enumerate(_LISTED, start=1):
        names = list(shown[field].values())
        for number, name in enumerate(names, start=1):
            lists.cell(number, place, name)
        if names:
            letter = get_column_letter(place)
            rule = DataValidation("list", f"'{title}'!${letter}$1:${letter}${len(names)}")
            own = get_column_letter(fields.index(field) + 1)
            rule.add(f"{own}2:{own}{_ROWS_WITH_LISTS}")
            sheet.add_data_validation(rule)

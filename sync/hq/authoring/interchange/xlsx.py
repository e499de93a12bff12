"""Items written into a spreadsheet: our template, in Chinese or English.

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

from kiosk.exam.items.item import TRUE_FALSE, Item, ItemType
from kiosk.exam.programme.programme import Programme
from sync.hq.authoring.entry import TYPES, BankItem
from sync.hq.authoring.interchange.scheme_text import write_points
from sync.hq.authoring.interchange.sheets.headings import LANGUAGES, OPTIONS
from sync.hq.authoring.interchange.sheets.names import listed
from sync.hq.authoring.interchange.sheets.template import TITLES, columns
from sync.hq.authoring.translated import is_field
from sync.hq.imports.tabular import Column

_WIDTHS = {"stem": 60, "points": 40, "model_answer": 40, "rationale": 40, "stimulus": 60}
_LISTED = ("type", "subject", "domain", "trade", "level", "difficulty")
_TRUTHS = {TRUE_FALSE[0]: ("正确", "true"), TRUE_FALSE[1]: ("错误", "false")}
_NO = ("否", "no")
_HEADER = PatternFill("solid", start_color="DCE6F1")
_ROWS_WITH_LISTS = 5000
_TEXT_FORMAT = "@"
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")

_GUIDE = {
    "zh": (
        "每行一道试题；题号、题型、题干必填。请勿合并单元格，请粘贴数值而不是公式。",
        "公式写成 $E = AD \\times EF$（LaTeX）；美元符号写成 \\$。",
        "图片写成 ![说明](图名.png)，并与本表一起放入一个 ZIP 文件；"
        "也可以直接放在题干或选项的单元格里。",
        "上标、下标、删除线可以用单元格的字体设置，"
        "也可以写成 10<sup>3</sup>、CO<sub>2</sub>、<s>…</s>。",
        "单选题答案写一个字母，多选题写多个字母（如 AC），判断题写“正确”或“错误”。",
        "选项乱序写“否”：考生看到的选项保持原来的顺序。固定选项写字母（如 D）："
        "其余选项打乱，这些选项位置不变，"
        "例如“以上都是”。",
        "材料题：同一题组的试题写同样的题组编号，材料写在该组第一道题即可。",
        "简答题和论述题的评分点每行一条：分值 | 要点 | 关键词, 关键词。"
        "关键词只是提示，不自动给分。",
        "试题的英文文本写在另加的列中：题干（英文）、选项A（英文）等，材料题另加 材料（英文）。"
        "每题的英文文本应全部填写，或者全部留空。",
        "同一题号再次导入且内容不同，成为该题的新版本。",
    ),
    "en": (
        "One item in a row; item, type and stem are needed. "
        "Merge no cells, paste values instead of formulas.",
        "A formula is written $E = AD \\times EF$ (LaTeX), a dollar sign \\$.",
        "Write a picture as ![words](name.png), and put it into one ZIP file with this sheet; "
        "or put it into the cell of the stem or option.",
        "Raised, lowered and struck text: use the font of the cell, or write 10<sup>3</sup>, "
        "CO<sub>2</sub>, <s>…</s>.",
        "The key of single choice is a letter, of multiple choice letters (AC); else true, false.",
        "Shuffle 'no': candidates see the options in this order. Fixed options, as letters (D): "
        "the others are shuffled, these stay in place, such as 'all of the above'.",
        "Items about one text have the same group; the stimulus of its first item is enough.",
        "Mark points of written items, one in a line: MARKS | what to look for | keyword, keyword. "
        "Keywords are hints and give no marks.",
        "Texts in another language have columns of their own: Stem (Chinese), Option A (Chinese) "
        "and so on, Stimulus (Chinese). Fill in all texts of an item, or none.",
        "An item that is imported again with other content becomes its next version.",
    ),
}
_EXAMPLES = {
    "zh": (
        (
            "例：单项选择题",
            "全国碳排放权交易市场的配额单位是（　　）。选项A 吨二氧化碳当量 … 答案 A",
        ),
        (
            "例：多项选择题",
            "下列属于温室气体的有（　　）。选项A 二氧化碳 选项B 甲烷 选项C 氮气 … 答案 AB",
        ),
        ("例：判断题", "甲烷是温室气体。答案 正确"),
        ("例：评分点", "2 | 说明组织边界 | 边界, 控制权"),
    ),
    "en": (
        (
            "Example: single choice",
            "Unit of an allowance? Option A: tonne of CO2 equivalent … key A",
        ),
        ("Example: multiple choice", "Greenhouse gases? A: CO2, B: methane, C: nitrogen … key AB"),
        ("Example: true or false", "Methane is a greenhouse gas. Key true"),
        ("Example: mark points", "2 | names the boundary | boundary, control"),
    ),
}


def template(programme: Programme, language: str) -> bytes:
    """Return an empty sheet with drop-down lists, and a second sheet that explains it."""
    return write((), programme, language)


def write(entries: Sequence[BankItem], programme: Programme, language: str) -> bytes:
    """Return items as a filled-in template; ``language`` is zh or en."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title, lists, guide = TITLES[language]
    most = max((len(entry.item.options) for entry in entries), default=0)
    others = {other.language for entry in entries for other in entry.item.translations}
    own = columns(most, [name for name in LANGUAGES if name in others])
    sheet.append([getattr(column, language) + ("*" if column.needed else "") for column in own])
    shown = _shown(programme, language)
    for entry in entries:
        sheet.append([_escaped(_cell(column.field, entry, shown)) for column in own])
    _style(sheet, own)
    _lists(book, sheet, shown, lists, own)
    _guide(book.create_sheet(guide), language)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


Names = Mapping[str, Mapping[str, str]]


def _shown(programme: Programme, language: str) -> Names:
    return {
        field: {id_: both[language != "zh"] for id_, both in ids.items()}
        for field, ids in listed(programme).items()
    }


def _escaped(text: str | None) -> str | None:
    """Escape what a workbook would read as the code of a character: ``_x0041_`` is an A."""
    return _ESCAPE.sub("_x005F_", text) if text else text


def _cell(field: str, entry: BankItem, shown: Names) -> str | None:
    item, scheme = entry.item, entry.scheme
    chinese = shown["type"]["true_false"] == TYPES[ItemType.TRUE_FALSE][0]
    if field in _LISTED:
        value = entry.difficulty if field == "difficulty" else getattr(item, field)
        return shown[field].get(str(value)) if value else None
    if is_field(field):
        return _translated(field, item)
    if field in OPTIONS:
        return _option(field, item)
    if field == "key":
        return _shown_key(entry, chinese=chinese)
    if field == "points":
        return write_points(scheme.points) or None
    if field == "shuffle":
        return None if item.shuffle else _NO[not chinese]
    if field == "fixed":
        pairs = zip(OPTIONS, item.options, strict=False)
        return "".join(letter for letter, option in pairs if option.fixed) or None
    if field in ("id", "stem", "group", "stimulus"):
        return getattr(item, field) or None
    return getattr(scheme, field) or None


def _option(letter: str, item: Item) -> str | None:
    texts = dict(zip(OPTIONS, (option.text for option in item.options), strict=False))
    return texts.get(letter)


def _translated(name: str, item: Item) -> str | None:
    """Return a text in another language, or None if the item has none in it."""
    _, language, field = name.split(".")
    if all(other.language != language for other in item.translations):
        return None
    shown = item.in_language(language)
    return _option(field, shown) if field in OPTIONS else getattr(shown, field) or None


def _shown_key(entry: BankItem, *, chinese: bool) -> str | None:
    if entry.item.type is ItemType.TRUE_FALSE:
        return _TRUTHS[entry.scheme.key[0]][not chinese]
    letters = dict(zip(entry.item.option_ids, OPTIONS, strict=False))
    return "".join(letters[pick] for pick in entry.scheme.key) or None


def _style(sheet: Any, own: Sequence[Column]) -> None:
    sheet.freeze_panes = "B2"
    for position, column in enumerate(own, start=1):
        dimension = sheet.column_dimensions[get_column_letter(position)]
        dimension.width = _WIDTHS.get(column.field.rpartition(".")[2], 14)
        dimension.number_format = _TEXT_FORMAT  # what is typed below stays as it is: 001, 1/2
        head = sheet.cell(1, position)
        head.font, head.fill = Font(bold=True), _HEADER
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.number_format = _TEXT_FORMAT
            if cell.value is not None:
                cell.data_type = "s"  # "=A1" is no formula here, and "#N/A" no error


def _guide(sheet: Any, language: str) -> None:
    sheet.column_dimensions["A"].width = 110
    sheet.column_dimensions["B"].width = 80
    for line in _GUIDE[language]:
        sheet.append([line])
    for example in _EXAMPLES[language]:
        sheet.append(list(example))


def _lists(book: Workbook, sheet: Any, shown: Names, title: str, own: Sequence[Column]) -> None:
    """Add drop-down lists, whose values are on a sheet of their own."""
    lists = book.create_sheet(title)
    fields = [column.field for column in own]
    for place, field in enumerate(_LISTED, start=1):
        names = list(shown[field].values())
        for number, name in enumerate(names, start=1):
            lists.cell(number, place, name)
        if names:
            letter = get_column_letter(place)
            rule = DataValidation("list", f"'{title}'!${letter}$1:${letter}${len(names)}")
            column = get_column_letter(fields.index(field) + 1)
            rule.add(f"{column}2:{column}{_ROWS_WITH_LISTS}")
            sheet.add_data_validation(rule)

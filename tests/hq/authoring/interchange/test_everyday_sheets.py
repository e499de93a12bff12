"""Sheets as offices, training companies and other products lay them out go in without editing."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
from openpyxl import Workbook

from sync.hq.authoring.entry import BankItem, read_entry
from sync.hq.authoring.interchange import formats
from sync.hq.authoring.parsed import Parsed
from tests.hq.items import PROGRAMME

Rows = Sequence[Sequence[Any]]
DEFAULTS = {"subject": "theory", "domain": "policy"}

S, M, T = "single_choice", "multiple_choice", "true_false"
GAS = ("二氧化碳", "甲烷", "氮气", "氧气")
ONE = (S, "配额的单位是（　　）。", ("吨", "千克", "立方米", "千瓦时"), ("A",))
TWO = (M, "下列属于温室气体的有（　　）。", GAS, ("A", "B"))
THREE = (T, "甲烷是温室气体。", (), ("true",))
FOUR = (T, "氮气是温室气体。", (), ("false",))
Expected = tuple[str, str, tuple[str, ...], tuple[str, ...]]


def workbook(sheets: Mapping[str, Rows], merge: Mapping[str, Sequence[str]] | None = None) -> bytes:
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        page: Any = book.create_sheet(title)
        for row in rows:
            page.append(list(row))
        for cells in (merge or {}).get(title, ()):
            page.merge_cells(cells)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def text_file(rows: Rows, delimiter: str = ",", encoding: str = "utf-8", before: str = "") -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter).writerows(rows)
    return (before + buffer.getvalue()).encode(encoding)


def entries_of(parsed: Parsed) -> tuple[list[BankItem], list[str]]:
    """The items that are accepted, and every error."""
    entries, errors = [], [str(p) for p in parsed.problems if p.is_error]
    for number, draft in enumerate(parsed.drafts, start=1):
        values = {**DEFAULTS, **draft.values}
        if not draft.declared:
            values["id"] = f"N{number}"
        errors += [str(p) for p in draft.problems if p.is_error]
        entry, problems = read_entry(values, PROGRAMME)
        errors += [str(draft.problem(problem)) for problem in problems]
        entries += [entry] if entry else []
    return entries, errors


def plain(entry: BankItem) -> Expected:
    item = entry.item
    texts = tuple(option.text for option in item.options)
    return item.type.value, item.stem, texts, entry.scheme.key


HEAD: list[Any] = ["序号", "题型", "题干", "选项A", "选项B", "选项C", "选项D", "答案", "解析"]
ROW1: list[Any] = [1, "单选题", ONE[1], *ONE[2], "A", "见教材"]
ROW2: list[Any] = [2, "多选题", TWO[1], *GAS, "AB", None]
ROW3: list[Any] = [3, "判断题", THREE[1], None, None, None, None, "正确", None]
ROW4: list[Any] = [4, "判断题", FOUR[1], None, None, None, None, "错误", None]
ALL = (ONE, TWO, THREE, FOUR)


def office() -> bytes:
    return workbook({"Sheet1": [HEAD, ROW1, ROW2, ROW3, ROW4]})


def titled() -> bytes:
    rows: Rows = [["2026 年碳排放管理员题库"], ["填表人：张三"], [], HEAD, ROW1, ROW2, ROW3, ROW4]
    return workbook({"题库": rows}, {"题库": ["A1:I1", "A2:I2"]})


def sheet_per_type() -> bytes:
    choice: list[Any] = ["编号", "题目", "A", "B", "C", "D", "正确答案", "分值"]
    return workbook(
        {
            "单选题": [choice, [1, ONE[1], *ONE[2], "A", 1]],
            "多选题": [choice, [1, TWO[1], *GAS, "A、B", 2]],
            "判断题": [["编号", "题目", "正确答案"], [1, THREE[1], "√"], [2, FOUR[1], "×"]],
            "说明": [["请在各表中填写试题"]],
        }
    )


def sections() -> bytes:
    head: list[Any] = ["题号", "试题内容", "A", "B", "C", "D", "标准答案"]
    rows: Rows = [
        head,
        ["一、单项选择题（每题1分，共20分）"],
        [1, ONE[1], *ONE[2], "A"],
        ["二、多项选择题"],
        [1, TWO[1], *GAS, "A,B"],
        ["三、判断题（对的打√，错的打×）"],
        [1, THREE[1], None, None, None, None, "√"],
        [2, FOUR[1], None, None, None, None, "×"],
        ["以上共 4 题"],
    ]
    return workbook({"Sheet1": rows}, {"Sheet1": ["A2:G2", "A4:G4", "A6:G6"]})


def one_options_column(separator: str, letters: bool) -> Callable[[], bytes]:
    def joined(texts: Sequence[str]) -> str:
        pairs = zip("ABCD", texts, strict=True)
        return separator.join(f"{a}.{text}" if letters else text for a, text in pairs)

    def build() -> bytes:
        head: list[Any] = ["题目", "题型", "选项", "答案", "难度"]
        rows: Rows = [
            head,
            [ONE[1], "单选", joined(ONE[2]), "A", "易"],
            [TWO[1], "多选", joined(GAS), "AB", "难"],
            [THREE[1], "判断", None, "对", "中等"],
            [FOUR[1], "判断", None, "错", "较难"],
        ]
        return workbook({"Sheet1": rows})

    return build


def one_cell() -> bytes:
    def cell(stem: str, texts: Sequence[str]) -> str:
        return "\n".join([stem, *(f"{a}、{text}" for a, text in zip("ABCD", texts, strict=True))])

    rows: Rows = [
        ["试题", "答案"],
        [cell(ONE[1], ONE[2]), "A"],
        [cell(TWO[1], GAS), "AB"],
        [THREE[1], "对"],
        [FOUR[1], "错"],
    ]
    return workbook({"Sheet1": rows})


def true_false_with_options() -> bytes:
    rows: Rows = [
        HEAD,
        ROW1,
        ROW2,
        [3, "判断题", THREE[1], "正确", "错误", None, None, "A", None],
        [4, "判断题", FOUR[1], "错误", "正确", None, None, "A", None],
    ]
    return workbook({"Sheet1": rows})


def two_line_heading() -> bytes:
    rows: Rows = [
        ["序号", "题型", "题干", "选项", None, None, None, "答案"],
        [None, None, None, "A", "B", "C", "D", None],
        ROW1[:8], ROW2[:8], ROW3[:8], ROW4[:8],
    ]  # fmt: skip
    merged = ["A1:A2", "B1:B2", "C1:C2", "D1:G1", "H1:H2"]
    return workbook({"Sheet1": rows}, {"Sheet1": merged})


def merged_options_heading() -> bytes:
    rows: Rows = [
        ["序号", "题型", "题干", "选项", None, None, None, "答案"],
        *(r[:8] for r in BODY),
    ]
    return workbook({"Sheet1": rows}, {"Sheet1": ["D1:G1"]})


def merged_type() -> bytes:
    head: list[Any] = ["题型", "题干", "选项A", "选项B", "选项C", "选项D", "答案"]
    rows: Rows = [
        head,
        ["单选题", ONE[1], *ONE[2], "A"],
        ["多选题", TWO[1], *GAS, "AB"],
        ["判断题", THREE[1], None, None, None, None, "T"],
        [None, FOUR[1], None, None, None, None, "F"],
    ]
    return workbook({"Sheet1": rows}, {"Sheet1": ["A4:A5"]})


def lettered_options() -> bytes:
    def own(texts: Sequence[str]) -> list[str]:
        return [f"{a}．{text}" for a, text in zip("ABCD", texts, strict=True)]

    rows: Rows = [
        ["试题类型", "试题题干", "Ａ", "Ｂ", "Ｃ", "Ｄ", "答案（多选用逗号）*", "备注"],
        ["单选题", f"1．{ONE[1]}", *own(ONE[2]), "Ａ", "2026 新增"],
        ["多选题", f"2．{TWO[1]}", *own(GAS), "Ａ，Ｂ", None],
        ["判断题", f"3．{THREE[1]}", None, None, None, None, "是", None],
        ["判断题", f"4．{FOUR[1]}", None, None, None, None, "否", None],
    ]
    return workbook({"Sheet1": rows})


def exam_cloud() -> bytes:
    head: list[Any] = [
        "题型（必填）", "题干（必填）", "正确答案（必填）", "试题解析", "难易程度", "知识点",
        "分数",         "选项A", "选项B", "选项C", "选项D", "选项E", "创建人",
    ]  # fmt: skip
    rows: Rows = [
        ["导入说明：\n1、请勿修改表头\n2、题型请按下拉选择"],
        head,
        ["单选题", ONE[1], "A", "略", "简单", "政策法规", 1, *ONE[2], None, "admin"],
        ["多选题", TWO[1], "A|B", "略", "一般", "核算", 2, *GAS, None, "admin"],
        ["判断题", THREE[1], "正确", "", "困难", None, 1, *[None] * 5, "admin"],
        ["判断题", FOUR[1], "错误", "", "困难", None, 1, *[None] * 5, "admin"],
    ]
    return workbook({"试题": rows}, {"试题": ["A1:M1"]})


def learning_platform() -> bytes:
    head: list[Any] = [
        "目录",
        "题型",
        "大题题干",
        "正确答案",
        "答案解析",
        "难易度",
        "知识点",
        "A",
        "B",
        "C",
        "D",
    ]
    head[2] = "题干"
    rows: Rows = [
        head,
        ["第一章/第一节", "单选题", ONE[1], "A", "", "易", "第一章", *ONE[2]],
        ["第一章/第一节", "多选题", TWO[1], "AB", "", "中", "第一章", *GAS],
        ["第一章/第一节", "判断题", THREE[1], "对", "", "难", "第一章"],
        ["第一章/第一节", "判断题", FOUR[1], "错", "", "难", "第一章"],
    ]
    return workbook({"Sheet1": rows})


def numbered_options() -> bytes:
    rows: Rows = [
        ["Question Text", "Question Type", *(f"Option {n}" for n in range(1, 5)),
         "Correct Answer", "Time in seconds"],
        [ONE[1], "Multiple Choice", *ONE[2], 1, 20],
        [TWO[1], "Checkbox", *GAS, "1,2", 20],
        [THREE[1], "True/False", None, None, None, None, "TRUE", 20],
        [FOUR[1], "True/False", None, None, None, None, "FALSE", 20],
    ]  # fmt: skip
    return workbook({"Sheet1": rows})


def quiz_game() -> bytes:
    rows: Rows = [
        ["Quiz template"],
        ["Add questions, at least two answer alternatives, time limit and choose correct answers."],
        [],
        [None, "Question - max 120 characters", "Answer 1 - max 75 characters",
         "Answer 2 - max 75 characters", "Answer 3 - max 75 characters",
         "Answer 4 - max 75 characters", "Time limit (sec) – 5, 10, 20",
         "Correct answer(s) - choose at least one"],
        [1, ONE[1], *ONE[2], 20, 1],
        [2, TWO[1], *GAS, 20, "1,2"],
        [3, THREE[1], "对", "错", None, None, 20, 1],
        [4, FOUR[1], "对", "错", None, None, 20, 2],
    ]  # fmt: skip
    return workbook({"Sheet1": rows})


def keys_as_texts() -> bytes:
    rows: Rows = [
        ["问题", "选项一", "选项二", "选项三", "选项四", "正确选项"],
        [ONE[1], *ONE[2], "吨"],
        [TWO[1], *GAS, "二氧化碳；甲烷"],
        [THREE[1], None, None, None, None, "✓"],
        [FOUR[1], None, None, None, None, "✗"],
    ]
    return workbook({"Sheet1": rows})


def repeated_headings() -> bytes:
    return workbook({"Sheet1": [HEAD, ROW1, ROW2, [], HEAD, ROW3, ROW4]})


def two_layouts() -> bytes:
    rows: Rows = [
        ["题干", "A", "B", "C", "D", "答案"],
        [ONE[1], *ONE[2], "(A)"],
        [TWO[1], *GAS, "（AB）"],
        [],
        ["判断题"],
        ["题干", "答案", "解析"],
        [THREE[1], "Y", ""],
        [FOUR[1], "N", ""],
    ]
    return workbook({"Sheet1": rows})


def serial_formulas() -> bytes:
    rows: Rows = [[f"=ROW()-{1}", *row[1:]] for row in BODY]
    return workbook({"Sheet1": [HEAD, *rows]})


def trailing_template_rows() -> bytes:
    empty = [[n, "单选题", *[None] * 7] for n in range(5, 40)]
    return workbook({"Sheet1": [HEAD, *BODY, *empty], "Sheet2": [], "Sheet3": []})


BODY = [ROW1, ROW2, ROW3, ROW4]
PLAIN = [HEAD, *[["" if cell is None else str(cell) for cell in row] for row in BODY]]

SHEETS: Mapping[str, tuple[str, Callable[[], bytes]]] = {
    "an office": ("题库.xlsx", office),
    "titles above": ("题库.xlsx", titled),
    "a sheet per type": ("题库.xlsx", sheet_per_type),
    "sections": ("题库.xlsx", sections),
    "options in lines": ("题库.xlsx", one_options_column("\n", letters=True)),
    "options in one line": ("题库.xlsx", one_options_column("  ", letters=True)),
    "options with bars": ("题库.xlsx", one_options_column("|", letters=False)),
    "options with semicolons": ("题库.xlsx", one_options_column("；", letters=False)),
    "everything in one cell": ("题库.xlsx", one_cell),
    "true and false as options": ("题库.xlsx", true_false_with_options),
    "headings in two lines": ("题库.xlsx", two_line_heading),
    "merged heading of options": ("题库.xlsx", merged_options_heading),
    "merged types": ("题库.xlsx", merged_type),
    "letters in options": ("题库.xlsx", lettered_options),
    "exam cloud": ("题库.xlsx", exam_cloud),
    "learning platform": ("题库.xlsx", learning_platform),
    "numbered options": ("quiz.xlsx", numbered_options),
    "quiz game": ("quiz.xlsx", quiz_game),
    "keys as texts": ("题库.xlsx", keys_as_texts),
    "repeated headings": ("题库.xlsx", repeated_headings),
    "two layouts": ("题库.xlsx", two_layouts),
    "serial numbers by formula": ("题库.xlsx", serial_formulas),
    "rows that wait": ("题库.xlsx", trailing_template_rows),
    "csv": ("题库.csv", lambda: text_file(PLAIN)),
    "csv of old Excel": ("题库.csv", lambda: text_file(PLAIN, encoding="gbk")),
    "csv with BOM": ("题库.csv", lambda: text_file(PLAIN, encoding="utf-8-sig")),
    "unicode text": ("题库.txt", lambda: text_file(PLAIN, "\t", "utf-16")),
    "utf-16 without BOM": ("题库.csv", lambda: text_file(PLAIN, encoding="utf-16-le")),
    "semicolons": ("题库.csv", lambda: text_file(PLAIN, ";")),
    "stated separator": ("题库.csv", lambda: text_file(PLAIN, ";", before="sep=;\n")),
    "wide commas": ("题库.csv", lambda: text_file(PLAIN, "，")),
    "bars": ("题库.csv", lambda: text_file(PLAIN, "|")),
}


@pytest.mark.parametrize("name", SHEETS)
def test_an_everyday_sheet_goes_in_unedited(name: str) -> None:
    file, build = SHEETS[name]
    entries, errors = entries_of(formats.read(file, build(), PROGRAMME))
    assert errors == []
    assert [plain(entry) for entry in entries] == list(ALL)

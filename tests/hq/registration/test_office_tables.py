"""Tables of other offices: their headings, two heading rows, notes below, dates and numbers."""

import io
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from openpyxl import Workbook

from sync.hq.errors import BadImport
from sync.hq.imports.tabular import read_table
from sync.hq.problems import Problem
from sync.hq.registration.candidate_file import COLUMNS, Application, read_candidates
from sync.hq.registration.roster_file import read_roster
from tests.exam.programmes import shipped
from tests.hq.applicants import number

TODAY = date(2026, 4, 25)
MANAGER = shipped("carbon-manager")


def sheet(rows: Sequence[Sequence[Any]], *merged: str) -> bytes:
    book = Workbook()
    page: Any = book.active
    for row in rows:
        page.append(row)
    for cells in merged:
        page.merge_cells(cells)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def read(rows: Sequence[Sequence[Any]], *merged: str) -> tuple[list[Application], list[Problem]]:
    return read_candidates(sheet(rows, *merged), MANAGER, TODAY)


def codes(problems: Sequence[Problem], *, errors: bool = True) -> list[str]:
    return [problem.code for problem in problems if problem.is_error is errors]


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("身份证号码", "identity_no"),
        ("身份证号", "identity_no"),
        ("证件号", "identity_no"),
        ("身 份\n证 号*", "identity_no"),
        ("＊ＩＤ　Ｎｕｍｂｅｒ", "identity_no"),
        ("姓 名", "name"),
        ("姓名/Name", "name"),
        ("姓名\nName", "name"),
        ("最高学历", "schooling"),
        ("文化程度（必填）", "schooling"),
        ("工作年限（年）", "work_years"),
        ("从事相关工作年限", "work_years"),
        ("学时(小时)", "class_hours"),
        ("培训学时", "class_hours"),
        ("单位", "employer"),
        ("出生年月", "birth_date"),
        ("性别(男/女)", "sex"),
        ("报考工种", "trade"),
        ("报考等级", "level"),
        ("申报等级", "level"),
        ("考点", "centre"),
        ("学历【必填】", "schooling"),
        ("加时", "extra_minutes"),
    ],
)
def test_a_heading_of_an_office_is_known(heading: str, field: str) -> None:
    kept = {"name": "姓名", "identity_no": "证件号码"}
    kept.pop(field, None)
    columns = [*kept.values(), heading]
    rows, problems = read_table(sheet([columns, ["x"] * len(columns)]), COLUMNS)
    assert (problems, field in rows[0].values) == ([], True)


@pytest.mark.parametrize("heading", ["联系电话", "手机", "联系电话/手机", "备注", "序号", "民族"])
def test_a_column_that_nobody_needs_is_named_and_is_no_error(heading: str) -> None:
    found, problems = read([["姓名", "身份证号码", heading], ["张三", number(1), "1"]])
    assert [one.name for one in found] == ["张三"]
    assert [(p.code, p.column, p.is_error) for p in problems] == [
        ("column_not_needed", f"C {heading}", False)
    ]


def test_years_in_months_are_not_read_as_years() -> None:
    _found, problems = read([["姓名", "身份证号码", "工作年限（月）"], ["张三", number(1), 60]])
    assert codes(problems) == ["unknown_column"]


def test_of_two_words_for_a_column_its_own_name_counts() -> None:
    rows: list[list[Any]] = [
        ["姓名", "身份证号码", "工作年限", "相关工作年限"],
        ["张三", number(1), 9, 2],
    ]
    (found,), problems = read(rows)
    assert str(found.applicant.work_years) == "2"
    assert [(p.code, p.column) for p in problems] == [("column_other", "C 工作年限")]


def test_two_heading_rows_are_read_together() -> None:
    rows: list[list[Any]] = [
        ["2026年考生汇总表"],
        ["序号", "姓名", "证件", None, "工作情况", None, "备注"],
        [None, None, "类型", "号码", "单位", "相关工作年限", None],
        [1, "张三", "居民身份证", number(1), "一公司", 5, "x"],
    ]
    merged = ("A1:G1", "A2:A3", "B2:B3", "C2:D2", "E2:F2", "G2:G3")
    (found,), problems = read(rows, *merged)
    assert (found.name, found.identity_no) == ("张三", number(1))
    assert str(found.applicant.work_years) == "5"
    assert codes(problems) == []
    assert "heading_rows" in codes(problems, errors=False)


def test_two_heading_rows_of_plain_text_are_read_together() -> None:
    rows = [["姓名", "身份证号码", "工作"], ["", "", "单位"], ["张三", number(1), "一公司"]]
    (found,), problems = read(rows)
    assert [*found.personal.values()] == ["一公司"]
    assert codes(problems) == []


NOTES: list[list[Any]] = [
    ["注：请核对身份证号码。"],
    ["注1：请核对。"],
    ["填表人：李四", "日期：2026-04-25"],
    ["合计", "5人"],
    ["合计：5"],
    ["共 5 人"],
    ["制表人", "", ""],
    ["", "制表：李四", "审核：王五"],
    ["备注: 无"],
    ["（以下空白）"],
    ["单位（盖章）"],
    ["2026年4月25日"],
    ["*本表一式两份"],
]


@pytest.mark.parametrize("note", NOTES, ids=lambda note: "".join(note))
def test_a_note_under_the_table_is_left_out_and_named(note: list[Any]) -> None:
    rows = [["姓名", "身份证号码", "学历"], ["张三", number(1), "本科"], note]
    found, problems = read(rows, "A3:C3" if len(note) == 1 else "D9:E9")
    assert [one.name for one in found] == ["张三"]
    assert codes(problems, errors=False) == ["note_skipped"]
    assert problems[-1].params["row"] == 3
    assert [code for code in codes(problems) if code != "merged"] == []


def test_notes_are_left_out_of_rosters_too() -> None:
    text = f"身份证号,姓名\n{number(1)},张三\n填表人：李四,\n"
    entries, problems = read_roster(text.encode())
    assert [one.name for one in entries] == ["张三"]
    assert codes(problems, errors=False) == ["note_skipped"]


@pytest.mark.parametrize("row", [["张三", ""], ["", number(1)], ["合计", number(1)], ["共华", ""]])
def test_a_row_of_a_person_is_no_note(row: list[str]) -> None:
    _found, problems = read([["姓名", "身份证号码"], row])
    assert "note_skipped" not in codes(problems, errors=False)


HEAD = ["姓名", "证件号码", "证件类型", "出生日期"]


def born(day: object, document: str = "护照", no: str = "E12345678") -> Any:
    found, problems = read([HEAD, ["张三", no, document, day]])
    return found[0].birth_date if found else [str(one) for one in problems]


@pytest.mark.parametrize(
    "day",
    ["1990-05-07", "1990年5月7日", "1990年5月7号", "1990. 5. 7", "19900507", "'1990-05-07",
     "1990-05-07 00:00:00", "１９９０／５／７", date(1990, 5, 7)],
)  # fmt: skip
def test_a_date_of_birth_is_read(day: object) -> None:
    assert born(day) == date(1990, 5, 7)


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("33000", "perhaps of 1990-05-07; write the date such as"),
        ("2030-01-01", "2030-01-01 is in the future or too long ago"),
        ("1890-01-01", "in the future or too long ago"),
        ("1990-05", "is not a date such as"),
        ("7/5/1990", "is not a date such as"),
    ],
)
def test_what_is_no_date_of_birth_is_refused_with_what_to_write(day: str, sentence: str) -> None:
    (said,) = born(day)
    assert sentence in said


@pytest.mark.parametrize("month", ["1990-01", "1990年1月", "1990.01", "199001"])
def test_a_month_of_birth_is_compared_with_the_number(month: str) -> None:
    assert born(month, "", number(1)) == date(1990, 1, 1)
    (said,) = born("1991-01", "", number(1))
    assert "1991-01" in said


@pytest.mark.parametrize(
    ("typed", "document", "stored"),
    [
        (f"'{number(1)}", "", number(1)),
        (f"‘{number(1)}", "", number(1)),
        ("H12345678(01)", "港澳居民来往内地通行证", "H1234567801"),
        ("H12345678（01）", "港澳居民来往内地通行证", "H1234567801"),
    ],
)
def test_signs_around_a_number_are_left_out(typed: str, document: str, stored: str) -> None:
    (found,), problems = read([HEAD, ["张三", typed, document, ""]])
    assert (found.identity_no, problems) == (stored, [])


def test_a_mistake_in_a_number_is_one_sentence() -> None:
    _found, problems = read([HEAD, ["张三", f"{number(1)}#", "", ""]])
    assert codes(problems) == ["characters"]


def test_a_table_without_numbers_is_refused_with_the_columns() -> None:
    with pytest.raises(BadImport, match="证件号码"):
        read([["姓名", "学历"], ["张三", "本科"]])

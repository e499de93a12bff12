"""Spreadsheets are read with care: oddities are named by their place, bombs are not opened."""

import io
import zipfile
from collections.abc import Sequence
from typing import Any

import pytest
from openpyxl import Workbook

from sync.hq.errors import BadImport
from sync.hq.imports import archives, cells
from sync.hq.imports.archives import Archive
from sync.hq.imports.tabular import Column, read_table
from sync.hq.problems import TEXTS
from sync.wire.exchange.container import ZipContainer

COLUMNS = (
    Column("name", "姓名", "Name", needed=True),
    Column("number", "号码", "Number", needed=True),
    Column("day", "日期", "Day"),
)


def sheet(rows: Sequence[Sequence[Any]], merge: str = "") -> bytes:
    book = Workbook()
    page: Any = book.active
    for row in rows:
        page.append(row)
    if merge:
        page.merge_cells(merge)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def refused(data: bytes) -> list[str]:
    with pytest.raises(BadImport) as error:
        read_table(data, COLUMNS)
    return [problem.code for problem in error.value.problems]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_chinese_csv_is_read_in_every_usual_encoding(encoding: str) -> None:
    rows, problems = read_table("姓名,号码\n张三,1\n\n李四,2\n".encode(encoding), COLUMNS)
    assert [(row.number, dict(row.values)) for row in rows] == [
        (2, {"name": "张三", "number": "1"}),
        (4, {"name": "李四", "number": "2"}),
    ]
    assert problems == []


def test_bytes_that_are_no_text_are_refused_with_their_place() -> None:
    assert refused("姓名,号码\n".encode() + b"\xff\xff\xff,1\n") == ["encoding_unknown"]


@pytest.mark.parametrize(
    "data",
    [
        "姓名,号码\n张\0,1\n".encode(),
        "姓名,号码\n张,1\n".encode("utf-16") + b"x",
        b"\xff\xfe\0\0a\0\0\0",
    ],
    ids=["a byte of zero", "half a character", "UTF-32"],
)
def test_text_that_no_database_keeps_is_refused(data: bytes) -> None:
    assert refused(data) == ["encoding"]


@pytest.mark.parametrize(
    "header", ["\u200b姓名,\u00a0号码\ufeff", "ＮＡＭＥ,Ｎｕｍｂｅｒ＊", "\u200e姓名\u200f,号码"]
)
def test_columns_are_known_whatever_shows_nothing_around_their_names(header: str) -> None:
    rows, problems = read_table(f"{header}\n张三,1\n".encode(), COLUMNS)
    assert [row.values["name"] for row in rows] == ["张三"]
    assert problems == []


def test_a_table_with_very_many_columns_ends_in_a_word() -> None:
    data = f"姓名,号码{',x' * 20_000}\n张三,1{',x' * 20_000}\n".encode()
    assert refused(data) == ["columns_many"]


def test_a_sheet_is_found_by_its_columns_under_a_title() -> None:
    data = sheet([["2026 年考生", None], ["Number", "Name*"], [7, "Ann"]], merge="A1:B1")
    rows, problems = read_table(data, COLUMNS)
    assert [dict(row.values) for row in rows] == [{"name": "Ann", "number": "7"}]
    assert problems == []
    assert rows[0].columns == {"name": "B Name*", "number": "A Number"}


def test_merged_cells_formulas_and_errors_are_named_by_their_place() -> None:
    data = sheet(
        [["Name", "Number"], ["Ann", "=1+1"], ["Bob", 110105194912310020], ["Eve", 1], ["", 2]],
        merge="A4:A5",
    )
    _, problems = read_table(data, COLUMNS)
    assert [(p.code, p.kind, p.at, p.column) for p in problems] == [
        ("merged", "file", "Sheet", ""),
        ("formula", "row", "2", "B Number"),
        ("lost_digits", "row", "3", "B Number"),
    ]


def test_unknown_and_double_columns_are_named() -> None:
    _, problems = read_table(b"name,number,colour,NAME\na,1,red,b\n", COLUMNS)
    assert [(p.code, p.column) for p in problems] == [
        ("unknown_column", "C colour"),
        ("column_twice", "D NAME"),
    ]


def test_a_row_with_more_cells_than_columns_is_named() -> None:
    _, problems = read_table(b"name,number\na,1,2,3\n", COLUMNS)
    assert [(p.code, p.at) for p in problems] == [("cells_beyond", "2")]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"colour\nred\n", "no_sheet"),
        (b"", "no_sheet"),
        (b'name,number\n"a,1\n', "unreadable"),
        (b"PK\x03\x04 not a zip", "unreadable"),
        (sheet([["nothing"]]), "no_sheet"),
    ],
)
def test_what_is_no_table_is_refused(data: bytes, code: str) -> None:
    assert refused(data) == [code]


def test_too_many_rows_and_too_large_files_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cells, "MAX_ROWS", 10)
    assert refused(b"name,number\n" + b"a,1\n" * 11) == ["too_many"]
    monkeypatch.setattr(cells, "MAX_BYTES", 10)
    assert refused(b"name,number\na,1\n") == ["too_large"]


def test_every_row_is_read_however_many_problems_there_are() -> None:
    rows, problems = read_table(b"name,number\n" + b"a,1,2\n" * 5000, COLUMNS)
    assert (len(rows), len(problems)) == (5000, 5000)


def packed(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


@pytest.mark.parametrize("name", ["../x", "/etc/passwd", "a/../../b", "C:\\x", "a\\..\\b"])
def test_paths_that_lead_out_of_an_archive_are_not_taken(name: str) -> None:
    archive = Archive(packed({name: b"x", "fine.txt": b"y"}))
    assert archive.names == ["fine.txt"]
    assert [problem.code for problem in archive.problems] == ["archive"]


def test_a_member_without_a_name_is_told() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("named", b"x")
        file.writestr("fine.txt", b"y")
        file.infolist()[0].filename = ""
    archive = Archive(buffer.getvalue())
    assert archive.names == ["fine.txt"]
    assert "it has no name" in archive.problems[0].text


def remade(data: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """A workbook in which an item of one part is another one."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert old in parts[part]
    return packed({**parts, part: parts[part].replace(old, new)})


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        ("xl/workbook.xml", b"<workbook", b"<work book"),
        ("xl/styles.xml", b"<styleSheet", b""),
        ("xl/worksheets/sheet1.xml", b"</row>", b""),
    ],
)
def test_a_damaged_workbook_is_refused(part: str, old: bytes, new: bytes) -> None:
    data = sheet([["姓名", "号码"], ["甲", 1]])
    assert refused(remade(data, part, old, new)) == ["unreadable"]


@pytest.mark.parametrize(
    ("new", "code"), [(b"1e9", "unreadable"), (b"1000000000", "too_many"), (b"0", "too_many")]
)
def test_a_row_that_claims_an_impossible_number_is_refused(new: bytes, code: str) -> None:
    data = sheet([["姓名", "号码"], ["甲", 1]])
    claiming = remade(data, "xl/worksheets/sheet1.xml", b'<row r="2"', b'<row r="' + new + b'"')
    assert refused(claiming) == [code]


def test_a_bomb_is_not_opened() -> None:
    archive = Archive(packed({"bomb.png": b"\0" * (32 << 20)}))
    assert archive.names == []
    assert "bomb" in archive.problems[0].text


def test_an_archive_that_would_fill_the_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_UNPACKED", 1000)
    with pytest.raises(BadImport):
        Archive(packed({"a": b"x" * 600, "b": b"y" * 600}))


def test_a_member_that_lies_about_its_size_is_refused() -> None:
    data = packed({"a.txt": b"x" * 5000}, zipfile.ZIP_STORED)
    size = (5000).to_bytes(4, "little")
    lying = data.replace(size, (10).to_bytes(4, "little"))
    assert lying != data
    with pytest.raises(BadImport):
        Archive(lying).read("a.txt")


def nameless() -> bytes:
    """An archive with a member that has no name."""
    entry = zipfile.ZipInfo("a")
    entry.filename = ""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(entry, b"x")
        archive.writestr("b", b"y")
    return buffer.getvalue()


def test_a_member_without_a_name_is_named_as_a_problem_and_the_others_are_read() -> None:
    archive = Archive(nameless())
    assert archive.names == ["b"]
    assert [str(problem.params["reason"]) for problem in archive.problems] == ["it has no name"]
    assert ZipContainer(io.BytesIO(nameless())).names() == ["b"]


def test_chinese_names_of_old_archives_are_read() -> None:
    entry = zipfile.ZipInfo("xxxx.jpg")
    data = packed({entry.filename: b"x"}).replace(b"xxxx", "张三".encode("gbk"))
    assert Archive(data).names == ["张三.jpg"]


def test_names_of_macos_that_do_not_say_their_encoding_are_read() -> None:
    data = packed({"xxxxxx.jpg": b"x", "yyyyyyy.jpg": b"y"})
    data = data.replace(b"xxxxxx", "张三".encode()).replace(b"yyyyyyy", "Jose\u0301x".encode())
    assert Archive(data).names == ["张三.jpg", "Jose\u0301x.jpg"]


def test_what_systems_leave_in_archives_is_skipped() -> None:
    litter = ["__MACOSX/a/._b.jpg", "a/._b.jpg", "a/.DS_Store", "Thumbs.db", "a/Desktop.ini", "a\\"]
    archive = Archive(packed({**dict.fromkeys(litter, b"x"), "a/b.jpg": b"y"}))
    assert (archive.names, archive.problems) == (["a/b.jpg"], [])


@pytest.mark.parametrize(
    "data", [b"", b"PK", packed({"a": b"x"})[:-10]], ids=["empty", "two bytes", "cut short"]
)
def test_a_broken_archive_is_refused(data: bytes) -> None:
    with pytest.raises(BadImport):
        Archive(data)


def test_a_spreadsheet_with_a_bomb_in_it_is_refused() -> None:
    buffer = io.BytesIO(sheet([["Name", "Number"]]))
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet2.xml", b"<a/>" * (8 << 20))
    assert refused(buffer.getvalue()) == ["archive"]


def test_every_text_of_a_problem_is_a_sentence_without_an_end() -> None:
    assert [text for text in TEXTS.values() if text.endswith(".") or not text] == []

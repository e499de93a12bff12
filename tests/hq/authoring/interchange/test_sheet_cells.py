"""Whatever lies in or on a cell is in the item, or named with its sheet, row and column."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image
from openpyxl.styles import Font

from sync.hq.authoring.interchange import formats
from sync.hq.authoring.parsed import Draft, Parsed
from sync.hq.problems import Problem
from tests.hq.items import PICTURE, PROGRAMME, png

HEAD = ["题干", "A", "B", "答案", "解析"]
ROW = ["单位是（ ）。", "吨", "千克", "A", "略"]


def sheet(rows: Sequence[Sequence[Any]] = (HEAD, ROW)) -> tuple[Workbook, Any]:
    book = Workbook()
    page: Any = book.active
    page.title = "题库"
    for row in rows:
        page.append(list(row))
    return book, page


def saved(book: Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def read(book: Workbook) -> Parsed:
    return formats.read("题库.xlsx", saved(book), PROGRAMME)


def only(parsed: Parsed) -> Draft:
    (draft,) = parsed.drafts
    return draft


def file_problems(parsed: Parsed) -> list[Problem]:
    return [p for p in parsed.problems if p.code != "types_inferred"]


def found(draft: Draft) -> list[tuple[str, str, str, bool]]:
    return [(p.code, p.at, p.column, p.is_error) for p in draft.problems]


@pytest.mark.parametrize(
    ("value", "number_format", "shown", "code"),
    [
        (0.5, "0%", "50%", ""),
        (0.1, "0.00", "0.10", ""),
        (12345, "#,##0", "12,345", ""),
        (0.5, "# ?/?", "1/2", ""),
        (date(2026, 1, 2), 'm"月"d"日"', "1月2日", "date_shown"),
        (date(2026, 4, 25), "yyyy-mm-dd", "2026-04-25", "date_shown"),
        (12, '0"吨"', "12吨", ""),
        (True, "General", "TRUE", ""),
        (3.14159265358979, "General", "3.14159265358979", "as_typed"),
        ("007", "@", "007", ""),
        ("第一行\n第二行", "General", "第一行\n第二行", ""),
    ],
)
def test_a_cell_is_imported_as_shown(
    value: object, number_format: str, shown: str, code: str
) -> None:
    book, page = sheet()
    page["B2"].value = value
    page["B2"].number_format = number_format
    draft = only(read(book))
    assert draft.values["options"][0]["text"] == shown
    assert [name for name, *_ in found(draft)] == ([code] if code else [])
    assert not any(problem.is_error for problem in draft.problems)


@pytest.mark.parametrize(
    ("value", "number_format", "code"),
    [
        (date(2026, 1, 2), "mm-dd-yy", "shown_as"),  # the computer's own order of day and month
        (1234567890123456789, "General", "lost_digits"),
        ("#N/A", "General", "cell_error"),
        ('="吨"', "General", "formula"),
        (5, "000-0000", "shown_as"),
    ],
)
def test_a_cell_that_is_not_certain_is_named(value: object, number_format: str, code: str) -> None:
    book, page = sheet()
    page["B2"].value = value
    page["B2"].number_format = number_format
    assert (code, "2", "B A", True) in found(only(read(book)))


def block(text: str, **font: Any) -> TextBlock:
    return TextBlock(InlineFont(**font), text)


@pytest.mark.parametrize(
    ("runs", "markup"),
    [
        (["10", block("3", vertAlign="superscript"), " kg"], "10<sup>3</sup> kg"),
        (["CO", block("2", vertAlign="subscript")], "CO<sub>2</sub>"),
        ([block("旧", strike=True), "新"], "<s>旧</s>新"),
        (["下列", block("错误", b=True), "的是"], "下列<b>错误</b>的是"),
        (["下列", block("不", b=True, u="single"), "属于"], "下列<b><u>不</u></b>属于"),
        ([block("全部", b=True), block("粗体", b=True)], "全部粗体"),
        ([block("E", i=True), block("i", i=True, vertAlign="subscript")], "E<sub>i</sub>"),
    ],
)
def test_fonts_inside_a_text_are_kept(runs: list[Any], markup: str) -> None:
    book, page = sheet()
    page["A2"].value = CellRichText(*runs)
    assert only(read(book)).values["stem"] == markup


@pytest.mark.parametrize(
    ("font", "markup"),
    [
        (Font(strike=True), "<s>单位</s>"),
        (Font(vertAlign="superscript"), "<sup>单位</sup>"),
        (Font(bold=True, italic=True), "单位"),
    ],
)
def test_of_the_font_of_a_whole_cell_only_what_changes_the_meaning_is_kept(
    font: Font, markup: str
) -> None:
    book, page = sheet()
    page["A2"].value, page["A2"].font = "单位", font
    assert only(read(book)).values["stem"] == markup


def test_comments_hidden_rows_and_columns_are_named() -> None:
    book, page = sheet([HEAD, ROW, ROW])
    page["D2"].comment = Comment("应为 B？", "张三")
    page["H3"].comment = Comment("核对", "张三")
    page.row_dimensions[3].hidden = True
    page.column_dimensions["E"].hidden = True
    parsed = read(book)
    assert found(parsed.drafts[0]) == [("comment", "2", "D 答案", False)]
    assert parsed.drafts[0].problems[0].params == {"value": "应为 B？"}
    assert found(parsed.drafts[1]) == [
        ("hidden_row", "3", "", False),
        ("comment", "3", "H", False),
    ]
    assert [(p.code, p.column) for p in file_problems(parsed)] == [("hidden_column", "E 解析")]


def test_every_sheet_is_read_or_named() -> None:
    book, _ = sheet()
    for title, rows in {"多选题": [HEAD, ["哪些？", "甲", "乙", "AB"]], "封面": [["题库"]]}.items():
        page: Any = book.create_sheet(title)
        for row in rows:
            page.append(row)
    hidden: Any = book.create_sheet("旧题")
    hidden.append(HEAD)
    hidden.append(ROW)
    hidden.sheet_state = "hidden"
    parsed = read(book)
    assert [(draft.at, draft.values["type"]) for draft in parsed.drafts] == [
        ("题库!2", "single_choice"),
        ("多选题!2", "multiple_choice"),
    ]
    assert [(p.code, p.at) for p in file_problems(parsed)] == [
        ("sheet_skipped", "封面"),
        ("hidden_sheet", "旧题"),
    ]


def test_unknown_columns_are_named_and_skipped() -> None:
    book, _ = sheet([[*HEAD, "创建人", "分值"], [*ROW, "张三", 2]])
    parsed = read(book)
    assert [(p.code, p.at, p.column) for p in file_problems(parsed)] == [
        ("column_skipped", "题库!1", "F 创建人"),
        ("marks_skipped", "题库!1", "G 分值"),
    ]
    assert found(only(parsed)) == []


def test_cells_without_a_heading_are_named() -> None:
    book, page = sheet([["题干", "A", "B", None, "答案"], ["?", "甲", "乙", "丙", "A", "注"]])
    assert found(only(read(book))) == [
        ("cells_skipped", "2", "D", True),
        ("cells_skipped", "2", "F", False),
    ]
    del page


def test_a_comma_too_many_in_csv_keeps_the_row_out() -> None:
    data = "题干,A,B,答案\n单价，1,000 元,甲,乙,A\n".encode()
    assert ("cells_skipped", "2", "E", True) in found(only(formats.read("a.csv", data, PROGRAMME)))


def test_merged_texts_are_named() -> None:
    book, page = sheet([HEAD, ROW, [None, "甲", "乙", "B"]])
    page.merge_cells("A2:A3")
    for draft in read(book).drafts:
        assert ("merged", draft.at, "", True) in found(draft)


def test_every_row_is_reported_however_many_problems_there_are() -> None:
    book, _ = sheet([HEAD, *[["?", "甲", "乙", '="A"']] * 1000])
    parsed = read(book)
    assert [draft.at for draft in parsed.drafts] == [str(n) for n in range(2, 1002)]
    assert all(("formula", d.at, "D 答案", True) in found(d) for d in parsed.drafts)


def test_pictures_on_cells_are_taken_with_their_row() -> None:
    book, page = sheet([HEAD, ROW, ROW])
    for place in ("A2", "C2", "C2", "A3", "D3", "B9"):
        page.add_image(Image(io.BytesIO(png())), place)
    parsed = read(book)
    first, second = parsed.drafts
    assert first.values["stem"] == f"单位是（ ）。\n![]({PICTURE})"
    assert first.values["options"][1]["text"] == f"千克\n![]({PICTURE})\n![]({PICTURE})"
    assert second.values["stem"] == f"单位是（ ）。\n![]({PICTURE})"
    assert found(second) == [("picture_misplaced", "3", "", True)]
    assert [(p.code, p.at) for p in file_problems(parsed)] == [("picture_loose", "9")]
    assert list(parsed.pictures) == [PICTURE]


def with_parts(data: bytes, parts: Mapping[str, str | bytes], cell: tuple[str, str]) -> bytes:
    """A workbook with more parts, and a cell written as given."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                assert cell[0].encode() in content
                content = content.replace(cell[0].encode(), cell[1].encode())
            new.writestr(name, content)
        for name, added in parts.items():
            new.writestr(name, added)
    return buffer.getvalue()


RELATION = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
    'relationships/image" Target="{}"/></Relationships>'
)
NAMES = (
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"'
)


def test_a_picture_placed_in_a_cell_is_taken() -> None:
    book, page = sheet()
    page["E2"].value = 12345
    parts: dict[str, str | bytes] = {
        "xl/metadata.xml": '<metadata><futureMetadata name="XLRICHVALUE" count="1"><bk><extLst>'
        '<ext><xlrd:rvb xmlns:xlrd="x" i="0"/></ext></extLst></bk></futureMetadata>'
        '<valueMetadata count="1"><bk><rc t="1" v="0"/></bk></valueMetadata></metadata>',
        "xl/richData/rdrichvalue.xml": '<rvData><rv s="0"><v>0</v><v>5</v></rv></rvData>',
        "xl/richData/richValueRel.xml": (
            f'<richValueRels {NAMES}><rel r:id="rId1"/></richValueRels>'
        ),
        "xl/richData/_rels/richValueRel.xml.rels": RELATION.format("../media/image1.png"),
        "xl/media/image1.png": png(),
    }
    old = '<c r="E2" t="n"><v>12345</v></c>'
    data = with_parts(saved(book), parts, (old, '<c r="E2" t="e" vm="1"><v>#VALUE!</v></c>'))
    parsed = formats.read("a.xlsx", data, PROGRAMME)
    assert only(parsed).values["rationale"] == f"![]({PICTURE})"
    assert found(only(parsed)) == []


def test_a_picture_placed_in_a_cell_by_wps_is_taken() -> None:
    book, page = sheet()
    page["A2"].value = '=DISPIMG("ID_7",1)'
    parts: dict[str, str | bytes] = {
        "xl/cellimages.xml": f'<etc:cellImages xmlns:etc="x" {NAMES}><etc:cellImage><xdr:pic>'
        '<xdr:nvPicPr><xdr:cNvPr id="1" name="ID_7"/></xdr:nvPicPr><xdr:blipFill>'
        '<a:blip r:embed="rId1"/></xdr:blipFill></xdr:pic></etc:cellImage></etc:cellImages>',
        "xl/_rels/cellimages.xml.rels": RELATION.format("media/image1.png"),
        "xl/media/image1.png": png(),
    }
    data = with_parts(saved(book), parts, ("DISPIMG", "_xlfn.DISPIMG"))
    assert only(formats.read("a.xlsx", data, PROGRAMME)).values["stem"] == f"![]({PICTURE})"


def zipped(members: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("text", "file"),
    [
        ("![图](图 1.PNG)", "图片/图 1.png"),
        ("![图](图片/图1.Jpeg)", "图片/图1.JPEG"),
        ('<img src="图1.png" alt="图">', "题库/图1.PNG"),
        ("![图](./a.webp)", "a.WEBP"),
        ("![图](图片\\图1.bmp)", "图片/图1.bmp"),
    ],
)
def test_pictures_beside_a_sheet_are_found_by_their_names(text: str, file: str) -> None:
    kind = {"webp": "WEBP", "bmp": "BMP", "jpeg": "JPEG"}.get(file.lower().split(".")[1], "PNG")
    quoted = text.replace('"', '""')
    table = f'题干,A,B,答案\n"{quoted}",甲,乙,A\n'
    data = zipped({"题库/items.csv": table.encode(), file: png(kind=kind)})
    parsed = formats.read("题库.zip", data, PROGRAMME)
    (name,) = parsed.pictures
    assert only(parsed).values["stem"] == f"![图]({name})"
    assert found(only(parsed)) == []
    assert file_problems(parsed) == []


def test_a_column_of_pictures_shows_them_in_the_stem() -> None:
    data = zipped({"a.csv": "题干,图片,A,B,答案\n?,图1.png,甲,乙,A\n".encode(), "图1.png": png()})
    assert only(formats.read("a.zip", data, PROGRAMME)).values["stem"] == f"?\n![]({PICTURE})"


def test_pictures_of_one_name_are_told_apart_by_their_folders() -> None:
    table = "题干,A,B,答案\n![](二/图.png),甲,乙,A\n![](图.png),甲,乙,A\n".encode()
    data = zipped({"a.csv": table, "一/图.png": png("blue"), "二/图.png": png()})
    parsed = formats.read("a.zip", data, PROGRAMME)
    assert parsed.drafts[0].values["stem"] == f"![]({PICTURE})"
    assert found(parsed.drafts[1]) == [("picture_bad", "3", "A 题干", True)]
    assert [(p.code, p.at) for p in file_problems(parsed)] == [("picture_surplus", "一/图.png")]


def test_all_lists_of_an_archive_are_read_and_other_files_named() -> None:
    table = "题干,A,B,答案\n?,甲,乙,A\n".encode()
    data = zipped({"一.csv": table, "二.gift": b"Sky? {=blue ~red}\n", "说明.docx": b"PK\x03\x04"})
    parsed = formats.read("a.zip", data, PROGRAMME)
    assert [draft.at for draft in parsed.drafts] == ["一.csv 2", "二.gift 1"]
    assert [(p.code, p.at, p.is_error) for p in file_problems(parsed)] == [
        ("archive", "说明.docx", False)
    ]

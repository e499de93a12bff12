"""Sheets hold texts of any length: nothing is cut off, outside the paper, or silently left out."""

import io
import os
from datetime import UTC, datetime

import pypdfium2
import pytest
from PIL import Image
from pypdf import PdfReader

from kiosk.bench.prints import labels
from kiosk.printing.documents import (
    Block,
    Card,
    Cards,
    Column,
    Document,
    Facts,
    Label,
    Lines,
    Note,
    Page,
    Signatures,
    Table,
)
from kiosk.printing.fonts import find_font, is_printable, lacking
from kiosk.printing.lines import break_lines
from kiosk.printing.pictures import PORTRAIT, shrunk
from kiosk.printing.typesetting import typeset
from kiosk.vision.samples import sample_portrait

LONG = "阿卜杜热合曼·买买提吐尔逊·艾合买提江·阿卜杜外力"
LATIN = "Maximiliana-Featherstonehaugh-Cholmondeley de la Tour d'Auvergne-Lauraguais"
HEADS = (Label(zh="座位", en="Seat"), Label(zh="姓名", en="Name"), Label(zh="签名", en="Signature"))
A4 = 210 / 25.4 * 72, 297 / 25.4 * 72


def document(*blocks: Block, big: str = "第一考场") -> Document:
    return Document(
        title=Label(zh="签到表", en="Sign-in sheet"),
        about="2026年4月考试",
        foot="测试考点",
        made_at=datetime(2026, 4, 25, tzinfo=UTC),
        pages=(Page(big=big, blocks=blocks),),
    )


def table(names: list[str], abreast: int = 1) -> Table:
    shares = zip(HEADS, (1, 3, 3), strict=True)
    return Table(
        columns=tuple(Column(head=head, share=share) for head, share in shares),
        rows=tuple((f"A{number:02d}", name, "") for number, name in enumerate(names, start=1)),
        abreast=abreast,
    )


def words(pdf: bytes) -> list[str]:
    texts = (page.extract_text().replace("\0", "") for page in PdfReader(io.BytesIO(pdf)).pages)
    return ["".join(text.split()) for text in texts]


def boxes(pdf: bytes) -> list[tuple[float, float, float, float]]:
    """Where the texts of all pages are, in points: left, bottom, right, top."""
    found = []
    with pypdfium2.PdfDocument(pdf) as opened:
        for page in opened:
            text = page.get_textpage()
            found += [text.get_rect(number) for number in range(text.count_rects())]
            text.close()
    return found


@pytest.mark.parametrize("name", ["王伟", LONG, LATIN, "很长的名字" * 30, "x" * 400])
def test_a_name_of_any_length_is_whole_and_on_the_paper(name: str) -> None:
    card = Card(seat="A01", name=name[:120], number="2026T0001", lines=("第一考场", name[:120]))
    for made in (
        document(table([name])),
        document(Facts(rows=((HEADS[1], name), (HEADS[0], "A01")))),
        document(Cards(cards=(card,) * 3)),
        document(Note(text=name), big=name[:60]),
    ):
        pdf = typeset(made, find_font())
        shown = name[:120] if isinstance(made.pages[0].blocks[0], Cards) else name
        assert "".join(shown.split()) in "".join(words(pdf)).replace("-", "-")
        for left, bottom, right, top in boxes(pdf):
            assert left > 15
            assert bottom > 15
            assert right < A4[0] - 15
            assert top < A4[1] - 15


def test_a_long_table_goes_on_with_its_headings_and_no_row_is_lost() -> None:
    names = [f"考生{number}号" for number in range(1, 151)]
    for abreast in (1, 2):
        pages = words(typeset(document(table(names, abreast)), find_font()))
        assert len(pages) > 1
        assert all("姓名Name" in page for page in pages)
        assert all(name in "".join(pages) for name in names)


def test_lines_to_write_on_and_signatures_stay_together() -> None:
    signatures = Signatures(labels=(Label(zh="监考员一", en="1"), Label(zh="监考员二", en="2")))
    lines = Lines(label=Label(zh="其他", en="Other"), count=10)
    for rows in range(1, 32, 2):
        last = words(typeset(document(table(["王伟"] * rows), lines, signatures), find_font()))[-1]
        assert "监考员一" in last
        assert "监考员二" in last


def test_what_the_font_lacks_is_marked_and_named_on_each_page() -> None:
    rare = "李\U000323aa"
    assert lacking(find_font(), [rare]) == "\U000323aa"
    assert [name for name in (rare, "王伟", LONG) if not is_printable(name)] == [rare]
    for page in words(typeset(document(table([rare] * 60)), find_font())):
        assert "李〓" in page
        assert "U+323AA" in page
    assert "〓" not in "".join(words(typeset(document(table([LONG])), find_font())))


@pytest.mark.parametrize("text", ["王\x07伟", "王\u200b伟", "王\u202e伟", "王\ufeff伟"])
def test_invisible_characters_neither_print_nor_disturb(text: str) -> None:
    assert is_printable(text)
    assert "王伟" in words(typeset(document(table([text])), find_font()))[0]


def test_portraits_become_small_and_keep_their_shape() -> None:
    picture = Image.frombytes("L", (1200, 1680), os.urandom(1200 * 1680)).convert("RGB")
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=95)
    small = shrunk(file.getvalue(), PORTRAIT)
    assert small is not None
    assert len(small) < 60_000
    with Image.open(io.BytesIO(small)) as made:
        assert made.size == PORTRAIT


@pytest.mark.parametrize("broken", [b"", b"no picture", sample_portrait(0)[:200]])
def test_a_portrait_that_cannot_be_read_is_an_empty_frame(broken: bytes) -> None:
    pdf = typeset(labels([broken, sample_portrait(0)]), find_font())
    (page,) = PdfReader(io.BytesIO(pdf)).pages
    assert len(page.images) == 1
    assert "无照片" in words(pdf)[0]


def test_ten_labels_fit_on_a_sheet() -> None:
    assert len(words(typeset(labels([sample_portrait(0)] * 21), find_font()))) == 3


def test_a_piece_without_blanks_breaks_where_the_line_ends() -> None:
    assert break_lines("x" * 10, 4, len) == ["xxxx", "xxxx", "xx"]
    assert break_lines("ab", 1, len) == ["a", "b"]


def test_the_sign_for_the_number_of_pages_may_stand_in_a_text() -> None:
    (page,) = words(typeset(document(Note(text="{nb} pages")), find_font()))
    assert "{nb}pages" in page
    assert "1/1" in page

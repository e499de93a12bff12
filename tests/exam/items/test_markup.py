"""Texts of items hold formulas and pictures, and nothing of them is lost."""

from hypothesis import given
from hypothesis import strategies as st

from kiosk.exam.items.markup import (
    Span,
    Table,
    all_spans,
    blocks,
    escaped,
    pictures,
    spans,
    write_table,
)


def test_text_formula_and_picture_are_told_apart() -> None:
    found = spans("由 $E = AD \\times EF$ 得 ![流程图](flow-1.png)。")
    assert [(span.kind, span.text) for span in found] == [
        ("text", "由 "),
        ("formula", "E = AD \\times EF"),
        ("text", " 得 "),
        ("picture", "flow-1.png"),
        ("text", "。"),
    ]
    assert found[3].alt == "流程图"


def test_a_dollar_sign_can_be_written() -> None:
    assert spans(r"每吨 \$8 至 \$10") == (Span("text", "每吨 $8 至 $10"),)


def test_a_single_dollar_sign_is_text() -> None:
    assert spans("$8") == (Span("text", "$8"),)


def test_blanks_between_dollar_signs_are_no_formula() -> None:
    assert spans("$ $") == (Span("text", "$ $"),)
    assert spans("5 $ $x$") == (Span("text", "5 $ "), Span("formula", "x"))


def test_a_picture_is_a_plain_name_and_never_a_path() -> None:
    for name in ("../x.png", "a/b.png", "http://x/y.png", ".png", "x.html"):
        assert pictures(f"![x]({name})") == frozenset()
    assert pictures("![x](a.svg) ![](b.jpg)") == {"a.svg", "b.jpg"}


@given(st.text(alphabet="ab $\\![](.png\n"))
def test_plain_text_comes_through_whole(text: str) -> None:
    found = spans(text)
    assert all(span.text for span in found)
    if all(span.kind == "text" for span in found):
        assert "".join(span.text for span in found) == text.replace(r"\$", "$")


def test_emphasis_nests_and_a_tag_without_its_partner_is_text() -> None:
    found = spans("下列<b>不<u>正确</u></b>的是 x<sub>2</sub>，a<b 且 </b>")
    assert [(span.text, span.styles) for span in found] == [
        ("下列", ()),
        ("不", ("b",)),
        ("正确", ("b", "u")),
        ("的是 x", ()),
        ("2", ("sub",)),
        ("，a<b 且 </b>", ()),
    ]


def test_emphasis_reaches_over_formulas_and_pictures() -> None:
    found = spans("<s>$x$![图](a.png)</s>")
    assert [(span.kind, span.styles) for span in found] == [
        ("formula", ("s",)),
        ("picture", ("s",)),
    ]


def test_a_table_stands_between_its_lines() -> None:
    written = "| 年份 | 排放量 $E$ |\n| --- | --- |\n| 2024 | 12 |\n| 2025 | ![图](a.png) |"
    text = f"见下表：\n{written}\n排放量为（　　）。"
    before, table, after = blocks(text)
    assert (before, after) == ("见下表：", "排放量为（　　）。")
    assert table == Table(("年份", "排放量 $E$"), (("2024", "12"), ("2025", "![图](a.png)")))
    assert pictures(text) == {"a.png"}
    assert [span.text for span in all_spans(text) if span.kind == "formula"] == ["E"]


def test_a_table_without_headings_begins_with_its_rule_and_short_rows_are_filled() -> None:
    assert blocks("| --- | --- |\n| a | b<br>c |\n| d |") == (
        Table((), (("a", "b\nc"), ("d", ""))),
    )


def test_lines_with_bars_and_no_rule_are_text() -> None:
    for text in ("| a | b |\n| c | d |", "|x| = 2", "| --- |", "| a |\n| --- |"):
        assert blocks(text) == (text,)


def test_a_bar_in_a_cell_is_escaped() -> None:
    table = Table(("$|x|$",), (("a | b",),))
    assert blocks(write_table(table)) == (table,)


@given(
    st.lists(
        st.sampled_from(
            ["a", "|", "\\", "$", "<b>", "</b>", "<br>", "\n", " ", "| --- |", "| a |\n"]
        )
    )
)
def test_escaped_text_is_shown_as_it_was(parts: list[str]) -> None:
    text = "".join(parts)
    assert all(isinstance(block, str) for block in blocks(escaped(text)))
    found = spans(escaped(text))
    assert "".join(span.text for span in found) == text
    assert all(span.kind == "text" and not span.styles for span in found)


_cells = st.lists(st.sampled_from(["a", "|", "<b>", "$|x|$", "数"]), max_size=4).map("".join)


@given(
    st.integers(1, 4).flatmap(
        lambda n: st.lists(st.lists(_cells, min_size=n, max_size=n), min_size=2)
    )
)
def test_a_written_table_is_read_back(rows: list[list[str]]) -> None:
    table = Table(tuple(rows[0]), tuple(map(tuple, rows[1:])))
    assert blocks(write_table(table)) == (table,)

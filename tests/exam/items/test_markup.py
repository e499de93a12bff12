"""Texts of items hold formulas and pictures, and nothing of them is lost."""

from hypothesis import given
from hypothesis import strategies as st

from kiosk.exam.items.markup import Span, pictures, spans


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

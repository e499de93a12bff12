"""Essays: a small closed subset of HTML, its plain text, and its words."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.exam.items.rich_text import TAGS, check, count_words, plain


@pytest.mark.parametrize(
    "text",
    [
        "",
        "文字",
        "<p>碳<b>达<i>峰</i></b></p><p>CO<sub>2</sub><br>二</p>",
        "<ol><li>一</li></ol><ul><li>二</li></ul>",
        "a &lt; b &amp; c",
    ],
)
def test_the_subset_is_taken(text: str) -> None:
    check(text)


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '<b onclick="x">y</b>',
        "<P>x</P>",
        "<p>open",
        "</p>",
        "<b><i>x</b></i>",
        "a < b",
        "a & b",
        "&nbsp;",
        "&#60;script&#62;",
        "<img src=x>",
        "<p/>",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"not allowed|clos"):
        check(text)


@given(st.text())
def test_any_text_can_be_written(text: str) -> None:
    check(html.escape(text, quote=False))


@given(st.lists(st.sampled_from([*(f"<{tag}>" for tag in TAGS), "</b>", "</p>", "x", "<x>", "&"])))
def test_what_is_taken_has_no_other_markup(parts: list[str]) -> None:
    text = "".join(parts)
    try:
        check(text)
    except ValueError:
        return
    assert set(re.findall(r"</?(\w+)", text)) <= set(TAGS)


def test_plain_text_has_a_line_for_each_paragraph() -> None:
    assert plain("<p>一<b>二</b></p><p>三 &lt; 四</p><ul><li>五</li></ul>") == "一二\n三 < 四\n五"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("碳达峰", 3),
        ("<p>碳达峰</p><p>CO2 emission</p>", 5),
        ("100 吨，约 5.5%", 5),
        ("don't", 2),
        ("　 \n", 0),
    ],
)
def test_words_are_counted_as_chinese_word_processors_do(text: str, words: int) -> None:
    assert count_words(text) == words

"""Names and numbers of the author are found as people write them; ordinary words stay."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.exam.items.item import ItemType
from sync.hq.marking.anonymity import Author, Disclosure, find
from sync.hq.marking.rules import Criterion
from sync.hq.marking.shown import HIDDEN, Node, shown

ZHANG = Author("张伟明", "110105199003074518", "2026A0001")
NAME, IDENTITY, ADMISSION = Disclosure.NAME, Disclosure.IDENTITY_NO, Disclosure.ADMISSION_NO


def seen(text: str, author: Author = ZHANG, kind: ItemType = ItemType.SHORT_ANSWER) -> str:
    """What a marker reads, as text."""
    return "".join(_text(node) for node in shown(kind, text, author, ()).nodes)


def _text(node: Node) -> str:
    if "tag" in node:
        return "".join(map(_text, node["nodes"]))
    return str(node["text"])


def kinds(text: str, author: Author = ZHANG) -> tuple[Disclosure, ...]:
    return find(list(text), author).kinds


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("考生张伟明答", NAME),
        ("张 伟 明", NAME),
        ("张·伟·明", NAME),
        ("张\n伟\u200b明", NAME),
        ("我叫伟明，", NAME),
        ("姓名：伟明", NAME),
        ("110105199003074518", IDENTITY),
        ("１１０１０５ １９９００３０７ ４５１８", IDENTITY),
        ("生日19900307", IDENTITY),
        ("身份证尾号4518", IDENTITY),
        ("一一〇一〇五一九九〇", IDENTITY),
        ("2026A0001", ADMISSION),
        ("２０２６ａ－０００１", ADMISSION),
        ("准考证号：0001", ADMISSION),
        ("联系13800138000", Disclosure.PHONE),
        ("138-0013-8000", Disclosure.PHONE),
        ("＋８６ １３８ ００１３ ８０００", Disclosure.PHONE),
        ("zhang.wei@example.com", Disclosure.EMAIL),
    ],
)
def test_what_identifies_the_author_is_hidden(text: str, kind: Disclosure) -> None:
    assert kind in kinds(text)
    assert HIDDEN in seen(text)


@pytest.mark.parametrize(
    "text",
    [
        "伟明的做法",  # the given name alone may be a word
        "张三认为",
        "9524.38 tCO₂，200×389.31×0.0153",
        "2026年完成1000家企业",
        "13.5、20.45、18.30、20.11",
        "第0001号方案",
        "2026A00010",  # another number
        "<b>减排</b>",
    ],
)
def test_ordinary_texts_stay_as_they_are(text: str) -> None:
    assert kinds(text) == ()
    assert seen(text) == text


def test_names_in_letters_are_found_in_any_order_but_not_inside_words() -> None:
    li_na = Author("Li Na", "X12345678", "A1")
    assert seen("by li na.", li_na) == f"by {HIDDEN * 3}."
    assert seen("Na, Li", li_na) == HIDDEN * 3
    assert "disciplina" in seen("disciplinary measures", li_na)
    assert kinds("NA LI", li_na) == (NAME,)


def test_a_name_across_formatting_is_found_and_the_formatting_stays() -> None:
    found = shown(ItemType.ESSAY, "<p>我是张<b>伟明</b>&lt;</p>", ZHANG, ())
    (paragraph,) = found.nodes
    assert [node.get("hidden") for node in paragraph["nodes"][:2]] == [None, True]
    assert paragraph["nodes"][2]["tag"] == "b"
    assert found.kinds == (NAME,)


def test_markup_in_a_short_answer_is_text() -> None:
    (node,) = shown(ItemType.SHORT_ANSWER, "<script>alert(1)</script>", ZHANG, ()).nodes
    assert node == {"text": "<script>alert(1)</script>"}


def test_every_hidden_run_is_as_long_as_any_other() -> None:
    assert seen("张伟明，110105199003074518") == f"{HIDDEN * 3}，{HIDDEN * 3}"


def test_keywords_are_marked_with_their_criteria_and_give_nothing() -> None:
    words = (("碳达峰",), ("GWP", "达峰"))
    criteria = [Criterion("a", Decimal(2), some) for some in words]
    nodes = shown(ItemType.SHORT_ANSWER, "碳达峰与ｇｗｐ", ZHANG, criteria).nodes
    assert nodes == [
        {"text": "碳", "points": [1]}, {"text": "达峰", "points": [1, 2]}, {"text": "与"},
        {"text": "ｇｗｐ", "points": [2]},
    ]  # fmt: skip


def test_words_are_counted_as_in_chinese_word_processors() -> None:
    found = shown(ItemType.SHORT_ANSWER, "碳达峰 net zero < 2060", ZHANG, ())
    assert (found.words, found.characters) == (6, 15)


@given(st.text(max_size=60), st.text(alphabet="·  ﹒\u200b-", max_size=3), st.text(max_size=60))
def test_the_name_is_hidden_whatever_stands_around_and_inside(
    before: str, between: str, after: str
) -> None:
    between = between.replace("﹒", "")
    text = before + between.join("张伟明") + after
    found = find(list(text), ZHANG)
    start = len(before)
    assert {start, start + len(between) + 1} <= found.hidden


@given(st.text(max_size=200), st.text(max_size=12), st.text(max_size=20), st.text(max_size=12))
def test_nothing_that_people_type_breaks_the_search(
    text: str, name: str, identity: str, admission: str
) -> None:
    author = Author(name, identity, admission)
    found = find(list(text), author)
    assert all(0 <= place < len(text) for place in found.hidden)
    shown(ItemType.ESSAY, text, author, ())

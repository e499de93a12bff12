"""Shared passages are found; what the question says or everybody learnt is not."""

from hypothesis import given
from hypothesis import strategies as st

from kiosk.exam.items.item import Item, ItemType, Translation
from sync.hq.similarity.texts import LEAST_PASSAGE, asked, normal, shared_texts
from tests.hq.similarity.world import PASSAGE

OWN = (
    "我认为核查首先要看边界，其次看数据来源是否可追溯，"
    "第三看监测计划是否得到执行，最后看内部质量控制是否留有记录。"
)


def test_the_same_passage_is_found_in_other_clothes() -> None:
    dressed = "答： " + PASSAGE.replace("，", ", ").replace("；", "\n") + " 以上。"
    found = shared_texts("Q", {0: PASSAGE, 1: OWN, 2: dressed}, [])
    assert list(found) == [(0, 2)]
    shared = found[0, 2]
    assert shared.passage >= len(normal(PASSAGE)) - 1
    assert shared.share > 0.9
    assert normal(PASSAGE).startswith(shared.text[:30])


def test_what_the_question_says_does_not_count() -> None:
    assert not shared_texts("Q", {0: PASSAGE, 1: PASSAGE}, ["请解释：" + PASSAGE])


def test_what_the_question_says_in_any_language_does_not_count() -> None:
    english = (
        "A verifier first looks at the boundary, then at where the data come from, and at last"
        " at whether the monitoring plan was followed. Explain why, with an example."
    )
    item = Item(
        id="Q",
        type=ItemType.SHORT_ANSWER,
        subject="theory",
        domain="policy",
        stem="说明核查的重点。",
        translations=(Translation(language="en", stem=f"<b>{english}</b>"),),
    )
    assert shared_texts("Q", {0: english, 1: english}, [item.stem])
    assert not shared_texts("Q", {0: english, 1: english}, asked(item))


def test_what_many_write_is_common_knowledge() -> None:
    many = dict.fromkeys(range(9), PASSAGE)
    assert not shared_texts("Q", many, [])
    assert len(shared_texts("Q", dict.fromkeys(range(3), PASSAGE), [])) == 3


def test_a_quotation_in_two_long_answers_is_not_enough() -> None:
    own = ["".join(chr(0x4E00 + (n * step) % 5000) for n in range(300)) for step in (7, 11)]
    texts = {who: text + PASSAGE for who, text in enumerate(own)}
    assert not shared_texts("Q", texts, [])


def test_short_answers_are_not_compared() -> None:
    short = PASSAGE[: LEAST_PASSAGE - 5]
    assert not shared_texts("Q", {0: short, 1: short}, [])


@given(st.dictionaries(st.integers(0, 5), st.text(alphabet="ab碳，", max_size=200), max_size=4))
def test_any_texts_can_be_compared(texts: dict[int, str]) -> None:
    for (one, other), shared in shared_texts("Q", texts, []).items():
        assert one < other
        assert LEAST_PASSAGE <= shared.passage <= min(len(texts[one]), len(texts[other]))


def test_a_text_of_one_letter_costs_no_more_than_others() -> None:
    hostile = "啊" * 60_000
    assert not shared_texts("Q", {0: hostile, 1: hostile}, [])

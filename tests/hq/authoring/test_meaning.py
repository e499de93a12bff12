"""An item that reads differently from what its author meant is named, and a sound one is not."""

import time
from typing import Any

import pytest

from sync.hq.authoring.entry import BankItem, read_entry
from sync.hq.authoring.meaning import check, sameness
from tests.hq.authoring.imports import declared, preview, stored
from tests.hq.desk import Desk
from tests.hq.items import PICTURE, PROGRAMME, special, starter

OPTIONS = ("甲烷", "氮气", "氧气", "氢气")
CHOICE: dict[str, Any] = {
    "id": "M1",
    "type": "single_choice",
    "subject": "theory",
    "domain": "policy",
    "stem": "下列属于温室气体的是（　　）。",
}


def choice(*options: str, **values: Any) -> dict[str, Any]:
    texts = options or OPTIONS
    listed = [{"id": "ABCDEFGH"[n], "text": text} for n, text in enumerate(texts)]
    return {**CHOICE, "options": listed, "key": ["A"], **values}


def codes(values: dict[str, Any]) -> list[str]:
    return [problem.code for problem in read_entry(values, PROGRAMME)[1]]


def accepted(values: dict[str, Any]) -> BankItem:
    entry, problems = read_entry(values, PROGRAMME)
    assert entry is not None, [problem.text for problem in problems]
    return entry


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("二氧化碳", " 二氧化碳"),
        ("ＣＯ2", "CO2"),
        ("CO₂", "CO<sub>2</sub>"),
        ("m²", "m<sup>2</sup>"),
        ("㎡", "m²"),
        ("10 %", "10%"),
        ("第一 项", "第一项"),
        ("A（甲）", "A(甲)"),
        ("$x^2$", "$x^2$"),
        ("é", "e\u0301"),
        ("碳\u200b市场", "碳市场"),
        (f"![左]({PICTURE})", f"![右]({PICTURE})"),
    ],
)
def test_options_that_read_the_same_keep_an_item_out(first: str, second: str) -> None:
    assert "options_equal" in codes(choice(first, second, "第三"))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("a", "A"),
        ("CO₂", "CO2"),
        ("10²", "102"),
        ("m²", "m2"),
        ("㎡", "m2"),
        ("x<sub>1</sub>", "x<sup>1</sup>"),
        ("①", "1"),
        ("½", "1/2"),
        ("every day", "everyday"),
        ("<u>a</u>bout", "a<u>bout</u>"),
        ("$x_1$", "$x_{1}$"),
        ("𝐯", "v"),
        ("-1", "1"),
        ("1.0", "10"),
        (f"![同]({PICTURE})", "同"),
    ],
)
def test_options_that_differ_for_the_reader_are_accepted(first: str, second: str) -> None:
    assert codes(choice(first, second, "第三")) == []


@pytest.mark.parametrize("empty", ["<b> </b>", "<i></i>", "<sub></sub>"])
def test_formatting_without_text_is_named(empty: str) -> None:
    assert codes(choice(stem=empty)) == ["no_text"]
    assert "no_text" in codes(choice("甲", empty))
    assert codes(choice(stem=f"![图]({PICTURE})")) == []


@pytest.mark.parametrize(
    "stem",
    [
        "甲每吨 $5 与 $6 的差",
        "甲每吨$5与$6的差",
        "It costs $5 and $6.",
        "价格从$100降到$80",
        "价格为$100元，税$5元",
        "US$1.5 billion in 2010 and US$2 billion",
        "$100-$200",
        "$5，乙公司 $6",
        "costs $5 (or $6)",
        "从 $5 涨到 六$",
        "变量 $a 和 $b 的值",
        "echo $HOME and $PATH",
        "$HOME/bin:$PATH",
        "$x, $y",
        "$x and y$",
        "价格 5$/t 到 6$/t",
        "5$ 和 6$",
        "10$-20$",
    ],
)
def test_amounts_that_are_read_as_a_formula_are_named(stem: str) -> None:
    entry, problems = read_entry(choice(stem=stem), PROGRAMME)
    assert entry is None
    assert [problem.code for problem in problems] == ["amount"]
    assert "\\$" in problems[0].text


@pytest.mark.parametrize(
    "stem",
    [
        "单价 \\$5 与 \\$6",
        "只有 $5",
        "$x_1$ 与 $x_2$ 的和",
        "$排放量 = 活动数据 \\times 排放因子$",
        "$\\frac{排放量}{产量}$",
        "$5$ 和 $6$ 的和",
        "$ 5 $ 与 $ 6 $",
        "$3x+2y$",
        "$2, 3, 5$",
        "$5 \\text{ and } 6$",
        "$5 kg$",
        "$5元$",
        "$n$-dimensional and $m$",
        "$H^+$ion",
        "$a < b$ and $c$",
        "$100\\%$",
        "$\\alpha$ 到 $\\beta$",
        "共 2$x$ 与 3$y$",
        "2$x_1$",
    ],
)
def test_formulas_are_accepted(stem: str) -> None:
    assert codes(choice(stem=stem)) == []


@pytest.mark.parametrize(
    ("stem", "key"),
    [
        ("下列属于温室气体的是（A）。", ["A"]),
        ("下列属于温室气体的是( A )", ["A"]),
        ("我国碳市场启动于（A）年。", ["A"]),
        ("属于（ A ）的范畴", ["A"]),
        ("属于__A__的范畴", ["A"]),
        ("包括（ABD）。", ["A", "B", "D"]),
        ("包括（A、B、D）等", ["A", "B", "D"]),
        ("是什么？答案：A", ["A"]),
        ("是什么？答案：C", ["A"]),
        ("是什么？【答案】A", ["A"]),
        ("是什么？\n正确答案：A。", ["A"]),
        ("是什么？故选Ａ", ["A"]),
        ("What is it? Answer: A", ["A"]),
        ("What is it? (Answer is A)", ["A"]),
        ("是（　）。（A）", ["A"]),
    ],
)
def test_a_key_in_the_stem_is_named(stem: str, key: list[str]) -> None:
    kind = "multiple_choice" if len(key) > 1 else "single_choice"
    assert codes(choice(stem=stem, key=key, type=kind)) == ["key_in_stem"]


@pytest.mark.parametrize(
    ("stem", "key"),
    [
        ("如图（A）所示，下列正确的是（　　）。", "B"),
        ("如图（A）所示，下列正确的是（　　）。", "A"),
        ("电流（A）的计算公式是（　　）。", "A"),
        ("企业（A）与企业（B）的排放", "A"),
        ("求概率 P(A)", "A"),
        ("方案（A）更好吗", "A"),
        ("Vitamin (A) is", "A"),
        ("下列答案正确的是", "A"),
        ("What is the answer?", "A"),
        ("(A) is defined as", "A"),
        ("单位是（　　）。", "A"),
    ],
)
def test_letters_that_are_no_key_are_accepted(stem: str, key: str) -> None:
    assert codes(choice(stem=stem, key=[key])) == []


@pytest.mark.parametrize(
    ("stem", "found"),
    [
        ("CO₂ 是温室气体（√）", ["key_in_stem"]),
        ("CO₂ 是温室气体。（ T ）", ["key_in_stem"]),
        ("CO₂ 是温室气体。(对)", ["key_in_stem"]),
        ("CO₂ 是温室气体。答案：正确", ["key_in_stem"]),
        ("CO₂ 是温室气体（　）", []),
        ("电容的单位是法拉(F)", []),
        ("小明的答案正确", []),
        ("（对）与（错）之分是相对的", []),
    ],
)
def test_a_verdict_in_the_stem_of_a_true_or_false_item(stem: str, found: list[str]) -> None:
    bare = {**CHOICE, "type": "true_false", "key": ["true"], "stem": stem}
    assert codes(bare) == found


@pytest.mark.parametrize("mark", ["2021 √", "2021（正确）", "2021 (correct)", "2021【正确答案】"])
def test_an_option_marked_as_right_is_named(mark: str) -> None:
    assert "key_marked" in codes(choice(mark, "2020", "2019"))
    assert codes(choice("√", "×")) == []


@pytest.mark.parametrize(
    "text",
    [
        "<p>甲烷</p>",
        "甲烷<br/>",
        "甲烷<br>",
        "甲&nbsp;烷",
        "5 &lt; 6",
        "<span style='color:red'>甲烷</span>",
        "<IMG SRC=a.png>",
        "<b>甲烷",
        "{=甲烷 ~氮气}",
        "~%100%甲烷",
        "[html]甲烷",
        "@@PLUGINFILE@@/a.png",
        "$IMS-CC-FILEBASE$/a.png",
        "甲烷\\n",
        "甲烷_x000D_",
        "\\u4e00",
        "[[1]] 是",
        "{{1}} 是",
        "![图](图一.png)",
        "\\(x^2\\)",
        "\\frac{1}{2}",
    ],
)
def test_what_another_program_left_behind_is_named(text: str) -> None:
    assert "leftover" in codes(choice(stem=text))
    assert "leftover" in codes(choice("氧气", text))


@pytest.mark.parametrize(
    "text",
    [
        "a<b 且 c>d",
        "若 a < b > c",
        "R&D; AT&T",
        "数组 x[[1]]",
        "{选} 一个，{x} ~ y = z",
        "说明 [html] 边界",
        "增长 100%",
        "C:\\new\\table",
        "<b>甲烷</b>",
        "\\<b>",
        "A&B",
        "[1] 与 {2}",
    ],
)
def test_signs_of_ordinary_texts_are_accepted(text: str) -> None:
    assert codes(choice(stem=text)) == []


def test_code_in_an_item_about_code_is_shown_as_it_is_and_noted() -> None:
    assert codes(choice("<p>", "<br>", "<hr>", stem="HTML 中换行用哪个标签？")) == [
        "shown_as_written",
        "shown_as_written",
        "shown_as_written",
    ]
    assert codes(choice(stem="XML 中 &lt; 表示什么？")) == ["shown_as_written"]
    assert accepted(choice("\\n", "换行", stem="C 语言的换行符是")).item.options[0].text == "\\n"


def test_a_text_for_markers_may_keep_what_candidates_never_see() -> None:
    assert codes(choice(rationale="<p>因为</p>")) == ["shown_as_written"]
    accepted(choice(rationale="<p>因为</p>"))


@pytest.mark.parametrize(
    "last",
    [
        "以上都是",
        "以上均对",
        "以上皆非",
        "以上都不对",
        "上述选项都正确",
        "以上三项均是",
        "以上答案均不正确",
        "以上全部",
        "都不是",
        "All of the above",
        "None of the above.",
        "none of these",
        "All of the above are true",
        "以上都是（　　）",
    ],
)
def test_an_option_about_all_others_stays_last(last: str) -> None:
    values = choice(*OPTIONS[:3], last)
    entry = accepted(values)
    assert [option.fixed for option in entry.item.options] == [False, False, False, True]
    assert entry.item.shuffle
    assert codes(values) == ["fixed_last"]
    assert check(entry.item, entry.scheme) == (entry.item, [])


def test_two_options_about_the_others_both_stay() -> None:
    item = accepted(choice("甲", "乙", "以上都是", "以上都不是")).item
    assert [option.fixed for option in item.options] == [False, False, True, True]


@pytest.mark.parametrize(
    "options",
    [
        ("以上都是", "甲", "乙"),
        ("甲", "乙", "A和B都对"),
        ("甲", "乙", "丙", "A、B、C"),
        ("甲", "乙", "Both A and B"),
        ("甲", "乙", "AB都对"),
        ("甲", "乙", "A、B 两项均正确", "以上都是"),
        ("甲", "乙", "只有A"),
        ("甲", "与选项A相同"),
        ("甲", "乙", "Same as option A"),
        ("甲", "乙", "前两项均是"),
    ],
)
def test_options_that_refer_to_others_are_not_shuffled(options: tuple[str, ...]) -> None:
    entry = accepted(choice(*options))
    assert not entry.item.shuffle
    assert not any(option.fixed for option in entry.item.options)
    assert codes(choice(*options)) == ["not_shuffled"]


def test_a_stem_that_names_options_keeps_their_order() -> None:
    assert not accepted(choice(stem="与选项A相比，选项B如何？")).item.shuffle
    assert codes(choice(shuffle=False, stem="与选项A相比如何？")) == []


@pytest.mark.parametrize(
    "options",
    [
        ("A", "B", "AB", "O"),
        ("以上年均值为基准", "以本年均值为基准"),
        ("18岁以上", "18岁以下"),
        ("A/B测试", "灰度发布"),
        ("都市", "乡村"),
        ("全部排放", "部分排放"),
        ("None", "All"),
        ("甲和乙", "乙和丙"),
        ("C项目", "B项目"),
    ],
)
def test_ordinary_options_are_shuffled(options: tuple[str, ...]) -> None:
    item = accepted(choice(*options)).item
    assert item.shuffle
    assert not any(option.fixed for option in item.options)


def test_letters_in_front_of_options_are_removed_as_they_would_be_shuffled() -> None:
    values = choice("A. 甲烷", "B．氮气", "C、氧气", "（D）氢气")
    assert [option.text for option in accepted(values).item.options] == list(OPTIONS)
    assert codes(values) == ["labels_removed"]
    assert accepted(choice("A. 甲烷", "氮气")).item.options[0].text == "A. 甲烷"
    assert accepted(choice("B. 甲烷", "A. 氮气")).item.options[0].text == "B. 甲烷"


def test_a_key_that_is_much_longer_is_advised_against() -> None:
    assert codes(choice("在较长时间内持续吸收红外辐射的气体", "氮气", "氧气")) == ["key_longest"]
    assert codes(choice("二氧化碳", "氮", "氧")) == []


def test_characters_that_nobody_sees_are_removed_and_noted() -> None:
    values = choice(stem="碳\u200b市\u202e场\x07\ufeff（　）\x0b第二行")
    assert accepted(values).item.stem == "碳市场（　）\n第二行"
    assert codes(values) == ["hidden_removed"]
    joined = choice(stem="می\u200cخواهم")
    assert (accepted(joined).item.stem, codes(joined)) == ("می\u200cخواهم", [])


@pytest.mark.parametrize("name", ["M\u200b1", "M\u202e1", "M\u00a01", "M  1", "M\u30001", "M\x001"])
def test_an_id_must_not_look_like_another_one(name: str) -> None:
    assert codes(choice(id=name)) == ["id_odd"]
    assert accepted(choice(id=" M 1 ")).item.id == "M 1"


def test_lost_and_private_characters_are_named() -> None:
    assert codes(choice(stem="碳\ufffd场")) == ["characters"]
    assert codes(choice(stem="\uf0fc 碳市场")) == ["private_character"]


def test_a_displayed_formula_is_a_formula() -> None:
    assert accepted(choice(stem="即 $$\nx^2\n$$ 与 $$y$$")).item.stem == "即 $x^2$ 与 $y$"


def test_a_formula_with_an_open_brace_is_not_valid() -> None:
    assert codes(choice(stem="$\\frac{1}{2$")) == ["formula_bad"]
    assert codes(choice(stem="$\\{1\\}$ 与 $\\{$")) == []


def test_a_formula_in_a_table_is_checked() -> None:
    assert codes(choice(stem="| --- |\n| $\\frac{1$ |\n| 二 |")) == ["formula_bad"]


def test_items_with_the_same_text_are_twins_in_any_order() -> None:
    one, other = accepted(choice()), accepted(choice(*reversed(OPTIONS), id="M2", key=["D"]))
    different = accepted(choice(*OPTIONS[:3]))
    assert sameness.twin_form(one.item) == sameness.twin_form(other.item)
    assert sameness.twin_form(one.item) != sameness.twin_form(different.item)


@pytest.mark.parametrize(
    "text",
    [
        "(A) ",
        "_",
        "答案" + " " * 50,
        "$$ x ",
        "{=a",
        "\\(",
        "<p a=b ",
        "以上都",
        " ",
        "A和",
        "(正确",
        "&nbsp",
        "$5 与 ",
    ],
)
def test_hostile_texts_take_no_longer_than_their_length_asks(text: str) -> None:
    long = text * (60_000 // len(text))
    began = time.process_time()
    read_entry(choice("甲" + long, "乙", stem="题" + long), PROGRAMME)
    assert time.process_time() - began < 10


def test_the_products_own_items_raise_no_error() -> None:
    for entry in [*starter(), *special()]:
        item, problems = check(entry.item, entry.scheme)
        assert [problem.text for problem in problems if problem.is_error] == []
        assert check(item, entry.scheme)[0] == item


def test_a_written_item_without_mark_points_is_a_draft() -> None:
    essay = {**CHOICE, "type": "essay", "stem": "论述碳市场。", "model_answer": "要点"}
    assert codes(essay) == ["scheme_missing"]
    entry = accepted(essay)
    assert (entry.draft, entry.scheme.model_answer) == (True, "要点")
    assert not accepted(choice()).draft


def test_an_item_that_repeats_another_one_is_noted_with_its_id(desk: Desk) -> None:
    stored(desk, declared(choice()))
    turned = choice(*reversed(OPTIONS), id="M2", key=["D"], stem="下列属于温室气体的是 ( )")
    third = {**turned, "id": "M3"}
    problems = preview(desk, declared(choice(), turned, third)).problems
    assert [(p.at, p.code, p.params["value"]) for p in problems] == [
        ("3", "twin", "M1"),
        ("4", "twin", "M1"),
    ]

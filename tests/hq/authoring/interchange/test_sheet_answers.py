"""Keys, options, headings and types as authors write them mean what they say, or are named."""

import pytest

from sync.hq.authoring.interchange import formats
from sync.hq.authoring.interchange.sheets.headings import field_of
from sync.hq.authoring.interchange.sheets.options import lettered, split
from sync.hq.authoring.interchange.sheets.template import columns
from sync.hq.authoring.parsed import Draft, Parsed
from tests.hq.items import PROGRAMME

OPTIONS = ["吨", "千克", "立方米", "焦耳"]


def parsed(rows: list[list[str]], name: str = "a.csv") -> Parsed:
    quoted = (",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows)
    return formats.read(name, "\n".join(quoted).encode(), PROGRAMME)


def draft(**cells: str) -> Draft:
    cells = {"题干": "单位是（ ）。", **cells}
    (found,) = parsed([list(cells), list(cells.values())]).drafts
    return found


def choice(key: str, kind: str = "多选题", **cells: str) -> Draft:
    options = {"A": "吨", "B": "千克", "C": "立方米", "D": "焦耳"}
    return draft(题型=kind, **{**options, **cells}, 答案=key)


def codes(found: Draft, *, errors: bool = True) -> list[str]:
    return [problem.code for problem in found.problems if problem.is_error or not errors]


@pytest.mark.parametrize(
    "key",
    ["AC", "ac", "ＡＣ", "A,C", "A，C", "A、C", "A;C", "A；C", "A|C", "A/C", "A C", "A\nC", "CA",
     "(A)(C)", "（AC）", "【AC】", "A.C.", "A、C。", "选AC", "答案：AC", "A和C", "A与C", "A, C",
     "吨；立方米", "吨、立方米", "A.吨\nC.立方米", "A+C", "A&C", "“AC”"],
)  # fmt: skip
def test_several_letters_however_written(key: str) -> None:
    found = choice(key)
    assert found.values["key"] == ["A", "C"]
    assert codes(found) == []


@pytest.mark.parametrize(
    "key", ["B", "b", "Ｂ", "B.", "B、", "(B)", "（B）", "【B】", "选B", "选项B", "故选B", "答案:B",
            "千克", "B.千克", "B 。", "正确答案：B"],
)  # fmt: skip
def test_one_letter_however_written(key: str) -> None:
    assert choice(key, "单选题").values["key"] == ["B"]


@pytest.mark.parametrize("key", ["1", "E5", "1,3", "吨和", "A千克", "①"])
def test_a_key_that_names_no_option_stays_as_it_is(key: str) -> None:
    assert set(choice(key).values["key"]) - set("ABCD")


def test_letters_beyond_the_options_stay_for_the_check() -> None:
    assert choice("AE").values["key"] == ["A", "E"]


def test_a_letter_twice_is_named() -> None:
    assert codes(choice("AAB")) == ["key_twice"]


def test_a_letter_that_is_also_a_text_is_named() -> None:
    assert codes(choice("A", "单选题", A="B", B="A")) == ["key_ambiguous"]


def test_numbers_name_numbered_options_only() -> None:
    cells = {f"选项{n}": text for n, text in enumerate(OPTIONS, start=1)}
    for key, picks in {"1,3": ["A", "C"], "13": ["A", "C"], "2": ["B"]}.items():
        assert draft(**cells, 答案=key).values["key"] == picks
    assert draft(**cells, 答案="7").values["key"] == ["7"]


TRUE = ("正确", "对", "√", "✓", "✔", "是", "Y", "y", "T", "t", "TRUE", "True", "yes", "○", "（√）",
        "对。", "答案：对")  # fmt: skip
FALSE = ("错误", "错", "×", "✗", "✘", "X", "x", "否", "N", "n", "F", "f", "FALSE", "no", "不正确",
         "（×）", "错！")  # fmt: skip


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        *(
            (key, "true")
            for key in [
                "正确",
                "对",
                "√",
                "✓",
                "✔",
                "是",
                "Y",
                "y",
                "T",
                "t",
                "TRUE",
                "True",
                "yes",
                "○",
                "（√）",
                "对。",
                "答案：对",
            ]
        ),
        *(
            (key, "false")
            for key in [
                "错误",
                "错",
                "×",
                "✗",
                "✘",
                "X",
                "x",
                "否",
                "N",
                "n",
                "F",
                "f",
                "FALSE",
                "no",
                "不正确",
                "（×）",
                "错！",
            ]
        ),
    ],
)
def test_true_and_false_however_written(key: str, meant: str) -> None:
    found = draft(题型="判断题", 答案=key)
    assert found.values["key"] == [meant]
    assert codes(found, errors=False) == []


@pytest.mark.parametrize(("key", "meant"), [("1", "true"), ("0", "false")])
def test_one_and_zero_are_read_and_named(key: str, meant: str) -> None:
    found = draft(题型="判断题", 答案=key)
    assert found.values["key"] == [meant]
    assert codes(found, errors=False) == ["key_read_as"]


@pytest.mark.parametrize(
    ("first", "second", "key", "meant"),
    [
        ("正确", "错误", "A", "true"),
        ("错误", "正确", "A", "false"),
        ("对", "错", "B", "false"),
        ("错", "对", "B.对", "true"),
        ("√", "×", "错误", "false"),
    ],
)
def test_true_and_false_as_options(first: str, second: str, key: str, meant: str) -> None:
    found = draft(题型="判断题", A=first, B=second, 答案=key)
    assert found.values["key"] == [meant]
    assert "options" not in found.values


def test_a_letter_without_options_says_nothing_of_true_and_false() -> None:
    assert draft(题型="判断题", 答案="A").values["key"] == ["A"]


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        ({"A": "甲", "B": "乙", "答案": "A"}, "single_choice"),
        ({"A": "甲", "B": "乙", "C": "丙", "答案": "AC"}, "multiple_choice"),
        ({"答案": "√"}, "true_false"),
        ({"A": "对", "B": "错", "答案": "A"}, "true_false"),
        ({"题型": "选择题", "A": "甲", "B": "乙", "答案": "B"}, "single_choice"),
    ],
)
def test_a_type_that_is_not_named_is_inferred_with_a_note(cells: dict[str, str], kind: str) -> None:
    cells = {"题干": "单位是（ ）。", **cells}
    found = parsed([list(cells), list(cells.values())])
    assert found.drafts[0].values["type"] == kind
    assert [(p.code, p.params["count"]) for p in found.problems] == [("types_inferred", 1)]


@pytest.mark.parametrize(
    ("kind", "code"), [("填空题", "unsupported"), ("不定项选择题", "key_undecided")]
)
def test_a_type_that_there_is_not_keeps_the_item_out(kind: str, code: str) -> None:
    assert code in codes(choice("A", kind))


def test_a_written_answer_is_the_model_answer() -> None:
    found = draft(题型="简答题", 参考答案="边界包括范围一。", 评分标准="5 | 范围")
    assert found.values["model_answer"] == "边界包括范围一。"
    assert "key" not in found.values


def test_marks_in_brackets_are_mark_points() -> None:
    found = draft(题型="简答题", 答案="…", 评分标准="1. 说明边界（5分）\n2、列出排放源（3 分）；")
    assert [(p["marks"], p["text"]) for p in found.values["points"]] == [
        ("5", "说明边界"),
        ("3", "列出排放源"),
    ]


def test_a_trade_is_skipped_with_a_note_where_the_programme_has_none() -> None:
    found = draft(职业="碳排放管理员", 等级="三级", 答案="对")
    assert "trade" not in found.values
    assert codes(found, errors=False) == ["value_unused", "value_unused"]


def test_an_unknown_column_among_options_keeps_the_file_out() -> None:
    found = parsed([["题干", "A", "B", "丙项", "D", "答案"], ["?", "1", "2", "3", "4", "A"]])
    assert [p.code for p in found.problems if p.is_error] == ["column_skipped"]


def test_an_empty_option_between_others_is_named() -> None:
    assert codes(choice("A", "单选题", B="")) == ["missing"]


def test_letters_before_options_are_left_out_only_if_all_have_theirs() -> None:
    own = choice("A", "单选题", A="A. 吨", B="B、千克", C="（C）立方米", D="Ｄ．焦耳")
    assert [option["text"] for option in own.values["options"]] == OPTIONS
    some = choice("A", "单选题", A="A. 吨", B="千克")
    assert some.values["options"][0]["text"] == "A. 吨"


def test_numbers_before_stems_are_left_out_only_if_they_count() -> None:
    rows = [["题干", "A", "B", "答案"], ["1. 甲？", "一", "二", "A"], ["2、乙？", "一", "二", "A"]]
    found = parsed(rows)
    assert [item.values["stem"] for item in found.drafts] == ["甲？", "乙？"]
    assert "numbers_removed" in [problem.code for problem in found.problems]
    rows[2][0] = "2026. 年"
    assert parsed(rows).drafts[0].values["stem"] == "1. 甲？"


@pytest.mark.parametrize(
    "text",
    ["A.吨 B.千克 C.立方米 D.焦耳", "A、吨\nB、千克\nC、立方米\nD、焦耳", "吨|千克|立方米|焦耳",
     "吨；千克；立方米；焦耳", "吨\n千克\n立方米\n焦耳", "A：吨；B：千克；C：立方米；D：焦耳",
     "（A）吨（B）千克（C）立方米（D）焦耳", "Ａ．吨　Ｂ．千克　Ｃ．立方米　Ｄ．焦耳",
     "A.吨B.千克C.立方米D.焦耳"],
)  # fmt: skip
def test_options_in_one_cell(text: str) -> None:
    assert list(split(text).values()) == OPTIONS


def test_a_whole_question_in_one_cell() -> None:
    stem, options = lettered("单位是（ ）。\nA. 吨\nB. 千克")
    assert (stem, options) == ("单位是（ ）。", {"A": "吨", "B": "千克"})
    assert lettered("维生素A. 与B的区别")[1] == {}


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("题目", "stem"), ("试题内容", "stem"), ("题 干*", "stem"), ("Question Text", "stem"),
        ("正确答案", "key"), ("标准答案：", "key"), ("答案（多选用逗号）", "key"),
        ("Correct Answer(s)", "key"), ("参考答案", "model_answer"), ("选项 A", "A"), ("Ａ", "A"),
        ("A选项", "A"), ("选项(B)", "B"), ("选项一", "A"), ("Option 3", "C"), ("选项10", "J"),
        ("题型", "type"), ("试题类型【必填】", "type"), ("试题解析", "rationale"),
        ("难易程度", "difficulty"), ("难度系数", "coefficient"), ("知识点", "topic"),
        ("分值", "marks"), ("序号", "serial"), ("题号", "id"), ("试题编号", "id"),
        ("考点", "topic"), ("评分标准", "points"), ("案例", "stimulus"), ("题组", "group"),
        ("选项乱序", "shuffle"), ("固定选项", "fixed"), ("适用级别", "level"), ("工种", "trade"),
        ("备注", ""), ("创建人", ""), ("1", ""), ("关键词", ""),
    ],
)  # fmt: skip
def test_headings_are_known(heading: str, field: str) -> None:
    assert field_of(heading) == field


def test_counted_numbers_are_no_ids_and_others_are() -> None:
    rows = [["题号", "题干", "A", "B", "答案"], *([n, "?", "甲", "乙", "A"] for n in ("1", "2"))]
    assert [(d.declared, d.values["id"]) for d in parsed(rows).drafts] == [(False, "")] * 2
    rows[1][0], rows[2][0] = "TS-001", "TS-002"
    found = [(d.declared, d.values["id"]) for d in parsed(rows).drafts]
    assert found == [(True, "TS-001"), (True, "TS-002")]


@pytest.mark.parametrize("own", [False, True], ids=["foreign", "template"])
def test_an_id_that_is_blank_or_twice_changes_no_other_one(own: bool) -> None:
    ids = ["T1", "T2", "T2", "", "T5"]
    cells = {"题干": "?", "选项A": "甲", "选项B": "乙", "答案": "A", "题型": "单选题"}
    head = [column.zh for column in columns(2)] if own else ["题号", *cells]
    rows = [[name if at == "题号" else cells.get(at, "") for at in head] for name in ids]
    found = parsed([head, *rows]).drafts
    assert [d.values["id"] for d in found] == ids
    assert [d.declared for d in found] == [True, True, True, False, True]


def test_ids_that_many_items_share_are_none() -> None:
    rows = [["编号", "题干", "A", "B", "答案"], *(["A-A-001", "?", "甲", "乙", "A"] for _ in "123")]
    assert not any(d.declared for d in parsed(rows).drafts)


def test_a_topic_of_the_programme_is_its_domain_and_others_are_named() -> None:
    name = PROGRAMME.domains[0].name.zh
    assert draft(知识点=name, 答案="对").values["domain"] == PROGRAMME.domains[0].id
    other = draft(知识点="第三章", 答案="对")
    assert "domain" not in other.values
    assert "topic_unknown" in codes(other, errors=False)


@pytest.mark.parametrize(
    ("heading", "text", "step"),
    [("难度系数", "0.3", "difficult"), ("难度系数", "0.9", "very_easy"), ("难度", "较易", "easy"),
     ("难度", "中等", "medium"), ("难度", "3", "medium")],
)  # fmt: skip
def test_difficulties(heading: str, text: str, step: str) -> None:
    assert draft(**{heading: text}, 答案="对").values["difficulty"] == step


def test_items_of_a_group_share_the_stimulus_of_the_first() -> None:
    rows = [
        ["材料", "题组", "题干", "答案"],
        ["某企业……", "K1", "甲", "对"],
        ["", "K1", "乙", "错"],
    ]
    for found in parsed(rows).drafts:
        assert (found.values["group"], found.values["stimulus"]) == ("K1", "某企业……")


def test_shuffle_and_fixed_options() -> None:
    found = choice("A", "单选题", 选项乱序="否", 固定选项="D")
    assert found.values["shuffle"] is False
    assert [o.get("fixed", False) for o in found.values["options"]] == [False, False, False, True]
    assert codes(choice("A", "单选题", 固定选项="F")) == ["key_unknown"]

"""What a sheet's layout may mean or not is read only where that is certain, and named otherwise."""

import pytest

from sync.hq.authoring.interchange import formats
from sync.hq.authoring.interchange.sheets.headings import field_of
from sync.hq.authoring.interchange.sheets.names import type_of
from sync.hq.authoring.interchange.sheets.template import columns
from sync.hq.authoring.parsed import Parsed
from sync.hq.errors import BadImport
from tests.hq.authoring.imports import preview
from tests.hq.desk import Desk
from tests.hq.items import PROGRAMME

Row = list[str]
FOUR = ["A", "B", "C", "D"]


def read(*rows: Row) -> Parsed:
    quoted = (",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows)
    return formats.read("a.csv", "\n".join(quoted).encode(), PROGRAMME)


def errors(parsed: Parsed) -> list[list[str]]:
    return [[p.code for p in draft.problems if p.is_error] for draft in parsed.drafts]


def notes(parsed: Parsed) -> list[tuple[str, str]]:
    return [(p.code, p.at) for p in parsed.problems if p.code != "types_inferred"]


def options(parsed: Parsed) -> list[str]:
    return [option["text"] for option in parsed.drafts[0].values["options"]]


def choice(*texts: str, key: str = "A", head: Row | None = None) -> Parsed:
    names = head or [f"选项{letter}" for letter in FOUR[: len(texts)]]
    return read(["题型", "题干", *names, "答案"], ["单选题", "单位是？", *texts, key])


@pytest.mark.parametrize(
    "texts",
    [
        ("B.继续作业", "A.停止作业"),
        ("A.顶部", "C.中部", "D.根部", "E.四周"),
        ("A.甲", "A.乙", "C.丙"),
        ("（B）甲", "（A）乙"),
        ("Ｂ、甲", "Ａ、乙", "丙"),
        ("B. apple", "A. pear"),
        ("b.甲", "a.乙"),
        ("B 甲", "A 乙", "C 丙"),
        ("②甲", "①乙"),
        ("2.甲", "1.乙", "3.丙"),
    ],
)
def test_letters_that_differ_from_their_columns_are_an_error(texts: tuple[str, ...]) -> None:
    assert errors(choice(*texts)) == [["options_letters"]]


@pytest.mark.parametrize(
    "texts",
    [
        ("C. elegans", "D. melanogaster", "A. thaliana", "E. coli"),
        ("A、B", "A、C", "B、C", "B、D"),
        ("A、B", "B、C", "C、D", "D、A"),
        ("A", "B", "AB", "O"),
        ("B 级", "A 级"),
        ("2 吨", "1 吨"),
        ("2.5", "1.5"),
        ("②③①", "①②③"),
    ],
)
def test_letters_that_are_the_text_stay(texts: tuple[str, ...]) -> None:
    found = choice(*texts)
    assert options(found) == list(texts)
    assert errors(found) == [[]]


def test_letters_that_some_options_have_are_removed_with_a_note() -> None:
    found = choice("A.甲", "B.乙", "以上都对")
    assert options(found) == ["甲", "乙", "以上都对"]
    assert [p.code for p in found.drafts[0].problems] == ["labels_removed"]


def test_true_and_false_with_letters_are_read_by_these() -> None:
    found = read(
        ["题型", "题干", "选项A", "选项B", "答案"], ["判断题", "?", "B.错误", "A.正确", "A"]
    )
    assert found.drafts[0].values["key"] == ["true"]
    assert errors(found) == [[]]


def test_numbers_before_numbered_options_are_removed_if_all_have_theirs() -> None:
    head = ["选项1", "选项2", "选项3"]
    assert options(choice("1.甲", "2、乙", "(3)丙", key="1", head=head)) == ["甲", "乙", "丙"]
    assert options(choice("1.甲", "3、乙", "丙", key="1", head=head)) == ["1.甲", "3、乙", "丙"]


@pytest.mark.parametrize(
    "text", ["A.红 B.绿 C.黄 C.紫", "A.红 B.绿 B.黄 C.紫", "A.红\nB.绿\nD.黄", "A.红 C.绿 B.黄"]
)
def test_letters_twice_or_left_out_in_one_cell_are_an_error(text: str) -> None:
    found = read(["题型", "题干", "选项", "答案"], ["单选题", "?", text, "A"])
    assert errors(found)[0]


def test_all_options_beside_single_ones_must_be_the_same() -> None:
    head = ["题干", "选项", "选项A", "选项B", "答案"]
    assert errors(read(head, ["?", "A.丙 B.丁", "甲", "乙", "A"])) == [["options_both"]]
    assert errors(read(head, ["?", "A.甲 B.乙", "甲", "乙", "A"])) == [[]]
    assert errors(read(head, ["?", "", "甲", "乙", "A"])) == [[]]


def test_the_template_with_more_columns_is_read_like_any_sheet() -> None:
    cells = {"题号": "T1", "题型": "单项选择题", "题干": "?", "选项A": "甲", "选项B": "乙"}
    cells |= {"答案": "A"}
    head = [column.zh for column in columns(2)]
    row = [cells.get(name, "") for name in head]
    assert errors(read([*head, "选项"], [*row, "A.丙 B.丁"])) == [["options_both"]]
    assert errors(read([*head, "正确答案"], [*row, "B"])) == [["columns_differ"]]
    case = [{"题号": "T0", "题型": "材料题", "题干": "某企业。"}.get(name, "") for name in head]
    assert errors(read(head, case, row))[1] == ["case_unclear"]


def test_a_heading_of_key_or_options_is_the_key_if_there_is_no_other() -> None:
    head = ["题干", "A选项内容", "B选项内容", "答案选项"]
    assert read(head, ["?", "甲", "乙", "B"]).drafts[0].values["key"] == ["B"]
    found = read(["题干", "答案选项", "正确答案"], ["?", "A.甲 B.乙", "B"])
    assert options(found) == ["甲", "乙"]


@pytest.mark.parametrize(
    ("head", "row", "code"),
    [
        (["题干", "A", "B", "答案", "答案"], ["?", "甲", "乙", "A", "B"], ["columns_differ"]),
        (["题干", "A", "B", "答案", "正确答案"], ["?", "甲", "乙", "A", "B"], ["columns_differ"]),
        (["题目", "题干", "A", "B", "答案"], ["一", "二", "甲", "乙", "A"], ["columns_differ"]),
        (["问题", "题目", "A", "B", "答案"], ["一", "一", "甲", "乙", "A"], []),
        (["题干", "A", "B", "答案", "答案"], ["?", "甲", "乙", "", "A"], []),
        (["题干", "A", "B", "答案", "参考答案"], ["?", "甲", "乙", "B", "A"], ["key_differs"]),
        (["题干", "A", "B", "答案", "参考答案"], ["?", "甲", "乙", "B", "乙"], []),
        (["题干", "A", "B", "答案", "参考答案"], ["?", "甲", "乙", "B", "见教材"], []),
        (["题干", "题型", "答案", "正确答案"], ["?", "判断题", "对", "正确"], []),
        (["题干", "题型", "答案", "参考答案"], ["?", "判断题", "对", "×"], ["key_differs"]),
    ],
)
def test_two_columns_of_one_field_must_not_differ(head: Row, row: Row, code: list[str]) -> None:
    found = read(head, row)
    assert errors(found) == [code]
    assert code or found.drafts[0].values["key"]


def test_typed_tags_are_named() -> None:
    found = choice("<b>粗</b>", "H<sub>2</sub>O")
    named = [p.params["value"] for p in found.drafts[0].problems if p.code == "tags_read"]
    assert named == ["<b>", "<sub>"]


def test_signs_that_keep_csv_cells_from_being_numbers_are_removed() -> None:
    found = formats.read("a.csv", '题干,A,B,答案\n?,="007","=""0070""",A\n'.encode(), PROGRAMME)
    assert options(found) == ["007", "0070"]


ITEM = ["单选题", "?", "甲", "乙", "A"]
HEAD = ["题型", "题干", "A", "B", "答案"]
PARTS = {"科目": "theory", "领域": "policy"}


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (["多选题", "", "", "", ""], "row_type_only"),
        (["出题人：张三", "", "审核人：李四", "", ""], "row_skipped"),
        (["", "制表：张三   日期：2026年1月", "", "", ""], "row_skipped"),
        (["", "审核人", "张三", "", ""], "row_skipped"),
        (["合计", "2 题", "", "", ""], "row_skipped"),
        (["出题人", "张三", "日期：", "2026-1-1", "李四"], "row_skipped"),
    ],
)
def test_rows_that_are_no_items_are_named(row: Row, code: str) -> None:
    if row[0] == "合计" or row[0].startswith("出题人"):
        found = read(["序号", *HEAD[1:]], ["1", *ITEM[1:]], row)
    else:
        found = read(HEAD, ITEM, row)
    assert len(found.drafts) == 1
    assert notes(found) == [(code, "3")]


CASE = ["材料题", "某企业燃煤1000吨。", "", "", ""]


def test_a_case_is_attached_to_the_questions_that_are_numbered() -> None:
    rows = [["单选题", f"（{n}）属于", "甲", "乙", "A"] for n in (1, 2)]
    found = read(HEAD, CASE, *rows, ITEM)
    stimuli = [draft.values.get("stimulus") for draft in found.drafts]
    assert stimuli == [CASE[1], CASE[1], None]
    assert found.drafts[0].values["group"] == found.drafts[1].values["group"]
    assert notes(found) == [("case_attached", "2")]
    assert errors(found) == [[], [], []]


def test_a_case_that_names_its_questions_is_attached_to_these() -> None:
    case = ["", "材料：某企业燃煤1000吨，根据材料回答3-4题。", "", "", ""]
    found = read(HEAD, ITEM, ITEM, case, ITEM, ITEM, ITEM)
    assert ["stimulus" in draft.values for draft in found.drafts] == [
        False,
        False,
        True,
        True,
        False,
    ]


def test_a_text_before_question_one_is_its_case() -> None:
    questions = [["", f"（{n}）属于？", "甲", "乙", "A"] for n in (1, 2)]
    found = read(HEAD, ["", "某企业有 3 台锅炉。", "", "", ""], *questions)
    assert [draft.values["stimulus"] for draft in found.drafts] == ["某企业有 3 台锅炉。"] * 2


def test_a_case_beside_the_columns_is_found_too() -> None:
    case = ["案例一：某企业燃煤1000吨，请根据案例回答1-2题。", *("" for _ in HEAD)]
    section = ["一、案例分析题", *("" for _ in HEAD)]
    rows = [[str(n), *ITEM] for n in (1, 2, 3)]
    found = read(["序号", *HEAD], section, case, *rows)
    assert ["stimulus" in draft.values for draft in found.drafts] == [True, True, False]


def test_questions_that_may_depend_on_a_case_are_kept_out() -> None:
    found = read(HEAD, ITEM, CASE, ITEM, ITEM)
    assert errors(found) == [[], ["unsupported"], ["case_unclear"], ["case_unclear"]]


def test_mark_points_of_choice_items_are_skipped_and_named() -> None:
    found = read([*HEAD, "评分标准"], [*ITEM, "全对得分"])
    assert [(p.code, p.is_error) for p in found.drafts[0].problems] == [("points_skipped", False)]
    assert "points" not in found.drafts[0].values


def test_options_in_brackets_within_the_stem_are_found() -> None:
    found = read(["试题", "答案"], ["转差率一般为（A）0.01（B）0.1（C）0.5（D）1", "A"])
    assert options(found) == ["0.01", "0.1", "0.5", "1"]
    assert found.drafts[0].values["stem"] == "转差率一般为"


def test_what_is_missing_is_named_with_the_next_step() -> None:
    assert errors(read(["题干", "答案"], ["转差率一般为甲或乙", "A"])) == [["type_unclear"]]
    assert errors(read(["题干", "A", "B"], ["清洁能源是（ B ）。", "煤", "风"])) == [
        ["key_only_in_stem"]
    ]


def test_a_file_without_known_headings_lists_those_it_has() -> None:
    with pytest.raises(BadImport) as raised:
        read(["考点说明文字", "甲类", "答案"], ["?", "!", "A"])
    assert "甲类" in str(raised.value.problems[0])


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (["填空题", "单位是__", "", "", "吨"], ["unsupported"]),
        (["单选题", "?", "甲", "", "A"], ["options_few"]),
        (["单选题", "?", "B.甲", "A.乙", "C"], ["options_letters"]),
        (["", "?", "", "", "丙"], ["type_unclear"]),
        (["", "?", "B.甲", "A.乙", "C"], ["options_letters"]),
    ],
)
def test_only_the_first_cause_is_named(desk: Desk, row: Row, said: list[str]) -> None:
    (shown,) = preview(desk, read([*HEAD, *PARTS], [*row, *PARTS.values()])).rows
    assert [p.code for p in shown.problems if p.is_error] == said


def test_a_second_item_of_one_id_is_kept_out_alone(desk: Desk) -> None:
    ids = ["T1", "T1", "T3"]
    rows = [[n, "单选题", f"第{k}？", *ITEM[2:], *PARTS.values()] for k, n in enumerate(ids)]
    shown = preview(desk, read(["题号", *HEAD, *PARTS], *rows)).rows
    assert [[p.code for p in row.problems if p.is_error] for row in shown] == [[], ["twice"], []]


@pytest.mark.parametrize(
    ("field", "headings"),
    [
        (
            "stem",
            "大题题干 判断内容 试题题目 小题题干 题目名称 试题名称 考题内容 题目标题 题干描述 題目",
        ),
        ("key", "本题答案 答案填写 正确选项 正確答案 答案（√/×）"),
        ("A", "备选A 选择项A 选项A内容 A选项内容 选A 答案A 备选答案A 選項A A項"),
        ("type", "題型"),
        ("difficulty", "難度"),
        ("rationale", "试题说明 試題解析"),
        ("", "考试名称 题库名称 名称 标题 学生答案 题数 选项数 项目A"),
    ],
)
def test_headings_are_known_by_their_parts(field: str, headings: str) -> None:
    found = {heading: field_of(heading) for heading in headings.split()}
    assert found == dict.fromkeys(found, field)


def test_a_heading_known_by_its_whole_name_comes_first() -> None:
    found = read(["题目名称", "题干", "A", "B", "答案"], ["一", "二", "甲", "乙", "A"])
    assert found.drafts[0].values["stem"] == "二"
    assert notes(found) == [("column_skipped", "1")]


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("single_choice", "【单选】 [单选题] 单项 A1型题 A2型题 一般单选题 单选题（A1） 單選題"),
        ("multiple_choice", "多项 X型题 【多选题】 多選題"),
        ("true_false", "判断题(对/错) 是非題 【判断】"),
    ],
)
def test_types_however_written(kind: str, names: str) -> None:
    assert {name: type_of(name) for name in names.split()} == dict.fromkeys(
        names.split(), (kind, True)
    )

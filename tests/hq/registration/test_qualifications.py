"""Cells about qualifications are read as offices fill them in; no database is needed."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.exam.identity.documents import DocumentKind
from kiosk.exam.programme.eligibility import Schooling
from kiosk.exam.programme.programme import Programme
from kiosk.exam.programme.programme_file import read_programme
from kiosk.exam.programme.work import Period
from kiosk.settings import read_text, resource
from sync.hq.problems import Problem
from sync.hq.registration.candidate_file import Application, read_candidates
from sync.hq.registration.qualifications import Words
from sync.hq.registration.schooling_words import SchoolingTyped, schooling_typed
from sync.hq.registration.typed_periods import NotAPeriod, periods_typed
from sync.hq.registration.typed_years import hours_typed, years_typed
from tests.exam.programmes import shipped
from tests.hq.applicants import table

TODAY = date(2026, 4, 25)
MANAGER, SKILLS = shipped("carbon-manager"), shipped("carbon-skills")
S, D = Schooling, DocumentKind


def read(
    row: Mapping[str, str], programme: Programme = MANAGER
) -> tuple[list[Application], list[Problem]]:
    quoted = {name: f'"{value}"' for name, value in row.items()}
    return read_candidates(table(quoted), programme, TODAY)


def sound(row: Mapping[str, str], programme: Programme = MANAGER) -> Application:
    (found,), problems = read(row, programme)
    assert [str(one) for one in problems] == []
    return found


def adding(text: str) -> Programme:
    """The carbon managers' programme with further tables."""
    return read_programme(read_text(resource("config/programmes/carbon-manager.toml")) + text)


SCHOOLING = {
    S.NONE: "无 初中 小学文化",
    S.HIGH_SCHOOL: "高中 普高 普通高中毕业 high_school",
    S.SECONDARY_VOCATIONAL: "中专 中专及同等学历 同等学历 技校 技工学校 职高 职业高中 中技 中职"
    " 中专（技校） 中等职业教育",
    S.COLLEGE: "大专 专科 大学专科 高职 高职高专 高职（专科） 函授大专 五年制大专 专科毕业",
    S.BACHELOR: "本科 大学本科 大学 学士 全日制本科 非全日制本科 本科学历 大学本科毕业 本科/学士"
    " 大专、本科 应届本科毕业生 本科学历（学士学位） 专升本 自考本科 Bachelor's 本科学历学士学位",
    S.DOUBLE_BACHELOR: "双学士 双学位 双学士学位 第二学士学位",
    S.MASTER: "硕士 研究生 硕士研究生 研究生（硕士） 硕士研究生毕业 在职研究生 研究生学历硕士学位"
    " MBA",
    S.DOCTOR: "博士 博士研究生 PhD 博士学位",
}


@pytest.mark.parametrize(
    ("word", "schooling"), [(w, s) for s, words in SCHOOLING.items() for w in words.split()]
)
def test_schooling_in_the_words_of_offices(word: str, schooling: Schooling) -> None:
    names = Words.of(MANAGER).schooling
    assert schooling_typed(word, names) == SchoolingTyped(schooling)
    assert schooling_typed(f" {word}\u200b ", names) == SchoolingTyped(schooling)


@pytest.mark.parametrize(
    ("word", "schooling", "student"),
    [
        ("本科在读", S.HIGH_SCHOOL, True),
        ("本科（在读）", S.HIGH_SCHOOL, True),
        ("大三", S.HIGH_SCHOOL, True),
        ("本科大三", S.HIGH_SCHOOL, True),
        ("在校大学生", S.HIGH_SCHOOL, True),
        ("本科肄业", S.HIGH_SCHOOL, False),
        ("大专/本科在读", S.COLLEGE, True),
        ("硕士在读", S.BACHELOR, True),
        ("研二", S.BACHELOR, True),
        ("博士在读", S.MASTER, True),
        ("硕士未毕业", S.BACHELOR, False),
        ("中专在读", S.NONE, True),
    ],
)
def test_unfinished_studies_count_as_what_was_finished_before(
    word: str, schooling: Schooling, student: bool
) -> None:
    (found,), (problem,) = read({"学历": word})
    assert (found.applicant.schooling, found.applicant.student) == (schooling, student)
    assert (problem.code, problem.is_error) == ("unfinished", False)


@pytest.mark.parametrize(
    ("word", "schooling"),
    [
        ("大学（专科）", S.COLLEGE),
        ("大学/大专", S.COLLEGE),
        ("大学（本科）", S.BACHELOR),
        ("本科（待毕业）", S.HIGH_SCHOOL),
        ("中专（同等学历）", S.SECONDARY_VOCATIONAL),
        ("高中（同等学历）", None),
        ("大专、同等学历", None),
    ],
)
def test_words_beside_a_schooling_do_not_raise_it(word: str, schooling: Schooling | None) -> None:
    typed = schooling_typed(word, Words.of(MANAGER).schooling)
    assert (typed and typed.schooling) == schooling


@pytest.mark.parametrize(
    "word", ["幼儿园", "在读", "本科（北京大学）", "三校生", "技师班", "大学城"]
)
def test_schooling_in_unknown_words_is_told_with_row_column_value_and_what_is_known(
    word: str,
) -> None:
    found, (problem,) = read({"学历": word})
    assert found == []
    assert (problem.kind, problem.at, problem.code) == ("row", "2", "word_unknown")
    assert problem.column.endswith("学历")
    for part in (word, "中专", "硕士", "[synonyms.schooling]"):
        assert part in str(problem)


def test_a_programme_adds_words_and_gives_others_another_meaning() -> None:
    programme = adding(
        "[synonyms]\n"
        'schooling = { college = ["技师班", "三校生"], none = ["同等学历"] }\n'
        'documents = { other = ["户口簿"], passport = ["旅行证"] }\n'
        'materials = { identity_card = ["身份证", "身份证复印件"], proof_of_work = ["在职证明"] }\n'
    )
    words = {
        "技师班": S.COLLEGE,
        "三校生毕业": S.COLLEGE,
        "同等学历": S.NONE,
        "技校": S.SECONDARY_VOCATIONAL,
    }
    for word, schooling in words.items():
        assert sound({"学历": word}, programme).applicant.schooling is schooling
    travel = {"证件类型": "旅行证", "证件号码": "E1234567", "出生日期": "1990-01-01"}
    assert sound(travel, programme).identity_type == "passport"
    handed_in = sound({"已交材料": "身份证复印件；在职证明\n学历证复印件"}, programme).materials
    assert handed_in == ("identity_card", "proof_of_work", "school_certificate")


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("", D.RESIDENT),
        ("居民身份证", D.RESIDENT),
        ("二代身份证", D.RESIDENT),
        ("港澳居民来往内地通行证", D.HK_MACAO_PERMIT),
        ("回乡证", D.HK_MACAO_PERMIT),
        ("台湾居民来往大陆通行证", D.TAIWAN_PERMIT),
        ("台胞证", D.TAIWAN_PERMIT),
        ("港澳台居民居住证", D.RESIDENCE_PERMIT),
        ("外国人永久居留身份证", D.FOREIGNER_CARD),
        ("护照", D.PASSPORT),
        ("Passport", D.PASSPORT),
        ("军官证", D.MILITARY),
        ("其他", D.OTHER),
        ("居民身份证号码", D.RESIDENT),
        ("港澳居民来往内地通行证（回乡证）", D.HK_MACAO_PERMIT),
        ("台湾居民来往大陆通行证/台胞证", D.TAIWAN_PERMIT),
        ("臺胞證", D.TAIWAN_PERMIT),
        ("外籍护照", D.PASSPORT),
    ],
)
def test_identity_documents_in_the_words_of_offices(word: str, kind: DocumentKind) -> None:
    own = {} if kind is D.RESIDENT else {"证件号码": "H12345678", "出生日期": "1988-02-03"}
    assert sound({"证件类型": word, **own}).identity_type == kind


@pytest.mark.parametrize(
    "word", ["身份证/护照", "护照（或台胞证）", "香港身份证", "户口簿", "往来港澳通行证"]
)
def test_a_document_of_several_or_no_known_kinds_is_not_guessed(word: str) -> None:
    found, (problem,) = read({"证件类型": word})
    assert (found, problem.code) == ([], "word_unknown")


@pytest.mark.parametrize(
    ("text", "years"),
    [
        *(
            (text, "5")
            for text in (
                "5",
                "5年",
                "5 年",
                "５年",
                "五年",
                "5年以上",
                "5年及以上",
                "满5年",
                "5+",
                "5年（含）以上",
                "5年整",
            )
        ),
        *(
            (text, "5")
            for text in ("5.0", "5周年", "60个月", "5 years", "五", "5年多", "累计5年", "≥5")
        ),
        *(
            (text, "3.5")
            for text in ("3.5", "3.5年", "三年半", "3年半", "3年6个月", "三年零六个月", "42个月")
        ),
        *(
            (text, "1.5")
            for text in ("1年6个月", "18个月", "一年半", "1 year 6 months", "十八个月")
        ),
        *((text, "12") for text in ("十二年", "12年", "十二")),
        *((text, "0") for text in ("0", "无", "没有", "-", "零")),
        ("半年", "0.5"),
        ("1年11个月", "1.91"),
        ("二十年", "20"),
    ],
)
def test_years_as_offices_write_them(text: str, years: str) -> None:
    assert years_typed(text) == Decimal(years)


@pytest.mark.parametrize(
    "text",
    [
        "many",
        "3-5年",
        "不满5年",
        "近5年",
        "约5年",
        "5年以下",
        "-1",
        "1e3",
        "NaN",
        "五六年",
        "18年9月",
        "05年6月",
        "2 5年",
        "3 6",
        "年",
        "",
    ],
)
def test_what_names_no_number_of_years_is_not_guessed(text: str) -> None:
    assert years_typed(text) is None


@given(st.integers(0, 59), st.integers(0, 11))
def test_years_and_months_are_read_alike_however_they_are_written(years: int, months: int) -> None:
    assert years_typed(f"{years}年{months}个月") == years_typed(f"{years * 12 + months}个月")
    assert years_typed(f"{years}年") == years


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("36", "36"),
        ("36.5", "36.5"),
        ("35.5学时", "35.5"),
        ("36 课时", "36"),
        ("３６．５", "36.5"),
        ("无", "0"),
    ],
)
def test_class_hours_may_have_decimals_and_a_unit(text: str, hours: str) -> None:
    assert hours_typed(text) == Decimal(hours)
    assert sound({"培训学时": text}).applicant.class_hours == Decimal(hours)


FIRST = Period(date(2018, 7, 1), date(2021, 6, 30))
SECOND = Period(date(2021, 7, 1))


@pytest.mark.parametrize(
    "text",
    [
        "2018.07-2021.06; 2021年7月-至今",
        "2018.7—2021.6，2021.7至今",
        "2018/07~2021/06；2021/07~今",
        "2018年7月至2021年6月、2021年7月起",
        "2018-07 至 2021-06\n2021-07 至 现在",
        "2018-07-2021-06 2021-07-至今",
        "201807-202106;202107-至今",
        "2018-07-01~2021-06-30;2021-07-01~至今",
        "2018年7月1日到2021年6月30日; 2021年7月1日到现在",
        "1.2018.07-2021.06 某公司 能源管理员；2.2021.07-至今 某研究院",
        "２０１８．０７－２０２１．０６；２０２１．０７－至今",
        "2018-07 to 2021-06; 2021-07 to present",
        "2018.7〜2021.6\n2021 年 7 月 － 至 今",
        "2018.7→2021.6；2021.7-至现在",
        "2018.7--至2021.6；2021.7-仍在职",
        "2018.7-2021.6；2021.7-在岗",
    ],
)
def test_periods_as_offices_write_them(text: str) -> None:
    assert periods_typed(text, TODAY) == (FIRST, SECOND)


@pytest.mark.parametrize("column", ["相关工作起止时间", "相关工作年限", "连续工作年限"])
def test_periods_have_their_own_column_or_share_one_with_the_years(column: str) -> None:
    row = {"相关工作年限": "", column: "2018.07-2021.06; 2021.07-至今"}
    found = sound(row)
    assert found.applicant.periods == (FIRST, SECOND)
    assert found.applicant.on(TODAY).work_years == Decimal("7.75")
    assert found.claims["periods"][0] == {"start": "2018-07-01", "end": "2021-06-30"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2018-2021", "period_months"),
        ("2018年至今", "period_months"),
        ("2018.07", "period"),
        ("2018.07-2021.06; 2022", "period"),
        ("2018.13-2019.01", "period"),
        ("2018.07.01-2021.02.30", "period"),
        ("2021.06-2018.07", "period_order"),
        ("2028.01-至今", "period_future"),
        ("某公司", "period"),
        ("2018.07-2091.06", "period_ahead"),
        ("2018.07-2021.06（非相关）", "period_no_work"),
        ("2014.09-2018.06 某大学本科；2018.07-至今 某公司", "period_no_work"),
        ("2018.07-2021.06 待业", "period_no_work"),
        ("2018.07-现代公司", "period"),
        ("2018.07-今年", "period"),
    ],
)
def test_what_is_no_period_is_told_with_its_reason(text: str, code: str) -> None:
    with pytest.raises(NotAPeriod):
        periods_typed(text, TODAY)
    _, problems = read({"相关工作起止时间": text, "相关工作年限": ""})
    assert [(one.at, one.code) for one in problems] == [("2", code)]
    assert problems[0].column.endswith("相关工作起止时间")


@pytest.mark.parametrize("text", ["无", "—", "/", " - "])
def test_an_applicant_without_work_has_no_period(text: str) -> None:
    assert sound({"相关工作起止时间": text}).applicant.periods == ()


def test_a_contract_may_end_after_today() -> None:
    assert periods_typed("2018.07-2026.12", TODAY) == (
        Period(date(2018, 7, 1), date(2026, 12, 31)),
    )


def test_years_that_contradict_the_periods_are_told_and_the_periods_count() -> None:
    (found,), (problem,) = read({"相关工作年限": "8", "相关工作起止时间": "2024.05-至今"})
    assert (problem.code, problem.is_error) == ("years_differ", False)
    assert "1.91" in str(problem)
    assert found.applicant.on(TODAY).work_years == Decimal("1.91")


@pytest.mark.parametrize("name", ["张?", "张？", "张□三", "张*", "王■"])
def test_a_name_with_a_lost_character_is_refused(name: str) -> None:
    found, (problem,) = read({"姓名": name})
    assert (found, problem.code, problem.column) == ([], "name_lost", "A 姓名")


@pytest.mark.parametrize("name", ["张三（女）", "张三(曾用名李四)", "张三/李四", "张三、李四"])
def test_a_name_with_more_than_a_name_is_told(name: str) -> None:
    (found,), (problem,) = read({"姓名": name})
    assert (found.name, problem.code, problem.is_error) == (name, "name_odd", False)


def test_a_number_that_a_sheet_rounded_is_told_as_such() -> None:
    _, problems = read({"证件号码": "1.10101E+17"})
    assert problems[0].code == "lost_digits"


@pytest.mark.parametrize(
    ("text", "student"),
    [("是", True), ("在读", True), ("应届毕业生", True), ("在校", True), ("√", True),
     ("否", False), ("往届", False), ("已毕业", False), ("", False)],
)  # fmt: skip
def test_students_in_the_words_of_offices(text: str, student: bool) -> None:
    assert sound({"在校学生": text}).applicant.student is student


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("programme/junior/1.5", [("programme", "junior", "1.5")]),
        (
            "本项目/初级/18个月；其他/中级",
            [("programme", "junior", "1.5"), ("other", "intermediate", "0")],
        ),
        ("其它／高级／1年", [("other", "senior", "1")]),
    ],
)
def test_certificates_in_the_words_of_offices(text: str, held: list[tuple[str, str, str]]) -> None:
    found = sound({"已有证书": text, "已交材料": ""}, SKILLS).applicant.certificates
    assert [(one.of, one.level, one.held_years) for one in found] == [
        (of, level, Decimal(years)) for of, level, years in held
    ]

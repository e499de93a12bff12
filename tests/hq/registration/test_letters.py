"""Letters say which clause admits, or what is missing and when it is fulfilled."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from kiosk.exam.programme.eligibility import Applicant, Certificate, Schooling
from kiosk.exam.programme.programme import Programme
from kiosk.exam.programme.work import Period
from sync.hq.registration.application_views import ApplicationView
from sync.hq.registration.candidate_file import plain_facts
from sync.hq.registration.letters import Letter, make_letter
from sync.hq.sittings import SittingPaper, SittingView
from tests.exam.programmes import shipped

MANAGER, SKILLS = shipped("carbon-manager"), shipped("carbon-skills")
EXAM = datetime(2023, 12, 23, 6, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")
S = Schooling


def written(
    applicant: Applicant,
    language: str = "zh",
    programme: Programme = MANAGER,
    level: str | None = None,
    **stored: Any,
) -> Letter:
    """The letter about an application that the rules have judged; ``stored``: what else is."""
    verdict = programme.judge(level, applicant.on(date(2023, 12, 23)))
    values: dict[str, Any] = {
        "sitting_id": "S",
        "candidate_id": "C0001",
        "name": "张三",
        "identity_no": "990001199001010013",
        "sex": "male",
        "birth_date": date(1990, 1, 1),
        "claims": plain_facts(applicant),
        "clause": verdict.clause,
        "hours_missing": verdict.hours_missing,
        "shortfalls": {},
        "materials_missing": [],
        "portrait_findings": [],
        "portrait_accepted": False,
        "has_portrait": True,
        "decision": "",
        "reason": "",
        "centre": "",
        "extra_minutes": 0,
        "paper": "1",
    }
    trade = "trading" if programme.trades else None
    paper = SittingPaper("1", programme.id, programme.version, trade, level, 120)
    sitting = SittingView("S", "第八期", EXAM, EXAM, EXAM, EXAM, (paper,))
    application = ApplicationView(**{**values, **stored})
    return make_letter(application, sitting, programme, ZONE, EXAM, language)


def test_who_is_admitted_reads_by_which_clause() -> None:
    text = written(Applicant(S.BACHELOR, work_years=Decimal(1), class_hours=Decimal(36))).as_text()
    assert "张三（证件号码：990001********0013）" in text
    assert "碳排放管理专业技术人员" in text
    assert "2023年12月23日 14:00开考" in text
    assert "审核通过" in text
    assert "报考条件第 3 条：相关专业本科及以上学历" in text
    assert "4006506886" in text
    assert text.endswith("北京中培国育人才测评技术中心\n2023年12月23日\n")


def test_whom_no_clause_admits_reads_what_each_asks_for_and_from_when_it_is_fulfilled() -> None:
    periods = (Period(date(2018, 7, 1), date(2021, 6, 30)), Period(date(2021, 9, 1)))
    text = written(Applicant(S.HIGH_SCHOOL, periods=periods, class_hours=Decimal(36))).as_text()
    assert (
        "最早自2026年8月31日起符合报考条件（第 6 条），其后最近的常规考试日为2026年10月31日。"
        in text
    )
    assert text.count("\n· 第 ") == 6
    assert "学历须为中专及以上，您填报的是高中。" in text
    assert "从事相关工作须满8年，您为5年3个月。" in text
    assert "如继续从事相关工作，自2026年8月31日起符合本条。" in text


def test_what_is_still_to_be_done_has_its_last_day() -> None:
    applicant = Applicant(S.BACHELOR, related_degree=True, class_hours=Decimal("35.5"))
    missing = ["degree_certificate", "proof_of_work"]
    text = written(applicant, materials_missing=missing, portrait_findings=["not_blue"]).as_text()
    assert (
        "要求 36 学时，已完成 35.5 学时，尚缺 0.5 学时。学时统计截至2023年12月21日 23:30。" in text
    )
    assert "尚未提交：学位证复印件、工作证明。报名材料提交截至2023年12月18日。" in text
    assert "照片不符合要求" in text


def test_a_portrait_that_nobody_has_checked_is_no_fault_of_the_applicant() -> None:
    applicant = Applicant(S.BACHELOR, related_degree=True, class_hours=Decimal(36))
    text = written(applicant, portrait_findings=None).as_text()
    assert "照片正在审核，无须处理。" in text


@pytest.mark.parametrize(
    ("decision", "words"),
    [("refused", "审核未通过"), ("admitted", "审核通过"), ("withdrawn", "您已退出本次考试")],
)
def test_a_decision_by_hand_is_told_with_its_reason_and_nothing_else(
    decision: str, words: str
) -> None:
    text = written(Applicant(), decision=decision, reason="证书核实").as_text()
    assert words in text
    assert "由工作人员审定，理由：证书核实" in text
    assert "第 1 条" not in text


def test_the_letter_is_in_english_too() -> None:
    held = (Certificate("other", "senior", Decimal("0.5")),)
    applicant = Applicant(S.COLLEGE, work_years=Decimal("1.5"), certificates=held)
    text = written(applicant, "en", SKILLS, "senior").as_text()
    assert '"Professional skills in carbon reduction · Trading · Senior"' in text
    assert "you have held your certificate" not in text
    assert "You will have held your certificate long enough from 23 June 2024 on." in text
    assert "Relevant work without a break: 2 years needed; you stated none." in text
    assert text.endswith("China Energy Conservation Association\n23 December 2023\n")


def test_as_a_page_nothing_of_it_is_markup() -> None:
    page = written(Applicant(), name="<b>张三</b>").as_html()
    assert "<b>" not in page
    assert "&lt;b&gt;张三" in page
    assert '<html lang="zh">' in page


def test_facts_as_version_0_2_0_stored_them_are_read() -> None:
    old = {
        "schooling": "high_school", "related_degree": False, "work_years": "7",
        "continuous_years": "0", "student": False, "institution_staff": False,
        "certificates": [{"of": "other", "level": "junior", "held_years": "0"}], "class_hours": 36,
    }  # fmt: skip
    text = written(Applicant(S.HIGH_SCHOOL), claims=old).as_text()
    assert "从事相关工作须满8年，您为7年。" in text


def test_a_letter_claims_nothing_that_nobody_stated() -> None:
    text = written(Applicant()).as_text()
    for claim in ("高中以下", "0年", "已完成 0"):
        assert claim not in text
    for said in ("您未填报高中及以上学历", "您未填报相关工作年限", "36 学时，尚无登记"):
        assert said in text

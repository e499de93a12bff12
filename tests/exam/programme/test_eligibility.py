"""Entry conditions are rules: the clause that admits, or what each one lacks (R6, R8)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.exam.programme.eligibility import (
    Alternative,
    Applicant,
    Certificate,
    EntryRules,
    Schooling,
)
from kiosk.exam.programme.programme import Programme
from kiosk.exam.programme.work import Period
from tests.exam.programmes import shipped

MANAGER, SKILLS = shipped("carbon-manager"), shipped("carbon-skills")
S = Schooling


def worker(schooling: Schooling, years: int, *, related: bool = False) -> Applicant:
    """Somebody who has worked without a break, with all class hours."""
    return Applicant(schooling, related, Decimal(years), Decimal(years), class_hours=Decimal(36))


def holder(of: str, level: str, held: int = 0, worked: int = 0) -> Applicant:
    """Somebody with a certificate."""
    return Applicant(
        work_years=Decimal(worked), certificates=(Certificate(of, level, Decimal(held)),)
    )


@pytest.mark.parametrize(
    ("applicant", "clause"),
    [
        (worker(S.SECONDARY_VOCATIONAL, 5), "1"),
        (worker(S.SECONDARY_VOCATIONAL, 4), None),
        (worker(S.COLLEGE, 0, related=True), "2"),
        (worker(S.COLLEGE, 2), "2"),
        (worker(S.COLLEGE, 1), None),
        (worker(S.BACHELOR, 1), "3"),
        (worker(S.BACHELOR, 0), None),
        (worker(S.MASTER, 0), None),
        (worker(S.MASTER, 0, related=True), "2"),
        (replace(worker(S.NONE, 0), institution_staff=True), "5"),
        (worker(S.HIGH_SCHOOL, 8), "6"),
        (worker(S.HIGH_SCHOOL, 7), None),
    ],
)
def test_the_carbon_manager_clauses(applicant: Applicant, clause: str | None) -> None:
    assert MANAGER.judge(None, applicant).clause == clause


@pytest.mark.parametrize(
    ("level", "applicant", "clause"),
    [
        ("junior", worker(S.NONE, 3), "1"),
        ("junior", worker(S.HIGH_SCHOOL, 2), "2"),
        ("junior", worker(S.HIGH_SCHOOL, 1), None),
        ("junior", worker(S.SECONDARY_VOCATIONAL, 1), "3"),
        ("junior", Applicant(student=True), "4"),
        ("junior", holder("other", "junior"), "5"),
        ("intermediate", worker(S.SECONDARY_VOCATIONAL, 3), "1"),
        ("intermediate", worker(S.COLLEGE, 2), "2"),
        ("intermediate", worker(S.BACHELOR, 1), "3"),
        ("intermediate", worker(S.MASTER, 0), "4"),
        ("intermediate", worker(S.COLLEGE, 0, related=True), "5"),
        ("intermediate", holder("programme", "junior", worked=1), "6"),
        ("intermediate", holder("programme", "junior"), None),
        ("intermediate", holder("other", "intermediate"), "7"),
        ("intermediate", holder("other", "junior"), None),
        ("senior", worker(S.SECONDARY_VOCATIONAL, 4), "1"),
        ("senior", worker(S.COLLEGE, 3), "2"),
        ("senior", worker(S.BACHELOR, 2), "3"),
        ("senior", worker(S.MASTER, 1), None),
        ("senior", worker(S.COLLEGE, 1, related=True), "5"),
        ("senior", holder("programme", "intermediate", worked=1), "6"),
        ("senior", holder("other", "senior", held=1), "7"),
        ("senior", holder("other", "senior"), None),
    ],
)
def test_the_carbon_skills_clauses(level: str, applicant: Applicant, clause: str | None) -> None:
    assert SKILLS.judge(level, applicant).clause == clause


def test_a_refusal_says_what_each_clause_lacks() -> None:
    verdict = MANAGER.judge(None, worker(S.HIGH_SCHOOL, 7))
    (lacking,) = verdict.shortfalls["6"]
    assert (lacking.what, lacking.need, lacking.have) == ("work_years", "8", "7")
    assert not verdict.admitted


ASKED_FOR_WORK = [
    (programme, condition.level, condition.clause, way)
    for programme in (MANAGER, SKILLS)
    for condition in programme.entry_conditions
    for way in condition.alternatives
    if way.work_years
]


@pytest.mark.parametrize(("programme", "level", "clause", "way"), ASKED_FOR_WORK)
def test_work_without_a_break_counts_wherever_work_is_asked_for(
    programme: Programme, level: str | None, clause: str, way: Alternative
) -> None:
    held = way.certificate and Certificate(way.certificate.of, way.certificate.level)
    applicant = Applicant(
        schooling=way.schooling_from or S.NONE,
        related_degree=bool(way.related_degree),
        continuous_years=way.work_years or Decimal(0),
        certificates=(held,) if held else (),
    )
    assert clause not in programme.judge(level, applicant).shortfalls
    less = replace(applicant, continuous_years=applicant.continuous_years - Decimal("0.5"))
    assert clause in programme.judge(level, less).shortfalls


def test_work_with_breaks_is_no_work_without_a_break() -> None:
    broken = Applicant(S.COLLEGE, work_years=Decimal(3), class_hours=Decimal(36))
    assert MANAGER.judge(None, broken).clause is None


@pytest.mark.parametrize(
    ("applicant", "lenient", "strict"),
    [
        (worker(S.COLLEGE, 0, related=True), "2", None),
        (worker(S.COLLEGE, 2, related=True), "2", "2"),
        (worker(S.BACHELOR, 0, related=True), "2", None),
        (worker(S.BACHELOR, 1, related=True), "2", "3"),
        (worker(S.MASTER, 0, related=True), "2", "4"),
        (worker(S.COLLEGE, 2), "2", "2"),
    ],
)
def test_the_programme_says_whether_related_graduates_need_the_years_of_clauses_2_and_3(
    applicant: Applicant, lenient: str | None, strict: str | None
) -> None:
    rules = EntryRules(related_degree_needs_years=True)
    stricter = MANAGER.model_copy(update={"entry": rules})
    assert MANAGER.judge(None, applicant).clause == lenient
    assert stricter.judge(None, applicant).clause == strict


@pytest.mark.parametrize(
    ("years_on", "until"),
    [
        ("exam_day", "2023-12-23"),
        ("registration_closes", "2023-12-18"),
        ("year_end", "2023-12-31"),
    ],
)
def test_the_programme_names_the_day_until_which_work_counts(years_on: str, until: str) -> None:
    rules = EntryRules.model_validate({"years_on": years_on})
    programme = MANAGER.model_copy(update={"entry": rules})
    assert str(programme.years_until(date(2023, 12, 23))) == until


def test_without_an_edition_work_counts_until_the_exam() -> None:
    rules = EntryRules(years_on="registration_closes")
    programme = MANAGER.model_copy(update={"entry": rules})
    assert programme.years_until(date(2026, 4, 25)) == date(2026, 4, 25)


def test_periods_of_work_count_up_to_that_day() -> None:
    applicant = Applicant(S.COLLEGE, periods=(Period(date(2024, 4, 26)),), class_hours=Decimal(36))
    assert MANAGER.judge(None, applicant.on(date(2026, 4, 24))).clause is None
    assert MANAGER.judge(None, applicant.on(date(2026, 4, 25))).clause == "2"


def test_class_hours_may_have_decimals() -> None:
    verdict = MANAGER.judge(None, replace(worker(S.BACHELOR, 3), class_hours=Decimal("35.5")))
    assert (verdict.hours_missing, verdict.admitted) == (Decimal("0.5"), False)
    assert MANAGER.judge(None, replace(worker(S.BACHELOR, 3), class_hours=Decimal("36.5"))).admitted


def test_class_hours_are_needed_besides_a_clause() -> None:
    verdict = MANAGER.judge(None, replace(worker(S.BACHELOR, 3), class_hours=Decimal(30)))
    assert (verdict.clause, verdict.hours_missing) == ("2", Decimal(6))
    assert not verdict.admitted


@given(st.sampled_from(Schooling), st.integers(0, 12), st.booleans(), st.sampled_from(Schooling))
def test_more_schooling_or_work_never_shuts_anybody_out(
    schooling: Schooling, years: int, related: bool, other: Schooling
) -> None:
    less = worker(min(schooling, other, key=lambda s: s.rank), years, related=related)
    more = worker(max(schooling, other, key=lambda s: s.rank), years + 1, related=related)
    for programme, level in ((MANAGER, None), (SKILLS, "junior"), (SKILLS, "senior")):
        if programme.judge(level, less).admitted:
            assert programme.judge(level, more).admitted

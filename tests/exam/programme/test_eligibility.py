"""Entry conditions are rules: the clause that admits, or what each one lacks (R6, R8)."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.exam.programme.eligibility import Applicant, Certificate, Schooling
from tests.exam.programmes import shipped

MANAGER, SKILLS = shipped("carbon-manager"), shipped("carbon-skills")
S = Schooling


def worker(schooling: Schooling, years: int, *, related: bool = False) -> Applicant:
    """Somebody who has worked without a break, with all class hours."""
    return Applicant(schooling, related, Decimal(years), Decimal(years), class_hours=36)


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


def test_class_hours_are_needed_besides_a_clause() -> None:
    verdict = MANAGER.judge(None, replace(worker(S.BACHELOR, 3), class_hours=30))
    assert (verdict.clause, verdict.hours_missing, verdict.admitted) == ("2", 6, False)


@given(st.sampled_from(Schooling), st.integers(0, 12), st.booleans(), st.sampled_from(Schooling))
def test_more_schooling_or_work_never_shuts_anybody_out(
    schooling: Schooling, years: int, related: bool, other: Schooling
) -> None:
    less = worker(min(schooling, other, key=lambda s: s.rank), years, related=related)
    more = worker(max(schooling, other, key=lambda s: s.rank), years + 1, related=related)
    for programme, level in ((MANAGER, None), (SKILLS, "junior"), (SKILLS, "senior")):
        if programme.judge(level, less).admitted:
            assert programme.judge(level, more).admitted

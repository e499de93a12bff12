"""What a clause still asks for, and the day on which time alone will have fulfilled it."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.exam.programme.eligibility import Applicant, Certificate, Schooling
from kiosk.exam.programme.outlook import Outlook, outlooks
from kiosk.exam.programme.programme import Programme
from kiosk.exam.programme.work import Period
from tests.exam.programmes import shipped

MANAGER, SKILLS = shipped("carbon-manager"), shipped("carbon-skills")
EXAM = date(2026, 4, 25)
S = Schooling


def of(
    clause: str, applicant: Applicant, programme: Programme = MANAGER, level: str | None = None
) -> Outlook:
    (found,) = [
        one for one in outlooks(programme, level, applicant, EXAM) if one.condition.clause == clause
    ]
    return found


LONG_AGO = Period(date(2016, 1, 1), date(2020, 12, 31))
SHORT = Period(date(2020, 1, 1), date(2021, 6, 30))
WORK, UNBROKEN = ("work_years",), ("continuous_years",)


def worked(schooling: Schooling, years: str) -> Applicant:
    return Applicant(schooling, work_years=Decimal(years))


@pytest.mark.parametrize(
    ("clause", "applicant", "lacking", "on"),
    [
        ("1", worked(S.SECONDARY_VOCATIONAL, "4"), WORK, "2027-04-25"),
        ("1", worked(S.SECONDARY_VOCATIONAL, "4.5"), WORK, "2026-10-25"),
        ("1", worked(S.HIGH_SCHOOL, "4"), ("schooling_from", "work_years"), None),
        ("2", Applicant(S.COLLEGE, continuous_years=Decimal(1)), UNBROKEN, "2027-04-25"),
        ("6", Applicant(periods=(Period(date(2020, 1, 1)),)), WORK, "2027-12-31"),
        ("6", Applicant(periods=(LONG_AGO, Period(date(2024, 1, 1)))), WORK, "2026-12-31"),
        ("2", Applicant(S.COLLEGE, periods=(SHORT,)), UNBROKEN, "2028-04-25"),
        ("5", Applicant(), ("institution_staff",), None),
        ("3", worked(S.BACHELOR, "1"), (), "2026-04-25"),
    ],
)
def test_what_is_lacking_and_from_when_it_is_not(
    clause: str, applicant: Applicant, lacking: tuple[str, ...], on: str | None
) -> None:
    found = of(clause, applicant)
    assert found.lacking == lacking
    assert found.on == (date.fromisoformat(on) if on else None)


def test_a_certificate_is_held_long_enough_some_day() -> None:
    held = Applicant(certificates=(Certificate("other", "senior", Decimal("0.5")),))
    assert of("7", held, SKILLS, "senior").on == date(2026, 10, 25)
    assert of("7", Applicant(), SKILLS, "senior").on is None


@given(
    st.sampled_from(Schooling),
    st.booleans(),
    st.lists(st.dates(date(2010, 1, 1), EXAM), max_size=3),
)
def test_on_that_day_the_clause_admits_and_the_day_before_it_does_not(
    schooling: Schooling, related: bool, starts: list[date]
) -> None:
    periods = tuple(Period(start, start + timedelta(days=500)) for start in starts)
    applicant = Applicant(schooling, related, periods=(*periods, Period(EXAM)))
    for one in outlooks(MANAGER, None, applicant, EXAM):
        if one.on is not None:
            then = MANAGER.judge(None, applicant.on(one.on))
            assert one.condition.clause not in then.shortfalls
        if one.on is not None and one.on > EXAM:
            before = MANAGER.judge(None, applicant.on(one.on - timedelta(days=1)))
            assert one.condition.clause in before.shortfalls


def test_who_needs_nothing_more_is_admitted_by_that_clause() -> None:
    applicant = Applicant(S.COLLEGE, related_degree=True, work_years=Decimal(9))
    free = {
        one.condition.clause for one in outlooks(MANAGER, None, applicant, EXAM) if not one.lacking
    }
    assert free == {"1", "2", "6"}
    stricter = replace(applicant, related_degree=False)
    assert not of("1", stricter).lacking

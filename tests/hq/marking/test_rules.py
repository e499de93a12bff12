"""Rules of marking: what points can be given, and how marks become one. Pure, by properties."""

from decimal import Decimal
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from kiosk.exam.items.item import MarkPoint, MarkScheme
from sync.hq.marking.drift import Comparison, beyond, drift_of, qualifies
from sync.hq.marking.rules import (
    Final,
    Need,
    code,
    criteria_of,
    decide,
    is_drawn,
    on_step,
    place,
)
from sync.hq.marking.settings import PlanSettings, Rounding, Three, Two

STEPS = st.sampled_from([Decimal("0.5"), Decimal(1), Decimal("0.25")])
HALF = Decimal("0.5")


@st.composite
def cases(draw: st.DrawFn, marks: int) -> tuple[list[Decimal], Decimal, Decimal, PlanSettings]:
    """Marks of several people on the step, the step, the points and a plan."""
    step = draw(STEPS)
    most = draw(st.integers(1, 40)) * step
    given = [draw(st.integers(0, int(most / step))) * step for _ in range(marks)]
    plan = PlanSettings(
        two=draw(st.sampled_from(get_args(Two))),
        three=draw(st.sampled_from(get_args(Three))),
        rounding=draw(st.sampled_from(get_args(Rounding))),
        threshold=draw(st.integers(0, 10)),
    )
    return given, step, most, plan


def outcome(
    case: tuple[list[Decimal], Decimal, Decimal, PlanSettings], wanted: int
) -> Final | Need:
    marks, step, most, plan = case
    return decide(marks, wanted=wanted, threshold=plan.threshold, step=step, most=most, plan=plan)


@given(cases(1))
def test_one_mark_is_final_where_one_is_wanted_and_waits_where_two_are(
    case: tuple[list[Decimal], Decimal, Decimal, PlanSettings],
) -> None:
    assert outcome(case, 1) == Final(case[0][0], "single")
    assert outcome(case, 2) is Need.SECOND


@given(cases(2))
def test_two_marks_make_one_between_them_on_the_step_or_need_a_third(
    case: tuple[list[Decimal], Decimal, Decimal, PlanSettings],
) -> None:
    (first, second), step, most, plan = case
    found = outcome(case, 2)
    if abs(first - second) > plan.threshold:
        assert found is Need.THIRD
        return
    assert isinstance(found, Final)
    assert min(first, second) <= found.points <= max(first, second)
    assert on_step(found.points, most, step)
    assert outcome(([second, first], step, most, plan), 2) == found
    if first == second:
        assert found.points == first


@given(cases(3))
def test_three_marks_make_one_within_them_or_go_to_the_adjudicator(
    case: tuple[list[Decimal], Decimal, Decimal, PlanSettings],
) -> None:
    marks, step, most, plan = case
    found = outcome(case, 2)
    gaps = sorted(abs(marks[a] - marks[b]) for a, b in ((0, 1), (0, 2), (1, 2)))
    if plan.three == "mean_of_closest" and gaps[0] > plan.threshold:
        assert found is Need.ADJUDICATOR
        return
    assert isinstance(found, Final)
    assert min(marks) <= found.points <= max(marks)
    assert on_step(found.points, most, step)
    if plan.three == "third_decides":
        assert found.points == marks[2]
    if plan.three == "higher":
        assert found.points == max(marks)


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        (("2", "6", "5"), "5.5"),
        (("6", "2", "5"), "5.5"),
        # As close to both: the doubt is the candidate's.
        (("2", "6", "4"), "5"),
        (("2", "2.5", "8"), "2.5"),
        (("0", "0", "0"), "0"),
    ],
)
def test_the_two_closest_marks_decide(marks: tuple[str, ...], expected: str) -> None:
    found = decide(
        [Decimal(mark) for mark in marks],
        wanted=2, threshold=Decimal(2), step=HALF, most=Decimal(8), plan=PlanSettings(),
    )  # fmt: skip
    assert found == Final(Decimal(expected), "mean_of_closest")


@pytest.mark.parametrize(
    ("rounding", "expected"), [("half_up", "5.5"), ("up", "5.5"), ("down", "5")]
)
def test_a_mean_between_two_steps_is_rounded_as_the_plan_says(
    rounding: Rounding, expected: str
) -> None:
    found = decide(
        [Decimal(5), Decimal("5.5")],
        wanted=2, threshold=Decimal(1), step=HALF, most=Decimal(8),
        plan=PlanSettings(rounding=rounding),
    )  # fmt: skip
    assert found == Final(Decimal(expected), "mean")


@given(st.integers(-10, 50), STEPS, st.integers(1, 20))
def test_points_go_by_whole_steps_from_nothing_to_all(count: int, step: Decimal, most: int) -> None:
    points = count * step
    assert on_step(points, Decimal(most), step) == (0 <= points <= most)
    assert not on_step(points + step / 2, Decimal(most * 50) + 1000, step) or points < 0


def test_all_points_can_be_given_where_the_step_does_not_divide_them() -> None:
    assert on_step(Decimal("7.3"), Decimal("7.3"), HALF)
    assert not on_step(Decimal("7.2"), Decimal("7.3"), HALF)


def scheme(*marks: str) -> MarkScheme:
    points = tuple(MarkPoint(text=f"p{mark}", marks=Decimal(mark)) for mark in marks)
    return MarkScheme(item_id="X", points=points)


def test_mark_points_that_do_not_fit_the_paper_are_advice_and_the_answer_is_marked_whole() -> None:
    assert [c.most for c in criteria_of(scheme("5", "3"), Decimal(8), HALF)] == [5, 3]
    assert [c.most for c in criteria_of(scheme("5", "3"), Decimal(10), HALF)] == [10]
    assert [c.most for c in criteria_of(scheme("2.25", "0.75"), Decimal(3), HALF)] == [3]


@given(st.integers(0, 100), st.text(max_size=5))
def test_a_larger_share_draws_all_that_a_smaller_one_draws(percent: int, seed: str) -> None:
    drawn = {n for n in range(200) if is_drawn(percent, seed, str(n))}
    more = {n for n in range(200) if is_drawn(min(100, percent + 10), seed, str(n))}
    assert drawn <= more
    assert len(drawn) == {0: 0, 100: 200}.get(percent, len(drawn))


def test_shares_are_met_places_are_spread_and_codes_differ_by_marker() -> None:
    drawn = sum(is_drawn(30, "seed", "double", str(n)) for n in range(5000))
    assert 1350 < drawn < 1650
    assert 0 <= place("seed", "x") < 2**31
    codes = {code("seed", "ma", str(n)) for n in range(2000)}
    assert len(codes) == 2000
    assert code("seed", "ma", "1") != code("seed", "mb", "1")


def compared(*differences: str) -> list[Comparison]:
    return [Comparison(Decimal(4) + Decimal(d), Decimal(4), Decimal(8)) for d in differences]


def test_the_deviation_says_how_far_how_often_and_in_which_direction() -> None:
    drift = drift_of(compared("1", "-1", "0", "2"))
    assert drift is not None
    assert (drift.count, drift.mean, drift.absolute, drift.exact) == (
        4,
        HALF,
        Decimal(1),
        Decimal("0.25"),
    )
    assert drift_of([]) is None


@pytest.mark.parametrize(
    ("differences", "paused"),
    [
        (("0", "0", "0", "0"), False),
        (("8", "8"), False),  # too few to say anything
        (("2", "-2", "2", "-2"), True),
        (("1", "1", "1"), True),  # within 15 %, but always above
        (("1", "-1", "1", "-1"), False),
        (("4", "4", "4", *["0"] * 10), False),  # only the newest ten
    ],
)
def test_a_marker_beyond_the_limits_is_paused(differences: tuple[str, ...], paused: bool) -> None:
    assert beyond(compared(*differences), PlanSettings()) is paused


def test_a_qualification_set_is_passed_by_the_share_within_the_tolerance() -> None:
    plan = PlanSettings(qualify_count=4, qualify_percent=75)
    assert qualifies(compared("0", "0", "0"), plan) is None
    assert qualifies(compared("0", "1", "-1", "3"), plan) is True
    assert qualifies(compared("0", "1", "2", "3"), plan) is False


@pytest.mark.parametrize(
    "wrong",
    [{"double_percent": 101}, {"threshold": "-1"}, {"lease_minutes": 0}, {"two": "lowest"},
     {"bias_percent": 50}, {"unknown": 1}],
)  # fmt: skip
def test_settings_that_cannot_be_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        PlanSettings.model_validate(wrong)

"""Scores, centres, times and drift: definitions at their edges."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.hq.statistics.centres import centre_figures
from sync.hq.statistics.drift import Use, delta, drifts
from sync.hq.statistics.incidents import incident_counts
from sync.hq.statistics.scores import bin_edges, distribution
from sync.hq.statistics.timing import LONGEST, seconds_by_item

START = datetime(2026, 4, 25, 6, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


@given(st.floats(1, 500), st.data())
def test_a_histogram_has_the_pass_mark_between_its_bins(most: float, data: st.DataObject) -> None:
    mark = data.draw(st.floats(0.01, most))
    edges = bin_edges(mark, most)
    assert min(abs(edge - mark) for edge in edges) < 1e-6
    assert edges[0] <= 1e-6
    assert edges[-1] >= most - 1e-6
    assert len(edges) <= 34


def test_every_total_is_in_a_bin_and_the_mark_itself_passes() -> None:
    found = distribution(np.array([0, 59.95, 60, 60.5, 100]), 3, 60, 100)
    assert sum(found.counts) == 5
    passing = sum(count for low, count in zip(found.edges, found.counts, strict=False) if low >= 60)
    assert passing == 3
    assert found.quantiles == [0, 59.95, 60, 60.5, 100]
    assert found.passed is not None
    assert found.passed.value == 0.6


def test_a_skewed_distribution_says_so() -> None:
    assert distribution(np.array([1.0, 2, 3]), 0, 60, 100).skewness == pytest.approx(0)
    skewness = distribution(np.array([1.0, 1, 1, 5]), 0, 60, 100).skewness
    assert skewness == pytest.approx(2 / 3**0.5)


def test_nobody_yet_is_no_error() -> None:
    found = distribution(np.array([]), 0, 60, 100)
    assert (found.count, found.mean, found.passed, sum(found.counts)) == (0, None, None, 0)


def test_a_small_centre_is_not_shown_and_a_larger_one_not_judged_by_chance() -> None:
    generator = np.random.default_rng(2)
    sizes = {"BJ01": 200, "GZ01": 200, "SH01": 12, "TJ01": 4}
    codes = [code for code, size in sizes.items() for _ in range(size)]
    totals = generator.normal(70, 10, len(codes))
    totals[[code == "GZ01" for code in codes]] -= 15
    totals[[code == "SH01" for code in codes]] -= 3
    found = centre_figures(codes, ["A"] * len(codes), totals, totals >= 60)
    assert [(one.code, one.outside) for one in found] == [
        ("BJ01", True), ("GZ01", True), ("SH01", False), ("TJ01", None),
    ]  # fmt: skip
    assert (found[3].mean, found[3].passed) == (None, None)
    assert found[1].difference is not None
    assert found[1].difference < 0


def test_a_form_that_one_centre_alone_had_cannot_be_compared() -> None:
    totals = np.arange(40.0)
    found = centre_figures(["A"] * 20 + ["B"] * 20, ["x"] * 20 + ["y"] * 20, totals, totals > 10)
    assert [(one.difference, one.outside) for one in found] == [(None, None)] * 2
    assert found[0].mean is not None


def test_forms_of_different_difficulty_do_not_shame_a_centre() -> None:
    generator = np.random.default_rng(4)
    codes = (["A"] * 90 + ["B"] * 10) * 2
    forms = ["easy"] * 90 + ["easy"] * 10 + ["hard"] * 90 + ["hard"] * 10
    totals = generator.normal(80, 8, 200) - np.array(
        [30 if form == "hard" else 0 for form in forms]
    )
    assert not any(one.outside for one in centre_figures(codes, forms, totals, totals > 60))


def test_incidents_are_ordered_by_rule_and_hour() -> None:
    counts = {("no_face", 9): 2, ("page_leave", 11): 5, ("no_face", 10): 1}
    assert incident_counts(counts) == (["page_leave", "no_face"], [9, 10, 11])
    assert incident_counts({}) == ([], [])


def test_the_time_of_an_answer_is_the_gap_to_the_save_before() -> None:
    saves = {"T2": after(90), "T1": after(30), "T3": after(100)}
    assert seconds_by_item(START, saves) == {"T1": 30, "T2": 60, "T3": 10}


def test_answers_saved_together_have_no_time_of_their_own() -> None:
    saves = {"T1": after(30), "T2": after(60), "T3": after(60), "T4": after(80)}
    assert seconds_by_item(START, saves) == {"T1": 30, "T4": 20}


def test_pauses_outages_and_very_long_gaps_do_not_count() -> None:
    saves = {"T1": after(30), "T2": after(400), "T3": after(410), "T4": after(411 + LONGEST)}
    closed = [(after(100), after(300))]
    assert seconds_by_item(START, saves, closed) == {"T1": 30, "T3": 10}


def test_who_never_started_has_no_times() -> None:
    assert seconds_by_item(None, {"T1": START}) == {}


def test_a_clock_that_went_back_gives_no_negative_time() -> None:
    assert seconds_by_item(START, {"T1": after(-50), "T2": after(20)}) == {"T2": 20}


def test_delta_is_13_for_half_and_4_for_each_standard_deviation() -> None:
    assert delta(Use(0.5, 100)) == pytest.approx(13)
    assert delta(Use(0.158655, 10**6)) == pytest.approx(17, abs=1e-4)
    assert delta(Use(1, 100)) < delta(Use(0.9, 100)) < 13


def uses(*shares: float, count: int = 500) -> dict[str, Use]:
    return {f"T{number}": Use(share, count) for number, share in enumerate(shares)}


def test_better_candidates_are_no_drift() -> None:
    weak, strong = uses(0.3, 0.4, 0.5, 0.6, 0.7), uses(0.5, 0.6, 0.695, 0.78, 0.85)
    assert not any(drift.large for drift in drifts(weak, strong).values())


def test_an_item_that_became_known_drifts() -> None:
    before, now = uses(0.3, 0.4, 0.5, 0.6, 0.7), uses(0.75, 0.4, 0.5, 0.6, 0.7)
    found = drifts(before, now)
    assert [name for name, drift in found.items() if drift.large] == ["T0"]
    assert found["T0"].shift < 0
    back = drifts(now, before)
    assert back["T0"].shift == pytest.approx(-found["T0"].shift)


def test_few_candidates_or_few_common_items_show_no_drift() -> None:
    before, now = uses(0.3, 0.4, 0.5, 0.6, 0.7, count=8), uses(0.6, 0.4, 0.5, 0.6, 0.7, count=8)
    assert not drifts(before, now)["T0"].large
    assert drifts(uses(0.3, 0.4), uses(0.9, 0.4)) == {}


def test_chance_alone_seldom_lets_an_item_of_a_whole_paper_drift() -> None:
    generator, alarms = np.random.default_rng(6), 0
    for _ in range(200):
        truth = generator.uniform(0.3, 0.9, 70)
        before, now = (
            {f"T{n}": Use(generator.binomial(100, p) / 100, 100) for n, p in enumerate(truth)}
            for _sitting in range(2)
        )
        alarms += any(drift.large for drift in drifts(before, now).values())
    assert alarms <= 20

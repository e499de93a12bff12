"""Plots are well-formed SVG that says what it shows, and carries no markup from its data."""

import itertools
import xml.etree.ElementTree as ET
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from sync.hq.web.plots.axes import Scale, round_up, ticks
from sync.hq.web.plots.bars import Bar, Interval, bars, heat_map, histogram, intervals
from sync.hq.web.plots.canvas import Words, shortened, text_width
from sync.hq.web.plots.points import Guide, Point, Reading, lines, scatter

WORDS = Words("Totals & more", "30 candidates", "Points", "Candidates")
NASTY = '<script>alert(1)</script>"&'


def every_plot(name: str) -> Sequence[Markup]:
    words = Words(name, name, name, name)
    return [
        histogram(words, [0, 10, 20], [3, 5], (10, name)),
        bars(words, [Bar(name, 0.4, name), Bar("B", 0, "0 %")], most=1),
        intervals(words, [Interval(name, 5, 4, 6, name)], (0, 10), (5, name)),
        heat_map(words, [name], ["9", "10"], {(name, "9"): 4}),
        scatter(words, [Point(0.5, 0.2, name, f"/x?{name}")], (0, 1), (0, 1), [Guide("x", 0.2)]),
        lines(words, [Reading(name, 0.5, 0.4, 0.6)], (0, 1), [Guide("y", 0.2, name)]),
    ]  # fmt: skip


def test_a_plot_is_well_formed_and_carries_no_markup_of_its_data() -> None:
    for drawn in every_plot(NASTY):
        root = ET.fromstring(drawn)  # noqa: S314 - our own text
        assert NASTY in (root.get("aria-label") or "")
        assert not [tag for tag in root.iter() if tag.tag.endswith("script")]
        assert "style=" not in drawn


def test_screen_readers_hear_title_and_description() -> None:
    root = ET.fromstring(histogram(WORDS, [0, 10, 20], [3, 5], (10, "Pass mark")))  # noqa: S314
    assert (root.get("role"), root.get("aria-label")) == ("img", "Totals & more. 30 candidates")


def test_a_plot_with_links_lets_screen_readers_in() -> None:
    root = ET.fromstring(scatter(WORDS, [Point(0.5, 0.2, "T1", "/items/T1")], (0, 1), (0, 1)))  # noqa: S314
    assert root.get("role") == "group"
    assert [link.get("href") for link in root.iter("a")] == ["/items/T1"]


def test_a_bar_is_as_long_as_its_value() -> None:
    root = ET.fromstring(bars(WORDS, [Bar("A", 0.25), Bar("B", 0.5)], most=1))  # noqa: S314
    short, long = (float(rect.get("width") or 0) for rect in root.iter("rect"))
    assert long == 2 * short > 0


def test_bars_from_the_pass_mark_on_stand_out() -> None:
    root = ET.fromstring(histogram(WORDS, [0, 5, 10, 15], [1, 2, 3], (10, "Pass mark")))  # noqa: S314
    assert ["plot-key" in (rect.get("class") or "") for rect in root.iter("rect")] == [
        False,
        False,
        True,
    ]


def test_nothing_to_draw_still_is_a_drawing() -> None:
    drawn = [
        histogram(WORDS, [0, 1], [0]), bars(WORDS, []), intervals(WORDS, [], (0, 1)),
        heat_map(WORDS, [], [], {}), scatter(WORDS, [], (0, 1), (0, 1)), lines(WORDS, [], (0, 1)),
    ]  # fmt: skip
    for plot in drawn:
        ET.fromstring(plot)  # noqa: S314


def test_chinese_takes_more_room_than_latin() -> None:
    assert text_width("考点") > text_width("ab")
    assert shortened("中国节能协会考试中心", 60).endswith("…")
    assert shortened("BJ01", 60) == "BJ01"


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6))
def test_ticks_lie_within_the_axis_at_equal_steps(low: float, span: float) -> None:
    marks = ticks(low, low + span)
    assert all(low - span * 1e-3 <= mark <= low + span * 1.001 for mark in marks)
    steps = [after - before for before, after in itertools.pairwise(marks)]
    assert all(abs(step - steps[0]) <= abs(steps[0]) * 1e-3 for step in steps)


@given(st.integers(0, 10**6))
def test_an_axis_has_room_for_the_highest_bar(most: int) -> None:
    assert most <= round_up(most) <= max(2 * most, 1)


def test_values_outside_an_axis_lie_at_its_edge() -> None:
    scale = Scale(0, 10, 100, 200)
    assert [scale.at(value) for value in (-5, 0, 5, 50)] == [100, 100, 150, 200]
    assert Scale(3, 3, 100, 200).at(3) == 150

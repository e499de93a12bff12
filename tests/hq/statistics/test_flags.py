"""Flags: what is worth a look, at the thresholds of the documentation, and what is not."""

from dataclasses import replace

import numpy as np
import pytest

from sync.hq.statistics.drift import Drift
from sync.hq.statistics.flags import Flag, flags_of
from sync.hq.statistics.intervals import Interval
from sync.hq.statistics.items import ItemFigures, Seconds, item_figures
from sync.hq.statistics.options import OptionFigures
from tests.hq.statistics.papers import matrix_of

GOOD = replace(
    item_figures(matrix_of(np.ones((40, 2))))[0],
    difficulty=Interval(0.6, 0.5, 0.7),
    discrimination=Interval(0.3, 0.1, 0.5),
    options=(),
)


def at(value: float) -> Interval:
    return Interval(value, value - 0.1, value + 0.1)


def option(
    name: str, correlation: Interval | None, count: int = 5, *, is_key: bool = False
) -> OptionFigures:
    return OptionFigures(name, is_key, count, count / 40, 10.0, correlation, 1.0)


def raised(item: ItemFigures, drift: Drift | None = None) -> list[Flag]:
    drifts = {item.column.item_id: drift} if drift else {}
    return list(flags_of([item], drifts)[item.column.item_id])


@pytest.mark.parametrize(
    ("difficulty", "expected"),
    [(0.19, [Flag.TOO_HARD]), (0.2, []), (0.95, []), (0.96, [Flag.TOO_EASY])],
)
def test_hard_and_easy_items(difficulty: float, expected: list[Flag]) -> None:
    assert raised(replace(GOOD, difficulty=at(difficulty))) == expected


@pytest.mark.parametrize(
    ("discrimination", "expected"),
    [(-0.01, [Flag.NEGATIVE]), (0.0, [Flag.WEAK]), (0.14, [Flag.WEAK]), (0.15, [])],
)
def test_items_that_do_not_discriminate(discrimination: float, expected: list[Flag]) -> None:
    assert raised(replace(GOOD, discrimination=at(discrimination))) == expected


def test_a_distractor_that_attracts_the_able() -> None:
    key = option("A", at(0.5), is_key=True)
    certain, chance = option("B", Interval(0.2, 0.01, 0.4)), option("B", Interval(0.1, -0.1, 0.3))
    assert raised(replace(GOOD, options=(key, certain))) == [Flag.DISTRACTOR]
    assert raised(replace(GOOD, options=(key, chance))) == []


def test_a_distractor_that_is_better_than_the_key() -> None:
    options = (option("A", at(-0.2), is_key=True), option("B", at(0.05)), option("", at(0.3)))
    assert raised(replace(GOOD, options=options)) == [Flag.BETTER_THAN_KEY]


def test_an_option_that_nobody_chose() -> None:
    options = (option("A", at(0.5), is_key=True), option("B", None, count=0))
    assert raised(replace(GOOD, options=options)) == [Flag.NEVER_CHOSEN]


def test_gaps_and_drift() -> None:
    drift = Drift(2, 1, 3, large=True)
    assert raised(replace(GOOD, omitted=0.11, not_reached=0.06), drift) == [
        Flag.OMITTED, Flag.NOT_REACHED, Flag.DRIFT,
    ]  # fmt: skip
    assert raised(GOOD, replace(drift, large=False)) == []


def test_items_far_slower_than_others_of_their_type() -> None:
    def timed(number: int, median: float) -> ItemFigures:
        column = replace(GOOD.column, item_id=f"T{number}")
        return replace(GOOD, column=column, seconds=Seconds(median, median, median, 40))

    items = [timed(number, 40 + number) for number in range(8)] + [timed(8, 90)]
    assert [name for name, flags in flags_of(items, {}).items() if flags] == ["T8"]
    assert not any(flags_of([*items[:6], items[8]], {}).values())


def test_few_candidates_raise_no_flag() -> None:
    assert raised(replace(GOOD, difficulty=at(0), count=29)) == []
    assert raised(replace(GOOD, difficulty=at(0), count=30)) == [Flag.TOO_HARD]


def test_an_item_whose_points_everybody_got_by_a_ruling_raises_none() -> None:
    column = replace(GOOD.column, for_all=True)
    assert raised(replace(GOOD, column=column, difficulty=at(1))) == []


def test_a_sound_item_of_real_answers_raises_none() -> None:
    generator = np.random.default_rng(3)
    ability = generator.normal(size=(400, 1))
    right = ability + generator.normal(size=(400, 10)) > 0
    picks = np.where(right, 1, 2 ** generator.integers(1, 4, right.shape))
    figures = item_figures(matrix_of(right.astype(float), picks.tolist()))
    assert not any(flags_of(figures, {}).values())

"""Error rates mean what ISO/IEC 19795-1 says, and claim no more than the pairs allow."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.exam.identity.bands import Bands
from kiosk.vision.evaluation.plot import draw
from kiosk.vision.evaluation.rates import Evaluation, Rate
from tests.vision.trials import made

similarities = st.lists(st.floats(-1, 1), min_size=1, max_size=40)


def evaluation(mated: list[float], non_mated: list[float]) -> Evaluation:
    """Of those similarities."""
    return Evaluation(np.array(mated, np.float64), np.array(non_mated, np.float64))


def test_a_pair_matches_from_the_threshold_on() -> None:
    found = evaluation([0.5, 0.6, 0.7, 0.8], [0.1, 0.2, 0.6])
    assert found.fmr(0.6) == Rate(1, 3)
    assert found.fnmr(0.6) == Rate(1, 4)


@pytest.mark.parametrize(
    ("errors", "of", "low", "high"),
    [(0, 100, 0.0, 0.0362), (5, 100, 0.0164, 0.1128), (100, 100, 0.9638, 1.0)],
)
def test_intervals_are_exact(errors: int, of: int, low: float, high: float) -> None:
    assert Rate(errors, of).interval == pytest.approx((low, high), abs=1e-4)


def test_no_error_in_n_pairs_allows_to_say_three_in_n() -> None:
    assert Rate(0, 30_000).at_most == pytest.approx(1e-4, rel=0.01)
    assert Rate(0, 400).at_most == pytest.approx(3 / 400, rel=0.01)


@pytest.mark.parametrize(
    ("fmr", "pairs", "known"), [(0.01, 99, False), (0.01, 100, True), (0.001, 999, False)]
)
def test_a_rate_smaller_than_one_error_is_not_given(fmr: float, pairs: int, known: bool) -> None:
    found = evaluation([0.9] * 10, list(np.linspace(0, 0.5, pairs)))
    assert (found.fnmr_at(fmr) is not None) is known


def test_fnmr_at_an_fmr_is_at_the_lowest_threshold_that_keeps_it() -> None:
    found = evaluation([0.25, 0.35, 0.9], [number / 1000 for number in range(300)])
    point = found.fnmr_at(0.01)
    assert point is not None
    assert 0.296 < point.threshold < 0.297
    assert found.fmr(point.threshold) == Rate(3, 300)
    assert point.fnmr == Rate(1, 3)
    highest = found.without_false_matches()
    assert highest is not None
    assert found.fmr(highest.threshold) == Rate(0, 300)


@pytest.mark.parametrize(
    ("mated", "non_mated", "eer"),
    [
        ([0.6, 0.7], [0.1, 0.2], 0.0),
        ([0.1, 0.2], [0.6, 0.7], 1.0),
        ([0.4, 0.6, 0.8, 0.9], [0.1, 0.2, 0.3, 0.5], 0.25),
    ],
)
def test_the_rates_meet_at_the_eer(mated: list[float], non_mated: list[float], eer: float) -> None:
    assert evaluation(mated, non_mated).eer() == pytest.approx(eer)


def test_what_was_not_tried_is_not_said() -> None:
    alone = evaluation([0.5], [])
    assert (alone.fmr(0.4), alone.eer(), alone.fnmr_at(0.5)) == (None, None, None)
    assert alone.without_false_matches() is None
    assert evaluation([], [0.5]).fnmr(0.4) is None


@given(similarities, similarities)
def test_raising_the_threshold_trades_one_error_for_the_other(
    mated: list[float], non_mated: list[float]
) -> None:
    _, fmr, fnmr = evaluation(mated, non_mated).curve()
    assert (np.diff(fmr) <= 0).all()
    assert (np.diff(fnmr) >= 0).all()
    assert (fmr[0], fnmr[-1]) == (pytest.approx(1), pytest.approx(1))
    assert fmr[-1] == pytest.approx(0)


@given(similarities, similarities)
def test_the_curve_is_the_rates_at_each_threshold(
    mated: list[float], non_mated: list[float]
) -> None:
    found = evaluation(mated, non_mated)
    thresholds, fmr, fnmr = found.curve()
    for at, false_match, false_non_match in zip(thresholds, fmr, fnmr, strict=True):
        one, other = found.fmr(float(at)), found.fnmr(float(at))
        assert one is not None
        assert other is not None
        assert (one.value, other.value) == pytest.approx((false_match, false_non_match))


@pytest.mark.parametrize("ending", ["png", "svg"])
@pytest.mark.parametrize("groups", [(), ("men", "women", "女")])
def test_the_plot_is_a_picture_of_each_group(
    tmp_path: Path, ending: str, groups: tuple[str, ...]
) -> None:
    path = tmp_path / f"det.{ending}"
    draw(made(groups or ("",), people=8, seed=1), Bands(0.45, 0.4), "trial", path)
    data = path.read_bytes()
    assert data.startswith(b"\x89PNG") if ending == "png" else b"<?xml" in data[:200]
    if ending == "svg":
        for name in groups[:2]:
            assert f"{name}: 28 impostor, 24 true pairs (of all)".encode() in data

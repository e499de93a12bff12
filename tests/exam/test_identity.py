"""Bands: a score on a threshold belongs to the better band; the best frame counts (R15)."""

from math import nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.exam.identity import Band, Bands, InvalidBands, best_score

BANDS = Bands(pass_at=0.45, staff_at=0.40)


@pytest.mark.parametrize(
    ("score", "band"),
    [
        (0.45, Band.PASS),
        (0.4499, Band.STAFF),
        (0.40, Band.STAFF),
        (0.3999, Band.FAIL),
        (-1.0, Band.FAIL),
        (nan, Band.FAIL),
    ],
)
def test_scores_fall_into_bands(score: float, band: Band) -> None:
    assert BANDS.band(score) is band


@pytest.mark.parametrize(("pass_at", "staff_at"), [(0.4, 0.4), (0.3, 0.4), (nan, 0.1)])
def test_bands_that_contradict_themselves_are_refused(pass_at: float, staff_at: float) -> None:
    with pytest.raises(InvalidBands):
        Bands(pass_at, staff_at)


def test_the_best_usable_frame_counts() -> None:
    assert best_score([0.1, 0.5, nan]) == 0.5
    assert best_score([nan]) is None


@given(st.lists(st.floats(-2, 1), min_size=2))
def test_another_frame_never_makes_it_worse(scores: list[float]) -> None:
    before, after = best_score(scores[:-1]), best_score(scores)
    assert before is not None
    assert after is not None
    assert after >= before

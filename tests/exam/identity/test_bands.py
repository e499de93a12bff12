"""Bands: a score on a threshold belongs to the better band; the best frame counts (R15)."""

from math import nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.exam.identity.bands import Band, Bands, InvalidBands, best_score

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


@pytest.mark.parametrize("score", [1.0, 0.42, -1.0])
def test_without_a_calibration_every_check_is_for_staff(score: float) -> None:
    assert Bands(0.45, 0.40, decides=False).verdict(score) is Band.STAFF
    assert BANDS.verdict(score) is BANDS.band(score)


def test_look_alikes_have_a_threshold_of_their_own() -> None:
    assert [Bands(0.45, 0.40, 0.6).alike(score) for score in (0.5, 0.6)] == [False, True]
    assert [BANDS.alike(score) for score in (0.44, 0.45)] == [False, True]


def test_the_best_usable_frame_counts() -> None:
    assert best_score([0.1, 0.5, nan]) == 0.5
    assert best_score([nan]) is None


@given(st.lists(st.floats(-2, 1), min_size=2))
def test_another_frame_never_makes_it_worse(scores: list[float]) -> None:
    before, after = best_score(scores[:-1]), best_score(scores)
    assert before is not None
    assert after is not None
    assert after >= before

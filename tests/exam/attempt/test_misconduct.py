"""What a record of misconduct says has one digest, and a signature is a drawing."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.exam.attempt.misconduct import (
    HEIGHT,
    MOST_POINTS,
    WIDTH,
    Misconduct,
    Said,
    SignatureMissing,
    Stroke,
    check_signature,
)

SAID = Said(
    Misconduct.DEVICE, datetime(2026, 4, 25, 2, 5, tzinfo=UTC), "看手机", "照片一张", "手机一部"
)
inside = st.tuples(st.integers(0, WIDTH), st.integers(0, HEIGHT))


@pytest.mark.parametrize(
    "changed",
    [
        replace(SAID, kind=Misconduct.NOTES),
        replace(SAID, happened_at=datetime(2026, 4, 25, 2, 6, tzinfo=UTC)),
        replace(SAID, facts="看手机。"),
        replace(SAID, evidence=""),
        replace(SAID, taken="手机两部"),
        replace(SAID, evidence="手机一部", taken="照片一张"),
    ],
)
def test_whatever_is_changed_changes_the_digest(changed: Said) -> None:
    assert changed.digest("A1", 1, "staff:li") != SAID.digest("A1", 1, "staff:li")


def test_the_digest_is_of_one_candidate_one_number_and_one_writer() -> None:
    own = SAID.digest("A1", 1, "staff:li")
    others = (("A2", 1, "staff:li"), ("A1", 2, "staff:li"), ("A1", 1, "staff:wang"))
    assert own not in {SAID.digest(*other) for other in others}
    assert own == SAID.digest("A1", 1, "staff:li")


@given(st.lists(st.lists(inside, max_size=40).map(tuple), max_size=10).map(tuple))
def test_a_signature_has_at_least_five_places(strokes: tuple[Stroke, ...]) -> None:
    if len({point for stroke in strokes for point in stroke}) >= 5:
        check_signature(strokes)
    else:
        with pytest.raises(SignatureMissing):
            check_signature(strokes)


@pytest.mark.parametrize(
    "strokes",
    [
        (),
        ((),),
        (((3, 3),) * 50,),
        (tuple((x, -1) for x in range(9)),),
        (tuple((WIDTH + x, 5) for x in range(1, 9)),),
        (tuple((x % WIDTH, x % HEIGHT) for x in range(MOST_POINTS + 1)),),
    ],
)
def test_nothing_a_dot_and_what_no_field_holds_are_none(strokes: tuple[Stroke, ...]) -> None:
    with pytest.raises(SignatureMissing):
        check_signature(strokes)

"""Identity numbers check themselves (GB 11643-1999)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.exam.identity.identity_number import (
    IdentityNumberInvalid,
    Sex,
    check_character,
    read_identity_number,
)

TODAY = date(2026, 4, 25)
EXAMPLE = "11010519491231002X"
"""The standard's own example."""


def test_the_standards_example_is_read() -> None:
    read = read_identity_number(EXAMPLE.lower(), TODAY)
    assert (read.number, read.birth_date, read.sex) == (EXAMPLE, date(1949, 12, 31), Sex.FEMALE)


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        ("1101051949123100", "length"),
        ("11010519491231002٣", "check"),
        ("1101051949123100AX", "length"),
        ("110105194902300025", "birth"),
        ("110105202612310026", "birth"),
        ("110105179912310020", "birth"),
        ("110105194912310021", "check"),
    ],
)
def test_what_is_wrong_is_said(number: str, reason: str) -> None:
    with pytest.raises(IdentityNumberInvalid) as refused:
        read_identity_number(number, TODAY)
    assert refused.value.params["reason"] == reason


born = st.dates(date(1930, 1, 1), TODAY)


@given(born, st.integers(0, 999), st.integers(0, 17), st.integers(1, 9))
def test_every_slip_of_one_digit_is_found(day: date, order: int, at: int, by: int) -> None:
    digits = f"990001{day:%Y%m%d}{order:03}"
    number = digits + check_character(digits)
    assert read_identity_number(number, TODAY).birth_date == day
    old = number[at]
    if old == "X":
        return
    slipped = number[:at] + str((int(old) + by) % 10) + number[at + 1 :]
    with pytest.raises(IdentityNumberInvalid):
        read_identity_number(slipped, TODAY)

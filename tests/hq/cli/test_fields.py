"""What a file would change is printed in words, not as it is stored."""

from typing import Any

import pytest

from sync.hq.cli.fields import field_name, field_value
from sync.hq.registration.planning import SHOWN

PERIODS = [
    {"start": "2018-07-01", "end": "2021-06-30", "days": None},
    {"start": "2021-09-01", "end": None},
]


@pytest.mark.parametrize("name", sorted(SHOWN))
def test_every_field_of_a_preview_has_a_name(name: str) -> None:
    assert "_" not in field_name(name)
    assert "." not in field_name(name)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (True, "yes"),
        (False, "no"),
        ([], "–"),
        (None, "–"),
        (PERIODS, "2018-07-01 to 2021-06-30; 2021-09-01 to present"),
        ([{"of": "programme", "level": "junior", "held_years": "1"}], "programme / junior / 1"),
        (30, "30"),
    ],
)
def test_a_value_is_printed_in_words(value: Any, words: str) -> None:
    assert field_value(value) == words

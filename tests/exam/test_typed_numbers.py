"""What people type is compared as they mean it."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kiosk.exam.typed_numbers import plain_number

PLAIN = st.text(st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-"), max_size=32)
NOTHING = [
    " ",
    "\u3000",
    "\u00a0",
    "\t",
    "\n",
    "\u200b",
    "\u200d",
    "\ufeff",
    "\u2060",
    "\u202c",
    "\ufe0f",
    "\u3164",
    "\u2800",
    "\u180b",
    "\U000e0100",
]


def full_width(text: str) -> str:
    """As an input method in full-width mode writes it."""
    return "".join(chr(ord(char) + 0xFEE0) for char in text)


@given(PLAIN)
def test_a_plain_number_stays_as_it_is(number: str) -> None:
    assert plain_number(number) == number


@given(PLAIN, st.booleans(), st.lists(st.tuples(st.sampled_from(NOTHING), st.integers(0, 40))))
def test_however_it_was_typed_it_is_the_same_number(
    number: str, wide: bool, blanks: list[tuple[str, int]]
) -> None:
    typed = full_width(number.lower()) if wide else number.lower()
    for blank, at in blanks:
        typed = typed[:at] + blank + typed[at:]
    assert plain_number(typed) == number


@given(st.text())
@example("ß\u0345")
@example("\N{CYRILLIC CAPITAL LETTER IE}\u0301")
def test_a_second_time_changes_nothing(text: str) -> None:
    once = plain_number(text)
    assert plain_number(once) == once


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("99000119900101001ｘ", "99000119900101001X"),
        ("99000119900101001Ⅹ", "99000119900101001X"),
        ("９９０００１ １９９００１０１　００１Ｘ", "99000119900101001X"),
        ("2026－0001", "2026-0001"),
        ("2026—0001", "2026-0001"),
        ("2026−0001", "2026-0001"),
        ("t②", "T2"),
        ("99000119900101001\N{CYRILLIC CAPITAL LETTER HA}", "99000119900101001X"),
        ("99000119900101001\N{GREEK SMALL LETTER CHI}", "99000119900101001X"),
        ("99000119900101001\N{MULTIPLICATION SIGN}", "99000119900101001X"),
        ("2026\N{CYRILLIC SMALL LETTER ES}0001", "2026C0001"),
        ("\N{ARABIC-INDIC DIGIT NINE}9\N{DEVANAGARI DIGIT ZERO}", "990"),
    ],
)
def test_input_methods_signs(typed: str, number: str) -> None:
    assert plain_number(typed) == number

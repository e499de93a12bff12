"""Numbers have a check character that finds every slip that people make."""

from hypothesis import given
from hypothesis import strategies as st

from kiosk.system import entropy
from sync.hq.certificates.numbers import CLEAR, check_character, new_number, shown, typed_number

numbers = st.binary(min_size=64, max_size=64).map(
    lambda seed: new_number("CS", 2026, _Bytes(seed).take)
)


class _Bytes:
    """Bytes drawn one after another; the same again when they run out."""

    def __init__(self, seed: bytes) -> None:
        self._left = seed

    def take(self, count: int) -> bytes:
        taken, self._left = self._left[:count], self._left[count:] + bytes([sum(self._left) % 251])
        return (taken + bytes(count))[:count]


def test_the_check_character_is_that_of_iso_7064() -> None:
    # ISBT 128 donation numbers use MOD 37-2; this is the standard's own example.
    assert check_character("G123489654321") == "Y"


@given(numbers, st.data())
def test_a_wrong_character_is_found(number: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(number) - 1))
    other = data.draw(st.sampled_from(CLEAR).filter(lambda character: character != number[place]))
    assert typed_number(number[:place] + other + number[place + 1 :]) is None


@given(numbers, st.data())
def test_characters_that_changed_places_are_found(number: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(number) - 2))
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert swapped == number or typed_number(swapped) is None


@given(numbers)
def test_a_number_is_read_however_it_is_typed(number: str) -> None:
    wide = "".join(chr(ord(character) + 0xFEE0) for character in number)
    spoken = number.replace("0", "o").replace("1", "l")
    for typed in (shown(number), shown(number).lower(), f" {number} ", wide, spoken):
        assert typed_number(typed) == number


def test_numbers_are_unpredictable_and_clear() -> None:
    drawn = {new_number("CM", 2026, entropy) for _ in range(500)}
    assert len(drawn) == 500
    assert not set("".join(drawn)) & set("ILOU*")
    assert all(number.startswith("CM26") and typed_number(number) == number for number in drawn)


def test_what_is_no_number_is_none() -> None:
    for text in ("", "CS26", "CS26-0000-0000", "证书", "CS26-" * 50, "\x00"):
        assert typed_number(text) is None

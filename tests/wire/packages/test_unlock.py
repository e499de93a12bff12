"""Unlock codes survive telephones and keyboards, and typing mistakes are found locally."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.wire.errors import MistypedUnlockCode
from sync.wire.packages.unlock import ALPHABET, new_code, normalise
from tests.wire.conftest import stream

codes = st.text(max_size=8).map(lambda seed: new_code(stream(seed.encode().hex())))


@given(codes)
def test_a_code_is_four_groups_of_four_plain_symbols(code: str) -> None:
    assert [len(group) for group in code.split("-")] == [4] * 4
    assert set(code) <= set(ALPHABET + "-")


@given(codes)
def test_a_code_reads_as_itself(code: str) -> None:
    assert normalise(code) == code


@given(codes, st.randoms(use_true_random=False))
def test_the_way_of_typing_does_not_matter(code: str, random: object) -> None:
    typed = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert normalise(f" {typed} ") == code
    assert normalise(code.replace("-", "").replace("1", "i")) == code


@given(codes, st.integers(0, 15), st.sampled_from(ALPHABET))
def test_any_single_wrong_symbol_is_found(code: str, place: int, symbol: str) -> None:
    typed = code.replace("-", "")
    if typed[place] == symbol:
        return
    with pytest.raises(MistypedUnlockCode):
        normalise(typed[:place] + symbol + typed[place + 1 :])


@given(codes, st.integers(0, 13))
def test_two_swapped_neighbours_are_found(code: str, place: int) -> None:
    typed = list(code.replace("-", ""))
    if typed[place] == typed[place + 1]:
        return
    typed[place], typed[place + 1] = typed[place + 1], typed[place]
    with pytest.raises(MistypedUnlockCode):
        normalise("".join(typed))


@pytest.mark.parametrize("text", ["", "-", "ABCD", "U" * 16, "ABCD-ABCD-ABCD-ABC*", "１" * 16])
def test_other_text_is_refused(text: str) -> None:
    with pytest.raises(MistypedUnlockCode):
        normalise(text)


def test_codes_do_not_repeat() -> None:
    entropy = stream("many")
    assert len({new_code(entropy) for _ in range(2000)}) == 2000


def test_a_broken_source_of_randomness_is_noticed() -> None:
    with pytest.raises(ValueError, match="repeats"):
        new_code(lambda size: (36 << 5).to_bytes(size))

"""Tokens and the comparison of secrets."""

import pytest

from kiosk.credentials.tokens import is_same, new_token, token_hash


def test_a_token_has_256_bits_and_needs_no_escaping() -> None:
    assert new_token(lambda size: b"\xff" * size) == "_" * 42 + "8"
    assert token_hash("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize(("given", "expected"), [(None, None), ("", ""), (None, "a"), ("a", "b")])
def test_an_absent_or_wrong_secret_is_never_the_same(
    given: str | None, expected: str | None
) -> None:
    assert not is_same(given, expected)


def test_a_secret_may_hold_any_character() -> None:
    assert is_same("密", "密")

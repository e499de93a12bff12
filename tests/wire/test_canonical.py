"""RFC 8785: one value, one byte string."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.wire import canonical
from sync.wire.errors import NotCanonical

scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]))
)
json_values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=5)
    ),
    max_leaves=20,
)


@given(json_values)
def test_what_is_written_reads_back_as_the_same_value(value: object) -> None:
    data = canonical.dumps(value)
    assert canonical.loads(data) == value
    assert canonical.dumps(canonical.loads(data)) == data


def test_keys_are_sorted_by_utf16_and_spaces_left_out() -> None:
    value = {"\ufb33": 1, "\U0001f600": 2, "a": [1.0, "é"]}
    assert canonical.dumps(value) == '{"a":[1,"é"],"\U0001f600":2,"\ufb33":1}'.encode()


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1}',
        '{"b":1,"a":2}',
        '{"a":1,"a":1}',
        "1.0",
        "NaN",
        '"\\u0041"',
        '{"a":1} ',
        "",
        "[" * 100_000,
        "\ufeff{}",
        "9" * 5000,
    ],
)
def test_other_spellings_of_json_are_refused(text: str) -> None:
    with pytest.raises(NotCanonical):
        canonical.loads(text.encode())


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2**53, "\ud800", b"bytes", {1: 2}])
def test_values_that_json_cannot_hold_are_refused(value: object) -> None:
    with pytest.raises(NotCanonical):
        canonical.dumps(value)


def test_the_digest_is_sha256_in_hexadecimal() -> None:
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert canonical.digest(b"") == empty

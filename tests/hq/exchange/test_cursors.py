"""Cursors fit the one list for which they were given, and nothing that is made up fits."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.hq.exchange.cursors import FIRST, LONGEST, Place, Position
from sync.hq.exchange.errors import CursorRefused
from sync.wire.canonical import digest

HERE = Place("DATABASE", "results", "0123456789abcdef")
POSITIONS = st.builds(
    Position, st.integers(0, 2**31 - 1), st.integers(0, 2**31 - 1),
    st.text("ABCdef0123/-._", max_size=150),
)  # fmt: skip


@given(POSITIONS)
def test_a_cursor_leads_back_to_its_position(position: Position) -> None:
    cursor = HERE.encode(position)
    assert HERE.decode(cursor) == position
    assert len(cursor) <= LONGEST


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        (Place("OTHER", HERE.kind, HERE.filters), "another database"),
        (Place(HERE.database, "attempts", HERE.filters), "the list results"),
        (Place(HERE.database, HERE.kind, "fedc"), "other filters"),
    ],
)
def test_it_is_refused_elsewhere_with_the_reason(place: Place, reason: str) -> None:
    with pytest.raises(CursorRefused, match=reason):
        place.decode(HERE.encode(Position(7, 1, "mark")))


@given(POSITIONS, st.data())
def test_an_altered_cursor_is_refused(position: Position, data: st.DataObject) -> None:
    cursor = HERE.encode(position)
    # The last character may hold bits that say nothing.
    at = data.draw(st.integers(0, len(cursor) - 2))
    other = data.draw(st.sampled_from("ABCxyz019-_").filter(lambda sign: sign != cursor[at]))
    with pytest.raises(CursorRefused):
        HERE.decode(cursor[:at] + other + cursor[at + 1 :])


@given(st.text(max_size=80))
def test_what_is_no_cursor_is_refused(text: str) -> None:
    with pytest.raises(CursorRefused):
        HERE.decode(text)


@pytest.mark.parametrize(
    "content",
    [
        [], {}, 1, "x" * 6, ["DATABASE", "results", "0123456789abcdef", -1, 0, ""],
        ["DATABASE", "results", "0123456789abcdef", 2**31, 0, ""],
        ["DATABASE", "results", "0123456789abcdef", True, 0, ""],
        ["DATABASE", "results", "0123456789abcdef", 1.5, 0, ""],
        ["DATABASE", "results", "0123456789abcdef", 1, 0, "\0"],
        ["DATABASE", "results", "0123456789abcdef", 1, 0, None],
    ],
)  # fmt: skip
def test_a_right_checksum_makes_no_made_up_content_right(content: object) -> None:
    body = json.dumps(content, separators=(",", ":")).encode()
    made_up = bytes.fromhex(digest(body))[:6] + body
    with pytest.raises(CursorRefused):
        HERE.decode(FIRST + base64.urlsafe_b64encode(made_up).rstrip(b"=").decode())

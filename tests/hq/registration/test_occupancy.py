"""Nobody sits twice at one time, no seat is taken twice, no room holds more than its seats."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.hq.registration.occupancy import Stay, find_clashes

START = datetime(2026, 4, 25, 6, tzinfo=UTC)


def stay(who: str, start: int, minutes: int, room: str = "1", seat: str = "1") -> Stay:
    begin = START + timedelta(minutes=start)
    end = begin + timedelta(minutes=minutes)
    return Stay(f"S{start}", who, "BJ01", room, seat, begin, end)


@pytest.mark.parametrize(
    ("stays", "what"),
    [
        ([stay("A", 0, 90), stay("A", 60, 90, "2")], ["person"]),
        ([stay("A", 0, 90), stay("A", 90, 90, "2")], []),
        ([stay("A", 0, 90), stay("B", 60, 90)], ["seat"]),
        ([stay("A", 0, 90, seat="01"), stay("B", 60, 90)], ["seat"]),
        ([stay("A", 0, 90), stay("B", 90, 90)], []),
        ([stay("A", 0, 3000), stay("A", 1440, 90, "2")], ["person"]),
        ([stay("A", 0, 300), stay("B", 10, 10, "2"), stay("A", 100, 10, "3")], ["person"]),
        ([stay("A", 0, 90), stay("B", 60, 90, seat="2"), stay("C", 80, 90, seat="3")], ["room"]),
        ([stay("A", 0, 90), stay("B", 60, 90, seat="2"), stay("C", 90, 90, seat="3")], []),
    ],
)
def test_clashes_are_found_by_time(stays: list[Stay], what: list[str]) -> None:
    assert [clash.what for clash in find_clashes(stays, {("BJ01", "1"): 2})] == what


@given(
    st.lists(
        st.builds(
            stay,
            st.sampled_from("ABC"),
            st.integers(0, 12),
            st.integers(1, 6),
            st.sampled_from("12"),
            st.sampled_from("123"),
        ),
        max_size=6,
    )
)
def test_every_stay_that_overlaps_another_is_in_a_clash(stays: list[Stay]) -> None:
    found = find_clashes(stays, {})
    groups: dict[str, Callable[[Stay], object]] = {
        "person": lambda one: one.candidate_id,
        "seat": lambda one: one.place,
    }
    for what, of in groups.items():
        named = {id(one) for clash in found if clash.what == what for one in clash.stays}
        for one in stays:
            overlaps = any(
                one is not other
                and of(one) == of(other)
                and one.start < other.end
                and other.start < one.end
                for other in stays
            )
            assert (id(one) in named) == overlaps

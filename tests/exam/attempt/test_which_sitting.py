"""A person who is registered for two sittings is signed in to the right one, or asked."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.exam.attempt.states import OVER, SITTING, AttemptState
from kiosk.exam.attempt.which_sitting import Entry, choose

NOW = datetime(2026, 4, 25, 3, tzinfo=UTC)
REGISTERED, ENDED = AttemptState.REGISTERED, AttemptState.ENDED


def entry(
    name: str,
    minutes: int,
    state: AttemptState = REGISTERED,
    *,
    is_open: bool = True,
    undone: bool = False,
) -> Entry:
    """An attempt at a sitting that starts so many minutes from now."""
    return Entry(name, state, is_open, NOW + timedelta(minutes=minutes), undone)


ENTRIES = st.lists(
    st.builds(
        entry,
        st.uuids().map(str),
        st.integers(-600, 600),
        st.sampled_from(AttemptState),
        is_open=st.booleans(),
        undone=st.booleans(),
    ),
    max_size=6,
)


def chosen(*entries: Entry) -> list[str]:
    """Names of what is left, in either order of the roster."""
    names = sorted(found.attempt_id for found in choose(entries, NOW))
    assert names == sorted(found.attempt_id for found in choose(entries[::-1], NOW))
    return names


def test_the_open_sitting_wins_over_a_nearer_start() -> None:
    assert chosen(entry("runs", -120), entry("locked", 30, is_open=False)) == ["runs"]


def test_among_open_sittings_the_nearest_start_wins() -> None:
    assert chosen(entry("morning", -10), entry("afternoon", 240)) == ["morning"]
    assert chosen(entry("morning", -290), entry("afternoon", 10)) == ["afternoon"]


def test_who_is_being_examined_goes_on_with_that() -> None:
    sat = entry("morning", -170, AttemptState.IN_PROGRESS)
    assert chosen(sat, entry("afternoon", 30)) == ["morning"]
    assert chosen(sat, entry("afternoon", 30, undone=True)) == ["morning"]


def test_what_is_over_comes_last() -> None:
    assert chosen(entry("morning", -10, ENDED), entry("later", 900, is_open=False)) == ["later"]
    assert chosen(entry("morning", -10, ENDED)) == ["morning"]


def test_two_that_start_together_are_for_the_person_to_tell_apart() -> None:
    assert chosen(entry("theory", 30), entry("practice", 30)) == ["practice", "theory"]


def test_after_staff_undid_a_sign_in_the_person_is_asked() -> None:
    two = entry("morning", -10, undone=True), entry("evening", 600, is_open=False)
    assert chosen(*two) == ["evening", "morning"]
    assert chosen(*two, entry("yesterday", -1400, ENDED)) == ["evening", "morning"]
    assert chosen(two[0]) == ["morning"]
    assert chosen(two[0], entry("evening", 600, AttemptState.READY)) == ["evening"]


@given(ENTRIES)
def test_somebody_with_an_attempt_is_never_left_without_one(entries: list[Entry]) -> None:
    found = choose(entries, NOW)
    assert bool(found) == bool(entries)
    assert all(one in entries for one in found)


@given(ENTRIES)
def test_nothing_that_is_over_is_offered_beside_what_is_not(entries: list[Entry]) -> None:
    found = choose(entries, NOW)
    if any(one.state not in OVER for one in entries):
        assert not [one for one in found if one.state in OVER]
    if any(one.state in SITTING for one in entries):
        assert all(one.state in SITTING for one in found)


@pytest.mark.parametrize("minutes", [0, 45, -45])
def test_the_same_distance_before_and_after_is_no_answer(minutes: int) -> None:
    assert len(chosen(entry("one", minutes), entry("two", -minutes))) == 2

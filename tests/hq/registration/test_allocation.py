"""Seats of a sitting: preferred centres first, each seat once, neighbours apart."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from kiosk.exam.seating import Sitter
from sync.hq.registration.allocation import (
    Applicant,
    NotEnoughSeats,
    OccupiedSeat,
    OfferedRoom,
    allocate,
)


@given(
    st.dictionaries(st.text("abc", min_size=1, max_size=4), st.sampled_from(["", "A", "B", "C"])),
    st.dictionaries(st.tuples(st.sampled_from("ABD"), st.sampled_from("12")), st.integers(0, 9)),
    st.integers(0, 5),
    st.binary(min_size=1, max_size=4),
)
def test_everybody_gets_one_free_seat_or_nobody_does(
    wishes: dict[str, str], offered: dict[tuple[str, str], int], sitting: int, seed: bytes
) -> None:
    taken = [OccupiedSeat("A", "1", f"{n:02}") for n in range(1, sitting + 1)]
    rooms = [OfferedRoom(code, room, seats) for (code, room), seats in offered.items()]
    free: Counter[str] = Counter()
    for room in rooms:
        used = sitting if (room.centre_code, room.room) == ("A", "1") else 0
        free[room.centre_code] += max(0, room.seats - used)
    applicants = [Applicant(Sitter(name), wish) for name, wish in wishes.items()]
    try:
        seats = allocate(applicants, rooms, taken, seed).seats
    except NotEnoughSeats:
        assert sum(free.values()) < len(wishes)
        return
    assert {seat.candidate_id for seat in seats} == set(wishes)
    places = [(seat.centre_code, seat.room, seat.seat) for seat in seats]
    assert len(set(places)) == len(places)
    assert not set(places) & {(seat.centre_code, seat.room, seat.seat) for seat in taken}
    filled = Counter(seat.centre_code for seat in seats)
    assert all(filled[code] <= free[code] for code in filled)
    for seat in seats:
        wish = wishes[seat.candidate_id]
        assert seat.centre_code == wish or filled[wish] == free.get(wish, 0)


def test_neighbours_of_one_centre_have_different_papers() -> None:
    applicants = [Applicant(Sitter(f"C{n:02}", str(n % 3))) for n in range(36)]
    rooms = [OfferedRoom("A", "1", 18, 6), OfferedRoom("A", "2", 18, 6)]
    assert not allocate(applicants, rooms, [], b"seed").together


def test_people_who_have_seats_already_count_as_neighbours() -> None:
    taken = [OccupiedSeat("A", "1", "02", Sitter("old", "1"))]
    new = allocate([Applicant(Sitter("new", "1"))], [OfferedRoom("A", "1", 5)], taken, b"seed")
    assert new.seats[0].seat not in ("01", "02", "03")
    assert not new.together


def test_seats_with_names_of_their_own_use_up_places() -> None:
    taken = [OccupiedSeat("A", "1", "窗边")]
    new = allocate([Applicant(Sitter("new"))], [OfferedRoom("A", "1", 2)], taken, b"seed")
    assert new.seats[0].seat == "01"

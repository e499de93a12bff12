"""The list of a sitting's seats is searched, sorted and counted by the database."""

import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain

import pytest
from sqlalchemy import insert, update

from sync.hq.core.roles import Grant, Role, Scope
from sync.hq.persistence import tables
from sync.hq.persistence.database import Database
from sync.hq.persistence.opening import open_database
from sync.hq.registration.seat_list import PortraitFilter, SeatOrder, SeatsWanted
from tests.hq.desk import CODE, Desk

EVERYTHING = Scope(frozenset({Grant(Role.REGISTRAR)}))
MANY = 5000


@contextmanager
def database(desk: Desk) -> Iterator[Database]:
    """The desk's database, opened once more."""
    opened = open_database(desk.hq.settings.storage.database, desk.data / "hq")
    yield opened
    opened.close()


def fill(desk: Desk, count: int) -> None:
    """Give seats to that many more people; each fourth has a portrait."""
    people = [
        {
            "id": f"P{number}",
            "identity_no": f"T{number:08}",
            "name": f"考生{number:05}",
            "portrait": "kept" if number % 4 == 0 else None,
            "identity_type": "other",
            "portrait_reason": "",
            "created_at": desk.clock.now(),
        }
        for number in range(count)
    ]
    placed = [
        {
            "sitting_id": desk.sitting,
            "candidate_id": person["id"],
            "centre_code": CODE,
            "admission_no": f"N{count - number:06}",
            "seat": str(number + 100),
            "extra_minutes": 0,
        }
        for number, person in enumerate(people)
    ]
    with database(desk) as opened, opened.write() as connection:
        connection.execute(insert(tables.candidates), people)
        connection.execute(insert(tables.seats), placed)


@pytest.fixture
def filled(desk: Desk) -> Desk:
    fill(desk, 60)
    return desk


def names(desk: Desk, wanted: SeatsWanted) -> list[str]:
    return [seat.name for seat in desk.hq.seat_list.page(desk.sitting, wanted, EVERYTHING).seats]


def test_pages_together_have_everybody_once_in_order(filled: Desk) -> None:
    whole = [seat.name for seat in filled.hq.registration.seats(filled.sitting)]
    pages = [names(filled, SeatsWanted(page=page, size=25)) for page in (1, 2, 3)]
    assert [len(page) for page in pages] == [25, 25, 11]
    assert list(chain(*pages)) == whole


@pytest.mark.parametrize("order", SeatOrder)
def test_each_order_can_be_turned_round(filled: Desk, order: SeatOrder) -> None:
    up = names(filled, SeatsWanted(order=order, size=100))
    down = names(filled, SeatsWanted(order=order, size=100, descending=True))
    assert len(set(up)) == 61
    assert down == up[::-1]


def test_order_of_numbers_is_not_that_of_names(filled: Desk) -> None:
    assert names(filled, SeatsWanted(order=SeatOrder.NAME, size=25))[0] == "考生00000"
    found = filled.hq.seat_list.page(
        filled.sitting, SeatsWanted(text="n0000", order=SeatOrder.ADMISSION_NO), EVERYTHING
    )
    assert [seat.admission_no for seat in found.seats][:2] == ["N000001", "N000002"]


def test_a_search_takes_signs_as_they_are(filled: Desk) -> None:
    assert names(filled, SeatsWanted(text="考生00007")) == ["考生00007"]
    assert names(filled, SeatsWanted(text="%")) == []
    assert names(filled, SeatsWanted(text="_")) == []
    assert names(filled, SeatsWanted(text="'; DROP TABLE seats; --")) == []


def test_figures_count_what_the_filters_list(filled: Desk) -> None:
    for text in ("", "考生0000"):
        for portrait in PortraitFilter:
            wanted = SeatsWanted(text=text, portrait=portrait, size=200)
            page = filled.hq.seat_list.page(filled.sitting, wanted, EVERYTHING)
            assert page.counts[portrait] == len(page.seats)
            assert page.every == 61
    present = SeatsWanted(portrait=PortraitFilter.PRESENT, size=200)
    assert all(
        seat.has_portrait
        for seat in filled.hq.seat_list.page(filled.sitting, present, EVERYTHING).seats
    )


def test_a_page_behind_the_last_is_the_last(filled: Desk) -> None:
    page = filled.hq.seat_list.page(filled.sitting, SeatsWanted(page=10**12), EVERYTHING)
    assert (page.page, page.pages, len(page.seats)) == (2, 2, 11)


@pytest.mark.parametrize(
    ("grant", "seen"),
    [
        (Grant(Role.REGISTRAR, branch="北京"), 61),
        (Grant(Role.REGISTRAR, branch="上海"), 0),
        (Grant(Role.REGISTRAR, programme_id="another"), 0),
        (None, 0),
    ],
)
def test_only_seats_that_the_rights_cover_are_listed_and_counted(
    filled: Desk, grant: Grant | None, seen: int
) -> None:
    centres = tables.centres
    with database(filled) as opened, opened.write() as connection:
        connection.execute(update(centres).where(centres.c.code == CODE).values(branch="北京"))
    scope = Scope(frozenset({grant} if grant else set()))
    page = filled.hq.seat_list.page(filled.sitting, SeatsWanted(size=200), scope)
    covered = filled.hq.coverage.candidates(filled.sitting, scope)
    assert {seat.candidate_id for seat in page.seats} == covered
    assert (page.every, page.counts[PortraitFilter.ALL]) == (seen, seen)


def test_a_page_of_fifty_does_not_read_five_thousand(desk: Desk) -> None:
    fill(desk, MANY)

    def taken(size: int) -> int:
        tracemalloc.start()
        desk.hq.seat_list.page(desk.sitting, SeatsWanted(size=size), EVERYTHING)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    taken(50)
    assert taken(50) * 5 < taken(MANY)

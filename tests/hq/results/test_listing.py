"""Lists of results: filters, pages, and never a whole document."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, event

from sync.hq.results.listing import ResultFilter
from tests.hq.desk import CODE, Desk
from tests.hq.release.hall import PEOPLE, right_answers, seat_people, send


@pytest.fixture
def three(desk: Desk) -> Desk:
    seat_people(desk)
    for number in range(3):
        send(desk, number, right_answers(desk) if number else {})
    return desk


@pytest.fixture
def asked() -> Iterator[list[str]]:
    """The statements that are sent to the database."""
    found: list[str] = []

    def note(_c: object, _cu: object, statement: str, *_: Any) -> None:
        found.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield found
    event.remove(Engine, "before_cursor_execute", note)


def names(desk: Desk, **chosen: Any) -> list[str | None]:
    return [result.name for result in desk.hq.results.listed(ResultFilter(**chosen))]


def test_the_latest_change_comes_first(three: Desk) -> None:
    assert names(three) == ["考生三", "考生二", "考生一"]
    send(three, 0, right_answers(three), revision=2)
    assert names(three) == ["考生一", "考生三", "考生二"]


@pytest.mark.parametrize(
    ("chosen", "found"),
    [
        ({"text": "生二"}, ["考生二"]),
        ({"text": "100%"}, []),
        ({"text": "_"}, []),
        ({"status": "void"}, []),
        ({"centre_code": CODE}, ["考生三", "考生二", "考生一"]),
        ({"centre_code": "XX99"}, []),
        ({"programme_id": "carbon-skills"}, []),
    ],
)
def test_filters(three: Desk, chosen: dict[str, Any], found: list[str]) -> None:
    assert names(three, **chosen) == found
    assert three.hq.results.matching(ResultFilter(**chosen)) == len(found)


def test_a_number_is_found_by_a_part_of_it(three: Desk) -> None:
    number = three.hq.registration.seats(three.sitting)[1].admission_no
    assert len(names(three, text=number)) == 1


def test_pages_follow_each_other_without_gap_or_repetition(three: Desk) -> None:
    first = three.hq.results.listed(ResultFilter(), limit=2)
    second = three.hq.results.listed(ResultFilter(), first[-1].cursor, 2)
    assert [result.name for result in (*first, *second)] == ["考生三", "考生二", "考生一"]
    assert len(list(three.hq.results.every(ResultFilter()))) == len(PEOPLE)


def test_lists_and_the_pull_of_results_read_no_document(three: Desk, asked: list[str]) -> None:
    three.hq.results.listed(ResultFilter(text="考"))
    three.hq.results.matching(ResultFilter())
    three.hq.results.results(0, 10)
    assert asked
    assert not [statement for statement in asked if "bundles.document" in statement]

"""Two markers, two processes, one answer: one of them has it, and one mark is stored."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from kiosk.exam.errors import ExamError
from sync.hq.marking.errors import NotLeased
from sync.hq.marking.marking import Given
from sync.hq.persistence.marking_tables import marks
from sync.hq.persistence.result_tables import final_marks
from sync.hq.services import HqServices
from tests.hq.desk import open_again
from tests.hq.marking.room import PLAIN, Room


@pytest.fixture
def other(room: Room) -> Iterator[HqServices]:
    """The same headquarters in another process."""
    hq = open_again(room.desk)
    yield hq
    hq.close()


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Do all acts at the same moment; return what each returns, or the error it ends with."""
    barrier = threading.Barrier(len(acts))

    def act(number: int) -> object:
        barrier.wait(timeout=10)
        try:
            return acts[number]()
        except ExamError as error:
            return error

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(act, range(len(acts)), timeout=60))


def count(room: Room) -> tuple[int, int]:
    """How many marks and final marks are stored."""
    with room.hq.storage.database.read() as connection:
        queries = (select(func.count()).select_from(table) for table in (marks, final_marks))
        given, final = (connection.execute(query).scalar_one() for query in queries)
    return given, final


def test_two_markers_who_ask_at_once_get_different_answers(room: Room, other: HqServices) -> None:
    room.open(PLAIN, "ma", "mb")
    desks = {"ma": room.services, "mb": other.marking}
    for _ in range(3):
        held = at_once(
            *(lambda who=who: desks[who].allocation.next(room.plan, "", who) for who in desks)
        )
        ids = [getattr(one, "answer_id", None) for one in held]
        assert ids[0] != ids[1] or ids == [None, None]
        for who, one in zip(desks, held, strict=True):
            if one is not None:
                room.give(who, one)  # type: ignore[arg-type]
    assert count(room) == (3, 3)


def test_one_mark_is_stored_of_two_that_come_at_once(room: Room, other: HqServices) -> None:
    room.open(PLAIN, "ma")
    held = room.held("ma")
    given = Given(room.points(held, "5"))
    done = at_once(
        *(
            lambda hq=hq: hq.marking.marks.give(held.lease, given, "ma")
            for hq in (room.hq, other, room.hq, other)
        )
    )
    assert sum(isinstance(one, NotLeased) for one in done) == 3
    assert count(room) == (1, 1)


def test_a_lease_that_ended_belongs_to_one_of_both(room: Room, other: HqServices) -> None:
    room.open(PLAIN, "ma", "mb")
    mine = room.held("ma")
    room.desk.clock.pass_time(3600)
    taken = None
    while taken is None or taken.answer_id != mine.answer_id:
        taken = room.held("mb")
        if taken.answer_id != mine.answer_id:
            room.give("mb", taken)
    before = count(room)
    given = Given(room.points(mine, "5"))
    late, good = at_once(
        lambda: other.marking.marks.give(mine.lease, given, "ma"),
        lambda: room.services.marks.give(taken.lease, given, "mb"),
    )
    assert isinstance(late, NotLeased)
    assert not isinstance(good, ExamError)
    assert count(room) == (before[0] + 1, before[1] + 1)

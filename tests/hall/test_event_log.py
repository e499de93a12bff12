"""The event log in parts: filters, pages, and never more of it read than a page needs."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlite_utils import Database

from kiosk.exam.event_groups import EventGroup
from kiosk.exam.event_kinds import EventKind, rule_began
from kiosk.hall.errors import NotFound
from kiosk.hall.event_log import PAGE
from kiosk.hall.views.event_log import EventLogWish, LoggedEvent
from kiosk.store.exam import event_pages, events
from kiosk.store.exam.event_pages import MOST_READ
from tests.hall.conftest import BY, SITTING, Room

MANY = 100_000
RARE = 3
INSERT = (
    "INSERT INTO events (sitting_id, epoch, seq, at, kind, who, data, previous, hash)"
    " VALUES (?, 1, ?, '2026-04-25T06:30:00.000Z', ?, 'camera', '{}', '', ?)"
)


def fill(room: Room, number: int = MANY) -> None:
    """Write so many further events at once; one in the middle is rare."""

    def job(db: Database) -> None:
        first = events.head(db, SITTING).seq + 1
        db.conn.executemany(
            INSERT,
            (
                (SITTING, first + n, "clock_set" if n == RARE else "frame_refused", f"h{n}")
                for n in range(number)
            ),
        )

    room.store.write(job)


def read(room: Room, **wish: Any) -> list[LoggedEvent]:
    """The first page of what is wished for."""
    return list(room.hall.event_log.page(SITTING, EventLogWish(**wish)).events)


def kinds(found: list[LoggedEvent]) -> list[str]:
    return [event.kind for event in found]


@contextmanager
def steps_counted(room: Room) -> Iterator[list[int]]:
    """Count steps of SQLite's machine, in thousands, on the connection that reads."""
    counted, connection = [0], room.store.read().conn

    def count() -> int:
        counted[0] += 1
        return 0

    connection.set_progress_handler(count, 1000)
    try:
        yield counted
    finally:
        connection.set_progress_handler(None, 1000)


@pytest.mark.parametrize(
    "wish",
    [EventLogWish(), EventLogWish(group=EventGroup.MACHINE), EventLogWish(text="nothing has it")],
)
def test_a_page_of_a_hundred_thousand_events_costs_no_more_than_one_of_half_as_many(
    room: Room, wish: EventLogWish
) -> None:
    room.unlock()
    fill(room, MANY // 2)
    with steps_counted(room) as half:
        room.hall.event_log.page(SITTING, wish)
    fill(room, MANY // 2)
    with steps_counted(room) as all_of_it:
        page = room.hall.event_log.page(SITTING, wish)
    assert half[0] > 0
    assert all_of_it[0] <= half[0] + 1
    assert len(page.events) <= PAGE
    assert page.further is not None
    assert page.is_full == (wish == EventLogWish())


def test_a_rare_event_is_found_by_going_on_in_bounded_steps(room: Room) -> None:
    room.unlock()
    fill(room)
    wish, pages = EventLogWish(group=EventGroup.MACHINE), 0
    while True:
        page, pages = room.hall.event_log.page(SITTING, wish), pages + 1
        if page.events:
            break
        assert page.further is not None
        wish = wish.from_place(page.further)
    assert kinds(list(page.events)) == ["clock_set"]
    assert pages == MANY // MOST_READ


def test_pages_join_without_gap_or_double_also_over_a_restore(room: Room) -> None:
    room.unlock()
    fill(room, 3 * PAGE)
    room.store.write(
        lambda db: db.execute("UPDATE events SET epoch = 2 WHERE kind = 'frame_refused'")
    )
    wish, found = EventLogWish(), list[tuple[int, int]]()
    while True:
        page = room.hall.event_log.page(SITTING, wish)
        found += [(event.epoch, event.seq) for event in page.events]
        if page.further is None:
            break
        wish = wish.from_place(page.further)
    assert len(found) == len(events.of_sitting(room.store.read(), SITTING))
    assert all(first > second for first, second in pairwise(found))
    whole = room.hall.event_log.everything(SITTING, EventLogWish())
    assert [(event.epoch, event.seq) for event in whole] == found


def test_the_oldest_event_has_nothing_further(room: Room) -> None:
    room.unlock()
    total = len(events.of_sitting(room.store.read(), SITTING))
    page = room.hall.event_log.page(SITTING, EventLogWish(), limit=total)
    assert (len(page.events), page.further) == (total, None)


def test_staff_filter_by_group_and_see_incidents_with_the_camera(room: Room) -> None:
    (one,) = room.begin()
    room.store.write(
        lambda db: events.append(
            db, SITTING, rule_began("phone"), "camera", room.clock.now(), one, note="x"
        )
    )
    assert kinds(read(room, group=EventGroup.CAMERA))[0] == "rule_phone"
    assert "rule_phone" not in kinds(read(room, group=EventGroup.SITTING))
    assert "paper_unlocked" in kinds(read(room, group=EventGroup.SITTING))


@pytest.mark.parametrize("person", ["考生2", "a02", "2026t0002"])
def test_staff_find_a_candidate_by_name_seat_or_number(room: Room, person: str) -> None:
    room.begin(2)
    found = read(room, person=person)
    assert {(event.name, event.seat) for event in found} == {("考生2", "A02")}
    assert {"signed_in", "attempt_started"} <= {*kinds(found)}
    assert read(room, person="nobody") == []


def test_staff_find_what_was_said_and_by_whom(room: Room) -> None:
    one, _ = room.begin(2)
    room.hall.pauses.pause(one, "Unwell, sees a doctor", BY)
    assert kinds(read(room, text="DOCTOR")) == ["attempt_paused"]
    assert "attempt_paused" in kinds(read(room, text="chief"))
    assert "attempt_paused" in kinds(read(room, text="考生1"))
    named = read(room, text="no such text", text_kinds=[EventKind.SITTING_STARTED])
    assert kinds(named) == ["sitting_started"]


def test_staff_filter_by_time(room: Room) -> None:
    room.unlock()
    before = room.clock.now() + timedelta(seconds=30)
    room.clock.pass_time(60)
    room.ready()
    assert "paper_unlocked" not in kinds(read(room, since=before))
    assert "signed_in" in kinds(read(room, since=before))
    assert "signed_in" not in kinds(read(room, until=before))
    assert "paper_unlocked" in kinds(read(room, until=before))


def test_nobody_reads_of_a_sitting_that_there_is_not(room: Room) -> None:
    with pytest.raises(NotFound):
        room.hall.event_log.page("S9", EventLogWish())
    with pytest.raises(NotFound):
        room.hall.event_log.everything("S9", EventLogWish())


def test_another_sittings_events_are_not_on_the_page(room: Room) -> None:
    room.unlock()
    wanted = event_pages.EventFilter()
    assert event_pages.page(room.store.read(), "S9", wanted, None, 10).events == []

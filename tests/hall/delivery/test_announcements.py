"""Announcements at the centre: shown until confirmed, and never replaced by older ones."""

from datetime import UTC, datetime, timedelta

import pytest

from kiosk.exam.event_kinds import EventKind
from kiosk.hall.errors import NotFound
from kiosk.store.exam import events
from sync.wire.exchange.announcements import MOST_HELD, Announcement, Held
from tests.centres import ManualClock, Site
from tests.hall.conftest import BY, SITTING, Room, open_room

AT = datetime(2026, 4, 25, 6, tzinfo=UTC)


def announced(number: int = 1, revision: int = 1, **changed: object) -> Announcement:
    """An announcement as headquarters signs it."""
    values: dict[str, object] = {
        "centre_code": "BJ01",
        "announcement_id": f"A{number}",
        "revision": revision,
        "state": "valid",
        "title": "停电预案",
        "text": "请看应急卡。",
        "candidate_text": "请保持安静。",
        "urgent": False,
        "sitting_id": None,
        "reason": "",
        "issued_at": AT + timedelta(minutes=number),
        "changed_at": AT,
    }
    return Announcement.model_validate({**values, **changed})


def open_ones(room: Room) -> list[str]:
    return [known.id for known in room.hall.announcements.open()]


def test_an_announcement_is_open_until_somebody_confirms_it(room: Room) -> None:
    board = room.hall.announcements
    board.receive(announced())
    assert open_ones(room) == ["A1"]
    assert board.held() == (Held(announcement_id="A1", revision=1),)
    board.confirm("A1", BY)
    board.confirm("A1", "staff:li")
    assert open_ones(room) == []
    (held,) = board.held()
    assert (held.read_by, held.read_at) == (BY, room.clock.now())
    with pytest.raises(NotFound):
        board.confirm("A2", BY)


@pytest.mark.parametrize("year", [1970, 2300])
def test_a_time_of_a_clock_that_was_wrong_keeps_no_report_from_being_made(
    site: Site, clock: ManualClock, year: int
) -> None:
    clock.wall = datetime(year, 1, 1, tzinfo=UTC)
    with open_room(site, clock) as room:
        board = room.hall.announcements
        board.receive(announced())
        board.confirm("A1", BY)
        assert open_ones(room) == []
        assert board.held() == (Held(announcement_id="A1", revision=1),)


def test_an_older_revision_never_replaces_a_newer_one(room: Room) -> None:
    board = room.hall.announcements
    board.receive(announced(revision=2, state="withdrawn", reason="发错了"))
    board.receive(announced())  # late, or sent again by somebody
    (known,) = board.newest()
    assert (known.revision, known.state, known.reason) == (2, "withdrawn", "发错了")
    assert open_ones(room) == []


def test_a_newer_revision_keeps_who_has_read_it(room: Room) -> None:
    board = room.hall.announcements
    board.receive(announced())
    board.confirm("A1", BY)
    board.receive(announced(revision=2, state="superseded"))
    (known,) = board.newest()
    assert (known.state, known.read_by) == ("superseded", BY)


def test_urgent_ones_come_first_and_the_list_is_bounded(room: Room) -> None:
    board = room.hall.announcements
    for number in range(1, MOST_HELD + 2):
        board.receive(announced(number, urgent=number == 7))
    assert open_ones(room)[:2] == ["A7", f"A{MOST_HELD + 1}"]
    assert len(board.newest()) == MOST_HELD
    assert "A1" not in open_ones(room)


def test_a_withdrawn_text_is_not_offered_for_candidates(room: Room) -> None:
    board = room.hall.announcements
    board.receive(announced())
    assert board.text_for_candidates("A1") == "请保持安静。"
    board.receive(announced(revision=2, state="withdrawn"))
    assert board.text_for_candidates("A1") == board.text_for_candidates("none") == ""


def test_reading_what_is_about_a_sitting_joins_its_event_log(room: Room) -> None:
    room.unlock()
    board = room.hall.announcements
    board.receive(announced(sitting_id=SITTING))
    board.receive(announced(2, sitting_id="elsewhere"))
    board.confirm("A1", BY)
    board.confirm("A2", BY)
    kinds = [
        event for event in events.of_sitting(room.store.read(), SITTING)
        if event.kind == EventKind.ANNOUNCEMENT_READ
    ]  # fmt: skip
    assert [(event.who, event.data["announcement"]) for event in kinds] == [(BY, "A1")]

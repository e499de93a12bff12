"""The board's changes: whatever happens and whenever a browser looks, it has the present board."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from kiosk.exam.attempt.states import AttemptState
from kiosk.hall.board_feed import MOST_SNAPSHOTS, BoardFeed
from kiosk.hall.errors import NotFound
from kiosk.hall.views.room import BoardChanges, RoomView, SeatRow
from kiosk.hall.views.sync import SyncView
from tests.hall.conftest import BY, SITTING, Room


class Screen:
    """A browser that merges what it is sent."""

    def __init__(self) -> None:
        self.revision = ""
        self.rows: dict[str, SeatRow] = {}
        self.room: dict[str, object] = {}

    def merge(self, changes: BoardChanges) -> BoardChanges:
        """Do what the page does."""
        if changes.full:
            self.rows, self.room = {}, {}
        for number in changes.gone:
            self.rows.pop(number, None)
        self.rows |= {row.admission_no: row for row in changes.rows}
        self.room |= changes.room
        self.revision = changes.revision
        return changes


class Turned:
    """Rooms whose view a test turns by hand."""

    def __init__(self, view: RoomView) -> None:
        self.view = view

    def require_sitting(self, sitting_id: str) -> None:
        """Know every sitting."""

    def room(self, *_of: object) -> RoomView:
        """Return the view that the test has put there."""
        return self.view


@pytest.fixture
def room(room: Room) -> Room:
    """The room with its paper unlocked."""
    room.unlock()
    return room


def look(room: Room, screen: Screen, rooms: frozenset[str] = frozenset()) -> BoardChanges:
    """Ask for what has changed, and merge it."""
    sync = room.hall.sync.view()
    return screen.merge(room.hall.board.changes(SITTING, sync, rooms, screen.revision, {}))


def test_the_first_look_has_everything_and_a_quiet_second_one_nothing(room: Room) -> None:
    room.ready(1)
    screen = Screen()
    assert look(room, screen).full
    assert {row.state for row in screen.rows.values()} == {"ready", "registered"}
    again = look(room, screen)
    assert (again.full, again.rows, again.gone) == (False, [], [])


def test_only_the_row_that_changed_is_sent_and_running_time_is_no_change(room: Room) -> None:
    attempt_id = room.ready(1)
    room.hall.starts.start(SITTING, BY)
    screen = Screen()
    look(room, screen)
    room.clock.pass_time(5)
    quiet = look(room, screen)
    assert quiet.rows == []
    room.hall.pauses.pause(attempt_id, "unwell", BY)
    [row] = look(room, screen).rows
    assert (row.attempt_id, row.state, row.ends_at) == (attempt_id, "paused", None)
    assert row.remaining_s is not None


def test_a_revision_of_another_server_or_none_gets_everything(room: Room) -> None:
    room.ready(1)
    screen = Screen()
    look(room, screen)
    for foreign in ("", "0000-1", f"{screen.revision}0", "x", "-", f"{screen.revision}-1"):
        stranger = Screen()
        stranger.revision = foreign
        assert look(room, stranger).full, foreign
        assert stranger.rows == screen.rows


def test_accounts_with_rooms_of_their_own_have_a_board_of_their_own(room: Room) -> None:
    everywhere, nowhere = Screen(), Screen()
    look(room, everywhere)
    nowhere.revision = everywhere.revision
    assert look(room, nowhere, frozenset({"elsewhere"})).full
    assert nowhere.rows == {}
    assert everywhere.rows != {}


def test_an_unknown_sitting_is_not_found(room: Room) -> None:
    with pytest.raises(NotFound):
        room.hall.board.changes("S9", room.hall.sync.view(), frozenset(), "", {})


def test_the_oldest_boards_are_forgotten_and_sent_whole_again(room: Room) -> None:
    screen = Screen()
    look(room, screen)
    for number in range(MOST_SNAPSHOTS):
        look(room, Screen(), frozenset({str(number)}))
    assert look(room, screen).full


def test_every_screen_shows_the_present_board_whenever_it_looks(room: Room) -> None:
    room.ready(1)
    sync = room.hall.sync.view()
    whole = room.hall.rooms.room(SITTING, sync)
    for seed in range(40):
        _play(random.Random(seed), whole, sync)  # noqa: S311


def _play(chance: random.Random, whole: RoomView, sync: SyncView) -> None:
    """Let rows come, change and leave at random while three browsers look now and then."""
    turned = Turned(whole)
    feed = BoardFeed(turned, chance.randbytes)  # type: ignore[arg-type]
    screens = [Screen() for _ in range(3)]
    rows = {row.admission_no: row for row in whole.rows}
    for _ in range(60):
        present = {row.admission_no: row for row in turned.view.rows}
        number = chance.choice(sorted(rows))
        if present.pop(number, None) is None or chance.random() < 0.7:
            present[number] = replace(
                rows[number],
                state=chance.choice([AttemptState.READY, AttemptState.IN_PROGRESS]),
                leaves=chance.randint(0, 3),
                remaining_s=float(chance.randint(0, 3)),
            )
        frames = chance.choice([0.0, 1.0])
        later = turned.view.server_time + timedelta(seconds=1)
        turned.view = replace(
            whole, rows=list(present.values()), frames_per_s=frames, server_time=later
        )
        screen = chance.choice(screens)
        screen.merge(feed.changes(SITTING, sync, (), screen.revision, {"refusing": []}))
        assert screen.rows == {
            row.admission_no: _without_running_time(row) for row in present.values()
        }
        assert screen.room["frames_per_s"] == frames


def _without_running_time(row: SeatRow) -> SeatRow:
    return replace(row, remaining_s=None) if row.state == "in_progress" else row


def test_addresses_of_no_sitting_push_out_no_board(room: Room) -> None:
    feed = BoardFeed(room.hall.rooms, lambda count: b"x" * count)
    sync = room.hall.sync.view()
    first = feed.changes(SITTING, sync, (), "", {})
    for number in range(MOST_SNAPSHOTS):
        with pytest.raises(NotFound):
            feed.changes(f"no{number}", sync, (), "", {})
    assert not feed.changes(SITTING, sync, (), first.revision, {}).full

"""Staff look at who sits at the terminal: in memory, for seconds, and only while they look."""

from collections import Counter

import pytest

from kiosk.hall.checkin import live_pictures
from kiosk.hall.checkin.live_pictures import LivePictures
from kiosk.hall.errors import InspectionOver, LivePictureClosed, NotFound, TooManyLooks
from kiosk.store.errors import StorageFull
from kiosk.store.exam.tallies import NOTED
from kiosk.vision.errors import NotAJpeg, PictureTooLarge
from kiosk.vision.images import jpeg
from kiosk.vision.samples import frame
from tests.event_logs import event_log
from tests.hall.conftest import BY, Room

OTHER = "staff:li"


@pytest.fixture
def room(room: Room) -> Room:
    """A centre with an unlocked sitting."""
    room.unlock()
    return room


@pytest.fixture
def attempt_id(room: Room) -> str:
    """A candidate who declined face recognition and waits at the terminal."""
    numbers = ("2026T0001", "99000119900101001X")
    return room.hall.checkin.sign_in(room.terminal(), *numbers, False, "127.0.0.1").attempt_id


@pytest.fixture
def live(room: Room) -> LivePictures:
    """What is tested."""
    return room.hall.live_pictures


def picture(number: int) -> bytes:
    """A small picture of its own."""
    return jpeg(frame(0, number)[::2, ::2], 60)


def test_pictures_are_wanted_only_while_somebody_looks(
    room: Room, live: LivePictures, attempt_id: str
) -> None:
    assert (live.wanted(attempt_id), live.accept(attempt_id, picture(1))) == (False, False)
    live.open(attempt_id, BY)
    assert live.newest(attempt_id, BY) is None
    for number in range(3):
        room.clock.pass_time(1)
        assert live.accept(attempt_id, picture(number))
        assert live.newest(attempt_id, BY) == picture(number)
    live.close(attempt_id, BY)
    assert (live.wanted(attempt_id), live.accept(attempt_id, picture(1))) == (False, False)
    with pytest.raises(LivePictureClosed):
        live.newest(attempt_id, BY)


def test_a_picture_is_forgotten_after_some_seconds_though_somebody_looks(
    room: Room, live: LivePictures, attempt_id: str
) -> None:
    live.open(attempt_id, BY)
    live.accept(attempt_id, picture(1))
    room.clock.pass_time(3.9)
    assert live.newest(attempt_id, BY) is not None
    room.clock.pass_time(0.2)
    assert live.newest(attempt_id, BY) is None


def test_nothing_is_left_when_everybody_has_gone_without_a_word(
    room: Room, live: LivePictures, attempt_id: str
) -> None:
    live.open(attempt_id, BY)
    live.accept(attempt_id, picture(1))
    room.clock.pass_time(6.1)
    live.tick()
    assert live._looks == {}


def test_a_look_ends_after_three_minutes_however_often_it_is_asked_for(
    room: Room, live: LivePictures, attempt_id: str
) -> None:
    live.open(attempt_id, BY)
    for _ in range(36):
        room.clock.pass_time(5)
        live.newest(attempt_id, BY)
    room.clock.pass_time(1)
    with pytest.raises(LivePictureClosed):
        live.newest(attempt_id, BY)
    live.open(attempt_id, BY)
    assert live.wanted(attempt_id)


def test_more_than_two_pictures_a_second_are_dropped(
    room: Room, live: LivePictures, attempt_id: str
) -> None:
    live.open(attempt_id, BY)
    assert live.accept(attempt_id, picture(1))
    room.clock.pass_time(0.4)
    assert live.accept(attempt_id, picture(2))
    assert live.newest(attempt_id, BY) == picture(1)


def test_of_two_who_look_one_may_stop(live: LivePictures, attempt_id: str) -> None:
    live.open(attempt_id, BY)
    live.open(attempt_id, OTHER)
    live.close(attempt_id, BY)
    live.accept(attempt_id, picture(1))
    assert live.newest(attempt_id, OTHER) == picture(1)
    with pytest.raises(LivePictureClosed):
        live.newest(attempt_id, BY)


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"GIF89a", NotAJpeg),
        (jpeg(frame(0, 1)) + b"\0" * 32 * 1024, PictureTooLarge),
        (jpeg(frame(0, 1).repeat(2, axis=0).repeat(2, axis=1), 1), PictureTooLarge),
    ],
)
def test_what_is_no_small_picture_is_refused(
    live: LivePictures, attempt_id: str, data: bytes, error: type[Exception]
) -> None:
    live.open(attempt_id, BY)
    with pytest.raises(error):
        live.accept(attempt_id, data)
    assert live.newest(attempt_id, BY) is None


def test_nobody_is_looked_at_who_is_not_at_check_in(room: Room, live: LivePictures) -> None:
    with pytest.raises(NotFound):
        live.open("nobody", BY)
    rows = room.hall.rooms.room("S1", room.hall.sync.view()).rows
    with pytest.raises(InspectionOver):
        live.open(rows[0].attempt_id, BY)  # not here yet


@pytest.mark.parametrize("ending", ["start", "release"])
def test_the_end_of_check_in_ends_the_look(
    room: Room, live: LivePictures, attempt_id: str, ending: str
) -> None:
    live.open(attempt_id, BY)
    live.accept(attempt_id, picture(1))
    if ending == "start":
        room.hall.verification.decide(attempt_id, True, "same person", BY)
        room.hall.starts.start("S1", BY)
    else:
        room.hall.checkin.release_terminal(attempt_id, "terminal failed", BY)
    with pytest.raises(InspectionOver):
        live.newest(attempt_id, BY)
    assert not live.wanted(attempt_id)


def test_that_somebody_looked_is_recorded_and_no_picture_is_stored(
    room: Room, live: LivePictures, attempt_id: str
) -> None:
    files = {path for path in room.site.data.rglob("*") if path.is_file()}
    live.open(attempt_id, BY)
    live.accept(attempt_id, picture(1))
    live.close(attempt_id, BY)
    events = event_log(room.hall, "S1")
    looked = [event for event in events if event.kind == "live_picture_opened"]
    assert [(event.who, event.data) for event in looked] == [(BY, {})]
    assert {path for path in room.site.data.rglob("*") if path.is_file()} <= files
    content = picture(1)[200:260]
    assert all(content not in path.read_bytes() for path in files)


def test_whoever_looks_is_named_however_often_others_have_looked(
    room: Room, live: LivePictures, attempt_id: str
) -> None:
    for _ in range(NOTED + 1):
        live.open(attempt_id, BY)
    live.open(attempt_id, OTHER)
    live.open(attempt_id, OTHER)
    events = event_log(room.hall, "S1")
    looked = [event.who for event in events if event.kind == "live_picture_opened"]
    assert Counter(looked) == {BY: NOTED, OTHER: 1}


def test_nobody_looks_while_that_cannot_be_recorded(
    live: LivePictures, attempt_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_job: object) -> None:
        raise StorageFull("no room")

    with monkeypatch.context() as patch:
        patch.setattr(live._context.store, "write", full)
        with pytest.raises(StorageFull):
            live.open(attempt_id, BY)
    assert not live.wanted(attempt_id)
    with pytest.raises(LivePictureClosed):
        live.newest(attempt_id, BY)


def test_no_more_candidates_are_looked_at_than_the_memory_is_meant_for(
    room: Room, live: LivePictures, attempt_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_pictures, "MOST", 1)
    other = room.ready(2)
    live.open(attempt_id, BY)
    with pytest.raises(TooManyLooks):
        live.open(other, BY)
    live.open(attempt_id, OTHER)
    live.close(attempt_id, BY)
    live.close(attempt_id, OTHER)
    live.open(other, BY)


def test_after_a_restart_nobody_is_looked_at_until_staff_look_again(
    room: Room, live: LivePictures, attempt_id: str
) -> None:
    live.open(attempt_id, BY)
    restarted = LivePictures(live._context)
    assert not restarted.wanted(attempt_id)
    with pytest.raises(LivePictureClosed):
        restarted.newest(attempt_id, BY)
    restarted.open(attempt_id, BY)
    assert restarted.wanted(attempt_id)

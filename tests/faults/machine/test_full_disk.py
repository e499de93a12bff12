"""However full the disk is, the server starts; answers are the last thing it refuses."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.bootstrap.setup import prepare_first_start
from kiosk.exam.disk_space import DiskLevel
from kiosk.hall.inputs import AnswerWrite
from kiosk.store.errors import StorageFull
from kiosk.store.exam import answers
from tests.centres import PASSWORD, USERNAME, ManualClock, Site, new_site
from tests.faces import portrait
from tests.faults.centre import serving
from tests.faults.small_disk import fill, small_disk
from tests.hall.attempt.test_late_answers import file_of
from tests.hall.conftest import BY, SITTING, Room, open_room

RESERVE = 8 << 20


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 48 MB."""
    with small_disk(tmp_path / "disk", 48) as disk:
        yield disk


@pytest.fixture
def site(disk: Path) -> Site:
    """A centre on that disk, set up and enrolled, that has never been started."""
    site = new_site(disk / "centre", datetime.now(UTC))
    prepare_first_start(site.data)
    return site


def essay(room: Room, attempt_id: str) -> str:
    """The id of an item that takes long answers."""
    items = room.hall.attempts.view(attempt_id).items
    return next(item.id for item in items if item.type in ("short_answer", "essay"))


def save(room: Room, attempt_id: str, seq: int, item: str) -> None:
    """One revision of 4 kB."""
    value = (f"{seq} " + "答" * 1300)[:1300]
    room.hall.attempts.save(attempt_id, [AnswerWrite(seq, item, value)])


def save_until_full(room: Room, attempt_id: str, item: str) -> int:
    """Save until the disk refuses; gives how many were acknowledged."""
    saved = 0
    with suppress(StorageFull):
        while saved < 100_000:
            save(room, attempt_id, saved + 1, item)
            saved += 1
    return saved


@pytest.mark.parametrize("reserve", ["whole", "gone"])
def test_a_first_start_on_a_full_disk_serves_staff_and_candidates(
    site: Site, disk: Path, reserve: str
) -> None:
    if reserve == "gone":
        (site.data / "reserve").unlink()
    filler = fill(disk)
    with serving(site.data) as server:
        assert server.get("/healthz").status_code == 200
        assert server.get("/").status_code == 200
        assert server.get("/staff/sign-in").status_code == 200
        status = server.sign_in(USERNAME, PASSWORD).status_code
        assert status == (200 if reserve == "whole" else 507)
        filler.unlink()
        assert server.sign_in(USERNAME, PASSWORD).status_code == 200


def test_a_killed_server_starts_again_on_a_disk_that_was_filled_meanwhile(
    site: Site, disk: Path
) -> None:
    with serving(site.data) as server:
        assert server.sign_in(USERNAME, PASSWORD).status_code == 200
        server.kill()
    (site.data / "reserve").unlink(missing_ok=True)
    fill(disk)
    with serving(site.data) as server:
        assert server.get("/staff/sign-in").status_code == 200
        assert server.get("/").status_code == 200


def test_answers_are_saved_from_the_reserve_and_none_that_was_acknowledged_is_lost(
    disk: Path,
) -> None:
    clock = ManualClock()
    site = new_site(disk / "centre")
    with open_room(site, clock) as room:
        (attempt_id,) = room.begin()
        item = essay(room, attempt_id)
        room.store.reserve.fill(RESERVE)
        filler = fill(disk)
        assert room.hall.disk.view(1).level is DiskLevel.FULL
        saved = save_until_full(room, attempt_id, item)
        assert saved > 500
        assert room.store.reserve.size == 0
        assert room.hall.attempts.view(attempt_id).answers
        filler.unlink()
        save(room, attempt_id, saved + 1, item)
    with open_room(site, clock) as room:
        kept = [answer.seq for answer in answers.revisions(room.store.read(), attempt_id)]
        assert kept == list(range(1, saved + 2))


def test_time_that_was_lost_is_credited_once_there_is_room(disk: Path) -> None:
    clock = ManualClock()
    site = new_site(disk / "centre")
    with open_room(site, clock) as room:
        (attempt_id,) = room.begin()
        room.hall.watch.keep()
        before = room.left(attempt_id)
    filler = fill(disk)
    clock.pass_time(300)
    with open_room(site, clock) as room:
        with pytest.raises(StorageFull):
            room.hall.outages.catch_up()
        filler.unlink()
        room.hall.outages.catch_up()
        assert room.left(attempt_id) == pytest.approx(before, abs=0.1)
        assert "server_outage" in room.kinds()


def test_the_reserve_is_made_again_when_room_returns(disk: Path) -> None:
    with open_room(new_site(disk / "centre"), ManualClock()) as room:
        room.hall.disk.sweep()
        assert room.store.reserve.size > 8 << 20
        filler = fill(disk)
        while room.store.reserve.give():
            continue
        with filler.open("ab") as more, suppress(OSError):
            more.write(b"x" * (64 << 20))
        room.hall.disk.sweep()
        assert room.store.reserve.size < 1 << 20
        filler.unlink()
        room.hall.disk.sweep()
        assert room.store.reserve.size > 8 << 20


@pytest.mark.parametrize("megabytes", [48, 400])
def test_pictures_are_given_up_long_before_answers(tmp_path: Path, megabytes: int) -> None:
    """Below 200 MB incidents are recorded without them, and check-in goes on."""
    with (
        small_disk(tmp_path / "disk", megabytes) as disk,
        open_room(new_site(disk / "centre"), ManualClock()) as room,
    ):
        (attempt_id,) = room.begin()
        room.hall.proctoring.frame(attempt_id, portrait(0))
        room.hall.proctoring.mark(attempt_id, "headphones", "wears headphones", BY)
        (incident,) = room.hall.rooms.incidents(SITTING)
        assert bool(incident.evidence) == (megabytes == 400)
        save(room, attempt_id, 1, essay(room, attempt_id))


def test_late_answers_are_kept_from_the_reserve(disk: Path) -> None:
    with open_room(new_site(disk / "centre"), ManualClock()) as room:
        (attempt_id,) = room.begin()
        item = essay(room, attempt_id)
        file = file_of(room, attempt_id, [{"seq": 1, "item": item, "value": "答", "at": None}])
        room.store.reserve.fill(RESERVE)
        fill(disk)
        room.hall.late_answers.receive(file, "terminal", "candidate", attempt_id)
        (late,) = room.hall.late_answers.of_attempt(attempt_id)
        assert late.answers == 1


def test_a_result_that_cannot_be_sealed_is_said_once_and_sealed_when_there_is_room(
    disk: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with open_room(new_site(disk / "centre"), ManualClock()) as room:
        (attempt_id,) = room.begin()
        room.hall.ends.hand_in(attempt_id)
        filler = fill(disk)
        caplog.clear()
        for _ in range(30):
            room.clock.pass_time(1)
            assert room.hall.results.sweep() == 0
        assert [record.exc_info for record in caplog.records] == [None]
        filler.unlink()
        room.clock.pass_time(60)
        assert room.hall.results.sweep() == 1

"""Packages come in whole or not at all; the paper stays shut until its code and its hour."""

from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.exam.attempt.states import AttemptState
from kiosk.exam.errors import ExamError
from kiosk.hall.errors import SittingState, TooEarly, TooManyTries
from sync.wire.errors import (
    MistypedUnlockCode,
    OldVersion,
    TooBusy,
    WireError,
    WrongCentre,
    WrongUnlockCode,
)
from sync.wire.packages import paperlock
from sync.wire.packages.unlock import new_code
from tests.centres import NOON, Site, candidates, starter_bank
from tests.hall.conftest import BY, SITTING, Room, open_room


def wrong_code() -> str:
    """A well-formed code of another package."""
    return new_code(lambda count: bytes(range(count)))


def test_an_imported_sitting_is_listed_with_its_candidates(room: Room) -> None:
    view = room.hall.sittings.import_package(room.site.package().data, BY)
    assert room.hall.sittings.list() == [view]
    assert (view.state, view.candidates, view.version) == ("imported", 3, 1)


def test_a_tampered_package_leaves_nothing_behind(room: Room) -> None:
    data = bytearray(room.site.package().data)
    data[len(data) // 2] ^= 1
    with pytest.raises(WireError):
        room.hall.sittings.import_package(bytes(data), BY)
    assert room.hall.sittings.list() == []
    assert list((room.site.data / "packages").iterdir()) == []


def test_a_package_of_another_centre_is_refused(room: Room) -> None:
    with pytest.raises(WrongCentre):
        room.hall.sittings.import_package(room.site.package(centre_code="SH02").data, BY)


def test_an_older_version_is_refused_even_by_a_database_that_forgot(site: Site, room: Room) -> None:
    room.hall.sittings.import_package(site.package(version=2).data, BY)
    room.store.write(lambda db: db.execute("DELETE FROM attempts"))
    room.store.write(lambda db: db.execute("DELETE FROM sittings"))
    with pytest.raises(OldVersion):
        room.hall.sittings.import_package(site.package(version=1).data, BY)


def test_a_newer_version_takes_the_place_of_the_old_one(room: Room) -> None:
    room.hall.sittings.import_package(room.site.package(version=1).data, BY)
    newer = room.site.package(version=2, roster=candidates(5))
    view = room.hall.sittings.import_package(newer.data, BY)
    assert (view.version, view.candidates) == (2, 5)
    assert len(room.hall.sittings.list()) == 1


def test_the_same_package_again_changes_nothing(room: Room) -> None:
    package = room.site.package()
    room.hall.sittings.import_package(package.data, BY)
    room.hall.sittings.unlock(SITTING, package.code, BY)
    assert room.hall.sittings.import_package(package.data, BY).state == "unlocked"


def test_the_paper_cannot_be_started_before_it_is_unlocked(room: Room) -> None:
    room.hall.sittings.import_package(room.site.package().data, BY)
    with pytest.raises(SittingState):
        room.hall.starts.start(SITTING, BY)


def test_the_right_code_before_its_hour_is_refused(room: Room) -> None:
    package = room.site.package(unlock_not_before=NOON + timedelta(minutes=5))
    room.hall.sittings.import_package(package.data, BY)
    with pytest.raises(TooEarly):
        room.hall.sittings.unlock(SITTING, package.code, BY)
    room.clock.pass_time(300)
    room.hall.sittings.unlock(SITTING, package.code, BY)


def test_a_typing_error_costs_nothing_and_guessing_is_slowed_down(room: Room) -> None:
    package = room.site.package()
    room.hall.sittings.import_package(package.data, BY)
    for _ in range(10):
        with pytest.raises(MistypedUnlockCode):
            room.hall.sittings.unlock(SITTING, "AAAA-BBBB", BY)
    for _ in range(5):
        with pytest.raises(WrongUnlockCode):
            room.hall.sittings.unlock(SITTING, wrong_code(), BY)
    with pytest.raises(TooManyTries):
        room.hall.sittings.unlock(SITTING, package.code, BY)
    room.clock.pass_time(6)
    room.hall.sittings.unlock(SITTING, package.code, BY)
    assert room.kinds().count("unlock_refused") == 5


def test_wrong_codes_of_staff_do_not_keep_the_released_one_away(room: Room) -> None:
    package = room.site.package()
    room.hall.sittings.import_package(package.data, BY)
    for _ in range(5):
        with pytest.raises(WrongUnlockCode):
            room.hall.sittings.unlock(SITTING, wrong_code(), BY)
    room.hall.sittings.unlock_released(SITTING, package.id, package.code)
    assert room.hall.sittings.list()[0].state == "unlocked"


def test_of_six_codes_at_once_two_are_tried_and_four_sent_away(room: Room) -> None:
    package = room.site.package()
    room.hall.sittings.import_package(package.data, BY)

    def try_one(number: int) -> type[Exception] | None:
        try:
            room.hall.sittings.unlock(SITTING, wrong_code(), f"staff:{number}")
        except Exception as error:  # noqa: BLE001 - its kind is what the test looks at
            return type(error)
        return None

    with ThreadPoolExecutor(6) as threads, paperlock._one_at_a_time:  # the first one takes long
        tries = [threads.submit(try_one, number) for number in range(6)]
        ended = as_completed(tries, timeout=60)
        assert [next(ended).result() for _ in range(4)] == [TooBusy] * 4


def needles() -> list[bytes]:
    """Texts that must not be readable on the centre's disk."""
    people = [text for c in candidates() for text in (c.name, c.identity_no)]
    items = [text for item in starter_bank() for text in (item.stem[:12], item.options[:1])]
    texts = people + [text for text in items if isinstance(text, str)]
    return [text.encode() for text in texts]


def readable(folder: Path) -> list[bytes]:
    """Which of them stand in any file below a folder, the database's log included."""
    files = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    return [needle for needle in needles() if any(needle in data for data in files)]


def test_neither_items_nor_people_are_readable_on_the_disk(room: Room) -> None:
    room.hall.sittings.import_package(room.site.package().data, BY)
    assert readable(room.site.data) == []
    room.hall.sittings.unlock(SITTING, room.site.code, BY)
    room.hall.attempts.view(room.ready())
    room.hall.starts.start(SITTING, BY)
    assert readable(room.site.data) == []


def test_closing_ends_those_who_sit_and_notes_who_did_not_come(room: Room, sitting: str) -> None:
    room.close()
    rows = room.hall.rooms.room(SITTING, room.hall.sync.view()).rows
    assert {row.attempt_id: row.end_reason for row in rows}[sitting] == "staff"
    assert sorted(row.end_reason or "" for row in rows) == ["absent", "absent", "staff"]


def test_who_is_ready_late_begins_at_once_and_ends_with_the_room(room: Room, sitting: str) -> None:
    room.clock.pass_time(600)
    late = room.hall.attempts.view(room.ready(2))
    assert late.state is AttemptState.IN_PROGRESS
    assert late.ends_at == room.hall.attempts.view(sitting).ends_at


def test_a_restart_needs_no_code_again(site: Site, room: Room, sitting: str) -> None:
    items = room.hall.attempts.view(sitting).items
    room.store.close()
    with open_room(site, room.clock) as again:
        assert again.hall.attempts.view(sitting).items == items
        assert len(items) == 70
    room.store._lock.release()


def test_errors_of_the_hall_say_what_they_are() -> None:
    assert issubclass(TooEarly, ExamError)
    assert TooEarly.code == "too_early"

"""The guide through the day follows what happens in the hall."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from kiosk.exam.states import HeldAnswersState
from kiosk.hall.delivery.status import ReceivedMedia
from kiosk.hall.views.backups import BackupPlace, BackupProof
from kiosk.store.centre import outbox
from kiosk.store.centre.outbox import OutboxItem
from kiosk.store.exam import attempts, held_answers
from kiosk.store.exam.held_answers import HeldAnswers
from sync.wire.exchange.container import Files, MediaContainer
from tests.centres import ManualClock, Site
from tests.hall.attempt.test_late_answers import chosen, file_of
from tests.hall.conftest import BY, SITTING, Room, open_room

FOLDER = "/media/stick"


class Stick:
    """A USB stick with one file on it."""

    def outbound(self) -> Files:
        """What waits."""
        yield "index.json", b"{}"

    def take(self, container: MediaContainer) -> ReceivedMedia:
        """Nothing comes back."""
        raise AssertionError(container)


@dataclass
class Places:
    """A folder for backups with one backup."""

    newest_at: datetime

    def places(self) -> list[BackupPlace]:
        """The folder."""
        return [BackupPlace(FOLDER, False, True, False, 1000, self.newest_at)]

    def make(self, folder: Path, prove: Callable[[], None]) -> BackupProof:
        """Nobody makes one here."""
        raise AssertionError(folder, prove)


def seal(room: Room) -> None:
    """Seal what has ended."""
    for _ in range(2):
        room.hall.results.sweep()
        room.hall.event_logs.sweep()


def now(room: Room) -> list[str]:
    """The steps that are next."""
    found = room.hall.day.view().sittings
    return [step.id for day in found for step in day.steps if step.state in ("now", "missing")]


def open_kinds(room: Room) -> set[str]:
    return {point.kind for point in room.hall.day.view().open}


def test_it_leads_from_the_package_to_the_sealed_results(room: Room) -> None:
    assert (now(room), open_kinds(room)) == ([], set())
    package = room.site.usual_package()
    room.hall.sittings.import_package(package.data, BY)
    assert open_kinds(room) == {"starts_soon"}
    room.hall.sittings.unlock(SITTING, package.code, BY)
    assert "not_started" in open_kinds(room)
    attempt_id = room.ready()
    assert now(room) == ["checked_in"]
    room.hall.starts.start(SITTING, BY)
    assert now(room) == ["written"]
    assert open_kinds(room) >= {"writing", "not_closed"}
    room.hall.ends.end_by_staff(attempt_id, "ill", BY)
    assert open_kinds(room) >= {"not_closed", "unsealed"}
    room.close()
    assert now(room) == ["sealed"]
    seal(room)
    assert now(room) == ["sent"]
    assert open_kinds(room) == {"waiting"}


def test_a_stick_that_has_everything_lets_the_machine_go_off(room: Room) -> None:
    room.begin()
    room.close()
    seal(room)
    room.clock.pass_time(1)
    room.hall.sync.carry(Stick())
    files = iter(room.hall.sync.stick(BY))
    next(files)
    assert open_kinds(room) == {"waiting"}, "half a file is no file"
    assert list(files) == []
    assert open_kinds(room) == set()
    view = room.hall.day.view()
    assert [remark.kind for remark in view.remarks] == ["on_stick"]
    (written,) = [step for step in view.sittings[0].steps if step.id == "sent"]
    assert written.state == "done"
    item = OutboxItem("evidence", "c3" * 32, SITTING, outbox.INCIDENT_EVIDENCE)
    room.store.write(lambda db: outbox.add(db, item, room.clock.now()))
    assert open_kinds(room) == {"waiting"}, "later files are not on the stick"


def test_answers_that_wait_for_staff_keep_the_machine_on(room: Room) -> None:
    (one,) = room.begin()
    file, terminal = file_of(room, one, chosen(room, one, 3)), room.terminal()
    room.close()
    room.hall.held_answers.report(terminal, {one: 1, "UNKNOWN": 1}, {})
    room.hall.late_answers.receive(file, "file", BY)
    kinds = [(point.kind, point.sitting_id) for point in room.hall.day.view().open]
    assert {("held_answers", SITTING), ("held_answers", ""), ("late_answers", SITTING)} <= {*kinds}
    (sitting,) = room.hall.day.view().sittings
    assert {point.kind for point in sitting.open} == {"held_answers", "late_answers"}
    assert room.hall.sync.view().undecided == 3


def test_a_candidate_whose_exam_is_paused_by_staff_is_a_case_to_decide(room: Room) -> None:
    one, _ = room.begin(2)
    room.hall.pauses.pause(one, "unwell", BY)
    assert "undecided" in open_kinds(room)
    (sitting,) = room.hall.day.view().sittings
    (written,) = [step for step in sitting.steps if step.id == "written"]
    assert [(note.kind, note.n) for note in written.notes] == [("paused", 1), ("undecided", 1)]
    room.hall.pauses.resume(one, "well again", BY)
    assert "undecided" not in open_kinds(room)


def test_a_backup_from_before_closing_is_none_of_the_day(room: Room) -> None:
    room.begin()
    places = Places(room.clock.now())
    room.hall.backups.use(places, lambda: None)
    room.clock.pass_time(60)
    room.close()
    assert "no_backup" in open_kinds(room)
    assert room.hall.backups.view().before_closing
    places.newest_at = room.clock.now()
    assert "no_backup" not in open_kinds(room)
    assert not room.hall.backups.view().before_closing
    room.hall.backups.begin(FOLDER, BY)
    assert "backup_running" in open_kinds(room)


def test_while_people_write_headquarters_cannot_have_everything(room: Room) -> None:
    room.begin(2)
    sync = room.hall.sync.view()
    assert (sync.running, sync.writing) == (1, 2)
    room.close()
    sync = room.hall.sync.view()
    assert (sync.running, sync.writing) == (0, 0)


def test_a_page_that_asks_every_few_seconds_reads_no_single_attempt(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.begin(3)
    room.close()

    def refuse(*_: object) -> None:
        raise AssertionError("attempts are counted, not read")

    monkeypatch.setattr(attempts, "of_sitting", refuse)
    (found,) = room.hall.day.view().sittings
    assert [(step.n, step.of) for step in found.steps if step.id == "written"] == [(3, 3)]


def test_answers_that_a_terminal_still_has_keep_the_machine_on(room: Room) -> None:
    (attempt_id,) = room.begin()
    terminal = room.terminal()
    room.close()
    hold(room, terminal.terminal_id, attempt_id, HeldAnswersState.HELD)
    assert "held_answers" in open_kinds(room)
    hold(room, terminal.terminal_id, attempt_id, HeldAnswersState.UNDELIVERABLE)
    assert "held_answers" not in open_kinds(room)


def hold(room: Room, terminal_id: str, attempt_id: str, state: HeldAnswersState) -> None:
    """Store that the terminal has an answer of the attempt, and what staff decided."""
    held = HeldAnswers(terminal_id, attempt_id, "T01", 1, "attempt_ended", state, room.clock.now())
    room.store.write(lambda db: held_answers.keep(db, held))


def test_a_damaged_package_is_something_missing_and_not_done(
    site: Site, clock: ManualClock
) -> None:
    with open_room(site, clock) as room:
        room.hall.sittings.import_package(site.usual_package().data, BY)
    for file in (site.data / "packages").rglob("*"):
        if file.is_file():
            file.write_bytes(b"damaged")
    with open_room(site, clock) as room:
        assert now(room) == ["imported"]
        assert open_kinds(room) == {"starts_soon"}

"""Backups on demand: one at a time, proved, in the event log, and how old they are (E.1)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.exam.errors import ExamError
from kiosk.hall.errors import BackupRunning, NotFound
from kiosk.hall.views.backups import BackupPlace, BackupProof
from tests.event_logs import event_log
from tests.hall.conftest import BY, SITTING, Room

FOLDER = "/media/stick"
PROOF = BackupProof("BJ01-1.backup", 1.5, 1, 3, 7, 0, 0)


PLACE = BackupPlace(FOLDER, False, True, False, 900, None)


class Full(ExamError):
    """The stick is full."""

    code = "backup_failed"


@dataclass
class Maker:
    """A machine with one stick; ``ending``: how the next backup ends."""

    newest: BackupPlace = PLACE
    ending: BackupProof | Exception = PROOF
    stages: list[str] = field(default_factory=list)
    watch: Callable[[], str] = lambda: ""

    def places(self) -> list[BackupPlace]:
        """The stick."""
        return [self.newest]

    def make(self, folder: Path, prove: Callable[[], None]) -> BackupProof:
        """Write and prove."""
        assert str(folder) == FOLDER
        self.stages.append(self.watch())
        prove()
        self.stages.append(self.watch())
        if isinstance(self.ending, Exception):
            raise self.ending
        return self.ending


@pytest.fixture
def maker(room: Room) -> Maker:
    """The machine, used by the hall; work begins when the test says so."""
    maker = Maker()
    room.hall.backups.use(maker, lambda: None)

    def stage() -> str:
        run = room.hall.backups.view().run
        return run.stage if run else ""

    maker.watch = stage
    room.unlock()
    return maker


def test_a_backup_is_made_proved_and_noted(room: Room, maker: Maker) -> None:
    backups = room.hall.backups
    backups.begin(FOLDER, BY)
    assert backups.view().run is not None
    with pytest.raises(BackupRunning):
        backups.begin(FOLDER, BY)
    backups.work()
    assert maker.stages == ["writing", "proving"]
    view = backups.view()
    assert view.run is None
    assert view.last is not None
    assert (view.last.proof, view.last.error, view.last.by) == (PROOF, None, BY)
    (event,) = [e for e in event_log(room.hall, SITTING) if e.kind == "backup_made"]
    assert (event.who, event.data["file"]) == (BY, PROOF.file)


@pytest.mark.parametrize("failure", [Full(), OSError("pulled out")])
def test_a_backup_that_fails_is_said_and_can_be_repeated(
    room: Room, maker: Maker, failure: Exception
) -> None:
    maker.ending = failure
    room.hall.backups.begin(FOLDER, BY)
    room.hall.backups.work()
    view = room.hall.backups.view()
    assert view.last is not None
    assert (view.last.proof, view.last.error) == (None, "backup_failed")
    assert "backup_failed" in room.kinds()
    maker.ending = PROOF
    room.hall.backups.begin(FOLDER, BY)
    room.hall.backups.work()
    assert "backup_made" in room.kinds()


def test_only_places_that_are_offered_and_there_are_taken(room: Room, maker: Maker) -> None:
    with pytest.raises(NotFound):
        room.hall.backups.begin("/etc", BY)
    maker.newest = BackupPlace(FOLDER, False, False, False, 0, None)
    with pytest.raises(NotFound):
        room.hall.backups.begin(FOLDER, BY)


def test_nothing_is_made_that_nobody_asked_for(room: Room, maker: Maker) -> None:
    room.hall.backups.work()  # as every job is, once a clock was set
    assert maker.stages == []


def test_an_old_backup_or_none_is_a_warning_of_readiness(room: Room, maker: Maker) -> None:
    def finding() -> tuple[str, str]:
        found = room.hall.readiness.report(SITTING)
        return next((one.what, one.level) for one in found if one.what.startswith("backup"))

    assert finding() == ("backup_none", "warn")
    for minutes, level in ((10, "ok"), (61, "warn")):
        at = room.clock.now() - timedelta(minutes=minutes)
        maker.newest = BackupPlace(FOLDER, False, True, False, 900, at)
        assert finding() == ("backup", level)
        assert room.hall.backups.view().old is (level == "warn")


def test_a_server_that_makes_none_says_nothing(room: Room) -> None:
    room.unlock()
    found = room.hall.readiness.report(SITTING)
    assert [one for one in found if one.what.startswith("backup")] == []

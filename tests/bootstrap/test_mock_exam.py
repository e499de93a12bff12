"""A mock exam has data of its own: of the real directory nothing is changed, and nothing stays."""

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.bootstrap.mock_content import mock_paper, mock_programme
from kiosk.bootstrap.mock_exam import (
    CHIEF,
    MockExamServerRuns,
    MockExamUnsettled,
    OpenMock,
    open_mock_exam,
)
from kiosk.exam.mock_exam import MockExamTooLate, MockExamWhileOpen
from kiosk.store.sqlite.database import DATABASE, DataLock
from tests.centres import NOON, ManualClock, Site, new_site
from tests.hall.conftest import BY, SITTING, open_room

WEEK = timedelta(days=7)
FAR = NOON + WEEK


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for temporary files."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A centre with a sitting a week from now, whose server was stopped."""
    site = new_site(tmp_path / "centre")
    with open_room(site, ManualClock()) as room:
        room.hall.sittings.import_package(site.package(starts_at=FAR).data, BY)
    return site


@contextmanager
def mock(site: Site, clock: ManualClock | None = None) -> Iterator[OpenMock]:
    """A mock exam with two candidates."""
    with open_mock_exam(site.data, 2, 30, clock or ManualClock()) as opened:
        yield opened


def bytes_of(folder: Path) -> dict[str, tuple[str, int, int]]:
    """Digest, mode and time of change of everything in a folder."""
    return {
        str(path.relative_to(folder)): (
            hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "",
            path.stat().st_mode,
            path.stat().st_mtime_ns,
        )
        for path in [folder, *folder.rglob("*")]
    }


def test_the_real_directory_stays_as_it_is_to_the_byte(site: Site, temporary: Path) -> None:
    before = bytes_of(site.data)
    with mock(site) as opened:
        hall, exam = opened.running.hall, opened.mock
        (sitting,) = hall.sittings.list()
        hall.staff.sign_in(CHIEF, opened.password, "desk")
        hall.sittings.unlock(sitting.id, exam.unlock_code, BY)
        hall.starts.start(sitting.id, BY)
        assert [row.name for row in hall.rooms.room(sitting.id, hall.sync.view()).rows]
        assert bytes_of(site.data) == before
        assert list(temporary.glob("exam-mock-*"))
    assert bytes_of(site.data) == before
    assert list(temporary.glob("exam-mock-*")) == []


def test_the_real_server_opens_afterwards_as_before(site: Site) -> None:
    with mock(site):
        pass
    with open_room(site, ManualClock()) as room:
        assert [sitting.id for sitting in room.hall.sittings.list()] == [SITTING]


def test_it_has_no_headquarters_no_backups_and_a_name_that_says_it(site: Site) -> None:
    settings = site.data / "kiosk.toml"
    text = settings.read_text(encoding="utf-8").replace("port = 8080", "port = 8123")
    settings.write_text(text.replace("# hq_url =", 'hq_url = "https://hq.example.org"'))
    with mock(site) as opened:
        own = opened.running.hall.settings
        assert (own.sync.hq_url, own.backup.to, own.server.port) == (None, None, 8123)
        assert own.centre_code == "MOCK"
        assert own.centre_name.startswith("模拟考试 Mock exam")
        assert opened.settings.sync.hq_url == "https://hq.example.org"


def test_the_paper_is_the_blueprint_of_the_demo_programme_without_keys() -> None:
    programme = mock_programme()
    paper, part = mock_paper(programme), programme.examination(None, None).parts[0]
    sizes = [section.size(len(programme.domains)) for section in part.sections]
    assert [len(section.items) for section in paper.sections] == sizes
    assert "rationale" not in paper.model_dump_json()


def test_it_is_refused_while_the_real_server_runs(site: Site) -> None:
    with DataLock(site.data), pytest.raises(MockExamServerRuns, match="systemctl stop"), mock(site):
        pass


def test_the_real_server_cannot_start_beside_it(site: Site) -> None:
    with mock(site), pytest.raises(MockExamServerRuns), mock(site):
        pass


def test_it_is_refused_after_a_kill_because_its_log_is_not_read(site: Site) -> None:
    (site.data / f"{DATABASE}-wal").write_bytes(b"committed, but not in the database yet")
    with pytest.raises(MockExamUnsettled), mock(site):
        pass


def test_it_is_refused_near_a_sitting_and_ends_before_one(site: Site) -> None:
    clock = ManualClock(FAR - timedelta(hours=5))
    with mock(site, clock) as opened:
        assert opened.mock.ends_at == FAR - timedelta(hours=2)
    with pytest.raises(MockExamTooLate), mock(site, ManualClock(FAR - timedelta(minutes=179))):
        pass


def test_it_is_refused_while_a_sitting_is_unlocked(site: Site) -> None:
    with open_room(site, ManualClock()) as room:
        room.hall.sittings.unlock(SITTING, site.code, BY)
    with pytest.raises(MockExamWhileOpen), mock(site):
        pass


def test_what_a_killed_one_left_is_deleted_by_the_next_and_a_running_one_is_not(
    site: Site, temporary: Path
) -> None:
    killed, running = temporary / "exam-mock-killed", temporary / "exam-mock-running"
    for folder in (killed, running):
        (folder / "centre" / "keys").mkdir(parents=True)
    with DataLock(running / "centre"), mock(site):
        assert not killed.exists()
        assert running.exists()

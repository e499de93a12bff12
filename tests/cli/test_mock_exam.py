"""``kiosk mock-exam``: refused in words, and over by itself before a real sitting."""

import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from kiosk.bootstrap.mock_exam import OpenMock, open_mock_exam
from kiosk.cli.mock_exam import until_over
from kiosk.store.sqlite.database import DataLock
from tests.centres import NOON, ManualClock, Site, new_site
from tests.hall.conftest import BY, open_room

SOON = timedelta(hours=5)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A centre with a sitting in five hours."""
    site = new_site(tmp_path / "centre")
    with open_room(site, ManualClock()) as room:
        room.hall.sittings.import_package(site.package(starts_at=NOON + SOON).data, BY)
    return site


def waited(opened: OpenMock, clock: ManualClock) -> bool:
    """Whether the command still waits, after it has had time to look."""
    stop = threading.Event()
    waiting = threading.Thread(target=until_over, args=(opened, clock, stop))
    waiting.start()
    waiting.join(timeout=1)
    still = waiting.is_alive()
    stop.set()
    waiting.join()
    return still


@pytest.mark.parametrize(
    ("seconds", "still"), [(3 * 3600 - 1, True), (3 * 3600, False), (6 * 3600, False)]
)
def test_it_ends_by_itself_two_hours_before_a_sitting(
    site: Site, seconds: int, still: bool
) -> None:
    clock = ManualClock()
    with open_mock_exam(site.data, 1, 30, clock) as opened:
        clock.wall += timedelta(seconds=seconds)
        assert waited(opened, clock) is still


def run(data: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kiosk", "mock-exam", "--data", str(data), "--port", "0"]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def test_beside_the_real_server_it_says_how_to_stop_that(site: Site) -> None:
    with DataLock(site.data):
        done = run(site.data)
    assert done.returncode == 1
    assert "systemctl stop exam-kiosk" in done.stderr
    assert "Traceback" not in done.stderr


def test_near_a_sitting_it_names_that_and_the_time(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    site = new_site(tmp_path / "now", now)
    with open_room(site, ManualClock(now)) as room:
        room.hall.sittings.import_package(site.package(starts_at=now + timedelta(hours=2)).data, BY)
    done = run(site.data)
    assert (done.returncode, done.stdout) == (1, "")
    local = (now + timedelta(hours=2)).astimezone(ZoneInfo("Asia/Shanghai"))
    assert f"2026年4月考试 begins at {local:%Y-%m-%d %H:%M}" in done.stderr

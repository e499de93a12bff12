"""Where a server may put backups, and that each is proved at once."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.bootstrap.backup import BackupFailed, newest
from kiosk.bootstrap.backup_places import BackupPlaces
from kiosk.settings import BackupSettings
from kiosk.store.sqlite.database import Store
from tests.centres import Site, new_site


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A centre, set up and enrolled; its database is there."""
    site = new_site(tmp_path / "centre")
    Store(site.data).close()
    return site


def places(
    site: Site, to: Path | None, mounts: str = "", monkeypatch: pytest.MonkeyPatch | None = None
) -> BackupPlaces:
    """The places of a machine with these mounts."""
    file = site.data.parent / "mounts"
    file.write_text(f"proc /proc proc rw 0 0\n{mounts}")
    return BackupPlaces(site.data, BackupSettings(to=to), file)


def test_a_backup_is_written_proved_and_shown_as_the_newest(site: Site, tmp_path: Path) -> None:
    folder = tmp_path / "disk"
    folder.mkdir()
    here = places(site, folder)
    stages: list[Path | None] = []
    assert here.places()[0].newest_at is None
    proof = here.make(folder, lambda: stages.append(newest(folder)))
    assert stages[0] is not None
    assert proof.file == stages[0].name
    assert (proof.sittings, proof.answers, proof.unreadable) == (0, 0, 0)
    (place,) = here.places()
    assert (place.usual, place.is_there, place.same_disk) == (True, True, True)
    assert place.newest_at is not None


def test_a_folder_that_is_gone_is_shown_and_refused(site: Site, tmp_path: Path) -> None:
    here = places(site, tmp_path / "gone")
    (place,) = here.places()
    assert (place.is_there, place.free_mb) == (False, 0)
    with pytest.raises(BackupFailed):
        here.make(tmp_path / "gone", lambda: None)


def test_sticks_are_offered_where_the_server_may_write(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.bootstrap.backup_places.REMOVABLE", (f"{tmp_path}/media/",))
    stick = tmp_path / "media" / "USB 1"
    stick.mkdir(parents=True)
    mounts = "\n".join(
        f"/dev/sdb1 {str(path).replace(' ', chr(92) + '040')} vfat rw 0 0"
        for path in (stick, tmp_path / "media" / "gone", site.data)
    )
    here = places(site, None, mounts + "\n")
    assert [(place.folder, place.usual) for place in here.places()] == [(str(stick), False)]
    assert here.make(stick, lambda: None).file.endswith(".backup")


def test_a_copied_backup_is_as_old_as_its_name_says(site: Site, tmp_path: Path) -> None:
    folder = tmp_path / "disk"
    folder.mkdir()
    here = places(site, folder)
    here.make(folder, lambda: None)
    (made,) = folder.iterdir()
    made.rename(folder / f"{made.name.split('-')[0]}-20260101T080000000000Z.backup")
    assert here.places()[0].newest_at == datetime(2026, 1, 1, 8, tzinfo=UTC)

"""Keys of sittings in backups, after a change of the centre's keys, and damaged on the disk."""

from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.bootstrap.backup import make_backup
from kiosk.bootstrap.check import check
from kiosk.bootstrap.restore import drill, restore
from kiosk.bootstrap.setup import CERTIFICATE
from kiosk.exam.programme.retention import DataClass
from kiosk.store.centre.sitting_keys import SITTING_KEYS, key_name
from kiosk.store.exam import incidents
from kiosk.store.exam.incidents import EvidenceRow
from kiosk.system import entropy
from sync.wire.sealing.certificate import make_certificate, make_request, read_request
from sync.wire.sealing.keys import KeyPair
from tests.centres import CENTRE, NOON, ManualClock, Site, candidates, new_site
from tests.hall.conftest import SITTING, Room, open_room
from tests.hall.deliveries import deliver, later

PICTURE = b"a picture of somebody"


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A centre with a sitting that is over, and a picture of it."""
    site = new_site(tmp_path / "centre")
    with open_room(site, ManualClock()) as room:
        (attempt_id,) = room.begin()
        centre = room.hall.event_logs._context
        name, now = centre.keep_sealed(SITTING, "pictures", PICTURE), room.clock.now()
        row = EvidenceRow(name, attempt_id, None, "check_in", now, len(PICTURE))
        room.store.write(lambda db: incidents.add_evidence(db, row))
        room.close()
        deliver(room)
    return site


def picture(room: Room) -> bytes:
    """The picture as staff see it."""
    (name,) = incidents.all_pictures(room.store.read())
    return room.hall.rooms.evidence(name)


def key_file(site: Site, what: DataClass = "pictures") -> Path:
    """The file of a class's key."""
    return site.data / SITTING_KEYS / key_name(SITTING, what)


def test_a_restore_brings_deleted_data_back_and_the_next_run_deletes_them(
    site: Site, tmp_path: Path
) -> None:
    backup, clock = make_backup(site.data, tmp_path / "a.backup"), ManualClock()
    with open_room(site, clock) as room:
        later(room, 181)
        room.hall.retention.run("system")
        assert not key_file(site).exists()
    proof, former = restore(site.data, backup)
    assert (proof.packages, proof.pictures, proof.unreadable) == (1, 1, 0)
    assert former is not None
    with open_room(site, clock) as room:
        assert picture(room) == PICTURE
        names = room.hall.attempts._papers.roster(room.hall.attempts._papers.sitting(SITTING))
        assert [person.name for person in names.values()] == [one.name for one in candidates()]
        later(room, 0)
        assert room.hall.retention.run("system") == []
        former.unlink()
        deliver(room)
        assert {one.data for one in room.hall.retention.run("system")} == {
            "portraits",
            "papers",
            "pictures",
        }
    assert list((site.data / SITTING_KEYS).iterdir()) == [key_file(site, "answers")]


def test_a_backup_opens_on_an_empty_machine_with_the_centres_keys(
    site: Site, tmp_path: Path
) -> None:
    backup, other = make_backup(site.data, tmp_path / "a.backup"), tmp_path / "other"
    restore(other, backup, site.data / "keys")
    with open_room(Site(other, site.hq, site.centre), ManualClock()) as room:
        assert picture(room) == PICTURE
        assert len(room.hall.sittings.list()) == 1


def test_a_damaged_key_is_reported_and_put_back_from_a_backup(site: Site, tmp_path: Path) -> None:
    backup = make_backup(site.data, tmp_path / "a.backup")
    size = key_file(site).stat().st_size
    key_file(site).write_bytes(bytes(size))
    (said,) = [one for one in check(site.data) if one.what == "keys of sittings"]
    assert (said.level, "kiosk restore" in said.text) == ("bad", True)
    restore(site.data, backup)
    with open_room(site, ManualClock()) as room:
        assert picture(room) == PICTURE
    assert {one.level for one in check(site.data) if one.what == "keys of sittings"} == {"ok"}


def test_a_drill_counts_pictures_whose_key_is_lost(site: Site, tmp_path: Path) -> None:
    key_file(site).unlink()
    proof = drill(site.data, make_backup(site.data, tmp_path / "a.backup"))
    assert (proof.pictures, proof.unreadable) == (1, 1)


def test_everything_opens_after_the_centre_has_changed_its_keys(site: Site) -> None:
    new, year = KeyPair.generate(entropy), timedelta(days=365)
    request = read_request(make_request(CENTRE, "测试考点", new, NOON))
    certificate = make_certificate(request, site.hq, NOON - year, NOON + year)
    (site.data / CERTIFICATE).write_bytes(certificate)
    new.take_over(site.data / "keys")
    with open_room(site, ManualClock()) as room:
        assert picture(room) == PICTURE
        assert room.hall.sittings.damaged() == []
        person = candidates()[0]
        papers = room.hall.attempts._papers
        assert papers.candidate(SITTING, person.admission_no).name == person.name
        assert papers.paper(papers.sitting(SITTING), "1").paper.items

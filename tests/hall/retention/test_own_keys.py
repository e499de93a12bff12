"""What a sitting leaves sealed is lost with its keys; vectors of faces go when it is over (E.3)."""

import shutil
from pathlib import Path

import pytest

from kiosk.hall.views.check_in import NewGuest
from kiosk.store.centre import sittings
from kiosk.store.centre.sitting_keys import SITTING_KEYS, key_name, key_of
from kiosk.store.exam import guests, incidents
from kiosk.store.exam.incidents import EvidenceRow
from sync.wire.delivery.deletion import read_deletion
from tests.centres import ManualClock, Site
from tests.event_logs import event_log
from tests.hall.conftest import BY, SITTING, Room
from tests.hall.deliveries import deliver, later
from tests.hall.eyes import seated, seeing_room

PICTURE = b"\xff\xd8\xff\xe0 a picture \xff\xd9" * 20


def keep(room: Room, attempt_id: str, sitting: str = SITTING) -> str:
    """A picture of check-in is kept."""
    centre, now = room.hall.event_logs._context, room.clock.now()
    name = centre.keep_sealed(sitting, "pictures", PICTURE)
    row = EvidenceRow(name, attempt_id, None, "check_in", now, len(PICTURE))
    room.store.write(lambda db: incidents.add_evidence(db, row))
    return name


def test_a_copy_of_the_sealed_files_opens_no_more(room: Room, tmp_path: Path) -> None:
    (attempt_id,) = room.begin()
    name = keep(room, attempt_id)
    sitting = sittings.get(room.store.read(), SITTING)
    assert sitting is not None
    room.close()
    deliver(room)
    data, keys = room.site.data, room.hall.event_logs._context.sitting_keys
    originals = [data / "evidence" / name, *(data / "packages").iterdir()]
    copies = [Path(shutil.copy(path, tmp_path / path.name)) for path in originals]
    sealed = [content for path in copies if key_of(content := path.read_bytes()) is not None]
    paper_key = sitting.sealed_paper_key
    assert paper_key is not None
    sealed.append(paper_key)
    assert len(sealed) == 4
    assert all(keys.open(content) for content in sealed)
    later(room, 181)
    room.hall.retention.run("system")
    for content in sealed:
        with pytest.raises(FileNotFoundError):
            keys.open(content)


def test_the_receipt_counts_the_key(room: Room) -> None:
    room.begin()
    room.close()
    deliver(room)
    later(room, 91)
    room.hall.retention.run("system")
    event = next(e for e in event_log(room.hall, SITTING) if e.kind == "data_deleted")
    receipt = read_deletion(event.data["receipt"].encode(), room.site.centre.public)
    assert receipt.counts["keys"] == 1


def test_a_guest_is_sealed_under_the_key_of_the_portraits(room: Room) -> None:
    room.unlock()
    person = NewGuest("来宾", "990001199001010999", "1", "B01", "1")
    number = room.hall.guests.admit(SITTING, person, "left out by mistake", BY)
    (guest,) = guests.of_sitting(room.store.read(), SITTING)
    assert key_of(guest.sealed) == key_name(SITTING, "portraits")
    papers = room.hall.attempts._papers
    papers.drop(SITTING)
    assert papers.candidate(SITTING, number).name == "来宾"


def test_a_picture_of_two_sittings_outlives_the_key_of_one(room: Room) -> None:
    first = room.site.package()
    room.hall.sittings.import_package(room.site.package(sitting="S2").data, BY)
    room.hall.sittings.import_package(first.data, BY)
    room.hall.sittings.unlock(SITTING, first.code, BY)
    attempt_id = room.ready()
    room.hall.starts.start(SITTING, BY)
    name = keep(room, attempt_id)
    now = room.clock.now()
    centre = room.hall.event_logs._context
    assert centre.keep_sealed("S2", "portraits", PICTURE) == name
    room.store.write(
        lambda db: sittings.enrol_portrait(db, "S2", "2026T0002", name, BY, "new", now)
    )
    room.close()
    deliver(room)
    later(room, 181)
    deleted = room.hall.retention.run("system")
    assert "pictures" in [kept.data for kept in deleted]
    assert centre.open_sealed(name) == PICTURE


def test_what_was_sealed_before_there_were_keys_is_shown_and_deleted(room: Room) -> None:
    (attempt_id,) = room.begin()
    name = keep(room, attempt_id)
    centre = room.hall.event_logs._context
    centre.folders.evidence.put(name, centre.keys.public.seal(PICTURE))
    (room.site.data / SITTING_KEYS / key_name(SITTING, "pictures")).unlink()
    assert room.hall.rooms.evidence(name) == PICTURE
    room.close()
    deliver(room)
    later(room, 181)
    room.hall.retention.run("system")
    assert not centre.folders.evidence.has(name)


def test_no_vector_of_a_face_outlives_its_sitting(
    site: Site, clock: ManualClock, weights: Path
) -> None:
    with seeing_room(site, clock, weights) as room:
        attempt_id = seated(room)
        faces = room.hall.proctoring._faces
        room.hall.proctoring.prepare()
        assert {key[0] for key in faces._references} == {SITTING, attempt_id}
        keep(room, attempt_id)
        room.close()
        room.hall.proctoring.prepare()
        assert faces._references == {}

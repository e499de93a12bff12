"""What a centre holds of a sitting is deleted when its period is over, and not before (E.3)."""

import json
import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.exam.identity.outcomes import FaceOutcome
from kiosk.exam.programme.retention import CLASSES
from kiosk.exam.states import ItemState
from kiosk.hall.errors import ClockDoubted, PackageDeleted
from kiosk.hall.inputs import AnswerWrite, NotesWrite
from kiosk.store.centre import outbox, retention, sittings
from kiosk.store.centre.data_classes import DELETED
from kiosk.store.centre.sitting_keys import SITTING_KEYS, key_name
from kiosk.store.exam import events, incidents
from kiosk.store.exam.incidents import EvidenceRow, Verification
from kiosk.system import entropy
from sync.wire.delivery.deletion import read_deletion
from sync.wire.sealing.keys import KeyPair
from tests.centres import ManualClock, Site, candidates
from tests.event_logs import event_log
from tests.faces import portrait
from tests.hall.conftest import BY, SITTING, Room, open_room
from tests.hall.deliveries import deliver, hq_says, later

ESSAY = "碳排放核算边界的说明文字"
NOTES = "考生在草稿里写下的文字"
PICTURE = b"\xff\xd8\xff\xe0 a picture that the camera took \xff\xd9" * 20
ENROLLED = b"\xff\xd8\xff\xe0 a portrait from the desk \xff\xd9" * 20
PERIODS = {"portraits": 90, "papers": 90, "pictures": 180, "answers": 365, "event_log": 1095}


def sat(room: Room, *, sent: bool = True) -> str:
    """A sitting with answers, pictures and a portrait from the desk is over; gives the attempt."""
    rules = {"privacy": {"pictures_to_headquarters": sent}, "tools": {"notes": True}}
    attempt_id, _ = room.begin(2, rules=rules)
    items = room.hall.attempts.view(attempt_id).items
    text = next(item for item in items if item.type == "short_answer")
    room.hall.attempts.save(attempt_id, [AnswerWrite(1, text.id, ESSAY)])
    room.hall.notes.save(attempt_id, NotesWrite(1, NOTES))
    _picture(room, attempt_id)
    room.close()
    return attempt_id


def _picture(room: Room, attempt_id: str) -> None:
    centre, now = room.hall.event_logs._context, room.clock.now()
    taken = centre.keep_sealed(SITTING, "pictures", PICTURE)
    enrolled = centre.keep_sealed(SITTING, "portraits", ENROLLED)
    row = EvidenceRow(taken, attempt_id, None, "check_in", now, len(PICTURE))
    face_check = Verification(attempt_id, now, FaceOutcome.PASS, 0.9, (), taken)
    room.store.write(lambda db: incidents.add_evidence(db, row))
    room.store.write(lambda db: incidents.add_verification(db, face_check))
    room.store.write(
        lambda db: sittings.enrol_portrait(db, SITTING, "2026T0001", enrolled, BY, "new", now)
    )


def found(data: Path, wanted: dict[str, bytes]) -> set[str]:
    """Which of these bytes lie anywhere in a data directory."""
    files = [path.read_bytes() for path in data.rglob("*") if path.is_file()]
    return {name for name, text in wanted.items() if any(text in file for file in files)}


def traces(room: Room, attempt_id: str) -> dict[str, dict[str, bytes]]:
    """Bytes by which each class would be known, sealed or in the clear."""
    data, db = room.site.data, room.store.read()
    sitting = sittings.get(db, SITTING)
    assert sitting is not None
    part = {
        name: (data / "packages" / str(file)).read_bytes()
        for name, file in (("roster", sitting.roster_file), ("paper", sitting.paper_file))
    }
    key = {
        name: (data / SITTING_KEYS / key_name(SITTING, name)).read_bytes()
        for name in ("portraits", "papers", "pictures")
    }
    paper = sitting.sealed_paper_key
    assert paper is not None
    person = candidates()[0]
    item = next(i for i in room.hall.attempts._papers.paper(sitting, "1").paper.items)
    evidence = sorted((data / "evidence").iterdir())
    sealed = {path.name: path.read_bytes() for path in evidence}
    enrolled = sittings.captured_portrait(db, SITTING, person.admission_no) or ""
    taken = incidents.evidence_of(db, attempt_id)[0].sha256
    results = {
        f"result {name}": (data / "outbox" / name).read_bytes() for name in outbox.ids(db, "result")
    }
    return {
        "portraits": {
            "name": person.name.encode(),
            "identity number": person.identity_no.encode(),
            "portrait": portrait(0)[50:450],
            "sealed roster": part["roster"],
            "key": key["portraits"],
            "sealed enrolled": sealed[enrolled],
            "enrolled": ENROLLED,
        },
        "papers": {
            "item": item.stem.encode(),
            "sealed paper": part["paper"],
            "paper key": paper,
            "key": key["papers"],
        },
        "pictures": {
            "picture": PICTURE,
            "sealed picture": sealed[taken],
            "key": key["pictures"],
        },
        "answers": {"answer": ESSAY.encode(), "notes": NOTES.encode(), **results},
        "event_log": {
            "admission number": person.admission_no.encode(),
            "reason": b"same person",
            "closing": b"time is over",
            **{
                f"part {name}": (data / "outbox" / name).read_bytes()
                for name in outbox.ids(db, "event_log")
            },
        },
    }


def states(room: Room) -> dict[str, str]:
    """State of each class."""
    return {one.data: one.state for one in room.hall.retention.kept()}


def done(room: Room) -> list[str]:
    """What a run deletes."""
    return [one.data for one in room.hall.retention.run("system")]


def test_nothing_of_a_deleted_class_is_left_in_any_file(room: Room) -> None:
    attempt_id = sat(room)
    deliver(room)
    wanted, data = traces(room, attempt_id), room.site.data
    before = {name: found(data, texts) for name, texts in wanted.items()}
    assert "answer" in before["answers"]
    assert {"sealed roster", "sealed enrolled", "key"} <= before["portraits"]
    assert {"sealed picture", "key"} <= before["pictures"]
    assert {"admission number", "reason"} <= before["event_log"]
    assert {"sealed paper", "paper key", "key"} <= before["papers"]
    passed = 0
    for days, expected in ((91, ["portraits", "papers"]), (181, ["pictures"]), (366, ["answers"])):
        later(room, days - passed)
        passed = days
        deliver(room)
        assert done(room) == expected
        for name in expected:
            assert found(data, wanted[name]) == set(), name
    deliver(room)
    later(room, 1096 - passed)
    assert done(room) == ["event_log"]
    for name in CLASSES:
        assert found(data, wanted[name]) == set(), name
    room.store.close()
    assert all(found(data, wanted[name]) == set() for name in CLASSES)


def test_only_a_stub_the_chain_and_the_receipts_stay(room: Room) -> None:
    sat(room)
    gone(room)
    db = room.store.read()
    assert sittings.get(db, SITTING) is not None
    assert db.execute("SELECT count(*) FROM attempts").fetchone() == (0,)
    chain = list(reversed(events.of_sitting(db, SITTING)))
    assert [event.kind for event in chain] == ["data_deleted"]
    assert events.broken_at(chain, events.gone(db, SITTING)) is None
    assert outbox.ids(db, "result", ItemState.DELIVERED)
    deliver(room)
    assert room.hall.event_logs.sweep() == 0
    receipts = retention.deletions(room.store.read())
    for deletion in receipts:
        receipt = read_deletion((deletion.receipt or "").encode(), room.site.centre.public)
        assert (receipt.sitting_id, receipt.data) == (SITTING, deletion.what)
        assert receipt.period_days == PERIODS[deletion.what]
    assert json.loads(chain[0].data["receipt"])["body"]["counts"]["attempts"] == 3


def gone(room: Room) -> None:
    """Everything of the sitting is deleted."""
    deliver(room)
    later(room, 1100)
    assert done(room) == ["portraits", "papers", "pictures", "answers"]
    deliver(room)
    assert done(room) == ["event_log"]


@pytest.mark.parametrize("kind", ["result", "evidence", "event_log"])
def test_what_headquarters_has_not_confirmed_stays(room: Room, kind: str) -> None:
    sat(room)
    deliver(room, *({"result", "evidence", "event_log"} - {kind}))
    if kind == "result":
        room.hall.results.sweep()
    later(room, 1100)
    waits = {one.data: one.waits_for for one in room.hall.retention.kept()}
    deleted = done(room)
    if kind == "result":
        assert deleted == []
        assert set(waits.values()) == {"results"}
    elif kind == "evidence":
        assert deleted == ["portraits", "papers", "answers"]
        assert waits["pictures"] == "pictures"
    else:
        assert deleted == ["portraits", "papers", "pictures", "answers"]
        assert waits["event_log"] == "event_log"


def test_pictures_that_never_leave_the_centre_need_no_receipt(room: Room) -> None:
    attempt_id = sat(room, sent=False)
    deliver(room)
    wanted = traces(room, attempt_id)["pictures"]
    later(room, 181)
    assert done(room) == ["portraits", "papers", "pictures"]
    assert found(room.site.data, wanted) == set()


def test_a_row_that_somebody_marked_as_delivered_deletes_nothing(room: Room) -> None:
    sat(room)
    deliver(room, hq=KeyPair.generate(entropy))
    later(room, 1100)
    assert done(room) == []
    assert states(room)["answers"] == "due"


def test_a_clock_set_forward_deletes_nothing(site: Site, clock: ManualClock) -> None:
    with open_room(site, clock) as room:
        sat(room)
        deliver(room)
        clock.wall += timedelta(days=3650)
        assert done(room) == []
    with open_room(site, clock) as room:  # a start takes the wall clock's word for the time
        assert done(room) == []
        hq_says(room, site.now + timedelta(days=60))
        assert done(room) == []
        hq_says(room, site.now + timedelta(days=91))
        assert done(room) == ["portraits", "papers"]


def test_a_clock_that_is_behind_waits(room: Room) -> None:
    sat(room)
    deliver(room)
    hq_says(room, room.site.now + timedelta(days=3650))
    assert done(room) == []


def test_without_a_link_a_person_vouches_for_the_date(room: Room) -> None:
    sat(room)
    deliver(room)
    room.clock.pass_time(timedelta(days=100).total_seconds())
    assert done(room) == []
    today = room.hall.event_logs._context.local(room.clock.now()).date()
    with pytest.raises(ClockDoubted):
        room.hall.retention.run(BY, today - timedelta(days=100))
    deleted = room.hall.retention.run(BY, today)
    assert [one.data for one in deleted] == ["portraits", "papers"]


def test_an_open_paper_comes_first(room: Room) -> None:
    sat(room)
    deliver(room)
    later(room, 20)
    other = room.site.package(sitting="S2")
    room.hall.sittings.import_package(other.data, BY)
    room.hall.sittings.unlock("S2", other.code, BY)
    room.hall.starts.start("S2", BY)
    later(room, 1100)
    room.hall.retention.sweep()
    waits = {one.data: one.waits_for for one in room.hall.retention.kept()}
    assert waits["portraits"] == "paper_open"
    assert "deleted" not in states(room).values()


def test_a_sitting_that_was_never_held_is_deleted_like_the_others(room: Room) -> None:
    package = room.site.package()
    room.hall.sittings.import_package(package.data, BY)
    room.hall.sittings.unlock(SITTING, package.code, BY)
    room.ready()
    later(room, 29)
    assert (done(room), states(room)) == ([], {})
    later(room, 2)
    assert done(room) == []
    assert room.kinds()[-1] == "sitting_not_held"
    deliver(room)
    people = outbox.ids(room.store.read(), "result", ItemState.DELIVERED)
    later(room, 91)
    assert (len(people), done(room)) == (3, ["portraits", "papers"])


def test_a_clock_set_forward_ends_no_sitting(room: Room) -> None:
    room.hall.sittings.import_package(room.site.package().data, BY)
    hq_says(room, room.clock.now())
    room.clock.pass_time(timedelta(days=400).total_seconds())
    assert done(room) == []
    (sitting,) = sittings.everyone(room.store.read())
    assert sitting.state == "imported"


def test_pages_and_sweeps_survive_a_sitting_whose_package_is_gone(room: Room) -> None:
    sat(room)
    deliver(room)
    gone(room)
    hall = room.hall
    assert (hall.sittings.list(), hall.sittings.damaged()) == ([], [])
    with pytest.raises(PackageDeleted):
        hall.rooms.room(SITTING, hall.sync.view())
    with pytest.raises(PackageDeleted):
        hall.readiness.report(SITTING)
    assert event_log(hall, SITTING, 10)
    for sweep in (
        hall.results.sweep,
        hall.event_logs.sweep,
        hall.portraits.sweep,
        hall.proctoring.tick,
        hall.group_pauses.sweep,
        hall.ends.sweep,
        hall.retention.sweep,
        hall.outages.catch_up,
    ):
        sweep()
    room.clock.wall = room.site.now
    with pytest.raises(PackageDeleted):
        hall.sittings.import_package(room.site.package(version=2).data, BY)
    assert hall.sittings.has_package(
        SITTING, 1, next(iter(sittings.everyone(room.store.read()))).package_id
    )


def test_what_headquarters_lost_after_its_receipt_waits_for_nobody(room: Room) -> None:
    sat(room)
    gone(room)
    (first, *_) = outbox.ids(room.store.read(), "result")
    room.store.write(lambda db: outbox.reopen(db, "result", [first]))
    assert outbox.everything(room.store.read(), ItemState.WAITING) == [] or all(
        item.kind == "event_log" for item in outbox.everything(room.store.read(), ItemState.WAITING)
    )
    (problem,) = room.hall.sync.view().problems
    assert (problem.id, problem.error.code) == (first, "lost_at_headquarters")


def test_a_newer_package_leaves_nothing_of_the_one_before(room: Room) -> None:
    first = room.site.package(version=1)
    room.hall.sittings.import_package(first.data, BY)
    room.hall.sittings.import_package(room.site.package(version=2).data, BY)
    assert len(list((room.site.data / "packages").iterdir())) == 3


def test_a_former_database_stops_deletions(room: Room) -> None:
    sat(room)
    deliver(room)
    later(room, 91)
    former = room.site.data / "before-20260101T000000000000Z.sqlite"
    former.write_bytes(b"")
    assert done(room) == []
    former.unlink()
    assert done(room) == ["portraits", "papers"]


def test_each_table_that_belongs_to_a_sitting_has_a_period(room: Room) -> None:
    db = room.store.read()
    of_sittings = {
        name
        for name in db.table_names()
        if {"sitting_id", "attempt_id"} & {column.name for column in db.table(name).columns}
    }
    classed = {table for rows in DELETED.values() for table in rows}
    # Headquarters' announcements name no candidate; the confirmation is a member of staff's.
    assert of_sittings - classed == {"outbox", "deletions", "announcements"}
    columns = {column.name for name in db.table_names() for column in db.table(name).columns}
    assert not [
        name for name in columns if "vector" in name or "template" in name or "sound" in name
    ]


CUT = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
from kiosk.store.sqlite.database import Store
from kiosk.store.files import Folder
from sync.wire.sealing.keys import KeyPair
from tests.centres import ManualClock, Site
from tests.hall.conftest import open_room

def die(*_): os.kill(os.getpid(), signal.SIGKILL)

data, wall, where = Path(sys.argv[1]), datetime.fromisoformat(sys.argv[2]), sys.argv[3]
keys = KeyPair.load(data / "keys")
clock = ManualClock(wall)
with open_room(Site(data, keys, keys), clock) as room:
    if where == "shred":
        Folder.shred = die
    elif where == "second file":
        real, seen = Folder.shred, []
        Folder.shred = lambda self, name: die() if seen else (seen.append(1), real(self, name))
    elif where == "compact":
        Store.compact = die
    else:
        room.hall.retention._finish = die
    room.hall.retention.run("system")
"""


@pytest.mark.parametrize("where", ["shred", "second file", "compact", "receipt"])
def test_a_deletion_that_is_cut_is_completed_by_the_next_run(
    site: Site, clock: ManualClock, where: str
) -> None:
    with open_room(site, clock) as room:
        attempt_id = sat(room)
        deliver(room)
        wanted = traces(room, attempt_id)
        later(room, 91)
    command = [sys.executable, "-c", CUT, str(site.data), clock.wall.isoformat(), where]
    ended = subprocess.run(command, timeout=120, check=False, env={**os.environ})
    assert ended.returncode == -signal.SIGKILL
    with open_room(site, clock) as room:
        assert states(room)["portraits"] == "unfinished"
        assert done(room) == ["papers"]
        assert {states(room)[name] for name in ("portraits", "papers")} == {"deleted"}
        for name in ("portraits", "papers"):
            assert found(site.data, wanted[name]) == set()

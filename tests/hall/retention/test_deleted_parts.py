"""Portraits and paper are deleted apart; what is left works, and results are final (E.3)."""

import base64
from functools import partial

import pytest

from kiosk.exam.attempt.misconduct import Misconduct, Said
from kiosk.exam.event_kinds import EventKind
from kiosk.hall.errors import PackageDeleted, PackageFileDamaged
from kiosk.hall.packages import NO_NAME
from kiosk.store.centre import sittings
from kiosk.store.centre.sittings import Sitting
from kiosk.store.errors import ResultsFinal
from kiosk.store.exam import attempts, events, late_answers
from sync.wire.delivery.emergency import EmergencyAnswer, EmergencyAnswers, EmergencyKey
from tests.centres import candidates
from tests.event_logs import event_log
from tests.hall.conftest import BY, SITTING, Room
from tests.hall.deliveries import deliver, later

PERSON = candidates()[0]
PORTRAITS_FIRST = {"portraits": 30, "papers": 90}
PAPERS_FIRST = {"portraits": 90, "papers": 30}


def held(room: Room, periods: dict[str, int]) -> str:
    """A sitting that is over, delivered, and a month old; gives the first attempt."""
    attempt_id, *_ = room.begin(2, rules={"retention": periods})
    room.close()
    deliver(room)
    later(room, 31)
    return attempt_id


def sitting_of(room: Room) -> Sitting:
    found = sittings.get(room.store.read(), SITTING)
    assert found is not None
    return found


def done(room: Room) -> list[str]:
    """What a run deletes."""
    return [kept.data for kept in room.hall.retention.run("system")]


def test_portraits_go_before_the_paper(room: Room) -> None:
    held(room, PORTRAITS_FIRST)
    papers = room.hall.attempts._papers
    items = papers.paper(sitting_of(room), "1").paper.items
    assert done(room) == ["portraits"]
    assert papers.paper(sitting_of(room), "1").paper.items == items
    assert papers.portrait(SITTING, PERSON.admission_no) is None
    later(room, 60)
    assert done(room) == ["papers"]


def test_the_paper_goes_before_the_portraits(room: Room) -> None:
    held(room, PAPERS_FIRST)
    papers = room.hall.attempts._papers
    assert done(room) == ["papers"]
    portrait = base64.b64decode(PERSON.portrait_jpeg_b64 or "")
    assert papers.portrait(SITTING, PERSON.admission_no) == portrait
    assert papers.candidate(SITTING, PERSON.admission_no).name == PERSON.name
    with pytest.raises(PackageDeleted):
        papers.paper(sitting_of(room), "1")
    later(room, 60)
    assert done(room) == ["portraits"]


def test_pages_name_nobody_once_the_names_are_deleted(room: Room) -> None:
    attempt_id = held(room, PORTRAITS_FIRST)
    hall = room.hall
    done(room)
    rows = hall.rooms.room(SITTING, hall.sync.view()).rows
    assert [row.admission_no for row in rows] == [one.admission_no for one in candidates()]
    assert {(row.name, row.has_portrait) for row in rows} == {(NO_NAME, False)}
    assert hall.attempts.view(attempt_id).candidate_name == NO_NAME
    assert [(view.candidates, view.deleted) for view in hall.sittings.list()] == [
        (3, ["portraits"])
    ]
    assert hall.portraits.report(SITTING).total == 0
    assert hall.readiness.report(SITTING)
    assert hall.records.view(attempt_id)
    for read in (hall.rooms.incidents, partial(event_log, hall), hall.returns.offers):
        read(SITTING)


@pytest.mark.parametrize("part", ["roster_file", "paper_file"])
def test_a_part_that_is_missing_without_a_deletion_is_damage(room: Room, part: str) -> None:
    package = room.site.package()
    room.hall.sittings.import_package(package.data, BY)
    papers = room.hall.attempts._papers
    papers.drop(SITTING)
    name = getattr(sitting_of(room), part)
    (room.site.data / "packages" / name).unlink()
    with pytest.raises(PackageFileDamaged) as refused:
        papers.package(sitting_of(room))
    assert not isinstance(refused.value, PackageDeleted)
    assert room.hall.sittings.damaged()
    room.hall.sittings.import_package(package.data, BY)
    assert room.hall.sittings.damaged() == []
    room.hall.sittings.unlock(SITTING, package.code, BY)


@pytest.mark.parametrize("part", ["roster_file", "paper_file"])
def test_a_part_of_another_package_is_refused(room: Room, part: str) -> None:
    for sitting in ("S1", "S2"):
        room.hall.sittings.import_package(room.site.package(sitting=sitting).data, BY)
    papers, folder = room.hall.attempts._papers, room.site.data / "packages"
    papers.drop(SITTING)
    ours, theirs = papers.sitting(SITTING), papers.sitting("S2")
    other = (folder / getattr(theirs, part)).read_bytes()
    (folder / getattr(ours, part)).write_bytes(other)
    with pytest.raises(PackageFileDamaged):
        papers.package(ours)


def test_nothing_that_a_person_does_changes_final_results(room: Room) -> None:
    attempt_id = held(room, PORTRAITS_FIRST)
    done(room)
    hall, why = room.hall, "somebody asked for it"
    attempt = attempts.get(room.store.read(), attempt_id)
    log = events.of_sitting(room.store.read(), SITTING)
    centre = hall.event_logs._context
    acts = (
        lambda: hall.ends.void(attempt_id, why, BY),
        lambda: hall.retention.require_open(None, attempt_id),
        lambda: hall.retention.require_open(SITTING, None),
        lambda: hall.late_answers.receive(file_of(room, attempt_id), "file", BY),
        lambda: room.store.write(
            lambda db: centre.record(db, SITTING, EventKind.PAGE_LEAVE_REVERSED, BY, attempt_id)
        ),
    )
    for act in acts:
        with pytest.raises(ResultsFinal):
            act()
    assert attempts.get(room.store.read(), attempt_id) == attempt
    assert late_answers.of_attempt(room.store.read(), attempt_id) == []
    assert events.of_sitting(room.store.read(), SITTING) == log


def test_a_record_is_not_signed_once_names_are_gone_and_no_key_comes_back(room: Room) -> None:
    attempt_id, *_ = room.begin(2, rules={"retention": PORTRAITS_FIRST})
    said = Said(Misconduct.NOTES, room.clock.now(), "夹带资料", "", "")
    record_id = room.hall.misconduct.write(attempt_id, said, BY)
    room.hall.misconduct.confirm(record_id, "staff:second")
    room.close()
    deliver(room)
    later(room, 31)
    assert "portraits" in done(room)
    drawn = (tuple((x, x % 9) for x in range(60)),)
    with pytest.raises(ResultsFinal):
        room.hall.misconduct.sign(record_id, "", drawn, BY)
    keys = room.hall.misconduct._context.sitting_keys
    assert not keys.has(SITTING, "portraits")
    (record,) = room.hall.misconduct.of_sitting(SITTING)
    assert (record.name, record.state, record.facts) == (NO_NAME, "witnessed", "夹带资料")


def file_of(room: Room, attempt_id: str) -> bytes:
    """An emergency file of that attempt."""
    key = EmergencyKey.at(room.site.data / "keys" / "emergency.pem")
    written = "2026-04-25T07:00:00+00:00"
    answer = EmergencyAnswer(seq=1, item="Q1", value="A", at=written)
    return key.seal(
        EmergencyAnswers(
            attempt_id=attempt_id,
            admission_no=PERSON.admission_no,
            lease="",
            written_at=written,
            answers=(answer,),
        )
    )


def test_what_headquarters_sends_is_still_noted(room: Room) -> None:
    held(room, PORTRAITS_FIRST)
    done(room)
    package = sitting_of(room).package_id
    room.hall.sittings.receive_revocation(SITTING, package, "too late")
    assert room.kinds()[-1] == "package_revoked"

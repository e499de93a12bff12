"""Misconduct is recorded on the spot, by two, read by the candidate, and part of the chain."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from kiosk.exam.attempt.misconduct import Misconduct, Said, SignatureMissing, Stroke
from kiosk.hall.attempt.misconduct import MOST_RECORDS
from kiosk.hall.errors import (
    NotFound,
    NotPresent,
    NotThen,
    ReasonMissing,
    RecordedTooOften,
    SecondPersonNeeded,
    WitnessMissing,
)
from kiosk.hall.views.misconduct import MisconductView
from kiosk.store.errors import StaleState
from kiosk.store.exam import attempts, events, misconduct
from tests.centres import ManualClock, Site
from tests.event_logs import event_log
from tests.hall.conftest import BY, SITTING, Room, open_room

SECOND = "staff:second"
NAME: tuple[Stroke, ...] = (tuple((x, 100 + x % 7) for x in range(0, 200, 10)),)


@pytest.fixture
def attempt_id(room: Room) -> str:
    """A candidate who is answering."""
    (attempt_id,) = room.begin()
    return attempt_id


def said(room: Room, facts: str = "考试中看手机", **changes: object) -> Said:
    values = {"happened_at": room.clock.now(), "evidence": "照片", "taken": "手机一部", **changes}
    return Said(Misconduct.DEVICE, facts=facts, **values)  # type: ignore[arg-type]


def write(room: Room, attempt_id: str, facts: str = "考试中看手机") -> str:
    return room.hall.misconduct.write(attempt_id, said(room, facts), BY)


def records(room: Room) -> list[MisconductView]:
    return room.hall.misconduct.of_sitting(SITTING)


def logged(room: Room) -> list[tuple[str, str]]:
    found = [event for event in event_log(room.hall, SITTING) if "misconduct" in event.kind]
    return [(event.kind, event.who) for event in reversed(found)]


def test_it_goes_from_the_spot_to_the_signature(room: Room, attempt_id: str) -> None:
    record_id = write(room, attempt_id)
    room.hall.misconduct.confirm(record_id, SECOND)
    room.hall.misconduct.sign(record_id, "是闹钟响了", NAME, BY)
    (record,) = records(room)
    assert (record.state, record.by, record.witness) == ("signed", BY, SECOND)
    assert (record.statement, record.signature) == ("是闹钟响了", NAME)
    assert logged(room) == [
        ("misconduct_recorded", BY),
        ("misconduct_witnessed", SECOND),
        ("misconduct_signed", BY),
    ]


def test_the_chain_has_all_that_was_recorded_and_no_drawing(room: Room, attempt_id: str) -> None:
    record_id = write(room, attempt_id)
    room.hall.misconduct.confirm(record_id, SECOND)
    room.hall.misconduct.sign(record_id, "", NAME, BY)
    db = room.store.read()
    assert events.broken_at(events.after(db, SITTING, 0, 100)) is None
    data = {event.kind: event.data for event in event_log(room.hall, SITTING)}
    told = data["misconduct_recorded"]
    assert (told["facts"], told["taken"], told["misconduct"]) == (
        "考试中看手机",
        "手机一部",
        "device",
    )
    assert told["record"] == data["misconduct_signed"]["record"] == records(room)[0].digest
    assert len(data["misconduct_signed"]["signature"]) == 64
    stored = next(db.query("SELECT signature FROM misconduct_records"))["signature"]
    assert b"100" not in stored


def test_whoever_wrote_it_cannot_confirm_it(room: Room, attempt_id: str) -> None:
    record_id = write(room, attempt_id)
    with pytest.raises(SecondPersonNeeded):
        room.hall.misconduct.confirm(record_id, BY)
    with pytest.raises(WitnessMissing):
        room.hall.misconduct.sign(record_id, "", NAME, BY)
    with pytest.raises(WitnessMissing):
        room.hall.misconduct.refuse(record_id, "", "would not sign", BY)
    assert records(room)[0].state == "written"


def test_two_note_that_the_candidate_would_not_sign(room: Room, attempt_id: str) -> None:
    record_id = write(room, attempt_id)
    room.hall.misconduct.confirm(record_id, SECOND)
    with pytest.raises(ReasonMissing):
        room.hall.misconduct.refuse(record_id, "", "  ", BY)
    room.hall.misconduct.refuse(record_id, "没有看手机", "拒绝签名", BY)
    (record,) = records(room)
    assert (record.state, record.reason, record.statement) == ("refused", "拒绝签名", "没有看手机")


def test_nothing_is_signed_twice_or_after_its_end(room: Room, attempt_id: str) -> None:
    record_id = write(room, attempt_id)
    room.hall.misconduct.confirm(record_id, SECOND)
    room.hall.misconduct.sign(record_id, "", NAME, BY)
    with pytest.raises(StaleState):
        room.hall.misconduct.confirm(record_id, "staff:third")
    with pytest.raises(StaleState):
        room.hall.misconduct.sign(record_id, "other", NAME, BY)
    with pytest.raises(StaleState):
        room.hall.misconduct.refuse(record_id, "", "reason", BY)
    assert records(room)[0].statement == ""


def test_a_mistake_is_withdrawn_and_stays_readable(room: Room, attempt_id: str) -> None:
    record_id = write(room, attempt_id)
    room.hall.misconduct.confirm(record_id, SECOND)
    room.hall.misconduct.sign(record_id, "不是我", NAME, BY)
    room.hall.misconduct.withdraw(record_id, "记错考生", BY)
    (record,) = records(room)
    assert (record.state, record.statement, record.signature) == ("withdrawn", "不是我", NAME)
    assert (record.withdrawn_reason, record.withdrawn_by) == ("记错考生", BY)
    with pytest.raises(StaleState):
        room.hall.misconduct.withdraw(record_id, "again", BY)


def test_a_refusal_stays_readable_when_it_is_withdrawn(room: Room, attempt_id: str) -> None:
    record_id = write(room, attempt_id)
    room.hall.misconduct.confirm(record_id, SECOND)
    room.hall.misconduct.refuse(record_id, "是计算器", "撕毁记录", BY)
    (refused,) = records(room)
    room.clock.pass_time(60)
    room.hall.misconduct.withdraw(record_id, "记错考生", SECOND)
    (record,) = records(room)
    assert (record.reason, record.over_by, record.over_at) == ("撕毁记录", BY, refused.over_at)
    assert (record.withdrawn_reason, record.withdrawn_by) == ("记错考生", SECOND)


def test_the_digest_can_be_computed_again_from_what_is_stored(room: Room, attempt_id: str) -> None:
    here = room.clock.now().astimezone(ZoneInfo("Asia/Shanghai"))
    record_id = room.hall.misconduct.write(attempt_id, said(room, happened_at=here), BY)
    record = misconduct.get(room.store.read(), record_id)
    assert record is not None
    assert record.said.digest(record.attempt_id, record.number, record.by) == record.digest


def test_each_step_after_the_end_goes_to_headquarters(room: Room, attempt_id: str) -> None:
    def wanted() -> int:
        attempt = attempts.get(room.store.read(), attempt_id)
        assert attempt is not None
        return attempt.wanted_revision

    record_id = write(room, attempt_id)
    before = wanted()
    room.hall.ends.end_by_staff(attempt_id, "考试中看手机", BY)
    revisions = [before, wanted()]
    room.hall.misconduct.confirm(record_id, SECOND)
    revisions.append(wanted())
    room.hall.misconduct.sign(record_id, "", NAME, BY)
    revisions.append(wanted())
    room.hall.misconduct.withdraw(record_id, "记错考生", BY)
    revisions.append(wanted())
    assert revisions == sorted(revisions)
    assert len(set(revisions[1:])) == 4
    write(room, attempt_id)
    assert wanted() > revisions[-1]


def test_it_may_be_recorded_after_the_exam_of_the_candidate(room: Room, attempt_id: str) -> None:
    room.close()
    write(room, attempt_id)
    assert len(records(room)) == 1


def test_nobody_is_recorded_who_has_not_come(room: Room, attempt_id: str) -> None:
    absent = next(
        attempt.id
        for attempt in attempts.of_sitting(room.store.read(), SITTING)
        if attempt.state == "registered"
    )
    with pytest.raises(NotPresent):
        write(room, absent)
    with pytest.raises(NotFound):
        write(room, "nobody")


@pytest.mark.parametrize("off", [timedelta(minutes=3), timedelta(hours=-25)])
def test_it_happened_today(room: Room, attempt_id: str, off: timedelta) -> None:
    with pytest.raises(NotThen):
        room.hall.misconduct.write(attempt_id, said(room, happened_at=room.clock.now() + off), BY)
    assert records(room) == []


def test_a_drawing_of_nothing_is_no_signature(room: Room, attempt_id: str) -> None:
    record_id = write(room, attempt_id)
    room.hall.misconduct.confirm(record_id, SECOND)
    with pytest.raises(SignatureMissing):
        room.hall.misconduct.sign(record_id, "", (), BY)
    assert records(room)[0].state == "witnessed"


def test_records_of_one_attempt_have_a_bound(room: Room, attempt_id: str) -> None:
    for number in range(MOST_RECORDS):
        write(room, attempt_id, f"第{number}次")
    with pytest.raises(RecordedTooOften):
        write(room, attempt_id)
    assert [record.number for record in reversed(records(room))] == [*range(1, MOST_RECORDS + 1)]


def test_invigilators_see_the_records_of_their_rooms(room: Room, attempt_id: str) -> None:
    write(room, attempt_id)
    attempt = attempts.get(room.store.read(), attempt_id)
    assert attempt is not None
    assert len(room.hall.misconduct.of_sitting(SITTING, frozenset({attempt.room}))) == 1
    assert room.hall.misconduct.of_sitting(SITTING, frozenset({"another"})) == []


def test_a_record_that_is_not_finished_is_named_before_closing(room: Room, attempt_id: str) -> None:
    def undecided() -> list[list[str]]:
        return [list(case.kinds) for case in room.hall.closing.view(SITTING).undecided]

    record_id = write(room, attempt_id)
    assert undecided() == [["misconduct"]]
    room.hall.misconduct.confirm(record_id, SECOND)
    assert undecided() == [["misconduct"]]
    room.hall.misconduct.refuse(record_id, "", "拒绝签名", BY)
    assert undecided() == []


def test_a_damaged_package_hides_no_record(site: Site, clock: ManualClock) -> None:
    with open_room(site, clock) as room:
        (attempt_id,) = room.begin()
        write(room, attempt_id)
    for file in (site.data / "packages").rglob("*"):
        if file.is_file():
            file.write_bytes(b"damaged")
    with open_room(site, clock) as room:
        (record,) = records(room)
    assert (record.name, record.facts) == ("", "考试中看手机")


def test_a_damaged_signature_hides_no_record(room: Room, attempt_id: str) -> None:
    record_id = write(room, attempt_id)
    room.hall.misconduct.confirm(record_id, SECOND)
    room.hall.misconduct.sign(record_id, "", NAME, BY)
    room.store.write(
        lambda db: db.execute(
            "UPDATE misconduct_records SET signature = CAST(signature || x'00' AS BLOB)"
        )
    )
    (record,) = records(room)
    assert (record.state, record.signature) == ("signed", None)

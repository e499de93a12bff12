"""After an import staff read how ready the centre is; a revoked package is not used."""

import pytest

from kiosk.exam.readiness import Finding, Level
from kiosk.hall.errors import NotFound, PackageRevoked
from kiosk.hall.rights import INVIGILATOR
from tests.centres import PASSWORD, candidates, seated
from tests.hall.conftest import BY, SITTING, Room


def report(room: Room) -> dict[str, Finding]:
    return {one.what: one for one in room.hall.readiness.report(SITTING)}


def test_the_report_counts_candidates_and_terminals(room: Room) -> None:
    room.hall.sittings.import_package(room.site.package().data, BY)
    assert report(room)["terminals"].params == {"candidates": 3, "terminals": 0}
    for _ in range(3):
        room.terminal()
    assert report(room)["terminals"].level is Level.OK
    assert report(room)["package_ok"].level is Level.OK
    assert report(room)["portraits"].params == {"done": 0, "total": 3}


def test_the_same_identity_number_is_reported(room: Room) -> None:
    first, second, third = candidates(3)
    roster = (first, second.model_copy(update={"identity_no": first.identity_no}), third)
    room.hall.sittings.import_package(room.site.package(roster=roster).data, BY)
    assert report(room)["doubles"].params == {"names": "考生1 (A01), 考生2 (A02)"}


def test_there_is_no_report_of_a_sitting_that_is_not_there(room: Room) -> None:
    with pytest.raises(NotFound):
        room.hall.readiness.report("nothing")


def test_a_revoked_package_is_neither_unlocked_nor_started(room: Room) -> None:
    package = room.site.package()
    view = room.hall.sittings.import_package(package.data, BY)
    room.hall.sittings.receive_revocation(SITTING, view.package_id, "item leaked")
    room.hall.sittings.receive_revocation(SITTING, view.package_id, "item leaked")
    with pytest.raises(PackageRevoked, match="item leaked"):
        room.hall.sittings.unlock(SITTING, package.code, BY)
    assert room.hall.sittings.list()[0].revoked == "item leaked"
    assert report(room)["package_revoked"].level is Level.BAD
    assert room.kinds().count("package_revoked") == 1


def test_an_unlocked_sitting_with_a_revoked_package_does_not_start(room: Room) -> None:
    room.unlock()
    room.hall.sittings.receive_revocation(SITTING, room.hall.sittings.list()[0].package_id, "leak")
    with pytest.raises(PackageRevoked):
        room.hall.starts.start(SITTING, BY)


def test_an_exam_that_has_begun_goes_on_and_its_event_log_says_so(room: Room) -> None:
    (attempt,) = room.begin()
    room.hall.sittings.receive_revocation(SITTING, room.hall.sittings.list()[0].package_id, "leak")
    assert room.left(attempt) > 100
    assert "package_revoked" in room.kinds()


def test_a_package_that_was_revoked_before_it_came_is_not_taken_in(room: Room) -> None:
    package = room.site.package()
    package_id = room.hall.sittings.import_package(package.data, BY).package_id
    newer = room.site.package(version=2)
    room.hall.sittings.receive_revocation(SITTING, package_id, "old")
    view = room.hall.sittings.import_package(newer.data, BY)
    assert (view.version, view.revoked) == (2, None)
    room.hall.sittings.unlock(SITTING, newer.code, BY)


def test_a_revocation_may_come_before_its_package(room: Room) -> None:
    package = room.site.package()
    room.hall.sittings.receive_revocation(SITTING, package.id, "too late")
    with pytest.raises(PackageRevoked):
        room.hall.sittings.import_package(package.data, BY)
    assert room.hall.sittings.list() == []


def test_rooms_without_an_invigilator_are_named(room: Room) -> None:
    rooms = (("1", "一号机房"), ("2", "二号机房"))
    roster = seated(("1", "1"), ("2", "1"))
    room.hall.sittings.import_package(room.site.package(rooms=rooms, roster=roster).data, BY)
    assert report(room)["unattended"].params == {"names": "一号机房, 二号机房"}
    room.hall.accounts.add("li", PASSWORD, INVIGILATOR, BY)
    assert "unattended" not in report(room)
    room.hall.accounts.set_rooms("li", {"1"}, BY)
    assert report(room)["unattended"].params == {"names": "二号机房"}
    room.hall.accounts.set_rooms("li", {"1", "2"}, BY)
    room.hall.accounts.lock("li", BY)
    assert report(room)["unattended"].params == {"names": "一号机房, 二号机房"}


def test_a_seat_that_two_sittings_give_away_is_named(room: Room) -> None:
    room.hall.sittings.import_package(room.site.package().data, BY)
    other = room.site.package(sitting="S2", roster=candidates(1))
    room.hall.sittings.import_package(other.data, BY)
    assert report(room)["clashes"].params == {"names": "考生1 (A01, 2026年4月考试)"}

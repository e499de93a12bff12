"""Whose an attempt is that somebody sat without being on the roster: one registrar, or two."""

from collections.abc import Mapping

import pytest

from sync.hq.core.counted import AttemptKey
from sync.hq.core.role_errors import RoleMissing
from sync.hq.core.roles import Grant, Role
from sync.hq.errors import NotFound, ReasonMissing, SecondPersonNeeded
from sync.hq.registration.ban_errors import Banned
from sync.hq.registration.guest_errors import GuestActOpen, ResultThere
from sync.hq.registration.roster_file import RosterEntry
from sync.hq.review.sanctions import CaseOutcome, Sanction
from sync.wire.delivery.bundle import seal_bundle
from sync.wire.delivery.result import HandAdmission
from tests.centres import PASSWORD
from tests.hq.applicants import number
from tests.hq.desk import BY, CODE, NOW, Desk
from tests.hq.review.board import Board

KEY = AttemptKey(CODE, "GUEST1")
CLERK, SECOND, READER = "clerk", "second", "reader"


@pytest.fixture(autouse=True)
def people(desk: Desk) -> None:
    for name, role in ((CLERK, Role.REGISTRAR), (SECOND, Role.REGISTRAR), (READER, Role.AUDITOR)):
        desk.hq.accounts.create(name, PASSWORD, BY, [Grant(role)])


def arrive(desk: Desk, revision: int = 1, **more: object) -> None:
    """Deliver the attempt of a guest, 王五, with the number that the centre took down."""
    guest = {"name": "王五", "identity_no": number(7), "seat": "9", "reason": "不在名单",
             "by": "chief", "at": NOW, **more}  # fmt: skip
    bundle = desk.result({}, revision).model_copy(
        update={
            "attempt_id": KEY.attempt_id,
            "candidate_id": "GUEST",
            "admission_no": "G1",
            "admitted": HandAdmission.model_validate(guest),
        }
    )
    sealed = seal_bundle(bundle, desk.keys, desk.hq.public_keys)
    desk.hq.intake.accept("result", CODE, sealed.id, sealed.data)


def seated(desk: Desk, order: int, name: str) -> str:
    """Seat somebody in the desk's sitting; return the candidate."""
    desk.hq.registration.import_roster(desk.sitting, CODE, [RosterEntry(number(order), name)], BY)
    (found,) = [one for one in desk.hq.registration.seats(desk.sitting) if one.name == name]
    return found.candidate_id


def result(desk: Desk) -> Mapping[str, object]:
    view = desk.hq.results.get(KEY)
    return {"status": view.status, "candidate": view.candidate_id, "passed": view.passed}


def test_until_somebody_decides_the_result_is_open(desk: Desk) -> None:
    arrive(desk)
    assert result(desk) == {"status": "not_on_roster", "candidate": "GUEST", "passed": None}
    (guest,) = desk.hq.guests.of_sitting(desk.sitting)
    assert (guest.name, guest.seat, guest.whose, guest.acts) == ("王五", "9", None, [])


def test_one_registrar_accepts_with_the_number_that_the_centre_took_down(desk: Desk) -> None:
    arrive(desk)
    desk.hq.guests.accept(KEY, "漏报，已核对证件", CLERK)
    guest = desk.hq.guests.get(KEY)
    assert guest.whose is not None
    assert (guest.whose.name, guest.whose.identity_no) == ("王五", number(7))
    assert result(desk)["status"] in ("complete", "waiting_for_marks")
    assert result(desk)["candidate"] == guest.whose.id
    kinds = [event.kind for event in desk.hq.audit_log.newest(2)]
    assert sorted(kinds) == ["guest_decided", "guest_registered"]
    assert [version.by for version in desk.hq.results.versions(KEY)] == [CLERK, CODE]


def test_a_later_revision_of_the_bundle_keeps_whose_it_is(desk: Desk) -> None:
    arrive(desk)
    desk.hq.guests.accept(KEY, "已核对", CLERK)
    before = result(desk)
    arrive(desk, 2)
    assert result(desk) == before
    assert desk.hq.recomputation.check() == []


def test_somebody_elses_attempt_needs_two_people(desk: Desk) -> None:
    arrive(desk)
    candidate = seated(desk, 8, "赵六")
    act = desk.hq.guests.propose(KEY, number(8), "号码登记错误", CLERK)
    assert result(desk)["status"] == "not_on_roster"
    assert desk.hq.guests.get(KEY).open_act == act
    with pytest.raises(SecondPersonNeeded):
        desk.hq.guests.decide(KEY, act.number, CLERK, confirm=True)
    with pytest.raises(RoleMissing):
        desk.hq.guests.decide(KEY, act.number, READER, confirm=True)
    with pytest.raises(GuestActOpen):
        desk.hq.guests.accept(KEY, "x", CLERK)
    desk.hq.guests.decide(KEY, act.number, SECOND, confirm=True)
    assert result(desk)["candidate"] == candidate
    assert result(desk)["status"] != "not_on_roster"
    with pytest.raises(NotFound):
        desk.hq.guests.decide(KEY, act.number, SECOND, confirm=True)


def test_a_rejected_proposal_changes_nothing(desk: Desk) -> None:
    arrive(desk)
    seated(desk, 8, "赵六")
    act = desk.hq.guests.propose(KEY, number(8), "号码登记错误", CLERK)
    desk.hq.guests.decide(KEY, act.number, SECOND, confirm=False)
    assert result(desk)["status"] == "not_on_roster"
    assert [one.outcome for one in desk.hq.guests.get(KEY).acts] == ["rejected"]


def test_what_was_decided_is_taken_back_by_two(desk: Desk) -> None:
    arrive(desk)
    with pytest.raises(NotFound):
        desk.hq.guests.propose(KEY, "", "无归属", CLERK)
    desk.hq.guests.accept(KEY, "已核对", CLERK)
    act = desk.hq.guests.propose(KEY, "", "误认", CLERK)
    desk.hq.guests.decide(KEY, act.number, SECOND, confirm=True)
    assert result(desk) == {"status": "not_on_roster", "candidate": "GUEST", "passed": None}


def test_another_registered_name_or_person_is_no_matter_of_one(desk: Desk) -> None:
    arrive(desk)
    seated(desk, 7, "王武")
    with pytest.raises(SecondPersonNeeded):
        desk.hq.guests.accept(KEY, "已核对", CLERK)
    act = desk.hq.guests.propose(KEY, number(7), "姓名登记错误", CLERK)
    desk.hq.guests.decide(KEY, act.number, SECOND, confirm=True)
    assert result(desk)["status"] != "not_on_roster"


def test_nobody_gets_two_results_of_one_paper(desk: Desk) -> None:
    arrive(desk)
    bundle = desk.bundle({})
    desk.hq.intake.accept("result", CODE, bundle.id, bundle.data)
    with pytest.raises(ResultThere):
        desk.hq.guests.propose(KEY, "99000119900101001X", "同一人", CLERK)
    assert result(desk)["status"] == "not_on_roster"


def test_refused_are_empty_reasons_strangers_and_attempts_of_the_roster(desk: Desk) -> None:
    arrive(desk)
    with pytest.raises(ReasonMissing):
        desk.hq.guests.accept(KEY, " ", CLERK)
    with pytest.raises(NotFound):
        desk.hq.guests.propose(KEY, number(99), "x", CLERK)
    with pytest.raises(RoleMissing):
        desk.hq.guests.accept(KEY, "x", READER)
    bundle = desk.bundle({})
    desk.hq.intake.accept("result", CODE, bundle.id, bundle.data)
    for key in (AttemptKey(CODE, "ATTEMPT1"), AttemptKey(CODE, "none")):
        with pytest.raises(NotFound):
            desk.hq.guests.accept(key, "x", CLERK)


def test_a_person_who_was_banned_when_they_sat_gets_no_result(desk: Desk) -> None:
    board = Board(desk)
    candidate = desk.hq.registration.seats(desk.sitting)[0].candidate_id
    desk.hq.lives.correct(
        candidate,
        {"identity_no": number(7), "name": "王五"}, "更正", BY,
    )  # fmt: skip
    board.decided(Sanction(CaseOutcome.BAN, "impersonation", months=12, everywhere=True))
    desk.clock.pass_time(60)
    arrive(desk)
    with pytest.raises(Banned):
        desk.hq.guests.accept(KEY, "x", CLERK)

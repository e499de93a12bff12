"""How attempts ended that did not begin, as headquarters receives and shows it (B.8)."""

import pytest

from kiosk.exam.attempt.states import NOT_SAT, EndReason
from sync.hq.web.app import create_app
from sync.wire.delivery.bundle import seal_bundle
from sync.wire.delivery.result import HandAdmission
from tests.hq.desk import CODE, NOW, Desk
from tests.hq.web.test_console import Staff

NAMES = {
    EndReason.ABSENT: ("absent", "缺考"),
    EndReason.NOT_ADMITTED: ("not admitted", "未获准入场"),
    EndReason.WITHDRAWN: ("withdrawn before the start", "开考前放弃"),
    EndReason.NOT_BEGUN: ("present, did not start", "到场但未开始作答"),
}


def deliver(desk: Desk, reason: EndReason, **changes: object) -> None:
    """The centre's bundle of an attempt that ended so."""
    bundle = desk.result({}).model_copy(update={"end_reason": reason, **changes})
    sealed = seal_bundle(bundle, desk.keys, desk.hq.public_keys)
    desk.hq.intake.accept("result", CODE, sealed.id, sealed.data)


@pytest.mark.parametrize("reason", sorted(NOT_SAT))
def test_each_end_is_a_status_of_its_own_in_both_languages(desk: Desk, reason: EndReason) -> None:
    deliver(desk, reason)
    (result,) = desk.hq.results.newest()
    assert (result.status, result.end_reason) == (reason, reason)
    staff = Staff(create_app(desk.hq).test_client(), desk)
    english, chinese = NAMES[reason]
    assert staff.get("/results").text.count(english) >= 2
    assert staff.client.get("/results?lang=zh").text.count(chinese) >= 2


def test_who_was_there_and_did_not_begin_has_not_failed(desk: Desk) -> None:
    deliver(desk, EndReason.NOT_BEGUN)
    assert [result.passed for result in desk.hq.results.newest()] == [None]


@pytest.mark.parametrize("reason", [EndReason.NOT_ADMITTED, EndReason.WITHDRAWN])
def test_who_did_not_sit_by_choice_or_refusal_has_not_passed(desk: Desk, reason: EndReason) -> None:
    deliver(desk, reason)
    assert [result.passed for result in desk.hq.results.newest()] == [False]


def test_a_number_in_another_spelling_still_finds_its_seat(desk: Desk) -> None:
    number = desk.result({}).admission_no
    wide = "".join(char.lower() for char in number)
    deliver(desk, EndReason.HANDED_IN, admission_no=wide)
    assert [result.status for result in desk.hq.results.newest()] != ["unmatched"]


def test_somebody_whom_the_centre_admitted_is_shown_and_scored_for_people_to_decide(
    desk: Desk,
) -> None:
    guest = HandAdmission(
        name="来宾甲", identity_no="B1234", seat="B01", reason="roster", by="staff:chief", at=NOW
    )
    named = {"candidate_id": "GUEST1", "admission_no": "H001", "admitted": guest}
    deliver(desk, EndReason.HANDED_IN, **named)
    (result,) = desk.hq.results.newest()
    assert (result.status, result.passed, result.name) == ("not_on_roster", None, "来宾甲")
    assert result.objective is not None
    staff = Staff(create_app(desk.hq).test_client(), desk)
    assert "not on the roster, admitted by hand" in staff.get("/results").text
    assert "不在名单" in staff.client.get("/results?lang=zh").text

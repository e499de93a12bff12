"""Candidates look up what was published of them, and only who knows all details finds it."""

import io

import pytest
from pypdf import PdfReader

from sync.hq.core.role_errors import RoleMissing
from sync.hq.core.roles import Grant, Role, Scope
from sync.hq.errors import TooManyTries
from sync.hq.release.act_rows import ActKind, Proposal
from sync.hq.release.errors import LookUpFailed, RecountClosed
from sync.hq.release.look_up import Details, FoundResult
from sync.hq.release.recounts import RecountState
from tests.centres import PASSWORD
from tests.hq.desk import BY, CODE, PROGRAMME, Desk
from tests.hq.release.hall import (
    FIRST,
    PEOPLE,
    SECOND,
    right_answers,
    sat,
    send,
)

PLACE = "192.0.2.1"
ALL = Scope(frozenset({Grant(Role.PUBLISHER)}))


def confirmed(desk: Desk, kind: ActKind = ActKind.RELEASE, **more: object) -> None:
    proposal = Proposal(desk.sitting, PROGRAMME, kind, **more)  # type: ignore[arg-type]
    act = desk.hq.release.acts.propose(proposal, FIRST)
    desk.hq.release.acts.confirm(act.id, SECOND)


def details(desk: Desk, number: int = 0) -> Details:
    identity, name = list(PEOPLE.items())[number]
    return Details(name, identity, desk.hq.registration.seats(desk.sitting)[number].admission_no)


def found(desk: Desk, number: int = 0) -> FoundResult:
    (result,) = desk.hq.release.look_up.find(details(desk, number), PLACE)
    return result


def guess(desk: Desk, number: int) -> str:
    """Try a made-up number; returns the code of the refusal."""
    try:
        desk.hq.release.look_up.find(Details("甲", "1", f"N{number}"), PLACE)
    except (LookUpFailed, TooManyTries) as error:
        return error.code
    raise AssertionError(number)


def test_nothing_is_told_before_it_is_published(desk: Desk) -> None:
    sat(desk)
    with pytest.raises(LookUpFailed):
        found(desk)
    confirmed(desk)
    assert (found(desk).published.passed, found(desk).published.status) == (True, "complete")


def test_details_are_read_as_people_type_them(desk: Desk) -> None:
    sat(desk)
    confirmed(desk)
    right = details(desk)
    wide = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
    typed = Details(
        f" {right.name} ",
        right.identity_no.lower().translate(wide),
        f"{right.admission_no[:4]} {right.admission_no[4:]}",
    )
    (result,) = desk.hq.release.look_up.find(typed, PLACE)
    assert result.name == right.name


@pytest.mark.parametrize("wrong", ["name", "identity_no", "admission_no"])
def test_one_wrong_detail_and_nothing_is_said(desk: Desk, wrong: str) -> None:
    sat(desk)
    confirmed(desk)
    other = details(desk, 1)
    right = details(desk)
    typed = {**vars(right), wrong: vars(other)[wrong]}
    with pytest.raises(LookUpFailed) as refused:
        desk.hq.release.look_up.find(Details(**typed), PLACE)
    with pytest.raises(LookUpFailed) as unknown:
        desk.hq.release.look_up.find(Details("无", "0", "NO-SUCH"), "192.0.2.2")
    assert str(refused.value) == str(unknown.value)


def test_trying_numbers_is_slowed_down_whichever_number_it_is(desk: Desk) -> None:
    sat(desk)
    confirmed(desk)
    guesses = [guess(desk, number) for number in range(20)]
    assert guesses == ["hq_look_up_failed"] * 5 + ["hq_too_many_tries"] * 15
    with pytest.raises(TooManyTries):
        found(desk)
    (elsewhere,) = desk.hq.release.look_up.find(details(desk), "192.0.2.9")
    assert elsewhere.published.passed


def test_one_own_success_does_not_forgive_earlier_tries(desk: Desk) -> None:
    sat(desk)
    confirmed(desk)
    for number in range(4):
        assert guess(desk, number) == "hq_look_up_failed"
        assert found(desk).published.passed
    assert guess(desk, 4) == "hq_look_up_failed"
    assert guess(desk, 5) == "hq_too_many_tries"


def test_a_withdrawn_result_is_not_told(desk: Desk) -> None:
    (first, *_) = sat(desk)
    confirmed(desk)
    confirmed(desk, ActKind.WITHDRAW, reason="存疑", attempts=[first])
    with pytest.raises(LookUpFailed):
        found(desk)


def test_a_score_letter_says_what_was_published(desk: Desk) -> None:
    sat(desk)
    confirmed(desk)
    pdf = desk.hq.release.letters.of_result(found(desk))
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    text = text.replace("\0", "")  # pypdf reads each character of this font as two
    assert "考试成绩通知书" in text
    assert "110.0" in text
    assert "合格" in text
    assert next(iter(PEOPLE)) not in text


def test_a_recount_is_requested_once_and_answered(desk: Desk) -> None:
    sat(desk)
    confirmed(desk)
    result = found(desk, 1)
    number = desk.hq.release.recounts.request(result, "请核对多选题")
    with pytest.raises(RecountClosed):
        desk.hq.release.recounts.request(result, "再核对一次")
    assert desk.hq.release.recounts.open_count(ALL) == 1
    state = desk.hq.release.recounts.answer(number, "已逐题核对，成绩无误。", FIRST)
    assert state is RecountState.CONFIRMED
    (told,) = desk.hq.release.recounts.of_attempt(result.published.key)
    assert told.answer == "已逐题核对，成绩无误。"
    with pytest.raises(RecountClosed):
        desk.hq.release.recounts.answer(number, "再答", FIRST)


def test_recounts_are_listed_and_answered_where_the_role_covers_the_centre(desk: Desk) -> None:
    sat(desk)
    confirmed(desk)
    number = desk.hq.release.recounts.request(found(desk), "请核对多选题")
    limited = Grant(Role.PUBLISHER, branch="北京")
    desk.hq.accounts.create("local", PASSWORD, BY, [limited])
    scope = Scope(frozenset({limited}))
    assert desk.hq.release.recounts.list(scope) == []
    assert desk.hq.release.recounts.open_count(scope) == 0
    with pytest.raises(RoleMissing):
        desk.hq.release.recounts.answer(number, "成绩无误。", "local")
    desk.hq.branches.set(CODE, "北京", BY)
    assert desk.hq.release.recounts.open_count(scope) == 1
    assert desk.hq.release.recounts.answer(number, "成绩无误。", "local") is RecountState.CONFIRMED


def test_a_changed_result_is_published_before_the_recount_is_answered(desk: Desk) -> None:
    sat(desk)
    confirmed(desk)
    number = desk.hq.release.recounts.request(found(desk, 1), "分数偏低")
    send(desk, 1, right_answers(desk), revision=2)
    with pytest.raises(RecountClosed):
        desk.hq.release.recounts.answer(number, "已更正", FIRST)
    confirmed(desk, ActKind.AMEND, reason="补传答案")
    assert desk.hq.release.recounts.answer(number, "已更正", FIRST) is RecountState.CHANGED


def test_after_its_time_only_the_office_can_open_a_recount(desk: Desk) -> None:
    sat(desk)
    confirmed(desk)
    result = found(desk)
    desk.clock.pass_time(31 * 24 * 3600)
    with pytest.raises(RecountClosed):
        desk.hq.release.recounts.request(result, "迟了")
    assert desk.hq.release.recounts.request(result, "来信申请", FIRST)

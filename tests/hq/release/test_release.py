"""Results are released by two people, not before their date, and only when nothing is open."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

import pytest

from sync.hq.core.counted import AttemptKey
from sync.hq.core.role_errors import RoleMissing
from sync.hq.core.roles import Grant, Role
from sync.hq.errors import HqError, NotAPerson, NotFound, ReasonMissing, SecondPersonNeeded
from sync.hq.release.act_rows import ActKind, Proposal, ReleaseAct
from sync.hq.release.errors import (
    ActDecided,
    ActPending,
    BeforeItsDate,
    NothingToPublish,
    NotReleasable,
    ResultsChanged,
)
from sync.hq.release.publishing import PublicationKind
from tests.centres import PASSWORD
from tests.hq.desk import BY, CODE, PROGRAMME, Desk
from tests.hq.release.hall import (
    CERTIFIED,
    FIRST,
    PUBLISHED,
    SECOND,
    key_of,
    on,
    over,
    publishers,
    right_answers,
    sat,
    seat_people,
    send,
    with_dates,
)


@pytest.fixture
def attempts(desk: Desk) -> Sequence[AttemptKey]:
    """A pass, a fail and an absence, on the day of publication."""
    with_dates(desk)
    found = sat(desk)
    on(desk, PUBLISHED)
    return found


def propose(desk: Desk, kind: ActKind = ActKind.RELEASE, **more: object) -> ReleaseAct:
    proposal = Proposal(desk.sitting, PROGRAMME, kind, **more)  # type: ignore[arg-type]
    return desk.hq.release.acts.propose(proposal, FIRST)


def released(desk: Desk) -> None:
    desk.hq.release.acts.confirm(propose(desk).id, SECOND)


def told(desk: Desk, key: AttemptKey) -> list[tuple[str, bool | None]]:
    return [(one.kind.value, one.passed) for one in desk.hq.release.publications.history(key)]


def test_two_people_release_what_can_be_published(
    desk: Desk, attempts: Sequence[AttemptKey]
) -> None:
    act = propose(desk)
    before = desk.hq.release.publications.state(desk.sitting, PROGRAMME)
    assert (before.published, before.publishable) == (0, 3)
    published = desk.hq.release.acts.confirm(act.id, SECOND)
    assert {(one.key, one.status, one.passed) for one in published} == {
        (attempts[0], "complete", True),
        (attempts[1], "complete", False),
        (attempts[2], "absent", False),
    }
    state = desk.hq.release.publications.state(desk.sitting, PROGRAMME)
    assert (state.published, state.publishable, state.changed) == (3, 0, 0)
    (passed,) = desk.hq.release.publications.passed(desk.sitting, PROGRAMME)
    assert passed.total == Decimal("110.0")


def test_nothing_is_released_the_day_before(desk: Desk, attempts: object) -> None:
    desk.clock.pass_time(-timedelta(days=1).total_seconds())
    with pytest.raises(BeforeItsDate) as refused:
        propose(desk)
    assert refused.value.params["day"] == PUBLISHED
    state = desk.hq.release.publications.state(desk.sitting, PROGRAMME)
    assert state.published == 0


def test_what_was_proposed_in_time_is_not_confirmed_before_the_date(
    desk: Desk, attempts: object
) -> None:
    act = propose(desk)
    desk.clock.pass_time(-timedelta(days=1).total_seconds())
    with pytest.raises(BeforeItsDate):
        desk.hq.release.acts.confirm(act.id, SECOND)


def test_a_programme_without_a_date_says_so_and_can_be_released(desk: Desk) -> None:
    sat(desk)
    checks = {one.code: one for one in desk.hq.release.acts.checks(desk.sitting, PROGRAMME)}
    assert (checks["date"].level, checks["date"].day) == ("note", None)  # type: ignore[index]
    released(desk)


@pytest.mark.parametrize(
    ("by", "refusal"), [(FIRST, SecondPersonNeeded), ("chief", RoleMissing), (BY, NotAPerson)]
)
def test_only_another_publisher_confirms(
    desk: Desk, attempts: object, by: str, refusal: type[HqError]
) -> None:
    act = propose(desk)
    if by == "chief":
        for grant in desk.hq.grants.list("chief"):
            if grant.grant.role == "publisher":
                desk.hq.grants.withdraw("chief", grant.grant, BY)
    with pytest.raises(refusal):
        desk.hq.release.acts.confirm(act.id, by)
    assert told(desk, key_of(0)) == []


def test_whoever_lost_the_role_meanwhile_cannot_confirm(desk: Desk, attempts: object) -> None:
    act = propose(desk)
    (grant,) = desk.hq.grants.list(SECOND)
    desk.hq.grants.withdraw(SECOND, grant.grant, BY)
    with pytest.raises(RoleMissing):
        desk.hq.release.acts.confirm(act.id, SECOND)


def test_a_publisher_of_some_branches_does_not_release_for_all(
    desk: Desk, attempts: Sequence[AttemptKey]
) -> None:
    desk.hq.branches.set(CODE, "北京", BY)
    limited = Grant(Role.PUBLISHER, branch="北京")
    desk.hq.accounts.create("local", PASSWORD, BY, [limited])
    with pytest.raises(RoleMissing):
        desk.hq.release.acts.propose(Proposal(desk.sitting, PROGRAMME), "local")
    with pytest.raises(RoleMissing):
        desk.hq.release.acts.confirm(propose(desk).id, "local")
    with pytest.raises(RoleMissing):
        desk.hq.release.acts.reject(1, "不同意", "local")
    desk.hq.release.acts.confirm(1, SECOND)
    one = Proposal(desk.sitting, PROGRAMME, ActKind.WITHDRAW, "存疑", attempts=[key_of(0)])
    act = desk.hq.release.acts.propose(one, "local")
    desk.hq.release.acts.reject(act.id, "再核实", "local")
    desk.hq.branches.set(CODE, "上海", BY)
    with pytest.raises(RoleMissing):
        desk.hq.release.acts.propose(one, "local")


def test_a_result_that_changes_before_the_confirmation_has_to_be_proposed_again(
    desk: Desk, attempts: object
) -> None:
    act = propose(desk)
    send(desk, 1, right_answers(desk), revision=2)
    with pytest.raises(ResultsChanged):
        desk.hq.release.acts.confirm(act.id, SECOND)
    desk.hq.release.acts.reject(act.id, "成绩有变", FIRST)
    released(desk)
    assert told(desk, key_of(1)) == [("released", True)]


def test_an_act_is_decided_once_and_one_waits_at_a_time(desk: Desk, attempts: object) -> None:
    act = propose(desk)
    with pytest.raises(ActPending):
        propose(desk)
    desk.hq.release.acts.confirm(act.id, SECOND)
    for again in (
        lambda: desk.hq.release.acts.confirm(act.id, SECOND),
        lambda: desk.hq.release.acts.reject(act.id, "x", SECOND),
    ):
        with pytest.raises(ActDecided):
            again()
    with pytest.raises(NothingToPublish):
        propose(desk)
    with pytest.raises(NotFound):
        desk.hq.release.acts.confirm(77, SECOND)


def test_answers_without_marks_wait_while_the_others_are_released_with_a_reason(
    desk: Desk,
) -> None:
    seat_people(desk)
    publishers(desk)
    written = next(
        item.id for item in desk.hq.papers.get(desk.sitting).paper.items if not item.type.objective
    )
    send(desk, 0, right_answers(desk))
    send(desk, 1, {written: "一段文字"})
    over(desk)
    with pytest.raises(NotReleasable) as refused:
        propose(desk)
    assert refused.value.params["checks"] == ["marks", "missing"]
    reasons = {"marks": "阅卷未完，其余先行公布", "missing": "考点断网，结果未到"}
    act = propose(desk, accepted=reasons)
    assert act.accepted == reasons
    desk.hq.release.acts.confirm(act.id, SECOND)
    assert told(desk, key_of(0)) == [("released", True)]
    assert told(desk, key_of(1)) == []


def test_during_the_sitting_no_reason_helps(desk: Desk) -> None:
    seat_people(desk)
    publishers(desk)
    send(desk, 0, right_answers(desk))
    with pytest.raises(NotReleasable) as refused:
        propose(desk, accepted=dict.fromkeys(("sitting_over", "missing"), "试试"))
    assert refused.value.params["checks"] == ["sitting_over"]


def test_an_amendment_is_a_new_version_and_names_its_reason(
    desk: Desk, attempts: Sequence[AttemptKey]
) -> None:
    released(desk)
    send(desk, 1, right_answers(desk), revision=2)
    assert desk.hq.release.publications.changed(desk.sitting, PROGRAMME) == [attempts[1]]
    assert told(desk, attempts[1]) == [("released", False)]
    with pytest.raises(ReasonMissing):
        propose(desk, ActKind.AMEND)
    act = propose(desk, ActKind.AMEND, reason="考点补传了答案")
    desk.hq.release.acts.confirm(act.id, SECOND)
    assert told(desk, attempts[1]) == [("released", False), ("amended", True)]
    assert told(desk, attempts[0]) == [("released", True)]


def test_a_withdrawn_result_is_no_longer_told_and_comes_back_by_name_only(
    desk: Desk, attempts: Sequence[AttemptKey]
) -> None:
    released(desk)
    act = propose(desk, ActKind.WITHDRAW, reason="身份存疑", attempts=[attempts[0]])
    desk.hq.release.acts.confirm(act.id, SECOND)
    (_, newest) = desk.hq.release.publications.history(attempts[0])
    assert (newest.kind, newest.total, newest.parts) == (PublicationKind.WITHDRAWN, None, {})
    assert desk.hq.release.publications.passed(desk.sitting, PROGRAMME) == []
    with pytest.raises(NothingToPublish):
        propose(desk, ActKind.AMEND, reason="全部")
    back = propose(desk, ActKind.AMEND, reason="已核实", attempts=[attempts[0]])
    desk.hq.release.acts.confirm(back.id, SECOND)
    assert told(desk, attempts[0])[-1] == ("amended", True)


def test_what_was_never_published_cannot_be_withdrawn(
    desk: Desk, attempts: Sequence[AttemptKey]
) -> None:
    with pytest.raises(NothingToPublish):
        propose(desk, ActKind.WITHDRAW, reason="x", attempts=attempts)


def test_the_audit_log_names_both_people(desk: Desk, attempts: object) -> None:
    released(desk)
    newest = desk.hq.audit_log.newest(2)
    assert [(one.kind, one.who) for one in newest] == [
        ("results_released", SECOND),
        ("release_proposed", FIRST),
    ]
    assert newest[0].data["proposed_by"] == FIRST
    assert CERTIFIED > PUBLISHED

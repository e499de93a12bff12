"""Incidents become rows once, and people judge them: one, two or three, never a machine."""

from datetime import timedelta

import pytest

from sync.hq.core.role_errors import RoleMissing
from sync.hq.core.roles import Grant, Role, Scope
from sync.hq.errors import NotAPerson, NotFound, ReasonMissing, SamePerson, SecondPersonNeeded
from sync.hq.review.errors import ReasonUnknown, RegisteredThem, StepRefused
from sync.hq.review.incident_list import IncidentFilter, Place
from sync.hq.review.incidents import Judgement
from sync.hq.review.states import IncidentState, Outcome
from sync.hq.settings import ReviewSettings
from tests.centres import PASSWORD
from tests.hq.desk import BY, NOW, PROGRAMME, QUICK, open_desk
from tests.hq.review.board import (
    BREACH,
    NOTHING,
    READER,
    REVIEWER,
    SECOND,
    THIRD,
    Board,
    everything,
    incident,
)


def rules(board: Board) -> list[str]:
    page = board.review.incidents.page(IncidentFilter(), None, 50)
    return [one.rule for one in page.incidents]


def test_everything_that_needs_a_judgement_becomes_an_open_incident(board: Board) -> None:
    board.deliver(everything(board))
    found = board.review.incidents.page(IncidentFilter(), None, 50).incidents
    assert {one.rule: one.severity for one in found} == {
        "phone": 2,
        "page_leave": 1,
        "identity_by_staff": 2,
        "voided_at_centre": 4,
    }
    assert all(one.state is IncidentState.OPEN and one.outcome is None for one in found)
    assert len(found) == 5  # two page leaves
    by_hand = next(one for one in found if one.rule == "identity_by_staff")
    assert (by_hand.measured, by_hand.note, by_hand.reported_by) == (0.31, "与证件相符", "chief")


def test_results_are_read_once_and_a_later_bundle_only_adds(board: Board) -> None:
    first = board.bundle([incident("phone")])
    board.deliver(first)
    judged = board.review.incidents.judge(board.only().number, BREACH, REVIEWER)
    more = [incident("phone", evidence=("b" * 64,)), incident("talking", 1)]
    board.deliver(first.model_copy(update={"revision": 2, "incidents": tuple(more)}))
    phone, talking = board.review.incidents.page(IncidentFilter(), None, 50).incidents
    assert (phone.number, phone.state) == (judged.number, IncidentState.SECOND)
    assert phone.evidence == ["b" * 64]
    assert talking.state is IncidentState.OPEN
    assert board.review.collector.behind() == 0
    assert board.review.collector.collect(BY) == 0


def test_an_incident_that_a_later_bundle_lacks_stays_and_says_so(board: Board) -> None:
    first = board.bundle([incident("phone"), incident("book", 1)])
    board.deliver(first)
    board.deliver(first.model_copy(update={"revision": 2, "incidents": (incident("book", 1),)}))
    present = {
        one.rule: one.present
        for one in board.review.incidents.page(IncidentFilter(), None, 50).incidents
    }
    assert (present["phone"], present["book"]) == (False, True)


def plain(board: Board) -> int:
    """An attempt with one incident; its number."""
    board.attempt("phone")
    return board.only().number


def test_a_breach_needs_a_second_person_who_is_an_adjudicator(board: Board) -> None:
    number = plain(board)
    incidents = board.review.incidents
    assert incidents.judge(number, BREACH, REVIEWER).state is IncidentState.SECOND
    with pytest.raises(RoleMissing):
        incidents.judge(number, BREACH, REVIEWER)
    settled = incidents.judge(number, BREACH, SECOND)
    assert (settled.state, settled.outcome, settled.reason) == (
        IncidentState.SETTLED, "breach", "device_used",
    )  # fmt: skip
    with pytest.raises(StepRefused):
        incidents.judge(number, BREACH, THIRD)
    assert [act.by for act in incidents.history(number)] == [REVIEWER, SECOND]


def test_a_disagreement_goes_to_a_third_person(board: Board) -> None:
    number, incidents = plain(board), board.review.incidents
    incidents.judge(number, BREACH, REVIEWER)
    assert incidents.judge(number, NOTHING, SECOND).state is IncidentState.THIRD
    with pytest.raises(SecondPersonNeeded):
        incidents.judge(number, BREACH, SECOND)
    assert incidents.judge(number, NOTHING, THIRD).outcome == "no_breach"


@pytest.mark.parametrize(("share", "state"), [(0.0, "settled"), (1.0, "second")])
def test_a_share_of_what_was_nothing_is_looked_at_again(
    tmp_path_factory: pytest.TempPathFactory, share: float, state: str
) -> None:
    settings = QUICK.model_copy(update={"review": ReviewSettings(second_share=share)})
    desk = open_desk(tmp_path_factory.mktemp("share"), settings)
    board = Board(desk)
    assert board.review.incidents.judge(plain(board), NOTHING, REVIEWER).state == state
    desk.hq.close()


def test_only_a_person_with_the_role_at_this_moment_judges(board: Board) -> None:
    number, incidents = plain(board), board.review.incidents
    for name in (READER, SECOND, "nobody"):
        with pytest.raises(RoleMissing):
            incidents.judge(number, NOTHING, name)
    with pytest.raises(NotAPerson):
        incidents.judge(number, NOTHING, "command-line:root")
    board.desk.hq.grants.withdraw(REVIEWER, Grant(Role.REVIEWER), BY)
    with pytest.raises(RoleMissing):
        incidents.judge(number, NOTHING, REVIEWER)
    assert incidents.get(number).state is IncidentState.OPEN


def test_an_account_that_the_first_judge_manages_is_no_second_person(board: Board) -> None:
    number, incidents = plain(board), board.review.incidents
    board.desk.hq.grants.give(REVIEWER, Grant(Role.ADMINISTRATOR), BY)
    board.desk.hq.accounts.create("puppet", PASSWORD, REVIEWER, [Grant(Role.ADJUDICATOR)])
    incidents.judge(number, BREACH, REVIEWER)
    with pytest.raises(SamePerson):
        incidents.judge(number, BREACH, "puppet")


def test_who_registered_a_candidate_is_no_second_person(board: Board) -> None:
    number, incidents = plain(board), board.review.incidents
    candidate = incidents.get(number).candidate_id
    board.desk.hq.lives.correct(candidate, {"name": "考生二"}, "改名", SECOND)
    incidents.judge(number, BREACH, REVIEWER)
    with pytest.raises(RegisteredThem):
        incidents.judge(number, BREACH, SECOND)


def test_a_reason_must_fit_its_outcome(board: Board) -> None:
    number = plain(board)
    for outcome, reason in ((Outcome.BREACH, "light"), (Outcome.NO_BREACH, "unheard_of")):
        with pytest.raises(ReasonUnknown):
            board.review.incidents.judge(number, Judgement(outcome, reason), REVIEWER)


def test_two_people_at_once_do_not_judge_over_each_other(board: Board) -> None:
    number, incidents = plain(board), board.review.incidents
    seen = Judgement(Outcome.BREACH, "device_used", seen=0)
    incidents.judge(number, seen, REVIEWER)
    with pytest.raises(StepRefused):
        incidents.judge(number, seen, SECOND)


def test_a_first_judgement_is_undone_by_who_made_it(board: Board) -> None:
    number, incidents = plain(board), board.review.incidents
    incidents.judge(number, BREACH, REVIEWER)
    assert incidents.undo(number, REVIEWER).state is IncidentState.OPEN
    incidents.judge(number, BREACH, REVIEWER)
    incidents.judge(number, BREACH, SECOND)
    with pytest.raises(StepRefused):
        incidents.undo(number, REVIEWER)


def test_a_settled_incident_is_opened_again_with_a_reason(board: Board) -> None:
    number, incidents = plain(board), board.review.incidents
    with pytest.raises(StepRefused):
        incidents.reopen(number, "neue", SECOND)
    incidents.judge(number, BREACH, REVIEWER)
    incidents.judge(number, BREACH, SECOND)
    with pytest.raises(ReasonMissing):
        incidents.reopen(number, " ", SECOND)
    assert incidents.reopen(number, "新证据", SECOND).state is IncidentState.OPEN
    assert len(incidents.history(number)) == 3


def test_lists_are_filtered_and_paged_both_ways(board: Board) -> None:
    names = ["phone", "book", "talking", "nobody", "covered"]
    board.deliver(board.bundle([incident(rule, n) for n, rule in enumerate(names)]))
    incidents, everybody = board.review.incidents, Scope(frozenset({Grant(Role.REVIEWER)}))
    shown = [one.rule for one in incidents.page(IncidentFilter(), everybody, 9).incidents]
    assert shown == names
    rule = IncidentFilter(rule="talking")
    assert [one.rule for one in incidents.page(rule, everybody, 9).incidents] == ["talking"]
    severe = IncidentFilter(severity=3, until=NOW + timedelta(minutes=5))
    assert [one.rule for one in incidents.page(severe, everybody, 9).incidents] == ["talking"]
    first = incidents.page(IncidentFilter(), everybody, 2)
    second = incidents.page(IncidentFilter(), everybody, 2, after=first.after)
    back = incidents.page(IncidentFilter(), everybody, 2, before=second.before)
    assert first.before is None
    assert back.incidents == first.incidents
    assert {one.number for one in first.incidents}.isdisjoint(
        one.number for one in second.incidents
    )


@pytest.mark.parametrize(
    "grant",
    [Grant(Role.REVIEWER, "another-programme"), Grant(Role.REVIEWER, branch="上海")],
)
def test_a_list_shows_only_what_the_roles_cover(board: Board, grant: Grant) -> None:
    number = plain(board)
    assert board.review.incidents.count(IncidentFilter(), Scope(frozenset({grant}))) == 0
    mine = Scope(frozenset({Grant(Role.REVIEWER, PROGRAMME)}))
    assert board.review.incidents.count(IncidentFilter(), mine) > 0
    board.desk.hq.accounts.create("other", PASSWORD, BY)
    board.desk.hq.grants.give("other", Grant(Role.REVIEWER, branch=grant.branch or "x"), BY)
    with pytest.raises(RoleMissing):
        board.review.incidents.judge(number, NOTHING, "other")


@pytest.mark.parametrize("text", ["", "x", "2026-01-01_1", "2026-01-01T00:00:00+00:00_-1", "_"])
def test_a_place_that_nobody_wrote_is_none(text: str) -> None:
    assert Place.parse(text) is None


def test_what_does_not_exist_is_not_found(board: Board) -> None:
    with pytest.raises(NotFound):
        board.review.incidents.judge(99, NOTHING, REVIEWER)

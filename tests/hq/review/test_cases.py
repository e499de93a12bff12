"""A case goes by steps, each by name; two people decide, two others hear the appeal."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from kiosk.exam.items.item import AnswerValue
from sync.hq.core.role_errors import RoleMissing
from sync.hq.core.roles import Grant, Role
from sync.hq.errors import NotAPerson, NotFound, ReasonMissing, SamePerson, SecondPersonNeeded
from sync.hq.persistence.result_tables import result_decisions, result_versions
from sync.hq.review.bans import BanFilter
from sync.hq.review.case_rows import CaseView, Origin
from sync.hq.review.case_states import CaseState, CaseStep
from sync.hq.review.cases import CaseFilter
from sync.hq.review.errors import (
    AppealTooLate,
    CaseOpen,
    HearingRuns,
    ReasonUnknown,
    RegisteredThem,
    SanctionUnusable,
    StepRefused,
)
from sync.hq.review.programme_parts import voidable
from sync.hq.review.sanctions import AppealOutcome, CaseOutcome, Sanction
from sync.hq.review.steps import Said
from tests.hq.desk import BY, NOW, Desk
from tests.hq.review.board import (
    FIFTH,
    FOURTH,
    READER,
    REVIEWER,
    SECOND,
    THIRD,
    VOID,
    Board,
    incident,
)

BAN = Sanction(CaseOutcome.BAN, "impersonation", months=36)
WHY = Said("理由")


def result(board: Board) -> tuple[str, bool | None, str | None]:
    """Status, passed and total of the only result."""
    (found,) = board.desk.hq.results.results().entries
    return found["status"], found["passed"], found["total"]


def sheets(board: Board) -> list[str]:
    """The digests of all versions of the only result."""
    query = select(result_versions.c.digest).order_by(result_versions.c.version)
    with board.desk.hq.storage.database.read() as connection:
        return list(connection.execute(query).scalars())


def appealed(board: Board, sanction: Sanction = VOID) -> CaseView:
    """A decided case with an appeal."""
    case = board.decided(sanction)
    return board.review.decisions.appeal(case.id, Said("不服"), REVIEWER)


def test_a_void_result_is_decided_by_two_people_and_computed_again(board: Board) -> None:
    board.attempt("phone")
    before = result(board)
    case = board.decided(key=None)
    assert (case.state, case.outcome) == (CaseState.DECIDED, "result_void")
    assert result(board)[:2] == ("void", False)
    assert before[0] != "void"
    with board.desk.hq.storage.database.read() as connection:
        row = connection.execute(select(result_decisions)).mappings().one()
    assert (row["kind"], row["by"], row["second"], row["case_id"]) == (
        "voided", REVIEWER, SECOND, case.id,
    )  # fmt: skip


def test_an_appeal_that_restores_gives_back_the_same_bytes(board: Board) -> None:
    case = appealed(board, BAN)
    decisions = board.review.decisions
    decisions.propose_appeal(case.id, AppealOutcome.RESTORED, None, WHY, THIRD)
    closed = board.decide(case, FOURTH)
    assert (closed.state, closed.outcome) == (CaseState.CLOSED, "no_breach")
    first, voided, restored = sheets(board)
    assert first == restored != voided
    assert [ban.state(NOW) for ban in board.review.bans.page(BanFilter(), None, 0, 9)] == ["lifted"]


def test_an_appeal_can_make_it_lighter_and_never_heavier(board: Board) -> None:
    case = appealed(board, BAN)
    decisions = board.review.decisions
    lighter = Sanction(CaseOutcome.BAN, "impersonation", months=12)
    decisions.propose_appeal(case.id, AppealOutcome.CHANGED, lighter, WHY, THIRD)
    board.decide(case, FOURTH)
    bans = board.review.bans.page(BanFilter(), None, 0, 9)
    assert sorted(ban.state(NOW) for ban in bans) == ["lifted", "running"]
    running = next(ban for ban in bans if ban.lifted_at is None)
    assert (running.starts_at, running.until.year) == (NOW, NOW.year + 1)
    assert result(board)[0] == "void"


def test_an_appeal_that_is_dismissed_changes_nothing(board: Board) -> None:
    case = appealed(board)
    board.review.decisions.propose_appeal(case.id, AppealOutcome.UPHELD, None, WHY, THIRD)
    assert board.decide(case, FOURTH).outcome == "result_void"
    assert len(sheets(board)) == 2


def test_nobody_decides_twice_and_deciders_do_not_hear_the_appeal(board: Board) -> None:
    case = board.heard()
    decisions, restored = board.review.decisions, AppealOutcome.RESTORED
    board.desk.hq.grants.give(REVIEWER, Grant(Role.ADJUDICATOR), BY)
    decisions.propose(case.id, VOID, WHY, REVIEWER)
    with pytest.raises(SecondPersonNeeded):
        board.decide(case, REVIEWER)
    board.decide(case, SECOND)
    decisions.appeal(case.id, Said("不服"), REVIEWER)
    for name in (REVIEWER, SECOND):
        with pytest.raises(SecondPersonNeeded):
            decisions.propose_appeal(case.id, restored, None, WHY, name)
    decisions.propose_appeal(case.id, restored, None, WHY, THIRD)
    for name in (REVIEWER, SECOND, THIRD):
        with pytest.raises(SecondPersonNeeded):
            board.decide(case, name)
    assert board.decide(case, FOURTH).state is CaseState.CLOSED


def test_accounts_that_one_person_manages_do_not_decide_together(board: Board) -> None:
    hq = board.desk.hq
    hq.grants.give(THIRD, Grant(Role.ADMINISTRATOR), BY)
    for name in ("a1", "a2"):
        hq.accounts.create(name, "a good long password", THIRD, [Grant(Role.ADJUDICATOR)])
    case = board.heard()
    board.review.decisions.propose(case.id, VOID, WHY, "a1")
    with pytest.raises(SamePerson):
        board.decide(case, "a2")


def test_who_registered_the_candidate_proposes_and_decides_nothing(board: Board) -> None:
    case = board.heard()
    board.desk.hq.lives.correct(case.candidate_id, {"name": "考生二"}, "改名", SECOND)
    with pytest.raises(RegisteredThem):
        board.review.decisions.propose(case.id, VOID, WHY, SECOND)
    board.review.decisions.propose(case.id, VOID, WHY, REVIEWER)
    with pytest.raises(RegisteredThem):
        board.decide(case, SECOND)


def test_a_role_that_is_lost_meanwhile_decides_nothing(board: Board) -> None:
    case = board.heard()
    board.review.decisions.propose(case.id, VOID, WHY, REVIEWER)
    board.desk.hq.grants.withdraw(SECOND, Grant(Role.ADJUDICATOR), BY)
    with pytest.raises(RoleMissing):
        board.decide(case, SECOND)
    with pytest.raises(NotAPerson):
        board.decide(case, "command-line:root")
    assert board.review.cases.get(case.id).state is CaseState.PROPOSED
    assert len(sheets(board)) == 1


def test_auditors_read_and_change_nothing(board: Board) -> None:
    case = board.heard()
    with pytest.raises(RoleMissing):
        board.review.decisions.propose(case.id, VOID, WHY, READER)
    with pytest.raises(RoleMissing):
        board.review.cases.add_evidence(case.id, WHY, READER)


def test_nothing_is_proposed_before_the_candidate_was_heard(board: Board) -> None:
    case = board.case()
    board.review.cases.notify(case.id, Said(), REVIEWER)
    with pytest.raises(HearingRuns):
        board.review.decisions.propose(case.id, VOID, WHY, REVIEWER)
    board.desk.clock.pass_time(6 * 24 * 3600)
    proposed = board.review.decisions.propose(case.id, VOID, WHY, REVIEWER)
    assert proposed.state is CaseState.PROPOSED


def test_the_second_person_confirms_only_what_the_page_showed(board: Board) -> None:
    case = board.heard()
    decisions = board.review.decisions
    decisions.propose(case.id, VOID, WHY, REVIEWER)
    seen = len(board.review.cases.acts(case.id))
    decisions.return_(case.id, WHY, SECOND)
    decisions.propose(case.id, BAN, WHY, REVIEWER)
    with pytest.raises(StepRefused):
        decisions.decide(case.id, seen, SECOND)
    assert result(board)[0] != "void"


def test_void_parts_give_no_points_and_the_rest_counts(board: Board) -> None:
    key = board.deliver(board.bundle([incident()], answers=_right(board.desk)))
    before = board.desk.hq.results.results().entries[0]["parts"]
    assert any(float(points) for points in before.values())
    part = next(name for name, points in before.items() if float(points))
    board.decided(Sanction(CaseOutcome.PART_VOID, "talked", parts=(part,)), key)
    entry = board.desk.hq.results.results().entries[0]
    assert entry["status"] != "void"
    assert float(entry["parts"][part]) == 0
    others = {name: points for name, points in before.items() if name != part}
    assert {name: entry["parts"][name] for name in others} == others


def test_parts_that_the_paper_lacks_are_neither_offered_nor_taken(board: Board) -> None:
    key = board.deliver(board.bundle([incident()], answers=_right(board.desk)))
    case = board.heard(key)
    version = board.desk.hq.results.versions(key)[0]
    there = {*version.sheet.parts, *version.sheet.subjects}
    offered = {part for part, _name in board.review.decisions.voidable(key)}
    programme = board.review.attempts.facts(key).programme
    assert programme is not None
    lacking = {part for part, _name in voidable(programme)} - there
    assert offered == {part for part, _name in voidable(programme)} & there
    for part in ("none", *lacking):
        wrong = Sanction(CaseOutcome.PART_VOID, "talked", parts=(part,))
        with pytest.raises(SanctionUnusable):
            board.review.decisions.propose(case.id, wrong, Said("x"), REVIEWER)


def _right(desk: Desk) -> dict[str, AnswerValue]:
    """All right answers to items with a key."""
    schemes = desk.hq.papers.get(desk.sitting, "A").schemes
    keys = {item: scheme.key for item, scheme in schemes.items() if scheme.key}
    return {item: key[0] if len(key) == 1 else list(key) for item, key in keys.items()}


def test_a_result_that_the_centre_voided_comes_back_if_nothing_is_found(board: Board) -> None:
    key = board.deliver(board.bundle([incident()], voided=True))
    assert result(board)[0] == "void"
    case = board.case(key)
    nothing = Sanction(CaseOutcome.NO_BREACH)
    board.review.decisions.propose(case.id, nothing, WHY, REVIEWER)
    assert board.decide(case, SECOND).state is CaseState.CLOSED
    assert result(board)[0] != "void"


def test_an_appeal_undoes_only_its_own_case(board: Board) -> None:
    first = appealed(board)
    decisions = board.review.decisions
    decisions.propose_appeal(first.id, AppealOutcome.UPHELD, None, WHY, THIRD)
    board.decide(first, FOURTH)
    second = board.decided(key=first.key)
    decisions.appeal(second.id, Said("不服"), REVIEWER)
    decisions.propose_appeal(second.id, AppealOutcome.RESTORED, None, WHY, FIFTH)
    board.decide(second, THIRD)
    assert result(board)[0] == "void"


def test_an_attempt_has_one_open_case(board: Board) -> None:
    case = board.case()
    with pytest.raises(CaseOpen) as caught:
        board.review.cases.open(case.key, Origin.BY_HAND, WHY, REVIEWER)
    assert case.name in str(caught.value)


def test_a_case_needs_grounds_an_attempt_and_its_own_incidents(board: Board) -> None:
    key = board.attempt("phone")
    cases = board.review.cases
    with pytest.raises(ReasonMissing):
        cases.open(key, Origin.BY_HAND, Said(" "), REVIEWER)
    with pytest.raises(NotFound):
        cases.open(key, Origin.INCIDENTS, WHY, REVIEWER, [999])
    with pytest.raises(NotFound):
        cases.open(key._replace(attempt_id="NONE"), Origin.BY_HAND, WHY, REVIEWER)


def test_a_breach_needs_a_reason_from_the_list(board: Board) -> None:
    case = board.heard()
    for reason in ("", "light"):
        with pytest.raises(ReasonUnknown):
            board.review.decisions.propose(
                case.id, Sanction(CaseOutcome.WARNING, reason), WHY, REVIEWER
            )


def test_an_appeal_is_recorded_by_the_day_it_came_in(board: Board) -> None:
    case = board.decided()
    review, clock = board.review, board.desk.clock
    with pytest.raises(StepRefused):
        review.decisions.deliver(case.id, Said("邮寄"), REVIEWER)
    review.letters.make(case.id, "decision", REVIEWER)
    delivered = review.decisions.deliver(case.id, Said("邮寄"), REVIEWER)
    assert delivered.until == clock.now() + timedelta(days=60)
    came_in = clock.now() + timedelta(days=59)
    clock.pass_time(61 * 24 * 3600)
    with pytest.raises(AppealTooLate):
        review.decisions.appeal(case.id, Said("不服"), REVIEWER)
    late = review.decisions.appeal(case.id, Said("不服"), REVIEWER, came_in)
    assert late.state is CaseState.APPEALED


def test_every_step_is_in_the_audit_log_by_name_and_without_words(board: Board) -> None:
    case = appealed(board)
    log = [one for one in board.desk.hq.audit_log.newest() if one.data.get("case") == case.id]
    steps = [one.data["step"] for one in reversed(log) if one.kind == "case_step"]
    assert steps == [
        step.value
        for step in (CaseStep.OPENED, CaseStep.NOTIFIED, CaseStep.STATEMENT, CaseStep.PROPOSED,
                     CaseStep.DECIDED, CaseStep.APPEALED)
    ]  # fmt: skip
    assert "手机" not in str([one.data for one in log])


def test_cases_are_listed_newest_first_and_filtered(board: Board) -> None:
    case = board.decided()
    cases = board.review.cases
    assert [one.id for one in cases.page(CaseFilter(), None, 5)] == [case.id]
    assert cases.page(CaseFilter(state=CaseState.OPEN), None, 5) == []
    assert cases.page(CaseFilter(text="ZZ"), None, 5) == []
    assert cases.page(CaseFilter(), None, 5, before=case.number) == []

"""False alarms of one cause are settled together, with exceptions, and can be taken back."""

from datetime import timedelta

import pytest

from sync.hq.core.roles import Grant, Role, Scope
from sync.hq.errors import NotAPerson, NotFound
from sync.hq.review.bulk import Batch
from sync.hq.review.errors import ReasonUnknown, StepRefused
from sync.hq.review.incident_list import IncidentFilter
from sync.hq.review.states import IncidentState
from sync.hq.settings import ReviewSettings
from tests.hq.desk import BY, NOW, QUICK, open_desk
from tests.hq.review.board import BREACH, REVIEWER, SECOND, Board, incident


@pytest.fixture
def board(tmp_path_factory: pytest.TempPathFactory) -> object:
    """A board that looks at nothing twice unless it has to, and three seats with incidents."""
    settings = QUICK.model_copy(update={"review": ReviewSettings(second_share=0)})
    desk = open_desk(tmp_path_factory.mktemp("bulk"), settings)
    board = Board(desk)
    board.more_candidates(2)
    for seat in range(3):
        rules = [incident("frozen"), incident("nobody", 1), incident("frozen", 30)]
        board.deliver(board.bundle(rules, seat))
    yield board
    desk.hq.close()


FROZEN = IncidentFilter(rule="frozen", since=NOW, until=NOW + timedelta(minutes=10))


def settle(board: Board, without: int = 0, by: str = REVIEWER) -> Batch:
    shown = board.review.bulk.preview(FROZEN, None).incidents
    numbers = [one.number for one in shown][without:]
    return board.review.bulk.settle(FROZEN, numbers, "overloaded_room", "服务器过载", by)


def states(board: Board) -> list[str]:
    every = board.review.incidents.page(IncidentFilter(), None, 99).incidents
    return [f"{one.rule} {one.state.value}" for one in every]


def test_what_fits_is_settled_and_nothing_else(board: Board) -> None:
    assert len(board.review.bulk.preview(FROZEN, None).incidents) == 3
    batch = settle(board, without=1)
    assert (batch.incidents, batch.by, batch.criteria["rule"]) == (2, REVIEWER, "frozen")
    assert states(board).count("frozen settled") == 2
    assert states(board).count("frozen open") == 4
    assert states(board).count("nobody open") == 3


def test_numbers_that_do_not_fit_the_criteria_are_left_alone(board: Board) -> None:
    everything = range(1, 10)
    batch = board.review.bulk.settle(FROZEN, everything, "overloaded_room", "", REVIEWER)
    assert batch.incidents == 3
    assert states(board).count("nobody open") == 3


def test_a_batch_is_taken_back_except_what_others_have_judged(board: Board) -> None:
    batch = settle(board)
    first = board.review.bulk.preview(IncidentFilter(rule="nobody"), None).incidents[0]
    board.review.incidents.judge(first.number, BREACH, REVIEWER)
    settled = board.review.incidents.page(
        IncidentFilter(state=IncidentState.SETTLED), None, 9
    ).incidents
    board.review.incidents.reopen(settled[0].number, "再看一次", SECOND)
    undone = board.review.bulk.undo(batch.id, REVIEWER)
    assert (undone.undone, undone.undone_by) == (2, REVIEWER)
    assert states(board).count("frozen open") == 6
    assert states(board).count("nobody second") == 1
    with pytest.raises(StepRefused):
        board.review.bulk.undo(batch.id, REVIEWER)


def test_a_share_waits_for_a_second_person_and_can_still_be_taken_back(board: Board) -> None:
    desk = board.desk
    settings = desk.hq.settings.model_copy(update={"review": ReviewSettings(second_share=1)})
    object.__setattr__(board.review.bulk._context, "settings", settings)
    batch = settle(board)
    assert states(board).count("frozen second") == 3
    assert board.review.bulk.undo(batch.id, REVIEWER).undone == 3
    assert states(board).count("frozen open") == 6


def test_only_a_reason_of_a_false_alarm_is_settled_together(board: Board) -> None:
    for reason in ("device_used", "small_fault", "unheard_of"):
        with pytest.raises(ReasonUnknown):
            board.review.bulk.settle(FROZEN, [1], reason, "", REVIEWER)


def test_nothing_beyond_ones_rights_is_settled(board: Board) -> None:
    with pytest.raises(StepRefused):
        settle(board, by=SECOND)
    with pytest.raises(NotAPerson):
        settle(board, by="command-line:root")
    board.desk.hq.grants.withdraw(REVIEWER, Grant(Role.REVIEWER), BY)
    with pytest.raises(StepRefused):
        settle(board)
    assert set(states(board)) == {"frozen open", "nobody open"}


def test_an_unknown_batch_is_not_found(board: Board) -> None:
    with pytest.raises(NotFound):
        board.review.bulk.undo("none", REVIEWER)


def test_batches_of_other_branches_are_not_listed(board: Board) -> None:
    settle(board)
    here = Scope(frozenset([Grant(Role.REVIEWER)]))
    elsewhere = Scope(frozenset([Grant(Role.REVIEWER, branch="elsewhere")]))
    assert len(board.review.bulk.batches(here)) == 1
    assert board.review.bulk.batches(elsewhere) == []

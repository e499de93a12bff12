"""An attempt moves only along its lawful steps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.exam.attempt.states import (
    NOT_SAT,
    OVER,
    REOPENABLE,
    AttemptState,
    EndReason,
    can_become,
    end_at_close,
    require_in_progress,
    require_step,
)
from kiosk.exam.errors import AttemptEnded, AttemptNotStarted, AttemptPaused, IllegalTransition
from kiosk.exam.identity.outcomes import CheckIn

STATES = st.sampled_from(AttemptState)


@given(STATES, STATES)
def test_a_step_is_refused_exactly_when_it_is_not_lawful(
    state: AttemptState, target: AttemptState
) -> None:
    if can_become(state, target):
        require_step(state, target)
    else:
        with pytest.raises(IllegalTransition):
            require_step(state, target)


def test_only_voiding_or_staff_who_take_it_back_follow_the_end() -> None:
    after = {t for t in AttemptState if can_become(AttemptState.ENDED, t)}
    assert after == {AttemptState.VOIDED, AttemptState.PAUSED, AttemptState.REGISTERED}
    assert {EndReason.RULE, EndReason.STAFF} == REOPENABLE
    assert not REOPENABLE & NOT_SAT


def test_only_who_never_signed_in_is_absent_when_the_sitting_closes() -> None:
    ends = {state: end_at_close(state, CheckIn.STAFF) for state in set(AttemptState) - OVER}
    assert {state for state, end in ends.items() if end is EndReason.ABSENT} == {
        AttemptState.REGISTERED
    }
    assert ends[AttemptState.CHECKED_IN] is ends[AttemptState.READY] is EndReason.NOT_BEGUN
    assert end_at_close(AttemptState.CHECKED_IN, CheckIn.REFUSED) is EndReason.NOT_ADMITTED


def test_nothing_follows_voiding() -> None:
    assert not [t for t in AttemptState if can_become(AttemptState.VOIDED, t)]


@given(st.lists(STATES, max_size=12))
def test_no_way_leads_into_the_exam_but_through_check_in(wanted: list[AttemptState]) -> None:
    state, been = AttemptState.REGISTERED, [AttemptState.REGISTERED]
    for target in wanted:
        if can_become(state, target):
            state = target
            been.append(target)
    if AttemptState.IN_PROGRESS in been:
        before = been[: been.index(AttemptState.IN_PROGRESS)]
        assert AttemptState.READY in before or (EndReason.RULE in REOPENABLE and OVER & set(before))


def test_an_ended_attempt_says_so() -> None:
    with pytest.raises(AttemptEnded):
        require_step(AttemptState.ENDED, AttemptState.IN_PROGRESS)


@pytest.mark.parametrize(
    ("state", "error"),
    [
        (AttemptState.REGISTERED, AttemptNotStarted),
        (AttemptState.READY, AttemptNotStarted),
        (AttemptState.PAUSED, AttemptPaused),
        (AttemptState.ENDED, AttemptEnded),
        (AttemptState.VOIDED, AttemptEnded),
    ],
)
def test_answers_are_taken_only_in_progress(
    state: AttemptState, error: type[IllegalTransition]
) -> None:
    with pytest.raises(error):
        require_in_progress(state)

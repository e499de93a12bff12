"""An attempt moves only along its lawful steps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.exam.attempt import AttemptState, can_become, require_in_progress, require_step
from kiosk.exam.errors import AttemptEnded, AttemptNotStarted, IllegalTransition

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


def test_nothing_but_voiding_follows_the_end() -> None:
    assert [t for t in AttemptState if can_become(AttemptState.ENDED, t)] == [AttemptState.VOIDED]


def test_an_ended_attempt_says_so() -> None:
    with pytest.raises(AttemptEnded):
        require_step(AttemptState.ENDED, AttemptState.IN_PROGRESS)


@pytest.mark.parametrize(
    ("state", "error"),
    [
        (AttemptState.REGISTERED, AttemptNotStarted),
        (AttemptState.READY, AttemptNotStarted),
        (AttemptState.ENDED, AttemptEnded),
        (AttemptState.VOIDED, AttemptEnded),
    ],
)
def test_answers_are_taken_only_in_progress(
    state: AttemptState, error: type[IllegalTransition]
) -> None:
    with pytest.raises(error):
        require_in_progress(state)

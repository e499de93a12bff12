"""The states of an attempt and the steps between them.

registered → checked_in → ready → in_progress → ended → voided

``checked_in``: the candidate has signed in at a terminal and waits for verification.
``ready``: face or staff have confirmed who it is. An absent candidate ends from ``registered``.
"""

from enum import StrEnum

from kiosk.exam.errors import AttemptEnded, AttemptNotStarted, IllegalTransition


class AttemptState(StrEnum):
    """Where an attempt stands."""

    REGISTERED = "registered"
    CHECKED_IN = "checked_in"
    READY = "ready"
    IN_PROGRESS = "in_progress"
    ENDED = "ended"
    VOIDED = "voided"


class EndReason(StrEnum):
    """Why an attempt ended."""

    HANDED_IN = "handed_in"
    TIME_OUT = "time_out"
    RULE = "rule"
    STAFF = "staff"
    ABSENT = "absent"


_STEPS = {
    AttemptState.REGISTERED: {AttemptState.CHECKED_IN, AttemptState.ENDED},
    AttemptState.CHECKED_IN: {AttemptState.READY, AttemptState.ENDED},
    AttemptState.READY: {AttemptState.IN_PROGRESS, AttemptState.CHECKED_IN, AttemptState.ENDED},
    AttemptState.IN_PROGRESS: {AttemptState.ENDED},
    AttemptState.ENDED: {AttemptState.VOIDED},
    AttemptState.VOIDED: set(),
}


def can_become(state: AttemptState, target: AttemptState) -> bool:
    """Whether the step is lawful."""
    return target in _STEPS[state]


def require_step(state: AttemptState, target: AttemptState) -> None:
    """Raise :class:`IllegalTransition` unless ``state`` may become ``target``."""
    if state in (AttemptState.ENDED, AttemptState.VOIDED) and target is not AttemptState.VOIDED:
        raise AttemptEnded(state=state, target=target)
    if not can_become(state, target):
        raise IllegalTransition(state=state, target=target)


def require_in_progress(state: AttemptState) -> None:
    """Raise unless answers, frames and conduct of the exam may be taken now."""
    if state in (AttemptState.ENDED, AttemptState.VOIDED):
        raise AttemptEnded(state=state, target=AttemptState.IN_PROGRESS)
    if state is not AttemptState.IN_PROGRESS:
        raise AttemptNotStarted(state=state, target=AttemptState.IN_PROGRESS)

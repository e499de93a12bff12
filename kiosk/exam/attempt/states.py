"""The states of an attempt and the transitions between them.

registered → checked_in → ready → in_progress ⇄ paused → ended → voided

``checked_in``: the candidate has signed in at a terminal and waits for the identity check.
``ready``: face check or staff have confirmed the identity; back to ``checked_in`` when staff see
something that has to come off first. An absent candidate's attempt ends from ``registered``.
``paused``: the paper is hidden and the clock stops; the lost time is returned as a time credit.
From ``ended`` staff may return to ``paused`` when a rule or a person ended the attempt wrongly,
and to ``registered`` when it ended before it began. ``checked_in`` and ``ready`` return to
``registered`` when staff undo a sign-in.
"""

from enum import StrEnum

from kiosk.exam.errors import AttemptEnded, AttemptNotStarted, AttemptPaused, IllegalTransition
from kiosk.exam.identity.outcomes import CheckIn


class AttemptState(StrEnum):
    """The state of an attempt; the module docstring draws the transitions."""

    REGISTERED = "registered"
    CHECKED_IN = "checked_in"
    READY = "ready"
    IN_PROGRESS = "in_progress"
    PAUSED = "paused"
    ENDED = "ended"
    VOIDED = "voided"


class EndReason(StrEnum):
    """Why an attempt ended. ``stopped``: the whole sitting was stopped and has to be rescheduled.

    Before the start: ``absent`` (never signed in), ``not_admitted`` (came, but was refused),
    ``withdrawn`` (gave up), ``not_begun`` (was still waiting when the sitting closed).
    """

    HANDED_IN = "handed_in"
    TIME_OUT = "time_out"
    RULE = "rule"
    STAFF = "staff"
    ABSENT = "absent"
    NOT_ADMITTED = "not_admitted"
    WITHDRAWN = "withdrawn"
    NOT_BEGUN = "not_begun"
    STOPPED = "stopped"


class PauseReason(StrEnum):
    """Why an attempt is paused.

    ``room``: the whole room is paused. ``staff``: staff paused it. ``held``: a rule paused it
    until staff decide. ``reopened``: staff reversed its end. ``returned``: the candidate came
    back after an absence and staff check the identity first.
    """

    ROOM = "room"
    STAFF = "staff"
    HELD = "held"
    REOPENED = "reopened"
    RETURNED = "returned"


_STEPS = {
    AttemptState.REGISTERED: {AttemptState.CHECKED_IN, AttemptState.ENDED},
    AttemptState.CHECKED_IN: {AttemptState.READY, AttemptState.REGISTERED, AttemptState.ENDED},
    AttemptState.READY: {
        AttemptState.IN_PROGRESS,
        AttemptState.CHECKED_IN,
        AttemptState.REGISTERED,
        AttemptState.ENDED,
    },
    AttemptState.IN_PROGRESS: {AttemptState.PAUSED, AttemptState.ENDED},
    AttemptState.PAUSED: {AttemptState.IN_PROGRESS, AttemptState.ENDED},
    # Reopened attempts return paused, so that their clock starts only when staff resume them.
    AttemptState.ENDED: {AttemptState.PAUSED, AttemptState.REGISTERED, AttemptState.VOIDED},
    AttemptState.VOIDED: set(),
}

OVER = frozenset({AttemptState.ENDED, AttemptState.VOIDED})
"""States in which the server accepts nothing more from the candidate."""

SITTING = frozenset({AttemptState.IN_PROGRESS, AttemptState.PAUSED})
"""States between start and end."""

REOPENABLE = frozenset({EndReason.RULE, EndReason.STAFF})
"""Ends that staff may reverse; handing in and running out of time are final."""

BEFORE = frozenset({AttemptState.REGISTERED, AttemptState.CHECKED_IN, AttemptState.READY})
"""States before the start."""

NOT_SAT = frozenset(
    {EndReason.ABSENT, EndReason.NOT_ADMITTED, EndReason.WITHDRAWN, EndReason.NOT_BEGUN}
)
"""Ends before the start. Staff may set any of them, and reverse it while the sitting is open."""


def end_at_close(state: AttemptState, check_in: CheckIn) -> EndReason:
    """Return why an attempt in this state ends when its sitting closes.

    ``check_in``: the outcome of the last identity check.
    """
    if state in SITTING:
        return EndReason.STAFF
    if state is AttemptState.REGISTERED:
        return EndReason.ABSENT
    return EndReason.NOT_ADMITTED if check_in is CheckIn.REFUSED else EndReason.NOT_BEGUN


def can_become(state: AttemptState, target: AttemptState) -> bool:
    return target in _STEPS[state]


def require_step(state: AttemptState, target: AttemptState) -> None:
    """Reject a transition that the table does not allow.

    Raises:
        AttemptEnded: the attempt is over.
        IllegalTransition: any other transition that is not allowed.
    """
    if can_become(state, target):
        return
    if state in OVER:
        raise AttemptEnded(state=state, target=target)
    raise IllegalTransition(state=state, target=target)


def require_in_progress(state: AttemptState) -> None:
    """Reject answers, frames and page leaves outside the exam.

    Raises:
        AttemptEnded: the attempt is over.
        AttemptPaused: it is paused; the page may send again afterwards.
        AttemptNotStarted: it has not started.
    """
    if state in OVER:
        raise AttemptEnded(state=state, target=AttemptState.IN_PROGRESS)
    if state is AttemptState.PAUSED:
        raise AttemptPaused(state=state, target=AttemptState.IN_PROGRESS)
    if state is not AttemptState.IN_PROGRESS:
        raise AttemptNotStarted(state=state, target=AttemptState.IN_PROGRESS)

"""The states of an attempt and the steps between them.

registered → checked_in → ready → in_progress ⇄ paused → ended → voided

``checked_in``: the candidate has signed in at a terminal and waits for verification.
``ready``: face or staff have confirmed who it is; back to ``checked_in`` when staff see something
that has to come off first. An absent candidate ends from ``registered``.
``paused``: the paper is shut and the clock stands; the time comes back as a credit. From
``ended`` staff may go back to ``paused`` when a rule or a person ended the attempt wrongly, and
to ``registered`` when it ended before it began. ``checked_in`` and ``ready`` go back to
``registered`` when staff undo a sign-in.
"""

from enum import StrEnum

from kiosk.exam.errors import AttemptEnded, AttemptNotStarted, AttemptPaused, IllegalTransition
from kiosk.exam.identity.outcomes import CheckIn


class AttemptState(StrEnum):
    """Where an attempt stands."""

    REGISTERED = "registered"
    CHECKED_IN = "checked_in"
    READY = "ready"
    IN_PROGRESS = "in_progress"
    PAUSED = "paused"
    ENDED = "ended"
    VOIDED = "voided"


class EndReason(StrEnum):
    """Why an attempt ended. ``stopped``: the whole sitting was, and is to be sat again.

    Before it began: ``absent`` (never signed in), ``not_admitted`` (came, but was refused),
    ``withdrawn`` (gave up), ``not_begun`` (was there and waited when the sitting closed).
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
    """Why an attempt is paused: the room is, staff wanted it, a rule holds it for them, staff took
    back an end, or somebody came back whom staff have to look at first."""

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
    AttemptState.ENDED: {AttemptState.PAUSED, AttemptState.REGISTERED, AttemptState.VOIDED},
    AttemptState.VOIDED: set(),
}

OVER = frozenset({AttemptState.ENDED, AttemptState.VOIDED})
"""States in which nothing more is taken from the candidate."""

SITTING = frozenset({AttemptState.IN_PROGRESS, AttemptState.PAUSED})
"""States between start and end."""

REOPENABLE = frozenset({EndReason.RULE, EndReason.STAFF})
"""Ends that staff may take back; the candidate's own word and the clock's are final."""

BEFORE = frozenset({AttemptState.REGISTERED, AttemptState.CHECKED_IN, AttemptState.READY})
"""States before the start."""

NOT_SAT = frozenset(
    {EndReason.ABSENT, EndReason.NOT_ADMITTED, EndReason.WITHDRAWN, EndReason.NOT_BEGUN}
)
"""Ends before the start. Staff may say any of them, and take it back while the sitting is open."""


def end_at_close(state: AttemptState, check_in: CheckIn) -> EndReason:
    """How an attempt in that state ends when its sitting closes; ``check_in``: last outcome."""
    if state in SITTING:
        return EndReason.STAFF
    if state is AttemptState.REGISTERED:
        return EndReason.ABSENT
    return EndReason.NOT_ADMITTED if check_in is CheckIn.REFUSED else EndReason.NOT_BEGUN


def can_become(state: AttemptState, target: AttemptState) -> bool:
    """Whether the step is lawful."""
    return target in _STEPS[state]


def require_step(state: AttemptState, target: AttemptState) -> None:
    """Raise :class:`IllegalTransition` unless ``state`` may become ``target``."""
    if can_become(state, target):
        return
    if state in OVER:
        raise AttemptEnded(state=state, target=target)
    raise IllegalTransition(state=state, target=target)


def require_in_progress(state: AttemptState) -> None:
    """Raise unless answers, frames and conduct of the exam may be taken now."""
    if state in OVER:
        raise AttemptEnded(state=state, target=AttemptState.IN_PROGRESS)
    if state is AttemptState.PAUSED:
        raise AttemptPaused(state=state, target=AttemptState.IN_PROGRESS)
    if state is not AttemptState.IN_PROGRESS:
        raise AttemptNotStarted(state=state, target=AttemptState.IN_PROGRESS)

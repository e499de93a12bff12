"""The states of what a centre keeps, beside those of an attempt (``exam.attempt.states``)."""

from enum import StrEnum


class SittingStatus(StrEnum):
    """imported → unlocked → started → closed or stopped.

    ``stopped``: the sitting ended early and is to be rescheduled.
    """

    IMPORTED = "imported"
    UNLOCKED = "unlocked"
    STARTED = "started"
    CLOSED = "closed"
    STOPPED = "stopped"


SITTING_OPEN = frozenset({SittingStatus.UNLOCKED, SittingStatus.STARTED})
"""Candidates may check in."""

SITTING_AHEAD = frozenset({SittingStatus.IMPORTED, SittingStatus.UNLOCKED})
"""Not started yet."""

SITTING_OVER = frozenset({SittingStatus.CLOSED, SittingStatus.STOPPED})
"""Nobody sits or checks in any more."""


class LateAnswersState(StrEnum):
    """A delivery of late answers waits until staff accept or refuse it."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    REFUSED = "refused"


class HeldAnswersState(StrEnum):
    """Answers at a terminal; staff have them delivered, or deleted as undeliverable."""

    HELD = "held"
    WANTED = "wanted"
    UNDELIVERABLE = "undeliverable"


class DeletionState(StrEnum):
    """A class of data of one sitting: kept, due for deletion, half deleted, deleted."""

    KEPT = "kept"
    DUE = "due"
    UNFINISHED = "unfinished"
    DELETED = "deleted"


class ItemState(StrEnum):
    """An item of the outbox waits until headquarters' receipt."""

    WAITING = "waiting"
    DELIVERED = "delivered"


class LinkState(StrEnum):
    """The link to headquarters. ``off``: the centre has no address of it."""

    OFF = "off"
    NEVER = "never"
    ONLINE = "online"
    OFFLINE = "offline"

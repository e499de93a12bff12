"""Sync with headquarters, as staff see it."""

from dataclasses import dataclass
from datetime import datetime

from kiosk.exam.errors import ErrorRecord
from kiosk.exam.states import LinkState


@dataclass(frozen=True)
class KindView:
    """Outbox items of one kind: how many wait, and how many have a receipt."""

    waiting: int
    delivered: int


@dataclass(frozen=True)
class Sending:
    """What is being sent now: ``done`` of ``total`` items of one kind."""

    kind: str
    done: int
    total: int


@dataclass(frozen=True)
class Confirmed:
    """What headquarters last confirmed: the number of items that it stores of each kind."""

    at: datetime
    held: dict[str, int]


@dataclass(frozen=True)
class SyncProblem:
    """An outbox item that headquarters ``refused``, or that cannot be read. It is retried."""

    kind: str
    id: str
    admission_no: str | None
    tries: int
    next_try: datetime | None
    refused: bool
    error: ErrorRecord


@dataclass(frozen=True)
class RemovableMediaView:
    """Result of importing a USB stick: receipts by kind, notices, announcements, problems."""

    receipts: dict[str, int]
    notices: int
    announcements: int
    problems: list[ErrorRecord]


@dataclass(frozen=True)
class SyncView:
    """State of sync with headquarters; ``state`` is off, never, online or offline.

    ``complete``: headquarters confirmed that it has everything sealed for it, and nothing was
    added since. ``trouble``: why headquarters can store nothing now. ``unsealed``: results or
    event logs have yet to be sealed, so ``complete`` does not cover everything. ``running``:
    sittings that are not closed yet; ``writing``: candidates between start and end;
    ``undecided``: answers that wait for a decision of staff.
    """

    state: LinkState
    busy: bool
    last_contact: datetime | None
    next_try: datetime | None
    kinds: dict[str, KindView]
    waiting: int
    delivered: int
    sending: Sending | None
    confirmed: Confirmed | None
    complete: bool
    unsealed: bool
    running: int
    writing: int
    undecided: int
    errors: list[ErrorRecord]
    trouble: str | None
    clock_offset_s: float | None
    problems: list[SyncProblem]

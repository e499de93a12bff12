"""What the use cases return to staff pages: plain frozen values, rendered as HTML and JSON."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kiosk.exam.disk_space import DiskSpace
from kiosk.exam.errors import ErrorRecord
from kiosk.exam.states import LinkState, SittingStatus
from kiosk.hall.rights import RIGHTS, Right


@dataclass(frozen=True)
class SittingView:
    """A sitting in the staff's list.

    ``revoked``: why headquarters revoked its package. ``deleted``: classes of its data that were
    deleted after their retention period.
    """

    id: str
    title: str
    programme_title: dict[str, str]
    starts_at: datetime
    duration_minutes: int
    unlock_not_before: datetime
    state: SittingStatus
    package_id: str
    version: int
    candidates: int
    revoked: str | None = None
    deleted: Sequence[str] = ()


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
    """Result of importing a USB stick: receipts by kind, notices, and problems in words."""

    receipts: dict[str, int]
    notices: int
    problems: list[ErrorRecord]


@dataclass(frozen=True)
class SyncView:
    """State of sync with headquarters; ``state`` is off, never, online or offline.

    ``complete``: headquarters confirmed that it has everything sealed for it, and nothing was
    added since. ``trouble``: why headquarters can store nothing now. ``unsealed``: results or
    event logs have yet to be sealed, so ``complete`` does not cover everything.
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
    errors: list[ErrorRecord]
    trouble: str | None
    clock_offset_s: float | None
    problems: list[SyncProblem]


@dataclass(frozen=True)
class BackupPlace:
    """A folder for backups.

    ``usual``: the one in the settings. ``newest_at``: time of its newest backup.
    """

    folder: str
    usual: bool
    is_there: bool
    same_disk: bool
    free_mb: int
    newest_at: datetime | None


@dataclass(frozen=True)
class BackupProof:
    """Contents of a backup that was unpacked and checked.

    ``unreadable``: pictures that cannot be opened.
    """

    file: str
    megabytes: float
    sittings: int
    attempts: int
    answers: int
    pictures: int
    unreadable: int


@dataclass(frozen=True)
class BackupRun:
    """A running backup; ``stage`` is writing or proving."""

    folder: str
    stage: str
    by: str
    since: datetime


@dataclass(frozen=True)
class BackupDone:
    """The outcome of a backup: its proof, or an error code."""

    folder: str
    by: str
    at: datetime
    proof: BackupProof | None
    error: str | None


@dataclass(frozen=True)
class BackupView:
    """Backups, as the chief invigilator sees them.

    ``every_minutes``: how often the server makes one, None if never. ``old``: the newest is older
    than twice that, or there is none.
    """

    places: list[BackupPlace]
    run: BackupRun | None
    last: BackupDone | None
    newest_at: datetime | None
    every_minutes: float | None
    old: bool


@dataclass(frozen=True)
class SeatRow:
    """One seat in the room view.

    ``picture``: SHA-256 of the newest check-in picture. ``findings``: what staff marked and
    have not cleared. ``inspection_due``: passed by the machine, not yet inspected by staff.
    ``devices_missing``: failed the check and not admitted by staff; ``devices_without``:
    failed, and admitted. ``camera``: its label; ``camera_virtual``: the label names a program.
    ``set_aside_until``: pictures are not analysed before that time.
    """

    admission_no: str
    name: str
    seat: str
    attempt_id: str
    state: str
    terminal: str | None
    check_in: str
    check_in_score: float | None
    tries: int
    device_ok: bool | None
    devices_missing: list[str]
    devices_without: list[str]
    camera: str
    camera_virtual: bool
    camera_changes: int
    set_aside_until: datetime | None
    answered: int
    items: int
    saved_at: datetime | None
    frame_at: datetime | None
    leaves: int
    leave_limit: int
    away: bool
    remaining_s: float | None
    pause_reason: str | None
    credited_s: float
    outage_s: float
    late_answers: int
    contact_at: datetime | None
    window_wanted: bool
    end_reason: str | None
    reopenable: bool
    active_rules: list[str]
    incidents: int
    has_portrait: bool
    picture: str | None
    findings: list[str]
    inspected: bool
    inspection_due: bool
    bundle_state: str | None


@dataclass(frozen=True)
class DisturbanceView:
    """A span in which the room's frames were missing or late; ``terminals``: those affected."""

    kind: str
    started_at: datetime
    ended_at: datetime | None
    terminals: tuple[str, ...]


@dataclass(frozen=True)
class RoomView:
    """The whole room, live."""

    sitting: SittingView
    server_time: datetime
    counts: dict[str, int]
    rows: list[SeatRow]
    inspections_due: int
    frames_per_s: float
    frame_interval_ms: int
    sync: SyncView
    alerts: list[str]
    disturbances: list[DisturbanceView]
    disk: DiskSpace
    paused_at: datetime | None
    pause_reason: str | None
    repair_minutes: int


@dataclass(frozen=True)
class SeatName:
    """A candidate at a seat."""

    seat: str
    name: str


@dataclass(frozen=True)
class ClosingView:
    """What closing a sitting would end.

    ``writing``: candidates between start and end, ``paused`` of them; ``last_end``: when the
    last one's time is up. ``extra_time``: those with more time than the others. ``waiting``:
    signed in, but not begun. ``not_here``: never signed in. ``undecided``: staff still have to
    decide something. ``mark`` identifies this view in the confirmation.
    """

    writing: int
    paused: int
    last_end: datetime | None
    extra_time: list[SeatName]
    waiting: list[SeatName]
    undecided: list[SeatName]
    not_here: int
    mark: str


@dataclass(frozen=True)
class EvidenceView:
    """A picture of an incident; ``kind`` is frame, before or after (contact sheets)."""

    sha256: str
    kind: str
    at: datetime


@dataclass(frozen=True)
class IncidentView:
    """One incident with its evidence."""

    id: str
    attempt_id: str
    admission_no: str
    name: str
    rule: str
    started_at: datetime
    ended_at: datetime | None
    measured: float | None
    threshold: float | None
    follow_up: str
    by: str | None
    note: str | None
    frame_interval_ms: int | None
    evidence: list["EvidenceView"]


@dataclass(frozen=True)
class EventView:
    """One entry of the event log."""

    at: str
    seq: int
    kind: str
    who: str
    admission_no: str | None
    data: dict[str, Any]
    hash: str


@dataclass(frozen=True)
class PortraitProblem:
    """A portrait that face checks cannot use; ``problems`` are advice ids."""

    admission_no: str
    name: str
    seat: str
    problems: tuple[str, ...]


@dataclass(frozen=True)
class LookalikePair:
    """Two candidates whose portraits may show one person."""

    first: str
    name_of_first: str
    second: str
    name_of_second: str
    similarity: float


@dataclass(frozen=True)
class PortraitReport:
    """Findings about a sitting's portraits; ``done`` when all were compared."""

    checked: int
    total: int
    done: bool
    problems: list[PortraitProblem]
    lookalikes: list[LookalikePair]


@dataclass(frozen=True)
class StaffSession:
    """A signed-in member of staff. ``token`` is returned only once, at sign-in."""

    token: str
    csrf: str
    username: str
    role: str
    expires_at: datetime

    @property
    def rights(self) -> frozenset[Right]:
        return RIGHTS[self.role]


@dataclass(frozen=True)
class AccountView:
    """A staff account without its password."""

    username: str
    role: str
    locked_at: datetime | None


@dataclass(frozen=True)
class ReturnView:
    """A terminal that seems to have come back without its cookie.

    ``terminal_id`` and ``here``: the terminal that its browser is now. ``terminal``: where the
    attempt was. ``how``: recognised by ``address`` and browser, or by the candidate's
    ``numbers``.
    """

    attempt_id: str
    terminal_id: str
    name: str
    seat: str
    terminal: str
    here: str
    how: str


@dataclass(frozen=True)
class HeldView:
    """A terminal with ``answers`` that the server refused; ``name`` is "" for an unknown candidate.

    ``why``: an error code. ``state``: held, or wanted once staff have asked for the answers.
    """

    terminal_id: str
    attempt_id: str
    terminal: str
    admission_no: str
    name: str
    answers: int
    why: str
    state: str


@dataclass(frozen=True)
class PageLeaveView:
    """One page leave.

    ``seconds`` is None while it lasts; ``reversal`` is staff's reason not to count it.
    """

    number: int
    started_at: datetime
    seconds: float | None
    cause: str
    signals: int
    reversal: str | None
    reversed_by: str | None


@dataclass(frozen=True)
class LateAnswersView:
    """A delivery of late answers. ``items``: numbers of the items that it would change.

    ``first_at``, ``last_at`` and ``written_at`` are times of the terminal's own clock.
    ``from_terminal``: the last page that held the attempt wrote it.
    """

    id: str
    source: str
    at: datetime
    written_at: str
    first_at: str | None
    last_at: str | None
    items: list[int]
    answers: int
    from_terminal: bool
    state: str
    by: str | None
    reason: str | None


@dataclass(frozen=True)
class CreditView:
    """One time credit of an attempt."""

    kind: str
    seconds: float
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True)
class AttemptRecordsView:
    """The records that staff consult before they decide about a candidate."""

    page_leaves: list[PageLeaveView]
    credits: list[CreditView]
    late_answers: list[LateAnswersView]

"""What the use cases show to staff: plain frozen values that the web turns into pages and JSON."""

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
    """A sitting as staff see it in the list; ``revoked``: why headquarters took it back.

    ``deleted``: classes of its data that were deleted after their period.
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
    """How many results, parts of event logs or pictures wait, and how many have receipts."""

    waiting: int
    delivered: int


@dataclass(frozen=True)
class Sending:
    """What is on its way just now, and how far this turn has come."""

    kind: str
    done: int
    total: int


@dataclass(frozen=True)
class Confirmed:
    """What headquarters said last: how much it holds of each kind."""

    at: datetime
    held: dict[str, int]


@dataclass(frozen=True)
class SyncProblem:
    """An item that headquarters ``refused``, or that cannot be read; it is tried again."""

    kind: str
    id: str
    admission_no: str | None
    tries: int
    next_try: datetime | None
    refused: bool
    error: ErrorRecord


@dataclass(frozen=True)
class RemovableMediaView:
    """What came of a stick: receipts by kind, notices, what could not be taken."""

    receipts: dict[str, int]
    notices: int
    problems: list[ErrorRecord]


@dataclass(frozen=True)
class SyncView:
    """How sync with headquarters stands; ``state`` is off, never, online or offline.

    ``complete``: headquarters has said that it holds everything that was sealed for it, and nothing
    was added since. ``trouble``: why it can store nothing now. ``unsealed``: something is over that
    has yet to be sealed; only without that is everything there.
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
    """A folder for backups. ``usual``: that of the settings. ``newest_at``: its newest backup."""

    folder: str
    usual: bool
    is_there: bool
    same_disk: bool
    free_mb: int
    newest_at: datetime | None


@dataclass(frozen=True)
class BackupProof:
    """A backup that was unpacked and checked; ``unreadable``: pictures that do not open."""

    file: str
    megabytes: float
    sittings: int
    attempts: int
    answers: int
    pictures: int
    unreadable: int


@dataclass(frozen=True)
class BackupRun:
    """A backup that is being made; ``stage`` is writing or proving."""

    folder: str
    stage: str
    by: str
    since: datetime


@dataclass(frozen=True)
class BackupDone:
    """How a backup ended: with its proof, or with the code of an error."""

    folder: str
    by: str
    at: datetime
    proof: BackupProof | None
    error: str | None


@dataclass(frozen=True)
class BackupView:
    """Backups as the chief invigilator sees them.

    ``every_minutes``: how often the server makes one, None if it makes none. ``old``: the
    newest is older than twice that, or there is none.
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

    ``picture``: SHA-256 of the newest check-in picture. ``findings``: what staff marked and have
    not cleared. ``inspection_due``: passed by the machine, and no person has looked yet.
    ``devices_missing``: what failed the check and nobody has admitted; ``devices_without``: what
    staff let it go without. ``camera``: its label; ``camera_virtual``: it names a program.
    ``set_aside_until``: until then no picture is analysed.
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
    """A span in which frames were missing or late for the room; ``terminals``: who was affected."""

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
    """Somebody at a seat."""

    seat: str
    name: str


@dataclass(frozen=True)
class ClosingView:
    """What closing a sitting would end.

    ``writing``: how many are between start and end, ``paused`` of them; ``last_end``: when the last
    of them has used up the time. ``extra_time``: who of them has more than the others.
    ``waiting``: here, but not begun. ``not_here``: how many never signed in. ``undecided``: staff
    have something to decide. ``mark`` stands for this view in the confirmation.
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
    """A picture of an incident: ``kind`` is frame, before or after (sheets of small pictures)."""

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
    """A portrait that a machine cannot work with; ``problems`` are advice ids."""

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
    """What was found about a sitting's portraits; ``done`` when all were compared."""

    checked: int
    total: int
    done: bool
    problems: list[PortraitProblem]
    lookalikes: list[LookalikePair]


@dataclass(frozen=True)
class StaffSession:
    """A signed-in member of staff. ``token`` is shown once, at sign-in."""

    token: str
    csrf: str
    username: str
    role: str
    expires_at: datetime

    @property
    def rights(self) -> frozenset[Right]:
        """What this person may do."""
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

    ``terminal_id`` and ``here``: what its browser is called now. ``terminal``: where the attempt
    was. ``how``: by ``address`` and browser, or by both ``numbers`` of the candidate.
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
    """A terminal that holds ``answers`` which the server refused; "" for an unknown candidate.

    ``why``: a code. ``state``: held, or wanted once staff have asked for them.
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
    """One page leave; ``seconds`` is None while it lasts, ``reversal`` staff's reason."""

    number: int
    started_at: datetime
    seconds: float | None
    cause: str
    signals: int
    reversal: str | None
    reversed_by: str | None


@dataclass(frozen=True)
class LateAnswersView:
    """A delivery of late answers. ``items``: numbers of the items it would change.

    ``first_at``, ``last_at`` and ``written_at`` are the terminal's own clock, as told.
    ``from_terminal``: the page that held the attempt last wrote it.
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
    """What staff look at before they decide about one candidate."""

    page_leaves: list[PageLeaveView]
    credits: list[CreditView]
    late_answers: list[LateAnswersView]

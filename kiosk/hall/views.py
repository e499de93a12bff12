"""What the use cases show: plain frozen values that the web turns into pages and JSON."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from kiosk.exam.item import AnswerValue


@dataclass(frozen=True)
class StaffSession:
    """A signed-in member of staff. ``token`` is shown once, at sign-in."""

    token: str
    csrf: str
    username: str
    role: str
    expires_at: datetime


@dataclass(frozen=True)
class TerminalSession:
    """A registered terminal. ``token`` is its cookie."""

    token: str
    terminal_id: str
    name: str


@dataclass(frozen=True)
class CandidateSession:
    """A candidate signed in at one terminal. ``token`` is shown once, at sign-in."""

    token: str
    csrf: str
    attempt_id: str
    terminal_id: str


@dataclass(frozen=True)
class DeviceCheck:
    """Result of a terminal's device check (R13); ``server_ms`` is the round trip."""

    camera: bool
    microphone: bool
    loudspeaker: bool
    server_ms: int
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether everything that the exam needs works."""
        return self.camera and self.microphone and self.loudspeaker


@dataclass(frozen=True)
class SittingView:
    """A sitting as staff see it in the list."""

    id: str
    title: str
    programme_title: dict[str, str]
    starts_at: datetime
    duration_minutes: int
    unlock_not_before: datetime
    state: str
    package_id: str
    version: int
    candidates: int


@dataclass(frozen=True)
class SyncView:
    """How sync with headquarters stands; ``state`` is off, never, online or offline."""

    state: str
    last_contact: datetime | None
    next_try: datetime | None
    waiting: int
    delivered: int
    last_error: str | None
    clock_offset_s: float | None


@dataclass(frozen=True)
class SeatRow:
    """One seat in the room view."""

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
    answered: int
    items: int
    saved_at: datetime | None
    frame_at: datetime | None
    leaves: int
    leave_limit: int
    away: bool
    remaining_s: float | None
    end_reason: str | None
    active_rules: list[str]
    incidents: int
    has_portrait: bool
    bundle_state: str | None


@dataclass(frozen=True)
class RoomView:
    """The whole room, live."""

    sitting: SittingView
    server_time: datetime
    counts: dict[str, int]
    rows: list[SeatRow]
    frames_per_s: float
    frame_interval_ms: int
    sync: SyncView
    alerts: list[str]


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
    evidence: list["EvidenceView"]


@dataclass(frozen=True)
class EventView:
    """One entry of the journal."""

    at: str
    seq: int
    kind: str
    who: str
    admission_no: str | None
    data: dict[str, Any]
    hash: str


@dataclass(frozen=True)
class OptionView:
    """An option in this candidate's order; ``label`` is the letter shown."""

    id: str
    label: str
    text: str


@dataclass(frozen=True)
class ItemView:
    """An item in this candidate's order."""

    id: str
    type: str
    number: int
    stem: str
    options: list[OptionView]
    points: str


@dataclass(frozen=True)
class SectionView:
    """A section of the paper with the numbers of its first and last item."""

    type: str
    title: dict[str, str]
    first: int
    last: int
    points: str


@dataclass(frozen=True)
class ReceiptView:
    """What a candidate takes away: digest of the answers as they are kept (SHA-256, hex)."""

    attempt_id: str
    admission_no: str
    digest: str
    answered: int
    items: int
    ended_at: datetime
    end_reason: str


@dataclass(frozen=True)
class AttemptView:
    """Everything a (re)loaded terminal page needs to go on."""

    attempt_id: str
    state: str
    sitting_state: str
    candidate_name: str
    admission_no: str
    seat: str
    sitting_title: str
    programme_title: dict[str, str]
    server_time: datetime
    starts_at: datetime
    duration_minutes: int
    ends_at: datetime | None
    remaining_s: float | None
    check_in: str
    consent_face: bool
    has_portrait: bool
    tries_left: int
    card_wanted: bool
    microphone: bool
    sections: list[SectionView]
    items: list[ItemView]
    answers: dict[str, AnswerValue]
    acked_through: int
    leaves: int
    leave_limit: int
    warnings: list[str]
    frame_interval_ms: int
    end_reason: str | None
    receipt: ReceiptView | None


@dataclass(frozen=True)
class AnswerWrite:
    """One write of the terminal: ``seq`` counts this attempt's writes from 1."""

    seq: int
    item: str
    value: object
    at: str | None = None


@dataclass(frozen=True)
class SaveAck:
    """Everything up to ``acked_through`` is on the disk of the centre's machine."""

    acked_through: int
    server_time: datetime
    ends_at: datetime
    remaining_s: float
    interval_ms: int


@dataclass(frozen=True)
class ConductSignal:
    """One thing that happened to the page, as the browser reports it."""

    kind: str
    cause: str = ""


@dataclass(frozen=True)
class ConductReply:
    """The count of page leaves after these signals (R18)."""

    leaves: int
    leave_limit: int
    warn: bool
    state: str
    end_reason: str | None


@dataclass(frozen=True)
class CheckInResult:
    """``outcome``: pass, card (show the identity card), retry (with advice) or staff."""

    outcome: str
    advice: tuple[str, ...]
    tries_left: int


@dataclass(frozen=True)
class LookReply:
    """What a look asks for next: ``ask`` is front, left, right or done.

    ``result`` is there when the look is over.
    """

    ask: str
    step: int
    steps: int
    advice: tuple[str, ...]
    seconds_left: float
    result: CheckInResult | None


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

    one: str
    one_name: str
    other: str
    other_name: str
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
class FrameReply:
    """When to send the next frame, advice, and the rules that are broken now."""

    interval_ms: int
    advice: tuple[str, ...]
    warnings: tuple[str, ...]

"""What the use cases show: plain frozen values that the web turns into pages and JSON."""

from dataclasses import dataclass
from datetime import datetime

from kiosk.exam.identity.outcomes import NextStep
from kiosk.exam.items.item import AnswerValue


@dataclass(frozen=True)
class TerminalSession:
    """A registered terminal. ``token`` is its cookie."""

    token: str
    terminal_id: str
    name: str


@dataclass(frozen=True)
class HeldDecision:
    """Staff's decision about ``answers`` that a terminal holds: wanted, or undeliverable."""

    state: str
    answers: int


@dataclass(frozen=True)
class CandidateSession:
    """A candidate signed in at one terminal. ``token`` is shown once, at sign-in."""

    token: str
    csrf: str
    attempt_id: str
    terminal_id: str


@dataclass(frozen=True)
class SittingChoice:
    """One of several sittings that a person may be here for."""

    sitting_id: str
    title: str
    programme_title: dict[str, str]
    subtitle: dict[str, str]
    starts_at: datetime
    seat: str


@dataclass(frozen=True)
class NewGuest:
    """Somebody to be admitted by hand who is not on the roster."""

    name: str
    identity_no: str
    seat: str


@dataclass(frozen=True)
class SpanView:
    """A run of a text: ``text``, ``formula`` (MathML) or ``picture`` (its name, ``alt`` in words).

    A formula that cannot be shown as one comes as the text that was written.
    """

    kind: str
    text: str
    alt: str = ""


@dataclass(frozen=True)
class OptionView:
    """An option in this candidate's order; ``label`` is the letter shown."""

    id: str
    label: str
    text: list[SpanView]


@dataclass(frozen=True)
class ItemView:
    """An item in this candidate's order."""

    id: str
    type: str
    number: int
    stem: list[SpanView]
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
    part: dict[str, str]


@dataclass(frozen=True)
class ReceiptView:
    """What a candidate takes away: digest of the answers as they are kept (SHA-256, hex).

    ``revisions``, ``head``: how often answers were saved, and the head of their chain.
    """

    attempt_id: str
    admission_no: str
    digest: str
    answered: int
    items: int
    revisions: int
    head: str | None
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
    subtitle: dict[str, str]
    server_time: datetime
    starts_at: datetime
    duration_minutes: int
    warn_minutes: tuple[int, ...]
    pause_reason: str | None
    ends_at: datetime | None
    remaining_s: float | None
    check_in: str
    consent_face: bool
    has_portrait: bool
    tries_left: int
    card_wanted: bool
    identity_settled: bool
    findings: list[str]
    devices_missing: list[str]
    microphone: bool
    sections: list[SectionView]
    items: list[ItemView]
    answers: dict[str, AnswerValue]
    current: str | None
    flags: list[str]
    acked_through: int
    leaves: int
    leave_limit: int
    at_limit: str
    warnings: list[str]
    frame_interval_ms: int
    end_reason: str | None
    receipt: ReceiptView | None


@dataclass(frozen=True)
class LeaseView:
    """A page holds the attempt. ``continues``: the page before wrote the terminal's answer buffer.

    If not, another terminal has been answering meanwhile, and the answer buffer's answers are old.
    """

    lease: str
    continues: bool


@dataclass(frozen=True)
class TimeView:
    """Where an attempt stands: what a page asks for every few seconds."""

    state: str
    pause_reason: str | None
    server_time: datetime
    ends_at: datetime
    remaining_s: float
    acked_through: int
    leaves: int


@dataclass(frozen=True)
class SaveAck:
    """Everything up to ``acked_through`` is on the disk of the centre's machine."""

    acked_through: int
    server_time: datetime
    ends_at: datetime
    remaining_s: float
    interval_ms: int


@dataclass(frozen=True)
class ConductReply:
    """The count of page leaves after these signals (R18)."""

    leaves: int
    leave_limit: int
    warn: bool
    state: str
    end_reason: str | None
    remaining_s: float


@dataclass(frozen=True)
class CheckInResult:
    """What follows from a check, with advice for the next try."""

    outcome: NextStep
    advice: tuple[str, ...]
    tries_left: int


@dataclass(frozen=True)
class FaceCheckReply:
    """What a face check asks for next: ``ask`` is front, left, right or done.

    ``result`` is there when the face check is over.
    """

    ask: str
    step: int
    steps: int
    advice: tuple[str, ...]
    seconds_left: float
    result: CheckInResult | None


@dataclass(frozen=True)
class FrameReply:
    """When to send the next frame, advice, the rules that are broken now, and the time left."""

    interval_ms: int
    advice: tuple[str, ...]
    warnings: tuple[str, ...]
    remaining_s: float


@dataclass(frozen=True)
class InspectionView:
    """Where a candidate stands after staff's look: state of the attempt, open findings."""

    state: str
    findings: list[str]


@dataclass(frozen=True)
class TerminalView:
    """A terminal and the seat where it stands."""

    id: str
    name: str
    seat: str | None
    device_ok: bool | None
    checked_at: datetime | None


@dataclass(frozen=True)
class PrivacyView:
    """What a programme does with candidates' data; ``handler`` is empty when none is named.

    ``days``: how long each class is kept after the sitting.
    """

    programme_title: dict[str, str]
    handler: dict[str, str]
    contact: str
    pictures_to_headquarters: bool
    id_card: bool
    portraits_compared: bool
    days: dict[str, int]

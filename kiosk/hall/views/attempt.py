"""The paper and its answers, as the candidate's page shows and sends them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from kiosk.exam.items.item import AnswerValue
from kiosk.exam.items.shown import Shown
from kiosk.exam.papers.paper import Translated
from kiosk.hall.views.breaks import OwnBreakView
from kiosk.hall.views.calls import OwnCallView
from kiosk.hall.views.messages import MessageView


@dataclass(frozen=True)
class OptionView:
    """An option in this candidate's order; ``label`` is the letter shown."""

    id: str
    label: str
    text: Shown


@dataclass(frozen=True)
class TranslationView:
    """The texts of an item in another language, those of its options by their ids."""

    stimulus: Shown
    stem: Shown
    options: Mapping[str, Shown]


@dataclass(frozen=True)
class ItemView:
    """An item in this candidate's order.

    Items that share a ``stimulus`` have the same ``group``, the number of the first of them.
    ``at_least``: how long a text has to be, 0 for any length. ``translations``: by language.
    """

    id: str
    type: str
    number: int
    group: int | None
    stimulus: Shown
    stem: Shown
    options: list[OptionView]
    points: str
    at_least: int = 0
    translations: Mapping[str, TranslationView] = field(default_factory=dict)


@dataclass(frozen=True)
class SectionView:
    """A section of the paper with the numbers of its first and last item."""

    type: str
    title: dict[str, str]
    first: int
    last: int
    points: str
    part: dict[str, str]
    part_id: str


@dataclass(frozen=True)
class PartView:
    """A part that is sat in order.

    ``state``: over, open or later. ``minutes``: its own, if it has any. ``end_reason``: why it
    is over.
    """

    id: str
    name: dict[str, str]
    state: str
    minutes: int | None
    end_reason: str | None


@dataclass(frozen=True)
class ReceiptView:
    """The candidate's receipt: SHA-256 (hex) of the answers as stored.

    ``revisions``: how often answers were saved; ``head``: the head of their hash chain.
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
class RulesView:
    """What the programme tells candidates before they begin, texts in both languages.

    ``pledged``: whether the candidate has given the pledge, or none is asked.
    """

    hotline: str
    desk_items: tuple[str, ...]
    consequences: dict[str, str] | None
    pledge: dict[str, str] | None
    pledged: bool
    late_entry_minutes: int
    earliest_hand_in_minutes: int
    short_answer_at_least: int
    essay_at_least: int


@dataclass(frozen=True)
class NotesView:
    """The notes pad: its text, the number of its last save, and how many characters it may have."""

    text: str
    number: int
    most: int


@dataclass(frozen=True)
class AttemptView:
    """The full state that a (re)loaded answer page needs.

    ``room``: its name, "" where the sitting has only one.
    ``parts``: those that are sat in order; none where all are open at once. ``items`` are then
    of the open part. ``carry_over``: whether its unused time is added to the next part.
    ``translated``: how many items of the paper have texts in two languages; none while the paper
    is locked.
    """

    attempt_id: str
    state: str
    sitting_state: str
    candidate_name: str
    admission_no: str
    room: str
    seat: str
    sitting_title: str
    programme_title: dict[str, str]
    subtitle: dict[str, str]
    server_time: datetime
    starts_at: datetime
    duration_minutes: int
    rules: RulesView
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
    form_open: bool
    findings: list[str]
    devices_missing: list[str]
    microphone: bool
    calculator: bool
    notes: NotesView | None
    parts: list[PartView]
    carry_over: bool
    sections: list[SectionView]
    translated: Translated
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
    call: OwnCallView | None
    messages: tuple[MessageView, ...]
    on_break: OwnBreakView | None


@dataclass(frozen=True)
class LeaseView:
    """A granted lease. ``continues``: the terminal's answer buffer is from the previous page.

    If not, another terminal has been answering meanwhile, and the buffered answers are outdated.
    """

    lease: str
    continues: bool


@dataclass(frozen=True)
class TimeView:
    """State and time of an attempt, polled by its page every few seconds.

    ``part``: id of the open part where parts are sat in order. End and remaining time are its.
    """

    state: str
    pause_reason: str | None
    server_time: datetime
    ends_at: datetime
    remaining_s: float
    acked_through: int
    leaves: int
    part: str | None
    call: OwnCallView | None
    messages: tuple[MessageView, ...]
    on_break: OwnBreakView | None


@dataclass(frozen=True)
class SaveAck:
    """Confirms that everything up to ``acked_through`` is on the disk of the centre's server."""

    acked_through: int
    server_time: datetime
    ends_at: datetime
    remaining_s: float
    interval_ms: int


@dataclass(frozen=True)
class NotesAck:
    """The number of the save that is on the disk of the centre's server."""

    number: int


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
class FrameReply:
    """When to send the next frame, advice, the rules broken now, and the remaining time."""

    interval_ms: int
    advice: tuple[str, ...]
    warnings: tuple[str, ...]
    remaining_s: float

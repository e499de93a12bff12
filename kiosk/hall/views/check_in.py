"""A terminal and its candidate until the exam begins."""

from dataclasses import dataclass
from datetime import date, datetime

from kiosk.exam.identity.identity_number import Sex
from kiosk.exam.identity.outcomes import NextStep


@dataclass(frozen=True)
class TerminalSession:
    """A registered terminal. ``token`` is the value of its cookie."""

    token: str
    terminal_id: str
    name: str


@dataclass(frozen=True)
class HeldDecision:
    """Staff's decision about ``answers`` at a terminal; ``state`` is wanted or undeliverable."""

    state: str
    answers: int


@dataclass(frozen=True)
class CandidateSession:
    """A candidate signed in at one terminal. ``token`` is returned only once, at sign-in."""

    token: str
    csrf: str
    attempt_id: str
    terminal_id: str


@dataclass(frozen=True)
class SittingChoice:
    """One of the sittings that a candidate is registered for.

    ``room``: its name, "" where the sitting has only one.
    """

    sitting_id: str
    title: str
    programme_title: dict[str, str]
    subtitle: dict[str, str]
    starts_at: datetime
    room: str
    seat: str


@dataclass(frozen=True)
class NewGuest:
    """A candidate to be admitted by staff who is not on the roster."""

    name: str
    identity_no: str
    room: str
    seat: str
    paper: str


@dataclass(frozen=True)
class CheckInResult:
    """What follows from a check, with advice for the next try."""

    outcome: NextStep
    advice: tuple[str, ...]
    tries_left: int


@dataclass(frozen=True)
class FaceCheckReply:
    """The next step of a face check: ``ask`` is front, left, right or done.

    ``result`` is set when the face check is over.
    """

    ask: str
    step: int
    steps: int
    advice: tuple[str, ...]
    seconds_left: float
    result: CheckInResult | None


@dataclass(frozen=True)
class InspectionView:
    """The candidate's state and open findings after staff inspected them."""

    state: str
    findings: list[str]


@dataclass(frozen=True)
class IdentityDocumentView:
    """What the identity document in the candidate's hand must say.

    ``birth_date`` and ``sex`` are None where the number is not a citizen identity number.
    """

    name: str
    number: str
    birth_date: date | None
    sex: Sex | None


@dataclass(frozen=True)
class TerminalView:
    """A terminal and its seat; ``spare``: a candidate can be seated there at once."""

    id: str
    name: str
    room: str | None
    seat: str | None
    device_ok: bool | None
    checked_at: datetime | None
    spare: bool


@dataclass(frozen=True)
class PrivacyView:
    """What a programme does with candidates' data; ``handler`` is empty when none is named.

    ``days``: how long each class is stored after the sitting. ``hotline``: the telephone number
    for trouble, "" without one.
    """

    programme_title: dict[str, str]
    handler: dict[str, str]
    contact: str
    pictures_to_headquarters: bool
    id_card: bool
    portraits_compared: bool
    personal_form: bool
    notes: bool
    days: dict[str, int]
    hotline: str

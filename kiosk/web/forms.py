"""Models of request bodies. Unknown fields are refused, and every field is bounded."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from kiosk.exam.attempt.calls import CallReason
from kiosk.exam.attempt.groups import Group
from kiosk.exam.attempt.misconduct import MOST_POINTS, Misconduct
from kiosk.exam.programme.personal_form import MOST_TYPED as MOST_TYPED_TEXT
from kiosk.exam.programme.personal_form import PersonalField
from kiosk.exam.typed_numbers import plain_number
from kiosk.exam.typed_texts import plain_name
from kiosk.hall.attempt.chosen_seats import ChosenAct
from kiosk.hall.inputs import ShortText

Reason = Annotated[str, Field(min_length=2, max_length=500)]
Token = Annotated[str, Field(min_length=32, max_length=100)]
LONGEST_IDENTITY = 32
MOST_TYPED = 120
"""Longest number as typed, in characters; blanks and invisible characters count."""


class Form(BaseModel):
    """Base class of all request bodies."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class CameraForm(Form):
    """The label of the camera that a page has opened."""

    label: ShortText


class MissingDevicesForm(Form):
    """The devices that a page's browser no longer has."""

    missing: list[Literal["camera", "microphone"]] = Field(max_length=2)


class CheckInForm(Form):
    """A candidate's sign-in; with `consent_face` false staff check the identity.

    `sitting_id`: the choice of a candidate who is registered for several sittings.
    """

    admission_no: str = Field(min_length=1, max_length=MOST_TYPED)
    identity_no: str = Field(min_length=1, max_length=MOST_TYPED)
    consent_face: bool
    sitting_id: str | None = Field(default=None, max_length=100)


class PersonalDataForm(Form):
    """The personal data form as typed; with `final` the candidate confirms it."""

    values: dict[PersonalField, Annotated[str, Field(max_length=MOST_TYPED_TEXT)]]
    final: bool


class LeaseForm(Form):
    """Tokens of a page (drawn by its browser), of the pages before it, and of its answer buffer."""

    lease: Token
    previous: list[Token] = Field(default=[], max_length=4)
    answer_buffer: Token | None = None


class PlaceForm(Form):
    """The item that a candidate sees, and the flagged items."""

    current: ShortText | None = None
    flags: list[ShortText] = Field(default=[], max_length=500)


class CallForm(Form):
    """What a candidate needs the invigilator for, and a few words if the candidate likes."""

    reason: CallReason
    note: ShortText = ""


class CallNumberForm(Form):
    """The call that an act is for, by its number."""

    number: int = Field(ge=1, le=10_000)


class CallOutcomeForm(CallNumberForm):
    """What came of a call, in a few words."""

    note: str = Field(default="", max_length=500)


class PartForm(Form):
    """Why a part is closed: the page's clock is at zero, or the candidate hands it in."""

    time_up: bool = False


class HeldForm(Form):
    """Number of undelivered answers by attempt, and the code of the error that stopped them."""

    held: dict[ShortText, Annotated[int, Field(ge=1, le=100_000)]] = Field(max_length=20)
    why: dict[ShortText, Annotated[str, Field(max_length=60)]] = Field(default={}, max_length=20)


class HeldAnswersForm(Form):
    """Staff's decision whether a terminal delivers its answers or deletes them as undeliverable."""

    terminal_id: ShortText
    attempt_id: ShortText
    wanted: bool
    reason: Reason


class ReturnsForm(Form):
    """Terminals to take back: pairs of attempt and terminal, as they were offered."""

    terminals: list[tuple[ShortText, ShortText]] = Field(min_length=1, max_length=500)


class StaffSignInForm(Form):
    """User name and password of a member of staff; the password is not stripped."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=False)

    username: str = Field(min_length=1, max_length=80)
    password: str = Field(min_length=1, max_length=1024)


class UnlockForm(Form):
    """The unlock code as typed, not yet normalised."""

    code: str = Field(min_length=1, max_length=MOST_TYPED)


class DecisionForm(Form):
    """Staff's decision about an identity, with its reason."""

    passed: bool
    reason: Reason


class InspectionForm(Form):
    """The check-in picture that staff saw; none if there was none."""

    picture: str | None = Field(default=None, pattern="^[0-9a-f]{64}$")


class ClearingForm(Form):
    """Why a finding no longer matters."""

    outcome: Literal["taken_off", "allowed"]


Mark = Literal[
    "hat", "sunglasses", "headphones", "mask", "hair", "phone", "book", "talking", "help",
    "copying", "eating", "lying_down", "other",
]  # fmt: skip


ActId = Annotated[str, Field(pattern="^[0-9a-f]{32}$")]
"""Drawn by the page, so that the same act sent again is done once."""


class MarkForm(Form):
    """What staff saw at a seat, in a few words."""

    id: ActId
    rule: Mark
    note: Reason


class ReasonForm(Form):
    """The reason of an act of staff that needs nothing else."""

    reason: Reason


class GroupForm(Form):
    """Whom an act is for: a room, a paper, both, or with neither everybody."""

    room: ShortText | None = None
    paper: ShortText | None = None

    @property
    def group(self) -> Group:
        return Group(self.room, self.paper)


class GroupReasonForm(GroupForm):
    """The reason of an act for a group."""

    reason: Reason


class BreakForm(Form):
    """Who goes along; the reason is for a break that the programme does not allow now."""

    escort: str = Field(min_length=2, max_length=60)
    reason: str = Field(default="", max_length=500)


class BreakEndForm(Form):
    """Whether staff compared the candidate's face with the portrait."""

    identity_checked: bool = False


class MisconductForm(Form):
    """What a member of staff saw. `happened_at` without a zone is the centre's time."""

    id: ActId
    misconduct: Misconduct
    happened_at: datetime
    facts: str = Field(min_length=4, max_length=2_000)
    evidence: str = Field(default="", max_length=1_000)
    confiscated: str = Field(default="", max_length=1_000)


class SignatureForm(Form):
    """The candidate's own view, and the lines of the signature."""

    statement: str = Field(default="", max_length=2_000)
    strokes: list[Annotated[list[tuple[int, int]], Field(max_length=MOST_POINTS)]] = Field(
        max_length=200
    )


class RefusalForm(Form):
    """Why a candidate does not sign, and what they said."""

    statement: str = Field(default="", max_length=2_000)
    reason: Reason


class MessageForm(GroupForm):
    """A message for a group, or for the attempts of chosen seats.

    The use case bounds the text: it says by how much it is too long.
    """

    id: ActId
    text: str = Field(max_length=20_000)
    attempts: list[ShortText] = Field(default=[], max_length=500)


class SeatPlanForm(Form):
    """How seats are assigned: by lot, or with neighbours apart."""

    kind: Literal["lot", "apart"]


class MoveForm(Form):
    """The room and the seat to which a candidate moves."""

    room: ShortText
    seat: str = Field(max_length=16)
    reason: Reason


class EndingForm(Form):
    """Why an attempt ended that never began."""

    ending: Literal["absent", "not_admitted", "withdrawn", "not_begun"]
    reason: Reason


def _is_number(typed: str) -> str:
    """Refuse a number without visible characters, or one that is too long when normalised."""
    if not 1 <= len(plain_number(typed)) <= LONGEST_IDENTITY:
        raise ValueError("no number")
    return typed


def _is_name(typed: str) -> str:
    """Refuse a name without visible characters."""
    if not plain_name(typed):
        raise ValueError("no name")
    return typed


class GuestForm(Form):
    """A candidate who is not on the roster."""

    name: Annotated[str, Field(max_length=100), AfterValidator(_is_name)]
    identity_no: Annotated[str, Field(max_length=MOST_TYPED), AfterValidator(_is_number)]
    room: ShortText
    seat: str = Field(max_length=16)
    paper: ShortText
    reason: Reason


class ClosingForm(Form):
    """The confirmation to close or stop a sitting: the view shown, and the running exams."""

    seen: str = Field(pattern="^[0-9a-f]{64}$")
    writing: int = Field(ge=0, le=100_000)
    reason: Reason


class MinutesForm(Form):
    """Minutes that staff credit, or below zero deduct, with the reason."""

    id: ActId
    minutes: int = Field(ge=-120, le=120)
    reason: Reason


class GroupMinutesForm(GroupForm):
    """Minutes for all in a group."""

    id: ActId
    minutes: int = Field(ge=-120, le=120)
    reason: Reason


class SeenIncidentsForm(Form):
    """Incidents that staff acknowledge, and how many page leaves they have seen."""

    incidents: list[ShortText] = Field(default=[], max_length=500)
    leaves: int = Field(default=0, ge=0, le=1_000_000)


class ChosenSeatsForm(Form):
    """An act on chosen seats; `minutes` are for the act `time`."""

    id: ActId
    act: ChosenAct
    attempts: list[ShortText] = Field(min_length=1, max_length=500)
    minutes: int = Field(default=0, ge=-120, le=120)
    reason: Reason


class OutageForm(Form):
    """Whether the time that a terminal lost is credited."""

    credited: bool
    reason: Reason


class AcceptanceForm(Form):
    """Whether late answers are accepted."""

    taken: bool
    reason: Reason


class BackupForm(Form):
    """The folder for a backup, one of those offered."""

    folder: str = Field(min_length=1, max_length=4096)


class SeatForm(Form):
    """The room and seat to which a terminal is bound; no seat unbinds it."""

    room: ShortText
    seat: str | None = Field(default=None, max_length=16)

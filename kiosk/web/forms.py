"""What request bodies look like. Unknown fields are refused, everything is bounded."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from kiosk.exam.typed_numbers import plain_number
from kiosk.hall.inputs import ShortText

Reason = Annotated[str, Field(min_length=2, max_length=500)]
Token = Annotated[str, Field(min_length=32, max_length=100)]
LONGEST_IDENTITY = 32
MOST_TYPED = 120
"""Longest number as typed, in characters: blanks and invisible ones between the digits count."""


class Form(BaseModel):
    """Base of all request bodies."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class CameraForm(Form):
    """The label of the camera that a page has opened."""

    label: ShortText


class MissingDevicesForm(Form):
    """The devices that a page's browser no longer has."""

    missing: list[Literal["camera", "microphone"]] = Field(max_length=2)


class CheckInForm(Form):
    """A candidate's sign-in; `consent_face` false asks for staff's own check instead.

    `sitting_id`: what a person who is registered for several sittings chose.
    """

    admission_no: str = Field(min_length=1, max_length=MOST_TYPED)
    identity_no: str = Field(min_length=1, max_length=MOST_TYPED)
    consent_face: bool
    sitting_id: str | None = Field(default=None, max_length=100)


class LeaseForm(Form):
    """A page's own token, drawn by its browser, those of earlier pages, its answer buffer's."""

    lease: Token
    previous: list[Token] = Field(default=[], max_length=4)
    answer_buffer: Token | None = None


class PlaceForm(Form):
    """Which item a candidate sees, and which they flagged."""

    current: ShortText | None = None
    flags: list[ShortText] = Field(default=[], max_length=500)


class HeldForm(Form):
    """Of which attempts a terminal holds how many answers, and the code of what stopped them."""

    held: dict[ShortText, Annotated[int, Field(ge=1, le=100_000)]] = Field(max_length=20)
    why: dict[ShortText, Annotated[str, Field(max_length=60)]] = Field(default={}, max_length=20)


class HeldAnswersForm(Form):
    """Whether a terminal delivers the answers that it holds, or deletes them as undeliverable."""

    terminal_id: ShortText
    attempt_id: ShortText
    wanted: bool
    reason: Reason


class ReturnsForm(Form):
    """Terminals that staff take back: attempt and terminal, as they were offered."""

    terminals: list[tuple[ShortText, ShortText]] = Field(min_length=1, max_length=500)


class StaffSignInForm(Form):
    """User name and password of a member of staff; the password is taken as typed."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=False)

    username: str = Field(min_length=1, max_length=80)
    password: str = Field(min_length=1, max_length=1024)


class UnlockForm(Form):
    """The unlock code as typed; the hall normalises it."""

    code: str = Field(min_length=1, max_length=MOST_TYPED)


class DecisionForm(Form):
    """Staff's decision about an identity, always with a reason."""

    passed: bool
    reason: Reason


class InspectionForm(Form):
    """Which check-in picture staff had before them; none when there was none."""

    picture: str | None = Field(default=None, pattern="^[0-9a-f]{64}$")


class ClearingForm(Form):
    """Why a finding no longer matters."""

    outcome: Literal["taken_off", "allowed"]


Mark = Literal[
    "hat", "sunglasses", "headphones", "mask", "hair", "phone", "book", "talking", "help",
    "copying", "eating", "lying_down", "other",
]  # fmt: skip


class MarkForm(Form):
    """What a member of staff saw at a seat, in a few words."""

    rule: Mark
    note: Reason


class ReasonForm(Form):
    """An act of staff that needs nothing but its reason."""

    reason: Reason


class EndingForm(Form):
    """How an attempt ended that did not begin."""

    ending: Literal["absent", "not_admitted", "withdrawn", "not_begun"]
    reason: Reason


def _is_number(typed: str) -> str:
    """Refuse what has no sign in it but invisible ones, or too many once they are written out."""
    if not 1 <= len(plain_number(typed)) <= LONGEST_IDENTITY:
        raise ValueError("no number")
    return typed


class GuestForm(Form):
    """Somebody who is not on the roster."""

    name: str = Field(min_length=1, max_length=100)
    identity_no: Annotated[str, Field(max_length=MOST_TYPED), AfterValidator(_is_number)]
    seat: str = Field(max_length=16)
    reason: Reason


class ClosingForm(Form):
    """The confirmation that a sitting closes or stops: what was seen, how many exams end by it."""

    seen: str = Field(pattern="^[0-9a-f]{64}$")
    writing: int = Field(ge=0, le=100_000)
    reason: Reason


class MinutesForm(Form):
    """Minutes that staff give, or below zero take back, with the reason."""

    minutes: int = Field(ge=-120, le=120)
    reason: Reason


class OutageForm(Form):
    """Whether the time that a terminal lost is given back."""

    credited: bool
    reason: Reason


class TakenForm(Form):
    """Whether late answers are taken in."""

    taken: bool
    reason: Reason


class BackupForm(Form):
    """The folder for a backup, as it was offered."""

    folder: str = Field(min_length=1, max_length=4096)


class SeatForm(Form):
    """The seat where a terminal stands; none takes it away."""

    seat: str | None = Field(default=None, max_length=16)

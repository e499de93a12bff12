"""Entries of the lists, as models: replies and the OpenAPI document are both made from them."""

from decimal import Decimal
from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, WithJsonSchema

from kiosk.exam.attempt.states import EndReason
from kiosk.exam.items.item import AnswerValue
from sync.wire.delivery.result import (
    BundleIncident,
    BundlePart,
    Chain,
    CheckInRecord,
    ConductCounts,
    DeviceCheckRecord,
    EvidenceRef,
    HandAdmission,
    PackageRef,
    PersonalFormRecord,
    Timing,
    VisionRecord,
)
from sync.wire.model import Utc

Points = Annotated[
    Decimal,
    PlainSerializer(lambda value: format(value, "f"), return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$"}, mode="serialization"),
]
"""Points as decimal text, because binary fractions would round them."""


class Entry(BaseModel):
    """What every entry has: a cursor after which the list continues.

    ``about`` names what an entry tells of. A later one about the same, with the same values of
    ``part``, replaces it; one with another value of ``report`` replaces all that had the former.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    about: ClassVar[tuple[str, ...]] = ("centre_code", "attempt_id")
    report: ClassVar[tuple[str, ...]] = ()
    part: ClassVar[tuple[str, ...]] = ()

    cursor: str = Field(description="As the parameter `after`, the list continues after this.")


class AnswerFindingEntry(BaseModel):
    """What was done to answers outside the centre's software, from revision to revision."""

    what: str
    first: int
    last: int


class OfAttempt(Entry):
    """Which attempt an entry belongs to. Centre and attempt together are unique."""

    report = ("bundle_id",)

    centre_code: str
    attempt_id: str
    bundle_id: str = Field(description="The report of the centre that counts.")
    sitting_id: str
    candidate_id: str
    admission_no: str
    paper: str
    programme: str | None = Field(description="None where the attempt fits no paper.")
    room: str


class ResultEntry(OfAttempt):
    """The result of an attempt as it is now. A later entry of the same attempt replaces it."""

    version: int = Field(description="From 1; each change of the result raises it.")
    revision: int
    programme_version: int | None
    trade: str | None
    level: str | None
    seat: str | None
    name: str | None = Field(description="Only with the scope personal:read.")
    status: str
    remark: str
    objective: Points | None = Field(description="Points of what the keys alone score.")
    exact_total: Points | None = Field(description="Not rounded; None until all is marked.")
    total: Points | None = Field(description="Rounded as the programme says.")
    passed: bool | None
    pending: tuple[str, ...] = Field(description="Items that wait for marks.")
    points: dict[str, Points] = Field(description="By item.")
    parts: dict[str, Points] = Field(description="By part of the paper, before weighting.")
    subjects: dict[str, Points] = Field(description="By subject, before weighting.")
    answered: int
    leaves: int
    incidents: int
    without: tuple[str, ...] = Field(description="Devices that staff waived.")
    end_reason: EndReason
    ended_at: Utc
    part_times: tuple[BundlePart, ...] = Field(description="Of parts that were sat in order.")
    answers_digest: str
    chain_ok: bool
    answer_findings: tuple[AnswerFindingEntry, ...] | None
    later_epochs: int = Field(description="Reports after the centre was restored; people decide.")
    received_at: Utc
    changed_at: Utc


class PublishedEntry(Entry):
    """A published version of a result: the first, an amended one, or its withdrawal."""

    centre_code: str
    attempt_id: str
    number: int = Field(description="From 1; the highest of an attempt is valid.")
    kind: str
    sitting_id: str
    programme: str
    programme_version: int
    trade: str | None
    level: str | None
    candidate_id: str
    admission_no: str
    result_version: int
    status: str
    total: Points | None
    passed: bool | None
    parts: dict[str, Points]
    reason: str
    published_at: Utc


class AttemptEntry(OfAttempt):
    """What the centre reported of an attempt: answers, times, conduct, incidents."""

    revision: int
    package: PackageRef
    answers: dict[str, AnswerValue]
    timing: Timing
    end_reason: EndReason
    voided: bool
    conduct: ConductCounts
    incidents: tuple[BundleIncident, ...]
    check_in: CheckInRecord | None
    device_check: DeviceCheckRecord | None
    evidence: tuple[EvidenceRef, ...]
    chain: Chain
    by_hand: bool = Field(description="Staff admitted somebody who is not on the roster.")
    admitted: HandAdmission | None = Field(description="Only with the scope personal:read.")
    personal_form: PersonalFormRecord | None = Field(
        description="Only with the scope personal:read."
    )
    software: str
    vision: VisionRecord | None
    answers_digest: str
    chain_ok: bool
    answer_findings: tuple[AnswerFindingEntry, ...] | None
    received_at: Utc


class IncidentEntry(OfAttempt):
    """An incident as it was measured. It has not been judged here."""

    part = ("id",)

    id: str
    rule: str
    started_at: Utc
    ended_at: Utc | None
    measured: float | None
    threshold: float | None
    frame_interval_ms: int | None
    note: str | None
    evidence: tuple[str, ...] = Field(description="SHA-256 of its pictures.")
    received_at: Utc


class EvidenceEntry(OfAttempt):
    """A picture that the centre stored of an attempt."""

    part = ("id",)

    id: str = Field(description="SHA-256 of the picture.")
    kind: str
    at: Utc
    size: int
    incidents: tuple[str, ...] = Field(description="Incidents that name it.")
    here: bool = Field(description="Whether its bytes are at headquarters. They come later.")
    href: str = Field(description="Where its bytes are, once they are here.")


class SittingPaperEntry(BaseModel):
    """A paper of a sitting."""

    id: str
    programme: str
    programme_version: int
    trade: str | None
    level: str | None
    minutes: int


class SittingEntry(Entry):
    """A sitting with its papers."""

    about = ("id",)

    id: str
    title: str
    starts_at: Utc
    ends_at: Utc
    cancelled_at: Utc | None
    repeats: str | None
    papers: tuple[SittingPaperEntry, ...]


class ErrorBody(BaseModel):
    """An error: ``code`` is stable, ``message`` is for people."""

    code: str
    message: str


class ErrorReply(BaseModel):
    """The body of every refusal."""

    error: ErrorBody

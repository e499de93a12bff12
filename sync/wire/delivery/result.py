"""The content of a result bundle, field by field, in format ``result-bundle/2``."""

from collections.abc import Iterable, Sequence
from typing import Annotated, Literal, Self

from pydantic import Field, JsonValue, model_validator

from kiosk.exam.attempt.states import EndReason
from kiosk.exam.items.item import MAX_ESSAY, AnswerValue
from kiosk.exam.papers.paper import Form
from kiosk.exam.programme.personal_form import MOST_TYPED, PersonalField
from kiosk.exam.values import Growing, Text
from sync.wire.chain import event_hash
from sync.wire.delivery import answer_log
from sync.wire.delivery.answer_log import AnswerFinding, AnswerLog, LoggedRevision, value_digest
from sync.wire.model import FIRST, Identifier, Sha256, Utc, WireModel
from sync.wire.sealing.keys import PublicKeys
from sync.wire.sealing.sealed import Addressed

FORMAT: Literal["result-bundle/2"] = "result-bundle/2"
FORMATS = ("result-bundle/1", FORMAT)
"""The first one has neither paper nor room; the defaults of :class:`ResultBundle` hold."""

MOST_NOTES = 5000
"""Longest text of a notes pad in characters."""

ShortText = Field(max_length=500)
ShortName = Annotated[str, Field(max_length=64)]


class BundleAnswer(WireModel):
    """The last revision of one answer, and a digest over the digests of all its revisions."""

    item_id: Identifier
    seq: int = Field(ge=1)
    value: AnswerValue
    saved_at: Utc
    revisions: int = Field(ge=1)
    revisions_digest: Sha256

    def is_logged(self, revision: LoggedRevision) -> bool:
        """Return whether a revision of the log is this answer."""
        same = (revision.item_id, revision.seq) == (self.item_id, self.seq)
        return same and revision.value_digest == value_digest(self.value)

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        texts = self.value if isinstance(self.value, list) else [self.value or ""]
        if len(texts) > 64 or any(len(text) > MAX_ESSAY for text in texts):
            raise ValueError("an answer is too long")
        return self


class BundleNotes(WireModel):
    """What the candidate wrote on the notes pad; never scored, and no answer."""

    text: str = Field(max_length=MOST_NOTES)
    saved_at: Utc


class PackageRef(WireModel):
    """The exam package that was used for the attempt."""

    id: Identifier
    version: int = Field(ge=1)


class BundleCredit(WireModel):
    """A time credit in seconds: for a pause or an outage, or granted or deducted by staff."""

    kind: Literal["pause", "outage", "staff"]
    seconds: float = Field(ge=-360_000, le=3_600_000)
    reason: str = ShortText
    by: str = Field(max_length=100)
    at: Utc


class BundlePart(WireModel):
    """A part that was sat in order; ``end_reason`` as the attempt's, also for parts before."""

    part: str
    name: Text
    started_at: Utc
    ended_at: Utc
    end_reason: EndReason


class Timing(Growing, WireModel):
    """Start, extra time, time credits and end. An absent candidate has no start.

    ``parts``: those that began, where the programme has them sat in order.
    """

    younger = frozenset({"parts"})

    started_at: Utc | None = None
    ended_at: Utc
    extra_minutes: int = Field(default=0, ge=0, le=600)
    credits: tuple[BundleCredit, ...] = Field(default=(), max_length=10_000)
    parts: tuple[BundlePart, ...] = Field(default=(), max_length=1000)


class BundlePageLeave(WireModel):
    """One page leave (R18); ``reversal``: why staff do not count it."""

    number: int = Field(ge=1)
    started_at: Utc
    ended_at: Utc | None = None
    cause: str = Field(max_length=60)
    reversal: str | None = Field(default=None, max_length=500)
    reversed_by: str | None = Field(default=None, max_length=100)


class ConductCounts(WireModel):
    """Page leaves that count (R18), all page leaves, and the number of other signals (R20)."""

    leaves: int = Field(ge=0)
    leave_limit: int = Field(ge=1)
    signals: dict[str, int] = Field(default_factory=dict, max_length=64)
    page_leaves: tuple[BundlePageLeave, ...] = Field(default=(), max_length=10_000)


class BundleIncident(WireModel):
    """One incident: the rule, its time, the measured value and its threshold. It is not yet judged.

    ``frame_interval_ms``: the interval of this terminal's frames when it began. ``note``: what
    staff wrote, or which camera it was.
    """

    id: Identifier
    rule: str = Field(max_length=64)
    started_at: Utc
    ended_at: Utc | None = None
    measured: float | None = None
    threshold: float | None = None
    frame_interval_ms: int | None = Field(default=None, ge=0, le=3_600_000)
    note: str | None = Field(default=None, max_length=500)
    evidence: tuple[Sha256, ...] = Field(default=(), max_length=1000)


class CheckInFaceCheck(WireModel):
    """One face check at check-in, or a decision of staff (then with ``by`` and ``reason``)."""

    at: Utc
    outcome: str = Field(max_length=32)
    score: float | None = None
    advice: tuple[str, ...] = Field(default=(), max_length=32)
    evidence: Sha256 | None = None
    by: str | None = Field(default=None, max_length=100)
    reason: str | None = Field(default=None, max_length=500)


class CheckInRecord(WireModel):
    """The identity check: its outcome and every face check that led to it."""

    outcome: str = Field(max_length=32)
    score: float | None = None
    consent_face: bool = False
    face_checks: tuple[CheckInFaceCheck, ...] = Field(default=(), max_length=1000)


class DeviceCheckRecord(WireModel):
    """The terminal's device check (R13), and what staff waived although it failed.

    ``without``: devices that failed and were waived; ``rules_off``: the incident rules that
    were therefore not applied. ``camera_label``: the browser's name for the camera,
    ``camera_changes``: how often another camera was used during the exam.
    """

    terminal: str = Field(max_length=64)
    checked_at: Utc | None = None
    camera: bool
    microphone: bool
    loudspeaker: bool
    network: bool = True
    server_ms: int = Field(ge=0)
    without: tuple[ShortName, ...] = Field(default=(), max_length=8)
    rules_off: tuple[ShortName, ...] = Field(default=(), max_length=64)
    admitted_by: str | None = Field(default=None, max_length=100)
    reason: str | None = Field(default=None, max_length=500)
    camera_label: str = Field(default="", max_length=200)
    camera_changes: int = Field(default=0, ge=0)


class EvidenceRef(WireModel):
    """A picture that is stored at the centre, by its digest."""

    sha256: Sha256
    kind: str = Field(max_length=64)
    at: Utc
    size: int = Field(ge=0)


class ChainEvent(WireModel):
    """One event of the attempt, as it is in the sitting's hash chain.

    ``at`` stays text, because the hash covers exactly that text. ``epoch`` is None where it is
    the chain's; events from before a restore have a lower one.
    """

    epoch: int | None = Field(default=None, ge=0)
    seq: int = Field(ge=1)
    at: str = Field(max_length=40)
    kind: str = Field(max_length=64)
    who: str = Field(max_length=100)
    data: dict[str, JsonValue] = Field(default_factory=dict)
    previous: Sha256
    hash: Sha256


class Chain(WireModel):
    """The head of the sitting's event chain, and the events that concern the attempt."""

    epoch: int = Field(ge=0)
    seq: int = Field(ge=0)
    head: Sha256
    events: tuple[ChainEvent, ...] = Field(default=(), max_length=100_000)


class VisionRecord(WireModel):
    """The face pack in use and its thresholds."""

    pack_id: str = Field(max_length=100)
    thresholds: dict[str, float] = Field(default_factory=dict, max_length=64)


class HandAdmission(WireModel):
    """A candidate who is not on the roster and whom staff admitted by hand."""

    name: str = Field(min_length=1, max_length=100)
    identity_no: str = Field(min_length=1, max_length=32)
    seat: str = Field(max_length=16)
    reason: str = ShortText
    by: str = Field(max_length=100)
    at: Utc


class PersonalFormRecord(WireModel):
    """The personal data form at check-in (R14), as the candidate or staff left it.

    ``changed``: fields that differ from what was registered then. ``by`` and ``reason``: who let
    the candidate go on without it, and why.
    """

    state: Literal["draft", "confirmed", "skipped"]
    values: dict[PersonalField, Annotated[str, Field(max_length=MOST_TYPED)]]
    changed: tuple[PersonalField, ...] = Field(default=(), max_length=32)
    at: Utc
    by: str = Field(default="", max_length=100)
    reason: str = Field(default="", max_length=500)


class ResultBundle(Growing, Addressed):
    """Everything about one attempt. Each later bundle of the attempt has a higher ``revision``.

    ``paper`` and ``room``: ids of the sitting in the package.
    """

    younger = frozenset({"notes"})

    format: Literal["result-bundle/1", "result-bundle/2"] = FORMAT
    attempt_id: Identifier
    revision: int = Field(ge=1, le=1_000_000)
    candidate_id: Identifier
    admission_no: str = Field(pattern=r"^[A-Za-z0-9-]{1,32}$")
    sitting_id: Identifier
    package: PackageRef
    paper: Identifier = FIRST
    room: Identifier = FIRST
    form: Form | None
    answers: tuple[BundleAnswer, ...] = Field(default=(), max_length=5000)
    timing: Timing
    end_reason: EndReason
    voided: bool = False
    conduct: ConductCounts
    incidents: tuple[BundleIncident, ...] = Field(default=(), max_length=10_000)
    check_in: CheckInRecord | None = None
    device_check: DeviceCheckRecord | None = None
    evidence: tuple[EvidenceRef, ...] = Field(default=(), max_length=10_000)
    answer_log: AnswerLog | None = None
    chain: Chain
    admitted: HandAdmission | None = None
    personal_form: PersonalFormRecord | None = None
    software: str = Field(max_length=100)
    vision: VisionRecord | None = None
    notes: BundleNotes | None = None

    @model_validator(mode="after")
    def _one_answer_an_item(self) -> Self:
        items = [answer.item_id for answer in self.answers]
        if len(set(items)) != len(items):
            raise ValueError("an item is answered twice")
        return self

    @property
    def values(self) -> dict[str, AnswerValue]:
        """Answers by item id."""
        return {answer.item_id: answer.value for answer in self.answers}

    def broken_event(self) -> int | None:
        """Return the number of the first event whose hash or link does not fit, or None.

        The bundle has only some events of the sitting's chain, so each is checked on its own;
        two that follow each other directly must also be linked.
        """
        before: ChainEvent | None = None
        for event in self.chain.events:
            linked = before is None or event.seq != before.seq + 1 or event.previous == before.hash
            if not linked or self._hash_of(event) != event.hash:
                return event.seq
            before = event
        return None

    def answer_findings(self, keys: Iterable[PublicKeys]) -> Sequence[AnswerFinding]:
        """Return changes to the answers that the centre's running software did not make.

        ``keys``: the centre's keys that headquarters trusts. An attempt that never began has no
        log.
        """
        log = self.answer_log
        if log is None:
            last = max((answer.seq for answer in self.answers), default=0)
            return [AnswerFinding("unsealed", 1, last)] if self.timing.started_at else []
        if self.timing.started_at is None and not log.seals and not log.revisions:
            return []
        found = list(answer_log.check(self.attempt_id, log, self._marks(), keys))
        newest = {revision.item_id: revision for revision in log.revisions}
        given = {answer.item_id: answer for answer in self.answers}
        differ = sorted(
            revision.seq
            for item, revision in newest.items()
            if item not in given or not given[item].is_logged(revision)
        )
        if differ or given.keys() - newest.keys():
            found.append(AnswerFinding("altered", *_span(differ or [0])))
        return found

    def _marks(self) -> dict[int, str]:
        """Return the heads of the answer chain that the attempt's events state."""
        told = [event.data for event in self.chain.events]
        pairs = [(data.get(answer_log.THROUGH), data.get(answer_log.HEAD)) for data in told]
        return {n: head for n, head in pairs if isinstance(n, int) and isinstance(head, str)}

    def _hash_of(self, event: ChainEvent) -> str:
        return event_hash(
            {
                "sitting_id": self.sitting_id,
                "attempt_id": self.attempt_id,
                **event.model_dump(mode="json", exclude={"hash"}),
                "epoch": self.chain.epoch if event.epoch is None else event.epoch,
            }
        )


def _span(numbers: Sequence[int]) -> tuple[int, int]:
    return min(numbers), max(numbers)

"""What staff look at before they decide about one candidate."""

from dataclasses import dataclass
from datetime import datetime


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

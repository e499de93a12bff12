"""Sittings and their portraits, as staff see them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from kiosk.exam.attempt.cases import CaseKind
from kiosk.exam.states import SittingStatus


@dataclass(frozen=True)
class PaperView:
    """A paper of a sitting, by its title in each language."""

    id: str
    title: dict[str, str]
    minutes: int


@dataclass(frozen=True)
class RoomView:
    """A room of a sitting."""

    id: str
    name: str


@dataclass(frozen=True)
class SittingView:
    """A sitting in the staff's list.

    ``revoked``: why headquarters revoked its package. ``deleted``: classes of its data that were
    deleted after their retention period. ``reasons``: of its programmes by act, in each language.
    ``pledge``: whether one of its programmes asks for a pledge.
    """

    id: str
    title: str
    programme_titles: list[dict[str, str]]
    starts_at: datetime
    papers: list[PaperView]
    rooms: list[RoomView]
    unlock_not_before: datetime
    state: SittingStatus
    package_id: str
    version: int
    candidates: int
    revoked: str | None = None
    deleted: Sequence[str] = ()
    reasons: Mapping[str, Sequence[dict[str, str]]] = field(default_factory=dict)
    pledge: bool = False

    @property
    def minutes(self) -> str:
        """Minutes of the papers, such as 90 or 60–120."""
        found = {paper.minutes for paper in self.papers}
        return f"{min(found)}–{max(found)}" if len(found) > 1 else str(max(found))


@dataclass(frozen=True)
class SeatName:
    """A candidate at a seat."""

    seat: str
    name: str


@dataclass(frozen=True)
class SeatPair:
    """Two candidates on neighbouring seats."""

    first: SeatName
    second: SeatName


@dataclass(frozen=True)
class SeatEntry:
    """A line of a seat plan; ``paper`` is its title in each language."""

    seat: str
    name: str
    admission_no: str
    paper: dict[str, str]
    extra_minutes: int
    needs: str

    @property
    def granted(self) -> bool:
        """Whether headquarters has granted extra time or something else."""
        return bool(self.extra_minutes or self.needs)


@dataclass(frozen=True)
class RoomPlan:
    """The seat plan of a room, in the order of seats."""

    room: str
    seats: list[SeatEntry]


@dataclass(frozen=True)
class ScantAnswers:
    """A candidate who has answered hardly anything: ``answered`` of ``items``."""

    seat: str
    name: str
    answered: int
    items: int


@dataclass(frozen=True)
class UndecidedCases:
    """What staff still have to decide about a candidate."""

    seat: str
    name: str
    kinds: list[CaseKind]


@dataclass(frozen=True)
class OpenIncidents:
    """Incidents of a candidate that still go on."""

    seat: str
    name: str
    incidents: int


@dataclass(frozen=True)
class ClosingView:
    """What closing a sitting would end.

    ``writing``: candidates between start and end, ``paused`` of them; ``last_end``: when the
    last one's time is up. ``extra_time``: those with more time than the others. ``waiting``:
    signed in, but not begun. ``not_started``: in a group that has not started. ``not_here``:
    never signed in. ``undecided``: staff still have to decide something. ``nearly_empty``: those
    who write or have handed in with hardly any answers. ``out``: on a toilet break.
    ``unverified``: those who sat without an identity check. ``unsealed``: results of ended exams
    that are not sealed yet. ``mark`` identifies this view in the confirmation.
    """

    writing: int
    paused: int
    last_end: datetime | None
    extra_time: list[SeatName]
    waiting: list[SeatName]
    out: list[SeatName]
    undecided: list[UndecidedCases]
    nearly_empty: list[ScantAnswers]
    incidents: list[OpenIncidents]
    unverified: list[SeatName]
    unsealed: int
    not_started: int
    not_here: int
    mark: str


@dataclass(frozen=True)
class PortraitProblem:
    """A portrait that face checks cannot use; ``problems`` are advice ids."""

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
    """Findings about a sitting's portraits; ``done`` when all were compared."""

    checked: int
    total: int
    done: bool
    problems: list[PortraitProblem]
    lookalikes: list[LookalikePair]

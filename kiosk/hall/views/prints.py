"""What the printed set of a sitting says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class PrintKind(StrEnum):
    """The documents of the printed set, in the order of the day."""

    DOOR_LIST = "door_list"
    DESK_LABELS = "desk_labels"
    SIGN_IN_SHEET = "sign_in_sheet"
    ABSENTEES = "absentees"
    ROOM_RECORD = "room_record"
    INCIDENT_REPORT = "incident_report"
    MISCONDUCT = "misconduct_records"
    HANDOVER = "handover"


@dataclass(frozen=True)
class PrintedSeat:
    """A candidate on paper. ``paper``: its title in each language; ``came``: has signed in."""

    seat: str
    name: str
    admission_no: str
    paper: dict[str, str]
    came: bool
    end_reason: str | None


@dataclass(frozen=True)
class PrintedBreak:
    """A toilet break on paper. ``ended_at`` is None while it goes on."""

    seat: str
    name: str
    admission_no: str
    escort: str
    began_at: datetime
    ended_at: datetime | None
    minutes: float
    reason: str


@dataclass(frozen=True)
class PrintedRoom:
    """A room on paper, with its candidates in the order of seats.

    ``minutes``: of the longest paper, with extra time. ``ended_at`` is None until everybody has
    ended. ``incidents``: how many by rule. ``breaks``: the oldest first.
    """

    id: str
    name: str
    seats: Sequence[PrintedSeat]
    minutes: int
    started_at: datetime | None
    ended_at: datetime | None
    incidents: Mapping[str, int]
    breaks: Sequence[PrintedBreak]


@dataclass(frozen=True)
class PrintedSitting:
    """A sitting on paper."""

    id: str
    title: str
    programmes: Sequence[dict[str, str]]
    starts_at: datetime
    several_papers: bool
    rooms: Sequence[PrintedRoom]
    is_over: bool


@dataclass(frozen=True)
class PrintedIncident:
    """An incident on paper. ``by``: who of staff marked it, None for the camera.

    ``pictures``: SHA-256 of each picture that shows it, with its time, oldest first.
    """

    room: str
    seat: str
    name: str
    admission_no: str
    rule: str
    started_at: datetime
    ended_at: datetime | None
    follow_up: str
    by: str | None
    note: str | None
    pictures: Sequence[tuple[str, datetime]]


@dataclass(frozen=True)
class SealedFile:
    """A file for headquarters. ``sha256``: of its sealed bytes, None if they are gone.

    ``seat`` and ``name``: of the candidate whose result it has.
    """

    kind: str
    name: str
    size: int
    sha256: str | None
    seat: str
    candidate: str


@dataclass(frozen=True)
class SealedFiles:
    """What was sealed for headquarters; pictures by number and a digest over their ids."""

    files: Sequence[SealedFile]
    pictures: int
    pictures_digest: str

"""The room, live, as staff see it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kiosk.exam.checkin.waiting import WaitReason
from kiosk.exam.disk_space import DiskSpace
from kiosk.exam.errors import ErrorRecord
from kiosk.hall.views.breaks import BreakView
from kiosk.hall.views.calls import CallView
from kiosk.hall.views.sittings import SittingView
from kiosk.hall.views.sync import SyncView


class Arrival(StrEnum):
    """How a terminal is heard of: lately, not for a while, or never since the server started."""

    FRESH = "fresh"
    LATE = "late"
    NONE = "none"


@dataclass(frozen=True)
class PartPlace:
    """The open part of parts that are sat in order: ``number`` of ``count``."""

    number: int
    count: int
    name: dict[str, str]


@dataclass(frozen=True)
class SeatRow:
    """One seat in the room view.

    ``extra_minutes`` and ``needs``: what headquarters has granted the candidate.
    ``form``: how far the personal data form is, "" before it is begun; ``form_changed``: its fields
    that differ from the registration.
    ``picture``: SHA-256 of the newest check-in picture, taken at ``picture_at``. ``findings``: what
    staff marked and have not cleared. ``inspection_due``: passed by the machine, not yet inspected.
    ``waits_since``: since when the candidate waits for staff at check-in, None for nobody who
    waits; ``waits_for``: what for.
    ``devices_missing``: failed the check and not admitted by staff; ``devices_without``:
    failed, and admitted. ``camera``: its label; ``camera_virtual``: the label names a program.
    ``set_aside_until``: pictures are not analysed before that time. ``remaining_s``: of the
    open ``part`` where parts are sat in order. ``ends_at``: when that time is up, while the
    candidate answers. ``call``: the candidate's open call. ``unread_messages``: those that the
    candidate has not confirmed. ``position``: row and column from 0, where the seat's name says.
    ``incidents_new`` and ``leaves_new``: those that staff have not acknowledged.
    ``on_break``: the open toilet break. ``pledge_due``: the programme asks for a pledge, and the
    candidate, who is present, has not given it.
    ``network`` and ``pictures``: how far the page and the camera's frames arrive, while expected.
    """

    admission_no: str
    name: str
    room: str
    seat: str
    position: tuple[int, int] | None
    paper: str
    attempt_id: str
    extra_minutes: int
    needs: str
    state: str
    terminal: str | None
    check_in: str
    check_in_score: float | None
    tries: int
    device_ok: bool | None
    devices_missing: list[str]
    devices_without: list[str]
    camera: str
    camera_virtual: bool
    camera_changes: int
    set_aside_until: datetime | None
    answered: int
    items: int
    saved_at: datetime | None
    pictures: Arrival | None
    leaves: int
    leave_limit: int
    away: bool
    remaining_s: float | None
    ends_at: datetime | None
    part: PartPlace | None
    pause_reason: str | None
    credited_s: float
    outage_s: float
    late_answers: int
    network: Arrival | None
    window_wanted: bool
    end_reason: str | None
    reopenable: bool
    active_rules: list[str]
    incidents: int
    incidents_new: int
    leaves_new: int
    has_portrait: bool
    picture: str | None
    picture_at: datetime | None
    findings: list[str]
    form: str
    form_changed: list[str]
    inspected: bool
    inspection_due: bool
    waits_since: datetime | None
    waits_for: tuple[WaitReason, ...]
    bundle_state: str | None
    call: CallView | None
    unread_messages: int
    on_break: BreakView | None
    pledge_due: bool


@dataclass(frozen=True)
class DisturbanceView:
    """A span in which the room's frames were missing or late; ``terminals``: those affected."""

    kind: str
    started_at: datetime
    ended_at: datetime | None
    terminals: tuple[str, ...]


@dataclass(frozen=True)
class PauseView:
    """A pause of a group; ``room`` and ``paper`` are None where it has all of them.

    ``limit_minutes``: how long it may last before the exams of the group are stopped.
    ``resumed_at`` is None while it lasts.
    """

    id: int
    room: str | None
    paper: str | None
    reason: str
    paused_at: datetime
    resumed_at: datetime | None
    limit_minutes: int


@dataclass(frozen=True)
class GroupView:
    """A paper in a room. ``counts``: candidates by state; ``last_end``: of those who are sitting.

    ``started_at`` is None until the group starts.
    """

    room: str
    paper: str
    counts: dict[str, int]
    started_at: datetime | None
    last_end: datetime | None


@dataclass(frozen=True)
class RoomView:
    """A whole sitting, live. ``reasons_due``: pauses made at once whose reason is missing."""

    sitting: SittingView
    server_time: datetime
    counts: dict[str, int]
    rows: list[SeatRow]
    inspections_due: int
    frames_per_s: float
    frame_interval_ms: int
    sync: SyncView
    alerts: list[str]
    disturbances: list[DisturbanceView]
    disk: DiskSpace
    groups: Sequence[GroupView]
    last_end: datetime | None
    pauses: Sequence[PauseView]
    reasons_due: Sequence[PauseView]


@dataclass(frozen=True)
class BoardChanges:
    """What has changed since a browser's last look, or with ``full`` everything.

    ``revision``: to be sent with the next look. ``gone``: admission numbers that left the board.
    ``room``: the room's own values by name.
    """

    revision: str
    full: bool
    server_time: datetime
    rows: Sequence[SeatRow]
    gone: Sequence[str]
    room: Mapping[str, object]


@dataclass(frozen=True)
class MissedSeat:
    """A chosen seat that an act did not reach, and why."""

    attempt_id: str
    seat: str
    name: str
    error: ErrorRecord


@dataclass(frozen=True)
class ChosenSeatsView:
    """What became of an act on chosen seats: for how many it was ``done``."""

    done: int
    missed: Sequence[MissedSeat]

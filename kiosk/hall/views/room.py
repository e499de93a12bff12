"""The room, live, as staff see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from kiosk.exam.disk_space import DiskSpace
from kiosk.hall.views.calls import CallView
from kiosk.hall.views.sittings import SittingView
from kiosk.hall.views.sync import SyncView


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
    ``picture``: SHA-256 of the newest check-in picture. ``findings``: what staff marked and
    have not cleared. ``inspection_due``: passed by the machine, not yet inspected by staff.
    ``devices_missing``: failed the check and not admitted by staff; ``devices_without``:
    failed, and admitted. ``camera``: its label; ``camera_virtual``: the label names a program.
    ``set_aside_until``: pictures are not analysed before that time. ``remaining_s``: of the
    open ``part`` where parts are sat in order. ``call``: the candidate's open call.
    ``unread_messages``: those that the candidate has not confirmed.
    """

    admission_no: str
    name: str
    room: str
    seat: str
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
    frame_at: datetime | None
    leaves: int
    leave_limit: int
    away: bool
    remaining_s: float | None
    part: PartPlace | None
    pause_reason: str | None
    credited_s: float
    outage_s: float
    late_answers: int
    contact_at: datetime | None
    window_wanted: bool
    end_reason: str | None
    reopenable: bool
    active_rules: list[str]
    incidents: int
    has_portrait: bool
    picture: str | None
    findings: list[str]
    form: str
    form_changed: list[str]
    inspected: bool
    inspection_due: bool
    bundle_state: str | None
    call: CallView | None
    unread_messages: int


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
    """

    room: str | None
    paper: str | None
    reason: str
    paused_at: datetime
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
    """A whole sitting, live."""

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

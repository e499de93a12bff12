"""The day at a centre: what is done, what comes next, what is open before the machine may go off.

Nothing is judged by a page: the machine may be switched off only when :func:`open_points` is empty.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from kiosk.exam.readiness import Level
from kiosk.exam.states import SITTING_OVER, SittingStatus

SOON, PAST = timedelta(hours=12), timedelta(hours=24)
"""How long before and after its planned start a locked sitting keeps the machine on."""

StepId = Literal[
    "imported", "prepared", "unlocked", "checked_in", "started", "written", "closed", "sealed",
    "sent", "backed_up",
]  # fmt: skip
StepState = Literal["done", "now", "missing", "later"]
NoteKind = Literal["absent", "paused", "undecided", "incidents", "waiting", "on_stick"]
OpenKind = Literal[
    "writing", "not_closed", "not_started", "starts_soon", "undecided", "late_answers",
    "held_answers", "unsealed", "waiting", "unconfirmed", "backup_running", "no_backup",
]  # fmt: skip
RemarkKind = Literal["on_stick", "no_backup_place"]


@dataclass(frozen=True)
class SittingDay:
    """One sitting now. The numbers are of candidates unless something else is said.

    ``undecided``: cases that wait for staff, beside ``late_answers`` and ``held_answers``
    (deliveries). ``incidents``: those still going on. ``unsealed``: something has ended and is
    not sealed. ``waiting``: files without a receipt; ``on_stick``: those of them in a file for a
    USB stick. ``closed_at``: None until the sitting is over.
    """

    id: str
    starts_at: datetime
    state: SittingStatus
    readiness: Level
    absent: int = 0
    checking_in: int = 0
    ready: int = 0
    writing: int = 0
    ended: int = 0
    paused: int = 0
    undecided: int = 0
    incidents: int = 0
    late_answers: int = 0
    held_answers: int = 0
    damaged: bool = False
    unsealed: bool = False
    waiting: int = 0
    on_stick: int = 0
    closed_at: datetime | None = None

    @property
    def candidates(self) -> int:
        """How many there are."""
        return self.absent + self.checking_in + self.ready + self.writing + self.ended

    @property
    def is_over(self) -> bool:
        """Whether nobody sits or checks in any more."""
        return self.state in SITTING_OVER


@dataclass(frozen=True)
class Delivery:
    """What headquarters has. ``unsealed``: something has ended and is not sealed yet.

    ``waiting``: sealed files without a receipt; ``on_stick``: those of them in a file for a USB
    stick. ``confirmed``: headquarters said that it has all, or there was nothing yet. ``alone``:
    the centre works without headquarters.
    """

    unsealed: bool
    waiting: int
    confirmed: bool
    alone: bool = False
    on_stick: int = 0


@dataclass(frozen=True)
class Backups:
    """Backups of this machine. ``used``: it can make any; ``place``: a folder is there now."""

    used: bool = False
    place: bool = False
    running: bool = False
    newest_at: datetime | None = None


@dataclass(frozen=True)
class Machine:
    """What concerns all sittings. ``held_answers``: at terminals, of attempts unknown here."""

    delivery: Delivery
    backups: Backups = field(default_factory=Backups)
    held_answers: int = 0


@dataclass(frozen=True)
class Note:
    """A number that a step shows beside its own."""

    kind: NoteKind
    n: int


@dataclass(frozen=True)
class Step:
    """A step of a sitting's day: ``n`` of ``of`` candidates, 0 where nobody is counted."""

    id: StepId
    state: StepState
    n: int = 0
    of: int = 0
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True)
class OpenPoint:
    """Why the machine has to stay on. ``sitting_id``: "" where it concerns the whole machine."""

    kind: OpenKind
    sitting_id: str = ""
    n: int = 0


@dataclass(frozen=True)
class Remark:
    """What staff should know before they go, though the machine may go off."""

    kind: RemarkKind
    n: int = 0


def steps(day: SittingDay, machine: Machine) -> tuple[Step, ...]:
    """Return the steps of a sitting: done ones, the one that is next, and later ones."""
    done = _done(day, machine.backups)
    first = next((name for name, is_done in done.items() if not is_done), None)
    return tuple(
        Step(name, _state(name, is_done, first, day), *_count(name, day), _notes(name, day))
        for name, is_done in done.items()
    )


def _done(day: SittingDay, backups: Backups) -> dict[StepId, bool]:
    """Return the steps in order, and whether each is done."""
    over, everybody = day.is_over, day.candidates
    started = over or day.state is SittingStatus.STARTED
    unlocked = started or day.state is SittingStatus.UNLOCKED
    sealed = over and not day.unsealed
    found: dict[StepId, bool] = {
        "imported": over or not day.damaged,
        "prepared": started or day.readiness not in (Level.BAD, Level.WAIT),
        "unlocked": unlocked,
        "checked_in": started or (unlocked and _here(day) == everybody),
        "started": started,
        "written": over or (started and day.writing + day.ready + day.checking_in == 0),
        "closed": over,
        "sealed": sealed,
        "sent": sealed and day.waiting <= day.on_stick,
    }
    if backups.used:
        found["backed_up"] = over and not _backup_lacks(day, backups)
    return found


def _state(name: StepId, done: bool, first: StepId | None, day: SittingDay) -> StepState:
    if done:
        return "done"
    if name != first:
        return "later"
    bad = name == "imported" or (name == "prepared" and day.readiness is Level.BAD)
    return "missing" if bad else "now"


def _here(day: SittingDay) -> int:
    return day.ready + day.writing + day.ended


def _count(name: StepId, day: SittingDay) -> tuple[int, int]:
    if name == "checked_in":
        return _here(day), day.candidates
    return (day.ended, day.candidates) if name == "written" else (0, 0)


def _notes(name: StepId, day: SittingDay) -> tuple[Note, ...]:
    running = day.state is SittingStatus.STARTED
    found: list[tuple[StepId, NoteKind, int]] = [
        ("checked_in", "absent", 0 if day.is_over else day.absent),
        ("written", "paused", day.paused),
        ("written", "undecided", day.undecided if running else 0),
        ("written", "incidents", day.incidents),
        ("sent", "waiting", day.waiting - day.on_stick),
        ("sent", "on_stick", day.on_stick),
    ]
    return tuple(Note(kind, n) for step, kind, n in found if step == name and n > 0)


def _backup_lacks(day: SittingDay, backups: Backups) -> bool:
    """Whether no backup was made after the sitting was closed."""
    if day.closed_at is None:
        return False
    return backups.newest_at is None or backups.newest_at < day.closed_at


def open_points(
    days: Iterable[SittingDay], machine: Machine, now: datetime
) -> tuple[OpenPoint, ...]:
    """Return why the machine has to stay on; only without any may it be switched off."""
    known = list(days)
    found = [point for day in known for point in _of_sitting(day, machine.backups, now)]
    return (*found, *_of_machine(machine))


def _of_sitting(day: SittingDay, backups: Backups, now: datetime) -> Iterator[OpenPoint]:
    if day.writing:
        yield OpenPoint("writing", day.id, day.writing)
    if day.state is SittingStatus.STARTED:
        yield OpenPoint("not_closed", day.id)
    if day.state is SittingStatus.UNLOCKED:
        yield OpenPoint("not_started", day.id)
    if day.state is SittingStatus.IMPORTED and now - PAST <= day.starts_at <= now + SOON:
        yield OpenPoint("starts_soon", day.id)
    if day.undecided:
        yield OpenPoint("undecided", day.id, day.undecided)
    if day.late_answers:
        yield OpenPoint("late_answers", day.id, day.late_answers)
    if day.held_answers:
        yield OpenPoint("held_answers", day.id, day.held_answers)
    if backups.place and _of_today(day, now) and _backup_lacks(day, backups):
        yield OpenPoint("no_backup", day.id)


def _of_today(day: SittingDay, now: datetime) -> bool:
    return day.closed_at is not None and day.closed_at >= now - PAST


def _of_machine(machine: Machine) -> Iterator[OpenPoint]:
    delivery, waiting = machine.delivery, machine.delivery.waiting - machine.delivery.on_stick
    if machine.held_answers:
        yield OpenPoint("held_answers", n=machine.held_answers)
    if delivery.unsealed:
        yield OpenPoint("unsealed")
    if waiting > 0:
        yield OpenPoint("waiting", n=waiting)
    elif not (delivery.waiting or delivery.confirmed or delivery.alone):
        yield OpenPoint("unconfirmed")
    if machine.backups.running:
        yield OpenPoint("backup_running")


def remarks(days: Iterable[SittingDay], machine: Machine, now: datetime) -> tuple[Remark, ...]:
    """Return what does not keep the machine on, and staff should see to."""
    found, backups = [], machine.backups
    if machine.delivery.on_stick:
        found.append(Remark("on_stick", machine.delivery.on_stick))
    lacking = [day for day in days if _of_today(day, now) and _backup_lacks(day, backups)]
    if backups.used and not backups.place and lacking:
        found.append(Remark("no_backup_place"))
    return tuple(found)

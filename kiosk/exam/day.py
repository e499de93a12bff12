"""The day at a centre: what is done, what comes next, what is open before the machine may go off.

Nothing is judged by a page: the machine may be switched off only when :func:`open_points` is empty.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from kiosk.exam.readiness import Level
from kiosk.exam.states import SITTING_OVER, SittingStatus

SOON, PAST = timedelta(hours=12), timedelta(hours=24)
"""How long before and after its planned start a locked sitting keeps the machine on."""

StepId = Literal["prepared", "unlocked", "checked_in", "started", "written", "closed", "sent"]
StepState = Literal["done", "now", "missing", "later"]
OpenKind = Literal[
    "writing", "not_closed", "not_started", "starts_soon", "late_answers", "held_answers",
    "unsealed", "waiting", "unconfirmed",
]  # fmt: skip


@dataclass(frozen=True)
class SittingDay:
    """One sitting now, in numbers of candidates.

    ``late_answers``: deliveries that wait for a decision. ``held_answers``: candidates of whom
    terminals still have answers that this centre may lack.
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
    late_answers: int = 0
    held_answers: int = 0

    @property
    def candidates(self) -> int:
        """How many there are."""
        return self.absent + self.checking_in + self.ready + self.writing + self.ended


@dataclass(frozen=True)
class Delivery:
    """What headquarters has. ``unsealed``: something has ended and is not sealed yet.

    ``waiting``: sealed files without a receipt. ``confirmed``: headquarters said that it has all,
    or there was nothing yet. ``alone``: the centre works without headquarters.
    """

    unsealed: bool
    waiting: int
    confirmed: bool
    alone: bool = False


@dataclass(frozen=True)
class Step:
    """A step of a sitting's day: ``n`` of ``of`` candidates, 0 where nobody is counted."""

    id: StepId
    state: StepState
    n: int = 0
    of: int = 0


@dataclass(frozen=True)
class OpenPoint:
    """Why the machine has to stay on. ``sitting_id``: "" where it concerns the whole machine."""

    kind: OpenKind
    sitting_id: str = ""
    n: int = 0


def steps(day: SittingDay, delivery: Delivery) -> tuple[Step, ...]:
    """Return the steps of a sitting: done ones, the one that is next, and later ones."""
    over, everybody = day.state in SITTING_OVER, day.candidates
    started = over or day.state is SittingStatus.STARTED
    unlocked = started or day.state is SittingStatus.UNLOCKED
    here = day.ready + day.writing + day.ended
    written = over or (started and day.writing + day.ready + day.checking_in == 0)
    found: list[tuple[StepId, bool, int, int]] = [
        ("prepared", started or day.readiness not in (Level.BAD, Level.WAIT), 0, 0),
        ("unlocked", unlocked, 0, 0),
        ("checked_in", started or (unlocked and here == everybody), here, everybody),
        ("started", started, 0, 0),
        ("written", written, day.ended, everybody),
        ("closed", over, 0, 0),
        ("sent", over and not _undelivered(delivery), 0, 0),
    ]
    first = next((name for name, done, *_ in found if not done), None)
    return tuple(Step(name, _state(name, done, first, day), n, of) for name, done, n, of in found)


def _state(name: StepId, done: bool, first: StepId | None, day: SittingDay) -> StepState:
    if done:
        return "done"
    if name == "prepared" and day.readiness is Level.BAD:
        return "missing"
    return "now" if name == first else "later"


def _undelivered(delivery: Delivery) -> bool:
    return delivery.unsealed or delivery.waiting > 0 or not (delivery.confirmed or delivery.alone)


def open_points(
    days: Iterable[SittingDay], delivery: Delivery, now: datetime
) -> tuple[OpenPoint, ...]:
    """Return why the machine has to stay on; only without any may it be switched off."""
    found = [point for day in days for point in _of_sitting(day, now)]
    if delivery.unsealed:
        found.append(OpenPoint("unsealed"))
    if delivery.waiting:
        found.append(OpenPoint("waiting", n=delivery.waiting))
    elif not (delivery.confirmed or delivery.alone):
        found.append(OpenPoint("unconfirmed"))
    return tuple(found)


def _of_sitting(day: SittingDay, now: datetime) -> Iterator[OpenPoint]:
    if day.writing:
        yield OpenPoint("writing", day.id, day.writing)
    if day.state is SittingStatus.STARTED:
        yield OpenPoint("not_closed", day.id)
    if day.state is SittingStatus.UNLOCKED:
        yield OpenPoint("not_started", day.id)
    if day.state is SittingStatus.IMPORTED and now - PAST <= day.starts_at <= now + SOON:
        yield OpenPoint("starts_soon", day.id)
    if day.late_answers:
        yield OpenPoint("late_answers", day.id, day.late_answers)
    if day.held_answers:
        yield OpenPoint("held_answers", day.id, day.held_answers)

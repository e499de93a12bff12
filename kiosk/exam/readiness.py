"""Readiness of a centre for a sitting: facts in, findings out. What to do is up to staff."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from kiosk.exam.disk_space import DiskLevel, DiskSpace

LEAST_FREE_MB = 1000
"""With less free space the disk may be full before the exam is over."""
CLOCK_SECONDS = 5.0
"""A clock that differs from headquarters' by more gives a warning."""


class Level(StrEnum):
    """Severity of a finding.

    ``ok``; ``wait``: not known yet; ``warn``: staff should check; ``bad``: the sitting cannot
    be held.
    """

    OK = "ok"
    WAIT = "wait"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True)
class Finding:
    """The outcome of one check; ``params`` fill its sentence."""

    what: str
    level: Level
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Backup:
    """The newest backup's age in hours, None without one; ``old``: older than it should be."""

    hours: float | None
    old: bool


@dataclass(frozen=True)
class RoomFacts:
    """A room: its candidates, and the terminals that are assigned to its seats."""

    name: str
    candidates: int
    terminals: int


@dataclass(frozen=True)
class PaperFacts:
    """A paper: its title in each language, its candidates and minutes."""

    title: Mapping[str, str]
    candidates: int
    minutes: int


@dataclass(frozen=True)
class Facts:
    """What is known about a sitting at its centre.

    ``portraits_looked_at``: portraits checked so far, out of ``candidates``. ``doubles``:
    identity numbers and seats that more than one candidate has. ``clock_offset_s``: against
    headquarters, None before the first contact. ``backup``: None where none can be made.
    ``rooms`` and ``papers`` are given where there are several. ``unattended``: rooms in which no
    invigilator may act. ``clashes``: candidates whose seat another sitting gives away at the same
    time. ``off_roster``: candidates who were here before a new package left them out. ``has_font``:
    of Chinese characters, to print; ``unprintable``: names with a character that it lacks.
    """

    now: datetime
    starts_at: datetime
    not_before: datetime
    not_after: datetime
    revoked: str | None
    candidates: int
    terminals: int
    terminals_failed: Sequence[str]
    portraits_checked: int
    portraits_missing: Sequence[str]
    portraits_unusable: Sequence[str]
    lookalikes: int
    doubles: Sequence[str]
    disk: DiskSpace
    evidence_mb: int
    clock_offset_s: float | None
    backup: Backup | None = None
    rooms: Sequence[RoomFacts] = ()
    papers: Sequence[PaperFacts] = ()
    unattended: Sequence[str] = ()
    clashes: Sequence[str] = ()
    off_roster: Sequence[str] = ()
    has_font: bool = True
    unprintable: Sequence[str] = ()


def findings(facts: Facts) -> tuple[Finding, ...]:
    """Return every finding, in the order in which staff would work through them."""
    return (
        _package(facts),
        _terminals(facts),
        *_failed_terminals(facts),
        *_rooms_and_papers(facts),
        _portraits(facts),
        *_people(facts),
        *_printing(facts),
        _disk(facts),
        _clock(facts),
        *_backup(facts.backup),
    )


def worst(found: Sequence[Finding]) -> Level:
    """Return the worst level of all findings, OK without any."""
    # StrEnum compares as text, so severity is the order of declaration.
    order = list(Level)
    return max((one.level for one in found), key=order.index, default=Level.OK)


def _package(facts: Facts) -> Finding:
    if facts.revoked is not None:
        return Finding("package_revoked", Level.BAD, {"reason": facts.revoked})
    if facts.now > facts.not_after:
        return Finding("package_over", Level.BAD, {"until": facts.not_after})
    if not facts.not_before <= facts.starts_at <= facts.not_after:
        return Finding("package_window", Level.BAD, {"until": facts.not_after})
    return Finding("package_ok", Level.OK, {"until": facts.not_after})


def _terminals(facts: Facts) -> Finding:
    numbers = {"candidates": facts.candidates, "terminals": facts.terminals}
    enough = facts.terminals >= facts.candidates
    return Finding("terminals", Level.OK if enough else Level.WARN, numbers)


def _failed_terminals(facts: Facts) -> list[Finding]:
    if not facts.terminals_failed:
        return []
    return [Finding("terminals_failed", Level.WARN, {"names": ", ".join(facts.terminals_failed)})]


def _rooms_and_papers(facts: Facts) -> list[Finding]:
    """Return the counts of each; a room whose seats have some terminals but not all is a warning.

    Where no terminal has a seat, candidates may sit down at any.
    """
    return [
        *(
            Finding(
                "room",
                Level.WARN if 0 < room.terminals < room.candidates else Level.OK,
                vars(room),
            )
            for room in facts.rooms
        ),
        *(Finding("paper", Level.OK, vars(paper)) for paper in facts.papers),
    ]


def _portraits(facts: Facts) -> Finding:
    numbers = {"done": facts.portraits_checked, "total": facts.candidates}
    waiting = facts.portraits_checked < facts.candidates
    return Finding("portraits", Level.WAIT if waiting else Level.OK, numbers)


def _people(facts: Facts) -> list[Finding]:
    named = {
        "portraits_missing": facts.portraits_missing,
        "portraits_unusable": facts.portraits_unusable,
        "doubles": facts.doubles,
        "clashes": facts.clashes,
        "off_roster": facts.off_roster,
        "unattended": facts.unattended,
    }
    found = [
        Finding(what, Level.WARN, {"names": ", ".join(names)})
        for what, names in named.items()
        if names
    ]
    if facts.lookalikes:
        found.append(Finding("lookalikes", Level.WARN, {"count": facts.lookalikes}))
    return found


def _printing(facts: Facts) -> list[Finding]:
    if not facts.has_font:
        return [Finding("no_font", Level.WARN)]
    if not facts.unprintable:
        return []
    return [Finding("unprintable", Level.WARN, {"names": ", ".join(facts.unprintable)})]


def _disk(facts: Facts) -> Finding:
    free, wanted = facts.disk.free_mb, LEAST_FREE_MB + facts.evidence_mb
    numbers = {"free": free, "wanted": wanted, "hours": facts.disk.hours}
    if free < LEAST_FREE_MB or facts.disk.level in (DiskLevel.SHEDDING, DiskLevel.FULL):
        return Finding("disk", Level.BAD, numbers)
    enough = free >= wanted and facts.disk.level is DiskLevel.OK
    return Finding("disk", Level.OK if enough else Level.WARN, numbers)


def _backup(backup: Backup | None) -> list[Finding]:
    if backup is None:
        return []
    if backup.hours is None:
        return [Finding("backup_none", Level.WARN)]
    level = Level.WARN if backup.old else Level.OK
    return [Finding("backup", level, {"hours": round(backup.hours, 1)})]


def _clock(facts: Facts) -> Finding:
    if facts.clock_offset_s is None:
        return Finding("clock_unknown", Level.WAIT)
    near = abs(facts.clock_offset_s) <= CLOCK_SECONDS
    seconds = round(abs(timedelta(seconds=facts.clock_offset_s)).total_seconds(), 1)
    return Finding("clock", Level.OK if near else Level.WARN, {"seconds": seconds})

"""Parts of the board: counts by room and paper, open pauses, how recently terminals were heard."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from kiosk.exam.attempt.breaks import BreakRules
from kiosk.exam.attempt.groups import GroupTimes, Pause
from kiosk.hall.attempt.group_pauses import REASON_FOLLOWS
from kiosk.hall.packages import OpenedPackages
from kiosk.hall.views.breaks import BreakView
from kiosk.hall.views.room import Arrival, GroupView, PauseView
from kiosk.store.centre.sittings import Sitting
from kiosk.store.exam.attempts import Attempt
from kiosk.store.exam.breaks import ToiletBreak

LATE = timedelta(seconds=15)
"""After this time without contact or pictures the board says so."""


def arrival(last: datetime | None, now: datetime, interval: timedelta = timedelta()) -> Arrival:
    """Return how fresh the last contact is; ``interval``: how often one is expected."""
    if last is None:
        return Arrival.NONE
    return Arrival.LATE if now - last > max(LATE, 3 * interval) else Arrival.FRESH


def break_view(out: ToiletBreak | None, rules: BreakRules, now: datetime) -> BreakView | None:
    """Return an open toilet break as staff see it."""
    if out is None:
        return None
    overdue = out.span.is_overdue(rules, now)
    return BreakView(out.number, out.escort, out.at, overdue, out.back_at is not None)


def group_views(
    found: Iterable[Attempt], times: GroupTimes, ends: Mapping[str, datetime]
) -> list[GroupView]:
    """Return how far each paper is in each room, in the order of rooms and papers.

    ``ends``: when the time of each attempt that is being sat is up.
    """
    groups: dict[tuple[str, str], list[Attempt]] = {}
    for attempt in found:
        groups.setdefault((attempt.room, attempt.paper), []).append(attempt)
    return [
        GroupView(
            room=room,
            paper=paper,
            counts=dict(Counter(attempt.state for attempt in members)),
            started_at=times.started_at(room, paper),
            last_end=max((ends[one.id] for one in members if one.id in ends), default=None),
        )
        for (room, paper), members in sorted(groups.items())
    ]


def pause_views(
    papers: OpenedPackages, sitting: Sitting, pauses: Iterable[Pause]
) -> Sequence[PauseView]:
    """Return pauses with how long they may last, in the same order."""
    return [
        PauseView(
            id=pause.id,
            room=pause.group.room,
            paper=pause.group.paper,
            reason=pause.reason,
            paused_at=pause.paused_at,
            resumed_at=pause.resumed_at,
            limit_minutes=max(
                rules.repair_minutes for rules in papers.time_rules(sitting, pause.group)
            ),
        )
        for pause in pauses
    ]


def reasons_due(times: GroupTimes, rooms: Collection[str]) -> Sequence[Pause]:
    """Return the pauses that still lack a reason; of all rooms if ``rooms`` is empty."""
    return [
        pause
        for pause in times.pauses
        if pause.reason == REASON_FOLLOWS and (not rooms or pause.group.room in rooms)
    ]

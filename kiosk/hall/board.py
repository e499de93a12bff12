"""Counts of a sitting by room and paper, and the pauses that last."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from kiosk.exam.attempt.groups import GroupTimes
from kiosk.exam.attempt.states import SITTING
from kiosk.hall.packages import OpenedPackages
from kiosk.hall.views.room import GroupView, PauseView
from kiosk.store.centre.sittings import Sitting
from kiosk.store.exam.attempts import Attempt


def group_views(found: Iterable[Attempt], times: GroupTimes) -> list[GroupView]:
    """Return how far each paper is in each room, in the order of rooms and papers."""
    groups: dict[tuple[str, str], list[Attempt]] = {}
    for attempt in found:
        groups.setdefault((attempt.room, attempt.paper), []).append(attempt)
    return [
        GroupView(
            room=room,
            paper=paper,
            counts=dict(Counter(attempt.state for attempt in members)),
            started_at=times.started_at(room, paper),
            last_end=last_end(members),
        )
        for (room, paper), members in sorted(groups.items())
    ]


def last_end(found: Iterable[Attempt]) -> datetime | None:
    """Return when the time of the last one who is sitting is up; pauses postpone it."""
    ends = [one.ends_at for one in found if one.ends_at and one.state in SITTING]
    return max(ends, default=None)


def pause_views(papers: OpenedPackages, sitting: Sitting, times: GroupTimes) -> Sequence[PauseView]:
    """Return the pauses that last, the first one first."""
    return [
        PauseView(
            room=pause.group.room,
            paper=pause.group.paper,
            reason=pause.reason,
            paused_at=pause.paused_at,
            limit_minutes=max(
                rules.repair_minutes for rules in papers.time_rules(sitting, pause.group)
            ),
        )
        for pause in times.open_pauses
    ]

"""Counts of a sitting by room and paper, and the pauses that last."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from kiosk.exam.attempt.groups import GroupTimes
from kiosk.hall.packages import OpenedPackages
from kiosk.hall.views.room import GroupView, PauseView
from kiosk.store.centre.sittings import Sitting
from kiosk.store.exam.attempts import Attempt


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

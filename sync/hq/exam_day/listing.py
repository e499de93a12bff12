"""A day's places as a page: filtered, sorted, counted by state and by province and city."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sync.hq.core.roles import below, path_of
from sync.hq.exam_day.places import Place
from sync.hq.exam_day.states import ATTENTION, DayState, state_of

PAGE_SIZES = (25, 50, 100)
PAGE = 50
MOST_TILES = 600
"""Places that the map shows one by one; beyond, only the figures of the branches."""
NEVER = datetime.min.replace(tzinfo=UTC)


class DayOrder(StrEnum):
    """What the list can be sorted by."""

    STATE = "state"
    CENTRE = "centre"
    SITTING = "sitting"
    SEATS = "seats"
    ARRIVED = "arrived"
    INCIDENTS = "incidents"
    CONTACT = "contact"


@dataclass(frozen=True)
class DayWanted:
    """What a page shows. ``text``: in a centre's code, name or branch."""

    text: str = ""
    state: DayState | None = None
    branch: str = ""
    sitting_id: str = ""
    order: DayOrder = DayOrder.STATE
    descending: bool = False
    page: int = 1
    size: int = PAGE


@dataclass(frozen=True)
class Shown:
    """A place and its state."""

    place: Place
    state: DayState


@dataclass(frozen=True)
class BranchGroup:
    """The chosen places of a branch, by attention; ``branch`` is empty for centres without one."""

    branch: str
    shown: Sequence[Shown]
    counts: Mapping[DayState, int]


@dataclass(frozen=True)
class DayPage:
    """A page of a day.

    ``counts``: places by state that all filters but the state choose, None for all of them.
    ``groups`` and the sums are of all chosen places, not of the page alone.
    """

    shown: Sequence[Shown]
    counts: Mapping[DayState | None, int]
    groups: Sequence[BranchGroup]
    branches: Sequence[str]
    sittings: Mapping[str, str]
    chosen: int
    seats: int
    writing: int
    arrived: int
    incidents: int
    page: int
    pages: int

    @property
    def drawn(self) -> bool:
        """Whether the map shows places one by one."""
        return self.chosen <= MOST_TILES


def day_page(places: Sequence[Place], wanted: DayWanted, now: datetime) -> DayPage:
    """Return a page; ``page`` is the last one where a later one was wanted."""
    found = [Shown(place, state_of(place, now)) for place in places if _matches(place, wanted)]
    counts: dict[DayState | None, int] = {None: len(found)}
    for state, count in _counts(found).items():
        counts[state] = count
    chosen = [row for row in found if wanted.state in (None, row.state)]
    chosen.sort(key=_by_attention)
    # Stable: places that are equal in the wanted order stay sorted by attention.
    ordered = sorted(chosen, key=_KEYS[wanted.order], reverse=wanted.descending)
    pages = max(1, -(-len(chosen) // wanted.size))
    page = max(1, min(wanted.page, pages))
    return DayPage(
        shown=ordered[(page - 1) * wanted.size : page * wanted.size],
        counts=counts,
        groups=_groups(chosen),
        branches=sorted({place.branch for place in places if place.branch}),
        sittings={place.sitting_id: place.title for place in sorted(places, key=_by_start)},
        chosen=len(chosen),
        seats=sum(row.place.seats for row in chosen),
        writing=sum(row.place.report.writing for row in chosen if row.place.report),
        arrived=sum(row.place.arrived for row in chosen),
        incidents=sum(row.place.incidents for row in chosen),
        page=page,
        pages=pages,
    )


def _matches(place: Place, wanted: DayWanted) -> bool:
    text = wanted.text.casefold()
    words = (place.centre_code, place.centre_name, place.branch)
    return (
        (not text or any(text in word.casefold() for word in words))
        and (not wanted.branch or below(path_of(place.centre_code, place.branch), wanted.branch))
        and wanted.sitting_id in ("", place.sitting_id)
    )


def _groups(chosen: Sequence[Shown]) -> Sequence[BranchGroup]:
    by_branch: dict[str, list[Shown]] = {}
    for row in chosen:
        by_branch.setdefault(row.place.branch, []).append(row)
    # Centres without a branch last: they have no place on a map.
    names = sorted(by_branch, key=lambda branch: (not branch, branch))
    return [BranchGroup(name, by_branch[name], _counts(by_branch[name])) for name in names]


def _counts(rows: Sequence[Shown]) -> dict[DayState, int]:
    found = Counter(row.state for row in rows)
    return {state: found[state] for state in ATTENTION if found[state]}


def _by_start(place: Place) -> tuple[datetime, str]:
    return place.starts_at, place.sitting_id


def _by_attention(row: Shown) -> tuple[Any, ...]:
    return ATTENTION.index(row.state), row.place.centre_code, row.place.starts_at


_KEYS: Mapping[DayOrder, Callable[[Shown], Any]] = {
    DayOrder.STATE: lambda row: ATTENTION.index(row.state),
    DayOrder.CENTRE: lambda row: (row.place.centre_code, row.place.starts_at),
    DayOrder.SITTING: lambda row: (row.place.starts_at, row.place.sitting_id),
    DayOrder.SEATS: lambda row: row.place.seats,
    DayOrder.ARRIVED: lambda row: row.place.arrived,
    DayOrder.INCIDENTS: lambda row: row.place.incidents,
    DayOrder.CONTACT: lambda row: row.place.heard_at or NEVER,
}

"""The board as it changes: a browser names the revision that it has and gets what differs since.

The feed lives in memory. After a restart, and for a browser whose revision it does not know, it
sends everything, so no browser can keep a row that is out of date.
"""

from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping
from dataclasses import fields, replace
from datetime import datetime
from threading import Lock
from typing import TypeVar

from kiosk.exam.attempt.states import AttemptState
from kiosk.hall.room import Rooms
from kiosk.hall.views.room import BoardChanges, RoomView, SeatRow
from kiosk.hall.views.sync import SyncView

Value = TypeVar("Value")
MOST_SNAPSHOTS = 64
"""Sittings and sets of rooms whose last snapshot is kept; the one unused longest is forgotten."""

COUNTED_BY_THE_BOARD = frozenset({"counts", "inspections_due", "rows", "server_time"})


class BoardFeed:
    """Remembers what browsers have seen of each sitting, for everybody with the same rooms."""

    def __init__(self, rooms: Rooms, entropy: Callable[[int], bytes]) -> None:
        self._rooms = rooms
        self._entropy = entropy
        self._lock = Lock()
        self._snapshots: OrderedDict[tuple[str, frozenset[str]], _Snapshot] = OrderedDict()

    def changes(
        self,
        sitting_id: str,
        sync: SyncView,
        rooms: Collection[str],
        since: str,
        more: Mapping[str, object],
    ) -> BoardChanges:
        """Return what has changed since a revision; everything where it is not known.

        ``rooms``: see :meth:`Rooms.room`. ``more``: further values of the room.

        Raises:
            NotFound: there is no such sitting.
        """
        self._rooms.require_sitting(sitting_id)
        snapshot = self._snapshot(sitting_id, frozenset(rooms))
        # Held while reading: an older snapshot that is stored later would bring old rows back.
        with snapshot.lock:
            view = self._rooms.room(sitting_id, sync, rooms)
            snapshot.update(view, more)
            return snapshot.changes(since, view.server_time)

    def _snapshot(self, sitting_id: str, rooms: frozenset[str]) -> "_Snapshot":
        key = (sitting_id, rooms)
        with self._lock:
            if key not in self._snapshots:
                self._snapshots[key] = _Snapshot(self._entropy(8).hex())
            self._snapshots.move_to_end(key)
            while len(self._snapshots) > MOST_SNAPSHOTS:
                self._snapshots.popitem(last=False)
            return self._snapshots[key]


class _Snapshot:
    """The board as it was last read, with the revision in which each value came."""

    def __init__(self, name: str) -> None:
        self.lock = Lock()
        self._name = name
        self._revision = 0
        self._rows: dict[str, tuple[SeatRow, int]] = {}
        self._gone: dict[str, int] = {}
        self._room: dict[str, tuple[object, int]] = {}

    def update(self, view: RoomView, more: Mapping[str, object]) -> None:
        """Store what was read anew."""
        following = self._revision + 1
        rows = {row.admission_no: _steady(row) for row in view.rows}
        own = {field.name: getattr(view, field.name) for field in fields(view)}
        shown = {name: own[name] for name in own.keys() - COUNTED_BY_THE_BOARD} | dict(more)
        gone = self._rows.keys() - rows.keys()
        changed = [_put(self._rows, number, row, following) for number, row in rows.items()]
        changed += [_put(self._room, name, value, following) for name, value in shown.items()]
        for number in gone:
            del self._rows[number]
            self._gone[number] = following
        for number in rows:
            self._gone.pop(number, None)
        if any(changed) or gone:
            self._revision = following

    def changes(self, since: str, now: datetime) -> BoardChanges:
        """Return what came after a revision; everything where it is not one of this snapshot."""
        name, _, number = since.partition("-")
        known = name == self._name and number.isdecimal() and int(number) <= self._revision
        after = int(number) if known else 0
        return BoardChanges(
            revision=f"{self._name}-{self._revision}",
            full=not known,
            server_time=now,
            rows=[row for row, revision in self._rows.values() if revision > after],
            gone=[left for left, revision in self._gone.items() if known and revision > after],
            room={key: value for key, (value, revision) in self._room.items() if revision > after},
        )


def _put(stored: dict[str, tuple[Value, int]], key: str, value: Value, revision: int) -> bool:
    """Store a value under a revision, unless it is there already; return whether it is new."""
    if key in stored and stored[key][0] == value:
        return False
    stored[key] = (value, revision)
    return True


def _steady(row: SeatRow) -> SeatRow:
    """Leave out the time left while it runs: ``ends_at`` says it, and each second changes it."""
    running = row.state == AttemptState.IN_PROGRESS
    return replace(row, remaining_s=None) if running else row

"""Disturbances: spans in which frames were missing or late for a whole room.

They are the server's or the network's doing, not a candidate's.
"""

from collections.abc import Mapping

from sqlite_utils import Database

from kiosk.exam.event_kinds import DISTURBANCE_BEGAN, DISTURBANCE_OVER
from kiosk.exam.proctoring.room import Analysis, Camera, Disturbance, RoomKind, RoomWatch
from kiosk.exam.values import of_attributes
from kiosk.hall.clock import exam_time
from kiosk.hall.context import CentreContext
from kiosk.hall.views.room import DisturbanceView
from kiosk.store.centre import terminals
from kiosk.store.exam import attempts, room_events
from kiosk.store.exam.room_events import RoomEvent

SHOWN = 20
NAMED = 60
"""Maximum number of terminals named in a span."""


class Disturbances:
    """One watch for each sitting with running attempts."""

    def __init__(self, context: CentreContext) -> None:
        self._context = context
        self._watches: dict[str, RoomWatch] = {}
        self._open: dict[tuple[str, RoomKind], str] = {}
        # Spans that were open when the server stopped have no watch any more.
        context.store.write(lambda db: room_events.end_all(db, context.time.now()))

    def judge(
        self,
        sitting_id: str,
        patience_s: float,
        cameras: Mapping[str, Camera],
        analysis: Analysis,
        interval_ms: int,
    ) -> RoomWatch:
        """Judge one sitting now, and record what began and what is over.

        ``patience_s``: after how many seconds of silence a camera counts as lost.
        """
        watch = self._watches.get(sitting_id)
        if watch is None:
            watch = RoomWatch(patience_s)
            self._watches[sitting_id] = watch
        began, ended = watch.tick(self._context.time.now().timestamp(), cameras, analysis)
        for span in began:
            self._begin(sitting_id, span, interval_ms)
        for span in ended:
            self._end(sitting_id, span)
        return watch

    def forget_others(self, sitting_ids: set[str]) -> None:
        """End the spans of rooms without running attempts."""
        for sitting_id in set(self._watches) - sitting_ids:
            for span in self._watches.pop(sitting_id).active.values():
                self._end(sitting_id, span)

    def active(self, sitting_id: str | None = None) -> list[RoomKind]:
        """Return the kinds that last now, in one sitting or in all."""
        kinds = {
            kind
            for name, watch in list(self._watches.items())
            if sitting_id in (None, name)
            for kind in list(watch.active)
        }
        return sorted(kinds)

    def view(self, sitting_id: str) -> list[DisturbanceView]:
        """Return the sitting's latest spans, newest first."""
        return [
            of_attributes(DisturbanceView, event)
            for event in room_events.of_sitting(self._context.store.read(), sitting_id, SHOWN)
        ]

    def _begin(self, sitting_id: str, span: Disturbance, interval_ms: int) -> None:
        event_id, since = self._context.ids(), exam_time(span.since)

        def job(db: Database) -> None:
            names = self._names(db, span)
            event = RoomEvent(event_id, sitting_id, span.kind, since, None, interval_ms, names)
            room_events.begin(db, event)
            details = {"since": since.isoformat(), "frame_interval_ms": interval_ms}
            self._context.record(
                db,
                sitting_id,
                DISTURBANCE_BEGAN[span.kind],
                "system",
                None,
                **details,
                terminals=list(names),
            )

        self._context.store.write(job)
        self._open[sitting_id, span.kind] = event_id

    def _end(self, sitting_id: str, span: Disturbance) -> None:
        event_id = self._open.pop((sitting_id, span.kind), "")
        until = exam_time(span.seen_at)

        def job(db: Database) -> None:
            names = self._names(db, span)
            room_events.end(db, event_id, until, names)
            self._context.record(
                db,
                sitting_id,
                DISTURBANCE_OVER[span.kind],
                "system",
                None,
                since=exam_time(span.since).isoformat(),
                until=until.isoformat(),
                terminals=list(names),
            )

        self._context.store.write(job)

    @staticmethod
    def _names(db: Database, span: Disturbance) -> tuple[str, ...]:
        known = terminals.everyone(db)
        found = (attempts.get(db, attempt_id) for attempt_id in sorted(span.members))
        named = (known.get(attempt.terminal_id or "") for attempt in found if attempt)
        return tuple(sorted(terminal.name for terminal in named if terminal))[:NAMED]

"""Live pictures at check-in: staff see who sits at the terminal while they compare the face.

A picture lives in memory only, at most ``FRESH`` long and one for each attempt; no part of the
product analyses or stores it. The terminal sends pictures only while somebody looks, and its page
says so. That somebody looked is recorded.
"""

import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlite_utils import Database

from kiosk.exam.event_kinds import EventKind
from kiosk.hall.checkin.inspections import BEFORE
from kiosk.hall.context import CentreContext
from kiosk.hall.errors import InspectionOver, LivePictureClosed, NotFound, TooManyLooks
from kiosk.store.exam import attempts, events, tallies
from kiosk.store.exam.attempts import Attempt
from kiosk.vision.images import check_jpeg

MOST_BYTES = 32 * 1024
"""Size of a live picture; one of 320 by 240 has some 12 KiB."""

MOST_PIXELS = 640 * 480

APART = timedelta(seconds=0.5)
"""A picture that comes sooner after the one before is dropped: terminals send one a second."""

FRESH = timedelta(seconds=4)
"""An older picture is forgotten: it would show who sat there, not who sits there."""

LAPSE = timedelta(seconds=6)
"""Whoever has not asked for the picture for so long looks no more."""

LONGEST = timedelta(minutes=3)
"""After that a person has to ask again: nobody is watched by a dialog that was left open."""

MOST = 32
"""Most candidates who are looked at at the same time."""


@dataclass
class _Viewer:
    """A member of staff who looks: since when, and when they last asked for the picture."""

    since: datetime
    asked_at: datetime

    def gone(self, now: datetime) -> bool:
        return now - self.asked_at > LAPSE or now - self.since > LONGEST


@dataclass
class _Look:
    """Who looks at a candidate, and the newest picture."""

    viewers: dict[str, _Viewer] = field(default_factory=dict)
    picture: bytes | None = None
    taken_at: datetime | None = None

    def age(self, now: datetime) -> None:
        """Forget who has gone, and a picture that is too old."""
        self.viewers = {by: seen for by, seen in self.viewers.items() if not seen.gone(now)}
        if self.taken_at is not None and now - self.taken_at > FRESH:
            self.picture = self.taken_at = None


class LivePictures:
    """Hands the newest picture of a candidate at check-in to the staff who look."""

    def __init__(self, context: CentreContext) -> None:
        self._context = context
        self._looks: dict[str, _Look] = {}
        self._lock = threading.Lock()

    def open(self, attempt_id: str, by: str) -> None:
        """Begin to look at a candidate, and record that.

        Raises:
            NotFound: there is no such attempt.
            InspectionOver: the candidate is not at check-in, or at no terminal.
            TooManyLooks: staff look at ``MOST`` candidates already.
        """
        self._at_check_in(self._context.store.read(), attempt_id)
        self._look(attempt_id)

        def job(db: Database) -> None:
            attempt = self._at_check_in(db, attempt_id)
            kind = EventKind.LIVE_PICTURE_OPENED
            often = not tallies.worth_noting(tallies.add(db, attempt_id, kind))
            # Others may have looked so often that the log leaves some out, but it names everybody.
            if not often or not events.names(db, attempt_id, kind, by):
                self._context.record(db, attempt.sitting_id, kind, by, attempt_id)

        self._context.store.write(job)
        # Only now: nobody looks unrecorded where nothing can be written.
        self._look(attempt_id, by)

    def _look(self, attempt_id: str, by: str | None = None) -> None:
        """Let a member of staff look; without one, only require that there is room for it."""
        now = self._context.time.now()
        with self._lock:
            self._age(now)
            if attempt_id not in self._looks and len(self._looks) >= MOST:
                raise TooManyLooks()
            if by is not None:
                self._looks.setdefault(attempt_id, _Look()).viewers[by] = _Viewer(now, now)

    def close(self, attempt_id: str, by: str) -> None:
        """Look no more; whoever does not look is ignored."""
        with self._lock:
            look = self._looks.get(attempt_id)
            if look is not None:
                look.viewers.pop(by, None)
            self._age(self._context.time.now())

    def newest(self, attempt_id: str, by: str) -> bytes | None:
        """Return the newest picture as JPEG, or None while none comes.

        Raises:
            NotFound: there is no such attempt.
            InspectionOver: the candidate is not at check-in, or at no terminal.
            LivePictureClosed: this member of staff does not look, or no longer.
        """
        self._still_at_check_in(attempt_id)
        with self._lock:
            now = self._context.time.now()
            self._age(now)
            look = self._looks.get(attempt_id, _Look())
            viewer = look.viewers.get(by)
            if viewer is None:
                raise LivePictureClosed()
            viewer.asked_at = now
            return look.picture

    def wanted(self, attempt_id: str) -> bool:
        """Whether staff look at this candidate now."""
        with self._lock:
            self._age(self._context.time.now())
            return attempt_id in self._looks

    def accept(self, attempt_id: str, jpeg: bytes) -> bool:
        """Hold a picture for those who look; return whether another one is wanted.

        Without anybody who looks, or too soon after the one before, it is dropped.

        Raises:
            NotFound: there is no such attempt.
            InspectionOver: the candidate is not at check-in, or at no terminal.
            VisionError: the picture is unusable.
        """
        if not self.wanted(attempt_id):
            return False
        self._still_at_check_in(attempt_id)
        check_jpeg(jpeg, MOST_BYTES, MOST_PIXELS)
        with self._lock:
            now = self._context.time.now()
            look = self._looks.get(attempt_id)
            if look is None:
                return False
            if look.taken_at is None or now - look.taken_at >= APART:
                look.picture, look.taken_at = jpeg, now
            return True

    def tick(self) -> None:
        """Forget what has lapsed, though nobody asks."""
        with self._lock:
            self._age(self._context.time.now())

    def _age(self, now: datetime) -> None:
        for look in self._looks.values():
            look.age(now)
        self._looks = {name: look for name, look in self._looks.items() if look.viewers}

    def _still_at_check_in(self, attempt_id: str) -> None:
        """Require a candidate at check-in; at its end, forget the picture at once."""
        try:
            self._at_check_in(self._context.store.read(), attempt_id)
        except InspectionOver:
            with self._lock:
                self._looks.pop(attempt_id, None)
            raise

    @staticmethod
    def _at_check_in(db: Database, attempt_id: str) -> Attempt:
        attempt = attempts.get(db, attempt_id)
        if attempt is None:
            raise NotFound()
        if attempt.state not in BEFORE or attempt.terminal_id is None:
            raise InspectionOver()
        return attempt

"""The printed set of a sitting: who sits where, who came, what happened, what was sealed."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from kiosk.exam.attempt.states import OVER, AttemptState, EndReason
from kiosk.exam.event_kinds import EventKind
from kiosk.exam.identity.outcomes import CheckIn
from kiosk.exam.seating import position_key
from kiosk.exam.values import of_attributes
from kiosk.hall.attempt import misconduct_views
from kiosk.hall.context import CentreContext
from kiosk.hall.packages import OpenedPackages
from kiosk.hall.paper_titles import titles
from kiosk.hall.views.misconduct import MisconductView
from kiosk.hall.views.prints import (
    PrintedBreak,
    PrintedIncident,
    PrintedRoom,
    PrintedSeat,
    PrintedSitting,
    PrintKind,
    SealedFile,
    SealedFiles,
)
from kiosk.printing.fonts import is_printable
from kiosk.store.centre import outbox
from kiosk.store.centre.outbox import EVIDENCE, OutboxItem
from kiosk.store.centre.sittings import Sitting
from kiosk.store.exam import attempts, breaks, incidents
from kiosk.store.exam.attempts import Attempt
from sync.wire.delivery.inventory import tally


class PrintedSet:
    """Collects what the documents of a sitting say, and records each print."""

    def __init__(self, context: CentreContext, papers: OpenedPackages) -> None:
        self._context = context
        self._papers = papers

    def sitting(self, sitting_id: str, rooms: Collection[str] = ()) -> PrintedSitting:
        """Return a sitting as it goes on paper, all of it or some rooms.

        Raises:
            NotFound: there is no such sitting.
        """
        sitting = self._papers.sitting(sitting_id)
        package = self._papers.package(sitting)
        info = package.manifest.sitting
        found = self._by_room(sitting, rooms)
        counted = self._incidents(sitting_id)
        return PrintedSitting(
            id=sitting_id,
            title=sitting.title,
            programmes=[each.title.model_dump() for each in package.programmes.values()],
            starts_at=sitting.starts_at,
            several_papers=len(info.papers) > 1,
            rooms=[
                self._room(sitting, room.id, room.name, found[room.id], counted)
                for room in info.rooms
                if found[room.id]
            ],
            is_over=sitting.over,
        )

    @property
    def centre(self) -> str:
        """The name of the centre, or its code."""
        return self._context.settings.centre_name or self._context.settings.centre_code

    def now(self) -> datetime:
        """Return the exam time."""
        return self._context.time.now()

    def unprintable(self, sitting_id: str, rooms: Collection[str] = ()) -> list[str]:
        """Return the names, with their seats, that have a character which the font lacks."""
        sitting = self._papers.sitting(sitting_id)
        roster = self._papers.roster(sitting)
        return [
            f"{name} ({self._papers.place(sitting, attempt.room, attempt.seat)})"
            for attempt in self._known(sitting, rooms).values()
            if not is_printable(name := roster[attempt.admission_no].name)
        ]

    def portrait(self, sitting_id: str, admission_no: str) -> bytes | None:
        """Return a candidate's portrait as JPEG, None where there is none or it was deleted."""
        try:
            return self._papers.portrait(sitting_id, admission_no)
        except FileNotFoundError:
            return None

    def incidents(self, sitting_id: str, rooms: Collection[str] = ()) -> list[PrintedIncident]:
        """Return the incidents, oldest first.

        Raises:
            NotFound: there is no such sitting.
        """
        sitting = self._papers.sitting(sitting_id)
        roster, known = self._papers.roster(sitting), self._known(sitting, rooms)
        db = self._context.store.read()
        shown = incidents.pictures_of(db, sitting_id)
        return [
            of_attributes(
                PrintedIncident,
                incident,
                room=known[incident.attempt_id].room,
                seat=known[incident.attempt_id].seat,
                admission_no=known[incident.attempt_id].admission_no,
                name=roster[known[incident.attempt_id].admission_no].name,
                pictures=[(row.sha256, row.at) for row in shown.get(incident.id, ())],
            )
            for incident in reversed(incidents.of_sitting(db, sitting_id))
            if incident.attempt_id in known
        ]

    def evidence(self, sha256: str) -> bytes | None:
        """Return a picture of an incident as JPEG, None where it was deleted."""
        try:
            return self._context.open_sealed(sha256)
        except FileNotFoundError:
            return None

    def misconduct(self, sitting_id: str, rooms: Collection[str] = ()) -> list[MisconductView]:
        """Return the records of misconduct, oldest first.

        Raises:
            NotFound: there is no such sitting.
        """
        self._papers.sitting(sitting_id)
        found = misconduct_views.of_sitting(self._context, self._papers, sitting_id, rooms)
        return found[::-1]

    def sealed(self, sitting_id: str, rooms: Collection[str] = ()) -> SealedFiles:
        """Return what was sealed for headquarters; event logs belong to no room.

        Raises:
            NotFound: there is no such sitting.
        """
        sitting = self._papers.sitting(sitting_id)
        known = self._known(sitting, rooms)
        items = [
            item
            for item in outbox.everything(self._context.store.read(), sitting_id=sitting_id)
            if not rooms or item.attempt_id in known
        ]
        pictures = tally(item.id for item in items if item.kind == EVIDENCE)
        files = [self._file(sitting, item, known) for item in items if item.kind != EVIDENCE]
        return SealedFiles(files, pictures.count, pictures.digest)

    def note(self, sitting_id: str, kind: PrintKind, by: str, rooms: Collection[str] = ()) -> None:
        """Record that somebody printed a document.

        Raises:
            ResultsFinal: data of the sitting were deleted.
        """
        only: dict[str, Any] = {"rooms": sorted(rooms)} if rooms else {}
        self._context.store.write(
            lambda db: self._context.record(
                db, sitting_id, EventKind.PRINTED, by, document=kind.value, **only
            )
        )

    def _known(self, sitting: Sitting, rooms: Collection[str]) -> dict[str, Attempt]:
        """Return attempts by id."""
        found = self._by_room(sitting, rooms).values()
        return {attempt.id: attempt for room in found for attempt in room}

    def _by_room(self, sitting: Sitting, rooms: Collection[str]) -> defaultdict[str, list[Attempt]]:
        roster = self._papers.roster(sitting)
        found = defaultdict[str, list[Attempt]](list)
        for attempt in attempts.of_sitting(self._context.store.read(), sitting.id):
            if attempt.admission_no in roster and (not rooms or attempt.room in rooms):
                found[attempt.room].append(attempt)
        return found

    def _incidents(self, sitting_id: str) -> Mapping[str, Counter[str]]:
        """Return how many incidents of each rule an attempt has."""
        found = defaultdict[str, Counter[str]](Counter)
        for incident in incidents.of_sitting(self._context.store.read(), sitting_id):
            found[incident.attempt_id][incident.rule] += 1
        return found

    def _room(
        self,
        sitting: Sitting,
        room: str,
        name: str,
        found: Sequence[Attempt],
        counted: Mapping[str, Counter[str]],
    ) -> PrintedRoom:
        package, roster = self._papers.package(sitting), self._papers.roster(sitting)
        info = package.manifest.sitting
        papers = titles(info, package.programmes)
        seats = [
            PrintedSeat(
                seat=attempt.seat,
                name=roster[attempt.admission_no].name,
                admission_no=attempt.admission_no,
                paper=papers[attempt.paper],
                came=_came(attempt),
                end_reason=attempt.end_reason,
            )
            for attempt in sorted(found, key=lambda attempt: position_key(attempt.seat))
        ]
        return PrintedRoom(
            id=room,
            name=name,
            seats=seats,
            minutes=max(info.paper(a.paper).duration_minutes + a.extra_minutes for a in found),
            started_at=min((a.started_at for a in found if a.started_at), default=None),
            ended_at=_ended_at(found),
            incidents=sum((counted.get(a.id, Counter()) for a in found), Counter()),
            breaks=self._breaks(sitting, found),
        )

    def _breaks(self, sitting: Sitting, found: Iterable[Attempt]) -> list[PrintedBreak]:
        own, roster = {attempt.id: attempt for attempt in found}, self._papers.roster(sitting)
        now = self._context.time.now()
        return [
            PrintedBreak(
                seat=own[out.attempt_id].seat,
                name=roster[own[out.attempt_id].admission_no].name,
                admission_no=own[out.attempt_id].admission_no,
                escort=out.escort,
                began_at=out.at,
                ended_at=out.over_at,
                minutes=out.span.lasted(now).total_seconds() / 60,
                reason=out.reason,
            )
            for out in breaks.of_sitting(self._context.store.read(), sitting.id)
            if out.attempt_id in own
        ]

    def _file(self, sitting: Sitting, item: OutboxItem, known: Mapping[str, Attempt]) -> SealedFile:
        try:
            data = self._context.folders.outbox.get(item.id)
        except FileNotFoundError:
            data = b""
        attempt = known.get(item.attempt_id or "")
        roster = self._papers.roster(sitting)
        return SealedFile(
            kind=item.kind,
            name=f"{item.id}.{item.kind}",
            size=len(data),
            sha256=hashlib.sha256(data).hexdigest() if data else None,
            seat=self._papers.place(sitting, attempt.room, attempt.seat) if attempt else "",
            candidate=roster[attempt.admission_no].name if attempt else "",
        )


def _came(attempt: Attempt) -> bool:
    """Whether a candidate has signed in; who has not when a sitting is stopped ends with it."""
    if attempt.state is AttemptState.REGISTERED or attempt.end_reason is EndReason.ABSENT:
        return False
    unseen = attempt.started_at is None and attempt.check_in is CheckIn.NONE
    return not (attempt.end_reason is EndReason.STOPPED and unseen)


def _ended_at(found: Iterable[Attempt]) -> datetime | None:
    """Return when the last one who began has ended; None before that."""
    begun = [attempt for attempt in found if attempt.started_at]
    if not begun or any(attempt.state not in OVER for attempt in begun):
        return None
    return max((attempt.ended_at for attempt in begun if attempt.ended_at), default=None)

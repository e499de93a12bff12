"""The live view of a room: every seat, what needs attention, and incidents."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime

from kiosk.exam.attempt.states import SITTING
from kiosk.hall.attempt.leases import Leases
from kiosk.hall.board import group_views, pause_views, reasons_due
from kiosk.hall.context import CentreContext
from kiosk.hall.errors import NotFound
from kiosk.hall.machine.disk import DiskWatch
from kiosk.hall.machine.edge import EdgeWatch
from kiosk.hall.packages import OpenedPackages
from kiosk.hall.proctoring.monitor import Proctoring
from kiosk.hall.seat_rows import SeatRows
from kiosk.hall.sitting.sittings import Sittings
from kiosk.hall.transitions import AttemptTransitions
from kiosk.hall.views.incidents import EvidenceView, IncidentView
from kiosk.hall.views.room import RoomView
from kiosk.hall.views.sync import SyncView
from kiosk.store.exam import (
    attempts,
    groups,
    incidents,
)
from kiosk.store.exam.attempts import Attempt

ORDER = ("before", "frame", "after")
"""Order in which an incident's pictures are shown."""


class Rooms:
    """Views of one sitting, and pictures for the staff pages."""

    def __init__(
        self,
        context: CentreContext,
        papers: OpenedPackages,
        sittings_: Sittings,
        proctoring: Proctoring,
        leases: Leases,
        disk: DiskWatch,
        edge: EdgeWatch,
    ) -> None:
        self._disk = disk
        self._edge = edge
        self._context = context
        self._papers = papers
        self._transitions = AttemptTransitions(context, papers)
        self._sittings = sittings_
        self._proctoring = proctoring
        self._seat_rows = SeatRows(context, papers, proctoring, leases)

    def require_sitting(self, sitting_id: str) -> None:
        """Require that there is such a sitting.

        Raises:
            NotFound: there is none.
        """
        self._papers.sitting(sitting_id)

    def room(self, sitting_id: str, sync: SyncView, rooms: Collection[str] = ()) -> RoomView:
        """Return the state of every seat of a sitting, or of some rooms.

        Raises:
            NotFound: there is no such sitting.
        """
        sitting = self._papers.sitting(sitting_id)
        now = self._context.time.now()
        db = self._context.store.read()
        roster = self._papers.roster(sitting)
        known = [a for a in attempts.of_sitting(db, sitting_id) if a.admission_no in roster]
        found = _in_rooms(known, rooms)
        times, ends = groups.times_of(db, sitting_id), self._ends(found)
        rows = self._seat_rows.of(sitting, found, now)
        return RoomView(
            sitting=self._sittings.view(sitting),
            server_time=now,
            counts=dict(Counter(row.state for row in rows)),
            rows=rows,
            inspections_due=sum(row.inspection_due for row in rows),
            frames_per_s=self._proctoring.frames_per_s(),
            frame_interval_ms=self._proctoring.interval_ms,
            sync=sync,
            alerts=self._alerts(sitting_id),
            disturbances=self._proctoring.disturbances(sitting_id),
            disk=self._disk.view(len(rows)),
            groups=group_views(found, times, ends),
            last_end=max(ends.values(), default=None),
            pauses=pause_views(self._papers, sitting, times.open_pauses),
            reasons_due=pause_views(self._papers, sitting, reasons_due(times, rooms)),
        )

    def _ends(self, found: Sequence[Attempt]) -> dict[str, datetime]:
        """Return when the time of those who are sitting is up, with all their parts."""
        db = self._context.store.read()
        ends = {
            one.id: self._transitions.last_end(db, one) for one in found if one.state in SITTING
        }
        return {attempt_id: end for attempt_id, end in ends.items() if end}

    def _alerts(self, sitting_id: str) -> list[str]:
        room = self._proctoring.alerts(sitting_id)
        return [*room, *self._disk.alerts(), *self._edge.alerts()]

    def incidents(self, sitting_id: str, rooms: Collection[str] = ()) -> list[IncidentView]:
        """Return the incidents of a sitting, or of some rooms, with pictures, newest first.

        Raises:
            NotFound: there is no such sitting.
        """
        db = self._context.store.read()
        sitting = self._papers.sitting(sitting_id)
        roster = self._papers.roster(sitting)
        by_id = {one.id: one for one in _in_rooms(attempts.of_sitting(db, sitting_id), rooms)}
        shown, views = incidents.pictures_of(db, sitting_id), []
        for found in incidents.of_sitting(db, sitting_id):
            attempt = by_id.get(found.attempt_id)
            if attempt is None:
                continue
            rows = sorted(shown.get(found.id, ()), key=lambda row: ORDER.index(row.kind))
            pictures = [EvidenceView(row.sha256, row.kind, row.at) for row in rows]
            name = roster[attempt.admission_no].name
            views.append(
                IncidentView(
                    **vars(found),
                    admission_no=attempt.admission_no,
                    name=name,
                    evidence=pictures,
                )
            )
        return views

    def portrait(self, sitting_id: str, admission_no: str) -> bytes:
        """Return the registered portrait as JPEG.

        Raises:
            NotFound: the candidate has none, or does not exist.
        """
        picture = self._papers.portrait(sitting_id, admission_no)
        if picture is None:
            raise NotFound()
        return picture

    def evidence(self, sha256: str) -> bytes:
        """Return a decrypted evidence picture as JPEG.

        Raises:
            NotFound: no picture with that hash is stored as evidence.
        """
        # The folder also has late answers and portraits: only what the database lists as evidence
        # is shown.
        if not incidents.evidence_kept(self._context.store.read(), sha256):
            raise NotFound()
        try:
            return self._context.open_sealed(sha256)
        except FileNotFoundError as error:
            raise NotFound() from error


def _in_rooms(found: Sequence[Attempt], rooms: Collection[str]) -> list[Attempt]:
    """Return the attempts of some rooms; of all with none."""
    return [one for one in found if not rooms or one.room in rooms]

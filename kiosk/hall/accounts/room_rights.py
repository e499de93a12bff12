"""Rights by room: an invigilator who is assigned to rooms acts in these only.

Chief invigilators, and invigilators without rooms, act everywhere.
"""

from collections.abc import Iterable

from kiosk.exam.attempt.groups import Group
from kiosk.hall.context import CentreContext
from kiosk.hall.errors import NotYourRoom
from kiosk.hall.packages import OpenedPackages
from kiosk.hall.views.accounts import StaffSession
from kiosk.store.centre import sittings, terminals
from kiosk.store.exam import attempts, incidents, late_answers


class RoomRights:
    """Refuses acts on candidates, terminals and groups of other rooms.

    What does not exist passes: the use case says so.
    """

    def __init__(self, context: CentreContext, papers: OpenedPackages) -> None:
        self._context = context
        self._papers = papers

    def require_group(self, staff: StaffSession, group: Group) -> None:
        """Check that all of a group are in the own rooms.

        Raises:
            NotYourRoom: they are not.
        """
        if staff.rooms and group.room not in staff.rooms:
            raise NotYourRoom(rooms=self._named(staff.rooms))

    def require_attempt(self, staff: StaffSession, attempt_id: str) -> None:
        """Check that a candidate sits in one of the own rooms.

        Raises:
            NotYourRoom: the candidate does not.
        """
        if staff.rooms:
            found = attempts.get(self._context.store.read(), attempt_id)
            self._require(staff, [found.room] if found else [])

    def require_candidate(self, staff: StaffSession, sitting_id: str, admission_no: str) -> None:
        """Like :meth:`require_attempt`, by admission number."""
        if staff.rooms:
            found = attempts.find(self._context.store.read(), sitting_id, admission_no)
            self._require(staff, [found.room] if found else [])

    def require_late_answers(self, staff: StaffSession, late_id: str) -> None:
        """Like :meth:`require_attempt`, by a delivery of late answers."""
        found = late_answers.get(self._context.store.read(), late_id) if staff.rooms else None
        if found is not None:
            self.require_attempt(staff, found.attempt_id)

    def require_terminal(self, staff: StaffSession, terminal_id: str) -> None:
        """Check that a terminal, and whoever sits there, is in one of the own rooms, or in none.

        Raises:
            NotYourRoom: it is not.
        """
        if not staff.rooms:
            return
        db = self._context.store.read()
        found = terminals.get(db, terminal_id)
        bound = [found.room] if found and found.room else []
        self._require(staff, bound or [one.room for one in attempts.at_terminal(db, terminal_id)])

    def require_evidence(self, staff: StaffSession, sha256: str) -> None:
        """Check that a picture is of a candidate in one of the own rooms.

        Raises:
            NotYourRoom: it is of others only.
        """
        if not staff.rooms:
            return
        db = self._context.store.read()
        owners = [attempts.get(db, attempt_id) for attempt_id in incidents.owners(db, sha256)]
        rooms = {owner.room for owner in owners if owner}
        if rooms and not rooms & staff.rooms:
            raise NotYourRoom(rooms=self._named(staff.rooms))

    def _require(self, staff: StaffSession, rooms: Iterable[str]) -> None:
        if set(rooms) - staff.rooms:
            raise NotYourRoom(rooms=self._named(staff.rooms))

    def _named(self, own: Iterable[str]) -> str:
        """Return the names of rooms, as the newest sitting that has them calls them."""
        names: dict[str, str] = {}
        for sitting in sittings.everyone(self._context.store.read()):
            if not sitting.over and self._papers.readable(sitting):
                names = {**self._papers.rooms(sitting), **names}
        return ", ".join(names.get(room, room) for room in sorted(own))

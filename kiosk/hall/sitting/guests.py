"""Guests: candidates whom staff admit although they are not on the roster.

They sit one of the sitting's papers in one of its rooms. Headquarters receives name and identity
number with the result, and decides whether it counts.
"""

from collections.abc import Iterable

from sqlite_utils import Database

from kiosk.exam.attempt.groups import Group
from kiosk.exam.event_kinds import EventKind
from kiosk.exam.typed_numbers import plain_number
from kiosk.exam.typed_texts import require_name, require_plain
from kiosk.exam.values import of_attributes
from kiosk.hall.context import CentreContext
from kiosk.hall.errors import OnRoster, SittingState, TooManyGuests
from kiosk.hall.packages import OpenedPackages
from kiosk.hall.reasons import reasoned
from kiosk.hall.seats import Seats
from kiosk.hall.views.check_in import NewGuest
from kiosk.store.centre.sittings import Sitting
from kiosk.store.exam import attempts, guests
from kiosk.store.exam.attempts import RosterEntry
from kiosk.store.exam.guests import Guest
from sync.wire.packages.contents import RosterCandidate

MOST = 50
"""Maximum number of guests of one sitting."""


class Guests:
    """Candidates beside the roster."""

    def __init__(self, context: CentreContext, papers: OpenedPackages) -> None:
        self._context = context
        self._papers = papers
        self._seats = Seats(papers)

    def admit(self, sitting_id: str, person: NewGuest, reason: str, by: str) -> str:
        """Register a guest, who may sign in at once; return the admission number.

        Raises:
            ReasonMissing: the reason is empty.
            NotFound: there is no such sitting, room or paper.
            SittingState: the sitting is over.
            SeatTaken: somebody else has that seat at that time.
            OnRoster: the identity number is on the roster, or that of another guest.
            TextUnusable: name or seat have characters that other machines cannot show.
            TooManyGuests: the sitting has ``MOST`` guests.
        """
        why = reasoned(reason)
        sitting = self._papers.sitting(sitting_id)
        self._require_new(sitting, person.identity_no)
        self._papers.require_group(sitting, Group(person.room, person.paper))

        def job(db: Database) -> str:
            sitting = self._papers.sitting_in(db, sitting_id)
            if sitting.over:
                raise SittingState(state=sitting.state)
            self._seats.require_free(db, sitting, person.room, person.seat)
            number = len(guests.of_sitting(db, sitting_id)) + 1
            if number > MOST:
                raise TooManyGuests(most=MOST)
            entry = self._entry(person, f"H{number:03}")
            self._register(db, sitting, entry, why, by)
            return entry.admission_no

        admission_no = self._context.store.write(job)
        self._papers.forget(sitting_id)
        return admission_no

    def _require_new(self, sitting: Sitting, identity_no: str) -> None:
        if sitting.over:
            raise SittingState(state=sitting.state)
        known = {plain_number(one.identity_no) for one in self._papers.roster(sitting).values()}
        if plain_number(identity_no) in known:
            raise OnRoster()

    def follow_roster(
        self, db: Database, sitting_id: str, roster: Iterable[RosterCandidate]
    ) -> None:
        """Give guests on a new roster its number; those no longer on it are guests again."""
        listed = {plain_number(person.identity_no): person for person in roster}
        for guest, entry in self._papers.guests(db, sitting_id):
            person = listed.get(entry.identity_no)
            roster_no = person.admission_no if person else None
            now = person or entry
            if roster_no == guest.roster_no:
                continue
            if attempts.renumber(db, guest.attempt_id, now.candidate_id, now.admission_no):
                guests.set_roster_no(db, guest.attempt_id, roster_no)
                numbers = {"guest": entry.admission_no, "admission_no": now.admission_no}
                kind = EventKind.GUEST_ON_ROSTER if person else EventKind.GUEST_OFF_ROSTER
                self._context.record(db, sitting_id, kind, "system", guest.attempt_id, **numbers)

    def _entry(self, person: NewGuest, admission_no: str) -> RosterCandidate:
        return RosterCandidate(
            candidate_id=self._context.ids(),
            admission_no=admission_no,
            identity_no=plain_number(person.identity_no),
            name=require_name(person.name),
            room=person.room,
            seat=require_plain(person.seat),
            paper=person.paper,
        )

    def _register(
        self, db: Database, sitting: Sitting, entry: RosterCandidate, why: str, by: str
    ) -> None:
        attempt_id, now = self._context.ids(), self._context.time.now()
        attempts.register(db, attempt_id, sitting.id, of_attributes(RosterEntry, entry))
        attempts.admit_late(db, attempt_id)
        # Sealed under the key of the portraits' class, so that names are deleted with the roster.
        plain = entry.model_dump_json().encode()
        sealed = self._context.sitting_keys.seal(sitting.id, "portraits", plain)
        guests.add(db, Guest(attempt_id, sitting.id, sealed, by, why, now))
        self._context.record(db, sitting.id, EventKind.GUEST_ADMITTED, by, attempt_id, why=why)

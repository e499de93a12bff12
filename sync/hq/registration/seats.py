"""Seats: who sits where in a sitting, with which admission number."""

import base64
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, select

from kiosk.exam.seating import Neighbours, PlanKind
from kiosk.exam.typed_numbers import plain_number
from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import record
from sync.hq.errors import NotFound
from sync.hq.persistence import tables
from sync.hq.persistence.database import last_number, put
from sync.hq.registration.allocation import Seat
from sync.hq.registration.application_views import ApplicationView
from sync.hq.registration.changes import (
    APPLICATION,
    CHANGE_SETS,
    SEAT,
    Act,
    Change,
    added,
    changed,
    rows_of,
    store,
)
from sync.hq.registration.people import UNSEEN, People
from sync.hq.registration.personal_form import RosterData, for_roster
from sync.hq.registration.places import admission_prefix, new_admission_no, require_room
from sync.hq.registration.planning import Planned
from sync.hq.registration.roster_file import RosterEntry
from sync.hq.registration.roster_import import RosterPlanner, numbered, require_planned
from sync.hq.registration.seat_giving import (
    Elsewhere,
    SeatGiver,
    offered_rooms,
    seated_elsewhere,
)
from sync.hq.registration.seat_rows import SeatView, roster_digest, seat_rows, seat_view
from sync.wire.model import FIRST
from sync.wire.packages.contents import Roster, RosterCandidate


@dataclass(frozen=True)
class CentreRoster:
    """The roster of a package, and by what a later change is noticed.

    ``change_set``: the newest that it contains.
    """

    roster: Roster
    digest: str
    change_set: int


@dataclass(frozen=True)
class Allocated:
    """The seats that were assigned, and the neighbours whom the rooms do not bring apart.

    ``moved_up``: names from the reserve list that got a seat, in order. ``elsewhere``: who got
    none because they sit elsewhere at that time.
    """

    seats: Sequence[SeatView]
    together: Sequence[Neighbours]
    moved_up: Sequence[str] = ()
    elsewhere: Sequence[Elsewhere] = ()


class Registration:
    """Assigns seats and reads them for rosters and tickets."""

    def __init__(self, context: HqContext, people: People) -> None:
        self._context = context
        self._people = people

    def import_roster(
        self,
        sitting_id: str,
        centre_code: str,
        entries: Sequence[RosterEntry],
        by: str,
        names: str = "",
        file_name: str = "",
        clear: frozenset[str] = frozenset(),
    ) -> Sequence[SeatView]:
        """Assign a seat to every entry, or to none.

        Persons are matched by identity number and keep their id. What an entry says is updated,
        so a corrected file can be imported again; what it leaves out does not change.

        Raises:
            NotFound: the sitting or the centre does not exist.
            BadImport: another candidate has a number, or a row does not say its paper.
            SeatsClash: somebody would sit twice at one time, or two people on one seat.
            NamesUndecided: people are registered under other names, and ``names`` is empty.
        """
        pictures = {
            plain_number(entry.identity_no): entry.portrait
            for entry in entries
            if entry.portrait is not None
        }
        kept = self._people.keep_portraits(self._people.new_portraits(pictures))
        act = Act(
            AuditKind.ROSTER_IMPORTED,
            by,
            self._context.clock.now(),
            sitting_id,
            file_name=file_name,
            named={"centre": centre_code, "candidates": len(entries)},
        )
        with self._context.database.write() as connection:
            self._require(connection, sitting_id, centre_code)
            planner = RosterPlanner(connection, sitting_id, centre_code, names, clear, act.at)
            planned = planner.plan(entries, kept, self._context.ids)
            require_planned(planned, names)
            store(connection, act, numbered(connection, sitting_id, planned))
        return self.seats(sitting_id, centre_code)

    def plan_roster(
        self,
        sitting_id: str,
        centre_code: str,
        entries: Sequence[RosterEntry],
        names: str = "",
        clear: frozenset[str] = frozenset(),
    ) -> Sequence[Planned]:
        """Return what importing a roster would change; nothing is stored.

        Raises:
            NotFound: the sitting or the centre does not exist.
        """
        pictures = {
            plain_number(entry.identity_no): entry.portrait
            for entry in entries
            if entry.portrait is not None
        }
        unseen = dict.fromkeys(self._people.new_portraits(pictures), UNSEEN)
        now = self._context.clock.now()
        with self._context.database.read() as connection:
            self._require(connection, sitting_id, centre_code)
            planner = RosterPlanner(connection, sitting_id, centre_code, names, clear, now)
            return planner.plan(entries, unseen, self._context.ids)

    def offer(
        self, sitting_id: str, centre_code: str, seats: int, by: str, room: str = FIRST
    ) -> None:
        """Set how many seats of a centre's room a sitting uses.

        Raises:
            NotFound: the sitting, the centre or the room does not exist.
        """
        now = self._context.clock.now()
        named = {"centre_code": centre_code, "room": room, "seats": seats}
        with self._context.database.write() as connection:
            self._require(connection, sitting_id, centre_code)
            require_room(connection, centre_code, room)
            put(connection, tables.sitting_rooms, [{"sitting_id": sitting_id, **named}])
            record(connection, now, AuditKind.SEATS_OFFERED, by, sitting=sitting_id, **named)

    def offered(self, sitting_id: str) -> Mapping[str, int]:
        """Return how many seats each centre offers, by its code."""
        totals: Counter[str] = Counter()
        with self._context.database.read() as connection:
            for room in offered_rooms(connection, sitting_id):
                totals[room.centre_code] += room.seats
        return totals

    def offered_rooms(self, sitting_id: str) -> Mapping[tuple[str, str], int]:
        """Return how many seats of each room a sitting uses, by centre and room."""
        with self._context.database.read() as connection:
            rooms = offered_rooms(connection, sitting_id)
        return {(room.centre_code, room.room): room.seats for room in rooms}

    def allocate(
        self,
        sitting_id: str,
        applications: Sequence[ApplicationView],
        by: str,
        kind: PlanKind = PlanKind.APART,
    ) -> Allocated:
        """Assign a seat and an admission number to every admitted candidate without one.

        Seats that are left over go to the reserve list, in its order. The seed of the plan goes
        into the audit log.

        Raises:
            NotEnoughSeats: fewer seats are free than needed; nothing is assigned.
        """
        return self._give(sitting_id, [one for one in applications if one.admitted], by, kind)

    def move_up(
        self, sitting_id: str, applications: Sequence[ApplicationView], by: str
    ) -> Allocated:
        """Give free seats to the reserve list, in its order."""
        waiting = [one for one in applications if one.admitted and one.reserve is not None]
        return self._give(sitting_id, waiting, by, PlanKind.APART)

    def _give(
        self, sitting_id: str, admitted: Sequence[ApplicationView], by: str, kind: PlanKind
    ) -> Allocated:
        now, seed = self._context.clock.now(), self._context.entropy(16)
        waiting = [one for one in admitted if one.reserve is not None]
        waiting.sort(key=lambda one: one.reserve or 0)
        by_id = {one.candidate_id: one for one in admitted}
        with self._context.database.write() as connection:
            giver = SeatGiver(connection, sitting_id, seed, kind)
            giver.give(one for one in admitted if one.reserve is None)
            moved_up = giver.give_in_order(waiting)
            elsewhere = seated_elsewhere(connection, sitting_id, admitted)
            named = {"seats": len(giver.seats), "seed": seed.hex(), "plan": kind}
            named |= {"reserve": len(moved_up), "elsewhere": len(elsewhere)}
            act = Act(AuditKind.SEATS_ALLOCATED, by, now, sitting_id, named=named)
            given = [_given(connection, sitting_id, by_id, seat) for seat in giver.seats]
            store(connection, act, [*given, *_off_reserve(connection, sitting_id, given)])
        ids = {seat.candidate_id for seat in giver.seats}
        made = [seat for seat in self.seats(sitting_id) if seat.candidate_id in ids]
        return Allocated(made, giver.together, moved_up, elsewhere)

    def elsewhere(
        self, sitting_id: str, applications: Sequence[ApplicationView]
    ) -> Sequence[Elsewhere]:
        """Return who is admitted and gets no seat because they sit elsewhere at that time."""
        with self._context.database.read() as connection:
            return seated_elsewhere(connection, sitting_id, applications)

    def seats(self, sitting_id: str, centre_code: str | None = None) -> Sequence[SeatView]:
        """Return the seats of a sitting, by centre and seat."""
        with self._context.database.read() as connection:
            return [seat_view(row) for row in seat_rows(connection, sitting_id, centre_code)]

    def seats_of(
        self, sitting_id: str, candidates: Sequence[str]
    ) -> Mapping[str, tuple[str, str, str]]:
        """Return centre, room and seat of a few candidates of a sitting."""
        seats = tables.seats.c
        query = select(seats.candidate_id, seats.centre_code, seats.room, seats.seat).where(
            seats.sitting_id == sitting_id, seats.candidate_id.in_(candidates)
        )
        with self._context.database.read() as connection:
            rows = connection.execute(query).all()
        return {row.candidate_id: (row.centre_code, row.room, row.seat) for row in rows}

    def roster(self, sitting_id: str, centre_code: str) -> CentreRoster:
        """Return the roster of an exam package, portraits included."""
        with self._context.database.read() as connection:
            rows = seat_rows(connection, sitting_id, centre_code)
            data = for_roster(connection, sitting_id, centre_code)
            newest = last_number(connection, CHANGE_SETS)
        candidates = tuple(self._travels(row, data) for row in rows)
        return CentreRoster(Roster(candidates=candidates), roster_digest(rows, data), newest)

    def _travels(self, row: RowMapping, data: RosterData) -> RosterCandidate:
        portrait = None
        if row["portrait"] is not None:
            jpeg = self._people.open_portrait(row["portrait"])
            portrait = base64.b64encode(jpeg).decode("ascii")
        return RosterCandidate(
            candidate_id=row["candidate_id"],
            admission_no=row["admission_no"],
            identity_no=row["identity_no"],
            name=row["name"],
            room=row["room"],
            seat=row["seat"],
            paper=row["paper"],
            portrait_jpeg_b64=portrait,
            extra_minutes=row["extra_minutes"],
            needs=row["needs"],
            personal=data.of(row["candidate_id"], row["paper"]),
        )

    @staticmethod
    def _require(connection: Connection, sitting_id: str, centre_code: str) -> str:
        sitting = connection.execute(
            select(tables.sittings.c.starts_at).where(tables.sittings.c.id == sitting_id)
        ).first()
        centre = connection.execute(
            select(tables.centres.c.code).where(tables.centres.c.code == centre_code)
        ).first()
        if sitting is None or centre is None:
            raise NotFound(what="sitting" if sitting is None else "centre")
        return f"{sitting.starts_at:%Y%m}"


def _given(
    connection: Connection, sitting_id: str, admitted: Mapping[str, ApplicationView], seat: Seat
) -> Change:
    """Return the change that gives an applicant a drawn seat."""
    one, prefix = admitted[seat.candidate_id], admission_prefix(connection, sitting_id)
    row = {name: getattr(seat, name) for name in ("candidate_id", "centre_code", "room", "seat")}
    row |= {name: getattr(one, name) for name in ("paper", "extra_minutes", "needs")}
    number = new_admission_no(connection, prefix)
    own = {"sitting_id": sitting_id, "admission_no": number, "ticket_issued_at": None}
    return added(SEAT, {**row, **own})


def _off_reserve(connection: Connection, sitting_id: str, given: Sequence[Change]) -> list[Change]:
    """Return the changes that take who has a seat now off the reserve list."""
    rows = rows_of(connection, APPLICATION, [one.candidate_id for one in given], sitting_id)
    return [
        changed(APPLICATION, row, reserve=None)
        for row in rows.values()
        if row["reserve"] is not None
    ]

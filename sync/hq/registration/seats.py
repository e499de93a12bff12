"""Seats: who sits where in a sitting, with which admission number."""

import base64
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, func, select, update
from sqlalchemy.exc import IntegrityError

from kiosk.exam.seating import Neighbours, PlanKind, Sitter
from kiosk.exam.typed_numbers import plain_number
from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import record
from sync.hq.errors import BadImport, NotFound
from sync.hq.persistence import tables
from sync.hq.persistence.database import next_number, put
from sync.hq.problems import Problem
from sync.hq.registration.allocation import Applicant, OccupiedSeat, OfferedRoom, allocate
from sync.hq.registration.applications import ApplicationView
from sync.hq.registration.people import People, Person
from sync.hq.registration.personal_form import RosterData, for_roster
from sync.hq.registration.roster_file import RosterEntry
from sync.wire.model import FIRST
from sync.wire.packages.contents import Roster, RosterCandidate


@dataclass(frozen=True)
class SeatView:
    """One candidate's seat in a sitting."""

    candidate_id: str
    name: str
    admission_no: str
    room: str
    seat: str
    paper: str
    centre_code: str
    extra_minutes: int
    has_portrait: bool


@dataclass(frozen=True)
class Allocated:
    """The seats that were assigned, and the neighbours whom the rooms do not bring apart."""

    seats: Sequence[SeatView]
    together: Sequence[Neighbours]


class Registration:
    """Assigns seats and reads them for rosters and tickets."""

    def __init__(self, context: HqContext, people: People) -> None:
        self._context = context
        self._people = people

    def import_roster(
        self, sitting_id: str, centre_code: str, entries: Sequence[RosterEntry], by: str
    ) -> Sequence[SeatView]:
        """Assign a seat to every entry, or to none.

        Persons are matched by identity number and keep their id; name, portrait, seat and extra
        time are updated, so a corrected file can be imported again.

        Raises:
            NotFound: the sitting or the centre does not exist.
            BadImport: another candidate has a number or seat.
        """
        portraits = self._people.keep_portraits([entry.portrait for entry in entries])
        people = [
            Person(plain_number(entry.identity_no), entry.name, portrait=portrait)
            for entry, portrait in zip(entries, portraits, strict=True)
        ]
        now = self._context.clock.now()
        with self._context.database.write() as connection:
            # Admission numbers begin with the sitting's year and month.
            prefix = self._require(connection, sitting_id, centre_code)
            problems: list[Problem] = []
            ids = self._people.put(connection, people)
            for entry, candidate_id in zip(entries, ids, strict=True):
                seat = _Place(sitting_id, candidate_id, centre_code, prefix)
                problems += _occupy_seat(connection, seat, entry)
            if problems:
                raise BadImport(problems)
            record(
                connection,
                now,
                AuditKind.ROSTER_IMPORTED,
                by,
                sitting=sitting_id,
                centre=centre_code,
                candidates=len(entries),
            )
        return self.seats(sitting_id, centre_code)

    def offer(
        self, sitting_id: str, centre_code: str, seats: int, by: str, room: str = FIRST
    ) -> None:
        """Set how many seats of a centre's room a sitting uses.

        Raises:
            NotFound: the sitting, the centre or the room does not exist.
        """
        now, table = self._context.clock.now(), tables.rooms
        named = {"centre_code": centre_code, "room": room, "seats": seats}
        there = (table.c.centre_code == centre_code) & (table.c.id == room)
        with self._context.database.write() as connection:
            self._require(connection, sitting_id, centre_code)
            if connection.execute(select(table.c.id).where(there)).first() is None:
                raise NotFound(what="room")
            put(connection, tables.sitting_rooms, [{"sitting_id": sitting_id, **named}])
            record(connection, now, AuditKind.SEATS_OFFERED, by, sitting=sitting_id, **named)

    def offered(self, sitting_id: str) -> Mapping[str, int]:
        """Return how many seats each centre offers, by its code."""
        totals: Counter[str] = Counter()
        with self._context.database.read() as connection:
            for room in _offered_rooms(connection, sitting_id):
                totals[room.centre_code] += room.seats
        return totals

    def offered_rooms(self, sitting_id: str) -> Mapping[tuple[str, str], int]:
        """Return how many seats of each room a sitting uses, by centre and room."""
        with self._context.database.read() as connection:
            rooms = _offered_rooms(connection, sitting_id)
        return {(room.centre_code, room.room): room.seats for room in rooms}

    def allocate(
        self,
        sitting_id: str,
        applications: Sequence[ApplicationView],
        by: str,
        kind: PlanKind = PlanKind.APART,
    ) -> Allocated:
        """Assign a seat and an admission number to every admitted candidate without one.

        The seed of the plan goes into the audit log.

        Raises:
            NotEnoughSeats: fewer seats are free than needed; nothing is assigned.
        """
        now, seed = self._context.clock.now(), self._context.entropy(16)
        admitted = {
            application.candidate_id: application
            for application in applications
            if application.admitted
        }
        with self._context.database.write() as connection:
            rows = _seat_rows(connection, sitting_id, None)
            seated = {row["candidate_id"] for row in rows}
            applicants = [
                Applicant(Sitter(name, application.paper), application.centre)
                for name, application in admitted.items()
                if name not in seated
            ]
            taken = [
                OccupiedSeat(
                    row["centre_code"],
                    row["room"],
                    row["seat"],
                    Sitter(row["candidate_id"], row["paper"]),
                )
                for row in rows
            ]
            new = allocate(applicants, _offered_rooms(connection, sitting_id), taken, seed, kind)
            for seat in new.seats:
                prefix = self._require(connection, sitting_id, seat.centre_code)
                values = {
                    "sitting_id": sitting_id,
                    "candidate_id": seat.candidate_id,
                    "centre_code": seat.centre_code,
                    "room": seat.room,
                    "seat": seat.seat,
                    "paper": admitted[seat.candidate_id].paper,
                    "admission_no": new_admission_no(connection, prefix),
                    "extra_minutes": admitted[seat.candidate_id].extra_minutes,
                }
                connection.execute(tables.seats.insert().values(**values))
            named = {"sitting": sitting_id, "seats": len(new.seats), "seed": seed.hex()}
            record(connection, now, AuditKind.SEATS_ALLOCATED, by, **named, plan=kind)
        ids = {seat.candidate_id for seat in new.seats}
        made = [seat for seat in self.seats(sitting_id) if seat.candidate_id in ids]
        return Allocated(made, new.together)

    def seats(self, sitting_id: str, centre_code: str | None = None) -> Sequence[SeatView]:
        """Return the seats of a sitting, by centre and seat."""
        with self._context.database.read() as connection:
            return [_view(row) for row in _seat_rows(connection, sitting_id, centre_code)]

    def roster(self, sitting_id: str, centre_code: str) -> Roster:
        """Return the roster of an exam package, portraits included."""
        with self._context.database.read() as connection:
            rows = _seat_rows(connection, sitting_id, centre_code)
            data = for_roster(connection, sitting_id)
        return Roster(candidates=tuple(self._travels(row, data) for row in rows))

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


@dataclass(frozen=True)
class _Place:
    sitting_id: str
    candidate_id: str
    centre_code: str
    prefix: str


def _occupy_seat(connection: Connection, place: _Place, entry: RosterEntry) -> list[Problem]:
    table = tables.seats
    mine = (table.c.sitting_id == place.sitting_id) & (table.c.candidate_id == place.candidate_id)
    known = connection.execute(select(table).where(mine)).mappings().first()
    had_number, had_seat = (known["admission_no"], known["seat"]) if known else ("", "")
    room = entry.room or (known["room"] if known else FIRST)
    number = (
        plain_number(entry.admission_no) or had_number or new_admission_no(connection, place.prefix)
    )
    values = {
        "centre_code": place.centre_code,
        "admission_no": number,
        "room": room,
        "seat": entry.seat or had_seat or _free_seat(connection, place, room),
        "paper": entry.paper or (known["paper"] if known else FIRST),
        "extra_minutes": entry.extra_minutes,
    }
    try:
        # The unique constraints decide. A savepoint keeps the transaction usable (PostgreSQL
        # aborts it otherwise), so all clashes of the file are reported at once.
        with connection.begin_nested():
            if known is not None:
                connection.execute(update(table).where(mine).values(**values))
            else:
                own = {"sitting_id": place.sitting_id, "candidate_id": place.candidate_id}
                connection.execute(table.insert().values(**own, **values))
    except IntegrityError:
        taken = f"{values['admission_no']} / {values['seat']}"
        return [Problem("taken", "item", entry.name, "admission_no / seat", {"value": taken})]
    return []


def new_admission_no(connection: Connection, prefix: str) -> str:
    """Return the next admission number of a month, such as 202604."""
    return f"{prefix}{next_number(connection, f'admission/{prefix}'):05}"


def _free_seat(connection: Connection, place: _Place, room: str) -> str:
    table = tables.seats
    query = select(table.c.seat).where(
        table.c.sitting_id == place.sitting_id,
        table.c.centre_code == place.centre_code,
        table.c.room == room,
    )
    taken = set(connection.execute(query).scalars())
    return next(seat for seat in (f"{n:02}" for n in range(1, 10_000)) if seat not in taken)


def _offered_rooms(connection: Connection, sitting_id: str) -> Sequence[OfferedRoom]:
    """Return the rooms that the sitting uses."""
    table, rooms = tables.sitting_rooms, tables.rooms
    here = (rooms.c.centre_code == table.c.centre_code) & (rooms.c.id == table.c.room)
    query = (
        select(table.c.centre_code, table.c.room, table.c.seats, rooms.c.seats_per_row)
        .join(rooms, here)
        .where(table.c.sitting_id == sitting_id)
    )
    return [OfferedRoom(**row) for row in connection.execute(query).mappings()]


def _seat_rows(
    connection: Connection, sitting_id: str, centre_code: str | None
) -> Sequence[RowMapping]:
    seats, people = tables.seats, tables.candidates
    query = (
        select(
            seats,
            *(people.c[name] for name in ("name", "identity_no", "portrait")),
        )
        .join(people, people.c.id == seats.c.candidate_id)
        .where(seats.c.sitting_id == sitting_id)
        # Length first: seat 100 comes after seat 99.
        .order_by(
            seats.c.centre_code,
            func.length(seats.c.room),
            seats.c.room,
            func.length(seats.c.seat),
            seats.c.seat,
        )
    )
    if centre_code is not None:
        query = query.where(seats.c.centre_code == centre_code)
    return connection.execute(query).mappings().all()


def _view(row: RowMapping) -> SeatView:
    return SeatView(
        candidate_id=row["candidate_id"],
        name=row["name"],
        admission_no=row["admission_no"],
        room=row["room"],
        seat=row["seat"],
        paper=row["paper"],
        centre_code=row["centre_code"],
        extra_minutes=row["extra_minutes"],
        has_portrait=row["portrait"] is not None,
    )

"""Registration: candidates get a seat at a centre for a sitting, and an admission number."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, func, select, update
from sqlalchemy.exc import IntegrityError

from sync.hq.errors import BadImport, NotFound
from sync.hq.journal import record
from sync.hq.office import Office
from sync.hq.persistence import tables
from sync.hq.persistence.ledger import insert_new, next_number
from sync.hq.rosterfile import RosterEntry
from sync.wire.contents import Roster, RosterCandidate


@dataclass(frozen=True)
class SeatView:
    """One candidate's seat in a sitting."""

    candidate_id: str
    name: str
    admission_no: str
    seat: str
    centre_code: str
    extra_minutes: int
    has_portrait: bool


class Registration:
    """Candidates, their portraits and their seats."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def import_roster(
        self, sitting_id: str, centre_code: str, entries: Sequence[RosterEntry], by: str
    ) -> Sequence[SeatView]:
        """Give every entry a seat; all or nothing.

        A person who is known by identity number keeps their id; name, portrait, seat and extra
        time are brought up to date, so that a corrected file can be imported again. Raises
        :class:`NotFound` (sitting, centre) or :class:`BadImport` (a number or seat that somebody
        else has).
        """
        portraits = [self._keep_portrait(entry.portrait) for entry in entries]
        now = self._office.clock.now()
        with self._office.ledger.write() as connection:
            prefix = self._require(connection, sitting_id, centre_code)
            problems: list[str] = []
            for entry, portrait in zip(entries, portraits, strict=True):
                candidate_id = self._person(connection, entry, portrait)
                seat = _Place(sitting_id, candidate_id, centre_code, prefix)
                problems += _take_seat(connection, seat, entry)
            if problems:
                raise BadImport(problems)
            record(
                connection,
                now,
                "roster_imported",
                by,
                sitting=sitting_id,
                centre=centre_code,
                candidates=len(entries),
            )
        return self.seats(sitting_id, centre_code)

    def seats(self, sitting_id: str, centre_code: str | None = None) -> Sequence[SeatView]:
        """Who sits where, by centre and seat."""
        with self._office.ledger.read() as connection:
            return [_view(row) for row in _seat_rows(connection, sitting_id, centre_code)]

    def roster(self, sitting_id: str, centre_code: str) -> Roster:
        """The roster of an exam package, portraits included."""
        with self._office.ledger.read() as connection:
            rows = _seat_rows(connection, sitting_id, centre_code)
        return Roster(candidates=tuple(self._travels(row) for row in rows))

    def _travels(self, row: RowMapping) -> RosterCandidate:
        portrait = None
        if row["portrait"] is not None:
            jpeg = self._office.keys.unseal(self._office.blobs.get(row["portrait"]))
            portrait = base64.b64encode(jpeg).decode("ascii")
        return RosterCandidate(
            candidate_id=row["candidate_id"],
            admission_no=row["admission_no"],
            identity_no=row["identity_no"],
            name=row["name"],
            seat=row["seat"],
            portrait_jpeg_b64=portrait,
            extra_minutes=row["extra_minutes"],
        )

    def _keep_portrait(self, jpeg: bytes | None) -> str | None:
        # Biometric data at rest is sealed; only headquarters' own key opens it.
        return None if jpeg is None else self._office.blobs.put(self._office.keys.public.seal(jpeg))

    def _person(self, connection: Connection, entry: RosterEntry, portrait: str | None) -> str:
        table, number = tables.candidates, entry.identity_no.upper()
        query = select(table.c.id, table.c.portrait).where(table.c.identity_no == number)
        known = connection.execute(query).first()
        if known is None:
            candidate_id = self._office.ids()
            insert_new(
                connection,
                table,
                id=candidate_id,
                identity_no=number,
                name=entry.name,
                portrait=portrait,
                created_at=self._office.clock.now(),
            )
            return candidate_id
        values = {"name": entry.name, "portrait": portrait or known.portrait}
        connection.execute(update(table).where(table.c.id == known.id).values(**values))
        return str(known.id)

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


def _take_seat(connection: Connection, place: _Place, entry: RosterEntry) -> list[str]:
    table = tables.seats
    mine = (table.c.sitting_id == place.sitting_id) & (table.c.candidate_id == place.candidate_id)
    known = connection.execute(select(table).where(mine)).mappings().first()
    had_number, had_seat = (known["admission_no"], known["seat"]) if known else ("", "")
    number = entry.admission_no or had_number or _new_admission_no(connection, place.prefix)
    values = {
        "centre_code": place.centre_code,
        "admission_no": number,
        "seat": entry.seat or had_seat or _free_seat(connection, place),
        "extra_minutes": entry.extra_minutes,
    }
    try:
        with connection.begin_nested():
            if known is not None:
                connection.execute(update(table).where(mine).values(**values))
            else:
                own = {"sitting_id": place.sitting_id, "candidate_id": place.candidate_id}
                connection.execute(table.insert().values(**own, **values))
    except IntegrityError:
        return [f"admission number {values['admission_no']} or seat {values['seat']} is taken"]
    return []


def _new_admission_no(connection: Connection, prefix: str) -> str:
    return f"{prefix}{next_number(connection, f'admission/{prefix}'):05}"


def _free_seat(connection: Connection, place: _Place) -> str:
    table = tables.seats
    query = select(table.c.seat).where(
        table.c.sitting_id == place.sitting_id, table.c.centre_code == place.centre_code
    )
    taken = set(connection.execute(query).scalars())
    return next(seat for seat in (f"{n:02}" for n in range(1, 10_000)) if seat not in taken)


def _seat_rows(
    connection: Connection, sitting_id: str, centre_code: str | None
) -> Sequence[RowMapping]:
    seats, people = tables.seats, tables.candidates
    query = (
        select(seats, people.c.name, people.c.identity_no, people.c.portrait)
        .join(people, people.c.id == seats.c.candidate_id)
        .where(seats.c.sitting_id == sitting_id)
        .order_by(seats.c.centre_code, func.length(seats.c.seat), seats.c.seat)
    )
    if centre_code is not None:
        query = query.where(seats.c.centre_code == centre_code)
    return connection.execute(query).mappings().all()


def _view(row: RowMapping) -> SeatView:
    return SeatView(
        candidate_id=row["candidate_id"],
        name=row["name"],
        admission_no=row["admission_no"],
        seat=row["seat"],
        centre_code=row["centre_code"],
        extra_minutes=row["extra_minutes"],
        has_portrait=row["portrait"] is not None,
    )

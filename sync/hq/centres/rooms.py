"""Rooms of a centre: where candidates sit, and how many seats stand side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count

from sqlalchemy import Connection, RowMapping, func, select

from kiosk.exam.typed_texts import require_plain
from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import record
from sync.hq.errors import AlreadyThere, NotFound, RoomUnusable
from sync.hq.persistence import tables
from sync.hq.persistence.database import put


@dataclass(frozen=True)
class Room:
    """A room of a centre.

    ``seats``: how many it has, 0 where nobody has said. ``seats_per_row``: how many stand side by
    side, counted from seat 1; 0 where nobody has said.
    """

    id: str
    name: str
    seats: int = 0
    seats_per_row: int = 0


MOST_SEATS, MOST_IN_A_ROW = 2000, 200


class Rooms:
    """Stores the rooms of centres."""

    def __init__(self, context: HqContext) -> None:
        self._context = context

    def set(self, centre_code: str, room: Room, by: str) -> None:
        """Add a room, or change it.

        Raises:
            NotFound: there is no such centre.
            RoomUnusable: it has no name, or a number is out of range.
            AlreadyThere: another room of the centre has this name.
            TextUnusable: its name has characters that other machines cannot show.
        """
        with self._context.database.write() as connection:
            self._put(connection, centre_code, room, by)

    def add(
        self, centre_code: str, name: str, by: str, seats: int = 0, seats_per_row: int = 0
    ) -> Room:
        """Add a room under the next free number; return it.

        Raises:
            NotFound, RoomUnusable, AlreadyThere: as :meth:`set`.
        """
        with self._context.database.write() as connection:
            used = {room.id for room in _rooms(connection, centre_code)}
            free = next(str(number) for number in count(1) if str(number) not in used)
            room = Room(free, name, seats, seats_per_row)
            self._put(connection, centre_code, room, by)
        return room

    def _put(self, connection: Connection, centre_code: str, room: Room, by: str) -> None:
        room = replace(room, id=require_plain(room.id), name=require_plain(room.name))
        _require_usable(room)
        now, centres = self._context.clock.now(), tables.centres
        known = select(centres.c.code).where(centres.c.code == centre_code)
        if connection.execute(known).first() is None:
            raise NotFound(what="centre")
        others = [one for one in _rooms(connection, centre_code) if one.id != room.id]
        if room.name in {one.name for one in others}:
            raise AlreadyThere(what=f"Room {room.name}")
        put(connection, tables.rooms, [{"centre_code": centre_code, **vars(room)}])
        record(connection, now, AuditKind.ROOM_SET, by, centre=centre_code, **vars(room))

    def of_centre(self, centre_code: str) -> Sequence[Room]:
        """Return the rooms of a centre, by id."""
        with self._context.database.read() as connection:
            return _rooms(connection, centre_code)

    def every(self) -> Mapping[tuple[str, str], Room]:
        """Return all rooms by centre and id, for lists over many centres."""
        with self._context.database.read() as connection:
            rows = connection.execute(select(tables.rooms)).mappings()
            return {(row["centre_code"], row["id"]): _room(row) for row in rows}


def _rooms(connection: Connection, centre_code: str) -> Sequence[Room]:
    table = tables.rooms
    # Length first: room 10 comes after room 9.
    order = (func.length(table.c.id), table.c.id)
    query = select(table).where(table.c.centre_code == centre_code).order_by(*order)
    return [_room(row) for row in connection.execute(query).mappings()]


def _room(row: RowMapping) -> Room:
    return Room(**{name: row[name] for name in vars(Room("", ""))})


def _require_usable(room: Room) -> None:
    seats, in_a_row = 0 <= room.seats <= MOST_SEATS, 0 <= room.seats_per_row <= MOST_IN_A_ROW
    if not (1 <= len(room.name) <= 100 and seats and in_a_row):
        raise RoomUnusable(seats=MOST_SEATS, row=MOST_IN_A_ROW)

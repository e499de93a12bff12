"""Rooms of a centre: where candidates sit, and how many seats stand side by side."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import func, select

from kiosk.exam.typed_texts import require_plain
from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import record
from sync.hq.errors import NotFound
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


class Rooms:
    """Stores the rooms of centres."""

    def __init__(self, context: HqContext) -> None:
        self._context = context

    def set(self, centre_code: str, room: Room, by: str) -> None:
        """Add a room, or change it.

        Raises:
            NotFound: there is no such centre.
            TextUnusable: its name has characters that other machines cannot show.
        """
        room = replace(room, id=require_plain(room.id), name=require_plain(room.name))
        now, centres = self._context.clock.now(), tables.centres
        with self._context.database.write() as connection:
            known = select(centres.c.code).where(centres.c.code == centre_code)
            if connection.execute(known).first() is None:
                raise NotFound(what="centre")
            put(connection, tables.rooms, [{"centre_code": centre_code, **vars(room)}])
            record(connection, now, AuditKind.ROOM_SET, by, centre=centre_code, **vars(room))

    def of_centre(self, centre_code: str) -> Sequence[Room]:
        """Return the rooms of a centre, by id."""
        table = tables.rooms
        # Length first: room 10 comes after room 9.
        order = (func.length(table.c.id), table.c.id)
        query = select(table).where(table.c.centre_code == centre_code).order_by(*order)
        with self._context.database.read() as connection:
            rows = connection.execute(query).mappings()
            return [Room(**{name: row[name] for name in vars(Room("", ""))}) for row in rows]

"""Seats as they are given and freed: numbers, free places, and who may not leave any more."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, func, select

from sync.hq.errors import AlreadySat, NotFound, NotSeated, RoomFull
from sync.hq.persistence import tables
from sync.hq.persistence.database import next_number
from sync.hq.registration.changes import SEAT, Change, removed, row_of
from sync.hq.registration.occupancy import clashes_of

_MOST_SEATS = 2000


def freed(connection: Connection, sitting_id: str, candidate_id: str) -> list[Change]:
    """Return the changes that free the candidate's seat; none without a seat.

    Raises:
        AlreadySat: headquarters has the candidate's result.
    """
    row = row_of(connection, SEAT, candidate_id, sitting_id)
    require_not_sat(connection, sitting_id, candidate_id)
    return [] if row is None else [removed(SEAT, row)]


def seat_of(connection: Connection, sitting_id: str, candidate_id: str) -> Mapping[str, Any]:
    """Return the row of the candidate's seat.

    Raises:
        NotSeated: there is none.
    """
    row = row_of(connection, SEAT, candidate_id, sitting_id)
    if row is None:
        raise NotSeated
    return row


def require_not_sat(connection: Connection, sitting_id: str, candidate_id: str) -> None:
    """Require that no result of the candidate has come from a centre.

    Raises:
        AlreadySat: there is one.
    """
    table = tables.bundles
    query = select(table.c.id).where(
        table.c.sitting_id == sitting_id, table.c.candidate_id == candidate_id
    )
    if connection.execute(query.limit(1)).first() is not None:
        raise AlreadySat


def admission_prefix(connection: Connection, sitting_id: str) -> str:
    """Return what admission numbers of a sitting begin with: its year and month.

    Raises:
        NotFound: the sitting does not exist.
    """
    table = tables.sittings
    query = select(table.c.starts_at).where(table.c.id == sitting_id)
    row = connection.execute(query).first()
    if row is None:
        raise NotFound(what="sitting")
    return f"{row.starts_at:%Y%m}"


def new_admission_no(connection: Connection, prefix: str) -> str:
    """Return an admission number that nobody has had."""
    return f"{prefix}{next_number(connection, f'admission/{prefix}'):05}"


def require_room(connection: Connection, centre_code: str, room: str) -> None:
    """Require that a centre has a room.

    Raises:
        NotFound: there is no such room.
    """
    table = tables.rooms
    there = (table.c.centre_code == centre_code) & (table.c.id == room)
    if connection.execute(select(table.c.id).where(there)).first() is None:
        raise NotFound(what="room")


def free_seat(
    connection: Connection, row: Mapping[str, Any], left: Sequence[Mapping[str, Any]] = ()
) -> str:
    """Return the lowest seat number at which ``row`` clashes with nobody.

    Raises:
        RoomFull: the room has none.
    """
    place = (row["centre_code"], row["room"])
    rooms = tables.rooms.c
    query = select(rooms.seats).where(rooms.centre_code == place[0], rooms.id == place[1])
    most = connection.execute(query).scalar() or _MOST_SEATS
    names = sorted(_used(connection, *place), key=lambda seat: (len(seat), seat))
    taken = set(names)
    numbers = [f"{number:02}" for number in range(1, most + 1)]
    # Seats that nobody has in any sitting first: those need no look at times.
    for seat in (*[n for n in numbers if n not in taken], *[n for n in numbers if n in taken]):
        found = clashes_of(connection, left, [{**row, "seat": seat}])
        if not found:
            return seat
        if any(clash.what != "seat" for clash in found):
            break
    if any(clash.what == "person" for clash in found):
        return numbers[0]  # the person clashes at every seat; storing says with what
    raise RoomFull(room=place[1], centre=place[0])


def _used(connection: Connection, centre_code: str, room: str) -> set[str]:
    table = tables.seats
    here = (table.c.centre_code == centre_code) & (table.c.room == room)
    return set(connection.execute(select(func.distinct(table.c.seat)).where(here)).scalars())

"""Gives out the free seats of a sitting: to who has none, then to the reserve list in its order."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from kiosk.exam.seating import Neighbours, PlanKind
from sync.hq.persistence import tables
from sync.hq.registration.allocation import (
    Applicant,
    OccupiedSeat,
    OfferedRoom,
    Seat,
    allocate,
    free_seats,
)
from sync.hq.registration.application_views import ApplicationView
from sync.hq.registration.occupancy import Stay, stays_beside
from sync.hq.registration.seat_rows import seat_rows
from sync.hq.registration.sitters import sitters_of


@dataclass(frozen=True)
class Elsewhere:
    """Somebody who gets no seat, because they have one in another sitting at that time."""

    candidate_id: str
    name: str
    sitting: str
    centre_code: str
    room: str
    seat: str


class SeatGiver:
    """Chooses seats inside a transaction; storing them is for the caller."""

    def __init__(
        self, connection: Connection, sitting_id: str, seed: bytes, kind: PlanKind
    ) -> None:
        self._connection = connection
        self._seed = seed
        self._kind = kind
        self._rooms = offered_rooms(connection, sitting_id)
        self._describe = sitters_of(connection, sitting_id)
        beside = stays_beside(connection, sitting_id)
        rows = seat_rows(connection, sitting_id, None)
        self._beside = {one.candidate_id: one for one in beside}
        self._seated = {row["candidate_id"] for row in rows}
        self._taken = [
            self._occupied(row["centre_code"], row["room"], row["seat"], row["candidate_id"],
                           row["paper"])
            for row in rows
        ]  # fmt: skip
        self._taken += [
            self._occupied(one.centre_code, one.room, one.seat, one.candidate_id, "")
            for one in beside
        ]
        self.seats: list[Seat] = []
        self.together: list[Neighbours] = []

    def give(self, applications: Iterable[ApplicationView]) -> None:
        """Choose a seat for everybody who has none at that time.

        Raises:
            NotEnoughSeats: fewer seats are free than needed.
        """
        chosen = {one.candidate_id: one for one in applications if self._may_sit(one)}
        applicants = [
            Applicant(self._describe(one.candidate_id, one.paper), one.centre)
            for one in chosen.values()
        ]
        new = allocate(applicants, self._rooms, self._taken, self._seed, self._kind)
        self._taken += [
            self._occupied(one.centre_code, one.room, one.seat, one.candidate_id,
                           chosen[one.candidate_id].paper)
            for one in new.seats
        ]  # fmt: skip
        self._seated |= chosen.keys()
        self.seats += new.seats
        self.together += new.together

    def give_in_order(self, waiting: Sequence[ApplicationView]) -> list[str]:
        """Choose seats for the first of the reserve list, as far as seats are free.

        Return the names of those who move up.
        """
        free = free_seats(self._rooms, self._taken)
        first = [one for one in waiting if self._may_sit(one)][:free]
        self.give(first)
        return [one.name for one in first]

    def _may_sit(self, one: ApplicationView) -> bool:
        return one.candidate_id not in self._seated and one.candidate_id not in self._beside

    def _occupied(
        self, centre: str, room: str, seat: str, candidate: str, paper: str
    ) -> OccupiedSeat:
        return OccupiedSeat(centre, room, seat, self._describe(candidate, paper))


def seated_elsewhere(
    connection: Connection, sitting_id: str, applications: Sequence[ApplicationView]
) -> list[Elsewhere]:
    """Return who is admitted and gets no seat because they sit elsewhere at that time."""
    if not applications:
        return []
    beside = {one.candidate_id: one for one in stays_beside(connection, sitting_id)}
    here = tables.seats.c
    seated = connection.execute(select(here.candidate_id).where(here.sitting_id == sitting_id))
    without = beside.keys() - set(seated.scalars())
    table = tables.sittings
    titles = {row.id: row.title for row in connection.execute(select(table.c.id, table.c.title))}
    return [
        _elsewhere(one, beside[one.candidate_id], titles)
        for one in applications
        if one.admitted and one.candidate_id in without
    ]


def _elsewhere(one: ApplicationView, stay: Stay, titles: Mapping[str, str]) -> Elsewhere:
    title = titles[stay.sitting_id]
    return Elsewhere(one.candidate_id, one.name, title, stay.centre_code, stay.room, stay.seat)


def offered_rooms(connection: Connection, sitting_id: str) -> Sequence[OfferedRoom]:
    """Return the rooms that the sitting uses."""
    table, rooms = tables.sitting_rooms, tables.rooms
    here = (rooms.c.centre_code == table.c.centre_code) & (rooms.c.id == table.c.room)
    query = (
        select(table.c.centre_code, table.c.room, table.c.seats, rooms.c.seats_per_row)
        .join(rooms, here)
        .where(table.c.sitting_id == sitting_id)
    )
    return [OfferedRoom(**row) for row in connection.execute(query).mappings()]

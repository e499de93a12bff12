"""Seats as they are read: for lists, tickets and the rosters of packages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, func, select

from sync.hq.persistence import tables
from sync.hq.registration.personal_form import RosterData
from sync.wire import canonical

_TRAVEL = (
    "candidate_id", "admission_no", "identity_no", "name", "room", "seat", "paper", "portrait",
    "extra_minutes", "needs",
)  # fmt: skip
"""What of a seat reaches the centre in a package."""


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
    needs: str = ""
    ticket_issued_at: datetime | None = None


def seat_rows(
    connection: Connection, sitting_id: str, centre_code: str | None
) -> Sequence[RowMapping]:
    """Return the seats of a sitting with their people and centres, by centre, room and seat."""
    seats, people, centres = tables.seats, tables.candidates, tables.centres
    query = (
        select(
            seats,
            *(people.c[name] for name in ("name", "sex", "identity_no", "portrait")),
            centres.c.name.label("centre_name"),
            centres.c.address.label("centre_address"),
        )
        .join(people, people.c.id == seats.c.candidate_id)
        .join(centres, centres.c.code == seats.c.centre_code)
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


def seat_view(row: Mapping[Any, Any]) -> SeatView:
    """Return a row of :func:`seat_rows` as a view."""
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
        needs=row["needs"],
        ticket_issued_at=row["ticket_issued_at"],
    )


def roster_digest(rows: Sequence[RowMapping], data: RosterData) -> str:
    """Return a digest of what a package says of these seats and of those who have them."""
    said = [
        {name: row[name] for name in _TRAVEL}
        | {"personal": data.of(row["candidate_id"], row["paper"])}
        for row in rows
    ]
    said.sort(key=lambda row: str(row["candidate_id"]))
    return canonical.digest(canonical.dumps({"seats": said}))

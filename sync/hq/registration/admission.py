"""Admission tickets of a sitting: what they would lack, and the PDF."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import RowMapping, and_, func, select, update

from kiosk.exam.programme.programme import Programme
from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import record
from sync.hq.core.progress import ProgressCallback, silent
from sync.hq.errors import SittingCancelled
from sync.hq.persistence import tables
from sync.hq.registration.application_views import ApplicationView
from sync.hq.registration.people import People
from sync.hq.registration.tickets import Holder, Tickets, make_tickets
from sync.hq.sittings import SittingView

GAPS = (
    "no_seat",
    "no_address",
    "no_portrait",
    "portrait_unchecked",
    "portrait_refused",
)
"""What tickets may lack, in the order in which it is listed."""

_OF_PEOPLE = (
    "name", "sex", "identity_no", "portrait", "portrait_findings", "portrait_accepted",
)  # fmt: skip
_OF_CENTRES = ("name", "address", "directions")


@dataclass(frozen=True)
class TicketGap:
    """Something that a ticket, or those of a centre, would lack. ``what``: one of :data:`GAPS`."""

    what: str
    centre_code: str = ""
    admission_no: str = ""
    name: str = ""


class AdmissionTickets:
    """Makes the admission tickets of seated candidates."""

    def __init__(self, context: HqContext, people: People) -> None:
        self._context = context
        self._people = people

    def gaps(
        self, sitting_id: str, applications: Sequence[ApplicationView], centre_code: str = ""
    ) -> Sequence[TicketGap]:
        """Return what the tickets of a sitting, or of one centre, would lack.

        Admitted applicants without a seat get no ticket; they are listed unless one centre is
        asked about.
        """
        rows = self._rows(sitting_id, centre_code)
        seated = {row["candidate_id"] for row in rows}
        found = [
            TicketGap("no_seat", name=application.name)
            for application in applications
            if not centre_code and application.admitted and application.candidate_id not in seated
        ]
        bare = {row["centre_code"] for row in rows if not row["centre_address"]}
        found += [TicketGap("no_address", code) for code in sorted(bare)]
        found += [
            TicketGap(what, row["centre_code"], row["admission_no"], row["name"])
            for row in rows
            for what in _lacking(row)
        ]
        return sorted(found, key=lambda gap: GAPS.index(gap.what))

    def make(
        self,
        sitting: SittingView,
        programmes: Mapping[str, Programme],
        centre_code: str = "",
        progress: ProgressCallback = silent,
    ) -> Tickets:
        """Return the tickets of a sitting, or of one centre. ``programmes``: by papers' ids.

        Raises:
            SittingCancelled: the sitting does not take place.
            NoFont: no usable font was found.
        """
        if sitting.cancelled_at is not None:
            raise SittingCancelled(reason=sitting.cancelled_reason)
        settings = self._context.settings
        return make_tickets(
            sitting,
            programmes,
            [self._holder(row) for row in self._rows(sitting.id, centre_code)],
            ZoneInfo(settings.console.timezone),
            settings.tickets.font,
            progress,
        )

    def issue(self, sitting_id: str, centre_code: str, by: str) -> int:
        """Note that tickets are out; return how many are so for the first time.

        From then on, what was changed before is no longer undone.
        """
        table, now = tables.seats, self._context.clock.now()
        mine = (table.c.sitting_id == sitting_id) & table.c.ticket_issued_at.is_(None)
        if centre_code:
            mine &= table.c.centre_code == centre_code
        with self._context.database.write() as connection:
            done = connection.execute(update(table).where(mine).values(ticket_issued_at=now))
            if done.rowcount:
                named = {"sitting": sitting_id, "tickets": done.rowcount}
                record(connection, now, AuditKind.TICKETS_ISSUED, by, **named)
        return done.rowcount

    def _holder(self, row: RowMapping) -> Holder:
        names = Holder.__dataclass_fields__.keys() & row.keys() - {"portrait"}
        portrait = row["portrait"]
        return Holder(
            **{name: row[name] for name in names},
            portrait=None if portrait is None else self._people.open_portrait(portrait),
        )

    def _rows(self, sitting_id: str, centre_code: str) -> Sequence[RowMapping]:
        seats, rooms = tables.seats, tables.rooms
        people, centres = tables.candidates, tables.centres
        room = and_(rooms.c.centre_code == seats.c.centre_code, rooms.c.id == seats.c.room)
        # Length first: seat 100 comes after seat 99.
        order = [func.length(seats.c.room), seats.c.room, func.length(seats.c.seat), seats.c.seat]
        query = (
            select(
                seats,
                *(people.c[name] for name in _OF_PEOPLE),
                *(centres.c[name].label(f"centre_{name}") for name in _OF_CENTRES),
                rooms.c.name.label("room_name"),
            )
            .join(people, people.c.id == seats.c.candidate_id)
            .join(centres, centres.c.code == seats.c.centre_code)
            .join(rooms, room)
            .where(seats.c.sitting_id == sitting_id)
            .order_by(seats.c.centre_code, *order)
        )
        if centre_code:
            query = query.where(seats.c.centre_code == centre_code)
        with self._context.database.read() as connection:
            return connection.execute(query).mappings().all()


def _lacking(row: RowMapping) -> Sequence[str]:
    if row["portrait"] is None:
        return ["no_portrait"]
    if row["portrait_accepted"] or row["portrait_findings"] == []:
        return []
    return ["portrait_unchecked" if row["portrait_findings"] is None else "portrait_refused"]

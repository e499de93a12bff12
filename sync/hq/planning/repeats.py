"""A sitting that was stopped or cancelled is repeated: its candidates get seats in a new one."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, Table, select

from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.sheets import ABSENT, NOT_BEGUN, STOPPED
from sync.hq.errors import NobodyToRepeat, SittingAhead
from sync.hq.persistence import tables
from sync.hq.persistence.database import put
from sync.hq.registration.changes import APPLICATION, SEAT, Act, Change, Row, added, store
from sync.hq.registration.places import admission_prefix, new_admission_no
from sync.hq.results.listing import Results
from sync.hq.sittings import NewSitting, Sittings, SittingView


class Who(StrEnum):
    """Which candidates are carried over, by their results."""

    ALL = "all"
    INTERRUPTED = "interrupted"
    ABSENT = "absent"


_RESULTS: Mapping[Who, Collection[str]] = {
    Who.INTERRUPTED: (STOPPED, NOT_BEGUN),
    Who.ABSENT: (ABSENT,),
}


_OUT = frozenset({"refused", "withdrawn"})
"""Decisions about applicants who are not carried over."""


@dataclass(frozen=True)
class Repeat:
    """When and for whom a sitting is repeated."""

    title: str
    starts_at: datetime
    who: Collection[Who] = (Who.ALL,)
    release: str | None = None


@dataclass(frozen=True)
class Repeated:
    """The new sitting, and how many candidates were carried into it."""

    sitting: SittingView
    candidates: int


class Repeats:
    """Carries candidates into new sittings."""

    def __init__(self, context: HqContext, sittings: Sittings, results: Results) -> None:
        self._context = context
        self._sittings = sittings
        self._results = results

    def repeat(self, sitting_id: str, repeat: Repeat, by: str) -> Repeated:
        """Create a sitting with the papers, rooms and candidates of another.

        Applications, seats and extra time are carried over; admission numbers are new, and so
        are the papers that are drawn. A candidate who was carried over before is left out.

        Raises:
            NotFound: there is no such sitting.
            SittingAhead: it still takes place: move it, or cancel it first.
            SittingPast, SittingFar: the new start is in the past, or years ahead.
            TitleUnusable: the title is empty or too long.
            NobodyToRepeat: nobody is to be carried over.
            SeatsClash: somebody, or a seat, is taken at the new time.
        """
        found = self._results.statuses(sitting_id)
        now = self._context.clock.now()
        with self._context.database.write() as connection:
            old = self._sittings.get_in(connection, sitting_id)
            if old.cancelled_at is None and now < old.starts_at:
                raise SittingAhead(start=old.starts_at)
            seats = _rows(connection, tables.seats, sitting_id)
            applications = _rows(connection, tables.applications, sitting_id)
            people = {row["candidate_id"] for row in seats}
            people |= {row["candidate_id"] for row in applications if row["decision"] not in _OUT}
            chosen = _chosen(people, found, repeat.who) - _carried_before(connection, sitting_id)
            if not chosen:
                raise NobodyToRepeat
            seats = [row for row in seats if row["candidate_id"] in chosen]
            applications = [row for row in applications if row["candidate_id"] in chosen]
            sitting = self._create(connection, old, repeat, [*seats, *applications], by)
            named = {"repeats": old.id, "candidates": len(chosen), "chosen": sorted(repeat.who)}
            act = Act(AuditKind.SITTING_REPEATED, by, now, sitting.id, named=named)
            store(connection, act, _carried(connection, sitting, seats, applications, now))
        return Repeated(sitting, len(chosen))

    def _create(
        self,
        connection: Connection,
        old: SittingView,
        repeat: Repeat,
        rows: Sequence[Row],
        by: str,
    ) -> SittingView:
        named = {row["paper"] for row in rows}
        papers = [paper for paper in old.papers if paper.id in named]
        new = NewSitting(repeat.title, repeat.starts_at, (), release=repeat.release or old.release)
        sitting = self._sittings.create_in(connection, new, papers, by, repeats=old.id)
        rooms = _rows(connection, tables.sitting_rooms, old.id)
        put(connection, tables.sitting_rooms, [{**row, "sitting_id": sitting.id} for row in rooms])
        return sitting


def _carried(
    connection: Connection,
    sitting: SittingView,
    seats: Sequence[Row],
    applications: Sequence[Row],
    now: datetime,
) -> Sequence[Change]:
    """Return the changes that give people of another sitting the same places in this one."""
    own, prefix = {"sitting_id": sitting.id}, admission_prefix(connection, sitting.id)
    found = [added(APPLICATION, {**row, **own, "updated_at": now}) for row in applications]
    for row in seats:
        number = new_admission_no(connection, prefix)
        new = {**row, **own, "admission_no": number, "ticket_issued_at": None}
        found.append(added(SEAT, new))
    return found


def _chosen(people: set[str], results: Mapping[str, str], who: Collection[Who]) -> set[str]:
    if Who.ALL in who:
        return people
    wanted = {status for one in who for status in _RESULTS[one]}
    return {person for person in people if results.get(person) in wanted}


def _carried_before(connection: Connection, sitting_id: str) -> set[str]:
    """Return the candidates of earlier repeats of the sitting that were not cancelled."""
    sittings, found = tables.sittings, set[str]()
    for table in (tables.seats, tables.applications):
        query = (
            select(table.c.candidate_id)
            .join(sittings, sittings.c.id == table.c.sitting_id)
            .where(sittings.c.repeats == sitting_id, sittings.c.cancelled_at.is_(None))
        )
        found |= set(connection.execute(query).scalars())
    return found


def _rows(connection: Connection, table: Table, sitting_id: str) -> Sequence[Row]:
    query = select(table).where(table.c.sitting_id == sitting_id)
    return [dict(row) for row in connection.execute(query).mappings()]

"""Undoing change sets: what they changed is as before, unless somebody has changed it since.

A change can be undone until the candidate's ticket is out; afterwards it is corrected by another
change. What stays is listed with its reason.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, literal, select, update

from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.errors import AlreadyUndone, NothingToUndo, ReasonMissing
from sync.hq.persistence import tables
from sync.hq.registration.applications import Applications
from sync.hq.registration.changes import (
    APPLICATION,
    PERSON,
    SEAT,
    Act,
    Change,
    Row,
    flat,
    removed,
    restored,
    rows_of,
    store,
)
from sync.hq.registration.history import found_set
from sync.hq.registration.occupancy import clashes_of
from sync.hq.registration.people import known_people
from sync.hq.registration.verdicts import Rules

_AT_ONCE = 500
_BY_MACHINE = frozenset({"portrait_findings", "ticket_issued_at"})
"""Fields that change without an act: they say nothing about a later change."""
_TOGETHER = frozenset(
    {AuditKind.CANDIDATE_REPLACED, AuditKind.CANDIDATE_MOVED, AuditKind.CANDIDATE_WITHDRAWN}
)
"""Acts whose rows are undone together or not at all."""


@dataclass(frozen=True)
class Staying:
    """A change that is not undone.

    ``why``: ``changed`` since, ``ticket`` is out, ``used`` elsewhere, ``seated``, ``taken`` by
    somebody else, or has already ``sat``.
    """

    table: str
    candidate_id: str
    sitting_id: str
    why: str


@dataclass(frozen=True)
class Consequences:
    """What undoing does: how many rows are as before, and what stays."""

    restored: int
    staying: tuple[Staying, ...]


class Undo:
    """Undoes change sets."""

    def __init__(self, context: HqContext, applications: Applications) -> None:
        self._context = context
        self._applications = applications

    def consequences(self, number: int) -> Consequences:
        """Return what undoing would do now.

        Raises:
            NotFound: there is no such change set.
        """
        with self._context.database.read() as connection:
            undoing = self._undoing(connection, number)
        return Consequences(len(undoing.changes), tuple(undoing.staying))

    def undo(self, number: int, reason: str, by: str) -> Consequences:
        """Undo a change set in one transaction; return what was done.

        Raises:
            NotFound: there is no such change set.
            ReasonMissing: the reason is empty.
            AlreadyUndone: it was undone before.
            NothingToUndo: everything stays.
        """
        if not reason.strip():
            raise ReasonMissing
        table, now = tables.change_sets, self._context.clock.now()
        with self._context.database.write() as connection:
            known = found_set(connection, number)
            if known.undone_by is not None:
                raise AlreadyUndone
            undoing = self._undoing(connection, number)
            named = {"undoes": number, "stayed": len(undoing.staying)}
            act = Act(
                AuditKind.CHANGES_UNDONE, by, now, known.sitting_id, reason.strip()[:500],
                named=named,
            )  # fmt: skip
            done = store(connection, act, undoing.changes)
            if done is None:
                raise NothingToUndo
            # Undoing an undoing: what it had undone holds again.
            again = update(table).where(table.c.undone_by == number)
            connection.execute(again.values(undone_by=None))
            mine = update(table).where(table.c.id == number)
            connection.execute(mine.values(undone_by=done))
        return Consequences(len(undoing.changes), tuple(undoing.staying))

    def _undoing(self, connection: Connection, number: int) -> "_Undoing":
        kind = found_set(connection, number).kind
        table = tables.changes
        query = select(table).where(table.c.change_set == number).order_by(table.c.number)
        rows = [dict(row) for row in connection.execute(query).mappings()]
        sittings = {row["sitting_id"] for row in rows if row["changed"] == APPLICATION}
        rules = {sitting: self._applications.rules(sitting) for sitting in sittings}
        return _Undoing(connection, rows, rules, self._context, together=kind in _TOGETHER)


class _Undoing:
    """Finds what can be undone, inside a transaction."""

    def __init__(
        self,
        connection: Connection,
        rows: Sequence[Row],
        rules: Mapping[str, Rules],
        context: HqContext,
        *,
        together: bool,
    ) -> None:
        self._connection = connection
        self._rules = rules
        self._now = context.clock.now()
        self._together = together
        self._ids = sorted({row["candidate_id"] for row in rows})
        self._current = self._current_rows(rows)
        self._ticketed = self._with_tickets()
        self._sat = self._with_results(rows)
        self.staying: list[Staying] = []
        self.changes: list[Change] = []
        for row in rows:
            self._look_at(row)
        self._drop_dependent()
        self._drop_taken()

    def _current_rows(self, rows: Sequence[Row]) -> dict[tuple[str, str, str], Row]:
        found = {}
        for table, sitting in {(row["changed"], row["sitting_id"]) for row in rows}:
            for key, row in rows_of(self._connection, table, self._ids, sitting).items():
                found[table, key, sitting] = row
        return found

    def _with_tickets(self) -> set[tuple[str, str]]:
        """Return (sitting, candidate) of seats whose tickets are out, while they matter."""
        seats, sittings = tables.seats, tables.sittings
        query = (
            select(seats.c.sitting_id, seats.c.candidate_id)
            .join(sittings, sittings.c.id == seats.c.sitting_id)
            .where(seats.c.ticket_issued_at.is_not(None), sittings.c.ends_at > self._now)
        )
        return {(row.sitting_id, row.candidate_id) for row in self._connection.execute(query)}

    def _with_results(self, rows: Sequence[Row]) -> set[tuple[str, str]]:
        table = tables.bundles
        sittings = {row["sitting_id"] for row in rows}
        query = select(table.c.sitting_id, table.c.candidate_id).where(
            table.c.sitting_id.in_(sittings)
        )
        return {(row.sitting_id, row.candidate_id) for row in self._connection.execute(query)}

    def _look_at(self, row: Row) -> None:
        key = (row["changed"], row["candidate_id"], row["sitting_id"])
        current, why = self._current.get(key), self._bar(row)
        if not why and (current is None) != (row["after"] is None):
            why = "changed"
        if why:
            self._stay(row, why)
            return
        before, after = row["before"], row["after"]
        if before is None and current is not None:
            if _differs(current, after):
                self._stay(row, "changed")
            else:
                self.changes.append(removed(row["changed"], current))
            return
        self._restore(row, current, before, after or {})

    def _bar(self, row: Row) -> str:
        """Return what forbids to undo a change, whatever its fields are."""
        mine = (row["sitting_id"], row["candidate_id"])
        if row["changed"] == PERSON:
            return "ticket" if any(who == mine[1] for _, who in self._ticketed) else ""
        out = mine in self._ticketed or (row["before"] or {}).get("ticket_issued_at")
        return "ticket" if out else "sat" if mine in self._sat else ""

    def _restore(
        self, row: Row, current: Row | None, before: Any, after: Mapping[str, Any]
    ) -> None:
        table = row["changed"]
        kept = {} if current is None else flat(current)
        same = {
            name
            for name in before
            if current is None or name in _BY_MACHINE or kept.get(name) == after.get(name)
        }
        if "portrait" in before and "portrait" not in same:
            same -= _BY_MACHINE  # the findings are about the picture
        left = set(before) - same - _BY_MACHINE
        if left and table == SEAT:
            same = set()
        if left or not same:
            self._stay(row, "changed")
        if same:
            values = {name: before[name] for name in before if name in same}
            new = restored(table, values, current)
            if table == APPLICATION:
                new = self._rules[row["sitting_id"]].judged(new, self._now)
            mine = (row["candidate_id"], row["sitting_id"])
            self.changes.append(Change(table, *mine, current, new))

    def _stay(self, row: Mapping[str, Any], why: str) -> None:
        key = (row["changed"], row["candidate_id"], row["sitting_id"])
        self.staying.append(Staying(*key, why))

    def _drop(self, changes: Iterable[Change], why: str) -> None:
        leaving = {id(one): one for one in changes}
        self.changes = [one for one in self.changes if id(one) not in leaving]
        self.staying += [
            Staying(one.table, one.candidate_id, one.sitting_id, why) for one in leaving.values()
        ]

    def _drop_dependent(self) -> None:
        """Keep what others need: applications of seats that stay, people who are in use."""
        if self._together and self.staying:
            self._drop(self.changes, "changed")
            return
        leaving = [one for one in self.changes if one.table == APPLICATION and one.new is None]
        gone = self._gone()
        seats = {row for row in self._rows_about(tables.seats) if (SEAT, *row) not in gone}
        self._drop([one for one in leaving if _key(one) in seats], "seated")
        gone = self._gone()
        used = {
            candidate
            for table in tables.metadata.sorted_tables
            for sitting, candidate in self._rows_about(table)
            if (table.name, sitting, candidate) not in gone
        }
        people = [one for one in self.changes if one.table == PERSON and one.new is None]
        self._drop([one for one in people if one.candidate_id in used], "used")

    def _gone(self) -> set[tuple[str, str, str]]:
        """Return the rows that undoing removes."""
        return {(one.table, *_key(one)) for one in self.changes if one.new is None}

    def _rows_about(self, table: Table) -> set[tuple[str, str]]:
        """Return (sitting, candidate) of the rows that refer to candidates of the change set."""
        found: set[tuple[str, str]] = set()
        for column in table.c:
            if not any(key.column is tables.candidates.c.id for key in column.foreign_keys):
                continue
            sitting = table.c.get("sitting_id", literal(""))
            for start in range(0, len(self._ids), _AT_ONCE):
                some = column.in_(self._ids[start : start + _AT_ONCE])
                found |= {
                    (row[0], row[1])
                    for row in self._connection.execute(select(sitting, column).where(some))
                }
        return found

    def _drop_taken(self) -> None:
        """Keep what would take a number or a seat that others have by now."""
        numbers = {
            one.new["identity_no"]: one for one in self.changes if one.table == PERSON and one.new
        }
        holders = known_people(self._connection, list(numbers))
        self._drop(
            [
                one
                for number, one in numbers.items()
                if number in holders and holders[number]["id"] != one.candidate_id
            ],
            "taken",
        )
        while clashing := self._clashing():
            self._drop(self.changes if self._together else clashing, "taken")

    def _clashing(self) -> list[Change]:
        seats = [one for one in self.changes if one.table == SEAT]
        left = [one.old for one in seats if one.old is not None]
        taken = [one.new for one in seats if one.new is not None]
        found = clashes_of(self._connection, left, taken)
        keys = {stay.key for clash in found for stay in clash.stays}
        return [one for one in seats if one.new is not None and _key(one) in keys]


def _key(change: Change) -> tuple[str, str]:
    return change.sitting_id, change.candidate_id


def _differs(current: Row, after: Mapping[str, Any]) -> bool:
    """Return whether a row that was added has been changed since."""
    now = flat(current)
    return any(now.get(name) != said for name, said in after.items() if name not in _BY_MACHINE)

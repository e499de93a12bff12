"""Change sets: every change of a person, an application or a seat, with who, when and why.

This is the only module that writes these tables (a portrait's findings and the issue of a
ticket aside, which are no changes of anybody). It stores what a row said before, so that the
change can be shown and undone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Date, Table, and_, delete, insert, select

from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import record
from sync.hq.persistence import tables
from sync.hq.persistence.database import next_number, put
from sync.hq.persistence.material_tables import personal_data
from sync.hq.persistence.types import Exact, UtcTime
from sync.hq.registration.bans import require_not_banned
from sync.hq.registration.occupancy import require_free

PERSON, APPLICATION, SEAT = "candidates", "applications", "seats"
PERSONAL = "personal_data"
TABLES: Mapping[str, Table] = {
    PERSON: tables.candidates,
    APPLICATION: tables.applications,
    SEAT: tables.seats,
    PERSONAL: personal_data,
}
CHANGE_SETS = "change_set"
"""The counter of the change sets."""
DERIVED = frozenset({"clause", "hours_missing", "shortfalls", "updated_at"})
"""What follows from an application's other fields and the programme."""
_AT_ONCE = 500

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Act:
    """What somebody does. ``named``: further facts for the audit log, without personal data."""

    kind: AuditKind
    by: str
    at: datetime
    sitting_id: str = ""
    reason: str = ""
    file_name: str = ""
    named: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Change:
    """A row before and after; None where it does not exist. ``sitting_id``: empty for persons."""

    table: str
    candidate_id: str
    sitting_id: str
    old: Row | None
    new: Row | None

    @property
    def differences(self) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
        """The fields that differ, before and after, as plain values."""
        if self.old is None or self.new is None:
            return flat(self.old), flat(self.new)
        before, after = flat(self.old), flat(self.new)
        names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
        return {n: before.get(n) for n in names}, {n: after.get(n) for n in names}

    @property
    def empty(self) -> bool:
        """Whether nothing differs."""
        before, after = self.differences
        return before == after


def changed(table: str, old: Row, **values: Any) -> Change:
    """Return the change of an existing row to new values."""
    sitting_id = "" if table == PERSON else old["sitting_id"]
    key = old["id"] if table == PERSON else old["candidate_id"]
    return Change(table, key, sitting_id, old, {**old, **values})


def added(table: str, new: Row) -> Change:
    """Return the change that adds a row."""
    sitting_id = "" if table == PERSON else new["sitting_id"]
    return Change(
        table, new["id"] if table == PERSON else new["candidate_id"], sitting_id, None, new
    )


def removed(table: str, old: Row) -> Change:
    """Return the change that removes a row."""
    sitting_id = "" if table == PERSON else old["sitting_id"]
    return Change(
        table, old["id"] if table == PERSON else old["candidate_id"], sitting_id, old, None
    )


def store(connection: Connection, act: Act, changes: Iterable[Change]) -> int | None:
    """Write the rows of an act and note them; return the number of the change set, if any.

    Call it in an exclusive ``write``: what it checks then holds until the commit.

    Raises:
        SeatsClash: somebody would sit twice at one time, or two people on one seat, or more
            people in a room than it has seats.
        Banned: somebody who is banned would be registered or get a seat.
    """
    real = [change for change in changes if not change.empty]
    if not real:
        return None
    seats = [change for change in real if change.table == SEAT]
    require_free(
        connection,
        left=[change.old for change in seats if change.old is not None],
        taken=[change.new for change in seats if change.new is not None],
    )
    _write(connection, real)
    require_not_banned(connection, act.at, _newly_registered(real))
    number = next_number(connection, CHANGE_SETS)
    values: dict[str, Any] = {
        "kind": act.kind.value,
        "sitting_id": act.sitting_id,
        "file_name": act.file_name,
    }
    values |= {"username": act.by, "reason": act.reason, "at": act.at}
    connection.execute(insert(tables.change_sets).values(id=number, **values))
    rows = [_noted(number, position, change) for position, change in enumerate(real, start=1)]
    connection.execute(insert(tables.changes), rows)
    why = {"reason": act.reason} if act.reason else {}
    where = {"sitting": act.sitting_id} if act.sitting_id else {}
    record(connection, act.at, act.kind, act.by, **where, **act.named, **why, change_set=number)
    return number


def _newly_registered(changes: Sequence[Change]) -> list[tuple[str, str, str]]:
    """Return candidate, sitting and paper of those who get an application or a seat."""
    new = [one for one in changes if one.table in (APPLICATION, SEAT) and one.old is None]
    return [(one.candidate_id, one.sitting_id, one.new["paper"]) for one in new if one.new]


def row_of(
    connection: Connection, table: str, candidate_id: str, sitting_id: str = ""
) -> Row | None:
    """Return a row as it is now."""
    query = select(TABLES[table]).where(_key(table, candidate_id, sitting_id))
    found = connection.execute(query).mappings().first()
    return None if found is None else dict(found)


def rows_of(
    connection: Connection, table: str, candidates: Sequence[str], sitting_id: str = ""
) -> dict[str, Row]:
    """Return the rows of several candidates, by candidate."""
    source, found = TABLES[table], dict[str, Row]()
    key = source.c.id if table == PERSON else source.c.candidate_id
    for start in range(0, len(candidates), _AT_ONCE):
        query = select(source).where(key.in_(candidates[start : start + _AT_ONCE]))
        if sitting_id:
            query = query.where(source.c.sitting_id == sitting_id)
        for row in connection.execute(query).mappings():
            found[row[key.name]] = dict(row)
    return found


def flat(row: Row | None) -> Any:
    """Return a row as plain values; each of an application's claims is a field of its own."""
    if row is None:
        return None
    found: dict[str, Any] = {}
    for name, value in row.items():
        if name == "claims":
            found |= {f"claims.{claim}": said for claim, said in value.items()}
        elif name == "given":
            found |= {f"given.{field}": said for field, said in value.items()}
        elif name not in DERIVED:
            found[name] = plain(value)
    return found


def restored(table: str, values: Row, base: Row | None = None) -> dict[str, Any]:
    """Return ``base`` with the plain values of :func:`flat` in it, as columns store them."""
    columns, found = TABLES[table].c, dict(base or {})
    for name, value in values.items():
        column, _, key = name.partition(".")
        if key:
            said = {**found.get(column, {}), key: value}
            found[column] = {known: one for known, one in said.items() if one is not None}
        elif name in columns:
            found[name] = _typed(columns[name].type, value)
    return found


def plain(value: Any) -> Any:
    """Return a column's value as JSON has it."""
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _typed(kind: Any, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if isinstance(kind, UtcTime):
        return datetime.fromisoformat(value)
    if isinstance(kind, Exact):
        return Decimal(value)
    return date.fromisoformat(value) if isinstance(kind, Date) else value


def _noted(number: int, position: int, change: Change) -> dict[str, Any]:
    before, after = change.differences
    return {
        "change_set": number,
        "number": position,
        "changed": change.table,
        "candidate_id": change.candidate_id,
        "sitting_id": change.sitting_id,
        "before": before,
        "after": after,
        "portrait": (before or {}).get("portrait"),
    }


def _write(connection: Connection, changes: Sequence[Change]) -> None:
    """Write rows: seats first leave, so that two people can swap theirs."""
    for table in (SEAT, PERSONAL, APPLICATION):
        leaving = [
            one
            for one in changes
            if one.table == table and one.old is not None and (table == SEAT or one.new is None)
        ]
        for one in leaving:
            key = _key(table, one.candidate_id, one.sitting_id)
            connection.execute(delete(TABLES[table]).where(key))
    for table in (PERSON, APPLICATION, PERSONAL, SEAT):
        rows = [dict(one.new) for one in changes if one.table == table and one.new is not None]
        put(connection, TABLES[table], rows)
    for one in changes:
        if one.table == PERSON and one.new is None:
            connection.execute(delete(tables.candidates).where(_key(PERSON, one.candidate_id, "")))


def _key(table: str, candidate_id: str, sitting_id: str) -> Any:
    source = TABLES[table]
    if table == PERSON:
        return source.c.id == candidate_id
    return and_(source.c.candidate_id == candidate_id, source.c.sitting_id == sitting_id)

"""The history of people and sittings: change sets with who, when, why and what changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from sync.hq.context import HqContext
from sync.hq.errors import NotFound
from sync.hq.persistence import tables


@dataclass(frozen=True)
class NotedChange:
    """A changed row: its fields before and after; None where the row did not exist."""

    table: str
    candidate_id: str
    name: str
    sitting_id: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None

    @property
    def fields(self) -> list[tuple[str, Any, Any]]:
        """Each field with its values before and after."""
        before, after = self.before or {}, self.after or {}
        names = dict.fromkeys((*before, *after))
        return [(name, before.get(name), after.get(name)) for name in names]


@dataclass(frozen=True)
class ChangeSet:
    """An act. ``undone_by``: the change set that undid it. ``rows``: how many it changed."""

    id: int
    kind: str
    sitting_id: str
    file_name: str
    username: str
    reason: str
    at: datetime
    undone_by: int | None
    rows: int


class History:
    """Reads change sets."""

    def __init__(self, context: HqContext) -> None:
        self._context = context

    def of_sitting(self, sitting_id: str, most: int = 200) -> Sequence[ChangeSet]:
        """Return the change sets of a sitting, newest first."""
        changes = tables.changes
        touching = select(changes.c.change_set).where(changes.c.sitting_id == sitting_id)
        sets = tables.change_sets.c
        with self._context.database.read() as connection:
            return _sets(connection, (sets.sitting_id == sitting_id) | sets.id.in_(touching), most)

    def of_person(self, candidate_id: str, most: int = 200) -> Sequence[ChangeSet]:
        """Return the change sets that changed a person, their applications or seats."""
        changes = tables.changes
        touching = select(changes.c.change_set).where(changes.c.candidate_id == candidate_id)
        with self._context.database.read() as connection:
            return _sets(connection, tables.change_sets.c.id.in_(touching), most)

    def get(self, number: int) -> ChangeSet:
        """Return one change set.

        Raises:
            NotFound: there is none.
        """
        with self._context.database.read() as connection:
            return found_set(connection, number)

    def changes(
        self, number: int, candidate_id: str = "", most: int = 500
    ) -> Sequence[NotedChange]:
        """Return what a change set changed, of one person if one is named."""
        table, people = tables.changes, tables.candidates
        query = (
            select(table, people.c.name)
            .outerjoin(people, people.c.id == table.c.candidate_id)
            .where(table.c.change_set == number)
            .order_by(table.c.number)
            .limit(most)
        )
        if candidate_id:
            query = query.where(table.c.candidate_id == candidate_id)
        with self._context.database.read() as connection:
            return [
                NotedChange(
                    table=row["changed"],
                    candidate_id=row["candidate_id"],
                    name=row["name"] or _said_name(dict(row)),
                    sitting_id=row["sitting_id"],
                    before=row["before"],
                    after=row["after"],
                )
                for row in connection.execute(query).mappings()
            ]


def found_set(connection: Connection, number: int) -> ChangeSet:
    """Return one change set, inside a transaction.

    Raises:
        NotFound: there is none.
    """
    for found in _sets(connection, tables.change_sets.c.id == number, 1):
        return found
    raise NotFound(what="change set")


def _sets(connection: Connection, which: ColumnElement[bool], most: int) -> list[ChangeSet]:
    table, changes = tables.change_sets, tables.changes
    rows = (select(func.count()).where(changes.c.change_set == table.c.id).scalar_subquery()).label(
        "rows"
    )
    query = select(table, rows).where(which).order_by(table.c.id.desc()).limit(most)
    return [ChangeSet(**row) for row in connection.execute(query).mappings()]


def _said_name(row: Mapping[str, Any]) -> str:
    """Return the name of somebody whose record was removed since."""
    for said in (row["after"], row["before"]):
        if said and "name" in said:
            return str(said["name"])
    return ""

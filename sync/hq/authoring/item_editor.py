"""The editor of single items: a save is the next version, and nobody's change gets lost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from kiosk.exam.programme.programme import Programme
from sync.hq.authoring.bank import entry_of
from sync.hq.authoring.entry import BankItem, read_entry
from sync.hq.authoring.importing.versions import AT_ONCE, NewVersion, add_versions, current_rows
from sync.hq.authoring.meaning.sameness import twin_form
from sync.hq.authoring.pictures import Pictures, checked
from sync.hq.authoring.stimuli import Stimuli, of_document, stimuli_of, with_stimuli
from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import record
from sync.hq.errors import ItemChanged, NotFound, StimulusShared
from sync.hq.persistence import tables
from sync.hq.problems import Problem


@dataclass(frozen=True)
class Group:
    """The text that items of a group share, by language, and how many current items there are."""

    stimuli: Stimuli
    items: int


class ItemEditor:
    """Checks and stores one item."""

    def __init__(self, context: HqContext, pictures: Pictures) -> None:
        self._context = context
        self._pictures = pictures

    def check(
        self, programme: Programme, values: Mapping[str, Any]
    ) -> tuple[BankItem | None, Sequence[Problem]]:
        """Check the fields of an item as an import does; the item is None if one is an error."""
        entry, problems = read_entry(values, programme)
        if entry is None:
            return None, problems
        missing = [
            Problem("picture_missing", column="stem", params={"value": name})
            for name in sorted(entry.pictures - self._pictures.names())
        ]
        return (None if missing else entry), [*problems, *missing, *self._twin(programme, entry)]

    def save(
        self,
        programme_id: str,
        entry: BankItem,
        by: str,
        *,
        expected: int | None,
        whole_group: bool = False,
    ) -> int:
        """Store an item as its next version; return the current version.

        Equal content is not stored again. ``expected``: the version that was edited, or None for
        a new item. With ``whole_group``, other items of its group get its stimulus, each as a new
        version, in the same transaction.

        Raises:
            ItemChanged: the bank has another version by now. Nothing is stored.
            StimulusShared: other items of the group have another stimulus, and ``whole_group`` is
                false. Nothing is stored.
        """
        item_id = entry.item.id
        with self._context.database.write() as connection:
            row = current_rows(connection, programme_id, [item_id]).get(item_id)
            current = row["version"] if row else None
            if current != expected:
                raise ItemChanged(item=item_id, version=current or 0)
            others = _others(connection, programme_id, entry)
            if others and not whole_group:
                raise StimulusShared(count=len(others), group=entry.item.group)
            new = [] if row and row["digest"] == entry.digest else [NewVersion(entry, row)]
            new += others
            for start in range(0, len(new), AT_ONCE):
                some = new[start : start + AT_ONCE]
                add_versions(connection, programme_id, some, self._context.clock.now(), by=by)
            for stored in new:
                self._record(connection, programme_id, stored.entry.item.id, by)
            rows = current_rows(connection, programme_id, [item_id])
        return int(rows[item_id]["version"])

    def restore(
        self, programme_id: str, item_id: str, version: int, by: str, *, expected: int
    ) -> int:
        """Store an earlier version as the next one; return its number.

        Raises:
            NotFound: there is no such version.
            ItemChanged: the bank has another version than ``expected`` by now.
            StimulusShared: the group has another stimulus by now.
        """
        table = tables.items
        query = select(table).where(
            table.c.programme_id == programme_id, table.c.id == item_id, table.c.version == version
        )
        with self._context.database.read() as connection:
            row = connection.execute(query).mappings().first()
        if row is None:
            raise NotFound(what="version")
        return self.save(programme_id, entry_of(row), by, expected=expected)

    def groups(self, programme_id: str) -> Mapping[str, Group]:
        """Return the groups of a programme by name."""
        table = tables.items
        query = (
            select(table.c.group_id, table.c.item)
            .where(
                table.c.programme_id == programme_id, table.c.current, table.c.group_id.is_not(None)
            )
            .order_by(table.c.group_id)
        )
        found: dict[str, Group] = {}
        with self._context.database.read() as connection:
            for name, item in connection.execute(query):
                before = found.get(name, Group({}, 0))
                stimuli = {**of_document(item), **before.stimuli}
                found[name] = Group(stimuli, before.items + 1)
        return found

    def add_picture(self, data: bytes) -> str:
        """Store a picture; return its name.

        Raises:
            PictureUnusable: it cannot be shown.
        """
        name, usable = checked(data)
        with self._context.database.write() as connection:
            self._pictures.put(connection, {name: usable})
        return name

    def _twin(self, programme: Programme, entry: BankItem) -> Sequence[Problem]:
        """Return a note if the bank has the same stem and options under another id."""
        table, form = tables.items, twin_form(entry.item)
        query = select(table).where(
            table.c.programme_id == programme.id,
            table.c.current,
            table.c.id != entry.item.id,
            table.c.type == entry.item.type.value,
            table.c.stem == entry.item.stem,
        )
        with self._context.database.read() as connection:
            rows = connection.execute(query).mappings().all()
        twins = [row["id"] for row in rows if twin_form(entry_of(row).item) == form]
        return [
            Problem("twin", column="stem", params={"value": name}, is_error=False)
            for name in twins[:1]
        ]

    def _record(self, connection: Connection, programme_id: str, item_id: str, by: str) -> None:
        version = current_rows(connection, programme_id, [item_id])[item_id]["version"]
        named = {"programme": programme_id, "item": item_id, "version": version}
        record(connection, self._context.clock.now(), AuditKind.ITEM_EDITED, by, **named)


def _others(connection: Connection, programme_id: str, entry: BankItem) -> Sequence[NewVersion]:
    """Return the other items of a group with a stimulus that differs, with the new one."""
    if entry.item.group is None:
        return []
    table = tables.items
    query = select(table).where(
        table.c.programme_id == programme_id,
        table.c.current,
        table.c.group_id == entry.item.group,
        table.c.id != entry.item.id,
    )
    found = []
    for row in connection.execute(query).mappings():
        old = entry_of(row)
        item = with_stimuli(old.item, stimuli_of(entry.item))
        if item != old.item:
            found.append(NewVersion(BankItem(item, old.scheme, old.difficulty), row))
    return found

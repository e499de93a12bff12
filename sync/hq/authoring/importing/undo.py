"""Imports that were stored, and their undoing.

Undoing deletes nothing: the versions of the import stay as history and are no longer current. An
item stays in the bank if somebody has changed or retired it since, or a paper uses it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, RowMapping, select, tuple_, update

from sync.hq.authoring.secrecy import secret_papers
from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import record
from sync.hq.errors import AlreadyUndone, NotFound, NothingToUndo, ReasonMissing
from sync.hq.persistence import tables

_AT_ONCE = 500


@dataclass(frozen=True)
class StoredImport:
    """An import: who stored what, when, and whether it was undone."""

    id: str
    programme_id: str
    batch: str
    file_name: str
    username: str
    imported_at: datetime
    counts: Mapping[str, int]
    undone_at: datetime | None
    undone_by: str | None
    undone_reason: str


@dataclass(frozen=True)
class Consequences:
    """What undoing does: ids that leave the bank, that return to their version before, that stay.

    ``changed`` and ``used`` are the reasons to stay. ``secret``: a paper that nobody may know yet
    was drawn since, so every other item stays too.
    """

    removed: Sequence[str]
    restored: Sequence[str]
    changed: Sequence[str]
    used: Sequence[str]
    secret: bool = False


class ItemImports:
    """Lists and undoes imports."""

    def __init__(self, context: HqContext) -> None:
        self._context = context

    def list(self, programme_id: str) -> Sequence[StoredImport]:
        """Return the imports of a programme, newest first."""
        table = tables.item_imports
        query = (
            select(table)
            .where(table.c.programme_id == programme_id)
            .order_by(table.c.imported_at.desc(), table.c.id.desc())
        )
        with self._context.database.read() as connection:
            return [StoredImport(**row) for row in connection.execute(query).mappings()]

    def get(self, import_id: str) -> StoredImport:
        """Return one import.

        Raises:
            NotFound: it does not exist.
        """
        with self._context.database.read() as connection:
            return _found(connection, import_id)

    def consequences(self, import_id: str) -> Consequences:
        """Return what undoing would do now.

        Raises:
            NotFound: it does not exist.
        """
        with self._context.database.read() as connection:
            stored = _found(connection, import_id)
            return _Undoing(connection, stored, self._context.clock.now()).consequences

    def undo(self, import_id: str, reason: str, by: str) -> Consequences:
        """Undo an import in one transaction; return what was done.

        Raises:
            NotFound: it does not exist.
            ReasonMissing: the reason is empty.
            AlreadyUndone: it was undone before.
            NothingToUndo: every item stays.
        """
        if not reason.strip():
            raise ReasonMissing
        now = self._context.clock.now()
        with self._context.database.write() as connection:
            stored = _found(connection, import_id)
            if stored.undone_at is not None:
                raise AlreadyUndone
            undoing = _Undoing(connection, stored, now)
            done = undoing.consequences
            if not done.removed and not done.restored:
                raise NothingToUndo
            undoing.carry_out()
            table, why = tables.item_imports, reason.strip()
            undone = {"undone_at": now, "undone_by": by, "undone_reason": why}
            connection.execute(update(table).where(table.c.id == import_id).values(**undone))
            named = {"programme": stored.programme_id, "import": import_id, "batch": stored.batch}
            counts = {"removed": len(done.removed), "restored": len(done.restored)}
            counts["stayed"] = len(done.changed) + len(done.used)
            kind = AuditKind.ITEMS_IMPORT_UNDONE
            record(connection, now, kind, by, **named, **counts, reason=why)
        return done


class _Undoing:
    """Undoes one import inside a transaction."""

    def __init__(self, connection: Connection, stored: StoredImport, now: datetime) -> None:
        self._connection = connection
        self._stored = stored
        rows = self._rows()
        untouched = [row for row in rows if row["current"] and row["retired_at"] == row["before"]]
        secret, used = self._drawn_in_secret(now), self._used()
        self._leaving = [row for row in untouched if not secret and row["id"] not in used]
        leaving = {row["id"] for row in self._leaving}
        free = {row["id"] for row in untouched}
        self.consequences = Consequences(
            removed=[row["id"] for row in self._leaving if row["follows"] is None],
            restored=[row["id"] for row in self._leaving if row["follows"] is not None],
            changed=[row["id"] for row in rows if row["id"] not in free],
            used=[row["id"] for row in untouched if row["id"] not in leaving],
            secret=secret,
        )

    def carry_out(self) -> None:
        """Take back the versions that can leave."""
        for start in range(0, len(self._leaving), _AT_ONCE):
            some = self._leaving[start : start + _AT_ONCE]
            self._set_current([(row["id"], row["version"]) for row in some], current=False)
            followed = [(row["id"], row["follows"]) for row in some if row["follows"] is not None]
            self._set_current(followed, current=True)

    def _set_current(self, versions: Sequence[tuple[str, int]], *, current: bool) -> None:
        table = tables.items
        which = tuple_(table.c.id, table.c.version).in_(versions)
        mine = (table.c.programme_id == self._stored.programme_id) & which
        self._connection.execute(update(table).where(mine).values(current=current))

    def _rows(self) -> Sequence[RowMapping]:
        """Return the versions of the import; ``before``: when the version before was retired."""
        table, before = tables.items, tables.items.alias()
        followed = (
            (before.c.programme_id == table.c.programme_id)
            & (before.c.id == table.c.id)
            & (before.c.version == table.c.follows)
        )
        columns = (table.c.id, table.c.version, table.c.current, table.c.follows)
        query = (
            select(*columns, table.c.retired_at, before.c.retired_at.label("before"))
            .outerjoin(before, followed)
            .where(table.c.import_id == self._stored.id)
            .order_by(table.c.id)
        )
        return self._connection.execute(query).mappings().all()

    def _used(self) -> frozenset[str]:
        """Return the ids of which a paper uses the import's version."""
        table, uses = tables.items, tables.item_uses
        same = (
            (uses.c.programme_id == table.c.programme_id)
            & (uses.c.item_id == table.c.id)
            & (uses.c.version == table.c.version)
        )
        query = select(table.c.id).join(uses, same).where(table.c.import_id == self._stored.id)
        return frozenset(self._connection.execute(query).scalars())

    def _drawn_in_secret(self, now: datetime) -> bool:
        """Return whether a secret paper may contain items of the import.

        To keep only those that it does contain would reveal them.
        """
        papers, examined = tables.papers, tables.sitting_papers
        drawn_for = (examined.c.sitting_id == papers.c.sitting_id) & (
            examined.c.id == papers.c.sitting_paper
        )
        query = (
            select(papers.c.id)
            .join(examined, drawn_for)
            .where(
                examined.c.programme_id == self._stored.programme_id,
                papers.c.created_at >= self._stored.imported_at,
                papers.c.id.in_(secret_papers(now)),
            )
        )
        return self._connection.execute(query.limit(1)).first() is not None


def _found(connection: Connection, import_id: str) -> StoredImport:
    table = tables.item_imports
    query = select(table).where(table.c.id == import_id)
    row = connection.execute(query).mappings().first()
    if row is None:
        raise NotFound(what="import")
    return StoredImport(**row)

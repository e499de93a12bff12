"""The item bank: every version of every item, its uses, its retirement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import RowMapping, Select, func, select, true, tuple_, update

from kiosk.exam.items.item import Difficulty, Item, ItemType, MarkScheme
from sync.hq.authoring.assembly import PoolItem
from sync.hq.authoring.entry import BankItem
from sync.hq.authoring.secrecy import secret_papers
from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import record
from sync.hq.errors import NotFound, ReasonMissing
from sync.hq.persistence import tables

NO_FILTERS: Mapping[str, str] = MappingProxyType({})
_ROWS_AT_ONCE = 500


@dataclass(frozen=True)
class KeptItem:
    """The newest version of an item, with its uses and retirement."""

    entry: BankItem
    version: int
    imported_at: datetime
    uses: int
    retired_at: datetime | None
    retired_reason: str


@dataclass(frozen=True)
class ItemUse:
    """A paper that contains an item."""

    paper_id: str
    sitting_id: str
    version: int
    used_at: datetime


class Bank:
    """Reads, searches and retires items."""

    def __init__(self, context: HqContext) -> None:
        self._context = context

    def items(self, programme_id: str, *, retired: bool = False) -> Sequence[BankItem]:
        """Return the newest version of every item of a programme, by id."""
        return [one.entry for one in self.kept(programme_id) if retired or not one.retired_at]

    def kept(
        self,
        programme_id: str,
        filters: Mapping[str, str] = NO_FILTERS,
        text: str = "",
        page: tuple[int, int] | None = None,
    ) -> Sequence[KeptItem]:
        """Return items with their state, by id; ``filters`` by type, subject, domain and so on.

        ``draft`` among the filters is "yes" or "no". ``text`` is searched in id and stem.
        ``page``: offset and limit.
        """
        query = _found(self._current(programme_id), filters, text).order_by(tables.items.c.id)
        if page is not None:
            query = query.offset(page[0]).limit(page[1])
        with self._context.database.read() as connection:
            return [_kept(row) for row in connection.execute(query).mappings()]

    def count(
        self, programme_id: str, filters: Mapping[str, str] = NO_FILTERS, text: str = ""
    ) -> int:
        """Return how many items :meth:`kept` finds without a page."""
        table = tables.items
        query = select(func.count()).where(table.c.programme_id == programme_id, table.c.current)
        with self._context.database.read() as connection:
            return int(connection.execute(_found(query, filters, text)).scalar_one())

    def get(self, programme_id: str, item_id: str) -> KeptItem:
        """Return one item.

        Raises:
            NotFound: it does not exist.
        """
        query = self._current(programme_id).where(tables.items.c.id == item_id)
        with self._context.database.read() as connection:
            row = connection.execute(query).mappings().first()
        if row is None:
            raise NotFound(what="item")
        return _kept(row)

    def some(self, programme_id: str, ids: Sequence[str]) -> Mapping[str, KeptItem]:
        """Return items by their ids."""
        found: dict[str, KeptItem] = {}
        with self._context.database.read() as connection:
            for start in range(0, len(ids), _ROWS_AT_ONCE):
                some = ids[start : start + _ROWS_AT_ONCE]
                query = self._current(programme_id).where(tables.items.c.id.in_(some))
                rows = connection.execute(query).mappings()
                found.update({row["id"]: _kept(row) for row in rows})
        return found

    def versions(self, programme_id: str, item_id: str) -> Sequence[tuple[int, datetime, BankItem]]:
        """Return every version of an item with the time of its import, newest first."""
        table = tables.items
        query = (
            select(table)
            .where(table.c.programme_id == programme_id, table.c.id == item_id)
            .order_by(table.c.version.desc())
        )
        with self._context.database.read() as connection:
            rows = connection.execute(query).mappings().all()
        return [(row["version"], row["imported_at"], entry_of(row)) for row in rows]

    def at_versions(
        self, programme_id: str, versions: Sequence[tuple[str, int]]
    ) -> Mapping[tuple[str, int], BankItem]:
        """Return items by id and version, whether current or not."""
        table, found = tables.items, dict[tuple[str, int], BankItem]()
        with self._context.database.read() as connection:
            for start in range(0, len(versions), _ROWS_AT_ONCE):
                some = tuple_(table.c.id, table.c.version).in_(
                    versions[start : start + _ROWS_AT_ONCE]
                )
                query = select(table).where(table.c.programme_id == programme_id, some)
                rows = connection.execute(query).mappings()
                found.update({(row["id"], row["version"]): entry_of(row) for row in rows})
        return found

    def authors(self, programme_id: str, item_id: str) -> Mapping[int, str]:
        """Return who stored each version; versions of older software have no name."""
        table = tables.items
        query = select(table.c.version, table.c.stored_by).where(
            table.c.programme_id == programme_id, table.c.id == item_id
        )
        with self._context.database.read() as connection:
            return {version: by for version, by in connection.execute(query) if by}

    def uses(self, programme_id: str, item_id: str) -> Sequence[ItemUse]:
        """Return the papers that contain an item, latest first, except secret ones."""
        uses, papers = tables.item_uses, tables.papers
        query = (
            select(uses.c.paper_id, papers.c.sitting_id, uses.c.version, uses.c.used_at)
            .join(papers, papers.c.id == uses.c.paper_id)
            .where(
                uses.c.programme_id == programme_id,
                uses.c.item_id == item_id,
                uses.c.paper_id.not_in(secret_papers(self._context.clock.now())),
            )
            .order_by(uses.c.used_at.desc(), uses.c.paper_id)
        )
        with self._context.database.read() as connection:
            return [ItemUse(**row) for row in connection.execute(query).mappings()]

    def retire(self, programme_id: str, item_id: str, reason: str, by: str) -> None:
        """Retire an item: new papers will not use it.

        Raises:
            NotFound: it does not exist.
            ReasonMissing: the reason is empty.
        """
        self._set_retired(programme_id, item_id, reason, by, retired=True)

    def reinstate(self, programme_id: str, item_id: str, reason: str, by: str) -> None:
        """Reinstate a retired item: new papers can use it again.

        Raises:
            NotFound: it does not exist.
            ReasonMissing: the reason is empty.
        """
        self._set_retired(programme_id, item_id, reason, by, retired=False)

    def counts(self, programme_id: str) -> Mapping[tuple[str, str], int]:
        """Return how many items papers may draw from there are, by (domain, type)."""
        table = tables.items
        query = (
            select(table.c.domain, table.c.type, func.count())
            .where(table.c.programme_id == programme_id, table.c.current, _drawable())
            .group_by(table.c.domain, table.c.type)
        )
        with self._context.database.read() as connection:
            return {(domain, kind): n for domain, kind, n in connection.execute(query)}

    def pool(
        self, programme_id: str, rested_since: datetime, max_uses: int | None
    ) -> list[PoolItem]:
        """Return the items that papers may draw from.

        They are neither retired nor drafts, were last used at or before ``rested_since``, and in
        fewer than ``max_uses`` papers. Only the columns that drawing needs are read.
        """
        # Secret papers count here: the exposure rules apply even to uses that nobody may see yet.
        items, used = tables.items, _use_counts(true())
        columns = ("id", "type", "subject", "domain", "trade", "level", "difficulty", "group_id")
        query = (
            select(*(items.c[name] for name in columns), used.c.uses, used.c.last)
            .outerjoin(used, _same_item(used))
            .where(items.c.programme_id == programme_id, items.c.current, _drawable())
        )
        with self._context.database.read() as connection:
            rows = connection.execute(query).all()
        return [
            _pool_item(row)
            for row in rows
            if (row.last is None or row.last <= rested_since)
            and (max_uses is None or (row.uses or 0) < max_uses)
        ]

    def _current(self, programme_id: str) -> Select[Any]:
        """Select current items; uses in secret papers are not counted."""
        known = tables.item_uses.c.paper_id.not_in(secret_papers(self._context.clock.now()))
        items, used = tables.items, _use_counts(known)
        return (
            select(items, func.coalesce(used.c.uses, 0).label("uses"))
            .outerjoin(used, _same_item(used))
            .where(items.c.programme_id == programme_id, items.c.current)
        )

    def _set_retired(
        self, programme_id: str, item_id: str, reason: str, by: str, *, retired: bool
    ) -> None:
        if not reason.strip():
            raise ReasonMissing
        table, now = tables.items, self._context.clock.now()
        mine = (table.c.programme_id == programme_id) & (table.c.id == item_id) & table.c.current
        values = {"retired_at": now if retired else None, "retired_reason": reason.strip()}
        with self._context.database.write() as connection:
            if not connection.execute(update(table).where(mine).values(**values)).rowcount:
                raise NotFound(what="item")
            kind = AuditKind.ITEM_RETIRED if retired else AuditKind.ITEM_REINSTATED
            named = {"programme": programme_id, "item": item_id, "reason": reason.strip()}
            record(connection, now, kind, by, **named)


def _found(query: Select[Any], filters: Mapping[str, str], text: str) -> Select[Any]:
    table = tables.items
    for name, value in filters.items():
        query = query.where(table.c[name] == (value == "yes" if name == "draft" else value))
    if text:
        query = query.where(
            table.c.id.icontains(text, autoescape=True)
            | table.c.stem.icontains(text, autoescape=True)
        )
    return query


def _use_counts(known: Any) -> Any:
    table = tables.item_uses
    return (
        select(
            table.c.programme_id,
            table.c.item_id.label("id"),
            func.count().label("uses"),
            func.max(table.c.used_at, type_=table.c.used_at.type).label("last"),
        )
        .where(known)
        .group_by(table.c.programme_id, table.c.item_id)
        .subquery()
    )


def _same_item(used: Any) -> Any:
    items = tables.items
    return (used.c.programme_id == items.c.programme_id) & (used.c.id == items.c.id)


def _drawable() -> Any:
    return tables.items.c.retired_at.is_(None) & ~tables.items.c.draft


def entry_of(row: RowMapping) -> BankItem:
    """Return the item of a row with the columns item, scheme and difficulty."""
    item, scheme = Item.model_validate(row["item"]), MarkScheme.model_validate(row["scheme"])
    return BankItem(item, scheme, _difficulty(row["difficulty"]))


def _kept(row: RowMapping) -> KeptItem:
    return KeptItem(
        entry=entry_of(row),
        version=row["version"],
        imported_at=row["imported_at"],
        uses=row["uses"],
        retired_at=row["retired_at"],
        retired_reason=row["retired_reason"],
    )


def _pool_item(row: Any) -> PoolItem:
    return PoolItem(
        id=row.id,
        type=ItemType(row.type),
        subject=row.subject,
        domain=row.domain,
        trade=row.trade,
        level=row.level,
        difficulty=_difficulty(row.difficulty),
        uses=row.uses or 0,
        group=row.group_id,
    )


def _difficulty(value: str | None) -> Difficulty | None:
    return Difficulty(value) if value else None

"""New versions of items in the bank. Their numbers never repeat, whatever was undone before."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, func, insert, select, update

from sync.hq.authoring.entry import BankItem
from sync.hq.persistence import tables

AT_ONCE = 500


@dataclass(frozen=True)
class NewVersion:
    """An item and the version of the bank that it follows, if it is not new."""

    entry: BankItem
    follows: RowMapping | None


def current_rows(
    connection: Connection, programme_id: str, ids: Sequence[str]
) -> Mapping[str, RowMapping]:
    """Return id, version, digest and retirement of the current items among ``ids``."""
    table = tables.items
    names = ("id", "version", "digest", "retired_at", "retired_reason")
    found: dict[str, RowMapping] = {}
    for start in range(0, len(ids), AT_ONCE):
        query = select(*(table.c[name] for name in names)).where(
            table.c.programme_id == programme_id,
            table.c.current,
            table.c.id.in_(ids[start : start + AT_ONCE]),
        )
        found.update({row["id"]: row for row in connection.execute(query).mappings()})
    return found


def group_members(
    connection: Connection, programme_id: str, groups: Sequence[str]
) -> Iterator[RowMapping]:
    """Yield id, group and content of the current items of groups."""
    table = tables.items
    for start in range(0, len(groups), AT_ONCE):
        query = select(table.c.id, table.c.group_id, table.c.item).where(
            table.c.programme_id == programme_id,
            table.c.current,
            table.c.group_id.in_(groups[start : start + AT_ONCE]),
        )
        yield from connection.execute(query).mappings()


def add_versions(
    connection: Connection,
    programme_id: str,
    new: Sequence[NewVersion],
    now: datetime,
    *,
    by: str,
    import_id: str | None = None,
) -> None:
    """Store items as the current versions, at most :data:`AT_ONCE` of them."""
    table, ids = tables.items, [version.entry.item.id for version in new]
    named = (table.c.programme_id == programme_id) & table.c.id.in_(ids)
    newest = select(table.c.id, func.max(table.c.version)).where(named).group_by(table.c.id)
    last = {row[0]: row[1] for row in connection.execute(newest)}
    connection.execute(update(table).where(named, table.c.current).values(current=False))
    rows = [
        {
            **_values(version),
            "programme_id": programme_id,
            "version": last.get(version.entry.item.id, 0) + 1,
            "imported_at": now,
            "stored_by": by,
            "import_id": import_id,
        }
        for version in new
    ]
    if rows:
        connection.execute(insert(table), rows)


def _values(new: NewVersion) -> dict[str, Any]:
    entry, follows = new.entry, new.follows
    item = entry.item
    return {
        "id": item.id,
        "current": True,
        "type": item.type.value,
        "subject": item.subject,
        "domain": item.domain,
        "trade": item.trade,
        "level": item.level,
        "difficulty": entry.difficulty.value if entry.difficulty else None,
        "stem": item.stem,
        "item": item.model_dump(mode="json"),
        "scheme": entry.scheme.model_dump(mode="json"),
        "digest": entry.digest,
        "draft": entry.draft,
        "group_id": item.group,
        "follows": follows["version"] if follows else None,
        # A new version of a retired item stays retired.
        "retired_at": follows["retired_at"] if follows else None,
        "retired_reason": follows["retired_reason"] if follows else "",
    }

"""What has arrived of each kind of delivery: its table, its ids and the receipts given for them."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Column, Connection, Table, select

from sync.hq.persistence import tables
from sync.hq.persistence.sync_tables import event_logs, evidence

_TABLES: Mapping[str, tuple[Table, str]] = {
    "result": (tables.bundles, "id"),
    "event_log": (event_logs, "id"),
    "evidence": (evidence, "sha256"),
}


def table_of(kind: str) -> tuple[Table, Column[str]]:
    """Return the table of a kind of delivery and its column of ids."""
    table, name = _TABLES[kind]
    return table, table.c[name]


def receipts(
    connection: Connection, kind: str, centre_code: str, ids: Sequence[str] | None = None
) -> Mapping[str, bytes]:
    """Return a centre's receipts of one kind, by id; only for ``ids``, unless that is None."""
    table, column = table_of(kind)
    query = select(column, table.c.receipt).where(table.c.centre_code == centre_code)
    if ids is not None:
        query = query.where(column.in_(ids))
    return {row[0]: bytes(row.receipt) for row in connection.execute(query)}

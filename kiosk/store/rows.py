"""Small helpers for all tables of this package."""

from typing import Any

from sqlite_utils import Database

from kiosk.store.errors import StaleState


def one(db: Database, sql: str, params: list[Any]) -> dict[str, Any] | None:
    """Return the first row of a query, or None."""
    return next(iter(db.query(sql, params)), None)


def value(db: Database, sql: str, params: list[Any]) -> Any:
    """Return the first column of the first row, or None."""
    row = db.conn.execute(sql, params).fetchone()
    return None if row is None else row[0]


def change_one(db: Database, sql: str, params: list[Any]) -> None:
    """Run an UPDATE that must change exactly one row.

    Raises:
        StaleState: it changed none or several.
    """
    if db.conn.execute(sql, params).rowcount != 1:
        raise StaleState()

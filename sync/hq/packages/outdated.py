"""Packages that no longer say what headquarters knows, and what to do about each."""

from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, func, select

from sync.hq.context import HqContext
from sync.hq.persistence import tables
from sync.hq.registration.personal_form import RosterData, for_roster
from sync.hq.registration.seat_rows import roster_digest, seat_rows


@dataclass(frozen=True)
class Outdated:
    """A centre's newest package whose roster has changed since it was built.

    ``released``: the centre has a code already, and may have unlocked the papers. ``empty``: no
    candidate has a seat there any more.
    """

    centre_code: str
    version: int
    released: bool
    empty: bool


class OutdatedPackages:
    """Finds them."""

    def __init__(self, context: HqContext) -> None:
        self._context = context

    def of_sitting(self, sitting_id: str) -> list[Outdated]:
        """Return a sitting's outdated packages, by centre."""
        table = tables.packages
        newest = (
            select(table.c.centre_code, func.max(table.c.version).label("version"))
            .where(table.c.sitting_id == sitting_id)
            .group_by(table.c.centre_code)
            .subquery()
        )
        same = (table.c.centre_code == newest.c.centre_code) & (table.c.version == newest.c.version)
        query = (
            select(table)
            .join(newest, same)
            .where(table.c.sitting_id == sitting_id, table.c.revoked_at.is_(None))
            .order_by(table.c.centre_code)
        )
        with self._context.database.read() as connection:
            rows = connection.execute(query).mappings().all()
            if not rows:
                return []
            data = for_roster(connection, sitting_id)
            found = [_outdated(connection, row, data) for row in rows]
        return [one for one in found if one is not None]


def _outdated(connection: Connection, package: RowMapping, data: RosterData) -> Outdated | None:
    rows = seat_rows(connection, package["sitting_id"], package["centre_code"])
    if package["roster_digest"] is None:
        same = len(rows) == package["candidates"]  # a package of 0.2.0
    else:
        same = roster_digest(rows, data) == package["roster_digest"]
    if same:
        return None
    released = package["released_at"] is not None
    return Outdated(package["centre_code"], package["version"], released, not rows)

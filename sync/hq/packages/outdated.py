"""Packages that no longer say what headquarters knows, and what to do about each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, func, select, union_all

from sync.hq.context import HqContext
from sync.hq.persistence import tables
from sync.hq.registration.changes import SEAT
from sync.hq.registration.personal_form import for_roster
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
        with self._context.database.read() as connection:
            packages = _newest(connection, sitting_id)
            changed = _changed(connection, sitting_id, packages)
            found = [
                _outdated(connection, package)
                for package in packages
                if _may_differ(package, changed)
            ]
        return [outdated for outdated in found if outdated is not None]


def _newest(connection: Connection, sitting_id: str) -> Sequence[RowMapping]:
    """Return the newest package of each centre, by centre; revoked ones are left out."""
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
    return connection.execute(query).mappings().all()


def _changed(
    connection: Connection, sitting_id: str, packages: Sequence[RowMapping]
) -> Mapping[str, int]:
    """Return the newest change set after the oldest package that concerns each centre.

    It concerns the centre where somebody of it has a seat, and the one where somebody had it.
    """
    known = [package["change_set"] for package in packages if package["change_set"] is not None]
    if not known:
        return {}
    changes, seats = tables.changes.c, tables.seats.c
    later = (changes.change_set > min(known)) & changes.sitting_id.in_((sitting_id, ""))
    here = (seats.candidate_id == changes.candidate_id) & (seats.sitting_id == sitting_id)
    sits = select(seats.centre_code, changes.change_set).where(later, here)
    sat = select(changes.before["centre_code"].as_string(), changes.change_set).where(
        later, changes.changed == SEAT
    )
    either = union_all(sits, sat).subquery()
    centre, number = either.c
    query = select(centre, func.max(number)).where(centre.is_not(None)).group_by(centre)
    return {code: int(newest) for code, newest in connection.execute(query)}


def _may_differ(package: RowMapping, changed: Mapping[str, int]) -> bool:
    """Return whether a package's roster may have changed since it was built."""
    number = package["change_set"]
    return number is None or changed.get(package["centre_code"], 0) > number


def _outdated(connection: Connection, package: RowMapping) -> Outdated | None:
    sitting_id, centre = package["sitting_id"], package["centre_code"]
    rows = seat_rows(connection, sitting_id, centre)
    if package["roster_digest"] is None:
        same = len(rows) == package["candidates"]  # a package of 0.2.0
    else:
        data = for_roster(connection, sitting_id, centre)
        same = roster_digest(rows, data) == package["roster_digest"]
    if same:
        return None
    released = package["released_at"] is not None
    return Outdated(centre, package["version"], released, not rows)

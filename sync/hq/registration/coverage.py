"""What things belong to: the programmes of a sitting and the centre of a candidate.

Rights are limited to programmes and branches. A sitting belongs to the programmes of all its
papers: only who may see them all sees it. A candidate belongs to the centre of the seat, before
that to the wished centre.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select, union

from sync.hq.context import HqContext
from sync.hq.core.roles import Scope, centre_path, path_of
from sync.hq.errors import NotFound
from sync.hq.persistence.material_tables import scans
from sync.hq.persistence.result_tables import results
from sync.hq.persistence.tables import (
    applications,
    centres,
    change_sets,
    item_imports,
    seats,
    sitting_papers,
)

NOWHERE = ""
"""The path of a candidate without a known centre: only rights for all branches cover it."""


@dataclass(frozen=True)
class Belongs:
    """The programmes and the path of one thing; None: it has none, and any grant covers it."""

    programmes: frozenset[str] | None = None
    path: str | None = None

    def covered(self, scope: Scope) -> bool:
        """Return whether the scope covers it with all its programmes."""
        if self.programmes is None:
            return scope.covers(None, self.path)
        return all(scope.covers(programme, self.path) for programme in self.programmes)


class Coverage:
    """Looks up what belongs where."""

    def __init__(self, context: HqContext) -> None:
        self._context = context

    def programmes_of(self, sitting_id: str) -> frozenset[str]:
        """Return the programmes of a sitting's papers.

        Raises:
            NotFound: there is no such sitting.
        """
        with self._context.database.read() as connection:
            return _programmes(connection, sitting_id)

    def candidate(self, sitting_id: str, candidate_id: str) -> Belongs:
        """Return what a candidate of a sitting belongs to.

        Raises:
            NotFound: there is no such sitting.
        """
        with self._context.database.read() as connection:
            return _candidate(connection, sitting_id, candidate_id)

    def person(self, candidate_id: str) -> Sequence[Belongs]:
        """Return what a person belongs to in each sitting."""
        with self._context.database.read() as connection:
            sittings = union(
                *(
                    select(table.c.sitting_id).where(table.c.candidate_id == candidate_id)
                    for table in (applications, seats)
                )
            )
            found = connection.execute(sittings).scalars().all()
            return [_candidate(connection, sitting_id, candidate_id) for sitting_id in found]

    def scan(self, scan_id: str) -> Belongs:
        """Return what a scan belongs to.

        Raises:
            NotFound: there is no such scan.
        """
        query = select(scans.c.sitting_id, scans.c.candidate_id).where(scans.c.id == scan_id)
        with self._context.database.read() as connection:
            row = connection.execute(query).first()
            if row is None:
                raise NotFound(what="scan")
            return _candidate(connection, row.sitting_id, row.candidate_id)

    def item_import(self, import_id: str) -> Belongs:
        """Return the programme of a stored import of items.

        Raises:
            NotFound: there is no such import.
        """
        query = select(item_imports.c.programme_id).where(item_imports.c.id == import_id)
        with self._context.database.read() as connection:
            found = connection.execute(query).scalar()
        if found is None:
            raise NotFound(what="import")
        return Belongs(frozenset({found}))

    def attempt(self, centre_code: str, attempt_id: str) -> Belongs:
        """Return what an attempt belongs to; one without a result, to its centre alone."""
        table = results
        mine = (table.c.centre_code == centre_code) & (table.c.attempt_id == attempt_id)
        query = select(table.c.programme_id).where(mine)
        with self._context.database.read() as connection:
            programme_id = connection.execute(query).scalar()
            path = centre_path(connection, centre_code)
        return Belongs(frozenset({programme_id}) if programme_id else None, path)

    def change_set(self, number: int) -> Belongs:
        """Return what a change set belongs to: a sitting of all branches, or every programme."""
        query = select(change_sets.c.sitting_id).where(change_sets.c.id == number)
        with self._context.database.read() as connection:
            sitting_id = connection.execute(query).scalar()
            known = _programmes(connection, sitting_id) if sitting_id else frozenset({""})
        return Belongs(known, NOWHERE)

    def candidates(self, sitting_id: str, scope: Scope) -> frozenset[str]:
        """Return the candidates of a sitting that a scope covers."""
        with self._context.database.read() as connection:
            programmes, paths = _programmes(connection, sitting_id), dict[str, str]()
            for table, column in (
                (applications, applications.c.centre),
                (seats, seats.c.centre_code),  # the seat counts where there is one
            ):
                query = (
                    select(table.c.candidate_id, column, centres.c.branch)
                    .outerjoin(centres, centres.c.code == column)
                    .where(table.c.sitting_id == sitting_id)
                )
                for candidate_id, code, branch in connection.execute(query):
                    paths[candidate_id] = path_of(code, branch or "") if code else NOWHERE
        covered = {path for path in set(paths.values()) if Belongs(programmes, path).covered(scope)}
        return frozenset(candidate for candidate, path in paths.items() if path in covered)


def any_covered(places: Iterable[Belongs], scope: Scope) -> bool:
    """Return whether a scope covers one of several places, or everything if there are none."""
    found = list(places)
    return any(one.covered(scope) for one in found) if found else scope.everything


def _programmes(connection: Connection, sitting_id: str) -> frozenset[str]:
    query = select(sitting_papers.c.programme_id).where(sitting_papers.c.sitting_id == sitting_id)
    found = frozenset(connection.execute(query).scalars())
    if not found:
        raise NotFound(what="sitting")
    return found


def _candidate(connection: Connection, sitting_id: str, candidate_id: str) -> Belongs:
    codes = [
        connection.execute(
            select(column).where(
                table.c.sitting_id == sitting_id, table.c.candidate_id == candidate_id
            )
        ).scalar()
        for table, column in ((seats, seats.c.centre_code), (applications, applications.c.centre))
    ]
    code = next(filter(None, codes), None)
    branch = connection.execute(select(centres.c.branch).where(centres.c.code == code)).scalar()
    path = path_of(code, branch or "") if code else NOWHERE
    return Belongs(_programmes(connection, sitting_id), path)

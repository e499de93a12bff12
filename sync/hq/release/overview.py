"""What is published of each programme in each sitting, and what could be."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, select

from sync.hq.context import HqContext
from sync.hq.core.counted import AttemptKey
from sync.hq.core.roles import Scope as RoleScope
from sync.hq.core.sheets import COMPLETE
from sync.hq.persistence.release_tables import published_results
from sync.hq.persistence.result_tables import results
from sync.hq.release.publishing import (
    PublicationKind,
    Published,
    changed_since,
    count_in,
    history_of,
    keys_in,
    published_of,
    unpublished,
)
from sync.hq.release.scope import Scope, open_scope, programmes_of
from sync.hq.sittings import Sittings, SittingView


@dataclass(frozen=True)
class ReleaseState:
    """Counts of results: all, published and valid, changed since, publishable, withdrawn.

    ``published_on``: the programme's date for publishing, if it states one.
    """

    sitting: SittingView
    programme_id: str
    results: int
    published: int
    changed: int
    publishable: int
    withdrawn: int
    published_on: date | None


class Publications:
    """Reads what is published."""

    def __init__(self, context: HqContext, sittings: Sittings) -> None:
        self._context = context
        self._sittings = sittings
        self._zone = ZoneInfo(context.settings.console.timezone)

    def states(self, sittings: Iterable[SittingView], covered: RoleScope) -> Sequence[ReleaseState]:
        """Return the state of each programme of some sittings that these rights cover."""
        with self._context.database.read() as connection:
            return [
                _state(connection, open_scope(connection, sitting, programme_id, self._zone))
                for sitting in sittings
                for programme_id in programmes_of(sitting)
                if covered.covers(programme_id)
            ]

    def state(self, sitting_id: str, programme_id: str) -> ReleaseState:
        """Return the state of one programme of a sitting.

        Raises:
            NotFound: there is no such sitting, or it has no paper of the programme.
        """
        with self._context.database.read() as connection:
            sitting = self._sittings.get_in(connection, sitting_id)
            return _state(connection, open_scope(connection, sitting, programme_id, self._zone))

    def changed(self, sitting_id: str, programme_id: str) -> Sequence[AttemptKey]:
        """Return the attempts whose result changed since it was published."""
        sitting = self._sittings.get(sitting_id)
        with self._context.database.read() as connection:
            scope = open_scope(connection, sitting, programme_id, self._zone)
            return keys_in(connection, changed_since(scope))

    def history(self, key: AttemptKey) -> Sequence[Published]:
        """Return all that an attempt's candidate was told, in order."""
        with self._context.database.read() as connection:
            return history_of(connection, key)

    def passed(self, sitting_id: str, programme_id: str) -> Sequence[Published]:
        """Return the valid published passes of a programme in a sitting."""
        table = published_results
        query = (
            select(table)
            .where(
                table.c.sitting_id == sitting_id,
                table.c.programme_id == programme_id,
                table.c.newest,
                table.c.kind != PublicationKind.WITHDRAWN.value,
                table.c.status == COMPLETE,
                table.c.passed.is_(True),
            )
            .order_by(table.c.cursor)
        )
        with self._context.database.read() as connection:
            return [published_of(row) for row in connection.execute(query).mappings()]


def _state(connection: Connection, scope: Scope) -> ReleaseState:
    sitting_id, programme_id = scope.key
    table = published_results
    query = (
        select(table.c.kind, func.count())
        .where(table.c.sitting_id == sitting_id, table.c.programme_id == programme_id)
        .where(table.c.newest)
        .group_by(table.c.kind)
    )
    by_kind: dict[str, int] = {row[0]: row[1] for row in connection.execute(query)}
    withdrawn = by_kind.pop(PublicationKind.WITHDRAWN.value, 0)
    total = select(func.count()).select_from(results).where(scope.mine)
    return ReleaseState(
        sitting=scope.sitting,
        programme_id=programme_id,
        results=int(connection.execute(total).scalar_one()),
        published=sum(by_kind.values()),
        changed=count_in(connection, changed_since(scope)),
        publishable=count_in(connection, unpublished(scope)),
        withdrawn=withdrawn,
        published_on=scope.edition.results_published if scope.edition else None,
    )

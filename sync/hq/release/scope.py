"""Which results an act concerns: those of one programme in one sitting."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, func, select

from kiosk.exam.programme.calendar import Edition
from kiosk.exam.programme.programme import Programme, load_programme
from sync.hq.core.counted import AttemptKey
from sync.hq.core.sheets import ABSENT, COMPLETE, NOT_ADMITTED, PARTIAL, VOID, WITHDRAWN
from sync.hq.errors import NotFound
from sync.hq.persistence import tables
from sync.hq.persistence.result_tables import results
from sync.hq.sittings import SittingView

PUBLISHABLE = (COMPLETE, PARTIAL, VOID, ABSENT, NOT_ADMITTED, WITHDRAWN)
"""Statuses that can be published; with others, people have to decide something first."""


@dataclass(frozen=True)
class Scope:
    """The results of a programme in a sitting. ``exam``: the local day of the sitting."""

    sitting: SittingView
    programme: Programme
    exam: date

    @property
    def key(self) -> tuple[str, str]:
        """Sitting and programme."""
        return self.sitting.id, self.programme.id

    @property
    def edition(self) -> Edition | None:
        """The dates that the programme states for this exam, if it states any."""
        return self.programme.edition_on(self.exam)

    @property
    def mine(self) -> ColumnElement[bool]:
        """The condition on ``results``."""
        sitting_id, programme_id = self.key
        return (results.c.sitting_id == sitting_id) & (results.c.programme_id == programme_id)


def open_scope(
    connection: Connection, sitting: SittingView, programme_id: str, zone: ZoneInfo
) -> Scope:
    """Return the scope of a programme in a sitting.

    Raises:
        NotFound: the sitting has no paper of the programme.
    """
    versions = [
        paper.programme_version for paper in sitting.papers if paper.programme_id == programme_id
    ]
    if not versions:
        raise NotFound(what="programme")
    table = tables.programmes
    # The newest version: an office corrects its dates by importing the programme again.
    query = select(table.c.document).where(table.c.id == programme_id)
    document = connection.execute(query.order_by(table.c.version.desc()).limit(1)).scalar_one()
    return Scope(sitting, load_programme(document), sitting.starts_at.astimezone(zone).date())


def keys_of(connection: Connection, scope: Scope, *also: ColumnElement[bool]) -> list[AttemptKey]:
    """Return the attempts of a scope that meet further conditions."""
    query = select(results.c.centre_code, results.c.attempt_id).where(scope.mine, *also)
    ordered = query.order_by(results.c.centre_code, results.c.attempt_id)
    return [AttemptKey(*row) for row in connection.execute(ordered)]


def newest_change(connection: Connection, scope: Scope) -> int:
    """Return the cursor of the newest change of a result in a scope; 0 without any."""
    query = select(func.max(results.c.cursor)).where(scope.mine)
    return int(connection.execute(query).scalar() or 0)


def programmes_of(sitting: SittingView) -> Sequence[str]:
    """Return the programmes of a sitting's papers, each once."""
    return list(dict.fromkeys(paper.programme_id for paper in sitting.papers))

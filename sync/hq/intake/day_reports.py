"""Day reports of centres: the newest of each sitting, for the picture of the exam day only."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from sync.hq.context import HqContext
from sync.hq.persistence.database import put
from sync.hq.persistence.sync_tables import day_reports
from sync.hq.persistence.tables import packages, sittings
from sync.wire.delivery.day_report import MOST_SITTINGS, REPORTED_AROUND, DayReport
from sync.wire.errors import WrongRecipient

EXPECTED = REPORTED_AROUND - timedelta(hours=1)
"""A sitting this close to now that a centre does not report is not at the centre.

One hour less than centres report, so that clocks that differ accuse nobody.
"""
NOT_THERE = "not_there"
"""The state of a sitting that a centre would have reported if it had its package."""


class DayReports:
    """Stores what centres report. One row for each sitting and centre with a package."""

    def __init__(self, context: HqContext) -> None:
        self._context = context

    def accept(self, centre_code: str, report: DayReport) -> None:
        """Store a report; sittings of which the centre has no package here are left out.

        Raises:
            WrongRecipient: the report names another centre than the one that signed it.
        """
        if report.centre_code != centre_code:
            raise WrongRecipient("a report of another centre")
        now = self._context.clock.now()
        # Shared: each row is written by its own centre's requests alone, and the newest counts.
        with self._context.database.write_shared() as connection:
            own = _own(connection, centre_code)
            told = {reported.sitting_id: reported.model_dump() for reported in report.sittings}
            rows = [told[name] for name in sorted(told.keys() & own.keys())]
            if len(report.sittings) < MOST_SITTINGS:
                rows += _not_there(own, set(told), now)
            key = {"centre_code": centre_code, "reported_at": now}
            put(connection, day_reports, [{**key, **row} for row in rows])


def _own(connection: Connection, centre_code: str) -> dict[str, datetime]:
    """Return the starts of the sittings for which the centre has a package."""
    mine = packages.c.centre_code == centre_code
    query = select(sittings.c.id, sittings.c.starts_at).join(
        packages, packages.c.sitting_id == sittings.c.id
    )
    return {row.id: row.starts_at for row in connection.execute(query.where(mine).distinct())}


def _not_there(own: dict[str, datetime], told: set[str], now: datetime) -> Sequence[dict[str, Any]]:
    near = sorted(name for name, start in own.items() if abs(start - now) <= EXPECTED)
    counts = dict.fromkeys(("version", "present", "writing", "ended", "incidents"), 0)
    nothing = {"state": NOT_THERE, "started_at": None, "closed_at": None, **counts}
    return [{"sitting_id": name, **nothing} for name in near if name not in told]

"""Incidents and page leaves that staff have acknowledged: the board stops pointing at the seat.

Acknowledging judges nothing. Headquarters still gets every incident, and a new one, or another
page leave, points at the seat again.
"""

from collections.abc import Collection
from typing import Any

from sqlite_utils import Database

from kiosk.exam.event_kinds import EventKind
from kiosk.hall.context import CentreContext
from kiosk.hall.errors import NotFound
from kiosk.store.exam import attempts, incidents


class SeenIncidents:
    """Records what staff have seen of a candidate."""

    def __init__(self, context: CentreContext) -> None:
        self._context = context

    def acknowledge(
        self, attempt_id: str, incident_ids: Collection[str], leaves: int, by: str
    ) -> int:
        """Acknowledge incidents, and page leaves up to a number; return how many were new.

        What is acknowledged already, or is not of this attempt, is left out.

        Raises:
            NotFound: there is no such attempt.
        """

        def job(db: Database) -> int:
            attempt = attempts.get(db, attempt_id)
            if attempt is None:
                raise NotFound()
            now, seen = self._context.time.now(), min(leaves, attempt.leaves)
            rules = incidents.set_seen(db, attempt_id, incident_ids, now, by)
            further = incidents.set_seen_leaves(db, attempt_id, seen)
            if rules or further:
                data: dict[str, Any] = {"incidents": len(rules), "rules": sorted(set(rules))}
                data |= {"leaves": seen} if further else {}
                self._context.record(
                    db, attempt.sitting_id, EventKind.INCIDENTS_SEEN, by, attempt_id, **data
                )
            return len(rules)

        return self._context.store.write(job)

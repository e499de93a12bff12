"""How far the review is: for the check list before a release, and for commands."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, Table, func, select, true

from sync.hq.context import HqContext
from sync.hq.persistence.review_tables import bans, case_documents, review_cases, review_incidents
from sync.hq.review.case_states import CaseState
from sync.hq.review.collect import unread
from sync.hq.review.states import IncidentState

_OVER = frozenset({CaseState.DECIDED.value, CaseState.CLOSED.value})
"""States of cases that hold up no release: a decision holds until an appeal changes it."""


@dataclass(frozen=True)
class Progress:
    """Counts by state. ``unread``: results whose incidents are not read yet, or many of them."""

    unread: int
    incidents: Mapping[str, int]
    cases: Mapping[str, int]

    @property
    def open_incidents(self) -> int:
        """How many incidents wait for somebody."""
        settled = self.incidents.get(IncidentState.SETTLED.value, 0)
        return sum(self.incidents.values()) - settled

    @property
    def open_cases(self) -> int:
        """How many cases are neither decided nor closed."""
        return sum(count for state, count in self.cases.items() if state not in _OVER)

    @property
    def complete(self) -> bool:
        """Whether nothing is left to review."""
        return not (self.unread or self.open_incidents or self.open_cases)


class ReviewProgress:
    """Counts what is left to do, and finds texts that may be deleted."""

    def __init__(self, context: HqContext) -> None:
        self._context = context

    def of(self, sitting_id: str | None = None) -> Progress:
        """Return how far the review of a sitting is, or of all."""
        with self._context.database.read() as connection:
            return progress_of(connection, sitting_id)

    def deletable(self, before: datetime) -> Sequence[str]:
        """Return cases over since before a time that still have texts and no running ban."""
        now = self._context.clock.now()
        runs = select(bans.c.case_id).where(bans.c.lifted_at.is_(None), bans.c.until > now)
        stored = select(case_documents.c.case_id).where(case_documents.c.object.is_not(None))
        query = (
            select(review_cases.c.id)
            .where(
                review_cases.c.changed_at < before,
                review_cases.c.state.in_(sorted(_OVER)),
                review_cases.c.id.in_(stored),
                review_cases.c.id.not_in(runs),
            )
            .order_by(review_cases.c.number)
        )
        with self._context.database.read() as connection:
            return connection.execute(query).scalars().all()


def progress_of(connection: Connection, sitting_id: str | None = None) -> Progress:
    """Return how far the review of a sitting is, in the caller's transaction."""
    return Progress(
        unread(connection, sitting_id),
        _counts(connection, review_incidents, IncidentState, sitting_id),
        _counts(connection, review_cases, CaseState, sitting_id),
    )


def _counts(
    connection: Connection, table: Table, states: Iterable[StrEnum], sitting_id: str | None
) -> dict[str, int]:
    mine = true() if sitting_id is None else table.c.sitting_id == sitting_id
    query = select(table.c.state, func.count()).where(mine).group_by(table.c.state)
    found = {row[0]: int(row[1]) for row in connection.execute(query)}
    return {state.value: found.get(state, 0) for state in states}

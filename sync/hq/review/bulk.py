"""False alarms of one cause, settled together: an overloaded room, a time, a rule.

Only *no breach* is judged together; whatever weighs on a candidate is judged one by one. A
share of the incidents is still drawn for a second person, and the batch can be undone for all
that nobody else has judged.
"""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, func, insert, select, update

from kiosk.exam.typed_texts import plain_text
from sync.hq.accounts.hands import is_account
from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import record
from sync.hq.core.roles import Role, Scope, require_role, rights_of
from sync.hq.errors import NotAPerson, NotFound
from sync.hq.persistence.review_tables import review_acts, review_batches, review_incidents
from sync.hq.review.errors import StepRefused
from sync.hq.review.incident_list import IncidentFilter, IncidentPage, page
from sync.hq.review.incidents import (
    LONGEST_TEXT,
    act_row,
    acts_of,
    add_act,
    drawn,
    standing_of,
    state_columns,
)
from sync.hq.review.reasons import Reasons
from sync.hq.review.states import ActKind, IncidentAct, IncidentState, Outcome, Standing, after

MOST = 500
"""Most incidents of one batch: what a person can vouch for after looking through the list."""
_AT_ONCE = 400


@dataclass(frozen=True)
class Batch:
    """Incidents that were judged together. ``undone``: how many of them were taken back."""

    id: str
    criteria: dict[str, Any]
    reason: str
    text: str
    incidents: int
    by: str
    at: datetime
    undone_at: datetime | None
    undone_by: str | None
    undone: int | None


class BulkReview:
    """Previews, settles and undoes batches."""

    def __init__(self, context: HqContext, reasons: Reasons) -> None:
        self._context = context
        self._reasons = reasons

    def preview(self, which: IncidentFilter, scope: Scope | None) -> IncidentPage:
        """Return the open incidents that fit, at most ``MOST``; nothing is stored."""
        with self._context.database.read() as connection:
            return page(connection, _open(which).where(scope), MOST)

    def settle(
        self,
        which: IncidentFilter,
        numbers: Collection[int],
        reason: str,
        text: str,
        by: str,
    ) -> Batch:
        """Judge as *no breach* those of ``numbers`` that still fit and that ``by`` may judge.

        Raises:
            ReasonUnknown: the reason is not one of a false alarm.
            NotAPerson: ``by`` is no account.
            StepRefused: none of them is open any more, or there are too many.
        """
        self._reasons.require(reason, Outcome.NO_BREACH)
        now, batch_id = self._context.clock.now(), self._context.ids()
        with self._context.database.write() as connection:
            if not is_account(connection, by):
                raise NotAPerson
            scope = rights_of(connection, by).scope(Role.REVIEWER)
            rows = self._chosen(connection, which, scope, numbers)
            if not rows or len(numbers) > MOST:
                raise StepRefused
            said = plain_text(text)[:LONGEST_TEXT]
            batch = {
                "id": batch_id,
                "criteria": _criteria(which),
                "reason": reason,
                "text": said,
                "incidents": len(rows),
                "by": by,
                "at": now,
            }
            connection.execute(insert(review_batches).values(**batch))
            self._judge(connection, rows, reason, said, by, now, batch_id)
            named = {"batch": batch_id, "incidents": len(rows), "reason": reason}
            record(connection, now, AuditKind.INCIDENTS_SETTLED_TOGETHER, by, **named)
            return _batch(connection, batch_id)

    def undo(self, batch_id: str, by: str) -> Batch:
        """Open all incidents of a batch again that nobody else has judged since.

        Raises:
            NotFound: there is no such batch.
            StepRefused: it was undone before.
            RoleMissing: it is somebody else's, and ``by`` is no adjudicator for everything.
        """
        now = self._context.clock.now()
        with self._context.database.write() as connection:
            batch = _batch(connection, batch_id)
            if batch.undone_at is not None:
                raise StepRefused
            if batch.by != by:
                require_role(connection, by, Role.ADJUDICATOR, programme_id="", centre_code="")
            query = select(review_acts.c.incident).where(review_acts.c.batch_id == batch_id)
            undone = sum(
                _undo(connection, number, batch, by, now)
                for number in connection.execute(query).scalars().all()
            )
            values = {"undone_at": now, "undone_by": by, "undone": undone}
            which = review_batches.c.id == batch_id
            connection.execute(update(review_batches).where(which).values(**values))
            named = {"batch": batch_id, "incidents": undone}
            record(connection, now, AuditKind.INCIDENTS_BATCH_UNDONE, by, **named)
            return _batch(connection, batch_id)

    def batches(self, scope: Scope | None = None, limit: int = 50) -> Sequence[Batch]:
        """Return the newest batches; of a scope, those with an incident that it covers."""
        query = select(review_batches).order_by(review_batches.c.at.desc()).limit(limit)
        if scope is not None:
            covered = (
                select(review_acts.c.incident)
                .join(review_incidents, review_incidents.c.number == review_acts.c.incident)
                .where(
                    review_acts.c.batch_id == review_batches.c.id,
                    scope.where(review_incidents.c.programme_id, review_incidents.c.centre_code),
                )
            )
            query = query.where(covered.exists())
        with self._context.database.read() as connection:
            return [Batch(**row) for row in connection.execute(query).mappings()]

    def _chosen(
        self,
        connection: Connection,
        which: IncidentFilter,
        scope: Scope,
        numbers: Collection[int],
    ) -> Sequence[RowMapping]:
        condition, chosen = _open(which).where(scope), sorted(set(numbers))
        found: list[RowMapping] = []
        for start in range(0, len(chosen), _AT_ONCE):
            some = review_incidents.c.number.in_(chosen[start : start + _AT_ONCE])
            query = select(review_incidents).where(condition, some)
            found += connection.execute(query.order_by(review_incidents.c.number)).mappings()
        return found

    def _judge(
        self,
        connection: Connection,
        rows: Sequence[RowMapping],
        reason: str,
        text: str,
        by: str,
        now: datetime,
        batch_id: str,
    ) -> None:
        counts = _acts_before(connection, [row["number"] for row in rows])
        acts, changed = [], dict[bool, list[int]]()
        for row in rows:
            sampled, number = drawn(self._context), row["number"]
            act = IncidentAct(ActKind.JUDGED, by, Outcome.NO_BREACH, reason, sampled=sampled)
            acts.append(act_row(number, counts.get(number, 0) + 1, act, now, text, batch_id))
            changed.setdefault(sampled, []).append(number)
        connection.execute(insert(review_acts), acts)
        for sampled, group in changed.items():
            act = IncidentAct(ActKind.JUDGED, by, Outcome.NO_BREACH, reason, sampled=sampled)
            values = {**state_columns(after(Standing(), act)), "changed_at": now}
            for start in range(0, len(group), _AT_ONCE):
                which = review_incidents.c.number.in_(group[start : start + _AT_ONCE])
                connection.execute(update(review_incidents).where(which).values(**values))


def _open(which: IncidentFilter) -> IncidentFilter:
    return IncidentFilter(**{**vars(which), "state": IncidentState.OPEN})


def _criteria(which: IncidentFilter) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in asdict(which).items()
        if value and name not in ("state", "not_by")
    }


def _acts_before(connection: Connection, numbers: Sequence[int]) -> dict[int, int]:
    """Return how many acts reopened or undone incidents have."""
    found: dict[int, int] = {}
    counts = select(review_acts.c.incident, func.count()).group_by(review_acts.c.incident)
    for start in range(0, len(numbers), _AT_ONCE):
        some = review_acts.c.incident.in_(numbers[start : start + _AT_ONCE])
        found |= {row[0]: row[1] for row in connection.execute(counts.where(some))}
    return found


def _undo(connection: Connection, number: int, batch: Batch, by: str, now: datetime) -> bool:
    standing, _ = standing_of(connection, number)
    newest = acts_of(connection, number)[-1]
    if standing.judges != (batch.by,) or newest["batch_id"] != batch.id:
        return False
    add_act(connection, number, standing, IncidentAct(ActKind.UNDONE, by), now, "")
    return True


def _batch(connection: Connection, batch_id: str) -> Batch:
    query = select(review_batches).where(review_batches.c.id == batch_id)
    row = connection.execute(query).mappings().first()
    if row is None:
        raise NotFound(what="batch")
    return Batch(**row)

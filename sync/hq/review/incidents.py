"""Judging incidents one by one: who, what, why; a second and a third person where needed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select, update

from kiosk.exam.typed_texts import plain_text
from sync.hq.context import HqContext
from sync.hq.core.audit_kinds import AuditKind
from sync.hq.core.audit_log import record
from sync.hq.core.roles import Role, Scope, require_role
from sync.hq.errors import NotFound, ReasonMissing
from sync.hq.persistence.review_tables import review_acts, review_incidents
from sync.hq.review import incident_list
from sync.hq.review.apart import require_apart, require_stranger
from sync.hq.review.errors import StepRefused
from sync.hq.review.incident_list import IncidentFilter, IncidentPage, IncidentView, Place
from sync.hq.review.reasons import Reasons
from sync.hq.review.states import (
    ActKind,
    IncidentAct,
    IncidentState,
    Outcome,
    Standing,
    after,
    fold,
)

LONGEST_TEXT = 1000
READING = (Role.REVIEWER, Role.ADJUDICATOR, Role.AUDITOR, Role.SUPERVISOR)
"""Who may see incidents and cases."""


@dataclass(frozen=True)
class ActView:
    """One act of an incident's history."""

    number: int
    kind: str
    by: str
    at: datetime
    outcome: str | None
    reason: str
    text: str
    sampled: bool
    batch_id: str | None


@dataclass(frozen=True)
class Judgement:
    """What somebody found. ``seen``: how many acts the page showed, so that none is missed."""

    outcome: Outcome
    reason: str
    text: str = ""
    seen: int | None = None


class Incidents:
    """Lists, shows and judges incidents."""

    def __init__(self, context: HqContext, reasons: Reasons) -> None:
        self._context = context
        self.reasons = reasons

    def page(
        self,
        which: IncidentFilter,
        scope: Scope | None,
        limit: int,
        after: Place | None = None,
        before: Place | None = None,
    ) -> IncidentPage:
        """Return a page of incidents that an account may see, oldest first."""
        with self._context.database.read() as connection:
            condition = which.where(scope)
            return incident_list.page(connection, condition, limit, after=after, before=before)

    def count(self, which: IncidentFilter, scope: Scope | None) -> int:
        """Return how many fit, at most ``MOST_COUNTED`` + 1."""
        with self._context.database.read() as connection:
            return incident_list.count(connection, which.where(scope))

    def tallies(self, which: IncidentFilter, scope: Scope | None, column: str) -> dict[str, int]:
        """Return how many there are of each value of a column."""
        with self._context.database.read() as connection:
            return incident_list.tallies(connection, which.where(scope), column)

    def get(self, number: int) -> IncidentView:
        """Return an incident.

        Raises:
            NotFound: there is none.
        """
        with self._context.database.read() as connection:
            return IncidentView.of_row(row_of(connection, number))

    def of_attempt(self, centre_code: str, attempt_id: str) -> Sequence[IncidentView]:
        """Return the incidents of an attempt in the order of time."""
        mine = (review_incidents.c.centre_code == centre_code) & (
            review_incidents.c.attempt_id == attempt_id
        )
        query = select(review_incidents).where(mine)
        ordered = query.order_by(review_incidents.c.started_at, review_incidents.c.number)
        with self._context.database.read() as connection:
            return [IncidentView.of_row(row) for row in connection.execute(ordered).mappings()]

    def history(self, number: int) -> Sequence[ActView]:
        """Return all acts about an incident, the oldest first."""
        with self._context.database.read() as connection:
            names = ActView.__dataclass_fields__
            return [ActView(**{n: row[n] for n in names}) for row in acts_of(connection, number)]

    def judge(self, number: int, judgement: Judgement, by: str) -> IncidentView:
        """Record what a person found.

        Raises:
            NotFound: there is no such incident.
            RoleMissing: reviewers judge first, adjudicators second and third.
            StepRefused: it is settled, or somebody judged it since the page was shown.
            SecondPersonNeeded: this person, or somebody who may be them, judged before.
            ReasonUnknown: the reason does not fit the outcome.
        """
        now = self._context.clock.now()
        with self._context.database.write() as connection:
            row = row_of(connection, number)
            standing, count = standing_of(connection, number)
            if judgement.seen not in (None, count):
                raise StepRefused
            self._require_judge(connection, row, standing, by)
            self.reasons.require(judgement.reason, judgement.outcome)
            sampled = self._drawn(standing, judgement.outcome)
            act = IncidentAct(
                ActKind.JUDGED, by, judgement.outcome, judgement.reason, sampled=sampled
            )
            changed = add_act(connection, number, standing, act, now, judgement.text)
            named = {"incident": number, "outcome": judgement.outcome.value}
            record(connection, now, AuditKind.INCIDENT_JUDGED, by, **named,
                   reason=judgement.reason, state=changed.state.value)  # fmt: skip
            return IncidentView.of_row(row_of(connection, number))

    def undo(self, number: int, by: str) -> IncidentView:
        """Withdraw one's own first judgement before a second person has judged.

        Raises:
            NotFound: there is no such incident.
            StepRefused: somebody else judged, or a second person has.
        """
        now = self._context.clock.now()
        with self._context.database.write() as connection:
            row = row_of(connection, number)
            standing, _ = standing_of(connection, number)
            _require_role(connection, row, by, Role.REVIEWER)
            if standing.judges != (by,):
                raise StepRefused
            add_act(connection, number, standing, IncidentAct(ActKind.UNDONE, by), now, "")
            record(connection, now, AuditKind.INCIDENT_JUDGEMENT_UNDONE, by, incident=number)
            return IncidentView.of_row(row_of(connection, number))

    def reopen(self, number: int, text: str, by: str) -> IncidentView:
        """Start the review of a settled incident again.

        Raises:
            NotFound: there is no such incident.
            RoleMissing: only adjudicators do this.
            ReasonMissing: nobody says why.
            StepRefused: it is not settled.
        """
        if not text.strip():
            raise ReasonMissing
        now = self._context.clock.now()
        with self._context.database.write() as connection:
            row = row_of(connection, number)
            _require_role(connection, row, by, Role.ADJUDICATOR)
            standing, _ = standing_of(connection, number)
            add_act(connection, number, standing, IncidentAct(ActKind.REOPENED, by), now, text)
            record(connection, now, AuditKind.INCIDENT_REOPENED, by, incident=number)
            return IncidentView.of_row(row_of(connection, number))

    def _require_judge(
        self, connection: Connection, row: RowMapping, standing: Standing, by: str
    ) -> None:
        first = standing.state is IncidentState.OPEN
        _require_role(connection, row, by, Role.REVIEWER if first else Role.ADJUDICATOR)
        require_apart(connection, by, standing.judges)
        if not first:
            require_stranger(connection, by, row["sitting_id"], row["candidate_id"])

    def _drawn(self, standing: Standing, outcome: Outcome) -> bool:
        """Return whether chance wants a second look at a first *no breach*."""
        if standing.state is not IncidentState.OPEN or outcome is not Outcome.NO_BREACH:
            return False
        return drawn(self._context)


def drawn(context: HqContext) -> bool:
    """Draw whether an incident belongs to the share that a second person looks at."""
    # From the entropy of the machine, so that no reviewer can foresee which ones are looked at.
    chance = int.from_bytes(context.entropy(4)) / (1 << 32)
    return chance < context.settings.review.second_share


def row_of(connection: Connection, number: int) -> RowMapping:
    """Return the row of an incident.

    Raises:
        NotFound: there is none.
    """
    query = select(review_incidents).where(review_incidents.c.number == number)
    row = connection.execute(query).mappings().first()
    if row is None:
        raise NotFound(what="incident")
    return row


def acts_of(connection: Connection, number: int) -> Sequence[RowMapping]:
    """Return the acts about an incident, the oldest first."""
    query = select(review_acts).where(review_acts.c.incident == number)
    return connection.execute(query.order_by(review_acts.c.number)).mappings().all()


def standing_of(connection: Connection, number: int) -> tuple[Standing, int]:
    """Return where an incident stands, and how many acts it has."""
    acts = acts_of(connection, number)
    return fold(map(_act, acts)), len(acts)


def add_act(
    connection: Connection,
    number: int,
    standing: Standing,
    act: IncidentAct,
    now: datetime,
    text: str,
    batch_id: str | None = None,
) -> Standing:
    """Append an act and store the state that follows; raises like :func:`states.after`."""
    changed, count = after(standing, act), len(acts_of(connection, number))
    connection.execute(
        insert(review_acts).values(**act_row(number, count + 1, act, now, text, batch_id))
    )
    which = review_incidents.c.number == number
    connection.execute(
        update(review_incidents).where(which).values(**state_columns(changed), changed_at=now)
    )
    return changed


def act_row(
    incident: int, number: int, act: IncidentAct, now: datetime, text: str, batch_id: str | None
) -> dict[str, Any]:
    """Return the row of an act."""
    return {
        "incident": incident,
        "number": number,
        "kind": act.kind.value,
        "by": act.by,
        "at": now,
        "outcome": act.outcome.value if act.outcome else None,
        "reason": act.reason,
        "text": plain_text(text)[:LONGEST_TEXT],
        "sampled": act.sampled,
        "batch_id": batch_id,
    }


def state_columns(standing: Standing) -> dict[str, Any]:
    """Return what an incident's row says about its state."""
    return {
        "state": standing.state.value,
        "outcome": standing.outcome.value if standing.outcome else None,
        "reason": standing.reason,
        "first_judge": standing.judges[0] if standing.judges else "",
    }


def _act(row: RowMapping) -> IncidentAct:
    outcome = Outcome(row["outcome"]) if row["outcome"] else None
    kind = ActKind(row["kind"])
    return IncidentAct(kind, row["by"], outcome, row["reason"], sampled=row["sampled"])


def _require_role(connection: Connection, row: RowMapping, by: str, role: Role) -> None:
    programme, centre = row["programme_id"] or "", row["centre_code"]
    require_role(connection, by, role, programme_id=programme, centre_code=centre)

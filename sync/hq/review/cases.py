"""Cases of misconduct: listed, opened with their grounds, and heard. Nothing is decided here."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, insert, select, true

from sync.hq.context import HqContext
from sync.hq.core.counted import AttemptKey
from sync.hq.core.roles import Role, Scope
from sync.hq.errors import NotFound, ReasonMissing
from sync.hq.persistence.database import next_number
from sync.hq.persistence.result_tables import results
from sync.hq.persistence.review_tables import review_cases, review_incidents
from sync.hq.review.case_rows import (
    CaseActView,
    CaseView,
    Origin,
    acts_of,
    require_case,
    standing_of,
)
from sync.hq.review.case_states import CaseAct, CaseState, CaseStep
from sync.hq.review.documents import Documents
from sync.hq.review.errors import CaseOpen
from sync.hq.review.steps import Said, Steps, add_step, require_there

WORKING = (Role.REVIEWER, Role.ADJUDICATOR)
"""Who may do what needs no decision."""


@dataclass(frozen=True)
class CaseFilter:
    """What a list shows. ``text``: the beginning of an admission number."""

    state: CaseState | None = None
    sitting_id: str = ""
    centre_code: str = ""
    text: str = ""

    def where(self, scope: Scope | None) -> ColumnElement[bool]:
        """Return the condition; ``scope`` limits it to what an account may see."""
        columns, wanted = review_cases.c, list[ColumnElement[bool]]([true()])
        if self.state is not None:
            wanted.append(columns.state == self.state.value)
        for name in ("sitting_id", "centre_code"):
            if value := getattr(self, name):
                wanted.append(columns[name] == value)
        if self.text:
            wanted.append(columns.admission_no.startswith(self.text, autoescape=True))
        if scope is not None:
            wanted.append(scope.where(columns.programme_id, columns.centre_code))
        return and_(*wanted)


class Cases:
    """Lists and opens cases, and records how the candidate is heard."""

    def __init__(self, context: HqContext, documents: Documents) -> None:
        self._context = context
        self._documents = documents
        self._steps = Steps(context, documents)

    def page(
        self, which: CaseFilter, scope: Scope | None, limit: int, before: int | None = None
    ) -> Sequence[CaseView]:
        """Return cases that an account may see, the newest first. ``before``: a case's number."""
        query = select(review_cases).where(which.where(scope))
        if before is not None:
            query = query.where(review_cases.c.number < before)
        ordered = query.order_by(review_cases.c.number.desc()).limit(limit)
        with self._context.database.read() as connection:
            return [CaseView.of_row(row) for row in connection.execute(ordered).mappings()]

    def get(self, case_id: str) -> CaseView:
        """Return a case.

        Raises:
            NotFound: there is none.
        """
        with self._context.database.read() as connection:
            return CaseView.of_row(require_case(connection, case_id))

    def acts(self, case_id: str) -> Sequence[CaseActView]:
        """Return the acts of a case, the oldest first."""
        with self._context.database.read() as connection:
            return acts_of(connection, case_id)

    def of_attempt(self, key: AttemptKey) -> Sequence[CaseView]:
        """Return the cases about an attempt, the newest first."""
        with self._context.database.read() as connection:
            return _of_attempt(connection, key)

    def open(
        self,
        key: AttemptKey,
        origin: Origin,
        grounds: Said,
        by: str,
        incidents: Collection[int] = (),
        **named: Any,
    ) -> CaseView:
        """Open a case about an attempt; ``incidents`` and ``named`` say what it is based on.

        Raises:
            NotFound: there is no result of the attempt, or an incident is another's.
            RoleMissing: the account is neither reviewer nor adjudicator there.
            ReasonMissing: there are neither grounds nor incidents.
            CaseOpen: a case about the attempt is not closed.
        """
        if not (grounds or incidents):
            raise ReasonMissing
        drafts, now = self._steps.drafts("grounds", grounds), self._context.clock.now()
        with self._context.database.write() as connection:
            attempt = attempt_of(connection, key)
            require_there(connection, attempt, by, *WORKING)
            _require_own(connection, key, incidents)
            for case in _of_attempt(connection, key):
                if not standing_of(acts_of(connection, case.id)).closed_at(now):
                    raise CaseOpen(case=case.name)
            case_id = self._insert(connection, attempt, origin, by)
            act = CaseAct(CaseStep.OPENED, by, now)
            facts = {**named, "incidents": sorted(incidents)}
            add_step(connection, self._documents, case_id, act, now, drafts, facts)
            return CaseView.of_row(require_case(connection, case_id))

    def add_evidence(
        self, case_id: str, said: Said, by: str, incidents: Collection[int] = ()
    ) -> CaseView:
        """Add evidence; the candidate then has to be heard about it.

        Raises:
            ReasonMissing: there is none.
            NotFound: there is no such case, or an incident is another attempt's.
            RoleMissing, StepRefused: as for all steps.
        """
        if not (said or incidents):
            raise ReasonMissing
        drafts = self._steps.drafts("evidence", said)
        with self._steps.case(case_id, by, *WORKING) as case:
            _require_own(case.connection, key_of(case.row), incidents)
            act = CaseAct(CaseStep.EVIDENCE, by, case.now)
            case.append(act, drafts, {"incidents": sorted(incidents)})
            return case.view()

    def notify(self, case_id: str, said: Said, by: str) -> CaseView:
        """Record that the candidate was told of the case; the time to be heard begins.

        Raises:
            NotFound, RoleMissing, StepRefused: as for all steps.
        """
        drafts = self._steps.drafts("notified", said)
        days = timedelta(days=self._context.settings.review.hearing_days)
        with self._steps.case(case_id, by, *WORKING) as case:
            until = case.now + days
            case.append(CaseAct(CaseStep.NOTIFIED, by, case.now, until=until), drafts)
            return case.view()

    def statement(self, case_id: str, said: Said, by: str, *, declined: bool) -> CaseView:
        """Record what the candidate said, or that they will say nothing.

        Raises:
            ReasonMissing: neither.
            NotFound, RoleMissing, StepRefused: as for all steps.
        """
        if not (declined or said):
            raise ReasonMissing
        drafts = self._steps.drafts("statement", said)
        with self._steps.case(case_id, by, *WORKING) as case:
            act = CaseAct(CaseStep.STATEMENT, by, case.now)
            case.append(act, drafts, {"declined": declined})
            return case.view()

    def _insert(self, connection: Connection, attempt: RowMapping, origin: Origin, by: str) -> str:
        copied = ("centre_code", "attempt_id", "sitting_id", "programme_id", "candidate_id",
                  "admission_no")  # fmt: skip
        now, case_id = self._context.clock.now(), self._context.ids()
        row = {
            **{name: attempt[name] for name in copied},
            "id": case_id,
            "number": next_number(connection, "review_cases"),
            "origin": origin.value,
            "state": CaseState.OPEN.value,
            "reason": "",
            "opened_by": by,
            "opened_at": now,
            "changed_at": now,
        }
        connection.execute(insert(review_cases).values(**row))
        return case_id


def attempt_of(connection: Connection, key: AttemptKey) -> RowMapping:
    """Return the result of an attempt.

    Raises:
        NotFound: there is none.
    """
    mine = (results.c.centre_code == key.centre_code) & (results.c.attempt_id == key.attempt_id)
    row = connection.execute(select(results).where(mine)).mappings().first()
    if row is None:
        raise NotFound(what="attempt")
    return row


def key_of(row: RowMapping) -> AttemptKey:
    """Return the attempt of a row."""
    return AttemptKey(row["centre_code"], row["attempt_id"])


def _of_attempt(connection: Connection, key: AttemptKey) -> Sequence[CaseView]:
    mine = (review_cases.c.centre_code == key.centre_code) & (
        review_cases.c.attempt_id == key.attempt_id
    )
    query = select(review_cases).where(mine).order_by(review_cases.c.number.desc())
    return [CaseView.of_row(row) for row in connection.execute(query).mappings()]


def _require_own(connection: Connection, key: AttemptKey, incidents: Collection[int]) -> None:
    table = review_incidents
    mine = (table.c.centre_code == key.centre_code) & (table.c.attempt_id == key.attempt_id)
    query = select(table.c.number).where(mine, table.c.number.in_(list(incidents)))
    if set(connection.execute(query).scalars()) != set(incidents):
        raise NotFound(what="incident")

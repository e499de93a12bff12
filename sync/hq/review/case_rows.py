"""Cases as rows: reading them, appending an act, and storing the state that follows."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from sqlalchemy import Connection, RowMapping, insert, select, update

from sync.hq.core.counted import AttemptKey
from sync.hq.errors import NotFound
from sync.hq.persistence.review_tables import case_acts, review_cases
from sync.hq.review.case_states import CaseAct, CaseStanding, CaseState, CaseStep, after, fold
from sync.hq.review.sanctions import AppealOutcome, CaseOutcome, Sanction


class Origin(StrEnum):
    """What led to a case. ``centre``: a report of the centre's staff."""

    INCIDENTS = "incidents"
    SIMILARITY = "similarity"
    CENTRE = "centre"
    BY_HAND = "by_hand"


@dataclass(frozen=True)
class CaseView:
    """A case as lists show it. ``until``: the deadline that runs, if any."""

    id: str
    number: int
    centre_code: str
    attempt_id: str
    sitting_id: str
    programme_id: str | None
    candidate_id: str
    admission_no: str
    origin: str
    state: CaseState
    outcome: str | None
    reason: str
    until: datetime | None
    opened_by: str
    opened_at: datetime

    @classmethod
    def of_row(cls, row: RowMapping) -> Self:
        """Return the view of a row."""
        values: dict[str, Any] = {name: row[name] for name in cls.__dataclass_fields__}
        return cls(**{**values, "state": CaseState(row["state"])})

    @property
    def key(self) -> AttemptKey:
        """The attempt that it is about."""
        return AttemptKey(self.centre_code, self.attempt_id)

    @property
    def name(self) -> str:
        """The number by which people name the case."""
        return case_name(self.number, self.opened_at)


@dataclass(frozen=True)
class CaseActView:
    """One act of a case's history. ``named``: what it refers to, by id."""

    number: int
    step: CaseStep
    by: str
    at: datetime
    sanction: Sanction | None
    appeal: AppealOutcome | None
    until: datetime | None
    named: Mapping[str, Any]

    @property
    def act(self) -> CaseAct:
        """The act as the state machine has it."""
        return CaseAct(self.step, self.by, self.at, self.sanction, self.appeal, self.until)


def case_name(number: int, opened_at: datetime) -> str:
    """Return the number of a case with its year, such as ``2026-0012``."""
    return f"{opened_at:%Y}-{number:04}"


def require_case(connection: Connection, case_id: str) -> RowMapping:
    """Return the row of a case.

    Raises:
        NotFound: there is none.
    """
    query = select(review_cases).where(review_cases.c.id == case_id)
    row = connection.execute(query).mappings().first()
    if row is None:
        raise NotFound(what="case")
    return row


def acts_of(connection: Connection, case_id: str) -> Sequence[CaseActView]:
    """Return the acts of a case, the oldest first."""
    query = select(case_acts).where(case_acts.c.case_id == case_id).order_by(case_acts.c.number)
    return [_act_view(row) for row in connection.execute(query).mappings()]


def standing_of(acts: Sequence[CaseActView]) -> CaseStanding:
    """Return where a case stands after its acts."""
    return fold(view.act for view in acts)


def append(
    connection: Connection,
    case_id: str,
    act: CaseAct,
    now: datetime,
    named: Mapping[str, Any],
) -> tuple[CaseStanding, int]:
    """Append an act; return where the case stands then, and the act's number.

    Raises like :func:`sync.hq.review.case_states.after`.
    """
    acts = acts_of(connection, case_id)
    standing, number = after(standing_of(acts), act), len(acts) + 1
    connection.execute(
        insert(case_acts).values(
            case_id=case_id,
            number=number,
            step=act.step.value,
            by=act.by,
            at=act.at,
            sanction=sanction_json(act.sanction),
            appeal=act.appeal.value if act.appeal else None,
            until=act.until,
            named=dict(named),
        )
    )
    which = review_cases.c.id == case_id
    values = {**_columns(standing), "changed_at": now}
    connection.execute(update(review_cases).where(which).values(**values))
    return standing, number


def sanction_json(sanction: Sanction | None) -> dict[str, Any] | None:
    """Return a sanction as JSON, for its act and the audit log."""
    if sanction is None:
        return None
    values = asdict(sanction)
    return {**values, "outcome": sanction.outcome.value, "parts": list(sanction.parts)}


def _columns(standing: CaseStanding) -> dict[str, Any]:
    runs = {CaseState.HEARING: standing.heard_until, CaseState.DECIDED: standing.appeal_until}
    sanction = standing.sanction
    return {
        "state": standing.state.value,
        "outcome": sanction.outcome.value if sanction else None,
        "reason": sanction.reason if sanction else "",
        "until": runs.get(standing.state),
    }


def _act_view(row: RowMapping) -> CaseActView:
    return CaseActView(
        number=row["number"],
        step=CaseStep(row["step"]),
        by=row["by"],
        at=row["at"],
        sanction=_sanction(row["sanction"]),
        appeal=AppealOutcome(row["appeal"]) if row["appeal"] else None,
        until=row["until"],
        named=row["named"],
    )


def _sanction(data: Mapping[str, Any] | None) -> Sanction | None:
    if data is None:
        return None
    values = {**data, "outcome": CaseOutcome(data["outcome"]), "parts": tuple(data["parts"])}
    return Sanction(**values)

"""What a decision does: the result is voided or restored and computed again, bans come and go.

All of it happens in the transaction that decides. What an appeal restores is exactly as before,
because results follow from what is stored. A decision of headquarters replaces what the centre
did: who is not voided here gets back a result that the centre voided.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select

from sync.hq.core.counted import AttemptKey
from sync.hq.core.scoring import RESTORED, VOIDED, OnResult, decision_on
from sync.hq.core.sheets import VOID
from sync.hq.persistence.result_tables import result_decisions, results
from sync.hq.persistence.review_tables import review_cases
from sync.hq.results.recompute import recompute
from sync.hq.results.versions import ResultCause, Why
from sync.hq.review.bans import add_ban, lift_bans
from sync.hq.review.case_rows import acts_of, standing_of
from sync.hq.review.sanctions import VOIDING, CaseOutcome, Sanction


@dataclass(frozen=True)
class Decision:
    """Who decided what about a case, and when. ``started_at``: when an earlier ban began."""

    case: Any
    before: Sanction | None
    after: Sanction
    by: str
    second: str
    at: datetime
    started_at: datetime
    ban_id: str


def apply(connection: Connection, decision: Decision) -> None:
    """Change the result and the register of bans as the decision wants it."""
    _apply_to_result(connection, decision)
    ban, before = _ban(decision.after), _ban(decision.before)
    if ban == before:
        return
    if before is not None:
        lift_bans(connection, decision.case["id"], decision.second, decision.at)
    if ban is not None:
        add_ban(
            connection,
            decision.ban_id,
            decision.case,
            ban[0],
            everywhere=ban[1],
            # A ban that an appeal makes shorter still began when it was first decided.
            starts_at=decision.started_at,
            by=decision.second,
            now=decision.at,
        )


def _ban(sanction: Sanction | None) -> tuple[int, bool] | None:
    if sanction is None or sanction.outcome is not CaseOutcome.BAN or sanction.months is None:
        return None
    return sanction.months, sanction.everywhere


def _apply_to_result(connection: Connection, decision: Decision) -> None:
    key = AttemptKey(decision.case["centre_code"], decision.case["attempt_id"])
    wanted = _wanted(connection, key)
    if wanted == _current(connection, key):
        return
    table = result_decisions
    mine = (table.c.centre_code == key.centre_code) & (table.c.attempt_id == key.attempt_id)
    newest = connection.execute(select(func.max(table.c.number)).where(mine)).scalar() or 0
    connection.execute(
        insert(table).values(
            centre_code=key.centre_code,
            attempt_id=key.attempt_id,
            number=newest + 1,
            kind=wanted.kind,
            parts=list(wanted.parts),
            reason_code=decision.after.reason,
            text="",
            by=decision.by,
            second=decision.second,
            at=decision.at,
            case_id=decision.case["id"],
        )
    )
    recompute(connection, [key], Why(ResultCause.DECIDED, decision.second, decision.at))


def _wanted(connection: Connection, key: AttemptKey) -> OnResult:
    """Return what all decided cases about an attempt want: an appeal undoes only its own case."""
    mine = (review_cases.c.centre_code == key.centre_code) & (
        review_cases.c.attempt_id == key.attempt_id
    )
    ids = connection.execute(select(review_cases.c.id).where(mine)).scalars().all()
    sanctions = [standing_of(acts_of(connection, case_id)).sanction for case_id in ids]
    voiding = [
        sanction for sanction in sanctions if sanction is not None and sanction.outcome in VOIDING
    ]
    if any(not sanction.parts for sanction in voiding):
        return OnResult(VOIDED)
    parts = tuple(sorted({part for sanction in voiding for part in sanction.parts}))
    return OnResult(VOIDED if parts else RESTORED, parts)


def _current(connection: Connection, key: AttemptKey) -> OnResult:
    """Return what holds now; without a decision, a void result was voided at the centre."""
    decided = decision_on(connection, key)
    if decided is not None:
        return decided
    mine = (results.c.centre_code == key.centre_code) & (results.c.attempt_id == key.attempt_id)
    status = connection.execute(select(results.c.status).where(mine)).scalar_one()
    return OnResult(VOIDED if status == VOID else RESTORED)

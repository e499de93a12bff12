"""Attempts whose review is not finished: their results are not released yet."""

from typing import Any

from sqlalchemy import CompoundSelect, and_, select, union

from sync.hq.persistence.result_tables import results
from sync.hq.persistence.review_tables import review_attempts, review_cases, review_incidents
from sync.hq.review.case_states import CaseState
from sync.hq.review.sources import SEEN
from sync.hq.review.states import IncidentState

_UNSETTLED = [state.value for state in IncidentState if state is not IncidentState.SETTLED]
_UNDECIDED = (
    CaseState.OPEN,
    CaseState.HEARING,
    CaseState.PROPOSED,
    CaseState.APPEALED,
    CaseState.APPEAL_PROPOSED,
)


def open_attempts(sitting_id: str, programme_id: str) -> CompoundSelect[Any]:
    """Select a programme's attempts of a sitting that wait for a judgement: centre and attempt.

    That is: an incident of a rule that a person has to look at is not settled, a case is not
    decided, or the incidents of the bundle that counts have not been collected yet.
    """
    incidents, cases = review_incidents, review_cases
    unsettled = select(incidents.c.centre_code, incidents.c.attempt_id).where(
        incidents.c.sitting_id == sitting_id,
        incidents.c.programme_id == programme_id,
        incidents.c.present,
        incidents.c.severity >= SEEN,
        incidents.c.state.in_(_UNSETTLED),  # not "!=", which no index answers
    )
    undecided = select(cases.c.centre_code, cases.c.attempt_id).where(
        cases.c.sitting_id == sitting_id,
        cases.c.programme_id == programme_id,
        cases.c.state.in_([state.value for state in _UNDECIDED]),
    )
    read = and_(
        review_attempts.c.centre_code == results.c.centre_code,
        review_attempts.c.attempt_id == results.c.attempt_id,
        review_attempts.c.bundle_id == results.c.bundle_id,
    )
    uncollected = (
        select(results.c.centre_code, results.c.attempt_id)
        .outerjoin(review_attempts, read)
        .where(
            results.c.sitting_id == sitting_id,
            results.c.programme_id == programme_id,
            results.c.incidents + results.c.leaves > 0,
            review_attempts.c.attempt_id.is_(None),
        )
    )
    return union(unsettled, undecided, uncollected)

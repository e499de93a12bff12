"""The states of a case of misconduct, as a pure function of its acts.

A case goes from its grounds to a hearing, from the hearing to a proposal, and from the proposal
to a decision by a second person. A decision can be appealed once; the appeal is proposed and
decided by two people who have not decided before, and never makes the outcome heavier. Acts are
only ever added.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sync.hq.errors import SecondPersonNeeded
from sync.hq.review.errors import (
    AppealTooLate,
    HearingRuns,
    SanctionUnusable,
    StepRefused,
)
from sync.hq.review.sanctions import MOST_MONTHS, NOTHING, AppealOutcome, CaseOutcome, Sanction


class CaseState(StrEnum):
    """``decided``: can still be appealed, or the deadline for it has passed unused."""

    OPEN = "open"
    HEARING = "hearing"
    PROPOSED = "proposed"
    DECIDED = "decided"
    APPEALED = "appealed"
    APPEAL_PROPOSED = "appeal_proposed"
    CLOSED = "closed"


class CaseStep(StrEnum):
    """What can be done in a case."""

    OPENED = "opened"
    EVIDENCE = "evidence"
    NOTIFIED = "notified"
    STATEMENT = "statement"
    PROPOSED = "proposed"
    RETURNED = "returned"
    DECIDED = "decided"
    DELIVERED = "delivered"
    APPEALED = "appealed"
    HEARD = "heard"
    APPEAL_PROPOSED = "appeal_proposed"
    APPEAL_RETURNED = "appeal_returned"
    APPEAL_DECIDED = "appeal_decided"


@dataclass(frozen=True)
class CaseAct:
    """One act. ``until``: the deadline that it sets."""

    step: CaseStep
    by: str
    at: datetime
    sanction: Sanction | None = None
    appeal: AppealOutcome | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class CaseStanding:
    """Where a case stands. ``deciders``: who proposed and confirmed what was decided."""

    state: CaseState = CaseState.OPEN
    heard_until: datetime | None = None
    statement: bool = False
    proposal: Sanction | None = None
    proposer: str = ""
    sanction: Sanction | None = None
    deciders: tuple[str, ...] = ()
    delivered: bool = False
    appeal_until: datetime | None = None
    appeal: AppealOutcome | None = None
    appeal_proposal: AppealOutcome | None = None
    appeal_deciders: tuple[str, ...] = ()

    def closed_at(self, now: datetime) -> bool:
        """Return whether nothing can change any more: decided finally, or not appealed in time."""
        late = self.appeal_until is not None and now > self.appeal_until
        return self.state is CaseState.CLOSED or (self.state is CaseState.DECIDED and late)


def after(case: CaseStanding, act: CaseAct) -> CaseStanding:
    """Return the standing after one more act.

    Raises:
        StepRefused: the state does not allow it.
        SecondPersonNeeded: the same account has proposed or decided before.
        HearingRuns, AppealTooLate: a deadline.
        SanctionUnusable: the outcome's details do not fit it.
    """
    return _STEPS[act.step](case, act)


def fold(acts: Iterable[CaseAct]) -> CaseStanding:
    """Return the standing after all acts; raises like :func:`after`."""
    case = CaseStanding()
    for act in acts:
        case = after(case, act)
    return case


def _require(case: CaseStanding, *states: CaseState) -> None:
    if case.state not in states:
        raise StepRefused


def _opened(case: CaseStanding, act: CaseAct) -> CaseStanding:
    del act
    _require(case, CaseState.OPEN)
    return case


def _evidence(case: CaseStanding, act: CaseAct) -> CaseStanding:
    del act
    _require(case, CaseState.OPEN, CaseState.HEARING)
    # Otherwise the candidate would be judged by something that nobody has told them.
    return replace(case, state=CaseState.OPEN, heard_until=None, statement=False)


def _notified(case: CaseStanding, act: CaseAct) -> CaseStanding:
    _require(case, CaseState.OPEN, CaseState.HEARING)
    if act.until is None or act.until <= act.at:
        raise StepRefused
    return replace(case, state=CaseState.HEARING, heard_until=act.until, statement=False)


def _statement(case: CaseStanding, act: CaseAct) -> CaseStanding:
    del act
    _require(case, CaseState.HEARING)
    return replace(case, statement=True)


def _proposed(case: CaseStanding, act: CaseAct) -> CaseStanding:
    sanction = _usable(act)
    dismissed = sanction.outcome is CaseOutcome.NO_BREACH
    # Nobody needs to be heard before nothing happens to them.
    _require(case, CaseState.HEARING, *((CaseState.OPEN,) if dismissed else ()))
    heard = case.statement or (case.heard_until is not None and act.at > case.heard_until)
    if not heard and not dismissed:
        raise HearingRuns(until=case.heard_until)
    return replace(case, state=CaseState.PROPOSED, proposal=sanction, proposer=act.by)


def _returned(case: CaseStanding, act: CaseAct) -> CaseStanding:
    _require(case, CaseState.PROPOSED)
    _require_other(act.by, (case.proposer,))
    state = CaseState.HEARING if case.heard_until else CaseState.OPEN
    return replace(case, state=state, proposal=None, proposer="")


def _decided(case: CaseStanding, act: CaseAct) -> CaseStanding:
    _require(case, CaseState.PROPOSED)
    _require_other(act.by, (case.proposer,))
    if act.sanction != case.proposal or case.proposal is None:
        raise StepRefused  # the second person confirms exactly what was proposed
    dismissed = case.proposal.outcome is CaseOutcome.NO_BREACH
    return replace(
        case,
        state=CaseState.CLOSED if dismissed else CaseState.DECIDED,
        sanction=case.proposal,
        deciders=(case.proposer, act.by),
        proposal=None,
        proposer="",
    )


def _delivered(case: CaseStanding, act: CaseAct) -> CaseStanding:
    _require(case, CaseState.DECIDED)
    if act.until is None or act.until <= act.at or case.delivered:
        raise StepRefused
    return replace(case, delivered=True, appeal_until=act.until)


def _appealed(case: CaseStanding, act: CaseAct) -> CaseStanding:
    _require(case, CaseState.DECIDED)
    if case.appeal_until is not None and act.at > case.appeal_until:
        raise AppealTooLate(until=case.appeal_until)
    return replace(case, state=CaseState.APPEALED)


def _heard(case: CaseStanding, act: CaseAct) -> CaseStanding:
    del act
    _require(case, CaseState.APPEALED)
    return case


def _appeal_proposed(case: CaseStanding, act: CaseAct) -> CaseStanding:
    _require(case, CaseState.APPEALED)
    _require_other(act.by, case.deciders)
    if act.appeal is None or case.sanction is None:
        raise StepRefused
    changed = case.sanction
    if act.appeal is AppealOutcome.CHANGED:
        changed = _usable(act)
        if changed == case.sanction or not changed.no_heavier_than(case.sanction):
            raise SanctionUnusable(most=MOST_MONTHS)
    if act.appeal is AppealOutcome.RESTORED:
        changed = NOTHING
    return replace(
        case,
        state=CaseState.APPEAL_PROPOSED,
        appeal_proposal=act.appeal,
        proposal=changed,
        proposer=act.by,
    )


def _appeal_returned(case: CaseStanding, act: CaseAct) -> CaseStanding:
    _require(case, CaseState.APPEAL_PROPOSED)
    _require_other(act.by, (*case.deciders, case.proposer))
    return replace(case, state=CaseState.APPEALED, appeal_proposal=None, proposal=None, proposer="")


def _appeal_decided(case: CaseStanding, act: CaseAct) -> CaseStanding:
    _require(case, CaseState.APPEAL_PROPOSED)
    _require_other(act.by, (*case.deciders, case.proposer))
    if (act.appeal, act.sanction) != (case.appeal_proposal, case.proposal):
        raise StepRefused
    return replace(
        case,
        state=CaseState.CLOSED,
        sanction=case.proposal,
        appeal=case.appeal_proposal,
        appeal_deciders=(case.proposer, act.by),
        appeal_proposal=None,
        proposal=None,
        proposer="",
    )


def _usable(act: CaseAct) -> Sanction:
    if act.sanction is None:
        raise StepRefused
    act.sanction.require_usable()
    return act.sanction


def _require_other(by: str, others: Iterable[str]) -> None:
    if by in others:
        raise SecondPersonNeeded


_STEPS: Mapping[CaseStep, Callable[[CaseStanding, CaseAct], CaseStanding]] = {
    CaseStep.OPENED: _opened,
    CaseStep.EVIDENCE: _evidence,
    CaseStep.NOTIFIED: _notified,
    CaseStep.STATEMENT: _statement,
    CaseStep.PROPOSED: _proposed,
    CaseStep.RETURNED: _returned,
    CaseStep.DECIDED: _decided,
    CaseStep.DELIVERED: _delivered,
    CaseStep.APPEALED: _appealed,
    CaseStep.HEARD: _heard,
    CaseStep.APPEAL_PROPOSED: _appeal_proposed,
    CaseStep.APPEAL_RETURNED: _appeal_returned,
    CaseStep.APPEAL_DECIDED: _appeal_decided,
}

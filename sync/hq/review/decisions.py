"""Deciding cases: proposed by one person, confirmed by another; appeals by two who did neither."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from kiosk.exam.values import Text
from sync.hq.context import HqContext
from sync.hq.core.counted import AttemptKey
from sync.hq.core.roles import Role
from sync.hq.errors import ReasonMissing
from sync.hq.review.apart import require_apart, require_stranger
from sync.hq.review.case_rows import CaseActView, CaseView
from sync.hq.review.case_states import CaseAct, CaseState, CaseStep
from sync.hq.review.cases import WORKING, attempt_of, key_of
from sync.hq.review.documents import Documents, documents_of
from sync.hq.review.effects import Decision, apply
from sync.hq.review.errors import SanctionUnusable, StepRefused
from sync.hq.review.letter_words import DECISION
from sync.hq.review.programme_parts import programme_of, voidable_of
from sync.hq.review.reasons import Reasons
from sync.hq.review.sanctions import MOST_MONTHS, AppealOutcome, CaseOutcome, Sanction
from sync.hq.review.states import Outcome
from sync.hq.review.steps import OpenCase, Said, Steps


class Decisions:
    """Proposals, decisions, delivery and appeals."""

    def __init__(self, context: HqContext, reasons: Reasons, documents: Documents) -> None:
        self._context = context
        self._reasons = reasons
        self._steps = Steps(context, documents)

    def propose(self, case_id: str, sanction: Sanction, said: Said, by: str) -> CaseView:
        """Propose what the case leads to, with the facts as they were established.

        Raises:
            ReasonMissing: nobody says why.
            ReasonUnknown: the reason is none of a breach.
            HearingRuns: the candidate has not been heard.
            RegisteredThem, NotAPerson: this account must not decide.
            SanctionUnusable, NotFound, RoleMissing, StepRefused: as the names say.
        """
        self._require_reasons(sanction, said)
        drafts = self._steps.drafts("proposal", said)
        with self._steps.case(case_id, by, *WORKING) as case:
            _require_decider(case, by, ())
            _require_parts(case, sanction)
            case.append(CaseAct(CaseStep.PROPOSED, by, case.now, sanction=sanction), drafts)
            return case.view()

    def voidable(self, key: AttemptKey) -> Sequence[tuple[str, Text]]:
        """Return parts and subjects of an attempt's paper that can be made void, with names."""
        with self._context.database.read() as connection:
            programme = programme_of(connection, attempt_of(connection, key)["programme_id"])
            return voidable_of(connection, key, programme)

    def return_(self, case_id: str, said: Said, by: str) -> CaseView:
        """Return a proposal, or one about an appeal, to those who work on the case.

        Raises:
            ReasonMissing: nobody says why.
            SecondPersonNeeded: it is one's own proposal.
            NotFound, RoleMissing, StepRefused: as for all steps.
        """
        if not said:
            raise ReasonMissing
        drafts = self._steps.drafts("returned", said)
        with self._steps.case(case_id, by, Role.ADJUDICATOR) as case:
            appeal = case.standing.state is CaseState.APPEAL_PROPOSED
            step = CaseStep.APPEAL_RETURNED if appeal else CaseStep.RETURNED
            _require_decider(case, by, _before(case))
            case.append(CaseAct(step, by, case.now), drafts)
            return case.view()

    def decide(self, case_id: str, seen: int, by: str) -> CaseView:
        """Confirm what is proposed; it takes effect at once. ``seen``: acts that the page showed.

        Raises:
            StepRefused: nothing is proposed, or something else than the page showed.
            SecondPersonNeeded, RegisteredThem, NotAPerson: this account must not decide.
            NotFound, RoleMissing: as for all steps.
        """
        with self._steps.case(case_id, by, Role.ADJUDICATOR) as case:
            standing, proposal = case.standing, case.standing.proposal
            if proposal is None or seen != len(case.acts):
                raise StepRefused
            _require_decider(case, by, _before(case))
            appeal = standing.state is CaseState.APPEAL_PROPOSED
            step = CaseStep.APPEAL_DECIDED if appeal else CaseStep.DECIDED
            act = CaseAct(step, by, case.now, proposal, standing.appeal_proposal)
            case.append(act)
            apply(
                case.connection,
                Decision(
                    case=case.row,
                    before=standing.sanction,
                    after=proposal,
                    by=standing.proposer,
                    second=by,
                    at=case.now,
                    started_at=_first_decided(case.acts) or case.now,
                    ban_id=self._context.ids(),
                ),
            )
            return case.view()

    def deliver(self, case_id: str, said: Said, by: str) -> CaseView:
        """Record how the letter was delivered; the time for an appeal begins.

        Raises:
            ReasonMissing: nobody says how.
            StepRefused: there is no letter yet, or it was delivered before.
            NotFound, RoleMissing: as for all steps.
        """
        if not said:
            raise ReasonMissing
        drafts = self._steps.drafts("delivered", said)
        days = timedelta(days=self._context.settings.review.appeal_days)
        with self._steps.case(case_id, by, *WORKING) as case:
            documents = documents_of(case.connection, case_id)
            if not any(document.kind == DECISION for document in documents):
                raise StepRefused
            until = case.now + days
            case.append(CaseAct(CaseStep.DELIVERED, by, case.now, until=until), drafts)
            return case.view()

    def appeal(
        self, case_id: str, said: Said, by: str, lodged_at: datetime | None = None
    ) -> CaseView:
        """Record an appeal. ``lodged_at``: when it came in, if it is recorded later.

        Raises:
            ReasonMissing: there is nothing of it.
            AppealTooLate: it came after its deadline.
            NotFound, RoleMissing, StepRefused: as for all steps.
        """
        if not said:
            raise ReasonMissing
        drafts = self._steps.drafts("appeal", said)
        with self._steps.case(case_id, by, *WORKING) as case:
            at = case.now if lodged_at is None else lodged_at
            if at > case.now or at < case.acts[-1].at:
                raise StepRefused
            recorded = {"recorded_at": case.now.isoformat()} if lodged_at else {}
            case.append(CaseAct(CaseStep.APPEALED, by, at), drafts, recorded)
            return case.view()

    def hear(self, case_id: str, said: Said, by: str) -> CaseView:
        """Record a hearing or further papers of an appeal.

        Raises:
            ReasonMissing: there is nothing to record.
            NotFound, RoleMissing, StepRefused: as for all steps.
        """
        if not said:
            raise ReasonMissing
        drafts = self._steps.drafts("heard", said)
        with self._steps.case(case_id, by, *WORKING) as case:
            case.append(CaseAct(CaseStep.HEARD, by, case.now), drafts)
            return case.view()

    def propose_appeal(
        self,
        case_id: str,
        outcome: AppealOutcome,
        sanction: Sanction | None,
        said: Said,
        by: str,
    ) -> CaseView:
        """Propose what becomes of an appeal; ``sanction`` only where the outcome changes.

        Raises:
            ReasonMissing, ReasonUnknown: nobody says why, or the reason is none of a breach.
            SecondPersonNeeded: the account decided before.
            SanctionUnusable: the outcome would be heavier, or the same.
            RegisteredThem, NotAPerson, NotFound, RoleMissing, StepRefused: as the names say.
        """
        changed = sanction if outcome is AppealOutcome.CHANGED else None
        if changed is not None:
            self._require_reasons(changed, said)
        elif not said:
            raise ReasonMissing
        drafts = self._steps.drafts("appeal_proposal", said)
        with self._steps.case(case_id, by, Role.ADJUDICATOR) as case:
            _require_decider(case, by, case.standing.deciders)
            if changed is not None:
                _require_parts(case, changed)
            act = CaseAct(CaseStep.APPEAL_PROPOSED, by, case.now, changed, outcome)
            case.append(act, drafts)
            return case.view()

    def _require_reasons(self, sanction: Sanction, said: Said) -> None:
        sanction.require_usable()
        if sanction.outcome is not CaseOutcome.NO_BREACH:
            self._reasons.require(sanction.reason, Outcome.BREACH)
        if not said:
            raise ReasonMissing


def _require_decider(case: OpenCase, by: str, others: tuple[str, ...]) -> None:
    require_apart(case.connection, by, others)
    row = case.row
    require_stranger(case.connection, by, row["sitting_id"], row["candidate_id"])


def _require_parts(case: OpenCase, sanction: Sanction) -> None:
    """Require parts or subjects that the paper has: others would void nothing."""
    programme = programme_of(case.connection, case.row["programme_id"])
    found = voidable_of(case.connection, key_of(case.row), programme)
    if not set(sanction.parts) <= {part for part, _name in found}:
        raise SanctionUnusable(most=MOST_MONTHS)


def _before(case: OpenCase) -> tuple[str, ...]:
    """Return who has proposed or decided before."""
    return tuple(filter(None, (*case.standing.deciders, case.standing.proposer)))


def _first_decided(acts: Sequence[CaseActView]) -> datetime | None:
    return next((view.at for view in acts if view.step is CaseStep.DECIDED), None)

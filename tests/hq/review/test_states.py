"""Incidents and cases: whatever people do in whatever order, nobody is wronged by one person."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from kiosk.exam.errors import ExamError
from sync.hq.errors import SecondPersonNeeded
from sync.hq.review import case_states, states
from sync.hq.review.case_states import CaseAct, CaseStanding, CaseState, CaseStep
from sync.hq.review.errors import (
    AppealTooLate,
    HearingRuns,
    SanctionUnusable,
    StepRefused,
)
from sync.hq.review.sanctions import NOTHING, AppealOutcome, CaseOutcome, Sanction
from sync.hq.review.states import ActKind, IncidentAct, IncidentState, Outcome, Standing

NOW = datetime(2026, 5, 1, tzinfo=UTC)
DAY = timedelta(days=1)
PEOPLE = st.sampled_from(["zhao", "qian", "sun", "li", "zhou"])
INCIDENT_ACTS = st.builds(
    IncidentAct,
    st.sampled_from(ActKind),
    PEOPLE,
    st.sampled_from(Outcome),
    st.just("reason"),
    st.booleans(),
)
SANCTIONS = st.one_of(
    st.builds(Sanction, st.sampled_from([CaseOutcome.NO_BREACH, CaseOutcome.WARNING])),
    st.just(Sanction(CaseOutcome.PART_VOID, parts=("theory",))),
    st.just(Sanction(CaseOutcome.RESULT_VOID)),
    st.builds(
        Sanction,
        st.just(CaseOutcome.BAN),
        months=st.integers(1, 120),
        everywhere=st.booleans(),
    ),
)


def judged(by: str, outcome: Outcome, *, sampled: bool = False) -> IncidentAct:
    return IncidentAct(ActKind.JUDGED, by, outcome, "r", sampled)


@given(st.lists(INCIDENT_ACTS, max_size=12))
def test_an_incident_is_never_more_than_nothing_by_one_person(acts: list[IncidentAct]) -> None:
    standing = Standing()
    for act in acts:
        try:
            standing = states.after(standing, act)
        except ExamError:
            continue
        assert len(set(standing.judges)) == len(standing.judges)
        if standing.outcome not in (None, Outcome.NO_BREACH) or standing.sampled:
            assert standing.state is not IncidentState.SETTLED or len(standing.judges) >= 2


def test_two_who_disagree_need_a_third_whose_word_counts() -> None:
    standing = states.fold([judged("zhao", Outcome.BREACH), judged("qian", Outcome.NO_BREACH)])
    assert standing.state is IncidentState.THIRD
    with pytest.raises(SecondPersonNeeded):
        states.after(standing, judged("zhao", Outcome.BREACH))
    settled = states.after(standing, judged("sun", Outcome.NO_BREACH))
    assert (settled.state, settled.outcome) == (IncidentState.SETTLED, Outcome.NO_BREACH)


def test_no_breach_is_settled_by_one_person_unless_it_is_drawn() -> None:
    alone = states.fold([judged("zhao", Outcome.NO_BREACH)])
    assert alone.state is IncidentState.SETTLED
    drawn = states.fold([judged("zhao", Outcome.NO_BREACH, sampled=True)])
    assert drawn.state is IncidentState.SECOND


def test_a_first_judgement_is_undone_only_before_the_second() -> None:
    undo = IncidentAct(ActKind.UNDONE, "zhao")
    first = judged("zhao", Outcome.REMINDER)
    assert states.fold([first, undo]) == Standing()
    with pytest.raises(StepRefused):
        states.fold([first, judged("qian", Outcome.REMINDER), undo])


class Case(RuleBasedStateMachine):
    """Anybody tries anything at any time; what is refused changes nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.at = NOW
        self.case = CaseStanding()
        self.acts: list[CaseAct] = []

    @rule(step=st.sampled_from(CaseStep), by=PEOPLE, sanction=SANCTIONS,
          appeal=st.sampled_from(AppealOutcome), days=st.integers(0, 40))  # fmt: skip
    def anything(
        self, step: CaseStep, by: str, sanction: Sanction, appeal: AppealOutcome, days: int
    ) -> None:
        self._try(CaseAct(step, by, self.at, sanction, appeal, self.at + days * DAY))

    @rule(by=PEOPLE)
    def confirm(self, by: str) -> None:
        """Confirm exactly what is proposed, as the pages do."""
        appeal = self.case.state is CaseState.APPEAL_PROPOSED
        step = CaseStep.APPEAL_DECIDED if appeal else CaseStep.DECIDED
        self._try(CaseAct(step, by, self.at, self.case.proposal, self.case.appeal_proposal))

    @rule(days=st.integers(1, 40))
    def time_passes(self, days: int) -> None:
        self.at += days * DAY

    def _try(self, act: CaseAct) -> None:
        before = self.case
        try:
            after = case_states.after(before, act)
        except ExamError:
            return
        if after.sanction != before.sanction and act.step is CaseStep.DECIDED:
            heard = before.statement or (before.heard_until is not None)
            assert heard or after.sanction == before.proposal == _nothing(after)
        self.case = after
        self.acts.append(act)

    @invariant()
    def two_people_decided(self) -> None:
        if self.case.sanction is not None:
            assert len(set(self.case.deciders)) == 2

    @invariant()
    def an_appeal_is_decided_by_two_others_and_is_never_heavier(self) -> None:
        if self.case.appeal is not None:
            assert len({*self.case.deciders, *self.case.appeal_deciders}) == 4
            decided = [act.sanction for act in self.acts if act.step is CaseStep.DECIDED][-1]
            assert decided is not None
            assert self.case.sanction is not None
            assert self.case.sanction.no_heavier_than(decided)
            if self.case.appeal is AppealOutcome.RESTORED:
                assert self.case.sanction == NOTHING

    @invariant()
    def the_acts_give_the_same_again(self) -> None:
        assert case_states.fold(self.acts) == self.case


def _nothing(case: CaseStanding) -> Sanction | None:
    assert case.sanction is not None
    return case.sanction if case.sanction.outcome is CaseOutcome.NO_BREACH else None


TestCase = Case.TestCase
TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)


def act(step: CaseStep, by: str, days: int = 0, **more: object) -> CaseAct:
    return CaseAct(step, by, NOW + days * DAY, **more)  # type: ignore[arg-type]


VOID = Sanction(CaseOutcome.RESULT_VOID, "phone")
HEARD = (
    act(CaseStep.OPENED, "zhao"),
    act(CaseStep.NOTIFIED, "zhao", until=NOW + 10 * DAY),
    act(CaseStep.STATEMENT, "zhao", 2),
)
DECIDED = (
    *HEARD,
    act(CaseStep.PROPOSED, "zhao", 3, sanction=VOID),
    act(CaseStep.DECIDED, "qian", 4, sanction=VOID),
)


def test_nothing_is_proposed_before_the_candidate_was_heard_or_the_deadline_passed() -> None:
    notified = case_states.fold(HEARD[:2])
    with pytest.raises(HearingRuns):
        case_states.after(notified, act(CaseStep.PROPOSED, "zhao", 9, sanction=VOID))
    late = case_states.after(notified, act(CaseStep.PROPOSED, "zhao", 11, sanction=VOID))
    assert late.state is CaseState.PROPOSED


def test_new_evidence_needs_a_new_hearing() -> None:
    heard = case_states.fold(HEARD)
    more = case_states.after(heard, act(CaseStep.EVIDENCE, "zhao", 3))
    assert (more.state, more.statement) == (CaseState.OPEN, False)


def test_the_second_person_confirms_what_was_proposed_and_nothing_else() -> None:
    proposed = case_states.fold(DECIDED[:-1])
    ban = Sanction(CaseOutcome.BAN, "phone", months=12)
    with pytest.raises(StepRefused):
        case_states.after(proposed, act(CaseStep.DECIDED, "qian", 4, sanction=ban))
    with pytest.raises(SecondPersonNeeded):
        case_states.after(proposed, act(CaseStep.DECIDED, "zhao", 4, sanction=VOID))


def test_an_appeal_is_possible_until_its_deadline_which_begins_with_delivery() -> None:
    decided = case_states.fold(DECIDED)
    years_later = act(CaseStep.APPEALED, "sun", 400)
    assert case_states.after(decided, years_later).state is CaseState.APPEALED
    delivered = case_states.after(decided, act(CaseStep.DELIVERED, "qian", 5, until=NOW + 65 * DAY))
    assert not delivered.closed_at(NOW + 65 * DAY)
    assert delivered.closed_at(NOW + 66 * DAY)
    with pytest.raises(AppealTooLate):
        case_states.after(delivered, act(CaseStep.APPEALED, "sun", 66))


def test_an_appeal_is_not_decided_by_who_decided_before() -> None:
    appealed = case_states.fold([*DECIDED, act(CaseStep.APPEALED, "sun", 6)])
    restore = {"appeal": AppealOutcome.RESTORED}
    for by in ("zhao", "qian"):
        with pytest.raises(SecondPersonNeeded):
            case_states.after(appealed, act(CaseStep.APPEAL_PROPOSED, by, 7, **restore))
    proposed = case_states.after(appealed, act(CaseStep.APPEAL_PROPOSED, "sun", 7, **restore))
    for by in ("zhao", "qian", "sun"):
        last = act(CaseStep.APPEAL_DECIDED, by, 8, sanction=NOTHING, **restore)
        with pytest.raises(SecondPersonNeeded):
            case_states.after(proposed, last)
    last = act(CaseStep.APPEAL_DECIDED, "li", 8, sanction=NOTHING, **restore)
    assert case_states.after(proposed, last).sanction == NOTHING


@pytest.mark.parametrize(
    "sanction",
    [
        Sanction(CaseOutcome.PART_VOID),
        Sanction(CaseOutcome.RESULT_VOID, parts=("theory",)),
        Sanction(CaseOutcome.BAN),
        Sanction(CaseOutcome.BAN, months=0),
        Sanction(CaseOutcome.BAN, months=601),
        Sanction(CaseOutcome.WARNING, months=3),
        Sanction(CaseOutcome.WARNING, everywhere=True),
    ],
)
def test_parts_and_months_must_fit_the_outcome(sanction: Sanction) -> None:
    with pytest.raises(SanctionUnusable):
        sanction.require_usable()

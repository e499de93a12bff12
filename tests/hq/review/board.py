"""A board that reviews: its people, and attempts with incidents that a centre has delivered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from kiosk.exam.items.item import AnswerValue
from sync.hq.core.counted import AttemptKey
from sync.hq.core.roles import Grant, Role
from sync.hq.registration.roster_file import RosterEntry
from sync.hq.review.case_rows import CaseView, Origin
from sync.hq.review.incident_list import IncidentFilter, IncidentView
from sync.hq.review.incidents import Judgement
from sync.hq.review.sanctions import CaseOutcome, Sanction
from sync.hq.review.services import Review
from sync.hq.review.states import Outcome
from sync.hq.review.steps import Said
from sync.wire.delivery import answer_log
from sync.wire.delivery.answer_log import AnswerLog, LoggedRevision
from sync.wire.delivery.bundle import seal_bundle
from sync.wire.delivery.result import (
    BundleIncident,
    BundlePageLeave,
    CheckInFaceCheck,
    CheckInRecord,
    ConductCounts,
    EvidenceRef,
    ResultBundle,
)
from tests.centres import PASSWORD
from tests.hq.desk import BY, CODE, NOW, Desk

REVIEWER, SECOND, THIRD, FOURTH, FIFTH, READER = "zhao", "qian", "sun", "li", "zhou", "wu"
ROLES = {
    REVIEWER: Role.REVIEWER,
    SECOND: Role.ADJUDICATOR,
    THIRD: Role.ADJUDICATOR,
    FOURTH: Role.ADJUDICATOR,
    FIFTH: Role.ADJUDICATOR,
    READER: Role.AUDITOR,
}
NOTHING = Judgement(Outcome.NO_BREACH, "seen_nothing")
BREACH = Judgement(Outcome.BREACH, "device_used")
VOID = Sanction(CaseOutcome.RESULT_VOID, "device_used")


@dataclass
class Board:
    """The people of a board and what they look at."""

    desk: Desk

    def __post_init__(self) -> None:
        for name, role in ROLES.items():
            self.desk.hq.accounts.create(name, PASSWORD, BY, [Grant(role)])

    @property
    def review(self) -> Review:
        """The services."""
        return self.desk.hq.review

    def deliver(self, bundle: ResultBundle) -> AttemptKey:
        """Deliver a bundle and read its incidents."""
        sealed = seal_bundle(bundle, self.desk.keys, self.desk.hq.public_keys)
        self.desk.hq.intake.accept("result", CODE, sealed.id, sealed.data)
        self.review.collector.collect(BY)
        return AttemptKey(CODE, bundle.attempt_id)

    def more_candidates(self, count: int) -> None:
        """Seat further candidates of the desk's sitting."""
        entries = [
            RosterEntry(f"99000119900102{number:04}", f"考生{number}", f"2026B{number:04}")
            for number in range(count)
        ]
        self.desk.hq.registration.import_roster(self.desk.sitting, CODE, entries, BY)

    def bundle(
        self,
        incidents: Sequence[BundleIncident] = (),
        seat: int = 0,
        answers: dict[str, AnswerValue] | None = None,
        **more: object,
    ) -> ResultBundle:
        """What the centre says of the candidate on a seat."""
        plain = self.desk.result(answers or {})
        taken = self.desk.hq.registration.seats(self.desk.sitting)[seat]
        values = {
            "attempt_id": f"ATTEMPT{seat + 1}",
            "candidate_id": taken.candidate_id,
            "admission_no": taken.admission_no,
            "incidents": tuple(incidents),
            **more,
        }
        bundle = plain.model_copy(update=values)
        return bundle.model_copy(update={"answer_log": self._log(bundle)})

    def _log(self, bundle: ResultBundle) -> AnswerLog:
        head, revisions = answer_log.start(bundle.attempt_id), list[LoggedRevision]()
        for answer in bundle.answers:
            revision = LoggedRevision(
                seq=answer.seq,
                item_id=answer.item_id,
                value_digest=answer_log.value_digest(answer.value),
                saved_at=answer.saved_at.isoformat(),
            )
            head = answer_log.link(head, revision)
            revisions.append(revision)
        seal = answer_log.sign(bundle.attempt_id, 1, len(revisions), head, self.desk.keys)
        return AnswerLog(seals=(seal,), revisions=tuple(revisions))

    def attempt(self, *rules: str, seat: int = 0) -> AttemptKey:
        """Deliver an attempt with an incident of each rule, a minute apart."""
        return self.deliver(
            self.bundle([incident(rule, number) for number, rule in enumerate(rules)], seat)
        )

    def only(self) -> IncidentView:
        """The only incident there is."""
        (found,) = self.review.incidents.page(IncidentFilter(), None, 10).incidents
        return found

    def case(self, key: AttemptKey | None = None) -> CaseView:
        """Open a case about an attempt with an incident."""
        key = key or self.attempt("phone")
        numbers = [one.number for one in self.review.incidents.of_attempt(*key)]
        return self.review.cases.open(
            key, Origin.INCIDENTS, Said("考试期间使用手机"), REVIEWER, numbers
        )

    def heard(self, key: AttemptKey | None = None) -> CaseView:
        """A case whose candidate has made a statement."""
        case = self.case(key)
        self.review.cases.notify(case.id, Said(), REVIEWER)
        said = Said("手机是用来看时间的")
        return self.review.cases.statement(case.id, said, REVIEWER, declined=False)

    def decided(self, sanction: Sanction = VOID, key: AttemptKey | None = None) -> CaseView:
        """A case that two people have decided."""
        case = self.heard(key)
        self.review.decisions.propose(case.id, sanction, Said("画面清晰可辨"), REVIEWER)
        return self.decide(case, SECOND)

    def decide(self, case: CaseView, by: str) -> CaseView:
        """Confirm what is proposed, as the page does."""
        seen = len(self.review.cases.acts(case.id))
        return self.review.decisions.decide(case.id, seen, by)


def incident(
    rule: str = "phone", number: int = 0, at: datetime | None = None, **more: object
) -> BundleIncident:
    """An incident as a centre reports it."""
    start = (at or NOW) + timedelta(minutes=number)
    values: dict[str, object] = {
        "id": f"I-{rule}-{number}",
        "rule": rule,
        "started_at": start,
        "ended_at": start + timedelta(seconds=20),
        "measured": 0.82,
        "threshold": 0.6,
        "frame_interval_ms": 1000,
    }
    return BundleIncident.model_validate({**values, **more})


def everything(board: Board) -> ResultBundle:
    """A bundle with one of each thing that people have to judge."""
    leaves = ConductCounts(
        leaves=1,
        leave_limit=5,
        page_leaves=(
            BundlePageLeave(number=1, started_at=NOW, cause="blur"),
            BundlePageLeave(
                number=2, started_at=NOW, cause="blur", reversal="弹窗", reversed_by="chief"
            ),
        ),
    )
    check_in = CheckInRecord(
        outcome="staff",
        consent_face=True,
        face_checks=(
            CheckInFaceCheck(at=NOW, outcome="staff", score=0.31),
            CheckInFaceCheck(at=NOW, outcome="by_hand", by="chief", reason="与证件相符"),
        ),
    )
    picture = EvidenceRef(sha256="a" * 64, kind="frame", at=NOW, size=9)
    return board.bundle(
        [incident(evidence=("a" * 64,))],
        conduct=leaves,
        check_in=check_in,
        evidence=(picture,),
        voided=True,
    )

"""Candidates with written answers, people who mark them, and one who leads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy import select

from kiosk.exam.attempt.states import EndReason
from sync.hq.core.roles import Grant, Role
from sync.hq.marking.holding import Held
from sync.hq.marking.marking import Given
from sync.hq.marking.services import MarkingServices
from sync.hq.marking.settings import PlanSettings
from sync.hq.marking.views import Assignment, PlanItem
from sync.hq.persistence.result_tables import final_marks, results
from sync.hq.registration.roster_file import RosterEntry
from sync.hq.services import HqServices
from sync.wire.delivery.bundle import seal_bundle
from sync.wire.delivery.result import ResultBundle
from tests.centres import PASSWORD
from tests.hq.applicants import number
from tests.hq.desk import BY, CODE, Desk

LEAD = "lead"
PLAIN = PlanSettings(double_percent=0, control_percent=0)


@dataclass
class Room:
    """A sitting whose written answers are marked."""

    desk: Desk
    plan: str = ""
    items: Sequence[PlanItem] = ()
    sent: dict[str, int] = field(default_factory=dict)

    @property
    def hq(self) -> HqServices:
        return self.desk.hq

    @property
    def services(self) -> MarkingServices:
        return self.desk.hq.marking

    def people(self, *markers: str) -> None:
        """Give accounts to a leader and to markers."""
        self.hq.accounts.create(LEAD, PASSWORD, BY, [Grant(Role.ADJUDICATOR)])
        for name in markers:
            self.hq.accounts.create(name, PASSWORD, BY, [Grant(Role.MARKER)])

    def candidates(self, count: int, names: Sequence[str] = ()) -> None:
        """Seat candidates, A1 and up."""
        letters = "甲乙丙丁戊己庚辛壬癸"
        usual = [f"张伟{letters[place % 10]}" for place in range(1, count + 1)]
        called = [*names, *usual[len(names) :]]
        entries = [
            RosterEntry(number(place + 100), name, f"A{place:06d}")
            for place, name in enumerate(called, start=1)
        ]
        self.hq.registration.import_roster(self.desk.sitting, CODE, entries, BY)

    def written(self) -> Sequence[str]:
        """The ids of the written items of the paper."""
        paper = self.hq.papers.get(self.desk.sitting, "A", "1").paper
        return [item.id for item in paper.items if not item.type.objective]

    def send(self, place: int, answers: Mapping[str, str], *, voided: bool = False) -> None:
        """Deliver a candidate's result; a second one is the next revision."""
        seats = self.hq.registration.seats(self.desk.sitting)
        seat = next(one for one in seats if one.admission_no == f"A{place:06d}")
        attempt = f"ATTEMPT{place:04d}"
        self.sent[attempt] = self.sent.get(attempt, 0) + 1
        bundle = self.desk.result(answers, self.sent[attempt]).model_copy(
            update={
                "attempt_id": attempt,
                "candidate_id": seat.candidate_id,
                "admission_no": seat.admission_no,
                "voided": voided,
                "end_reason": EndReason.STAFF if voided else EndReason.HANDED_IN,
            }
        )
        sealed = seal_bundle(ResultBundle.model_validate(bundle.model_dump()), self.desk.keys,
                             self.hq.public_keys)  # fmt: skip
        self.hq.intake.accept("result", CODE, sealed.id, sealed.data)

    def open(self, settings: PlanSettings = PLAIN, *markers: str) -> None:
        """Open marking and assign markers to all items."""
        self.plan = self.services.plans.open(self.desk.sitting, "1", settings, LEAD)
        self.services.worklist.refresh(self.plan)
        self.items = self.services.plans.items(self.plan)
        for name in markers:
            self.services.markers.assign(Assignment(self.plan, "", name), LEAD)

    def next(self, who: str, item: str = "", shown: Sequence[str] = ()) -> Held | None:
        return self.services.allocation.next(self.plan, item, who, shown)

    def held(self, who: str, item: str = "") -> Held:
        """The next answer, which there is."""
        found = self.next(who, item)
        assert found is not None
        return found

    def points(self, held: Held, total: str) -> Sequence[Decimal]:
        """Points of criteria that add up to a total, from the first on."""
        left, given = Decimal(total), list[Decimal]()
        item = next(one for one in self.items if one.item_id == held.item_id)
        for criterion in item.criteria:
            given.append(min(left, criterion.most))
            left -= given[-1]
        return given

    def give(self, who: str, held: Held, total: str = "5", **more: object) -> Held:
        given = Given(self.points(held, total), **more)  # type: ignore[arg-type]
        return self.services.marks.give(held.lease, given, who)

    def mark(self, who: str, total: str = "5") -> Held:
        """Mark the next answer."""
        return self.give(who, self.held(who), total)

    def finals(self) -> Mapping[tuple[str, str], Decimal]:
        """The newest final mark of each attempt and item that was not taken back."""
        query = select(final_marks).order_by(final_marks.c.number)
        with self.hq.storage.database.read() as connection:
            rows = connection.execute(query).mappings().all()
        newest = {(row["attempt_id"], row["item_id"]): row for row in rows}
        return {key: row["points"] for key, row in newest.items() if row["answer_digest"]}

    def status(self, place: int) -> str:
        """The status of a candidate's result."""
        query = select(results.c.status).where(results.c.attempt_id == f"ATTEMPT{place:04d}")
        with self.hq.storage.database.read() as connection:
            return str(connection.execute(query).scalar_one())

"""Thirty rehearsed candidates who have sat two papers, what each answered, and who works at HQ."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cached_property
from zoneinfo import ZoneInfo

from kiosk.exam.attempt.states import EndReason
from kiosk.exam.items.item import AnswerValue, Item, ItemType
from kiosk.exam.programme.programme import Programme
from kiosk.rehearsal.people import Person, make_people
from kiosk.settings import read_text, read_toml, resource
from kiosk.vision.samples import sample_portrait
from sync.hq.authoring.interchange.toml import read_document
from sync.hq.core.roles import Grant, Role
from sync.hq.packages.papers import KeptPaper
from sync.hq.registration.roster_file import RosterEntry
from sync.hq.sittings import NewPaper, NewSitting
from sync.wire.chain import GENESIS
from sync.wire.delivery.bundle import seal_bundle
from sync.wire.delivery.result import (
    BundleAnswer,
    BundleIncident,
    PackageRef,
    ResultBundle,
    Timing,
)
from sync.wire.sealing.sealed import Sealed
from tests.centres import PASSWORD
from tests.hq.desk import BY, CODE, Desk
from tests.hq.release.hall import logged

SKILLS, TRADE = "carbon-skills", "emission_management"
JUNIOR, SENIOR = "1", "2"
PEOPLE = make_people(30)
CHINA = ZoneInfo("Asia/Shanghai")

LIFTED, VOIDED, TALKED, ABSENT, DISPUTED, NAMED = 3, 4, (5, 6), 15, 16, 17
"""Candidates with a story, by their number from 1: passes only by the changed key; had a phone;
whose microphones heard the corridor; never came; whose essay two markers see differently; wrote
the own name into an essay.
"""
FAILED = (8, 18)
NO_LIST = "（以下要点写在列表里）"
"""Stands in the essay of whom one marker overlooks the list."""

AUTHOR, REVIEWER, AUDITOR = "author", "reviewer", "auditor"
LEAD, SECOND, THIRD = "adjudicator1", "adjudicator2", "adjudicator3"
MARKERS = ("marker1", "marker2", "marker3")
PUBLISHERS = ("publisher1", "publisher2")
STAFF = {
    AUTHOR: Role.AUTHOR,
    REVIEWER: Role.REVIEWER,
    AUDITOR: Role.AUDITOR,
    **dict.fromkeys((LEAD, SECOND, THIRD), Role.ADJUDICATOR),
    **dict.fromkeys(MARKERS, Role.MARKER),
    **dict.fromkeys(PUBLISHERS, Role.PUBLISHER),
}


@dataclass(frozen=True)
class Thirty:
    """A sitting with two papers, at which 29 of 30 candidates have handed in."""

    desk: Desk
    programme: Programme
    sitting: str
    exam: date

    @property
    def published(self) -> date:
        """The day of the programme on which results are published."""
        return self.exam + timedelta(days=30)

    @property
    def certified(self) -> date:
        """The day of the programme on which certificates are issued."""
        return self.exam + timedelta(days=60)

    @cached_property
    def papers(self) -> Mapping[str, KeptPaper]:
        """What was drawn, by the papers' ids."""
        return {one: self.desk.hq.papers.get(self.sitting, "A", one) for one in (JUNIOR, SENIOR)}

    @property
    def contested(self) -> Item:
        """The item whose key turns out to be too narrow."""
        items = self.papers[JUNIOR].paper.items
        return next(item for item in items if item.type is ItemType.SINGLE_CHOICE)

    def on(self, days: int) -> None:
        """Let it be noon in China, so many days after the exam."""
        noon = datetime.combine(self.exam + timedelta(days=days), time(12), CHINA)
        self.desk.clock.pass_time((noon - self.desk.clock.now()).total_seconds())

    def written(self, paper: str) -> Sequence[Item]:
        """The items of a paper that people mark."""
        return [item for item in self.papers[paper].paper.items if not item.type.objective]

    def worth(self, paper: str, item: Item) -> Decimal:
        """The points of an item of a paper."""
        kept = self.papers[paper].paper
        examination = self.programme.examination(kept.trade, kept.level)
        return Decimal(kept.section_of(item.id).rules(examination).points)

    def other_option(self, item: Item) -> str:
        """The first option that the key does not have."""
        key = self._key(item)
        return next(option for option in item.option_ids if option not in key)

    def answers(self, number: int) -> Mapping[str, AnswerValue]:
        """What a candidate answered."""
        if number == ABSENT:
            return {}
        items, given = self.papers[paper_of(number)].paper.items, dict[str, AnswerValue]()
        for place, item in enumerate(items):
            if item.type.objective:
                if self._knows(number, place, item):
                    key = self._key(item)
                    multiple = item.type is ItemType.MULTIPLE_CHOICE
                    given[item.id] = list(key) if multiple else key[0]
                elif item.type is not ItemType.MULTIPLE_CHOICE:
                    given[item.id] = self.other_option(item)
            else:
                given[item.id] = _text(number, item)
        return given

    def points(self, number: int, *, key_changed: bool = False) -> Decimal:
        """What a candidate's answers are worth, added up without the product."""
        answers, total = self.answers(number), Decimal(0)
        paper = paper_of(number)
        for place, item in enumerate(self.papers[paper].paper.items):
            worth = self.worth(paper, item)
            if item.id not in answers:
                continue
            if not item.type.objective:
                total += marked(worth, share_of(number))
            elif self._knows(number, place, item) or (key_changed and item == self.contested):
                total += worth
        return total

    def sealed(self, number: int) -> Sealed:
        """The bundle that the centre sends for a candidate."""
        return seal_bundle(self._bundle(number), self.desk.keys, self.desk.hq.public_keys)

    def attempt(self, number: int) -> str:
        """The id of a candidate's attempt."""
        return f"REHEARSED{number:02}"

    def _key(self, item: Item) -> Sequence[str]:
        schemes = {**self.papers[JUNIOR].schemes, **self.papers[SENIOR].schemes}
        key = schemes[item.id].key
        return [option for option in item.option_ids if option in key]

    def _knows(self, number: int, place: int, item: Item) -> bool:
        if number == LIFTED:
            return item.type is not ItemType.MULTIPLE_CHOICE and 1 <= place < self._lifted_until
        if item == self.contested:
            return number % 5 != 2
        misses = 8 if number in FAILED else 1 + number % 2
        return (place * 3 + number) % 10 >= misses

    @cached_property
    def _lifted_until(self) -> int:
        """Where the candidate stopped who is one point short: at 59 with full written answers."""
        written = [self.worth(JUNIOR, item) for item in self.written(JUNIOR)]
        points = sum(written, Decimal(0))
        for place, item in enumerate(self.papers[JUNIOR].paper.items):
            if points == Decimal(59):
                return place
            if place and item.type in (ItemType.SINGLE_CHOICE, ItemType.TRUE_FALSE):
                points += self.worth(JUNIOR, item)
        raise AssertionError("the paper has too few items of one point")

    def _bundle(self, number: int) -> ResultBundle:
        seats = {seat.admission_no: seat for seat in self.desk.hq.registration.seats(self.sitting)}
        seat = seats[PEOPLE[number - 1].admission_no]
        package = self.desk.hq.packages.newest(self.sitting, CODE)
        begin = datetime.combine(self.exam, time(9), CHINA)
        ended = begin + timedelta(minutes=100)
        absent = number == ABSENT
        answers = tuple(
            BundleAnswer(
                item_id=item, seq=seq, value=value, saved_at=begin + timedelta(minutes=seq),
                revisions=1, revisions_digest=GENESIS,
            )
            for seq, (item, value) in enumerate(sorted(self.answers(number).items()), start=1)
        )  # fmt: skip
        plain = replace(self.desk, sitting=self.sitting).result({})
        bundle = plain.model_copy(
            update={
                "attempt_id": self.attempt(number),
                "candidate_id": seat.candidate_id,
                "admission_no": seat.admission_no,
                "sitting_id": self.sitting,
                "package": PackageRef(id=package.id, version=package.version),
                "paper": seat.paper,
                "room": seat.room,
                "answers": answers,
                "incidents": _incidents(number, begin),
                "timing": Timing(started_at=None if absent else begin, ended_at=ended),
                "end_reason": EndReason.ABSENT if absent else EndReason.HANDED_IN,
            }
        )
        return logged(self.desk, bundle)


def paper_of(number: int) -> str:
    """The paper of a candidate: the first half sits the junior, the others the senior one."""
    return JUNIOR if number <= len(PEOPLE) // 2 else SENIOR


def share_of(number: int) -> int:
    """How many tenths of the marks a candidate's written answers deserve."""
    return 10 if number == LIFTED else 3 if number in FAILED else 6 + number % 4


def marked(points: Decimal, tenths: int) -> Decimal:
    """That share of an item's points in half points."""
    return Decimal(int(points * 2) * tenths // 10) / 2


def open_thirty(desk: Desk) -> Thirty:
    """Prepare the sitting as staff would, three weeks ahead, and let its day pass."""
    hq = desk.hq
    for name, role in STAFF.items():
        hq.accounts.create(name, PASSWORD, BY, [Grant(role)])
    exam = (desk.clock.now().astimezone(CHINA) + timedelta(days=21)).date()
    text = read_text(resource(f"config/programmes/{SKILLS}.toml")) + _edition(exam)
    programme = hq.programmes.take(text, BY)
    items = read_document(read_toml(resource(f"config/items/{SKILLS}.toml")))[1]
    hq.item_import.store(hq.item_import.preview(programme, items), BY)
    begin = datetime.combine(exam, time(9), CHINA)
    papers = [NewPaper(SKILLS, TRADE, level) for level in ("junior", "senior")]
    sitting = hq.sittings.create(NewSitting("碳减排技能统一考试", begin, papers), BY).id
    roster = [_entry(number, person) for number, person in enumerate(PEOPLE, start=1)]
    hq.registration.import_roster(sitting, CODE, roster, BY)
    hq.packages.build(sitting, CODE, BY)
    thirty = Thirty(desk, programme, sitting, exam)
    thirty.on(1)
    return thirty


def _entry(number: int, person: Person) -> RosterEntry:
    portrait = None if person.face is None else sample_portrait(person.face)
    return RosterEntry(
        person.identity_no, person.name, person.admission_no, paper=paper_of(number),
        portrait=portrait,
    )  # fmt: skip


def _edition(exam: date) -> str:
    before = exam - timedelta(days=20)
    return f"""
[[editions]]
id = "1"
name = {{ zh = "第一期", en = "First edition" }}
registration_closes = {before}
material_closes = {before}
class_hours_until = {before}T23:30:00
exam = {exam}
results_published = {exam + timedelta(days=30)}
certificates_issued = {exam + timedelta(days=60)}
"""


def _text(number: int, item: Item) -> str:
    """A written answer; how good it is can be read in it."""
    said = f"碳排放核算先划定边界，再收集活动数据，要点{share_of(number)}/10"
    if item.type is not ItemType.ESSAY:
        return f"{said}。第{number}份"
    extra = NO_LIST if number == DISPUTED else ""
    if number == NAMED:
        extra = f"我是{PEOPLE[number - 1].name}，准考证号{PEOPLE[number - 1].admission_no}。"
    return f"<p>一、<b>{said}</b>。{extra}</p><ol><li>边界与数据</li><li>第{number}份</li></ol>"


def _incidents(number: int, begin: datetime) -> tuple[BundleIncident, ...]:
    rule = "phone" if number == VOIDED else "talking" if number in TALKED else None
    if rule is None:
        return ()
    start = begin + timedelta(minutes=40, seconds=number)
    incident = BundleIncident(
        id=f"I-{number}",
        rule=rule,
        started_at=start,
        ended_at=start + timedelta(seconds=20),
        measured=0.82,
        threshold=0.6 if rule == "phone" else 0.35,
        frame_interval_ms=1000,
    )
    return (incident,)

"""After the exam, the whole way once, as an office goes it: from intake to certificates (R7-R23)."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from sync.hq.core.counted import AttemptKey
from sync.hq.marking.settings import PlanSettings
from sync.hq.web.app import create_app
from sync.wire.chain import GENESIS
from sync.wire.delivery.receipt import verify_receipt
from tests.hq.desk import CODE, Desk
from tests.hq.thirty import (
    ABSENT,
    AUDITOR,
    AUTHOR,
    DISPUTED,
    FAILED,
    JUNIOR,
    LEAD,
    LIFTED,
    MARKERS,
    NAMED,
    NO_LIST,
    PEOPLE,
    PUBLISHERS,
    REVIEWER,
    SECOND,
    SENIOR,
    SKILLS,
    TALKED,
    THIRD,
    VOIDED,
    Thirty,
    marked,
    open_thirty,
)
from tests.hq.web.test_console import Staff

NUMBERS = range(1, len(PEOPLE) + 1)
SAT = [number for number in NUMBERS if number != ABSENT]


@pytest.fixture
def thirty(desk: Desk) -> Thirty:
    """The day after the exam; nothing has arrived."""
    return open_thirty(desk)


class Office:
    """The people of headquarters at its pages, and the public at the others."""

    def __init__(self, thirty: Thirty) -> None:
        self.thirty, self.hq = thirty, thirty.desk.hq
        self.app: Flask = create_app(thirty.desk.hq)

    def person(self, name: str) -> Staff:
        """Somebody who has just signed in."""
        return Staff(self.app.test_client(), self.thirty.desk, name)

    def key(self, number: int) -> AttemptKey:
        return AttemptKey(CODE, self.thirty.attempt(number))

    def result(self, number: int) -> Any:
        """The result of a candidate as it is now."""
        return self.hq.results.get(self.key(number))

    def digests(self, numbers: Iterable[int] = SAT) -> Mapping[int, str]:
        """The digests of the newest sheets."""
        return {one: self.hq.results.versions(self.key(one))[0].sheet.digest for one in numbers}


def test_one_sitting_from_intake_to_certificates(thirty: Thirty) -> None:
    office = Office(thirty)
    results_arrive(office)
    written_answers_are_marked_twice(office)
    incidents_are_judged(office)
    before = office.digests()
    a_result_is_voided_by_two_people(office)
    an_appeal_restores_it(office)
    assert office.digests() == before
    a_changed_key_raises_whoever_answered_by_it(office)
    results_are_released_on_their_day(office)
    candidates_look_their_results_up(office)
    everything_can_be_computed_and_proved_again(office)


def results_arrive(office: Office) -> None:
    """All bundles come over the network; one comes twice, because its receipt was lost."""
    thirty, client = office.thirty, office.app.test_client()
    assert [office.hq.results.count(), len(office.hq.results.newest(thirty.sitting))] == [0, 0]
    for number in NUMBERS:
        sealed = thirty.sealed(number)
        for _ in range(2 if number == 7 else 1):
            reply = thirty.desk.signed(
                client, "PUT", f"/sync/v1/bundles/{sealed.id}", sealed.data
            )
            assert reply.status_code == 200, reply.text
    assert office.hq.results.count() == len(PEOPLE)
    assert office.result(ABSENT).status == "absent"
    assert {office.result(number).status for number in SAT} == {"waiting_for_marks"}


def written_answers_are_marked_twice(office: Office) -> None:
    """Every answer is marked blind by two; where they differ too much, a third decides."""
    office.thirty.on(3)
    for paper in (JUNIOR, SENIOR):
        plan = open_marking(office, paper)
        for marker in MARKERS[:2]:
            mark_everything(office, plan, marker)
        if paper == SENIOR:
            essay = office.result(DISPUTED)
            assert essay.status == "waiting_for_marks"
            lead = office.person(LEAD)
            assert lead.get(f"/marking/plans/{plan}/answers?stage=third").text.count("<tr>") == 2
            lead.told(f"/marking/plans/{plan}/markers", username=MARKERS[2])
            assert mark_everything(office, plan, MARKERS[2]) == 1
    assert {office.result(number).status for number in SAT} == {"complete"}
    for number in SAT:
        assert Decimal(office.result(number).total or 0) == office.thirty.points(number), number


def open_marking(office: Office, paper: str) -> str:
    """Open the marking of a paper, every answer twice, for the first two markers."""
    lead = office.person(LEAD)
    rules = PlanSettings(double_percent=100, control_percent=0, threshold=Decimal(2))
    form = {name: str(value) for name, value in rules.model_dump().items()}
    opened = lead.post(f"/marking/open/{office.thirty.sitting}/{paper}", **form)
    found = re.search(r"/marking/plans/(\w+)/answers", lead.waited(opened.headers["Location"]))
    assert found is not None
    for marker in MARKERS[:2]:
        lead.told(f"/marking/plans/{found[1]}/markers", username=marker)
    return found[1]


def mark_everything(office: Office, plan: str, who: str) -> int:
    """Mark until nothing is left; return how many."""
    marker, done = office.person(who), 0
    while True:
        reply = marker.post(f"/marking/{plan}/next", item="all")
        answer = reply.get_json()["answer"]
        if answer is None:
            return done
        points = [str(one) for one in judged(office, plan, answer, who)]
        given = marker.post(f"/marking/leases/{answer['lease']}", points=points)
        assert given.status_code == 200, given.text
        done += 1


def judged(office: Office, plan: str, answer: Mapping[str, Any], who: str) -> Sequence[Decimal]:
    """The points a marker gives by what the answer says; one marker overlooks a list."""
    text = flat(answer["nodes"])
    for person in PEOPLE:
        assert person.name not in text
        assert person.admission_no not in text
    found = re.search(r"要点(\d+)/10", text)
    assert found is not None
    items = office.hq.marking.plans.items(plan)
    item = next(one for one in items if one.item_id == answer["item_id"])
    left, given = marked(item.points, int(found[1])), list[Decimal]()
    if who == MARKERS[1] and NO_LIST in text:
        left -= Decimal(4)
    for criterion in item.criteria:
        given.append(min(left, criterion.most))
        left -= given[-1]
    return given


def flat(nodes: Sequence[Mapping[str, Any]]) -> str:
    """The text of an answer as a marker reads it."""

    def texts(nodes: Sequence[Mapping[str, Any]]) -> Iterator[str]:
        for node in nodes:
            yield node["text"] if "text" in node else flat(node["nodes"])

    return "".join(texts(nodes))


def incidents_are_judged(office: Office) -> None:
    """False alarms of one room are settled together; a phone is found by two people."""
    office.thirty.on(5)
    reviewer, where = office.person(REVIEWER), {"sitting": office.thirty.sitting, "rule": "talking"}
    reviewer.waited(reviewer.post("/review/collect").headers["Location"])
    checks = office.hq.release.acts.checks(office.thirty.sitting, SKILLS)
    assert next(one.count for one in checks if one.code == "reviews") == 1 + len(TALKED)
    alarms = {one: office.hq.review.incidents.of_attempt(*office.key(one)) for one in TALKED}
    numbers = [str(incident.number) for (incident,) in alarms.values()]
    told = reviewer.told(
        "/review/together", **where, number=numbers, reason="overloaded_room", text="走廊有人说话"
    )
    assert f"{len(TALKED)} incidents were settled together." in told
    (phone,) = office.hq.review.incidents.of_attempt(*office.key(VOIDED))
    for who, seen in ((REVIEWER, "0"), (LEAD, "1")):
        judge = office.person(who)
        judge.told(f"/review/incidents/{phone.number}", reason="device_used", seen=seen)
    assert office.hq.review.incidents.get(phone.number).state == "settled"


def a_result_is_voided_by_two_people(office: Office) -> None:
    """The candidate is heard; one person proposes, another decides; the letter is delivered."""
    reviewer = office.person(REVIEWER)
    (phone,) = office.hq.review.incidents.of_attempt(*office.key(VOIDED))
    reviewer.told(
        "/cases", centre=CODE, attempt=office.thirty.attempt(VOIDED), origin="incidents",
        text="考试期间使用手机", incident=str(phone.number),
    )  # fmt: skip
    case = case_of(office)
    reviewer.told(f"{case}/notify", text="邮寄通知")
    reviewer.told(f"{case}/statement", text="手机是监考人员让我拿着的")
    reviewer.told(f"{case}/propose", outcome="result_void", reason="device_used", text="画面清晰")
    alone = reviewer.post(f"{case}/decide", seen=acts(office))
    assert (alone.status_code, office.result(VOIDED).status) == (403, "complete")
    lead = office.person(LEAD)
    lead.told(f"{case}/decide", seen=acts(office))
    assert (office.result(VOIDED).status, office.result(VOIDED).passed) == ("void", False)
    lead.told(f"{case}/letter", kind="decision")
    assert "An appeal is possible until" in lead.told(f"{case}/deliver", text="当面送达")


def an_appeal_restores_it(office: Office) -> None:
    """Two who have not decided before hear the appeal."""
    office.thirty.on(15)
    case, lead = case_of(office), office.person(LEAD)
    lead.told(f"{case}/appeal", text="监考人员可以作证")
    again = lead.post(f"{case}/propose-appeal", appeal="restored", text="我错了")
    assert again.status_code in (403, 409, 422)
    second = office.person(SECOND)
    second.told(f"{case}/propose-appeal", appeal="restored", text="监考人员证实")
    closed = office.person(THIRD).told(f"{case}/decide", seen=acts(office))
    assert "result restored" in closed
    assert office.result(VOIDED).status == "complete"


def case_of(office: Office) -> str:
    """The address of the only case."""
    (case,) = office.hq.review.cases.of_attempt(office.key(VOIDED))
    return f"/cases/{case.id}"


def acts(office: Office) -> str:
    """How many steps the page of the case shows."""
    (case,) = office.hq.review.cases.of_attempt(office.key(VOIDED))
    return str(len(office.hq.review.cases.acts(case.id)))


def a_changed_key_raises_whoever_answered_by_it(office: Office) -> None:
    """A candidate objects; author and adjudicator accept another option; results follow."""
    office.thirty.on(20)
    thirty, item = office.thirty, office.thirty.contested
    author, lead = office.person(AUTHOR), office.person(LEAD)
    author.told(
        "/challenges", programme=SKILLS, sitting=thirty.sitting, item=item.id, source="candidate",
        text="另一选项同样成立", sender=PEOPLE[LIFTED - 1].admission_no,
    )  # fmt: skip
    assert (office.result(LIFTED).total, office.result(LIFTED).passed) == ("59.0", False)
    place = f"/programmes/{SKILLS}/items/{item.id}/ruling"
    author.told(
        place, kind="also_accept", key=thirty.other_option(item), sitting=thirty.sitting,
        reason="教材两处说法不同",
    )  # fmt: skip
    (ruling,) = office.hq.rulings.list(SKILLS)
    address, before = f"/rulings/{ruling.ruling.id}", office.digests()
    raised = [one for one in SAT if thirty.points(one, key_changed=True) > thirty.points(one)]
    shown = lead.waited(lead.post(f"{address}/effect").headers["Location"])
    assert re.search(rf"<b>{len(raised)}</b>[^<]*get more points", shown), shown
    assert office.digests() == before
    assert author.post(f"{address}/decide", decision="approve").status_code == 403
    lead.waited(lead.post(f"{address}/decide", decision="approve").headers["Location"])
    assert [one for one in SAT if office.digests()[one] != before[one]] == raised
    for number in SAT:
        total = thirty.points(number, key_changed=True)
        assert Decimal(office.result(number).total or 0) == total, number
    assert (office.result(LIFTED).total, office.result(LIFTED).passed) == ("60.0", True)
    lead.told("/challenges/1", decision="accept", answer="两个选项均给分")


def passed(office: Office) -> list[int]:
    """Who reaches the pass mark, added up without the product."""
    return [one for one in SAT if office.thirty.points(one, key_changed=True) >= 60]


def results_are_released_on_their_day(office: Office) -> None:
    """Refused the day before; on the day one publisher proposes and another confirms."""
    address = f"/sittings/{office.thirty.sitting}/release/{SKILLS}"
    office.thirty.on(29)
    early = office.person(PUBLISHERS[0]).post(address, kind="release")
    assert (early.status_code, str(office.thirty.published) in early.text) == (409, True)
    assert look_up(office, 1)[0] == 404
    office.thirty.on(30)
    first, second = (office.person(name) for name in PUBLISHERS)
    assert "Someone else must confirm it" in first.told(address, kind="release")
    (act,) = office.hq.release.acts.list(office.thirty.sitting)
    assert first.post(f"{address}/acts/{act.id}", decision="confirm").status_code == 403
    told = second.told(f"{address}/acts/{act.id}", decision="confirm")
    assert f"Published: {len(PEOPLE)} results." in told
    published = office.hq.release.publications.passed(office.thirty.sitting, SKILLS)
    assert sorted(one.key for one in published) == [office.key(one) for one in passed(office)]
    assert not set(FAILED) & set(passed(office))


def candidates_look_their_results_up(office: Office) -> None:
    """Everybody finds the own result with name, document and admission number, nobody another's."""
    for number in (LIFTED, VOIDED, DISPUTED, FAILED[0], ABSENT):
        status, page = look_up(office, number)
        assert status == 200
        if number != ABSENT:
            assert office.result(number).total in page
        assert (">passed<" in page) is (number in passed(office)), page
    assert look_up(office, 1, identity_no=PEOPLE[1].identity_no)[0] == 404


def look_up(office: Office, number: int, **other: str) -> tuple[int, str]:
    """What the public page answers to a candidate's own data."""
    client, person = office.app.test_client(), PEOPLE[number - 1]
    found = re.search(r'name="csrf" value="([^"]+)"', client.get("/look-up?lang=en").text)
    assert found is not None
    typed = {
        "name": person.name, "identity_no": person.identity_no,
        "admission_no": person.admission_no, **other,
    }  # fmt: skip
    reply = client.post("/look-up", data={"csrf": found[1], **typed})
    return reply.status_code, reply.text


def everything_can_be_computed_and_proved_again(office: Office) -> None:
    """The same bytes come out of the stored bundles; every act stands in a whole audit log."""
    before = office.digests(NUMBERS)
    assert office.hq.recomputation.check() == []
    assert office.hq.recomputation.recompute_all("command-line:test") == 0
    assert office.digests(NUMBERS) == before
    assert office.hq.audit_log.verify().whole
    page = office.person(AUDITOR).get("/audit-log").text
    for person in PEOPLE:
        assert person.name not in page
        assert person.identity_no not in page

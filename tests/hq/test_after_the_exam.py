"""After the exam, the whole way once, as an office goes it: from intake to certificates."""

import re
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path

import pytest

from kiosk.system import entropy
from sync.hq.certificates import signing
from sync.hq.certificates.verification import judge_offline
from tests.hq.desk import CODE, Desk
from tests.hq.office import (
    NUMBERS,
    SAT,
    Office,
    acts,
    case_of,
    certificates,
    collect_incidents,
    look_up,
    mark_everything,
    open_marking,
    passed,
    scanned,
    settle_alarms,
    signed_by,
)
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
    open_thirty,
)

ESSAYS = 2
"""Essays of the senior paper."""


@pytest.fixture
def thirty(desk: Desk) -> Thirty:
    """The day after the exam; nothing has arrived."""
    return open_thirty(desk)


def test_one_sitting_from_intake_to_certificates(thirty: Thirty, tmp_path: Path) -> None:
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
    certificates_are_issued_on_their_day(office)
    anybody_verifies_a_certificate_offline(office)
    another_tool_finds_the_signature_valid(office, tmp_path)
    employers_verify_it_on_the_page(office)
    everything_can_be_computed_and_proved_again(office)


def results_arrive(office: Office) -> None:
    """All bundles come over the network; one comes twice, because its receipt was lost."""
    thirty, client = office.thirty, office.app.test_client()
    assert [office.hq.results.count(), len(office.hq.results.newest(thirty.sitting))] == [0, 0]
    for number in NUMBERS:
        sealed = thirty.sealed(number)
        for _ in range(2 if number == 7 else 1):
            reply = thirty.desk.signed(client, "PUT", f"/sync/v1/bundles/{sealed.id}", sealed.data)
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
            assert office.result(DISPUTED).status == "waiting_for_marks"
            lead = office.person(LEAD)
            waiting = lead.get(f"/marking/plans/{plan}/answers?stage=third").text
            assert waiting.count("<tr>") == 1 + ESSAYS
            lead.told(f"/marking/plans/{plan}/markers", username=MARKERS[2])
            assert mark_everything(office, plan, MARKERS[2]) == ESSAYS
    assert {office.result(number).status for number in SAT} == {"complete"}
    for number in SAT:
        assert Decimal(office.result(number).total or 0) == office.thirty.points(number), number


def incidents_are_judged(office: Office) -> None:
    """False alarms of one room are settled together; a phone is found by two people."""
    office.thirty.on(5)
    collect_incidents(office)
    checks = office.hq.release.acts.checks(office.thirty.sitting, SKILLS)
    assert next(one.count for one in checks if one.code == "reviews") == 1 + len(TALKED)
    assert f"{len(TALKED)} incidents were settled together." in settle_alarms(office)
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


def certificates_are_issued_on_their_day(office: Office) -> None:
    """Refused the day before; on the day one publisher proposes and another approves."""
    folder = office.hq.certificates.sources.keys_folder
    signing.create(folder, "发证机构", office.thirty.desk.clock.now(), entropy)
    form = {"sitting": office.thirty.sitting, "programme": SKILLS}
    office.thirty.on(59)
    early = office.person(PUBLISHERS[0]).post("/certificates/orders", **form)
    assert (early.status_code, str(office.thirty.certified) in early.text) == (403, True)
    office.thirty.on(60)
    first, second = (office.person(name) for name in PUBLISHERS)
    order = first.post("/certificates/orders", **form).headers["Location"]
    assert first.post(f"{order}/approval").status_code == 403
    done = second.waited(second.post(f"{order}/approval").headers["Location"])
    assert f"{len(passed(office))} PDFs were made and signed" in done
    assert sorted(certificates(office)) == sorted(PEOPLE[one - 1].name for one in passed(office))


def anybody_verifies_a_certificate_offline(office: Office) -> None:
    """The QR code on the page, read by a scanner, and the public keys are all that it needs."""
    keys = office.hq.certificates.sources.jwks
    for number in (LIFTED, VOIDED, DISPUTED):
        view = certificates(office)[PEOPLE[number - 1].name]
        pdf = office.person(PUBLISHERS[0]).get(f"/certificates/{view.number}/file.pdf").data
        text = scanned(pdf)
        verdict = judge_offline(text, keys, office.thirty.certified)
        assert verdict.state == "valid"
        assert verdict.statement is not None
        assert (verdict.statement.name, verdict.statement.number) == (view.name, view.number)
        head, body, signature = text.split(".")
        assert signed_by(text, keys[0])
        assert not signed_by(f"{head}.{body[:-4]}AAAA.{signature}", keys[0])


def another_tool_finds_the_signature_valid(office: Office, folder: Path) -> None:
    """Poppler's pdfsig shares nothing with what signs."""
    if shutil.which("pdfsig") is None:
        pytest.fail("install poppler-utils")
    number = certificates(office)[PEOPLE[VOIDED - 1].name].number
    path = folder / "certificate.pdf"
    path.write_bytes(office.hq.certificates.register.pdf(number))
    command = ["pdfsig", "-nocert", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "Signature is Valid." in done.stdout
    assert "Total document signed" in done.stdout


def employers_verify_it_on_the_page(office: Office) -> None:
    """The page needs no session and says whose certificate it is."""
    client, view = office.app.test_client(), certificates(office)[PEOPLE[LIFTED - 1].name]
    page = client.post("/verify?lang=en", data={"statement": view.statement}).text
    assert 'data-state="valid"' in page
    assert view.name in page
    unknown = {"number": view.number, "name": PEOPLE[0].name}
    assert 'data-state="valid"' not in client.post("/verify?lang=en", data=unknown).text


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

"""Centres at the console: requests are decided by people, and what has not arrived is told."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from kiosk.system import entropy
from sync.hq.errors import RequestDeclined
from sync.hq.web.messages import MESSAGES
from sync.hq.web.replies import STATUS
from sync.wire.errors import BadSignature
from sync.wire.sealing.certificate import make_request
from sync.wire.sealing.keys import KeyPair
from tests.hq.desk import BY, CODE, NOW, OTHER, Desk
from tests.hq.reports import chain, take_event_log, tell
from tests.hq.web.test_console import Staff


@pytest.fixture
def staff(desk: Desk, client: FlaskClient) -> Staff:
    return Staff(client, desk)


def ask(desk: Desk, code: str, name: str = "上海考点") -> KeyPair:
    """A centre asks by network to be enrolled, with new keys."""
    keys = KeyPair.generate(entropy)
    desk.hq.enrolment.ask(make_request(code, name, keys, NOW), "192.0.2.7")
    return keys


def address(keys: KeyPair, act: str) -> str:
    """Where a request is decided."""
    return f"/centres/requests/{keys.public.key_id}/{act}"


def test_a_request_is_shown_with_its_fingerprint_and_where_it_came_from(staff: Staff) -> None:
    keys = ask(staff.desk, OTHER)
    page = staff.get("/centres").text
    assert "".join(f"<span>{one}</span> " for one in keys.public.fingerprint.split()) in page
    assert "from 192.0.2.7" in page
    assert "is already enrolled" not in page
    assert "wait for a decision: 1" in staff.get("/").text


def test_an_approved_centre_is_enrolled_and_finds_its_certificate(staff: Staff) -> None:
    keys = ask(staff.desk, OTHER)
    assert "is enrolled" in staff.told(address(keys, "approve"), compared="yes")
    assert staff.desk.hq.centres.keys(OTHER) == keys.public
    assert OTHER.encode() in staff.desk.hq.enrolment.answer(keys.public.key_id)
    assert staff.desk.hq.enrolment.pending() == []


def test_a_centre_is_given_its_place(staff: Staff) -> None:
    place = {"address": "海淀区 5 号", "directions": "东门，3 楼"}
    assert "海淀区 5 号" in staff.told(f"/centres/{CODE}/place", **place)
    (centre,) = staff.desk.hq.centres.list()
    assert (centre.address, centre.directions) == ("海淀区 5 号", "东门，3 楼")
    assert staff.post("/centres/XX/place", **place).status_code == 404


def test_nobody_is_enrolled_before_the_fingerprint_was_compared(staff: Staff) -> None:
    keys = ask(staff.desk, OTHER)
    reply = staff.post(address(keys, "approve"))
    assert reply.status_code == 422
    assert "Compare the fingerprint" in reply.text
    assert not staff.desk.hq.centres.enrolled(OTHER)


@pytest.mark.parametrize("revoked", [False, True])
def test_approving_replaces_keys_and_may_disown_the_old_ones(staff: Staff, revoked: bool) -> None:
    desk = staff.desk
    keys = ask(desk, CODE)
    assert f"Centre {CODE} is already enrolled" in staff.get("/centres").text
    old = desk.bundle({})
    tick = {"revoke_old": "yes"} if revoked else {}
    staff.told(address(keys, "approve"), compared="yes", **tick)
    assert desk.hq.centres.keys(CODE) == keys.public
    if revoked:
        with pytest.raises(BadSignature):
            desk.hq.intake.accept("result", CODE, old.id, old.data)
    else:
        assert desk.hq.intake.accept("result", CODE, old.id, old.data)


def test_a_centre_reads_why_it_was_declined(staff: Staff) -> None:
    keys = ask(staff.desk, OTHER)
    assert "declined" in staff.told(address(keys, "decline"), reason="unknown building")
    with pytest.raises(RequestDeclined, match="unknown building"):
        staff.desk.hq.enrolment.answer(keys.public.key_id)


def test_nobody_is_declined_without_a_reason(staff: Staff) -> None:
    keys = ask(staff.desk, OTHER)
    assert staff.post(address(keys, "decline"), reason="  ").status_code == 422
    assert len(staff.desk.hq.enrolment.pending()) == 1


@pytest.mark.parametrize("act", ["approve", "decline"])
def test_a_request_is_decided_by_nobody_else(staff: Staff, client: FlaskClient, act: str) -> None:
    keys = ask(staff.desk, OTHER)
    form = {"compared": "yes", "reason": "no"}
    forged = {**form, "csrf": "wrong"}
    assert client.post(address(keys, act), data=forged).status_code == 403
    client.delete_cookie("hq_session")
    assert client.post(address(keys, act), data=form).headers["Location"].endswith("/sign-in")
    assert len(staff.desk.hq.enrolment.pending()) == 1


def test_a_request_is_decided_once(staff: Staff) -> None:
    keys = ask(staff.desk, OTHER)
    staff.told(address(keys, "decline"), reason="no")
    assert staff.post(address(keys, "approve"), compared="yes").status_code == 404


def test_what_a_stranger_calls_himself_is_escaped(staff: Staff) -> None:
    ask(staff.desk, OTHER, "<script>x</script>")
    page = staff.get("/centres").text
    assert "&lt;script&gt;x" in page
    assert "<script>x" not in page


def test_a_centre_that_never_called_says_so(staff: Staff) -> None:
    assert "never contacted" in staff.get("/centres").text


def test_what_has_not_arrived_is_told_by_kind(staff: Staff) -> None:
    tell(staff.desk, results=3, pictures=12, offset=75.0)
    page = staff.get("/centres").text
    assert "3 results, 12 pictures" in page
    assert "0 of 12" in page
    assert "clock 75 s behind" in page
    assert "everything is here" not in page
    assert "exam-kiosk 1.0" in page


def test_everything_is_said_to_be_here_only_when_nothing_is_missing(staff: Staff) -> None:
    tell(staff.desk)
    assert "everything is here" in staff.get("/centres").text


def test_a_centre_that_was_restored_says_so(staff: Staff) -> None:
    tell(staff.desk, contact=5)
    tell(staff.desk, contact=3)
    assert "was restored from a backup (epoch 2)" in staff.get("/centres").text


@pytest.mark.parametrize(
    ("days", "words"), [(-10, "has ended"), (59, "ends in 58 days"), (61, None)]
)
def test_the_end_of_a_certificate_is_told_in_time(
    staff: Staff, days: int, words: str | None
) -> None:
    desk = staff.desk
    end = desk.hq.centres.list()[0].not_after
    desk.clock.wall = end - timedelta(days=days) + timedelta(hours=1)
    page = Staff(staff.client, desk).get("/centres").text
    assert (words or "until") in page
    assert words is not None or "ends in" not in page


def test_gaps_alterations_and_restores_are_told_in_words(staff: Staff) -> None:
    desk = staff.desk
    whole = chain(desk.sitting, 1, 20)
    take_event_log(desk, whole[:5])
    take_event_log(desk, whole[8:12])
    altered = [*whole[13:15], whole[15].model_copy(update={"who": "staff:x"}), *whole[16:18]]
    take_event_log(desk, altered)
    page = staff.get("/centres").text
    assert "Events 6 to 8 are missing." in page
    assert "Event 13 is missing." in page
    assert "Event 16 was altered." in page
    assert "No problems" not in page


def test_another_course_of_events_is_a_restored_backup(staff: Staff) -> None:
    desk = staff.desk
    whole = chain(desk.sitting, 1, 6)
    take_event_log(desk, whole)
    other = chain("another", 4, 5, whole[2].hash)
    take_event_log(desk, other)
    assert "From event 4 on there is a second chain of events" in staff.get("/centres").text


def test_without_event_logs_nothing_is_amiss(staff: Staff) -> None:
    assert "No problems" in staff.get("/centres").text


def test_the_page_is_chinese_too(staff: Staff) -> None:
    ask(staff.desk, CODE)
    tell(staff.desk, results=3, pictures=12)
    take_event_log(staff.desk, chain(staff.desk.sitting, 3, 4, "0" * 64))
    staff.client.set_cookie("hq_lang", "zh")
    page = staff.client.get("/centres").text
    for words in ("待处理的申请", "3 份成绩、12 张图像", "缺少第 1 至 2 条事件。", "更换密钥"):
        assert words in page


def test_a_file_is_still_reviewed_and_enrolled(staff: Staff) -> None:
    keys = KeyPair.generate(entropy)
    text = make_request(OTHER, "上海考点", keys, NOW).decode()
    reply = staff.post("/centres", request=text)
    assert reply.headers["Content-Disposition"].endswith(f"{OTHER}.certificate.json")
    assert staff.get(f"/centres/{OTHER}/certificate").data == reply.data
    assert staff.desk.hq.audit_log.newest(1)[0].who != BY


def test_what_headquarters_refuses_has_a_sentence_of_its_own() -> None:
    for_machines_only = {
        *("hq_token_refused", "hq_token_expired", "hq_scope_missing", "hq_not_signed_in"),
        *("hq_cursor_ahead", "hq_format_unknown", "hq_picture_missing"),
    }
    refused = {code for code in STATUS if code.startswith("hq_")} - for_machines_only
    assert refused - set(MESSAGES) == set()


def test_centres_are_a_tree_of_provinces_and_cities(staff: Staff) -> None:
    branches = staff.desk.hq.branches
    branches.set(CODE, "北京/海淀", BY)
    for code, branch in (("BJ02", "北京/朝阳"), ("SH01", "上海"), ("XX01", "")):
        staff.desk.enrol(code, KeyPair.generate(entropy))
        branches.set(code, branch, BY)
    page = staff.get("/centres").text
    found = re.findall(
        r'class="branch-(\d)">([^<]*) <span class="quiet">(\d+)<|<b>(\w\w\d\d)<', page
    )
    assert [tuple(filter(None, one)) for one in found] == [
        ("0", "上海", "1"),
        ("SH01",),
        ("0", "北京", "2"),
        ("1", "朝阳", "1"),
        ("BJ02",),
        ("1", "海淀", "1"),
        ("BJ01",),
        ("0", "no branch", "1"),
        ("XX01",),
    ]
    found = staff.get("/centres?words=朝阳").text
    assert ("<b>BJ02</b>" in found, "<b>BJ01</b>" in found) == (True, False)
    assert "No centre matches." in staff.get("/centres?words=%00nowhere").text


def test_many_centres_have_pages(staff: Staff) -> None:
    for number in range(60):
        staff.desk.enrol(f"GD{number:02d}", KeyPair.generate(entropy))
    first, last = staff.get("/centres").text, staff.get("/centres?page=99").text
    assert first.count('<th scope="row">') == 50
    assert last.count('<th scope="row">') == 61 - 50
    assert "1 / 2" in first
    assert "2 / 2" in last

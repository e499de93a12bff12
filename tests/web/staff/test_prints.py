"""The printed set: what stands on each sheet, who may print it, and what is recorded of it."""

import hashlib
import io
from functools import partial
from pathlib import Path

import pytest
from flask import Flask
from pypdf import PdfReader

from kiosk.exam.attempt.states import EndReason
from kiosk.hall.rights import INVIGILATOR
from kiosk.hall.services import CentreServices
from kiosk.hall.views.event_log import EventLogWish
from kiosk.hall.views.prints import PrintKind
from kiosk.printing import fonts
from kiosk.store.exam import incidents
from kiosk.store.exam.incidents import EvidenceRow, Incident
from kiosk.vision.samples import sample_frame
from kiosk.web.prints.making import compose
from tests.centres import PASSWORD, ManualClock, Site, candidates, sat, seated
from tests.web.browser import Browser, Desk
from tests.web.conftest import SITTING

PRINT = f"/staff/sittings/{SITTING}/print"
BY = "staff:chief"
KINDS = [kind.value for kind in PrintKind]
TWO_ROOMS = (("1", "一号机房"), ("2", "二号机房"))


def words(pdf: bytes) -> list[str]:
    """The text of each page, without blanks."""
    texts = (page.extract_text().replace("\0", "") for page in PdfReader(io.BytesIO(pdf)).pages)
    return ["".join(text.split()) for text in texts]


def sheets(desk: Desk, kind: str, query: str = "") -> list[str]:
    """The text of each page of a document."""
    reply = desk.get(f"{PRINT}/{kind}.pdf{query}")
    assert reply.status_code == 200, reply.text
    assert reply.mimetype == "application/pdf"
    return words(reply.data)


def said(hall: CentreServices, kind: str, rooms: frozenset[str] = frozenset()) -> str:
    """What a document says, without blanks; not typeset, which takes a second."""
    texts = compose(hall.prints, SITTING, PrintKind(kind), BY, rooms).texts()
    return "".join("".join(texts).split())


def printed(hall: CentreServices) -> list[dict[str, object]]:
    """What the event log says of prints, newest first."""
    page = hall.event_log.page(SITTING, EventLogWish())
    return [{**event.data, "who": event.who} for event in page.events if event.kind == "printed"]


def close(hall: CentreServices) -> None:
    view = hall.closing.view(SITTING)
    hall.closing.close(SITTING, view.mark, view.writing, "for this test", BY)


@pytest.fixture
def rooms(hall: CentreServices, site: Site) -> str:
    """A sitting with a candidate in each of two rooms."""
    package = site.package(
        papers=(sat("a"),), rooms=TWO_ROOMS, roster=seated(("1", "a"), ("2", "a"))
    )
    return hall.sittings.import_package(package.data, BY).id


@pytest.fixture
def li(app: Flask, hall: CentreServices, rooms: str) -> Desk:
    """An invigilator who is assigned to room 2."""
    hall.accounts.add("li", PASSWORD, INVIGILATOR, BY)
    hall.accounts.set_rooms("li", {"2"}, BY)
    desk = Desk(app.test_client())
    desk.post("/staff/api/sign-in", {"username": "li", "password": PASSWORD})
    return desk


def test_the_door_list_says_who_sits_where_and_shortens_numbers(desk: Desk, sitting: str) -> None:
    (sheet,) = sheets(desk, "door_list")
    for text in (
        "考场门贴",
        "第一考场",
        "2026年4月25日星期六14:30",
        "A01考生10001",
        "A03考生30003",
    ):
        assert text in sheet
    assert "2026T0001" not in sheet


def test_desk_labels_have_portraits_where_there_are_some(desk: Desk, sitting: str) -> None:
    reply = desk.get(f"{PRINT}/desk_labels.pdf")
    (page,), (sheet,) = PdfReader(io.BytesIO(reply.data)).pages, words(reply.data)
    assert "A02考生22026T0002第一考场" in sheet
    assert sheet.count("无照片") == 1
    assert len(page.images) == 2
    assert all(max(image.image.size) <= 276 for image in page.images if image.image)


def test_a_damaged_portrait_leaves_an_empty_frame(
    hall: CentreServices, site: Site, desk: Desk
) -> None:
    person = candidates(1)[0].model_copy(update={"portrait_jpeg_b64": "bm8gSlBFRw=="})
    hall.sittings.import_package(site.package(roster=(person,)).data, BY)
    assert "无照片" in sheets(desk, "desk_labels")[0]


def test_the_sign_in_sheet_has_a_column_for_signatures(
    hall: CentreServices, request_context: None, sitting: str
) -> None:
    sheet = said(hall, "sign_in_sheet")
    for text in ("考生签到表", "考生签名", "签到时间", "A01考生12026T0001", "监考员二"):
        assert text in sheet


def test_absentees_are_those_who_never_signed_in(
    hall: CentreServices, request_context: None, answering: Browser
) -> None:
    sheet = said(hall, "absentees")
    assert "应到Expected3实到Present1缺考Absent2" in sheet
    assert "考生2" in sheet
    assert "考生12026" not in sheet
    assert "本场次尚未结束" in sheet
    close(hall)
    sheet = said(hall, "absentees")
    assert "缺考Absent2" in sheet
    assert "本场次尚未结束" not in sheet


def test_who_came_and_was_not_admitted_is_not_absent(
    hall: CentreServices, request_context: None, seated: Browser
) -> None:
    hall.attendance.end(seated.attempt_id, EndReason.NOT_ADMITTED, "no document", BY)
    sheet = said(hall, "absentees")
    assert "缺考Absent2" in sheet
    assert "到场但未参加考试" in sheet
    assert sheet.index("考生12026T0001") > sheet.index("到场但未参加考试")


def test_the_room_record_has_times_counts_lines_and_two_signatures(
    hall: CentreServices, request_context: None, answering: Browser, clock: ManualClock
) -> None:
    hall.proctoring.mark(answering.attempt_id, "talking", "与邻座交谈", BY)
    clock.pass_time(600)
    sheet = said(hall, "room_record")
    for text in (
        *("考场情况记录单", "计划开考", "2026年4月25日星期六14:30", "计划结束", "16:30"),
        *("实际开考", "星期六14:00", "应到Expected3", "实到Present1", "缺考Absent2"),
        *("异常情况Incidents1", "交谈1"),
    ):
        assert text in sheet
    whole = said(hall, "room_record")
    assert "其他情况记录" in whole
    assert "监考员一" in whole
    assert "监考员二" in whole


def test_the_room_record_lists_toilet_breaks_with_escort_times_and_minutes(
    hall: CentreServices, request_context: None, answering: Browser, clock: ManualClock
) -> None:
    assert "陪同人员" not in said(hall, "room_record")
    hall.breaks.begin(answering.attempt_id, "王芳", "", BY)
    clock.pass_time(90)
    assert "未结束" in said(hall, "room_record")
    hall.breaks.end(answering.attempt_id, False, BY)
    sheet = said(hall, "room_record")
    for text in ("如厕离场Toiletbreaks1", "陪同人员", "王芳", "14:00:00", "14:01:30", "1.5"):
        assert text in sheet


def test_the_incident_report_tells_times_in_words_and_what_staff_noted(
    hall: CentreServices, request_context: None, answering: Browser
) -> None:
    assert "无异常情况。" in said(hall, "incident_report")
    hall.proctoring.mark(answering.attempt_id, "talking", "与邻座交谈", BY)
    sheet = said(hall, "incident_report")
    for text in ("考生12026T0001", "交谈", "4月25日14:00:00", "chief", "与邻座交谈"):
        assert text in sheet


def test_the_incident_report_shows_the_pictures_that_are_kept(
    desk: Desk, hall: CentreServices, answering: Browser, clock: ManualClock
) -> None:
    context = hall.prints._context
    now = clock.now()
    incident = Incident("I1", answering.attempt_id, "phone", now, now, 0.9, 0.6)
    context.store.write(lambda db: incidents.open_incident(db, incident))
    frames = [sample_frame(0, number) for number in range(5)]
    names = [context.keep_sealed(SITTING, "pictures", jpeg) for jpeg in frames]
    for name in names:
        row = EvidenceRow(name, answering.attempt_id, "I1", "frame", now, 1)
        context.store.write(partial(incidents.add_evidence, row=row))
    context.folders.evidence.path(name).unlink()
    reply = desk.get(f"{PRINT}/incident_report.pdf")
    pages = PdfReader(io.BytesIO(reply.data)).pages
    assert sum(len(page.images) for page in pages) == 4
    assert "1.A01" in "".join(words(reply.data))


def test_the_hand_over_sheet_has_the_digest_of_each_sealed_file(
    hall: CentreServices, request_context: None, site: Site, answering: Browser
) -> None:
    assert "尚无已加密的文件" in said(hall, "handover")
    close(hall)
    hall.results.sweep()
    hall.event_logs.sweep()
    sheet = said(hall, "handover")
    files = [path for path in (site.data / "outbox").iterdir() if path.is_file()]
    assert len(files) >= 3
    for path in files:
        assert hashlib.sha256(path.read_bytes()).hexdigest() in sheet
        assert path.name in sheet
    assert "移交人" in sheet


@pytest.mark.parametrize("kind", KINDS)
def test_each_print_is_an_event_and_is_stored_nowhere(
    desk: Desk, hall: CentreServices, site: Site, sitting: str, kind: str
) -> None:
    before = files(site.data)
    reply = desk.get(f"{PRINT}/{kind}.pdf")
    assert reply.headers["Cache-Control"] == "no-store"
    assert reply.headers["Content-Disposition"].startswith("inline")
    assert printed(hall) == [{"document": kind, "who": BY}]
    assert files(site.data) == before
    log = desk.get(f"/staff/sittings/{SITTING}/event-log").text
    assert "打印文件" in log
    assert kind not in log.partition("<tbody>")[2]


def files(data: Path) -> set[str]:
    return {str(path) for path in data.rglob("*") if path.is_file()}


@pytest.mark.parametrize("kind", KINDS)
def test_no_document_of_a_room_names_another_one(
    hall: CentreServices, request_context: None, rooms: str, kind: str
) -> None:
    whole, own = said(hall, kind), said(hall, kind, frozenset({"2"}))
    assert "一号机房" not in own
    assert "考生1" not in own
    assert kind in ("handover", "misconduct_records") or ("一号机房" in whole and "二号机房" in own)


def test_an_invigilator_prints_the_own_room_only(li: Desk, hall: CentreServices) -> None:
    (sheet,) = sheets(li, "sign_in_sheet")
    assert "考生2" in sheet
    assert "考生1" not in sheet
    assert printed(hall) == [{"document": "sign_in_sheet", "rooms": ["2"], "who": "staff:li"}]
    for kind in KINDS:
        assert li.get(f"{PRINT}/{kind}.pdf?room=1").status_code == 403
    assert len(printed(hall)) == 1
    assert "一号机房" not in li.get(PRINT).text.partition("<table")[2]


def test_one_room_can_be_printed_alone(desk: Desk, rooms: str) -> None:
    (sheet,) = sheets(desk, "door_list", "?room=2")
    assert "二号机房" in sheet
    assert len(sheets(desk, "door_list")) == 2
    assert desk.get(f"{PRINT}/door_list.pdf?room=9").status_code == 404


@pytest.mark.parametrize("kind", KINDS)
def test_strangers_and_candidates_print_nothing(
    app: Flask, hall: CentreServices, seated: Browser, kind: str
) -> None:
    for client in (app.test_client(), seated.client):
        reply = client.get(f"{PRINT}/{kind}.pdf")
        assert (reply.status_code, reply.location) == (302, "/staff/sign-in")
        assert client.get(PRINT).status_code == 302
    assert printed(hall) == []


@pytest.mark.parametrize("path", [f"{PRINT}/nothing.pdf", "/staff/sittings/S9/print/handover.pdf"])
def test_what_does_not_exist_is_not_printed(desk: Desk, sitting: str, path: str) -> None:
    assert desk.get(path).status_code == 404


def test_the_page_says_what_each_is_for_and_when(desk: Desk, sitting: str) -> None:
    for language, words in (("zh", ("座位标签", "裁开后使用", "考前")), ("en", ("Desk labels",))):
        page = desk.get(f"{PRINT}?lang={language}").text
        assert all(word in page for word in words)
        assert all(f"{PRINT}/{kind}.pdf" in page for kind in KINDS)


def test_without_a_font_it_is_said_before_exam_day_and_names_the_package(
    desk: Desk, hall: CentreServices, sitting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fonts, "FONTS", ("/nowhere.ttf",))
    page = desk.get(PRINT).text
    assert "apt-get install fonts-noto-cjk" in page
    assert ".pdf" not in page
    assert "fonts-noto-cjk" in desk.get(f"/staff/sittings/{SITTING}/readiness").text
    reply = desk.get(f"{PRINT}/door_list.pdf")
    assert reply.status_code == 503
    assert "fonts-noto-cjk" in reply.text
    assert printed(hall) == []


def test_a_rare_character_is_reported_and_marked(
    hall: CentreServices, site: Site, desk: Desk
) -> None:
    person = candidates(1)[0].model_copy(update={"name": "李\U000323aa"})
    hall.sittings.import_package(site.package(roster=(person,)).data, BY)
    (sheet,) = sheets(desk, "door_list")
    assert "李〓" in sheet
    assert "U+323AA" in sheet
    for path in (PRINT, f"/staff/sittings/{SITTING}/readiness"):
        assert "李\U000323aa" in desk.get(path).text.partition("请手写补正")[0]

"""The console's pages of the review: who may call them, what they show, and the way of a case."""

import io

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import stream_encode_multipart

from sync.hq.core.roles import Grant, Role
from sync.hq.review.incident_list import IncidentFilter
from sync.hq.review.states import IncidentState
from sync.wire.delivery.result import BundleNotes
from tests.centres import PASSWORD
from tests.hq.desk import BY, CODE, NOW, Desk
from tests.hq.registration.test_scan_files import PDF
from tests.hq.review.board import (
    BREACH,
    FOURTH,
    READER,
    REVIEWER,
    SECOND,
    THIRD,
    Board,
    everything,
    incident,
)
from tests.hq.review.test_handed_pictures import PHONE, Stick
from tests.hq.review.test_handed_pictures import sat as brought_for
from tests.hq.web.test_console import Staff


@pytest.fixture
def board(desk: Desk) -> Board:
    """A board with an attempt that has three incidents, and another seat with one."""
    board = Board(desk)
    board.more_candidates(1)
    board.deliver(board.bundle([incident("phone"), incident("talking", 1), incident("covered", 2)]))
    board.deliver(board.bundle([incident("talking", 1)], seat=1))
    return board


def of_rule(board: Board, rule: str) -> list[int]:
    """The numbers of the incidents of a rule."""
    found = board.review.incidents.page(IncidentFilter(rule=rule), None, 50).incidents
    return [one.number for one in found]


@pytest.fixture
def staff(board: Board, client: FlaskClient) -> Staff:
    """The reviewer's browser."""
    return Staff(client, board.desk, REVIEWER)


def as_(staff: Staff, name: str) -> Staff:
    """The same browser, signed in as somebody else."""
    return Staff(staff.client, staff.desk, name)


def test_every_route_is_closed_to_accounts_without_a_role_of_the_review(
    board: Board, client: FlaskClient
) -> None:
    case = board.case(board.review.incidents.get(1).key)
    values = {
        "incident_no": 1, "centre_code": CODE, "attempt_id": "ATTEMPT1", "sha256": "a" * 64,
        "job_id": "J", "batch_id": "B", "case_id": case.id, "document_id": "D", "step": "notify",
    }  # fmt: skip
    board.desk.hq.accounts.create("clerk", PASSWORD, BY, [Grant(Role.REGISTRAR)])
    clerk, app = Staff(client, board.desk, "clerk"), client.application
    rules = [
        rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint.split(".")[0] in ("review", "review_bulk", "cases")
    ]
    assert len(rules) == 19
    for rule in rules:
        post = "POST" in (rule.methods or ())
        with app.test_request_context():
            address = app.url_map.bind("localhost").build(
                rule.endpoint, {name: values[name] for name in rule.arguments},
                method="POST" if post else "GET",
            )  # fmt: skip
        reply = clerk.post(address) if post else clerk.get(address)
        assert reply.status_code == 403, rule.endpoint
    assert len(board.review.cases.acts(case.id)) == 1


def test_the_supervising_body_reads_and_changes_nothing(board: Board, staff: Staff) -> None:
    reader = as_(staff, READER)
    assert "2026A0001" in reader.get("/review").text
    page = reader.get("/review/incidents/1").text
    assert 'id="judgement"' not in page
    assert reader.post("/review/incidents/1", reason="device_used").status_code == 403
    assert reader.post("/review/collect").status_code == 403
    reply = reader.post("/cases", centre=CODE, attempt="ATTEMPT1", origin="by_hand", text="x")
    assert reply.status_code == 403
    assert board.review.incidents.get(1).state is IncidentState.OPEN


def test_the_list_is_filtered_and_leads_from_one_incident_to_the_next(
    board: Board, staff: Staff
) -> None:
    page = staff.get("/review?rule=talking").text
    assert page.count("Talking</td>") == 2
    first, second = of_rule(board, "talking")
    shown = staff.get(f"/review/incidents/{first}?rule=talking").text
    following = f'href="/review/incidents/{second}?rule=talking"'
    assert f'id="next" aria-keyshortcuts="n" {following}' in shown
    reply = staff.post(f"/review/incidents/{first}?rule=talking", reason="seen_nothing", seen="0")
    assert reply.headers["Location"] == f"/review/incidents/{second}?rule=talking"
    last = staff.told(f"/review/incidents/{second}?rule=talking", reason="talked", seen="0")
    assert "Review of incidents" in last


@pytest.mark.parametrize(
    "query",
    ["hour=x&severity=9&state=nothing", "after=_&before=x", "severity=-1", "hour=0001-01-01T00:00",
     "after=2026-01-01T00:00:00%2B00:00_99999999999999999999"],
)  # fmt: skip
def test_a_list_with_strange_filters_is_still_a_list(staff: Staff, query: str) -> None:
    assert staff.get(f"/review?{query}").status_code == 200


def test_an_incident_shows_its_value_the_room_and_where_the_pictures_are(
    board: Board, staff: Staff
) -> None:
    taken = of_rule(board, "phone")[0]
    page = staff.get(f"/review/incidents/{taken}").text
    assert "threshold 0.6" in page
    assert "2 incidents of other seats" not in page
    assert "1 incidents of other seats" in page
    assert "No pictures belong to this incident." in page


def test_pictures_that_stayed_at_the_centre_say_until_when_and_what_to_do(
    desk: Desk, client: FlaskClient
) -> None:
    board = Board(desk)
    board.deliver(everything(board))
    staff = Staff(client, desk, REVIEWER)
    taken = of_rule(board, "phone")[0]
    page = staff.get(f"/review/incidents/{taken}").text
    assert "1 pictures are not here." in page
    assert "does not let pictures leave the centre" in page
    assert "They are at centre BJ01 until Oct 2" in page
    assert staff.get(f"/review/pictures/{CODE}/ATTEMPT1/{'a' * 64}").status_code == 404


def test_the_attempt_is_shown_with_log_timeline_and_a_form_for_a_case(
    board: Board, staff: Staff
) -> None:
    page = staff.get(f"/review/attempts/{CODE}/ATTEMPT1").text
    assert 'aria-label="The attempt minute by minute' in page
    assert page.count('name="incident"') == 3
    assert staff.get(f"/review/attempts/{CODE}/NONE").status_code == 404


def test_false_alarms_are_settled_together_and_taken_back(board: Board, staff: Staff) -> None:
    where = {"sitting": board.desk.sitting, "rule": "talking"}
    page = staff.get(f"/review/together?sitting={board.desk.sitting}&rule=talking").text
    assert page.count('name="number"') == 2
    taken = of_rule(board, "talking")
    said = staff.told(
        "/review/together", **where, number=[str(n) for n in taken], reason="overloaded_room",
        text="过载",
    )  # fmt: skip
    assert "2 incidents were settled together." in said
    batch = board.review.bulk.batches()[0]
    assert "2 incidents are open again." in staff.told(f"/review/together/{batch.id}/undo")


def test_a_case_goes_from_its_grounds_to_an_appeal_on_the_pages(board: Board, staff: Staff) -> None:
    taken = of_rule(board, "phone")[0]
    opened = staff.told(
        "/cases", centre=CODE, attempt="ATTEMPT1", origin="incidents", text="使用手机",
        incident=str(taken),
    )  # fmt: skip
    assert "was opened." in opened
    case = board.review.cases.of_attempt(board.review.incidents.get(taken).key)[0]
    here = f"/cases/{case.id}"
    assert staff.get(here).text.index("Notify the candidate") < staff.get(here).text.index(
        "Propose"
    )
    told = staff.told(f"{here}/notify", text="邮寄")
    assert "letter: notice before the decision" in told
    assert told.index("Statement of the candidate") < told.index("Notify the candidate again")
    statement = (io.BytesIO(PDF), "s.pdf")
    assert "The candidate was heard." in staff.told(f"{here}/statement", file=statement)
    proposed = staff.told(
        f"{here}/propose", outcome="ban", reason="device_used", months="3", unit="years",
        text="手机画面清晰",
    )  # fmt: skip
    assert "36 months" in proposed
    assert staff.post(f"{here}/decide", seen="4").status_code == 403
    second = as_(staff, SECOND)
    decided = second.told(f"{here}/decide", seen="4")
    assert "result void and ban" in decided
    assert "考生一" in second.get("/bans").text
    assert "letter: decision (PDF)" in second.told(f"{here}/letter", kind="decision")
    assert "An appeal is possible until" in second.told(f"{here}/deliver", text="当面送达")
    second.told(f"{here}/appeal", text="不服")
    third = as_(staff, THIRD)
    third.told(f"{here}/propose-appeal", appeal="restored", text="证据不足")
    closed = as_(staff, FOURTH).told(f"{here}/decide", seen="8")
    assert "result restored" in closed
    assert "Nobody is banned." in third.get("/bans").text
    assert "lifted" in third.get("/bans?all=1").text
    assert board.review.cases.get(case.id).state.value == "closed"


def test_a_document_is_text_that_does_nothing_or_a_download_and_each_look_is_recorded(
    board: Board, staff: Staff
) -> None:
    case = board.heard(board.review.incidents.get(1).key)
    text = board.review.documents.of_case(case.id)[0]
    reply = staff.get(f"/cases/{case.id}/documents/{text.id}")
    assert (reply.mimetype, reply.headers["Content-Security-Policy"]) == (
        "text/plain", "default-src 'none'; sandbox",
    )  # fmt: skip
    viewed = board.desk.hq.audit_log.newest(1)[0]
    assert (viewed.kind, viewed.who) == ("case_document_viewed", REVIEWER)
    assert staff.get(f"/cases/other/documents/{text.id}").status_code == 404


@pytest.mark.parametrize(
    ("step", "form"),
    [
        ("nothing", {}),
        ("propose", {"outcome": "hanging"}),
        ("propose", {"outcome": "ban", "reason": "device_used", "months": "9999", "text": "x"}),
        ("propose", {"outcome": "part_void", "reason": "talked", "part": "none", "text": "x"}),
        ("propose-appeal", {"appeal": "x"}),
        ("statement", {}),
        ("deliver", {"text": "x"}),
        ("letter", {"kind": "decision"}),
        ("letter", {"kind": "../x"}),
        ("appeal", {"text": "x", "lodged_at": "yesterday"}),
        ("evidence", {"file": (io.BytesIO(b"<html>"), "x.html")}),
    ],
)
def test_a_step_with_bad_input_is_refused_and_changes_nothing(
    board: Board, staff: Staff, step: str, form: dict[str, object]
) -> None:
    case = board.heard(board.review.incidents.get(1).key)
    before = board.review.cases.acts(case.id)
    reply = staff.post(f"/cases/{case.id}/{step}", **form)
    assert reply.status_code in (403, 404, 409, 422), reply.text
    assert board.review.cases.acts(case.id) == before


def test_judging_again_what_somebody_else_judged_is_told(board: Board, staff: Staff) -> None:
    board.desk.hq.grants.give(REVIEWER, Grant(Role.ADJUDICATOR), BY)
    board.review.incidents.judge(1, BREACH, REVIEWER)
    reply = as_(staff, SECOND).post("/review/incidents/1", reason="device_used", seen="0")
    assert reply.status_code == 409
    assert "someone else has gone on" in reply.text


def test_pictures_that_somebody_brought_are_attached_on_the_page_of_the_attempt(
    desk: Desk, client: FlaskClient
) -> None:
    board = Board(desk)
    brought_for(board, PHONE)
    staff, address = Staff(client, desk, REVIEWER), f"/review/attempts/{CODE}/ATTEMPT1"
    assert 'id="brought"' in staff.get(address).text
    assert 'id="brought"' not in as_(staff, READER).get(address).text
    staff = as_(staff, REVIEWER)
    file = (io.BytesIO(Stick(board).data()), "pictures.zip")
    assert "1 pictures are attached, 1 of them new." in staff.told(f"{address}/pictures", file=file)
    page = staff.get(address).text
    assert "were brought sealed by Li Wen" in page
    assert "Headquarters asked in writing in a case" in page
    assert 'id="brought"' not in page
    board.more_candidates(1)
    board.deliver(board.bundle(seat=1))
    other = (io.BytesIO(Stick(board).data()), "pictures.zip")
    reply = staff.post(f"/review/attempts/{CODE}/ATTEMPT2/pictures", file=other)
    assert "are not of this attempt" in reply.text


def test_a_file_of_a_case_may_be_larger_than_a_form(board: Board, staff: Staff) -> None:
    case = board.case(board.review.incidents.get(1).key)
    scan = FileStorage(io.BytesIO(PDF + b" " * (2 << 20)), "scan.pdf", "file")
    form = {"csrf": staff.csrf, "text": "x", "file": scan}
    # In memory: the client would leave a temporary file open.
    body, size, boundary = stream_encode_multipart(form, use_tempfile=False)
    kind = f"multipart/form-data; boundary={boundary}"
    address = f"/cases/{case.id}/evidence"
    reply = staff.client.post(address, data=body.read(size), content_type=kind)
    assert reply.status_code == 302


def test_whoever_judges_an_incident_reads_the_candidates_notes(board: Board, staff: Staff) -> None:
    address = f"/review/attempts/{CODE}/ATTEMPT2"
    notes = BundleNotes(text="<b>第 3 题</b>", saved_at=NOW)
    board.deliver(board.bundle([incident("phone", 0)], 1, revision=2, notes=notes))
    assert "&lt;b&gt;第 3 题&lt;/b&gt;" in staff.get(address).text
    assert "never scored" not in staff.get(f"/review/attempts/{CODE}/ATTEMPT1").text

"""Staff correct what a column of a sheet means; the programme remembers it for its next files."""

import pytest
from flask.testing import FlaskClient

from tests.hq.desk import PROGRAMME, Desk
from tests.hq.web.test_console import Staff

DEFAULTS = {"subject": "theory", "domain": "policy"}
ROWS = "考核内容,A,B,答案,考核要求\n单位是（ ）。,吨,千克,A,掌握\n"


@pytest.fixture
def staff(desk: Desk, client: FlaskClient) -> Staff:
    return Staff(client, desk)


def upload(staff: Staff, data: bytes, name: str = "bank.csv") -> str:
    return staff.import_file("items", name, data, programme=PROGRAMME, **DEFAULTS)


def correct(staff: Staff, **form: object) -> str:
    reply = staff.post(f"{staff.upload}/columns", **form)
    assert reply.status_code == 302, reply.text
    return staff.waited(reply.headers["Location"])


def test_a_column_is_corrected_and_the_choice_remembered(staff: Staff, desk: Desk) -> None:
    page = upload(staff, ROWS.encode())
    assert "考核内容" in page
    assert "has no sheet with the columns" in page
    headings = ["考核内容", "A", "B", "答案", "考核要求"]
    before, after = ["", "A", "B", "key", ""], ["stem", "A", "B", "key", "rationale"]
    page = correct(staff, heading=headings, was=before, field=after)
    assert "单位是" in page
    assert desk.hq.column_mappings.of(PROGRAMME) == {"考核内容": "stem", "考核要求": "rationale"}
    assert "单位是" in upload(staff, ROWS.encode(), "next.csv")


def test_a_choice_that_the_heading_says_is_forgotten(staff: Staff, desk: Desk) -> None:
    desk.hq.column_mappings.remember(PROGRAMME, {"答案": "rationale"})
    upload(staff, ROWS.replace("考核内容", "题干").encode())
    correct(staff, heading=["答案"], was=["rationale"], field=["key"])
    assert desk.hq.column_mappings.of(PROGRAMME) == {}


def test_columns_that_share_a_heading_stay_as_they_are(staff: Staff, desk: Desk) -> None:
    upload(staff, "题干,选项,选项,答案\n单位是,吨,千克,A\n".encode())
    page = correct(staff, heading=["选项", "选项"], was=["A", "B"], field=["A", "B"])
    assert desk.hq.column_mappings.of(PROGRAMME) == {}
    assert "千克" in page


def test_an_encoding_is_asked_about(staff: Staff) -> None:
    text = "Question,A,B,Answer\nQuelle est la capitale de la Suède?,Malmö,Göteborg,A\n"
    page = upload(staff, text.encode("latin-1"))
    assert 'name="encoding"' in page
    page = correct(staff, encoding="windows-1252")
    assert "Suède" in page


def test_others_cannot_choose_for_an_upload(staff: Staff, desk: Desk) -> None:
    upload(staff, ROWS.encode())
    desk.hq.uploads.forget(staff.upload.rpartition("/")[2])
    assert staff.post(f"{staff.upload}/columns").status_code == 404
    assert desk.hq.column_mappings.of(PROGRAMME) == {}


def test_what_a_file_does_not_say_is_said_in_the_preview(staff: Staff, desk: Desk) -> None:
    data = "题干,A,B,答案\n太阳从哪边升起？,东,西,A\n".encode()
    page = staff.import_file("items", "bank.csv", data, programme=PROGRAMME)
    assert "is missing" in page
    assert 'name="chosen"' in correct(staff, subject="theory", domain="policy")
    assert 'name="chosen"' in correct(staff, subject="x" * 10_000, domain="unknown")
    context = desk.hq.uploads.without_files(staff.upload.rpartition("/")[2], "chief").context
    assert (context["subject"], context["domain"]) == ("theory", "policy")

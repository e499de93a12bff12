"""The pages of a mock exam: marked, and apart from those of the real exam at the same address."""

from datetime import timedelta

import pytest
from flask import Flask

from kiosk.hall.rights import INVIGILATOR
from kiosk.hall.services import CentreServices
from kiosk.hall.views.event_log import EventLogWish
from kiosk.web.app import create_app
from kiosk.web.mock_exam import HEADER, MockCandidate, MockExam
from tests.centres import NOON, PASSWORD, Package
from tests.web.browser import Browser, Desk
from tests.web.conftest import SITTING

MOCK = MockExam(
    run="RUN1",
    ends_at=NOON + timedelta(hours=3),
    unlock_code="CODE-OF-THE-MOCK",
    minutes=30,
    candidates=[MockCandidate("M0001", "990001199001010013", "模拟考试001", "001")],
)
OWN, OTHER = {HEADER: MOCK.run}, {HEADER: "RUN0"}
REAL: dict[str, str] = {}


@pytest.fixture
def mock_app(hall: CentreServices) -> Flask:
    """The web app of a mock exam."""
    return create_app(hall, testing=True, mock=MOCK)


@pytest.fixture
def mock_desk(mock_app: Flask) -> Desk:
    """Staff, signed in at the mock exam."""
    desk = Desk(mock_app.test_client(), headers=OWN)
    assert desk.sign_in_staff().status_code == 200
    return desk


def events(hall: CentreServices) -> list[str]:
    """The kinds of all events of the sitting."""
    return [str(event.kind) for event in hall.event_log.everything(SITTING, EventLogWish())]


PAGES = ("/", "/practice", "/help", "/privacy", "/staff/sign-in", "/nowhere")


@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_the_banner_and_no_real_page_has(
    app: Flask, mock_app: Flask, path: str
) -> None:
    real, mock = (each.test_client().get(path).text for each in (app, mock_app))
    assert "mock-banner" in mock
    assert 'data-mock-exam="RUN1"' in mock
    assert "<title>模拟考试" in mock
    assert "mock-banner" not in real
    assert "data-mock-exam" not in real


@pytest.mark.parametrize(
    ("is_mock", "headers", "status"),
    [
        (True, OWN, 200),
        (True, REAL, 503),
        (True, OTHER, 503),
        (False, REAL, 200),
        (False, OWN, 503),
    ],
)
def test_a_write_is_accepted_from_pages_of_the_own_exam_only(
    app: Flask, mock_app: Flask, is_mock: bool, headers: dict[str, str], status: int
) -> None:
    browser = Browser((mock_app if is_mock else app).test_client(), headers=headers)
    reply = browser.post("/api/terminal/register")
    assert reply.status_code == status
    if status != 200:
        assert reply.json["error"]["code"] == "other_exam"
        assert not reply.headers.getlist("Set-Cookie")


def test_a_page_of_a_mock_exam_that_is_over_learns_it_by_reading(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/healthz").status_code == 200
    assert client.get("/healthz", headers=OWN).status_code == 503


def test_a_page_of_a_mock_exam_leaves_no_trace_at_a_real_attempt(
    answering: Browser, hall: CentreServices
) -> None:
    before = events(hall)
    answering.headers = OWN
    assert answering.get("/api/attempts/of-the-mock/time").status_code == 503
    assert answering.post("/api/attempts/of-the-mock/answers").status_code == 503
    assert events(hall) == before


def test_its_cookies_leave_those_of_the_real_exam_alone(app: Flask, mock_app: Flask) -> None:
    real, mock = Browser(app.test_client()), Desk(mock_app.test_client(), headers=OWN)
    real.register()
    mock.register()
    mock.sign_in_staff()
    assert real.client.get_cookie("terminal") is not None
    for name in ("terminal", "staff", "staff-browser"):
        path = "/staff/api" if name == "staff-browser" else "/"
        assert mock.client.get_cookie(name, path=path) is None
        assert mock.client.get_cookie(f"mock-{name}", path=path) is not None


def test_a_real_terminal_is_unknown_in_a_mock_exam(app: Flask, mock_app: Flask) -> None:
    real = Browser(app.test_client())
    real.register()
    cookie = real.client.get_cookie("terminal")
    assert cookie is not None
    client = mock_app.test_client()
    client.set_cookie("terminal", cookie.value)
    assert client.get("/api/terminal/ping", headers=OWN).status_code == 401


@pytest.mark.parametrize("path", ["/staff/api/backup", "/staff/api/removable-media"])
def test_backups_and_sticks_of_the_real_exam_are_out_of_reach(mock_desk: Desk, path: str) -> None:
    for reply in (mock_desk.get(path), mock_desk.post(path)):
        assert (reply.status_code, reply.json["error"]["code"]) == (409, "not_in_mock_exam")


def test_the_numbers_are_shown_to_staff_and_the_code_to_the_chief(
    mock_desk: Desk, mock_app: Flask, hall: CentreServices
) -> None:
    hall.accounts.add("li", PASSWORD, INVIGILATOR, "staff:chief")
    invigilator = Desk(mock_app.test_client(), headers=OWN)
    sign_in = {"username": "li", "password": PASSWORD}
    assert invigilator.post("/staff/api/sign-in", sign_in).status_code == 200
    chiefs, theirs = (desk.get("/staff/mock-exam").text for desk in (mock_desk, invigilator))
    assert "990001199001010013" in chiefs
    assert "990001199001010013" in theirs
    assert MOCK.unlock_code in chiefs
    assert MOCK.unlock_code not in theirs


def test_the_real_page_says_how_and_until_when(desk: Desk) -> None:
    page = desk.get("/staff/mock-exam?lang=en").text
    assert "kiosk mock-exam" in page
    assert "can begin now" in page


def test_the_real_page_says_why_not(
    desk: Desk, hall: CentreServices, sitting: str, package: Package
) -> None:
    near = desk.get("/staff/mock-exam?lang=en").text
    assert "2026年4月考试 begins at" in near
    assert "can begin now" not in near
    hall.sittings.unlock(sitting, package.code, "staff:chief")
    assert "is unlocked or running" in desk.get("/staff/mock-exam?lang=en").text

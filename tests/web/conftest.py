"""A real centre behind the web app."""

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright
from playwright.sync_api import TimeoutError as TooSlow

from kiosk.hall.services import CentreServices
from kiosk.server.serving import listening
from kiosk.web.app import create_app
from tests.centres import PASSWORD, USERNAME, ManualClock, Package, Site, usual_site
from tests.web.browser import Browser, Desk
from tests.web.faces import NoFaces
from tests.web.halls import quiet_hall

SITTING = "S1"
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
]
ARRIVE = """async (who) => {
  const post = async (url, body, token) => (await fetch(url, {
    method: "POST", body: JSON.stringify(body),
    headers: {"Content-Type": "application/json", "X-CSRF-Token": token}})).json();
  const {csrf} = await post("/api/terminal/register", {}, "");
  await post("/api/terminal/check", {camera: true, microphone: true, loudspeaker: true,
    server_ms: 1, details: {}}, csrf);
  return (await post("/api/check-in", who, csrf)).attempt_id;
}"""
WHO = {"admission_no": "2026T0001", "identity_no": "99000119900101001X", "consent_face": False}


@pytest.fixture
def clock() -> ManualClock:
    """The hall's clock."""
    return ManualClock()


@pytest.fixture
def site(_usual_centre: None, tmp_path: Path) -> Site:
    """A centre, set up and enrolled."""
    return usual_site(tmp_path / "centre")


@pytest.fixture
def hall(site: Site, clock: ManualClock) -> Iterator[CentreServices]:
    """The use cases of that centre."""
    with quiet_hall(site, clock, NoFaces()) as hall:
        yield hall


@pytest.fixture
def app(hall: CentreServices) -> Flask:
    """The web app over the hall."""
    return create_app(hall, testing=True)


@pytest.fixture
def request_context(app: Flask) -> Iterator[None]:
    """A request is going on, in Chinese."""
    with app.test_request_context("/"):
        yield


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A bare client."""
    return app.test_client()


@pytest.fixture
def browser(client: FlaskClient) -> Browser:
    """A terminal's browser that has not said a word yet."""
    return Browser(client)


@pytest.fixture
def app_desk(app: Flask) -> Desk:
    """Staff before the sign-in."""
    return Desk(app.test_client())


@pytest.fixture
def desk(app_desk: Desk) -> Desk:
    """Staff, signed in."""
    assert app_desk.sign_in_staff().status_code == 200
    return app_desk


@pytest.fixture
def package(site: Site) -> Package:
    """An exam package of the centre."""
    return site.usual_package()


@pytest.fixture
def sitting(hall: CentreServices, package: Package) -> str:
    """An imported sitting, still locked."""
    return hall.sittings.import_package(package.data, "staff:chief").id


@pytest.fixture
def seated(browser: Browser, sitting: str) -> Browser:
    """A candidate who declined face recognition and waits for staff."""
    return browser.arrive()


@pytest.fixture
def consenting(browser: Browser, sitting: str) -> Browser:
    """A candidate who agreed to face recognition."""
    return browser.arrive(consent=True)


@pytest.fixture
def answering(seated: Browser, hall: CentreServices, package: Package) -> Browser:
    """A candidate whose exam is going on."""
    hall.verification.decide(seated.attempt_id, True, "same person", "staff:chief")
    hall.sittings.unlock(SITTING, package.code, "staff:chief")
    hall.starts.start(SITTING, "staff:chief")
    assert seated.open_exam().status_code == 200
    return seated


@pytest.fixture(scope="module")
def chromium() -> Iterator[Chromium]:
    """One browser for a file of tests; each has windows and storage of its own."""
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS) as browser,
    ):
        yield browser


@pytest.fixture
def page(app: Flask, chromium: Chromium) -> Iterator[Page]:
    """A window at the start page."""
    with (
        listening(app, "127.0.0.1", 0, 8) as url,
        chromium.new_context(base_url=url, locale="zh-CN") as context,
    ):
        expect.set_options(timeout=60_000)
        page = context.new_page()
        page.goto("/help?lang=en")
        yield page
        empty_windows(chromium, context)


def empty_windows(chromium: Chromium, context: BrowserContext) -> None:
    """Lead every window to an empty page, so that it can be closed.

    A file that is being sent while a window closes stays open on the server, and the warning about
    it fails whichever test comes next.
    """
    try:
        for window in context.pages:
            window.goto("about:blank")
    except TooSlow:
        # Once in some twenty times a window behind another one waits for ever, with all of Chromium
        # idle: it answers neither a move nor a close. The end of its process ends the wait.
        found = chromium.new_browser_cdp_session().send("SystemInfo.getProcessInfo")
        for process in found["processInfo"]:
            if process["type"] == "renderer":
                os.kill(process["id"], signal.SIGKILL)


@pytest.fixture
def staff_page(page: Page, hall: CentreServices) -> Page:
    """A window of staff who are signed in."""
    session = hall.staff.sign_in(USERNAME, PASSWORD, "test")
    page.context.add_cookies(
        [{"name": "staff", "value": session.token, "url": page.url.rsplit("/", 1)[0]}]
    )
    return page


@pytest.fixture
def attempt_id(page: Page, hall: CentreServices, sitting: str, package: Package) -> str:
    """The candidate of that browser, answering."""
    attempt_id = str(page.evaluate(ARRIVE, WHO))
    hall.verification.decide(attempt_id, True, "same person", "staff:chief")
    hall.sittings.unlock(sitting, package.code, "staff:chief")
    hall.starts.start(sitting, "staff:chief")
    open_paper(page)
    return attempt_id


def open_paper(page: Page) -> None:
    """Open the exam page and wait for the paper."""
    page.goto("/exam")
    expect(page.locator("#navigator .cell").first).to_be_visible()


def open_list(page: Page) -> None:
    """Open the list of questions where the screen is so narrow that it is folded."""
    if page.locator("#to-questions").is_visible():
        page.locator("#to-questions").click()

"""The exam day's page updates by itself, in a browser, and says when it cannot."""

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect, sync_playwright

from kiosk.server.serving import listening
from sync.hq.web.app import create_app
from tests.hq.desk import BY, CODE, Desk
from tests.hq.web.test_console import Staff
from tests.web.conftest import CHROMIUM, FLAGS

pytestmark = pytest.mark.e2e

DAY = "day=2026-04-26"
ROUND = 16_000
HIDE = "Object.defineProperty(document, 'hidden', {value: %s, configurable: true})"


def told(page: Page) -> None:
    """Let the page hear that it was shown or hidden."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_it_updates_in_place_and_says_how_old_it_is(desk: Desk, client: FlaskClient) -> None:
    staff = Staff(client, desk)
    cookie = staff.client.get_cookie("hq_session")
    assert cookie is not None
    with (
        listening(create_app(desk.hq), "127.0.0.1", 0, 8) as url,
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS) as browser,
    ):
        context = browser.new_context(base_url=url, viewport={"width": 1024, "height": 400})
        context.add_cookies([{"name": "hq_session", "value": cookie.value, "url": url}])
        page = context.new_page()
        page.clock.install()
        page.goto(f"/exam-day?{DAY}&lang=en")
        expect(page.locator("#live")).to_contain_text("before the start")
        # Focus in a part that changes, a word half typed, and the page scrolled.
        page.locator("#words").fill("half a wo")
        page.locator("#state-ahead").focus()
        page.evaluate("window.scrollTo(0, 120)")
        desk.hq.packages.revoke(desk.sitting, CODE, "wrong", BY)
        page.clock.run_for(ROUND)
        expect(page.locator("#state-no_package")).to_be_visible()
        assert page.evaluate("window.scrollY") == 120
        expect(page.locator("#words")).to_have_value("half a wo")
        page.locator("#by-centre").focus()
        desk.hq.packages.build(desk.sitting, CODE, BY)
        page.clock.run_for(ROUND)
        expect(page.locator("#state-ahead")).to_be_visible()
        expect(page.locator("#by-centre")).to_be_focused()

        # Nobody looks: nothing is asked. Somebody looks again: at once.
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.evaluate(HIDE % "true")
        told(page)
        page.clock.run_for(5 * ROUND)
        assert asked == []
        page.evaluate(HIDE % "false")
        with page.expect_response("**/exam-day/live*"):
            told(page)

        # The network is cut: the picture stays, and its age is said.
        context.set_offline(True)
        page.clock.run_for(9 * ROUND)
        expect(page.locator("#away")).to_contain_text("does not answer. This page is 2 min old")
        expect(page.locator("#live")).to_contain_text(CODE)
        context.set_offline(False)
        # What was asked before may fail only now; a later round finds the network.
        for _ in range(5):
            page.clock.run_for(ROUND)
            page.wait_for_timeout(500)
        expect(page.locator("#away")).to_be_hidden()

        # The session has ended: said once, and nothing more is asked.
        context.clear_cookies()
        page.clock.run_for(ROUND)
        expect(page.locator("#away")).to_contain_text("You are signed out")
        asked.clear()
        page.clock.run_for(3 * ROUND)
        assert asked == []

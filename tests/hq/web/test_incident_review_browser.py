"""Incidents are judged by keys alone, in a browser (R21)."""

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import expect, sync_playwright

from kiosk.server.serving import listening
from sync.hq.review.states import IncidentState
from sync.hq.web.app import create_app
from tests.hq.desk import CODE, Desk
from tests.hq.review.board import REVIEWER, Board, incident
from tests.hq.web.test_console import Staff
from tests.hq.web.test_scan_review_browser import shot
from tests.web.conftest import CHROMIUM, FLAGS

pytestmark = pytest.mark.e2e


def test_incidents_are_judged_by_keys(desk: Desk, client: FlaskClient) -> None:
    board = Board(desk)
    board.more_candidates(1)
    board.deliver(board.bundle([incident("phone"), incident("talking", 1)]))
    board.deliver(board.bundle([incident("covered", 1)], seat=1))
    case = board.heard(board.review.incidents.get(1).key)
    staff = Staff(client, desk, REVIEWER)
    cookie = staff.client.get_cookie("hq_session")
    assert cookie is not None
    with (
        listening(create_app(desk.hq), "127.0.0.1", 0, 8) as url,
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS) as browser,
    ):
        context = browser.new_context(base_url=url, viewport={"width": 1366, "height": 900})
        context.add_cookies([{"name": "hq_session", "value": cookie.value, "url": url}])
        page = context.new_page()
        page.goto("/review?lang=en")
        shot(page, "incidents")
        page.goto("/review/incidents/1?state=open&lang=en")
        page.keyboard.press("n")
        page.wait_for_url("**/review/incidents/2?*")
        page.keyboard.press("p")
        page.wait_for_url("**/review/incidents/1?*")
        page.keyboard.press("k")
        expect(page.locator("input[value=device_used]")).to_be_checked()
        page.keyboard.press("j")
        page.wait_for_url("**/review/incidents/2?*")
        expect(page.locator("[role=status]")).to_contain_text("Phone in view was judged: breach.")
        page.locator("#text").focus()
        page.keyboard.type("njk")  # letters of a note, not keys
        page.wait_for_function("document.getElementById('text').value === 'njk'")
        shot(page, "incident")
        for name, path in (
            ("attempt", f"/review/attempts/{CODE}/ATTEMPT1"),
            ("case", f"/cases/{case.id}"),
            ("together", f"/review/together?sitting={desk.sitting}&rule=talking"),
        ):
            page.goto(path)
            shot(page, name)
    judged = board.review.incidents.get(1)
    assert (judged.state, judged.first_judge) == (IncidentState.SECOND, REVIEWER)

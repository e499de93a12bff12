"""The review of scans by keys alone, in a browser (R9)."""

import os

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect, sync_playwright

from kiosk.server.serving import listening
from sync.hq.web.app import create_app
from tests.hq.desk import BY, Desk
from tests.hq.registration.test_scan_files import PDF, picture
from tests.hq.web.test_console import Staff
from tests.hq.web.test_scans_pages import add, applicant
from tests.web.conftest import CHROMIUM, FLAGS

pytestmark = pytest.mark.e2e


def shot(page: Page, *names: str) -> None:
    """Save pictures of pages, in both languages, where somebody wants to look at them."""
    folder, address = os.environ.get("PICTURES"), page.url.partition("?")[0]
    for language in ("en", "zh") if folder else ():
        page.goto(f"{address}?lang={language}")
        page.screenshot(path=f"{folder}/{'-'.join(names)}-{language}.png")


def test_scans_are_judged_by_keys(desk: Desk, client: FlaskClient) -> None:
    candidate = applicant(desk)
    desk.hq.scan_viewers.allow("chief", BY)
    staff = Staff(client, desk)
    card = add(staff, candidate, "identity_card", "front.png", picture("PNG", (800, 500)), "front")
    work = add(staff, candidate, "proof_of_work", "work.pdf", PDF)
    cookie = staff.client.get_cookie("hq_session")
    assert cookie is not None
    with (
        listening(create_app(desk.hq), "127.0.0.1", 0, 8) as url,
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS) as browser,
    ):
        context = browser.new_context(base_url=url, viewport={"width": 1366, "height": 768})
        context.add_cookies([{"name": "hq_session", "value": cookie.value, "url": url}])
        page = context.new_page()
        place = f"/sittings/{desk.sitting}"
        page.goto(f"{place}/material/review?lang=en")
        expect(page.locator("#scan")).to_have_js_property("complete", value=True)
        assert page.evaluate("document.getElementById('scan').naturalWidth") == 800
        shot(page, "review")
        page.keyboard.press("a")
        expect(page.locator("#pdf")).to_be_visible()
        page.wait_for_load_state("domcontentloaded")  # the script that listens to keys has run
        shot(page, "review-pdf")
        page.keyboard.press("r")
        expect(page.locator("#reason")).to_be_focused()
        page.locator("body").click()
        page.keyboard.press("2")
        page.keyboard.press("r")
        page.wait_for_url("**/material")
        shot(page, "material")
        for name, path in (
            ("scans", f"{place}/candidates/{candidate}/scans"),
            ("hq-forms", f"{place}/forms"),
            ("hq-form", f"{place}/candidates/{candidate}/form"),
        ):
            page.goto(path)
            shot(page, name)
    assert desk.hq.scans.get(card).state == "accepted"
    assert (desk.hq.scans.get(work).state, desk.hq.scans.get(work).reason) == (
        "returned",
        "图像不完整" if "PICTURES" in os.environ else "A part is cut off",
    )

"""Verification in a real browser: the page behind a QR code, and the file used offline (R7)."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from kiosk.server.serving import listening
from sync.hq.certificates.reasons import Revocation
from sync.hq.web.app import create_app
from sync.hq.web.offline_page import offline_page
from tests.hq.certificates.office import FIRST, NAMES, SECOND, Office, open_office
from tests.hq.desk import Desk
from tests.web.conftest import CHROMIUM, FLAGS

pytestmark = pytest.mark.e2e


@pytest.fixture
def office(desk: Desk) -> Office:
    return open_office(desk)


def verify(page: Page, text: str) -> None:
    page.fill("#text", text)
    page.click("button")


def test_a_qr_code_is_verified_with_and_without_a_network(office: Office, tmp_path: Path) -> None:
    office.certificates.orders.approve(office.propose(), SECOND)
    view = next(view for view in office.views() if view.name == NAMES[0])
    file, revoked = tmp_path / "verify.html", tmp_path / "revocations.json"
    file.write_bytes(offline_page(office.certificates.sources.jwks))
    with (
        listening(create_app(office.desk.hq), "127.0.0.1", 0, 8) as url,
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS) as browser,
    ):
        page = browser.new_page(locale="en")
        page.goto(f"{url}/verify?lang=en#{view.statement}")
        expect(page.locator('[data-state="valid"]')).to_be_visible()
        expect(page.get_by_text("欧阳五")).to_be_visible()

        context = browser.new_context(offline=True)
        page = context.new_page()
        page.goto(file.as_uri())
        verdict = page.locator("#verdict")
        verify(page, f"https://hq.example.org/verify#{view.statement}")
        expect(verdict).to_have_attribute("data-state", "valid")
        expect(page.locator("#facts")).to_contain_text("欧阳五")
        expect(page.locator("#note")).to_contain_text("not known whether it was revoked")
        head, body, signature = view.statement.split(".")
        verify(page, f"{head}.{body}.{'A' * len(signature)}")
        expect(verdict).to_have_attribute("data-state", "forged")
        verify(page, "hello")
        expect(verdict).to_have_attribute("data-state", "unreadable")

        orders = office.certificates.orders
        order = orders.propose_revocation(view.number, Revocation.MISCONDUCT, "decision 7", FIRST)
        orders.approve(order, SECOND)
        revoked.write_bytes(office.certificates.revocations.signed())
        page.fill("#text", view.statement)
        page.set_input_files("#list", str(revoked))
        expect(verdict).to_have_attribute("data-state", "revoked")
        expect(page.locator("#note")).to_contain_text("revocation list no. 1")
        altered = tmp_path / "altered.json"
        altered.write_text(revoked.read_text().replace('"payload": "', '"payload": "x'))
        page.set_input_files("#list", str(altered))
        expect(page.locator("#list-note")).to_contain_text("Not a valid revocation list")
        expect(verdict).to_have_attribute("data-state", "valid")

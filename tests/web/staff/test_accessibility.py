"""Staff's pages for everybody: WCAG 2.2 AA by axe, in both languages."""

import pytest
from playwright.sync_api import Page, Route, expect

from kiosk.exam.attempt.calls import CallReason
from kiosk.hall.attempt.messages import Recipients
from kiosk.hall.services import CentreServices
from tests.centres import PASSWORD, USERNAME, Package
from tests.web.axe import faults, needs_axe
from tests.web.conftest import ARRIVE, SITTING, WHO

pytestmark = pytest.mark.e2e

PAGES = (
    "/staff/", f"/staff/sittings/{SITTING}", f"/staff/sittings/{SITTING}/readiness",
    f"/staff/sittings/{SITTING}/incidents", f"/staff/sittings/{SITTING}/event-log",
    f"/staff/sittings/{SITTING}/seats", f"/staff/sittings/{SITTING}/print",
    "/staff/sync", "/staff/backup", "/staff/accounts",
)  # fmt: skip


@needs_axe
@pytest.mark.parametrize("language", ["zh", "en"])
def test_staff_pages_meet_wcag(
    page: Page, hall: CentreServices, sitting: str, package: Package, language: str
) -> None:
    attempt_id = str(page.evaluate(ARRIVE, WHO))
    hall.verification.decide(attempt_id, True, "same person", "staff:chief")
    hall.sittings.unlock(SITTING, package.code, "staff:chief")
    hall.starts.start(SITTING, "staff:chief")
    page.goto(f"/staff/sign-in?lang={language}")
    assert faults(page) == []
    page.fill("#username", USERNAME)
    page.fill("#password", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_url("**/staff/")
    wrong = {}
    for path in PAGES:
        reply = page.goto(path)
        assert reply is not None
        assert reply.status == 200, path
        page.wait_for_load_state("networkidle")
        if found := faults(page):
            wrong[path] = found
    assert wrong == {}
    hall.calls.make(attempt_id, CallReason.UNWELL, "头晕")
    page.goto(f"/staff/sittings/{SITTING}")
    for view in ("map", "list", "cards"):
        page.locator(f"[data-view={view}]").click()
        assert faults(page) == [], view
    seat = page.locator(f".seat[data-admission-no='{WHO['admission_no']}']")
    expect(seat.locator(".seat-call")).to_be_visible()
    assert faults(page) == []
    seat.locator(".seat-call .btn-primary").click()
    expect(seat.locator(".seat-call input")).to_be_visible()
    assert faults(page) == []
    hall.messages.send(SITTING, "0" * 32, "请等候。", Recipients(), "staff:chief")
    for opener in (
        page.locator("#send-message"),
        page.locator("#sent-messages"),
        seat.locator(".more"),
    ):
        opener.click()
        expect(page.locator("dialog[open]").first).to_be_visible()
        assert faults(page) == []
        page.keyboard.press("Escape")


def test_readiness_is_renewed_in_the_page_while_portraits_are_looked_at(
    page: Page, hall: CentreServices, sitting: str
) -> None:
    page.goto("/staff/sign-in?lang=en")
    page.fill("#username", USERNAME)
    page.fill("#password", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_url("**/staff/")

    def still_looking(route: Route) -> None:
        reply = route.fetch()
        text = reply.text().replace('id="findings"', 'id="findings" data-waiting class="old"')
        route.fulfill(response=reply, body=text)

    page.route("**/readiness", still_looking)
    page.goto(f"/staff/sittings/{SITTING}/readiness")
    page.evaluate("window.same = true")
    expect(page.locator("#findings.old")).to_be_visible()
    page.unroute("**/readiness")
    expect(page.locator("#findings:not(.old) table")).to_be_visible()
    assert page.evaluate("window.same") is True

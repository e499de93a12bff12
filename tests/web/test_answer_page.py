"""The answer page in a real browser: what it shows as saved is saved, whatever happens between."""

import os
import shutil
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page, Route, expect, sync_playwright

from kiosk.bootstrap.serving import listening
from kiosk.bootstrap.system import entropy
from kiosk.hall.hall import Hall
from sync.wire.unlock import new_code
from tests.centres import Package

pytestmark = pytest.mark.e2e

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
def page(app: Flask) -> Iterator[Page]:
    """A browser at the start page."""
    with (
        listening(app, "127.0.0.1", 0, 8) as url,
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS) as browser,
        browser.new_context(base_url=url, locale="zh-CN") as context,
    ):
        page = context.new_page()
        page.goto("/help?lang=en")
        yield page


@pytest.fixture
def attempt_id(page: Page, hall: Hall, sitting: str, package: Package) -> str:
    """The candidate of that browser, answering."""
    attempt_id = str(page.evaluate(ARRIVE, WHO))
    hall.verification.decide(attempt_id, True, "same person", "staff:chief")
    hall.sittings.unlock(sitting, package.code, "staff:chief")
    hall.sittings.start(sitting, "staff:chief")
    page.goto("/exam")
    expect(page.locator("#navigator .cell").first).to_be_visible()
    return attempt_id


def _refuse(route: Route) -> None:
    route.abort("connectionfailed")


def test_an_answer_is_shown_as_saved_only_when_it_is(
    page: Page, hall: Hall, attempt_id: str
) -> None:
    page.route("**/answers", _refuse)
    page.keyboard.press("1")
    expect(page.locator("#saved")).to_have_attribute("data-state", "waiting")
    assert hall.attempts.view(attempt_id).answers == {}
    page.unroute("**/answers")
    expect(page.locator("#saved")).to_have_attribute("data-state", "saved", timeout=15_000)
    assert len(hall.attempts.view(attempt_id).answers) == 1


def test_unsent_answers_survive_a_reload_and_go_first(
    page: Page, hall: Hall, attempt_id: str
) -> None:
    page.route("**/answers", _refuse)
    page.keyboard.press("2")
    page.keyboard.press("n")
    page.keyboard.press("1")
    expect(page.locator("#navigator .cell.answered")).to_have_count(2)
    expect(page.locator("#saved")).to_have_attribute("data-state", "waiting")
    page.reload()
    expect(page.locator("#navigator .cell.answered")).to_have_count(2)
    page.unroute("**/answers")
    page.reload()
    expect(page.locator("#saved")).to_have_attribute("data-state", "saved", timeout=15_000)
    view = hall.attempts.view(attempt_id)
    assert (len(view.answers), view.acked_through) == (2, 2)
    assert view.leaves == 0


def test_the_journal_holds_no_readable_answer_and_is_wiped_on_the_receipt(
    page: Page, attempt_id: str
) -> None:
    kept = """() => new Promise((resolve) => { const open = indexedDB.open("exam-journal");
      open.onsuccess = () => { const all = open.result.transaction(["queues", "keys"]);
        const [queues, keys] = ["queues", "keys"].map((name) => all.objectStore(name).getAll());
        all.oncomplete = () => resolve([queues.result.map((row) => Object.keys(row).sort()),
          keys.result.map((key) => key.extractable)]); }; })"""
    page.keyboard.press("1")
    expect(page.locator("#saved")).to_have_attribute("data-state", "saved")
    assert page.evaluate(kept) == [[["iv", "sealed"]], [False]]
    page.click("#hand-in")
    page.get_by_role("button", name="Hand in for good").click()
    page.wait_for_url("**/receipt")
    expect(page.locator("#wiped")).not_to_be_empty()
    assert page.evaluate(kept) == [[], []]


def test_the_page_checks_unlock_codes_as_the_server_does(page: Page) -> None:
    codes = [new_code(entropy) for _ in range(20)]
    wrong = [("1" if code[0] != "1" else "2") + code[1:] for code in codes]
    check = """async (codes) => {
      const {looksRight} = await import("/static/js/staff/unlock-code.js");
      return codes.map(looksRight); }"""
    assert page.evaluate(check, codes) == [True] * 20
    assert page.evaluate(check, wrong) == [False] * 20

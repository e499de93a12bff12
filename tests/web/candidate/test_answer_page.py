"""The answer page in a real browser: what it shows as saved is saved, whatever happens between."""

import pytest
from playwright.sync_api import Page, Route, expect

from kiosk.hall.services import CentreServices
from kiosk.system import entropy
from sync.wire.packages.unlock import new_code

pytestmark = pytest.mark.e2e


def _refuse(route: Route) -> None:
    route.abort("connectionfailed")


def test_an_answer_is_shown_as_saved_only_when_it_is(
    page: Page, hall: CentreServices, attempt_id: str
) -> None:
    page.route("**/answers", _refuse)
    page.keyboard.press("1")
    expect(page.locator("#saved")).to_have_attribute("data-state", "waiting")
    assert hall.attempts.view(attempt_id).answers == {}
    page.unroute("**/answers")
    expect(page.locator("#saved")).to_have_attribute("data-state", "saved", timeout=15_000)
    assert len(hall.attempts.view(attempt_id).answers) == 1


def test_unsent_answers_survive_a_reload_and_go_first(
    page: Page, hall: CentreServices, attempt_id: str
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
    kept = """() => new Promise((resolve) => { const open = indexedDB.open("exam-answer-buffer");
      open.onsuccess = () => { const all = open.result.transaction(["buffers", "keys"]);
        const [buffers, keys] = ["buffers", "keys"].map((name) => all.objectStore(name).getAll());
        all.oncomplete = () => resolve([buffers.result.map((row) => Object.keys(row).sort()),
          keys.result.map((key) => key.extractable)]); }; })"""
    page.keyboard.press("1")
    expect(page.locator("#saved")).to_have_attribute("data-state", "saved")
    assert page.evaluate(kept) == [[["iv", "sealed"]], [False]]
    page.click("#hand-in")
    page.get_by_role("button", name="Confirm hand-in").click()
    page.wait_for_url("**/receipt")
    expect(page.locator("#wiped")).not_to_be_empty()
    assert page.evaluate(kept) == [[], []]


def test_the_page_checks_unlock_codes_as_the_server_does(page: Page) -> None:
    codes = [new_code(entropy) for _ in range(20)]
    wrong = [("1" if code[0] != "1" else "2") + code[1:] for code in codes]
    check = """async (codes) => {
      const {looksRight} = await import("/static/js/staff/sittings/unlock-code.js");
      return codes.map(looksRight); }"""
    assert page.evaluate(check, codes) == [True] * 20
    assert page.evaluate(check, wrong) == [False] * 20

"""The notes pad: beside the question, saved as answers are, and no answer."""

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, Route, expect

from kiosk.hall.services import CentreServices
from kiosk.store.exam import notes
from tests.centres import Package, Site
from tests.event_logs import event_log
from tests.web.axe import faults, needs_axe
from tests.web.browser import Browser
from tests.web.conftest import ARRIVE, SITTING, WHO, open_list, open_paper

pytestmark = pytest.mark.e2e

SIZES = [(1366, 768), (1024, 768), (683, 384), (360, 640)]
COVERED = """() => {
  const box = (id) => document.getElementById(id).getBoundingClientRect();
  const [a, b] = [box("notes"), box("item")];
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom; }"""


@pytest.fixture
def package(site: Site) -> Package:
    return site.package(rules={"tools": {"notes": True}})


def opened(page: Page) -> None:
    page.keyboard.press("F2")
    expect(page.locator("#notes-text")).to_be_focused()


def saved(page: Page) -> None:
    expect(page.locator("#notes")).to_have_attribute("data-state", "saved")


def text(hall: CentreServices, attempt_id: str) -> str:
    shown = hall.attempts.view(attempt_id).notes
    assert shown is not None
    return shown.text


def refuse(route: Route) -> None:
    route.abort("connectionfailed")


def test_what_is_written_is_saved_and_touches_no_answer_and_no_question(
    page: Page, hall: CentreServices, attempt_id: str
) -> None:
    opened(page)
    page.keyboard.type("a 1 n 第3题")
    saved(page)
    assert text(hall, attempt_id) == "a 1 n 第3题"
    expect(page.locator(".item-head strong")).to_contain_text("1")
    expect(page.locator(".option input:checked")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.locator("#notes")).to_be_hidden()
    page.keyboard.press("2")
    expect(page.locator(".option input").nth(1)).to_be_checked()
    page.locator("#notes-open").click()
    page.locator("#main").focus()
    page.keyboard.press("3")  # the pad is open, but the keys are the question's
    expect(page.locator(".option input").nth(2)).to_be_checked()
    expect(page.locator("#saved")).to_have_attribute("data-state", "saved")
    view = hall.attempts.view(attempt_id)
    assert (len(view.answers), view.leaves) == (1, 0)
    kinds = [event.kind for event in event_log(hall, SITTING, 500)]
    assert kinds.count("notes_opened") == 1


def test_it_survives_a_reload_and_another_terminal(
    page: Page, chromium: Chromium, hall: CentreServices, attempt_id: str
) -> None:
    opened(page)
    page.keyboard.type("first")
    saved(page)
    page.route("**/notes", refuse)
    page.keyboard.type(" second")
    expect(page.locator("#notes")).to_have_attribute("data-state", "waiting")
    expect(page.locator("#notes-state")).to_contain_text("stored on this terminal")
    assert text(hall, attempt_id) == "first"
    page.unroute("**/notes")
    open_paper(page)
    opened(page)
    expect(page.locator("#notes-text")).to_have_value("first second")
    saved(page)
    assert text(hall, attempt_id) == "first second"
    hall.checkin.release_terminal(attempt_id, "machine failed", "staff:chief")
    origin = str(page.evaluate("location.origin"))
    with chromium.new_context(base_url=origin, locale="zh-CN") as context:
        other = context.new_page()
        other.goto("/help?lang=en")
        assert str(other.evaluate(ARRIVE, WHO)) == attempt_id
        open_paper(other)
        other.keyboard.press("F2")
        expect(other.locator("#notes-text")).to_have_value("first second")


def test_notes_written_without_the_server_are_sent_when_it_is_back(
    page: Page, hall: CentreServices, attempt_id: str
) -> None:
    page.context.set_offline(True)
    opened(page)
    page.keyboard.type("offline")
    expect(page.locator("#notes")).to_have_attribute("data-state", "waiting")
    page.context.set_offline(False)
    saved(page)
    assert text(hall, attempt_id) == "offline"


def test_what_was_typed_last_is_sent_before_handing_in(
    page: Page, hall: CentreServices, attempt_id: str
) -> None:
    opened(page)
    page.keyboard.type("the last words")
    page.click("#hand-in")
    page.locator("dialog .btn-primary").click()
    page.wait_for_url("**/receipt")
    stored = notes.of_attempt(hall.notes._context.store.read(), attempt_id)
    assert stored is not None
    assert stored.text == "the last words"


def test_a_full_pad_says_so_in_words(page: Page, hall: CentreServices, attempt_id: str) -> None:
    page.goto("/exam?lang=en")
    expect(page.locator("#navigator .cell").first).to_be_visible()
    opened(page)
    expect(page.locator("#notes-count")).to_be_empty()
    page.keyboard.insert_text("字" * 4990)
    expect(page.locator("#notes-count")).to_have_text("4990 of 5000 characters")
    page.keyboard.insert_text("字" * 20)
    expect(page.locator("#notes-full")).to_contain_text("The notes are full")
    saved(page)
    assert text(hall, attempt_id) == "字" * 5000


@pytest.mark.parametrize("size", SIZES)
def test_it_covers_no_question(page: Page, attempt_id: str, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    if size[0] < 900:
        open_list(page)
    before = page.locator("#item").bounding_box()
    opened(page)
    after = page.locator("#item").bounding_box()
    assert before is not None
    assert after is not None
    assert before["width"] == after["width"]
    assert not page.evaluate(COVERED)
    expect(page.locator("#notes-text")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") == 0
    page.locator("#calculator-open").click()
    expect(page.locator("#notes")).to_be_hidden()
    expect(page.locator("#calculator")).to_be_visible()


@needs_axe
def test_it_meets_wcag(page: Page, attempt_id: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    opened(page)
    page.keyboard.type("x")
    saved(page)
    assert faults(page) == []


def test_only_the_page_that_holds_the_attempt_saves_notes(
    answering: Browser, hall: CentreServices
) -> None:
    address = f"/api/attempts/{answering.attempt_id}/notes"
    assert answering.post(address, {"number": 1, "text": "mine"}).json == {"number": 1}
    long = {"number": 2, "text": "字" * 5001}
    assert answering.post(address, long).json["error"]["code"] == "notes_too_long"
    for bad in ({"number": 0, "text": ""}, {"number": 2}, {"number": 2, "text": "x" * 30_000}):
        assert answering.post(address, bad).status_code in (400, 422)
    assert text(hall, answering.attempt_id) == "mine"


def test_a_programme_without_it_has_no_trace_of_it(
    site: Site, browser: Browser, hall: CentreServices
) -> None:
    plain = site.usual_package()
    hall.sittings.import_package(plain.data, "staff:chief")
    seated = browser.arrive()
    hall.verification.decide(seated.attempt_id, True, "same person", "staff:chief")
    hall.sittings.unlock(SITTING, plain.code, "staff:chief")
    hall.starts.start(SITTING, "staff:chief")
    page = seated.get("/exam?lang=en").text
    assert "exam-grid" in page
    assert 'id="notes' not in page

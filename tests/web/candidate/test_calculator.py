"""The calculator: beside the question, with its own keys, and nothing that answering waits for."""

import pytest
from playwright.sync_api import Page, expect

from kiosk.hall.services import CentreServices
from tests.centres import Package, Site
from tests.event_logs import event_log
from tests.web.browser import Browser
from tests.web.conftest import SITTING, open_list, open_paper

pytestmark = pytest.mark.e2e

SIZES = [(1366, 768), (1024, 768), (683, 384), (360, 640)]
COVERED = """() => {
  const box = (id) => document.getElementById(id).getBoundingClientRect();
  const [a, b] = [box("calculator"), box("item")];
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom; }"""


def opened(page: Page) -> None:
    page.locator("#calculator-open").click()
    expect(page.locator("#calculator")).to_be_focused()


def shown(page: Page, text: str) -> None:
    expect(page.locator("#calculator-shown")).to_have_text(text)


def answers(hall: CentreServices, attempt_id: str) -> dict[str, object]:
    return dict(hall.attempts.view(attempt_id).answers)


def uses(hall: CentreServices) -> int:
    kinds = [event.kind for event in event_log(hall, SITTING, 500)]
    return kinds.count("calculator_opened")


def until_recorded(page: Page, hall: CentreServices) -> None:
    for _ in range(100):
        if uses(hall):
            return
        page.wait_for_timeout(100)
    pytest.fail("the calculator's use was not recorded")


def test_its_keys_calculate_and_touch_neither_answer_nor_question(
    page: Page, hall: CentreServices, attempt_id: str
) -> None:
    opened(page)
    page.keyboard.type("0.1+0.2")
    page.keyboard.press("Enter")
    shown(page, "0.3")
    page.keyboard.type("*3/n")
    page.keyboard.type("12x2")
    page.keyboard.press("Backspace")
    page.keyboard.type("3r")
    page.keyboard.press("Delete")
    shown(page, "0")
    for key in ("a", "f", "p", "n", "PageDown", "Shift+Digit2", "1"):
        page.keyboard.press(key)
    shown(page, "1")
    expect(page.locator(".item-head strong")).to_have_text("Question 1")
    expect(page.locator("#flag")).to_have_attribute("aria-pressed", "false")
    expect(page.locator(".option input:checked")).to_have_count(0)
    page.locator("#main").focus()
    page.keyboard.type("2")  # meant for the calculator: no answer may come of it
    expect(page.locator(".option input:checked")).to_have_count(0)
    page.keyboard.press("a")
    expect(page.locator(".option input").first).to_be_checked()
    page.locator("#calculator").focus()
    page.keyboard.press("Escape")
    expect(page.locator("#calculator")).to_be_hidden()
    page.locator("#main").focus()
    page.keyboard.press("2")
    expect(page.locator(".option input").nth(1)).to_be_checked()
    page.locator("#calculator-open").click()
    shown(page, "1")


def test_the_mouse_and_the_tab_key_reach_every_key(page: Page, attempt_id: str) -> None:
    opened(page)
    for name in ("7", "Times", "6", "Result"):
        page.locator("#calculator").get_by_role("button", name=name, exact=True).click()
    shown(page, "42")
    page.keyboard.type("+8")
    page.keyboard.press("Enter")
    shown(page, "50")
    expect(page.locator("#calculator-news")).to_have_text("50")
    reached = set()
    for _ in range(26):
        page.keyboard.press("Tab")
        reached.add(str(page.evaluate("document.activeElement.dataset.key")))
    assert len(reached - {"None"}) == 25
    page.locator("[data-key='√']").focus()
    page.keyboard.press("Enter")
    shown(page, "7.07106781187")
    page.locator("[data-key='C']").focus()
    page.keyboard.press("Space")
    shown(page, "0")
    page.keyboard.type("1/0=")
    shown(page, "Division by zero")


def test_closing_gives_the_focus_back_to_the_answer(
    page: Page, hall: CentreServices, attempt_id: str
) -> None:
    items = hall.attempts.view(attempt_id).items
    written = next(item for item in items if item.type == "short_answer")
    page.locator("#navigator .cell").nth(written.number - 1).click()
    page.locator(".essay").click()
    page.keyboard.type("It is ")
    opened(page)
    page.keyboard.type("6*7")
    page.keyboard.press("Enter")
    shown(page, "42")
    page.keyboard.press("Escape")
    expect(page.locator(".essay")).to_be_focused()
    page.keyboard.type("42")
    expect(page.locator(".essay")).to_have_value("It is 42")


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
    expect(page.locator("#calculator-shown")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") == 0
    for cell in (page.locator("#navigator .cell").first, page.locator("#next")):
        expect(cell).to_be_visible()


def test_its_first_use_is_recorded_once_for_the_attempt(
    page: Page, hall: CentreServices, attempt_id: str
) -> None:
    assert uses(hall) == 0
    opened(page)
    until_recorded(page, hall)
    page.keyboard.press("Escape")
    opened(page)
    open_paper(page)
    opened(page)
    page.locator("#main").focus()
    page.keyboard.press("a")
    expect(page.locator("#saved")).to_have_attribute("data-state", "saved")
    assert uses(hall) == 1
    assert hall.attempts.view(attempt_id).leaves == 0


def test_without_network_it_works_and_is_recorded_when_the_server_is_back(
    page: Page, hall: CentreServices, attempt_id: str
) -> None:
    page.context.set_offline(True)
    opened(page)
    page.keyboard.type("12*12=")
    shown(page, "144")
    page.locator("#main").focus()
    page.keyboard.press("a")
    expect(page.locator(".option input").first).to_be_checked()
    assert (uses(hall), answers(hall, attempt_id)) == (0, {})
    page.context.set_offline(False)
    expect(page.locator("#saved")).to_have_attribute("data-state", "saved")
    until_recorded(page, hall)
    assert len(answers(hall, attempt_id)) == 1


@pytest.fixture
def without(site: Site) -> Package:
    return site.package(rules={"tools": {"calculator": False}})


def test_a_programme_without_it_has_no_trace_of_it(
    without: Package, browser: Browser, hall: CentreServices
) -> None:
    hall.sittings.import_package(without.data, "staff:chief")
    seated = browser.arrive()
    hall.verification.decide(seated.attempt_id, True, "same person", "staff:chief")
    hall.sittings.unlock(SITTING, without.code, "staff:chief")
    hall.starts.start(SITTING, "staff:chief")
    text = seated.get("/exam?lang=en").text
    assert "exam-grid" in text
    assert 'id="calculator' not in text

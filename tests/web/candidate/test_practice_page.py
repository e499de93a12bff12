"""The practice: the real tools over questions of no exam, and nothing of it kept or sent."""

import pytest
from playwright.sync_api import Page, Request, ViewportSize, expect

from kiosk.exam.items.item import ItemType
from kiosk.hall.services import CentreServices
from tests.centres import Package
from tests.web.axe import faults, needs_axe
from tests.web.browser import Browser
from tests.web.conftest import ARRIVE, SITTING, WHO, open_list

DESK: ViewportSize = {"width": 1366, "height": 768}


@pytest.fixture
def waiting(page: Page, hall: CentreServices, sitting: str) -> str:
    """The candidate of that window, ready."""
    attempt_id = str(page.evaluate(ARRIVE, WHO))
    hall.verification.decide(attempt_id, True, "same person", "staff:chief")
    return attempt_id


def to_question(page: Page, number: int) -> None:
    """Show that question."""
    open_list(page)
    page.locator("#navigator .cell").nth(number - 1).click()
    expect(page.locator(".item-head strong")).to_have_text(f"Question {number}")


def test_whose_exam_goes_on_is_sent_back_to_it(answering: Browser) -> None:
    assert answering.get("/practice").headers["Location"].endswith("/exam")


def test_whose_identity_is_not_settled_stays_there(seated: Browser) -> None:
    assert seated.get("/practice").status_code == 200
    assert "/verify" in seated.get("/practice").text


@pytest.mark.e2e
def test_every_type_of_question_can_be_tried(page: Page) -> None:
    page.set_viewport_size(DESK)
    page.goto("/practice?lang=en")
    shown = [item["type"] for item in page.evaluate(
        "JSON.parse(document.getElementById('page-data').textContent).practice.items"
    )]  # fmt: skip
    assert set(shown) == {*map(str, ItemType)}
    for number, kind in enumerate(shown, start=1):
        to_question(page, number)
        if kind == "essay":
            page.locator(".essay").press_sequentially("CO2")
        elif kind == "short_answer":
            page.locator(".essay").press_sequentially("排放")
        else:
            page.locator("body").press("1")
        expect(page.locator("#navigator .cell.answered")).to_have_count(number)
    to_question(page, shown.index("short_answer") + 1)
    expect(page.locator(".essay")).to_have_value("排放")
    page.get_by_role("button", name="Clear my answer").click()
    expect(page.locator(".essay")).to_have_value("")
    page.get_by_role("button", name="Bring my answer back").click()
    expect(page.locator(".essay")).to_have_value("排放")
    expect(page.locator(".essay-foot")).to_contain_text("In the exam this is saved")


@pytest.mark.e2e
def test_the_tools_are_those_of_the_exam(page: Page) -> None:
    page.set_viewport_size(DESK)
    page.goto("/practice?lang=en")
    to_question(page, 2)
    page.locator("body").press("Shift+C")
    expect(page.locator(".option-row").nth(2)).to_have_attribute("data-struck", "yes")
    page.locator("body").press("f")
    expect(page.locator("#navigator .cell.flagged")).to_have_count(1)
    page.get_by_role("button", name="Calculator", exact=True).click()
    page.keyboard.type("80*3.25=")
    expect(page.locator("#calculator-shown")).to_have_text("260")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Hide the clock").click()
    expect(page.locator("#clock")).to_be_hidden()
    to_question(page, 4)
    expect(page.locator("#stimulus table td").first).to_have_text("A1")
    expect(page.locator("#stimulus math")).to_have_attribute("aria-label", "E = AD × EF")
    for name in ("(AD)/(EF)", "AD × EF", "AD + EF^2", "√(AD · EF)"):
        expect(page.get_by_role("radio", name=name, exact=True)).to_have_count(1)


@pytest.mark.e2e
def test_nothing_is_sent_and_nothing_stays_on_the_terminal(page: Page) -> None:
    writes: list[str] = []

    def note(request: Request) -> None:
        if request.method != "GET":
            writes.append(request.url)

    page.on("request", note)
    page.goto("/practice?lang=en")
    page.locator("body").press("1")
    page.locator("body").press("Shift+B")
    open_list(page)
    page.get_by_role("button", name="High contrast").click()
    assert writes == []
    page.get_by_role("button", name="End practice").click()
    page.locator("dialog").get_by_role("button", name="End practice").click()
    expect(page.locator("#check-camera")).to_be_visible()
    kept = page.evaluate("Object.keys(localStorage).filter((key) => /struck|display/.test(key))")
    assert kept == []


@pytest.mark.e2e
def test_the_exam_opens_by_itself_over_the_practice(
    page: Page, hall: CentreServices, sitting: str, package: Package, waiting: str
) -> None:
    page.goto("/waiting?lang=en")
    page.get_by_role("link", name="Practise with the answer page").click()
    expect(page.locator(".option").first).to_be_visible()
    page.locator("body").press("2")
    expect(page.locator("#navigator .cell.answered")).to_have_count(1)
    hall.sittings.unlock(SITTING, package.code, "staff:chief")
    hall.starts.start(sitting, "staff:chief")
    page.wait_for_url("**/exam")
    expect(page.locator("#navigator .cell").first).to_be_visible()
    expect(page.locator("#navigator .cell.answered")).to_have_count(0)
    assert hall.attempts.view(waiting).answers == {}


@needs_axe
@pytest.mark.e2e
@pytest.mark.parametrize("language", ["zh", "en"])
def test_it_meets_wcag(page: Page, language: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"/practice?lang={language}")
    for number in range(page.locator("#navigator .cell").count()):
        open_list(page)
        page.locator("#navigator .cell").nth(number).click()
        assert faults(page) == [], number

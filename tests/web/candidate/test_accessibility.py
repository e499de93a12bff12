"""Candidates' pages for everybody: WCAG 2.2 AA, zoom, small screens, keyboard, forced colours."""

import re

import pytest
from playwright.sync_api import Page, expect

from kiosk.exam.attempt.calls import CallReason
from kiosk.hall.attempt.messages import Recipients
from kiosk.hall.services import CentreServices
from tests.centres import Package
from tests.web.axe import faults, needs_axe
from tests.web.conftest import ARRIVE, SITTING, WHO

pytestmark = pytest.mark.e2e

DESK = (1366, 768)
SMALL = {
    "1366x768 at 200 %": (683, 384),
    "1024x768 at 200 %": (512, 384),
    "800x600": (800, 600),
    "a telephone": (360, 640),
}


def sized(page: Page, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})


def overflow(page: Page) -> int:
    """Pixels by which the page is wider than the window."""
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))


@pytest.fixture
def waiting(page: Page, hall: CentreServices, sitting: str) -> str:
    """The candidate of that window, ready."""
    attempt_id = str(page.evaluate(ARRIVE, WHO))
    hall.verification.decide(attempt_id, True, "same person", "staff:chief")
    return attempt_id


@needs_axe
@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages_before_the_exam_meet_wcag(
    page: Page, hall: CentreServices, sitting: str, language: str
) -> None:
    for size in (DESK, SMALL["1366x768 at 200 %"]):
        sized(page, size)
        for path in ("/", "/help", "/privacy"):
            page.goto(f"{path}?lang={language}")
            assert faults(page) == [], path
    attempt_id = str(page.evaluate(ARRIVE, WHO))
    page.goto(f"/verify?lang={language}")
    assert faults(page) == []
    hall.verification.decide(attempt_id, True, "same person", "staff:chief")
    page.goto(f"/waiting?lang={language}")
    assert faults(page) == []
    hall.messages.send(SITTING, "0" * 32, "请等候。", Recipients(), "staff:chief")
    expect(page.locator(".message")).to_be_visible()
    page.locator("[data-call]").click()
    assert faults(page) == []
    page.locator("dialog .btn-primary").click()
    expect(page.locator("#call-note")).to_be_visible()
    assert faults(page) == []


@needs_axe
def test_the_answer_page_meets_wcag_in_every_state(
    page: Page, hall: CentreServices, attempt_id: str
) -> None:
    # Colours that are still changing are measured as they are at that moment.
    page.emulate_media(reduced_motion="reduce")
    page.goto("/exam?lang=en")
    expect(page.locator("#navigator .cell").first).to_be_visible()
    seen: set[str] = set()
    for number, item in enumerate(hall.attempts.view(attempt_id).items):
        if item.type not in seen:
            seen.add(item.type)
            page.locator("#navigator .cell").nth(number).click()
            expect(page.locator(".item-head strong")).to_have_text(f"Question {number + 1}")
            assert faults(page) == [], item.type
    assert len(seen) >= 4
    page.click("#flag")
    assert faults(page) == []
    hall.messages.send(SITTING, "0" * 32, "请检查第 5 题。", Recipients(), "staff:chief")
    hall.calls.make(attempt_id, CallReason.TOILET, "")
    expect(page.locator(".message")).to_be_visible()
    expect(page.locator("#call-note")).to_be_visible()
    assert faults(page) == []
    page.click("#contrast")
    for _ in range(3):
        page.click("#text-larger")
    assert faults(page) == []
    page.click("#calculator-open")
    page.keyboard.type("12*3")
    assert faults(page) == []
    page.keyboard.press("Escape")
    page.locator("#navigator .cell").first.click()
    page.locator(".strike").first.click()
    assert faults(page) == []
    sized(page, SMALL["1366x768 at 200 %"])
    page.click("#to-questions")
    assert faults(page) == []
    page.click("#hand-in")
    expect(page.locator("dialog[open]")).to_be_visible()
    assert faults(page) == []
    page.keyboard.press("Escape")
    hall.pauses.pause(attempt_id, "power", "staff:chief")
    expect(page.locator("body")).to_have_class(re.compile("paused"), timeout=30_000)
    assert faults(page) == []
    hall.pauses.resume(attempt_id, "power is back", "staff:chief")
    hall.ends.end_by_staff(attempt_id, "ill", "staff:chief")
    page.goto("/receipt?lang=en")
    assert faults(page) == []


@needs_axe
def test_the_offline_banner_meets_wcag(page: Page, hall: CentreServices, attempt_id: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.route("**/api/**", lambda route: route.abort("connectionfailed"))
    page.keyboard.press("1")
    expect(page.locator("#connection")).to_be_visible()
    for size in (DESK, SMALL["a telephone"]):
        sized(page, size)
        assert faults(page) == []


@pytest.mark.parametrize("size", SMALL.values(), ids=SMALL.keys())
@pytest.mark.parametrize("language", ["zh", "en"])
def test_on_a_small_screen_check_in_shows_what_to_do_first(
    page: Page, hall: CentreServices, sitting: str, size: tuple[int, int], language: str
) -> None:
    sized(page, size)
    page.goto(f"/?lang={language}")
    starts_at(page, "#check-camera h2", "#continue")
    expect(page.locator("#check-server")).to_have_attribute("data-state", "passed")
    page.goto(f"/sign-in?lang={language}")
    starts_at(page, "#admission-no", "#sign-in-submit")
    attempt_id = str(page.evaluate(ARRIVE, WHO))
    page.goto(f"/verify?lang={language}")
    starts_at(page, "#verify-staff h2", "[data-call]")
    hall.verification.decide(attempt_id, True, "same person", "staff:chief")
    page.goto(f"/waiting?lang={language}")
    starts_at(page, "#clock-now", "[data-call]")


@pytest.mark.parametrize("size", [(1366, 768), (1024, 768)])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_on_a_usual_screen_check_in_needs_no_scrolling(
    page: Page, size: tuple[int, int], language: str
) -> None:
    sized(page, size)
    page.goto(f"/?lang={language}")
    expect(page.locator("#check-server")).to_have_attribute("data-state", "passed")
    for part in ("#check-camera", "#check-microphone", "#check-loudspeaker", "#continue"):
        expect(page.locator(part)).to_be_in_viewport(ratio=1)
    page.goto(f"/sign-in?lang={language}")
    for part in ("#admission-no", "#identity-no", "#sign-in-submit"):
        expect(page.locator(part)).to_be_in_viewport(ratio=1)
    assert page.evaluate("scrollY") == 0


def starts_at(page: Page, first: str, main: str) -> None:
    """What to do first is seen without scrolling; the main control without scrolling sideways."""
    expect(page.locator(first)).to_be_in_viewport(ratio=1)
    assert overflow(page) == 0
    page.locator(main).first.scroll_into_view_if_needed()
    expect(page.locator(main).first).to_be_in_viewport(ratio=1)
    assert page.evaluate("scrollX") == 0


@pytest.mark.parametrize("size", SMALL.values(), ids=SMALL.keys())
def test_on_a_small_screen_the_question_comes_first(
    page: Page, attempt_id: str, size: tuple[int, int]
) -> None:
    sized(page, size)
    for part in (".item-head", "#stem", "#next", "#hand-in", "#clock"):
        expect(page.locator(part)).to_be_in_viewport()
    expect(page.locator(".option").first).to_be_in_viewport()
    expect(page.locator("#navigator")).to_be_hidden()
    assert overflow(page) == 0


def test_on_a_small_screen_the_list_opens_beside_the_question_and_folds_again(
    page: Page, hall: CentreServices, attempt_id: str
) -> None:
    sized(page, SMALL["1366x768 at 200 %"])
    page.keyboard.press("a")
    page.locator("#to-questions").click()
    current = page.locator("#navigator .cell[aria-current]")
    expect(current).to_be_focused()
    expect(current).to_be_in_viewport()
    page.locator("#navigator .cell").nth(4).click()
    expect(page.locator(".item-head strong")).to_contain_text("5")
    expect(page.locator("#navigator")).to_be_hidden()
    expect(page.locator("#fold")).to_have_attribute("aria-expanded", "false")
    page.locator("#fold").click()
    expect(page.locator("#navigator")).to_be_visible()
    sized(page, DESK)
    expect(page.locator("#fold")).to_be_hidden()
    expect(page.locator("#navigator")).to_be_visible()


def test_tab_goes_from_the_question_to_the_bar_below_and_then_to_the_list(
    page: Page, attempt_id: str
) -> None:
    page.locator("#next").click()
    stops = []
    for _ in range(14):
        page.keyboard.press("Tab")
        stops.append(
            page.evaluate("""() => {
              const now = document.activeElement;
              return now.closest(".option") ? "option" : now.closest("#navigator") ? "list"
                : now.id || now.className; }""")
        )
    order = list(dict.fromkeys(stops))
    assert order[0] == "option"
    assert order.index("option") < order.index("flag") < order.index("next") < order.index("list")


def test_letters_choose_as_digits_do_but_not_while_typing(
    page: Page, hall: CentreServices, attempt_id: str
) -> None:
    first = hall.attempts.view(attempt_id).items[0]
    page.keyboard.press("b")
    expect(page.locator("#saved")).to_have_attribute("data-state", "saved")
    assert hall.attempts.view(attempt_id).answers[first.id] == first.options[1].id
    page.keyboard.press("z")
    assert hall.attempts.view(attempt_id).answers[first.id] == first.options[1].id
    numbers = [item.type for item in hall.attempts.view(attempt_id).items]
    page.locator("#navigator .cell").nth(numbers.index("short_answer")).click()
    page.locator("textarea.essay").press_sequentially("a bad cab")
    expect(page.locator("textarea.essay")).to_have_value("a bad cab")


def test_answered_open_flagged_and_current_differ_without_colour(
    page: Page, attempt_id: str
) -> None:
    page.goto("/exam?lang=en")
    expect(page.locator("#navigator .cell").first).to_be_visible()
    page.keyboard.press("1")
    page.keyboard.press("f")
    cell = page.locator("#navigator .cell").first
    expect(cell).to_have_accessible_name("Question 1, answered, flagged")
    mark = "getComputedStyle(document.querySelector('#navigator .cell'), '::before').content"
    assert "✓" in page.evaluate(mark)
    page.emulate_media(forced_colors="active")
    outline = "getComputedStyle(document.querySelector('#navigator .cell')).outlineStyle"
    assert page.evaluate(outline) == "solid"
    chosen = "getComputedStyle(document.querySelector('.option:has(input:checked)')).outlineStyle"
    assert page.evaluate(chosen) == "solid"


def test_no_page_is_translated_or_corrected_by_the_browser(
    page: Page, hall: CentreServices, package: Package, waiting: str
) -> None:
    page.goto("/waiting")
    assert page.evaluate("document.documentElement.translate") is False
    hall.sittings.unlock(SITTING, package.code, "staff:chief")
    hall.starts.start(SITTING, "staff:chief")
    page.wait_for_url("**/exam")
    types = [item.type for item in hall.attempts.view(waiting).items]
    page.locator("#navigator .cell").nth(types.index("short_answer")).click()
    field = page.locator("textarea.essay")
    for name, value in {
        "spellcheck": "false", "autocomplete": "off", "autocorrect": "off",
        "autocapitalize": "off",
    }.items():  # fmt: skip
        expect(field).to_have_attribute(name, value)

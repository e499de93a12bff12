"""The answer page stays still under the hand: focus, choices, notices, full screen, own text."""

import pytest
from playwright.sync_api import Locator, Page, expect

from kiosk.exam.items.item import Item, ItemType
from kiosk.hall.services import CentreServices
from tests.centres import ManualClock, Package, Site
from tests.event_logs import event_log
from tests.web.conftest import SITTING, open_list

pytestmark = pytest.mark.e2e

BY = "staff:chief"
BLUR = """() => { document.hasFocus = () => false; window.dispatchEvent(new Event("blur")); }"""
BACK = """() => { document.hasFocus = () => true; window.dispatchEvent(new Event("focus")); }"""
OUTSIDE = """(field) => { const data = new DataTransfer();
  data.setData("text/plain", "from outside");
  field.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true,
    cancelable: true})); }"""
ESSAY = Item(
    id="E1", type=ItemType.ESSAY, subject="practice", domain="policy", stem="谈谈你的看法。"
)


@pytest.fixture
def package(site: Site) -> Package:
    """A paper with an essay."""
    return site.package(extra=(ESSAY,), rules={"conduct": {"leave_limit": 9}})


def saved(page: Page) -> None:
    """The page says that all answers are saved."""
    expect(page.locator("#saved")).to_have_attribute("data-state", "saved", timeout=20_000)


def kinds(hall: CentreServices) -> list[str]:
    """Kinds of the sitting's events, newest first."""
    return [event.kind for event in event_log(hall, SITTING, 500)]


def noted(page: Page, hall: CentreServices, kind: str) -> None:
    """Wait until the answer buffer has an event of that kind."""
    for _ in range(50):
        if kind in kinds(hall):
            return
        page.wait_for_timeout(100)
    pytest.fail(f"no {kind} was noted")


def go_to(page: Page, hall: CentreServices, attempt_id: str, *types: str) -> str:
    """Show the first item of one of these types; returns its id."""
    items = hall.attempts.view(attempt_id).items
    item = next(item for item in items if item.type in types)
    open_list(page)
    page.locator("#navigator .cell").nth(item.number - 1).click()
    return item.id


def top(part: Locator) -> float:
    """Where something stands on the page."""
    box = part.bounding_box()
    assert box is not None
    return box["y"]


def test_arrow_keys_never_change_an_answer(
    page: Page, hall: CentreServices, attempt_id: str
) -> None:
    page.set_viewport_size({"width": 1366, "height": 300})
    item = go_to(page, hall, attempt_id, "single_choice")
    page.locator(".option").nth(1).click()
    saved(page)
    chosen = hall.attempts.view(attempt_id).answers[item]
    scrolled = page.evaluate("document.querySelector('#main').scrollTop = 0")
    for key in ("ArrowDown", "ArrowDown", "ArrowUp", "ArrowDown"):
        page.keyboard.press(key)
    page.wait_for_function(f"() => document.querySelector('#main').scrollTop > {scrolled}")
    page.locator(".option input").nth(1).focus()  # by keyboard: the choice stays, too
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".option input").nth(2)).to_be_focused()
    assert page.locator(".option input").nth(1).is_checked()
    page.keyboard.press(" ")
    saved(page)
    assert hall.attempts.view(attempt_id).answers[item] != chosen
    page.keyboard.press("p")
    page.keyboard.press("n")
    assert page.evaluate("document.activeElement.id") == "main"


@pytest.mark.parametrize("kind", ["single_choice", "multiple_choice", "true_false"])
def test_a_choice_can_be_cleared(
    page: Page, hall: CentreServices, attempt_id: str, kind: str
) -> None:
    item = go_to(page, hall, attempt_id, kind)
    before = top(page.locator(".item-bar"))
    clear = page.get_by_role("button", name="Clear my choice")
    expect(clear).to_be_hidden()
    page.locator(".option").first.click()
    saved(page)
    assert item in hall.attempts.view(attempt_id).answers
    clear.click()
    expect(page.locator(".option input:checked")).to_have_count(0)
    saved(page)
    assert hall.attempts.view(attempt_id).answers[item] is None
    assert top(page.locator(".item-bar")) == before
    page.keyboard.press("2")
    page.keyboard.press("0")
    saved(page)
    assert hall.attempts.view(attempt_id).answers[item] is None


@pytest.mark.parametrize("width", [1366, 1100, 800])
def test_notices_move_no_option(
    page: Page, hall: CentreServices, attempt_id: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 768})
    go_to(page, hall, attempt_id, "single_choice")
    places = [top(option) for option in page.locator(".option").all()]
    shown, tops = page.evaluate("""async () => {
      const {showWarnings} = await import("/static/js/candidate/proctoring/frames.js");
      showWarnings(["several_faces", "phone", "talking"]);
      for (const id of ["connection", "time-note", "screen-note"]) {
        const note = document.getElementById(id);
        note.hidden = false;
        if (id !== "screen-note") note.append("The server is away. ".repeat(5));
      }
      // Measured at once: the next reply or second takes notices away again.
      const notes = [...document.querySelectorAll("#notices .note")];
      const options = [...document.querySelectorAll(".option")];
      return [notes.filter((note) => note.checkVisibility()).length,
              options.map((option) => option.getBoundingClientRect().top)]; }""")
    # With the pledge, which this candidate has not given yet.
    assert shown == 7
    assert tops == places


def test_leaving_full_screen_is_noted_and_asked_back_but_no_page_leave(
    page: Page, hall: CentreServices, attempt_id: str
) -> None:
    page.click("#fullscreen")
    page.wait_for_function("() => document.fullscreenElement !== null")
    page.evaluate("document.exitFullscreen()")
    expect(page.locator("#screen-note")).to_be_visible()
    noted(page, hall, "page_fullscreen")
    assert hall.attempts.view(attempt_id).leaves == 0
    assert page.locator("dialog[open]").count() == 0
    page.click("#screen-back")
    page.wait_for_function("() => document.fullscreenElement !== null")
    expect(page.locator("#screen-note")).to_be_hidden()


def test_the_open_page_leave_dialog_shows_the_present_count(
    page: Page, hall: CentreServices, attempt_id: str, clock: ManualClock
) -> None:
    count = page.locator("dialog[open] .leave-count")
    page.evaluate(BLUR)
    expect(count).to_have_text("1 of 9")
    for number in (2, 3):
        page.evaluate(BACK)
        noted(page, hall, "page_returned")
        page.wait_for_timeout(300)
        clock.pass_time(60)
        page.evaluate(BLUR)
        expect(count).to_have_text(f"{number} of 9")
    hall.page_leaves.reverse(attempt_id, 2, "our update", BY)
    expect(count).to_have_text("2 of 9")


def test_own_text_can_be_cut_copied_and_pasted(
    page: Page, hall: CentreServices, attempt_id: str
) -> None:
    item = go_to(page, hall, attempt_id, "essay")
    page.evaluate(
        """() => document.addEventListener("paste", (event) => {
          window.outside = event.clipboardData.getData("text/plain"); }, true)"""
    )
    field = page.locator(".essay.rich")
    field.click()
    page.keyboard.type("one two")
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+x")
    expect(field).to_have_text("")
    page.keyboard.press("Control+v")
    page.keyboard.press("Control+v")
    expect(field).to_have_text("one twoone two")
    saved(page)
    assert "one twoone two" in str(hall.attempts.view(attempt_id).answers[item])
    assert "one" not in page.evaluate("window.outside")
    assert not {"page_cut", "page_copy", "page_paste"} & set(kinds(hall))


def test_nothing_comes_in_and_no_item_goes_out(
    page: Page, hall: CentreServices, attempt_id: str
) -> None:
    go_to(page, hall, attempt_id, "essay")
    field = page.locator(".essay.rich")
    field.click()
    page.keyboard.type("mine")
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+c")
    field.evaluate(OUTSIDE)
    noted(page, hall, "page_paste")
    expect(field).to_have_text("mine")
    page.evaluate("""() => { const range = document.createRange();
      range.selectNodeContents(document.getElementById("stem"));
      getSelection().removeAllRanges(); getSelection().addRange(range);
      document.activeElement.blur(); }""")
    page.keyboard.press("Control+c")
    noted(page, hall, "page_copy")


def test_formatted_text_keeps_its_form(page: Page, hall: CentreServices, attempt_id: str) -> None:
    item = go_to(page, hall, attempt_id, "essay")
    field = page.locator(".essay.rich")
    field.click()
    page.keyboard.press("Control+b")
    page.keyboard.type("bold")
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+c")
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+v")
    expect(field).to_have_text("boldbold")
    saved(page)
    value = str(hall.attempts.view(attempt_id).answers[item])
    assert value.count("<b>") == 2
    assert "span" not in value

"""The highlighter marks text of question and material, on the terminal only."""

import pytest
from playwright.sync_api import Page, expect

from kiosk.hall.services import CentreServices

pytestmark = pytest.mark.e2e

MARKED = "[...(CSS.highlights.get('marked') ?? [])].map((range) => range.toString())"


def select(page: Page, selector: str, start: int, end: int) -> None:
    """Drag with the mouse from one character of an element to another."""
    places = page.evaluate(
        """([selector, start, end]) => {
          const node = document.createTreeWalker(document.querySelector(selector), 4).nextNode();
          return [start, end].map((at) => {
            const range = document.createRange();
            range.setStart(node, at); range.setEnd(node, at + 1);
            const box = range.getBoundingClientRect();
            return [box.left + 1, box.top + box.height / 2];
          });
        }""",
        [selector, start, end],
    )
    page.mouse.move(*places[0])
    page.mouse.down()
    page.mouse.move(*places[1], steps=4)
    page.mouse.up()


@pytest.fixture
def paper(page: Page) -> Page:
    """The practice, whose first stem is known."""
    page.set_viewport_size({"width": 1366, "height": 768})
    page.goto("/practice?lang=en")
    expect(page.locator("#stem")).to_contain_text("How can you choose")
    return page


def test_selected_text_is_marked_and_a_click_takes_it_away(paper: Page) -> None:
    select(paper, "#stem", 0, 7)
    assert paper.evaluate(MARKED) == []
    paper.get_by_role("button", name="Highlighter").click()
    select(paper, "#stem", 0, 7)
    assert paper.evaluate(MARKED) == ["How can"]
    select(paper, "#stem", 3, 3)
    assert paper.evaluate(MARKED) == []


def test_marks_come_back_with_their_question(paper: Page) -> None:
    paper.get_by_role("button", name="Highlighter").click()
    select(paper, "#stem", 0, 3)
    paper.get_by_role("button", name="Next", exact=True).click()
    expect(paper.locator("#stem")).to_contain_text("What does this page")
    assert paper.evaluate(MARKED) == []
    paper.get_by_role("button", name="Previous").click()
    assert paper.evaluate(MARKED) == ["How"]
    paper.get_by_role("button", name="Clear highlights").click()
    assert paper.evaluate(MARKED) == []
    expect(paper.get_by_role("button", name="Clear highlights")).to_be_hidden()


def test_material_is_marked_for_all_its_questions(paper: Page) -> None:
    paper.locator("#navigator .cell").nth(3).click()
    expect(paper.locator("#stimulus")).to_be_visible()
    paper.get_by_role("button", name="Highlighter").click()
    select(paper, ".stimulus-box", 0, 14)
    assert paper.evaluate(MARKED) == ["Some questions"]
    paper.get_by_role("button", name="Next", exact=True).click()
    expect(paper.locator("#stem")).to_contain_text("plant A2")
    assert paper.evaluate(MARKED) == ["Some questions"]


def test_marks_survive_a_reload_and_are_gone_after_the_exam(
    page: Page, hall: CentreServices, attempt_id: str
) -> None:
    page.set_viewport_size({"width": 1366, "height": 768})
    page.goto("/exam?lang=en")
    expect(page.locator("#stem")).to_be_visible()
    page.get_by_role("button", name="Highlighter").click()
    select(page, "#stem", 0, 2)
    marked = page.evaluate(MARKED)
    assert len(marked) == 1
    page.reload()
    expect(page.locator("#stem")).to_be_visible()
    assert page.evaluate(MARKED) == marked
    hall.ends.end_by_staff(attempt_id, "for this test", "staff:chief")
    page.wait_for_url("**/receipt")
    expect(page.locator("#leave")).to_be_visible()
    page.wait_for_function("!Object.keys(localStorage).some((key) => key.includes('marks'))")


def test_a_browser_that_cannot_highlight_shows_the_paper_without(page: Page) -> None:
    page.add_init_script("delete window.Highlight")
    page.goto("/practice?lang=en")
    expect(page.locator("#stem")).to_contain_text("How can you choose")
    page.keyboard.press("a")
    expect(page.locator("#navigator .cell.answered")).to_have_count(1)
    expect(page.get_by_role("button", name="Highlighter")).to_be_hidden()

"""The language of the answer page changes in place, and nothing that was typed is lost."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from kiosk.exam.attempt.calls import CallReason
from kiosk.hall.attempt.messages import Recipients
from kiosk.hall.services import CentreServices
from tests.web.conftest import SITTING, open_paper

pytestmark = pytest.mark.e2e

OWN_TEXTS = """() => {
  const foreign = `.stem, .option-text, .stimulus-box, .essay, textarea, .message-text, .who,
    #message-news, #self-text, script, style`;
  const texts = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!node.parentElement.closest(foreign)) texts.push(node.data.trim());
  }
  for (const name of ["title", "aria-label"]) {
    for (const one of document.querySelectorAll(`[${name}]`)) texts.push(one.getAttribute(name));
  }
  return texts.filter(Boolean); }"""
CHINESE = re.compile("[\u4e00-\u9fff]")


def chinese(page: Page) -> list[str]:
    """The page's own words that are in Chinese, but the button that leads there."""
    return [text for text in page.evaluate(OWN_TEXTS) if CHINESE.search(text) and text != "中文"]


def lasting(page: Page) -> list[str]:
    """The page's own words without times."""
    return [text for text in page.evaluate(OWN_TEXTS) if not re.search(r"\d:\d\d", text)]


def refuse(route: Route) -> None:
    route.abort("connectionfailed")


@pytest.fixture
def essay(page: Page, hall: CentreServices, attempt_id: str) -> str:
    """A written question is open, in Chinese."""
    page.goto("/exam?lang=zh")
    expect(page.locator("#navigator .cell").first).to_be_visible()
    item = next(i for i in hall.attempts.view(attempt_id).items if i.type == "short_answer")
    page.locator("#navigator .cell").nth(item.number - 1).click()
    return item.id


def test_the_pages_words_change_while_somebody_types(
    page: Page, hall: CentreServices, attempt_id: str, essay: str
) -> None:
    hall.messages.send(SITTING, "0" * 32, "请检查第 5 题。", Recipients(), "staff:chief")
    hall.calls.make(attempt_id, CallReason.TOILET, "")
    expect(page.locator(".message")).to_be_visible()
    expect(page.locator("#call-note")).to_be_visible()
    page.route("**/answers", refuse)
    field = page.locator("textarea.essay")
    field.click()
    page.keyboard.type("half a sen")
    stem = page.locator("#stem").inner_text()
    page.evaluate("window.sameDocument = true")
    page.locator("#language").click()
    expect(page.locator("#next")).to_have_text("Next")
    assert page.evaluate("window.sameDocument")
    expect(field).to_be_focused()
    page.keyboard.type("tence")
    expect(field).to_have_value("half a sentence")
    assert page.locator("#stem").inner_text() == stem
    expect(page.locator("#call-note")).to_contain_text("The invigilator has been told")
    expect(page.locator(".message-text")).to_have_text("请检查第 5 题。")
    page.unroute("**/answers")
    expect(page.locator("#saved-text")).to_have_text("All answers saved")
    assert chinese(page) == []
    view = hall.attempts.view(attempt_id)
    assert view.answers[essay] == "half a sentence"
    assert view.leaves == 0
    for number in range(len(view.items)):
        page.locator("#navigator .cell").nth(number).click()
        assert chinese(page) == []


def test_it_goes_both_ways_and_is_remembered(page: Page, essay: str) -> None:
    expect(page.locator("#saved-text")).to_have_text("答案已全部保存")
    before = lasting(page)
    page.locator("#language").click()
    expect(page.locator("#language")).to_have_text("中文")
    open_paper(page)
    expect(page.locator("#next")).to_have_text("Next")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.locator("#language").click()
    expect(page.locator("#language")).to_have_text("English")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page.locator("#saved-text")).to_have_text("答案已全部保存")
    assert lasting(page) == before


def test_without_the_server_it_says_so_and_nothing_changes(
    page: Page, hall: CentreServices, attempt_id: str, essay: str
) -> None:
    field = page.locator("textarea.essay")
    field.click()
    page.context.set_offline(True)
    page.keyboard.type("offline")
    page.locator("#language").click()
    expect(page.locator("#time-note")).to_contain_text("暂时无法切换语言")
    expect(page.locator("#next")).to_have_text("下一题")
    expect(field).to_have_value("offline")
    expect(field).to_be_focused()
    page.context.set_offline(False)
    expect(page.locator("#saved")).to_have_attribute("data-state", "saved")
    assert hall.attempts.view(attempt_id).answers == {essay: "offline"}
    page.locator("#language").click()
    expect(page.locator("#next")).to_have_text("Next")


def test_a_pause_is_shown_in_the_language_that_was_chosen(
    page: Page, hall: CentreServices, attempt_id: str, essay: str
) -> None:
    page.locator("#language").click()
    expect(page.locator("#next")).to_have_text("Next")
    hall.pauses.pause(attempt_id, "power", "staff:chief")
    expect(page.locator(".pause-overlay h2")).to_have_text("The exam is paused", timeout=30_000)
    assert chinese(page) == []

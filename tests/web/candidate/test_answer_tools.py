"""Striking options out changes no answer; clearing a written answer is an answer like any other."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from kiosk.exam.items.item import Item, ItemType
from kiosk.hall.services import CentreServices
from tests.centres import Package, Site
from tests.web.conftest import open_list, open_paper

pytestmark = pytest.mark.e2e

WRITTEN = (
    Item(id="E1", type=ItemType.ESSAY, subject="practice", domain="policy", stem="谈谈你的看法。"),
)


@pytest.fixture
def package(site: Site) -> Package:
    """A paper with an essay."""
    return site.package(extra=WRITTEN)


def saved(page: Page) -> None:
    expect(page.locator("#saved")).to_have_attribute("data-state", "saved", timeout=20_000)


def go_to(page: Page, hall: CentreServices, attempt_id: str, kind: str) -> str:
    """Show the first item of that type; returns its id."""
    item = next(item for item in hall.attempts.view(attempt_id).items if item.type == kind)
    open_list(page)
    page.locator("#navigator .cell").nth(item.number - 1).click()
    expect(page.locator(".item-head strong")).to_have_text(f"Question {item.number}")
    return item.id


def strike(page: Page, letter: str) -> Locator:
    return page.get_by_role("button", name=f"Strike out option {letter}")


def answer(hall: CentreServices, attempt_id: str, item: str) -> object:
    return hall.attempts.view(attempt_id).answers.get(item)


def test_striking_out_changes_no_answer_and_survives_a_reload(
    page: Page, hall: CentreServices, attempt_id: str
) -> None:
    item = go_to(page, hall, attempt_id, "single_choice")
    page.keyboard.press("a")
    saved(page)
    chosen = answer(hall, attempt_id, item)
    for letter in ("A", "B"):
        strike(page, letter).click()
        expect(strike(page, letter)).to_have_attribute("aria-pressed", "true")
    strike(page, "A").click()
    expect(strike(page, "A")).to_have_attribute("aria-pressed", "false")
    expect(page.locator(".option input").first).to_be_checked()
    expect(page.locator(".option input").nth(1)).to_have_accessible_name(re.compile("struck out"))
    open_paper(page)
    expect(strike(page, "B")).to_have_attribute("aria-pressed", "true")
    assert answer(hall, attempt_id, item) == chosen
    revisions = hall.attempts.view(attempt_id).acked_through
    strike(page, "C").click()
    saved(page)
    assert hall.attempts.view(attempt_id).acked_through == revisions


@pytest.mark.parametrize("kind", ["single_choice", "multiple_choice"])
def test_choosing_a_struck_option_takes_the_line_away(
    page: Page, hall: CentreServices, attempt_id: str, kind: str
) -> None:
    item = go_to(page, hall, attempt_id, kind)
    strike(page, "B").click()
    page.locator(".option").nth(1).click()
    expect(strike(page, "B")).to_have_attribute("aria-pressed", "false")
    saved(page)
    assert answer(hall, attempt_id, item) is not None
    page.keyboard.press("0")
    expect(strike(page, "B")).to_have_attribute("aria-pressed", "false")


def test_shift_with_number_or_letter_strikes_out(
    page: Page, hall: CentreServices, attempt_id: str
) -> None:
    go_to(page, hall, attempt_id, "single_choice")
    page.keyboard.press("Shift+Digit2")
    page.keyboard.press("Shift+KeyC")
    page.keyboard.press("Shift+KeyZ")
    for letter, struck in zip("ABC", ("false", "true", "true"), strict=True):
        expect(strike(page, letter)).to_have_attribute("aria-pressed", struck)
    expect(page.locator(".option input:checked")).to_have_count(0)
    strike(page, "B").focus()
    page.keyboard.press("Space")
    expect(strike(page, "B")).to_have_attribute("aria-pressed", "false")
    expect(strike(page, "B")).to_be_focused()


def test_two_options_are_not_worth_striking(
    page: Page, hall: CentreServices, attempt_id: str
) -> None:
    go_to(page, hall, attempt_id, "true_false")
    expect(page.locator(".option")).to_have_count(2)
    expect(page.locator(".strike")).to_have_count(0)


def test_what_was_struck_is_gone_after_the_exam(
    page: Page, hall: CentreServices, attempt_id: str
) -> None:
    go_to(page, hall, attempt_id, "single_choice")
    strike(page, "B").click()
    hall.ends.end_by_staff(attempt_id, "ill", "staff:chief")
    page.goto("/receipt")
    expect(page.locator("#wiped")).not_to_be_empty()
    assert page.evaluate("Object.keys(localStorage).filter(k => k.includes('struck'))") == []


@pytest.mark.parametrize("kind", ["short_answer", "essay"])
def test_a_written_answer_can_be_cleared_and_brought_back(
    page: Page, hall: CentreServices, attempt_id: str, kind: str
) -> None:
    item = go_to(page, hall, attempt_id, kind)
    field, clear = page.locator(".essay"), page.locator(".clear-text")
    expect(clear).to_be_hidden()
    field.click()
    page.keyboard.type("abc 123")
    saved(page)
    before = answer(hall, attempt_id, item)
    assert "abc 123" in str(before)
    page.get_by_role("button", name="Clear my answer").click()
    saved(page)
    assert answer(hall, attempt_id, item) is None
    expect(page.locator("#navigator .cell.answered")).to_have_count(0)
    page.get_by_role("button", name="Bring my answer back").click()
    expect(field).to_be_focused()
    saved(page)
    assert answer(hall, attempt_id, item) == before
    clear.click()
    page.keyboard.type("new")
    expect(clear).to_have_text("Clear my answer")
    saved(page)
    assert "new" in str(answer(hall, attempt_id, item))


def test_an_answer_that_is_cleared_while_the_network_is_away_is_cleared_later(
    page: Page, hall: CentreServices, attempt_id: str
) -> None:
    item = go_to(page, hall, attempt_id, "short_answer")
    page.locator(".essay").fill("carbon")
    saved(page)
    page.context.set_offline(True)
    page.get_by_role("button", name="Clear my answer").click()
    expect(page.locator("#saved")).not_to_have_attribute("data-state", "saved")
    assert answer(hall, attempt_id, item) == "carbon"
    page.context.set_offline(False)
    saved(page)
    assert answer(hall, attempt_id, item) is None

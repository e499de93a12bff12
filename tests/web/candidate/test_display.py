"""Text size, contrast and clock of the answer page are the candidate's own."""

import pytest
from playwright.sync_api import Page, expect

from kiosk.hall.services import CentreServices
from tests.centres import ManualClock
from tests.web.conftest import open_paper

pytestmark = pytest.mark.e2e


def height(page: Page) -> float:
    return float(page.evaluate("document.getElementById('stem').getBoundingClientRect().height"))


def test_text_size_and_contrast_survive_a_reload_and_end_with_the_attempt(
    page: Page, hall: CentreServices, attempt_id: str
) -> None:
    usual = height(page)
    page.click("#text-larger")
    page.click("#text-larger")
    page.click("#contrast")
    assert height(page) > usual
    larger = height(page)
    open_paper(page)
    assert height(page) == larger
    expect(page.locator("#contrast")).to_have_attribute("aria-pressed", "true")
    for _ in range(3):
        page.click("#text-smaller")
    assert height(page) < usual
    hall.ends.end_by_staff(attempt_id, "ill", "staff:chief")
    page.goto("/receipt")
    expect(page.locator("#wiped")).not_to_be_empty()
    assert (
        page.evaluate("Object.keys(localStorage).filter(k => k.startsWith('exam-display'))") == []
    )


def test_larger_text_makes_nobody_scroll_sideways(page: Page, attempt_id: str) -> None:
    page.set_viewport_size({"width": 1024, "height": 768})
    for _ in range(3):
        page.click("#text-larger")
    assert page.evaluate("document.getElementById('main').scrollWidth") <= page.evaluate(
        "document.getElementById('main').clientWidth"
    )


def test_a_hidden_clock_comes_back_at_fifteen_and_at_five_minutes(
    page: Page, hall: CentreServices, clock: ManualClock, attempt_id: str
) -> None:
    shown = page.locator("#clock")
    for minutes in (15, 5):
        page.click("#hide-clock")
        expect(shown).to_be_hidden()
        left = hall.attempts.time(attempt_id).remaining_s
        clock.pass_time(left - minutes * 60 - 5)
        page.wait_for_timeout(6000)
        expect(shown).to_be_hidden()
        clock.pass_time(6)
        expect(shown).to_be_visible()
        expect(page.locator("#time-note")).to_contain_text(str(minutes))

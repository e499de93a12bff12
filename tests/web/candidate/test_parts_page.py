"""Parts that are sat one after another, in a real browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from kiosk.exam.attempt.states import EndReason
from kiosk.hall.services import CentreServices
from tests.centres import ManualClock, Package, Site
from tests.exam.programmes import bank, drawn, in_parts
from tests.web.browser import Browser

pytestmark = pytest.mark.e2e


@pytest.fixture
def package(site: Site) -> Package:
    """Theory of 40 minutes, then practice of 60."""
    programme = in_parts()
    paper = (programme, drawn(bank(programme), programme))
    return site.package(paper=paper, duration_minutes=100)


def saved(page: Page) -> None:
    """The page says that all answers are saved."""
    expect(page.locator("#saved")).to_have_attribute("data-state", "saved", timeout=20_000)


def test_the_waiting_page_lists_the_parts(seated: Browser, hall: CentreServices) -> None:
    hall.verification.decide(seated.attempt_id, True, "same person", "staff:chief")
    page = seated.get("/waiting?lang=en").text
    assert "1. Theory" in page
    assert "The parts follow one after another." in page


def test_one_part_after_another_by_hand_in_and_by_time(
    page: Page, hall: CentreServices, clock: ManualClock, attempt_id: str
) -> None:
    parts, cells = page.locator("#parts .part"), page.locator("#navigator .cell")
    expect(parts.first).to_contain_text("1. Theory")
    expect(cells).to_have_count(3)
    page.keyboard.press("1")
    saved(page)
    clock.pass_time(600)
    page.get_by_role("button", name="Hand in this part").click()
    dialog = page.locator("dialog[open]")
    expect(dialog).to_contain_text("1 of 3 questions of this part are answered.")
    expect(dialog).to_contain_text("The time that you have left is lost")
    dialog.get_by_role("button", name="Confirm hand-in").click()
    expect(parts.first).to_contain_text("Handed in")
    expect(cells).to_have_count(4)
    expect(page.locator("#clock")).to_have_text(re.compile("1:00:00|0:59:.."))
    page.keyboard.press("1")
    saved(page)
    page.reload()
    expect(cells).to_have_count(4)
    expect(page.get_by_role("button", name="Hand in", exact=True)).to_be_enabled()
    assert len(hall.attempts.view(attempt_id).answers) == 2
    clock.pass_time(3640)
    hall.ends.sweep()
    page.wait_for_url("**/receipt")
    assert hall.attempts.view(attempt_id).end_reason == EndReason.TIME_OUT


def test_the_next_part_follows_when_the_clock_is_at_zero(
    page: Page, hall: CentreServices, clock: ManualClock, attempt_id: str
) -> None:
    expect(page.locator("#navigator .cell")).to_have_count(3)
    clock.pass_time(40 * 60)
    page.keyboard.press("1")
    expect(page.locator("#navigator .cell")).to_have_count(4, timeout=15_000)
    expect(page.locator("#parts .part").first).to_contain_text("Time is up")
    expect(page.locator("dialog.pause-overlay")).to_have_count(0)
    view = hall.attempts.view(attempt_id)
    assert [part.end_reason for part in view.parts] == ["time_out", None]
    assert len(view.answers) == 1, "it was on its way"


def test_answers_that_were_cut_off_over_the_end_of_a_part_reach_staff(
    page: Page, hall: CentreServices, clock: ManualClock, attempt_id: str
) -> None:
    page.route("**/api/attempts/**", lambda route: route.abort("connectionfailed"))
    page.keyboard.press("1")
    expect(page.locator("#saved")).to_have_attribute("data-state", "waiting")
    clock.pass_time(41 * 60)
    hall.ends.sweep()
    page.unroute("**/api/attempts/**")
    dialog = page.locator("dialog[open]", has_text="The part has ended")
    expect(dialog).to_contain_text("1 of your answers had not reached the server by then.")
    dialog.get_by_role("button").click()
    expect(page.locator("#navigator .cell")).to_have_count(4)
    saved(page)
    (late,) = hall.late_answers.of_attempt(attempt_id)
    assert (late.answers, late.from_terminal, late.state) == (1, True, "waiting")
    assert not hall.attempts.view(attempt_id).answers

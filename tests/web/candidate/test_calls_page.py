"""Calls in real browsers: made by a candidate, answered by staff, and honest without a server."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, Route, expect

from kiosk.hall.services import CentreServices
from tests.centres import PASSWORD, USERNAME
from tests.event_logs import event_log
from tests.web.conftest import ARRIVE, SITTING, WHO

pytestmark = pytest.mark.e2e
BY = "staff:chief"


@contextmanager
def staff_board(chromium: Chromium, url: str) -> Iterator[Page]:
    """A chief invigilator at the room's board."""
    with chromium.new_context(base_url=url, locale="zh-CN") as context:
        page = context.new_page()
        page.set_viewport_size({"width": 1366, "height": 768})
        page.goto("/staff/sign-in?lang=en")
        page.fill("#username", USERNAME)
        page.fill("#password", PASSWORD)
        page.click("button[type=submit]")
        page.wait_for_url("**/staff/")
        page.goto(f"/staff/sittings/{SITTING}?lang=en")
        page.locator("[data-view=cards]").click()
        yield page


def origin(page: Page) -> str:
    return str(page.evaluate("location.origin"))


def call(page: Page, what: str, words: str = "") -> None:
    """Open the sheet, say what for, and send."""
    page.locator("[data-call]:visible").last.click()
    dialog = page.locator("dialog:not(.pause-overlay)")
    dialog.get_by_text(what).click()
    dialog.locator("textarea").fill(words)
    dialog.get_by_role("button", name="Call the invigilator").click()


def refuse(route: Route) -> None:
    route.abort("connectionfailed")


def test_a_call_is_answered_at_the_board_while_the_candidate_goes_on(
    page: Page, chromium: Chromium, hall: CentreServices, attempt_id: str
) -> None:
    page.keyboard.press("1")
    call(page, "Unwell", "头晕")
    note = page.locator("#call-note")
    expect(note).to_contain_text("The invigilator has been told")
    page.keyboard.press("n")
    expect(page.locator(".cell[aria-current]")).to_have_text("2")
    with staff_board(chromium, origin(page)) as board:
        seat = board.locator(f".seat[data-admission-no='{WHO['admission_no']}']")
        expect(seat).to_contain_text("URGENT · calls since")
        expect(seat).to_contain_text("头晕")
        expect(seat).to_have_attribute("data-attention", "urgent")
        expect(board.locator("[data-filter=calls] strong")).to_have_text("1")
        board.locator("[data-filter=calls]").click()
        expect(board.locator(".seat:visible")).to_have_count(1)
        seat.get_by_role("button", name="I am coming").click()
        expect(seat).to_contain_text("chief is coming")
        expect(note).to_contain_text("The invigilator is coming to you")
        seat.get_by_label("Note").fill("给了水")
        seat.get_by_role("button", name="Close the call").click()
        expect(board.locator(".seat:visible")).to_have_count(0)
        expect(note).to_be_hidden()
    events = [event for event in event_log(hall, SITTING) if event.kind == "call_closed"]
    assert events[0].data["outcome"] == "给了水"


def test_candidates_call_from_check_in_and_waiting_and_withdraw_after_a_reload(
    page: Page, hall: CentreServices, sitting: str
) -> None:
    attempt_id = str(page.evaluate(ARRIVE, WHO))
    page.goto("/verify")
    call(page, "Technical problem")
    expect(page.locator("#call-note")).to_contain_text("has been told")
    hall.verification.decide(attempt_id, True, "same person", BY)
    expect(page).to_have_url(re.compile("/waiting$"))
    expect(page.locator("#call-note")).to_contain_text("Technical problem")
    page.get_by_role("button", name="Withdraw the call").click()
    expect(page.locator("#call-note")).to_be_hidden()
    rows = hall.rooms.room(SITTING, hall.sync.view()).rows
    assert [row.call for row in rows] == [None] * len(rows)


def test_a_paused_candidate_calls_over_the_overlay(
    page: Page, hall: CentreServices, attempt_id: str
) -> None:
    hall.pauses.pause(attempt_id, "unwell", BY)
    expect(page.locator(".pause-overlay")).to_be_visible()
    call(page, "Toilet")
    expect(page.locator(".pause-overlay #call-note")).to_contain_text("has been told")
    hall.pauses.resume(attempt_id, "well again", BY)
    expect(page.locator(".pause-overlay")).to_have_count(0)
    expect(page.locator("#notices #call-note")).to_contain_text("Toilet")


def test_without_a_network_the_page_says_so_and_asks_before_it_sends_later(
    page: Page, hall: CentreServices, attempt_id: str
) -> None:
    page.route("**/api/**", refuse)
    call(page, "Question about the paper")
    note = page.locator("#call-note")
    expect(note).to_contain_text("was not delivered")
    expect(note).to_contain_text("Raise your hand")
    page.unroute("**/api/**")
    expect(note).to_contain_text("Do you still need the invigilator?")
    assert hall.attempts.view(attempt_id).call is None
    note.get_by_role("button", name="Yes, call now").click()
    expect(note).to_contain_text("has been told")
    assert hall.attempts.view(attempt_id).call is not None


def test_what_is_no_longer_wanted_is_never_sent(
    page: Page, hall: CentreServices, attempt_id: str
) -> None:
    page.route("**/api/**", refuse)
    call(page, "Toilet")
    page.get_by_role("button", name="No longer needed").click()
    expect(page.locator("#call-note")).to_be_hidden()
    page.unroute("**/api/**")
    with page.expect_response("**/time"):
        pass
    assert hall.attempts.view(attempt_id).call is None

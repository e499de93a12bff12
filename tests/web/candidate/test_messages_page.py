"""Messages in real browsers: over the answer page, without taking the focus, until confirmed."""

import re

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect

from kiosk.hall.attempt.messages import Recipients
from kiosk.hall.services import CentreServices
from tests.web.candidate.test_calls_page import origin, refuse, staff_board
from tests.web.conftest import ARRIVE, SITTING, WHO, open_list

pytestmark = pytest.mark.e2e
BY = "staff:chief"
TEXT = "第 5 题中 kg 应为 t。"


def send(hall: CentreServices, number: int = 1, text: str = TEXT) -> None:
    hall.messages.send(SITTING, f"{number:032x}", text, Recipients(), BY)


def to_essay(page: Page) -> None:
    """Go to the first question with a text to write."""
    open_list(page)
    page.locator("#navigator .cell").last.click()
    expect(page.locator("#item .essay").first).to_be_visible()


def test_a_message_comes_while_somebody_types_and_takes_nothing_away(
    page: Page, hall: CentreServices, attempt_id: str
) -> None:
    to_essay(page)
    essay = page.locator("#item .essay").first
    essay.click()
    page.keyboard.type("before ")
    send(hall)
    message = page.locator(".message")
    expect(message).to_contain_text(TEXT)
    expect(page.locator("#message-news")).to_contain_text(TEXT)
    page.keyboard.type("after")
    expect(essay).to_be_focused()
    typed = "e => 'value' in e ? e.value : e.textContent"
    assert essay.evaluate(typed) == "before after"
    message.get_by_role("button", name="I have read it").click()
    expect(message).to_have_count(0)
    page.keyboard.type(" and on")
    assert essay.evaluate(typed) == "before after and on"
    assert hall.messages.sent(SITTING)[0].read == 1


def test_the_keyboard_alone_confirms_and_is_back_where_it_was(
    page: Page, hall: CentreServices, attempt_id: str
) -> None:
    to_essay(page)
    page.locator("#item .essay").first.focus()
    send(hall)
    read = page.get_by_role("button", name="I have read it")
    expect(read).to_be_visible()
    read.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".message")).to_have_count(0)
    expect(page.locator("#item .essay").first).to_be_focused()


def test_it_is_there_after_a_reload_and_on_every_page_before_the_exam(
    page: Page, hall: CentreServices, sitting: str
) -> None:
    send(hall)  # before the candidate has come
    attempt_id = str(page.evaluate(ARRIVE, WHO))
    page.goto("/verify")
    expect(page.locator(".message")).to_contain_text(TEXT)
    hall.verification.decide(attempt_id, True, "same person", BY)
    expect(page).to_have_url(re.compile("/waiting$"))
    page.reload()
    page.get_by_role("button", name="I have read it").click()
    expect(page.locator(".message")).to_have_count(0)
    page.reload()
    expect(page.locator("[data-call]")).to_be_visible()
    expect(page.locator(".message")).to_have_count(0)


def test_a_paused_candidate_reads_and_confirms_over_the_pause(
    page: Page, hall: CentreServices, attempt_id: str
) -> None:
    hall.pauses.pause(attempt_id, "unwell", BY)
    expect(page.locator(".pause-overlay")).to_be_visible()
    send(hall)
    page.locator(".pause-overlay .message button").click()
    expect(page.locator(".message")).to_have_count(0)
    assert hall.messages.sent(SITTING)[0].read == 1


def test_without_a_network_it_stays_and_is_confirmed_later(
    page: Page, hall: CentreServices, attempt_id: str
) -> None:
    send(hall)
    message = page.locator(".message")
    expect(message).to_be_visible()
    page.route("**/api/**", refuse)
    message.get_by_role("button").click()
    expect(message).to_contain_text("Not confirmed")
    page.locator("#next").click()
    expect(page.locator(".cell[aria-current]")).to_have_text("2")
    page.unroute("**/api/**")
    message.get_by_role("button").click()
    expect(message).to_have_count(0)


def test_staff_write_preview_send_and_see_who_has_read(
    page: Page, chromium: Chromium, hall: CentreServices, attempt_id: str
) -> None:
    with staff_board(chromium, origin(page)) as board:
        board.click("#send-message")
        board.fill("#message-text", "长" * 10_000)
        board.get_by_role("button", name="Preview").click()
        expect(board.locator("dialog")).to_contain_text(
            "at most 500 characters; this one has 10000"
        )
        board.get_by_role("button", name="Please be quiet").click()
        board.get_by_role("button", name="Preview").click()
        expect(board.locator("dialog")).to_contain_text("All candidates (3)")
        board.get_by_role("button", name="Send now").click()
        expect(board.locator("dialog")).to_have_count(0)
        message = page.locator(".message")
        expect(message).to_contain_text("Please be quiet")
        expect(board.locator("#sent-messages")).to_have_text("Messages (not read: 3)")
        board.click("#sent-messages")
        sent = board.locator(".sent-message")
        expect(sent).to_contain_text("Read: 0 of 3")
        message.get_by_role("button", name="I have read it").click()
        expect(sent).to_contain_text("Read: 1 of 3")
        sent.locator("summary").click()
        expect(sent.locator("li")).to_have_count(2)
        board.get_by_role("button", name="Close", exact=True).click()


def test_staff_write_to_chosen_seats_and_to_one(
    page: Page, chromium: Chromium, hall: CentreServices, attempt_id: str
) -> None:
    with staff_board(chromium, origin(page)) as board:
        board.click("#send-message")
        board.get_by_role("radio", name="Chosen seats").check()
        board.fill("#message-text", "first")
        board.get_by_role("button", name="Preview").click()
        expect(board.locator("dialog")).to_contain_text("Choose somebody")
        board.locator(".seat-choice input").first.check()
        board.get_by_role("button", name="Preview").click()
        board.get_by_role("button", name="Send now").click()
        expect(page.locator(".message")).to_contain_text("first")
        seat = board.locator(f".seat[data-admission-no='{WHO['admission_no']}']")
        seat.locator(".more").click()
        board.locator("dialog").get_by_role("button", name="Send a message").click()
        board.fill("#message-text", "second")
        board.get_by_role("button", name="Send", exact=True).click()
        expect(page.locator(".message")).to_have_count(2)
        expect(page.locator(".message").last).to_contain_text("second")
    assert [view.total for view in hall.messages.sent(SITTING)] == [1, 1]

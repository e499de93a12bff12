"""The whole way once, as people go it: check-in by face, exam, crash, hand-in, result at HQ."""

import re

import pytest
from playwright.sync_api import Page, expect

from sync.wire.delivery.bundle import answers_digest
from tests.e2e.conftest import TITLE, WAIT_MS, World, until
from tests.e2e.forms import fill_form

pytestmark = pytest.mark.e2e

ITEMS = 70

AWAY = """(away) => {
  Object.defineProperty(document, "hidden", {value: away, configurable: true});
  document.hasFocus = () => !away;
  document.dispatchEvent(new Event("visibilitychange"));
  if (!away) window.dispatchEvent(new Event("focus"));
}"""


def check_device(world: World, page: Page) -> None:
    """The start page: camera, microphone, loudspeaker, server."""
    page.goto("/?lang=en")
    page.click("#play-tone")
    page.click("#tone-yes")
    expect(page.locator("#continue")).to_be_enabled()
    world.shot(page, "check")
    page.click("#continue")


def sign_in(world: World, page: Page, number: int) -> None:
    """Both numbers, and consent to face recognition."""
    person = world.people[number]
    page.wait_for_url("**/sign-in")
    page.fill("#admission-no", person.admission_no)
    page.fill("#identity-no", person.identity_no)
    page.check("input[name=consent][value=yes]")
    world.shot(page, "sign-in")
    page.click("#sign-in button[type=submit]")
    fill_form(page)


def answer_everything(page: Page) -> None:
    """One answer to each item of the paper, by keyboard."""
    expect(page.locator("#navigator .cell")).to_have_count(ITEMS)
    for _ in range(ITEMS):
        area = page.locator("#item textarea")
        if area.count():
            area.fill("核算边界内的活动数据乘以排放因子。")
        else:
            page.keyboard.press("1")
        if page.locator("#next").is_enabled():
            page.click("#next")
    expect(page.locator("#navigator .cell.answered")).to_have_count(ITEMS)


def saved(page: Page) -> None:
    """The page says that all answers are saved."""
    expect(page.locator("#saved")).to_have_attribute("data-state", "saved")


def seconds_left(page: Page) -> int:
    """What the clock shows."""
    parts = [int(part) for part in re.findall(r"\d+", page.locator("#clock").inner_text())]
    total = 0
    for part in parts:
        total = total * 60 + part
    return total


@pytest.fixture(scope="module")
def desk(world: World) -> Page:
    """The staff page, open on the room."""
    return world.staff()


@pytest.fixture(scope="module")
def terminal(world: World) -> Page:
    """The first candidate's terminal; the camera shows the right person."""
    return world.browser(world.people[0].face).new_page()


def test_the_right_person_is_verified_by_face_and_waits(world: World, terminal: Page) -> None:
    check_device(world, terminal)
    sign_in(world, terminal, 0)
    expect(terminal.locator("#verify-start")).to_be_enabled()
    world.shot(terminal, "verify")
    terminal.click("#verify-start")
    expect(terminal.locator("#face-prompt")).to_have_attribute("data-ask", re.compile("left|right"))
    world.shot(terminal, "verify-face")
    expect(terminal.locator("#verify-card")).to_be_visible()
    world.shot(terminal, "verify-card")
    terminal.wait_for_url("**/waiting")
    world.shot(terminal, "waiting")


@pytest.fixture(scope="module")
def second(world: World) -> Page:
    """The second candidate's terminal; the camera shows somebody else."""
    return world.browser(world.people[2].face).new_page()


def test_the_wrong_person_does_not_pass_and_staff_decide(
    world: World, desk: Page, second: Page
) -> None:
    page = second
    check_device(world, page)
    sign_in(world, page, 1)
    for left in (2, 1, 0):
        page.locator("#verify-start").click(timeout=WAIT_MS)
        expect(page.locator("#verify-face")).to_be_visible()
        expect(page.locator("#verify-staff" if left == 0 else "#verify-ready")).to_be_visible()
    world.shot(page, "verify-staff")
    seat = desk.locator("#seats > *").filter(has_text=world.people[1].name)
    seat.locator("button.more").click()
    desk.fill("#reason", "identity card compared")
    world.shot(desk, "staff-decide")
    desk.get_by_role("button", name="It is the candidate", exact=True).click()
    page.wait_for_url("**/waiting")


def test_staff_see_what_no_camera_can_prove(world: World, desk: Page, terminal: Page) -> None:
    desk.click("#inspect-all")
    expect(desk.locator("dialog")).to_contain_text(world.people[0].name)
    world.shot(desk, "staff-look")
    desk.keyboard.press("1")
    terminal.wait_for_url("**/verify")
    expect(terminal.locator("#verify-findings")).to_contain_text("hat")
    world.shot(desk, "staff-look-hat")
    world.shot(terminal, "verify-hat")
    desk.keyboard.press("1")
    terminal.wait_for_url("**/waiting")
    expect(desk.locator("dialog")).to_have_count(0)
    expect(desk.locator("#inspect-all")).to_be_hidden()


def test_staff_unlock_and_start(world: World, desk: Page, terminal: Page) -> None:
    desk.get_by_role("button", name="Unlock the paper").click()
    desk.fill("#unlock-code", "0000-0000-0000-0000")
    desk.get_by_role("button", name="Unlock", exact=True).click()
    expect(desk.locator("dialog .note.bad")).to_be_visible()
    desk.fill("#unlock-code", world.access.codes[TITLE])
    world.shot(desk, "staff-unlock")
    desk.get_by_role("button", name="Unlock", exact=True).click()
    desk.get_by_role("button", name="Start the sitting").click()
    desk.get_by_label("Yes, start the time now.").check()
    desk.get_by_role("button", name=re.compile("Start now")).click()
    terminal.wait_for_url("**/exam")
    expect(terminal.locator("#navigator .cell").first).to_be_visible()


def test_answers_survive_reload_and_kill_of_the_server(world: World, terminal: Page) -> None:
    answer_everything(terminal)
    saved(terminal)
    terminal.locator("#navigator .cell").nth(31).click()
    world.shot(terminal, "exam")
    before = seconds_left(terminal)
    world.centre.kill()
    terminal.keyboard.press("p")
    terminal.locator("#navigator .cell").first.click()
    terminal.keyboard.press("2")
    expect(terminal.locator("#saved")).to_have_attribute("data-state", "waiting")
    world.shot(terminal, "exam-server-away")
    world.centre.start()
    saved(terminal)
    terminal.reload()
    expect(terminal.locator("#navigator .cell.answered")).to_have_count(ITEMS)
    expect(terminal.locator("#clock")).not_to_have_text("–")
    assert before - 120 < seconds_left(terminal) < before


def test_a_message_and_a_call_survive_the_kill_of_the_server(
    world: World, desk: Page, terminal: Page
) -> None:
    desk.click("#send-message")
    desk.fill("#message-text", "Question 5: read kg as t.")
    desk.get_by_role("button", name="Preview").click()
    world.shot(desk, "staff-message")
    desk.get_by_role("button", name="Send now").click()
    message = terminal.locator(".message", has_text="Question 5: read kg as t.")
    expect(message).to_be_visible()
    world.shot(terminal, "exam-message")
    world.centre.kill()
    message.get_by_role("button", name="I have read it").click()
    expect(message).to_contain_text("Not confirmed")
    terminal.locator(".exam-bar [data-call]").click()
    terminal.get_by_role("button", name="Call the invigilator").last.click()
    expect(terminal.locator("#call-note")).to_contain_text("Raise your hand")
    world.shot(terminal, "exam-call-undelivered")
    world.centre.start()
    terminal.get_by_role("button", name="Yes, call now").click(timeout=WAIT_MS)
    expect(terminal.locator("#call-note")).to_contain_text("has been told")
    message.get_by_role("button", name="I have read it").click()
    expect(message).to_have_count(0)
    seat = desk.locator("#seats > *").filter(has_text=world.people[0].name)
    seat.get_by_role("button", name="I am coming").click(timeout=WAIT_MS)
    expect(terminal.locator("#call-note")).to_contain_text("is coming")
    world.shot(desk, "staff-call")
    seat.get_by_role("button", name="Close the call").click()
    expect(terminal.locator("#call-note")).to_be_hidden()


def test_leaving_the_page_is_counted_and_warned(world: World, desk: Page, terminal: Page) -> None:
    terminal.evaluate(AWAY, True)
    terminal.evaluate(AWAY, False)
    expect(terminal.locator("dialog[open]")).to_contain_text("1")
    world.shot(terminal, "exam-left")
    expect(desk.locator("#room-error")).to_be_hidden()
    seat = desk.locator("#seats > *").filter(has_text=world.people[0].name)
    expect(seat).to_contain_text("70/70")
    world.shot(desk, "staff-room")


def test_hand_in_gives_a_receipt_that_fits_what_hq_holds(world: World, terminal: Page) -> None:
    if terminal.locator("dialog[open]").count():
        terminal.locator("dialog[open] button").last.click()
    terminal.click("#hand-in")
    world.shot(terminal, "hand-in")
    terminal.get_by_role("button", name="Confirm hand-in").click()
    terminal.wait_for_url("**/receipt")
    world.shot(terminal, "receipt")
    digest = terminal.locator("#digest").inner_text().replace("\n", "").replace(" ", "")
    number = world.people[0].admission_no
    until(lambda: number in world.held())
    held = world.held()[number]
    assert answers_digest(held["answers"]) == digest
    assert len(held["answers"]) == ITEMS
    assert held["end_reason"] == "handed_in"


def test_speech_at_the_terminal_is_told_to_staff(world: World, desk: Page, second: Page) -> None:
    second.wait_for_url("**/exam")
    expect(second.locator("#navigator .cell").first).to_be_visible()
    second.keyboard.press("1")
    second.evaluate("speak()")
    seat = desk.locator("#seats > *").filter(has_text=world.people[1].name)
    expect(seat).to_contain_text("Talking")
    world.shot(desk, "staff-talking")


def test_the_fifth_leave_ends_the_exam(world: World, second: Page) -> None:
    second.wait_for_url("**/exam")
    expect(second.locator("#navigator .cell").first).to_be_visible()
    for count in range(1, 6):
        second.evaluate(AWAY, True)
        if count < 5:
            second.evaluate(AWAY, False)
            expect(second.locator("dialog[open]")).to_contain_text(f"{count}")
            second.locator("dialog[open] button").last.click()
            second.wait_for_timeout(2500)  # sooner it would go on with the same page leave
    second.wait_for_url("**/receipt")
    number = world.people[1].admission_no
    until(lambda: number in world.held())
    assert world.held()[number]["end_reason"] == "rule"


def test_hq_lists_the_result(world: World) -> None:
    page = world.browser(None).new_page()
    page.goto(f"{world.hq_url}/?lang=en")
    page.locator("input[name=username]").fill("chief")
    page.locator("input[name=password]").fill(world.access.password)
    world.shot(page, "hq-sign-in")
    page.locator("input[name=password]").press("Enter")
    expect(page.get_by_text(TITLE).first).to_be_visible()
    world.shot(page, "hq")


def test_without_a_camera_the_page_says_what_to_do(world: World) -> None:
    page = world.browser(None, camera=False).new_page()
    page.goto("/?lang=en")
    card = page.locator("#check-camera")
    expect(card.locator("#camera-retry")).to_be_visible()
    world.shot(page, "check-no-camera")
    expect(page.locator("#continue")).to_be_disabled()

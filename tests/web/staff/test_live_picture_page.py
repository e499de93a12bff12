"""Staff open a candidate's check: the camera's picture moves beside the portrait, until they close.

A real browser with a synthetic camera at the terminal; the hall's clock is turned by hand.
"""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from kiosk.hall.services import CentreServices
from tests.centres import PASSWORD, USERNAME, ManualClock
from tests.web.conftest import ARRIVE, SITTING, WHO

pytestmark = pytest.mark.e2e

NOTE = "An invigilator is comparing your face"


@pytest.fixture
def terminal(page: Page, sitting: str) -> Page:
    """A candidate who declined face recognition, at the identity check."""
    page.evaluate(ARRIVE, WHO)
    page.goto("/verify?lang=en")
    expect(page.locator("#verify-staff")).to_be_visible()
    return page


@pytest.fixture
def staff(terminal: Page) -> Page:
    """The staff's room beside it, with the seat's card."""
    other = terminal.context.new_page()
    other.goto("/staff/sign-in")
    other.fill("#username", USERNAME)
    other.fill("#password", PASSWORD)
    other.click("button[type=submit]")
    other.wait_for_url("**/staff/")
    other.goto(f"/staff/sittings/{SITTING}?lang=en")
    return other


def until(page: Page, clock: ManualClock, done: Callable[[], bool], tries: int = 60) -> None:
    """Let seconds pass until something is so."""
    for _ in range(tries):
        if done():
            return
        clock.pass_time(1)
        page.wait_for_timeout(500)
    pytest.fail("it did not come")


def source(staff: Page) -> str:
    """What stands beside the portrait."""
    return str(staff.locator(".live-picture img").get_attribute("src") or "")


def test_the_picture_moves_while_the_dialog_is_open_and_the_terminal_says_so(
    terminal: Page, staff: Page, hall: CentreServices, clock: ManualClock
) -> None:
    sent: list[str] = []
    terminal.on("request", lambda request: sent.append(request.url))

    def frames() -> int:
        return sum(url.endswith("/live-picture") for url in sent)

    terminal.wait_for_timeout(2500)
    assert frames() == 0  # nobody looks
    expect(terminal.get_by_text(NOTE)).to_be_hidden()
    staff.locator("#queue-list button").click()
    figure = staff.locator(".live-picture")
    expect(figure).to_contain_text("Waiting for the live picture")
    expect(figure).to_contain_text("No check-in picture")
    until(staff, clock, lambda: source(staff).startswith("blob:"))
    expect(terminal.get_by_text(NOTE)).to_be_visible()
    expect(figure).to_have_attribute("data-live", "yes")
    first = source(staff)
    until(staff, clock, lambda: source(staff) not in ("", first))
    width = staff.locator(".live-picture img").evaluate("image => image.naturalWidth")
    assert width == 320
    staff.keyboard.press("Escape")
    expect(staff.locator("dialog")).to_have_count(0)
    expect(terminal.get_by_text(NOTE)).to_be_hidden()
    terminal.wait_for_timeout(1500)
    before = frames()
    terminal.wait_for_timeout(3000)
    assert frames() == before
    assert hall.live_pictures._looks == {}


def test_a_candidate_who_waits_for_the_start_is_told_too_and_the_camera_closes(
    terminal: Page, hall: CentreServices, clock: ManualClock
) -> None:
    (waiting,) = [row for row in hall.rooms.room(SITTING, hall.sync.view()).rows if row.terminal]
    hall.verification.decide(waiting.attempt_id, True, "same person", "staff:chief")
    terminal.wait_for_url("**/waiting")
    hall.live_pictures.open(waiting.attempt_id, "staff:li")
    expect(terminal.get_by_text(NOTE)).to_be_visible()
    until(terminal, clock, lambda: sees(hall, waiting.attempt_id))
    hall.live_pictures.close(waiting.attempt_id, "staff:li")
    expect(terminal.get_by_text(NOTE)).to_be_hidden()
    assert terminal.locator(".live-note video").evaluate("video => video.srcObject") is None


def test_no_picture_leaves_while_a_dialog_covers_the_words(
    terminal: Page, hall: CentreServices, clock: ManualClock
) -> None:
    (waiting,) = [row for row in hall.rooms.room(SITTING, hall.sync.view()).rows if row.terminal]
    sent: list[str] = []
    terminal.on("request", lambda request: sent.append(request.url))
    terminal.locator("#main[data-help-ready]").wait_for()
    terminal.locator(".site-foot a[data-help]").first.click()
    expect(terminal.locator("dialog")).to_be_visible()
    hall.live_pictures.open(waiting.attempt_id, "staff:li")
    terminal.wait_for_timeout(5000)
    assert not [url for url in sent if url.endswith("/live-picture")]
    expect(terminal.get_by_text(NOTE)).to_be_hidden()
    terminal.locator("dialog .actions button").click()
    until(terminal, clock, lambda: sees(hall, waiting.attempt_id))
    expect(terminal.get_by_text(NOTE)).to_be_visible()


def sees(hall: CentreServices, attempt_id: str) -> bool:
    """Whether a picture has come; asking keeps the look open."""
    return hall.live_pictures.newest(attempt_id, "staff:li") is not None


def test_the_pictures_stay_in_view_on_a_small_screen(terminal: Page, staff: Page) -> None:
    for width in (1366, 1024):
        staff.set_viewport_size({"width": width, "height": 768})
        staff.locator("#queue-list button").click()
        expect(staff.locator("dialog .nothing")).to_be_focused()
        staff.keyboard.press("7")
        for part in (".pair figure:first-child .frame", ".live-picture .frame", ".actions"):
            box = staff.locator(f"dialog {part}").bounding_box()
            assert box is not None
            assert box["y"] >= 0, (width, part)
            assert box["y"] + box["height"] <= 768, (width, part)
        staff.keyboard.press("Escape")


def test_without_a_camera_the_newest_check_in_picture_stands_in_and_says_so(
    terminal: Page, staff: Page, clock: ManualClock
) -> None:
    terminal.goto("about:blank")
    staff.locator("#queue-list button").click()
    figure = staff.locator(".live-picture")
    expect(figure).to_contain_text("No live picture")
    expect(figure).to_contain_text("No check-in picture")
    expect(figure).to_have_attribute("data-live", "no")


def test_the_queue_names_the_wait_and_opens_the_check(
    terminal: Page, staff: Page, clock: ManualClock
) -> None:
    place = staff.locator("#queue-list li")
    expect(place).to_contain_text("waits less than 1 min")
    expect(place).to_contain_text("check by hand")
    expect(staff.locator("[data-filter=waiting] strong")).to_have_text("1")
    clock.pass_time(6 * 60)
    expect(place).to_contain_text("waits 6 min !")
    place.get_by_role("button").click()
    staff.locator("dialog h2").first.click()
    staff.keyboard.press("7")
    staff.keyboard.press("Enter")
    expect(staff.locator("dialog")).to_have_count(0)
    expect(staff.locator("#queue")).to_be_hidden()
    expect(staff.locator("[data-filter=waiting] strong")).to_have_text("0")
    terminal.wait_for_url("**/waiting")

"""The board in a browser: map, list and cards of the same candidates, and acts with few clicks."""

import re

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from kiosk.hall.services import CentreServices
from tests.centres import Site, candidates
from tests.web.browser import Browser
from tests.web.conftest import SITTING

pytestmark = pytest.mark.e2e


@pytest.fixture
def attempts(hall: CentreServices, site: Site, app_desk: Browser) -> list[str]:
    """Three candidates who answer, of twelve in rows A to C with a gap."""
    seats = ["A01", "A02", "A04", "B01", "B02", "B03", "B04", "C01", "C02", "C03", "C04", "C10"]
    roster = [
        person.model_copy(update={"seat": seat})
        for person, seat in zip(candidates(12, 0), seats, strict=True)
    ]
    drill = {"staff_reasons": {"pause_room": [{"zh": "演练", "en": "Fire drill"}]}}
    package = site.package(roster=tuple(roster), rules=drill)
    hall.sittings.import_package(package.data, "staff:chief")
    hall.sittings.unlock(SITTING, package.code, "staff:chief")
    found = []
    for number in (1, 2, 3):
        terminal = Browser(app_desk.client.application.test_client())
        terminal.register()
        terminal.check()
        terminal.sign_in(number, consent=False)
        hall.verification.decide(terminal.attempt_id, True, "same person", "staff:chief")
        found.append(terminal.attempt_id)
    hall.starts.start(SITTING, "staff:chief")
    return found


@pytest.fixture
def board(staff_page: Page, attempts: list[str]) -> Page:
    """The board at 1024 × 768, in English."""
    staff_page.set_viewport_size({"width": 1024, "height": 768})
    staff_page.goto(f"/staff/sittings/{SITTING}?lang=en")
    expect(cell(staff_page, "A01")).to_be_visible()
    return staff_page


def cell(page: Page, seat: str) -> Locator:
    """The cell of a seat in the map."""
    return page.locator(".seat-cell", has=page.locator(".cell-seat", has_text=seat))


def count(page: Page, name: str) -> str | None:
    """The figure of a filter."""
    return page.locator(f"[data-filter={name}] strong").text_content()


def test_the_map_shows_the_room_and_is_walked_with_the_arrow_keys(board: Page) -> None:
    first, far = cell(board, "A01").bounding_box(), cell(board, "C10").bounding_box()
    assert first
    assert far
    assert far["x"] > first["x"]
    assert far["y"] > first["y"]
    assert min(first["width"], first["height"]) >= 44
    expect(cell(board, "A01")).to_have_attribute("aria-label", re.compile("考生1, Answering"))
    cell(board, "A02").focus()
    board.keyboard.press("ArrowRight")
    expect(cell(board, "A04")).to_be_focused()
    board.keyboard.press("ArrowDown")
    expect(cell(board, "B04")).to_be_focused()
    board.keyboard.press("Home")
    expect(cell(board, "B01")).to_be_focused()
    board.keyboard.press("Enter")
    expect(board.locator("dialog h2")).to_have_text("考生4")
    board.keyboard.press("Escape")
    expect(board.locator("dialog")).to_have_count(0)


def test_rows_of_seats_are_seen_on_a_small_screen_without_scrolling(board: Page) -> None:
    expect(board.locator("#day [aria-current=step]")).to_be_visible()
    for seat in ("A01", "B01", "C01"):
        expect(cell(board, seat)).to_be_in_viewport(ratio=1)
    assert board.evaluate("scrollY") == 0


def test_all_views_show_whom_the_figures_count(board: Page) -> None:
    assert (count(board, "all"), count(board, "in_progress"), count(board, "registered")) == (
        "12",
        "3",
        "9",
    )
    board.locator("[data-filter=in_progress]").click()
    expect(board.locator(".seat-cell:not(.faded)")).to_have_count(3)
    board.locator("[data-view=list]").click()
    expect(board.locator(".seat-row:visible")).to_have_count(3)
    expect(board.locator(".seat-row:visible").first).to_contain_text("▶ Answering")
    board.locator("[data-view=cards]").click()
    expect(board.locator(".seat:visible")).to_have_count(3)
    board.locator("[data-filter=all]").click()
    board.locator("[data-view=list]").click()
    board.locator("#sort").select_option("name")
    board.locator("#search").fill("c10")
    expect(board.locator(".seat-row:visible")).to_have_count(1)
    board.reload()
    expect(board.locator("#view-list")).to_be_visible()
    expect(board.locator("#board-clock")).to_contain_text("Planned time14:30:00 – 16:30:00")


def test_chosen_seats_are_paused_and_resumed_and_told_together(
    board: Page, hall: CentreServices, attempts: list[str]
) -> None:
    board.locator("#choose-seats").click()
    for seat in ("A01", "A02", "C10"):
        cell(board, seat).click()
    expect(board.locator("#bulk-count")).to_have_text("Chosen seats (3)")
    board.locator("[data-act=pause]").click()
    dialog = board.locator("dialog")
    expect(dialog).to_contain_text("Reaches 2 of 3 chosen seats.")
    expect(dialog).to_contain_text("C10 考生12 (Not here yet)")
    # A colleague ends one of them while the reason is typed.
    hall.ends.end_by_staff(attempts[1], "gave up", "staff:chief")
    dialog.get_by_role("button", name="Power or network failure").click()
    dialog.get_by_role("button", name="Pause", exact=True).click()
    expect(dialog).to_contain_text("Not reached: 1")
    expect(dialog).to_contain_text("A02 考生2:")
    dialog.get_by_role("button", name="Close").click()
    assert hall.attempts.view(attempts[0]).state == "paused"
    expect(cell(board, "A01")).to_have_attribute("data-attention", "urgent")
    expect(board.locator("#bulk-count")).to_contain_text("Choose seats")


def test_the_room_is_paused_with_two_clicks_and_the_reason_follows(
    board: Page, hall: CentreServices, attempts: list[str]
) -> None:
    board.get_by_role("button", name="Pause …").click()
    board.locator("dialog").get_by_role("button", name="Pause now").click()
    expect(board.locator("#room-pause")).to_contain_text("reason not given yet")
    assert hall.attempts.view(attempts[0]).state == "paused"
    board.locator("#pause-reasons").get_by_role("button", name="Give the reason").click()
    board.locator("dialog").get_by_role("button", name="Fire drill").click()
    board.locator("dialog").get_by_role("button", name="Give the reason").click()
    expect(board.locator("#pause-reasons")).to_be_hidden()
    expect(board.locator("#room-pause")).to_contain_text("Fire drill")


def test_a_seat_leads_to_its_incidents_and_is_calm_when_they_are_acknowledged(
    board: Page, hall: CentreServices, attempts: list[str]
) -> None:
    hall.proctoring.mark(attempts[0], "talking", "with A02", "staff:chief")
    expect(cell(board, "A01")).to_have_attribute("data-attention", "look")
    board.locator("[data-view=list]").click()
    board.get_by_role("link", name="Incidents of 考生1: 1").click()
    expect(board.locator("#seen")).to_contain_text("Not acknowledged: 1 incidents")
    board.get_by_role("button", name="Acknowledge").click()
    expect(board.locator(".incident")).to_contain_text("Acknowledged by chief")
    board.get_by_role("link", name="Back to the room").click()
    line = board.locator(".seat-row", has_text="A01")
    expect(line).to_have_attribute("data-attention", "calm")
    hall.proctoring.mark(attempts[0], "talking", "again", "staff:chief")
    expect(line).to_have_attribute("data-attention", "look")


def test_the_board_says_that_it_is_old_while_the_server_is_away_and_catches_up(
    board: Page, hall: CentreServices, attempts: list[str]
) -> None:
    def refuse(route: Route) -> None:
        route.abort("connectionfailed")

    board.route("**/staff/api/**", refuse)
    expect(board.locator("#room-error")).to_contain_text("What is shown is as of")
    expect(board.locator("#board")).to_have_class("out-of-date")
    expect(cell(board, "A01")).to_be_visible()
    hall.pauses.pause(attempts[0], "unwell", "staff:chief")
    board.unroute("**/staff/api/**")
    expect(cell(board, "A01")).to_have_attribute("data-state", "paused")
    expect(board.locator("#room-error")).to_be_hidden()
    expect(board.locator("#board")).not_to_have_class("out-of-date")


def test_only_rows_that_changed_are_sent_and_touched(
    board: Page, hall: CentreServices, attempts: list[str]
) -> None:
    board.locator("[data-view=list]").click()
    board.locator(".seat-row").first.wait_for()
    board.evaluate("""() => {
      window.touched = new Set();
      new MutationObserver((records) => {
        for (const { target } of records) {
          const row = (target.nodeType === 1 ? target : target.parentElement).closest(".seat-row");
          if (row && !target.closest?.("td.num")) window.touched.add(row.dataset.admissionNo);
        }
      }).observe(
        document.querySelector("#view-list"), { subtree: true, childList: true, attributes: true });
    }""")
    with board.expect_response("**/board?since=*") as quiet:
        pass
    assert quiet.value.json()["rows"] == []
    hall.pauses.pause(attempts[0], "unwell", "staff:chief")
    expect(board.locator(".seat-row", has_text="A01")).to_contain_text("Ⅱ")
    assert board.evaluate("[...window.touched]") == ["2026T0001"]

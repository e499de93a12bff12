"""The board of a sitting with two rooms and two papers, in a browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from kiosk.hall.services import CentreServices
from tests.centres import PASSWORD, USERNAME, Site, sat, seated
from tests.web.conftest import SITTING

ROOMS = (("1", "一号机房"), ("2", "二号机房"))
PLACES = (("1", "long"), ("1", "short"), ("2", "long"), ("2", "short"))


@pytest.fixture
def board(page: Page, hall: CentreServices, site: Site) -> Page:
    """A chief invigilator at the board; the paper is unlocked."""
    papers = (sat("long", 120), sat("short", 90, "carbon-trader"))
    roster = list(seated(*PLACES))
    roster[2] = roster[2].model_copy(update={"extra_minutes": 30, "needs": "大字试卷"})
    package = site.package(papers=papers, rooms=ROOMS, roster=tuple(roster))
    hall.sittings.import_package(package.data, "staff:chief")
    hall.sittings.unlock(SITTING, package.code, "staff:chief")
    page.set_viewport_size({"width": 1366, "height": 768})
    page.goto("/staff/sign-in")
    page.fill("#username", USERNAME)
    page.fill("#password", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_url("**/staff/")
    page.goto(f"/staff/sittings/{SITTING}?lang=en")
    page.locator("[data-view=cards]").click()
    return page


@pytest.mark.e2e
def test_rooms_start_pause_and_are_filtered_on_their_own(board: Page, hall: CentreServices) -> None:
    board.get_by_role("button", name="Start the sitting").click()
    dialog = board.locator("dialog")
    dialog.get_by_label("Room").select_option("1")
    expect(dialog.locator("dl")).to_contain_text("Not signed in yet2")
    dialog.get_by_label("Yes, start the time now.").check()
    dialog.get_by_role("button", name="Start now").click()
    expect(board.get_by_role("button", name="Start others")).to_be_visible()
    expect(board.locator("#groups-summary")).to_contain_text("2 not started yet")

    board.locator("#filter-room").select_option("2")
    expect(board.locator(".seat:visible")).to_have_count(2)
    board.locator("#filter-paper").select_option("short")
    expect(board.locator(".seat:visible")).to_have_count(1)

    board.get_by_role("button", name="More actions").click()
    board.get_by_role("button", name="Pause the exams").click()
    dialog.get_by_label("Room").select_option("1")
    dialog.get_by_role("button", name="Fire alarm").click()
    dialog.get_by_role("button", name="Pause the exams").click()
    expect(board.locator("#room-pause")).to_contain_text("一号机房: paused for")
    board.locator("#room-pause").get_by_role("button", name="Resume").click()
    dialog.get_by_role("button", name="The disturbance is over").click()
    dialog.get_by_role("button", name="Resume", exact=True).click()
    expect(board.locator("#room-pause")).to_be_hidden()

    board.locator("#filter-paper").select_option("")
    board.locator(".seat:visible").first.get_by_role("button", name=re.compile("^Actions")).click()
    expect(dialog).to_contain_text("30 extra minutes · Other needs: 大字试卷")
    board.get_by_role("button", name="Move to another seat").click()
    dialog.get_by_label("Room").select_option("1")
    dialog.get_by_label("Seat").fill("A07")
    board.locator("#reason").fill("no power")
    dialog.get_by_role("button", name="Move", exact=True).click()
    expect(board.locator("dialog")).to_have_count(0)
    places = {(row.room, row.seat) for row in hall.rooms.room(SITTING, hall.sync.view()).rows}
    assert ("1", "A07") in places


@pytest.mark.e2e
def test_the_seat_plan_lists_each_room_without_the_menus_when_printed(board: Page) -> None:
    board.goto(f"/staff/sittings/{SITTING}/seats?lang=en")
    expect(board.locator(".seat-plan section")).to_have_count(2)
    expect(board.locator(".seat-plan tbody tr").first).to_contain_text("A01")
    first, second = board.locator(".seat-plan section").all()
    expect(first).not_to_contain_text("Extra time")
    expect(second.locator("tbody tr").first).to_contain_text("30 extra minutes · 大字试卷")
    board.emulate_media(media="print")
    for hidden in ("header", "nav", "#print"):
        expect(board.locator(hidden).first).to_be_hidden()
    expect(board.locator(".seat-plan .print-only").first).to_be_visible()

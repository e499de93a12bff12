"""A toilet break in real browsers: covered, running, and kept whatever happens to the server."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, Route, expect

from kiosk.hall.services import CentreServices
from kiosk.server.serving import listening
from kiosk.web.app import create_app
from tests.centres import PASSWORD, USERNAME, ManualClock, Site
from tests.web.axe import faults, needs_axe
from tests.web.conftest import ARRIVE, SITTING, WHO
from tests.web.faces import NoFaces
from tests.web.halls import quiet_hall

pytestmark = pytest.mark.e2e
BY = "staff:chief"
SECRET = b"a secret that only tests may use"


@contextmanager
def server(site: Site, clock: ManualClock, port: int = 0) -> Iterator[tuple[CentreServices, str]]:
    """The centre's server, as a start on these data makes it."""
    with quiet_hall(site, clock, NoFaces()) as hall:
        app = create_app(hall, secret=SECRET, testing=True)
        with listening(app, "127.0.0.1", port, 8) as url:
            yield hall, url


@contextmanager
def staff_board(chromium: Chromium, url: str) -> Iterator[Page]:
    """A chief invigilator at the room's board."""
    with chromium.new_context(base_url=url, locale="zh-CN") as context:
        board = context.new_page()
        board.set_viewport_size({"width": 1366, "height": 768})
        board.goto("/staff/sign-in?lang=en")
        board.fill("#username", USERNAME)
        board.fill("#password", PASSWORD)
        board.click("button[type=submit]")
        board.wait_for_url("**/staff/")
        board.goto(f"/staff/sittings/{SITTING}?lang=en")
        board.locator("[data-view=cards]").click()
        yield board


def refuse(route: Route) -> None:
    route.abort("connectionfailed")


def covered(page: Page) -> None:
    """The cover is shown with a clock that runs, and no word of the paper is in the page."""
    cover = page.locator(".pause-overlay[data-reason=break]")
    expect(cover).to_contain_text("You are on a toilet break")
    expect(cover.locator("time")).to_have_text(page.locator("#clock").inner_text())
    expect(page.locator("#item .option")).to_have_count(0)


def test_staff_let_out_with_two_clicks_and_back_with_one(
    page: Page, chromium: Chromium, hall: CentreServices, attempt_id: str
) -> None:
    url = str(page.evaluate("location.origin"))
    with staff_board(chromium, url) as board:
        seat = board.locator(f".seat[data-admission-no='{WHO['admission_no']}']")
        seat.get_by_role("button", name="Actions").click()
        board.get_by_role("button", name="Toilet break", exact=True).click()
        board.get_by_role("button", name="Begin the break").click()
        expect(board.locator("dialog .note.bad:visible")).to_contain_text("enter who goes along")
        board.get_by_label("Who goes along").fill("王芳")
        page.keyboard.press("1")
        board.get_by_role("button", name="Begin the break").click()
        expect(seat).to_contain_text("Toilet break since")
        expect(seat).to_contain_text("王芳")
        expect(board.locator("[data-filter=out] strong")).to_have_text("1")
        covered(page)
        page.keyboard.press("n")
        page.keyboard.press("2")
        assert hall.attempts.time(attempt_id).acked_through == 1
        page.get_by_role("button", name="I am back").click()
        expect(page.locator(".pause-overlay")).to_contain_text("has been told that you are back")
        expect(seat).to_have_attribute("data-attention", "urgent")
        seat.get_by_role("button", name="Actions").click()
        board.get_by_role("button", name="Back from the toilet break").click()
        expect(page.locator(".pause-overlay")).to_have_count(0)
        expect(page.locator(".cell[aria-current]")).to_have_text("1")
        expect(page.locator(".option input:checked")).to_have_count(1)
        seat.get_by_role("button", name="Actions").click()
        board.get_by_role("button", name="Toilet break", exact=True).click()
        expect(board.get_by_label("Who goes along")).to_have_value("王芳")
        expect(board.locator("dialog")).to_contain_text("Breaks so far: 1.")
    assert hall.attempts.view(attempt_id).leaves == 0


def test_the_break_outlives_a_server_that_dies_and_a_page_that_is_reloaded(
    chromium: Chromium, site: Site, clock: ManualClock
) -> None:
    with chromium.new_context(locale="zh-CN") as context:
        page = context.new_page()
        with server(site, clock) as (hall, url):
            package = site.usual_package()
            hall.sittings.import_package(package.data, BY)
            page.goto(f"{url}/help?lang=en")
            attempt_id = str(page.evaluate(ARRIVE, WHO))
            hall.verification.decide(attempt_id, True, "same person", BY)
            hall.sittings.unlock(SITTING, package.code, BY)
            hall.starts.start(SITTING, BY)
            page.goto(f"{url}/exam")
            expect(page.locator("#navigator .cell").first).to_be_visible()
            page.keyboard.press("1")
            expect(page.locator("#saved")).to_have_attribute("data-state", "saved")
            left = hall.attempts.time(attempt_id).remaining_s
            hall.breaks.begin(attempt_id, "王芳", "", BY)
            covered(page)
        page.wait_for_timeout(3_000)  # some polls find nobody
        covered(page)
        clock.pass_time(60)
        with server(site, clock, int(url.rpartition(":")[2])) as (hall, _):
            page.reload()
            covered(page)
            expect(page.locator(".pause-overlay")).to_contain_text("Your answers are saved.")
            page.get_by_role("button", name="I am back").click()
            expect(page.locator(".pause-overlay")).to_contain_text("has been told")
            assert hall.attempts.time(attempt_id).remaining_s == pytest.approx(left - 60, abs=5)
            hall.breaks.end(attempt_id, True, BY)
            expect(page.locator(".pause-overlay")).to_have_count(0)
            expect(page.locator(".option input:checked")).to_have_count(1)
            page.keyboard.press("2")
            expect(page.locator("#saved")).to_have_attribute("data-state", "saved")
            assert hall.attempts.time(attempt_id).acked_through == 2
            page.goto("about:blank")


def test_answers_typed_without_a_network_are_saved_during_the_break(
    page: Page, hall: CentreServices, attempt_id: str
) -> None:
    page.route("**/api/**", refuse)
    page.keyboard.press("1")
    expect(page.locator("#saved")).to_have_attribute("data-state", "waiting")
    hall.breaks.begin(attempt_id, "王芳", "", BY)
    page.unroute("**/api/**")
    covered(page)
    expect(page.locator(".pause-overlay")).to_contain_text("Your answers are saved.")
    assert hall.attempts.time(attempt_id).acked_through == 1
    page.route("**/break/back", refuse)
    page.get_by_role("button", name="I am back").click()
    expect(page.locator(".pause-overlay")).to_contain_text("could not be told")


def test_time_that_is_up_during_the_break_ends_the_exam(
    page: Page, hall: CentreServices, attempt_id: str, clock: ManualClock
) -> None:
    hall.breaks.begin(attempt_id, "王芳", "", BY)
    covered(page)
    clock.pass_time(hall.attempts.time(attempt_id).remaining_s + 60)
    hall.ends.sweep()
    hall.ends.sweep()
    page.wait_for_url("**/receipt")


@needs_axe
def test_the_cover_is_accessible(page: Page, hall: CentreServices, attempt_id: str) -> None:
    hall.breaks.begin(attempt_id, "王芳", "", BY)
    covered(page)
    assert faults(page) == []
    page.reload()
    covered(page)

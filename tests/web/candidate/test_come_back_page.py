"""Terminals and candidates come back in a real browser: restarts, other people, help, flags."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page, Route, expect

from kiosk.hall.services import CentreServices
from kiosk.server.serving import listening
from tests.centres import PASSWORD, USERNAME, ManualClock, Package
from tests.event_logs import event_log
from tests.web.conftest import ARRIVE, CHROMIUM, FLAGS, SITTING, WHO, open_paper

pytestmark = pytest.mark.e2e

BY = "staff:chief"
OTHER = {"admission_no": "2026T0002", "identity_no": "99000119900101002X", "consent_face": False}
NOTHING_HELD = """() => new Promise((resolve) => {
  const open = indexedDB.open("exam-answer-buffer");
  open.onsuccess = () => { const all = open.result.transaction("buffers").objectStore("buffers")
    .getAllKeys(); all.onsuccess = () => resolve(all.result.length === 0); }; })"""


class Machine:
    """A candidate's machine: its browser can be closed and started again, its disk stays."""

    def __init__(self, chromium: Chromium, disk: Path, url: str) -> None:
        self._chromium, self._disk, self._url = chromium, disk, url

    @contextmanager
    def on(self) -> Iterator[Page]:
        """A window of its browser."""
        context: BrowserContext = self._chromium.browser_type.launch_persistent_context(
            self._disk, executable_path=CHROMIUM, args=FLAGS, base_url=self._url
        )
        try:
            yield context.pages[0]
        finally:
            context.close()


@pytest.fixture
def url(app: Flask) -> Iterator[str]:
    """The centre's address."""
    expect.set_options(timeout=20_000)
    with listening(app, "127.0.0.1", 0, 8) as url:
        yield url


@pytest.fixture
def machine(chromium: Chromium, tmp_path: Path, url: str) -> Machine:
    """A machine that has never been used."""
    return Machine(chromium, tmp_path / "disk", url)


def arrive(page: Page, hall: CentreServices, who: dict[str, object]) -> str:
    """A candidate signs in there, and staff confirm who it is."""
    page.goto("/static/mark.svg")
    page.goto("/help?lang=en&over=1")
    attempt_id = str(page.evaluate(ARRIVE, who))
    hall.verification.decide(attempt_id, True, "same person", BY)
    return attempt_id


def start(hall: CentreServices, package: Package) -> None:
    """Unlock the paper and start the exam."""
    hall.sittings.unlock(SITTING, package.code, BY)
    hall.starts.start(SITTING, BY)


def refuse(route: Route) -> None:
    """The server cannot be reached."""
    route.abort("connectionfailed")


def saved(page: Page) -> None:
    """The page says that all answers are saved."""
    expect(page.locator("#saved")).to_have_attribute("data-state", "saved", timeout=20_000)


def answer_unheard(page: Page) -> None:
    """Answer an item while the server is away; the answer stays in the answer buffer."""
    page.route("**/answers", refuse)
    page.keyboard.press("2")
    expect(page.locator("#saved")).to_have_attribute("data-state", "waiting")


def late(hall: CentreServices, attempt_id: str) -> list[int]:
    """How many answers each of the attempt's late deliveries brings."""
    return [found.answers for found in hall.late_answers.of_attempt(attempt_id)]


def test_a_browser_that_starts_again_is_where_it_was_with_nobodys_help(
    machine: Machine, hall: CentreServices, sitting: str, package: Package
) -> None:
    with machine.on() as page:
        attempt_id = arrive(page, hall, WHO)
        start(hall, package)
        open_paper(page)
        page.keyboard.press("1")
        saved(page)
        page.keyboard.press("n")
        answer_unheard(page)
    with machine.on() as page:
        page.goto("/")
        expect(page).to_have_url(re.compile(r"/exam$"))
        expect(page.locator(".option input:checked")).to_have_count(1)
        assert page.locator(".cell[aria-current]").inner_text() == "2"
        saved(page)
    view = hall.attempts.view(attempt_id)
    assert (len(view.answers), view.acked_through, view.leaves) == (2, 2, 0)
    assert late(hall, attempt_id) == []


def test_somebody_elses_sign_in_loses_nothing_of_the_candidate_before(
    machine: Machine, hall: CentreServices, sitting: str, package: Package
) -> None:
    with machine.on() as page:
        first = arrive(page, hall, WHO)
        start(hall, package)
        open_paper(page)
        answer_unheard(page)
        hall.checkin.release_terminal(first, "machine failed", BY)
        page.unroute("**/answers")
        page.goto("/static/mark.svg")
        page.goto("/help?lang=en&over=1")
        second = str(page.evaluate(ARRIVE, OTHER))
        assert late(hall, first) == []
        page.goto("/verify")
        expect(page.locator("#verify-staff")).to_be_visible()
        until_delivered(page, hall, first)
        assert not page.evaluate(NOTHING_HELD)  # the candidate may come back here
        hall.ends.end_by_staff(first, "gave up", BY)
        page.reload()
        page.wait_for_function(NOTHING_HELD)
        assert late(hall, second) == []
    assert late(hall, first) == [1]


def until_delivered(page: Page, hall: CentreServices, attempt_id: str) -> None:
    """Wait until staff have the late answers."""
    for _ in range(100):
        if late(hall, attempt_id):
            return
        page.wait_for_timeout(200)
    pytest.fail("nothing was delivered")


def test_the_start_page_delivers_what_it_holds_or_tells_staff(
    machine: Machine,
    hall: CentreServices,
    sitting: str,
    package: Package,
    chromium: Chromium,
    url: str,
) -> None:
    with machine.on() as page:
        attempt_id = arrive(page, hall, WHO)
        start(hall, package)
        open_paper(page)
        answer_unheard(page)
        page.goto("/help?over=1")
        hall.ends.end_by_staff(attempt_id, "gave up", BY)
        hall.ends.void(attempt_id, "not the candidate", BY)  # nothing is taken in any more
        page.context.clear_cookies(name="candidate")
        page.goto("/?lang=en")
        expect(page.locator("#held-note")).to_contain_text("1 unsent answers")
        (held,) = hall.held_answers.views()
        assert (held.admission_no, held.answers) == (WHO["admission_no"], 1)
        assert held.why == "late_answers_refused"
        assert not page.evaluate(NOTHING_HELD)
        staff = sign_in_staff(chromium, url)
        expect(staff.locator("#room-held")).to_contain_text("T01 has 1 answers of 2026T0001")
        staff.get_by_role("button", name="Cannot be sent …").click()
        staff.locator("#reason").fill("the attempt was voided")
        staff.get_by_role("button", name="Mark as undeliverable").click()
        expect(staff.locator("dialog .note.bad")).to_contain_text("tick")
        staff.get_by_label("Yes, these answers will not count.").check()
        staff.get_by_role("button", name="Mark as undeliverable").click()
        expect(staff.locator("#room-held")).to_be_hidden()
        staff.context.close()
        expect(page.locator("#held-note")).to_be_hidden(timeout=60_000)
        assert page.evaluate(NOTHING_HELD)
    (kept,) = hall.late_answers.of_attempt(attempt_id)
    assert (kept.state, kept.reason) == ("refused", "the attempt was voided")
    assert "answers_held" in [event.kind for event in event_log(hall, SITTING)]


def test_staff_have_a_terminal_deliver_what_it_was_refused(
    machine: Machine,
    hall: CentreServices,
    sitting: str,
    package: Package,
    chromium: Chromium,
    url: str,
) -> None:
    with machine.on() as page:
        attempt_id = arrive(page, hall, WHO)
        start(hall, package)
        open_paper(page)
        answer_unheard(page)
        page.goto("/help?over=1")
        hall.ends.end_by_staff(attempt_id, "gave up", BY)
        page.context.clear_cookies(name="candidate")
        page.route("**/terminal/late-answers", refuse_for_good)
        page.goto("/?lang=en")
        expect(page.locator("#held-note")).to_contain_text("1 unsent answers")
        page.unroute("**/terminal/late-answers")
        staff = sign_in_staff(chromium, url)
        staff.get_by_role("button", name="Accept them …").click()
        staff.get_by_role("button", name="The candidate sat at this terminal").click()
        staff.get_by_role("button", name="Request them").click()
        expect(staff.locator("#room-held")).to_contain_text("Waiting for the terminal")
        expect(page.locator("#held-note")).to_be_hidden(timeout=60_000)
        expect(staff.locator("#room-held")).to_be_hidden()
        assert page.evaluate(NOTHING_HELD)
        staff.context.close()
    assert late(hall, attempt_id) == [1]


def refuse_for_good(route: Route) -> None:
    """The server does not take it."""
    error = {"code": "late_answers_foreign", "message": "not from here"}
    route.fulfill(status=409, json={"error": error})


def test_a_terminal_that_lost_its_cookies_goes_on_once_staff_take_it_back(
    machine: Machine,
    hall: CentreServices,
    sitting: str,
    package: Package,
    clock: ManualClock,
    chromium: Chromium,
    url: str,
) -> None:
    with machine.on() as page:
        attempt_id = arrive(page, hall, WHO)
        start(hall, package)
        open_paper(page)
        page.keyboard.press("1")
        saved(page)
        page.keyboard.press("n")
        answer_unheard(page)
        page.goto("/help?over=1")
        page.unroute("**/answers")
        page.context.clear_cookies()
        clock.pass_time(20)
        page.goto("/?lang=en")
        expect(page.locator("#terminal-name")).to_have_text("T02")
        staff = sign_in_staff(chromium, url)
        staff.locator("#room-returns summary").click()
        expect(staff.locator("#returns-list")).to_contain_text("T01 is now T02 (same address")
        staff.get_by_role("button", name="Restore all").click()
        expect(staff.locator("#room-returns")).to_be_hidden()
        staff.context.close()
        expect(page).to_have_url(re.compile(r"/exam$"))
        expect(page.locator(".option input:checked")).to_have_count(1)
        saved(page)
    view = hall.attempts.view(attempt_id)
    assert (len(view.answers), view.acked_through) == (2, 2)
    assert [terminal.name for terminal in hall.seating.terminals()] == ["T01"]


def sign_in_staff(chromium: Chromium, url: str) -> Page:
    """The room's page of a member of staff, in English."""
    staff = chromium.new_context(base_url=url).new_page()
    staff.goto("/staff/sign-in?lang=en")
    staff.fill("#username", USERNAME)
    staff.fill("#password", PASSWORD)
    staff.click("button[type=submit]")
    staff.wait_for_url("**/staff/")
    staff.goto(f"/staff/sittings/{SITTING}")
    return staff


def test_help_opens_over_the_page_and_the_exam_starts_under_it(
    machine: Machine, hall: CentreServices, sitting: str, package: Package
) -> None:
    with machine.on() as page:
        arrive(page, hall, WHO)
        page.goto("/help")  # opened directly: back to the own page, with the text over it
        expect(page).to_have_url(re.compile(r"/waiting$"))
        expect(page.locator("dialog[open]")).to_contain_text("The face check fails")
        page.get_by_role("button", name="Close").click()
        page.get_by_role("link", name="Privacy").click()
        expect(page.locator("dialog[open]")).to_contain_text("What is processed")
        page.set_viewport_size({"width": 1024, "height": 500})
        page.get_by_role("button", name="Close").click()
        page.get_by_role("link", name="Privacy").click()
        heading = page.locator("dialog[open]").get_by_role("heading", name="Privacy notice")
        expect(heading).to_be_in_viewport()  # read from its beginning, not from its end
        start(hall, package)
        expect(page).to_have_url(re.compile(r"/exam$"))
        expect(page.locator("#navigator .cell").first).to_be_visible()
        page.locator(".legend").get_by_role("link", name="Help").click()
        expect(page.locator("dialog[open]")).to_contain_text("The page says I left it")
        page.get_by_role("button", name="Close").click()
        page.goto("/privacy")
        expect(page).to_have_url(re.compile(r"/exam$"))
        expect(page.locator("dialog[open]")).to_contain_text("What is processed")
        for address in ("/", "/sign-in"):
            page.goto(address)
            expect(page).to_have_url(re.compile(r"/exam$"))


def test_flags_and_place_move_to_another_terminal(
    machine: Machine,
    chromium: Chromium,
    url: str,
    hall: CentreServices,
    sitting: str,
    package: Package,
) -> None:
    with machine.on() as page:
        attempt_id = arrive(page, hall, WHO)
        start(hall, package)
        open_paper(page)
        page.keyboard.press("n")
        with page.expect_response("**/place"):
            page.keyboard.press("f")
        shown = hall.attempts.view(attempt_id).items[1].id
    view = hall.attempts.view(attempt_id)
    assert (view.current, view.flags) == (shown, [shown])
    hall.checkin.release_terminal(attempt_id, "machine failed", BY)
    with chromium.new_context(base_url=url) as other:
        there = other.new_page()
        there.goto("/help?lang=en")
        there.evaluate(ARRIVE, WHO)
        open_paper(there)
        expect(there.locator(".cell[aria-current]")).to_have_text("2")
        expect(there.locator("#navigator .cell.flagged")).to_have_text("2")


def test_after_the_exam_the_terminal_is_free_for_the_next(
    machine: Machine, hall: CentreServices, sitting: str, package: Package
) -> None:
    with machine.on() as page:
        arrive(page, hall, WHO)
        start(hall, package)
        open_paper(page)
        page.keyboard.press("1")
        saved(page)
        page.click("#hand-in")
        page.get_by_role("button", name="Confirm hand-in").click()
        expect(page.locator("#wiped")).to_contain_text("have been deleted")
        page.goto("/")
        expect(page).to_have_url(re.compile(r"/receipt$"))
        page.click("#leave")
        expect(page.locator("#check-camera")).to_be_visible()
        page.goto("/receipt")
        expect(page.locator("#sign-in")).to_be_visible()


BROKEN = """(id) => new Promise((resolve) => { const open = indexedDB.open("exam-answer-buffer");
  open.onsuccess = () => { const change = open.result.transaction("buffers", "readwrite");
    change.objectStore("buffers").put({iv: new Uint8Array(12), sealed: new Uint8Array(40)}, id);
    change.oncomplete = () => resolve(); }; })"""
NAMES = """() => new Promise((resolve) => { const open = indexedDB.open("exam-answer-buffer");
  open.onsuccess = () => { const all = open.result.transaction("buffers").objectStore("buffers")
    .getAllKeys(); all.onsuccess = () => resolve(all.result); }; })"""


def test_a_journal_that_cannot_be_read_is_put_aside_and_not_written_over(
    machine: Machine, hall: CentreServices, sitting: str, package: Package
) -> None:
    with machine.on() as page:
        attempt_id = arrive(page, hall, WHO)
        start(hall, package)
        open_paper(page)
        page.keyboard.press("1")
        saved(page)
        page.goto("/help?over=1")
        page.evaluate(BROKEN, attempt_id)
        open_paper(page)
        page.keyboard.press("2")
        saved(page)
        names = page.evaluate(NAMES)
        assert [name.startswith(attempt_id) for name in names] == [True, True]
        hall.ends.hand_in(attempt_id)
        page.wait_for_url("**/receipt")
        expect(page.locator("#wiped")).to_contain_text("have not been sent yet")
        assert len(page.evaluate(NAMES)) == 1


def test_a_full_disk_of_the_terminal_is_said_and_nothing_is_lost(
    machine: Machine, hall: CentreServices, sitting: str, package: Package
) -> None:
    with machine.on() as page:
        attempt_id = arrive(page, hall, WHO)
        start(hall, package)
        page.add_init_script(
            """IDBObjectStore.prototype.put = () => {
              throw new DOMException("no room", "QuotaExceededError"); };"""
        )
        open_paper(page)
        answer_unheard(page)
        expect(page.locator("#saved-text")).to_contain_text("not stored on this terminal")
        page.unroute("**/answers")
        saved(page)
        assert len(hall.attempts.view(attempt_id).answers) == 1

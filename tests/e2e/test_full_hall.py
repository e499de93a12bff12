"""Points B and C of exam day in real browsers, with simulated candidates in the same hall.

Four of them in every run, sixty with ``make hall``; the tests follow each other like the day does.
"""

import os
import re
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from kiosk.rehearsal.candidate import Candidate
from kiosk.rehearsal.environment import set_up
from kiosk.rehearsal.people import make_people
from kiosk.rehearsal.processes import free_port, server
from tests.e2e.conftest import WAIT_MS, CentreServer
from tests.e2e.forms import fill_form
from tests.e2e.full_hall import (
    BareTerminal,
    Crowd,
    FullHall,
    arrive,
    identify,
    signed_in_staff,
    until,
    wide,
)

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(3600)]

CROWD = int(os.environ.get("HALL_CANDIDATES", "4"))
BARE = max(2, CROWD // 5)
SLOW_MINUTES = float(os.environ.get("HALL_MINUTES", "0.3"))
ANNA, BEN, CHRIS, DORA = range(4)
RUNNING = "满场考试"
HAND = "nobody is there"


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FullHall]:
    """HQ, the centre, its candidates identified by hand; nobody with a browser has come."""
    base = tmp_path_factory.mktemp("hall")
    pictures = Path(os.environ.get("E2E_SCREENSHOTS") or base / "pictures")
    pictures.mkdir(parents=True, exist_ok=True)
    people = make_people(4 + CROWD + BARE)
    with ExitStack() as stack:
        port = free_port()
        access = set_up(base, f"http://127.0.0.1:{port}", {RUNNING: people}, 120)
        stack.enter_context(server("sync.hq.cli", access.hq, port, base / "hq.log"))
        centre = CentreServer(access.centre, free_port(), base / "centre.log")
        centre.start()
        stack.callback(centre.stop)
        staff = signed_in_staff(centre.url, access, stack)
        until(lambda: len(staff.sittings()) == 1, "the exam package")
        sitting = next(one["id"] for one in staff.sittings() if one["title"] == RUNNING)
        until(lambda: staff.portraits_done(sitting), "the portraits")
        crowd = [Candidate(centre.url, one, 1) for one in people[4 : 4 + CROWD]]
        for candidate in crowd:
            candidate.sign_in()
            staff.pass_by_hand(candidate.log.attempt_id, HAND)
        bare = [
            BareTerminal(centre.url, f"127.0.1.{n}", one)
            for n, one in enumerate(people[4 + CROWD :], start=1)
        ]
        for terminal in bare:
            terminal.arrive()
            staff.pass_by_hand(terminal.attempt_id, HAND)
        playwright = stack.enter_context(sync_playwright())
        expect.set_options(timeout=WAIT_MS)
        found = FullHall(
            access, centre, staff, sitting, Crowd(crowd), bare, people, playwright, base, pictures,
            stack,
        )  # fmt: skip
        stack.callback(found.close)
        yield found


@pytest.fixture(scope="module")
def desk(hall: FullHall) -> Page:
    """The staff page in English."""
    return hall.desk()


@pytest.fixture(scope="module")
def anna(hall: FullHall) -> Page:
    """Anna's machine, whose camera shows her."""
    return hall.machine("anna", hall.people[ANNA].face)


def saved(page: Page) -> None:
    """The page says that all answers are saved."""
    expect(page.locator("#saved")).to_have_attribute("data-state", "saved")


def test_numbers_typed_with_an_input_method_are_the_same_numbers(
    hall: FullHall, anna: Page
) -> None:
    person = hall.people[ANNA]
    arrive(anna, wide(person.admission_no), wide(person.identity_no), face=True)
    identify(anna)
    assert hall.row(ANNA)["state"] == "ready"


def test_help_and_privacy_open_over_the_page_while_waiting(hall: FullHall, anna: Page) -> None:
    for name in ("Help", "Privacy"):
        anna.get_by_role("link", name=name).first.click()
        expect(anna.locator("dialog[open] h2").first).to_be_in_viewport()
        hall.shot(anna, f"waiting-{name.lower()}")
        anna.get_by_role("button", name="Close").click()
    for address in ("/", "/sign-in", "/help"):
        anna.goto(address)
        expect(anna).to_have_url(re.compile(r"/waiting$"))


def test_a_failed_camera_waits_for_staff(hall: FullHall, desk: Page) -> None:
    page = hall.machine("ben", None)
    page.add_init_script(
        """navigator.mediaDevices.getUserMedia = async () => {
          throw new DOMException("none", "NotFoundError"); };"""
    )
    page.goto("/?lang=en")
    page.click("#play-tone")
    page.click("#tone-yes")
    expect(page.locator("#continue")).to_be_disabled()
    hall.shot(page, "no-camera")
    page.click("#without")
    page.locator("dialog[open] .btn-primary").click()
    page.wait_for_url("**/sign-in")
    page.fill("#admission-no", hall.people[BEN].admission_no)
    page.fill("#identity-no", hall.people[BEN].identity_no)
    page.check("input[name=consent][value=no]")
    page.click("#sign-in button[type=submit]")
    fill_form(page)
    hall.staff.pass_by_hand(hall.row(BEN)["attempt_id"], "same person")
    card = desk.locator(f"[data-admission-no='{hall.people[BEN].admission_no}']")
    expect(card).to_contain_text("Device check failed")
    card.locator("button.more").click()
    desk.get_by_role("button", name="Admit without the failed device").click()
    desk.fill("#reason", "no other terminal is free")
    hall.shot(desk, "admit-without-camera")
    desk.get_by_role("button", name="Admit", exact=True).click()
    page.wait_for_url("**/waiting")
    expect(card).to_contain_text("Admitted without")


def test_the_exam_starts_on_every_page_of_a_candidate(
    hall: FullHall, desk: Page, anna: Page
) -> None:
    anna.goto("/waiting")
    anna.get_by_role("link", name="Help").first.click()
    other = anna.context.new_page()
    other.goto("/waiting")
    hall.staff.unlock(hall.sitting, hall.access.codes[RUNNING])
    desk.reload()
    desk.get_by_role("button", name="Start the sitting").click()
    desk.get_by_label("Yes, start the time now.").check()
    hall.shot(desk, "start")
    desk.get_by_role("button", name=re.compile("Start now")).click()
    for page in (anna, other):
        expect(page).to_have_url(re.compile(r"/exam"))
    other.close()
    anna.goto("/exam")
    expect(anna.locator("#navigator .cell").first).to_be_visible()
    hall.crowd.sit()
    until(lambda: all(hall.crowd.saves_of_each()), "an answer of everybody")


def test_choices_focus_and_full_screen(hall: FullHall, anna: Page) -> None:
    anna.keyboard.press("1")
    saved(anna)
    chosen = anna.locator(".option input:checked")
    expect(chosen).to_have_count(1)
    before = chosen.get_attribute("value")
    anna.keyboard.press("ArrowDown")
    assert anna.locator(".option input:checked").get_attribute("value") == before
    anna.keyboard.press("0")
    expect(anna.locator(".option input:checked")).to_have_count(0)
    anna.keyboard.press("2")
    anna.keyboard.press("f")
    saved(anna)
    anna.click("#fullscreen")
    anna.wait_for_function("() => document.fullscreenElement !== null")
    anna.evaluate("document.exitFullscreen()")
    expect(anna.locator("#screen-note")).to_be_visible()
    hall.shot(anna, "left-full-screen")
    assert hall.row(ANNA)["leaves"] == 0


def test_after_a_mains_cut_everybody_goes_on_without_a_click_of_staff(
    hall: FullHall, anna: Page
) -> None:
    before = hall.crowd.saves_of_each()
    hall.switch_off("anna")
    hall.cut_the_mains()
    hall.centre.start()
    page = hall.machine("anna", hall.people[ANNA].face)
    page.goto("/")
    expect(page).to_have_url(re.compile(r"/exam$"))
    expect(page.locator(".option input:checked")).to_have_count(1)
    expect(page.locator("#navigator .cell.flagged")).to_have_count(1)
    saved(page)
    hall.shot(page, "after-the-cut")
    until(
        lambda: all(a > b for a, b in zip(hall.crowd.saves_of_each(), before, strict=True)),
        "an answer of everybody after the cut",
    )
    assert hall.crowd.wrong() == []
    assert hall.crowd.lost() == []


def test_terminals_that_lost_their_cookies_come_back_with_one_click(
    hall: FullHall, desk: Page
) -> None:
    # A terminal counts as silent only when it has not been heard for a while.
    tokens = [terminal.lose_everything() for terminal in hall.bare]
    until(
        lambda: len(hall.staff.get(f"{hall.at}/returns")["terminals"]) == BARE, "all that came back"
    )
    desk.reload()
    expect(desk.locator("#returns-text")).to_contain_text(f": {BARE}.")
    desk.locator("#room-returns summary").click()
    hall.shot(desk, "came-back")
    desk.get_by_role("button", name="Restore all").click()
    expect(desk.locator("#room-returns")).to_be_hidden()
    for terminal, csrf in zip(hall.bare, tokens, strict=True):
        assert terminal.resumed(csrf)
        assert terminal.lands_on() == "/exam"


def test_flags_and_place_move_along_to_another_terminal(hall: FullHall, desk: Page) -> None:
    attempt, person = hall.row(ANNA)["attempt_id"], hall.people[ANNA]
    why = {"reason": "machine failed"}
    hall.staff.post(f"/staff/api/attempts/{attempt}/release", why)
    page = hall.machine("spare", person.face)
    arrive(page, person.admission_no, person.identity_no, face=True, form=False)
    page.wait_for_url(re.compile("/(verify|exam)$"))
    if page.url.endswith("/verify"):
        hall.shot(page, "moved-verify")
        page.click("#verify-start")
    page.wait_for_url("**/exam")
    expect(page.locator("#navigator .cell.flagged")).to_have_count(1)
    expect(page.locator(".option input:checked")).to_have_count(1)
    expect(desk.locator(f"[data-admission-no='{person.admission_no}']")).to_contain_text(
        person.name
    )
    hall.shot(page, "moved")


def test_a_slow_analysis_is_an_event_of_the_room_and_nobodys_incident(hall: FullHall) -> None:
    assert hall.incidents() == []
    with hall.half_analysis():
        threading.Event().wait(SLOW_MINUTES * 60)
    assert hall.crowd.wrong() == []
    assert hall.incidents() == []


def test_staff_see_cameras_by_name_and_speak_of_incidents(hall: FullHall) -> None:
    desk = hall.desk("zh")
    hall.shot(desk, "room-zh")
    expect(desk.locator("body")).not_to_contain_text("违规")
    desk.goto(f"/staff/sittings/{hall.sitting}/incidents")
    hall.shot(desk, "incidents-zh")
    expect(desk.locator("body")).not_to_contain_text("违规")
    expect(desk.locator("body")).to_contain_text("异常情况")


def test_closing_shows_who_still_writes_and_who_waits(hall: FullHall) -> None:
    person = hall.people[DORA]
    page = hall.machine("dora", person.face)
    arrive(page, person.admission_no, person.identity_no, face=False)
    page.wait_for_url("**/verify")
    desk = hall.desk()
    desk.get_by_role("button", name="Close the sitting …").click()
    dialog = desk.locator("dialog")
    writing = sum(row["state"] in ("in_progress", "paused") for row in hall.room()["rows"])
    expect(dialog.locator(".critical dd")).to_have_text(re.compile(f"^{writing}\\b"))
    expect(dialog).to_contain_text(person.name)
    hall.shot(desk, "closing")
    close = dialog.get_by_role("button", name="Close the sitting", exact=True)
    close.click()
    expect(dialog.locator(".note.bad")).to_be_visible()
    hall.crowd.stop()
    dialog.get_by_role("button", name="The time is over").click()
    dialog.locator("#closing-count").fill(str(writing))
    close.click()
    expect(dialog).to_have_count(0)
    ends = {row["admission_no"]: row["end_reason"] for row in hall.room()["rows"]}
    assert ends[person.admission_no] == "not_begun"
    assert ends[hall.people[ANNA].admission_no] == "staff"
    hall.shot(desk, "closed")

"""Flows of exam day whose server is killed in the middle: nothing that was told is untrue."""

import re
from dataclasses import replace

import pytest
from playwright.sync_api import Locator, Page, expect

from kiosk.rehearsal.environment import Content, usual_content
from tests.e2e.conftest import TITLE, World, until
from tests.e2e.forms import fill_form
from tests.web.conftest import ARRIVE
from tests.web.staff.test_misconduct_page import draw

pytestmark = pytest.mark.e2e

SECOND = "wang.fang"
ESCORT = "王芳"


@pytest.fixture(scope="module")
def content() -> Content:
    """The usual exam, with a notes pad."""
    usual = usual_content()
    return replace(usual, programme=f"{usual.programme}\n[tools]\nnotes = true\n")


@pytest.fixture(scope="module")
def desk(world: World) -> Page:
    """The board; a second member of staff has an account, too."""
    page = world.staff()
    board = page.url
    page.goto("/staff/accounts?lang=en")
    page.get_by_role("button", name="Add an account").click()
    page.fill("#new-name", SECOND)
    page.fill("#new-password", world.access.password)
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator("#accounts")).to_contain_text(SECOND)
    page.goto(board)
    page.locator("[data-view=cards]").click()
    return page


@pytest.fixture(scope="module")
def terminal(world: World) -> Page:
    """A candidate who wants to be checked by hand, with the form filled in."""
    page = world.browser(None).new_page()
    page.goto("/help?lang=en")
    person = world.people[0]
    who = {"admission_no": person.admission_no, "identity_no": person.identity_no}
    assert page.evaluate(ARRIVE, {**who, "consent_face": False})
    page.goto("/form")
    fill_form(page)
    return page


def seat_of(world: World, desk: Page) -> Locator:
    return desk.locator("#seats > *").filter(has_text=world.people[0].name)


def act(world: World, desk: Page, name: str) -> None:
    """Choose from the menu of the candidate's seat."""
    seat_of(world, desk).locator("button.more").click()
    desk.locator("dialog").get_by_role("button", name=name, exact=True).click()


def again(world: World) -> None:
    world.centre.kill()
    world.centre.start()


def test_a_decision_that_no_server_heard_is_not_shown_as_made(
    world: World, desk: Page, terminal: Page
) -> None:
    seat_of(world, desk).locator("button.more").click()
    desk.fill("#reason", "identity card compared")
    world.centre.kill()
    decide = desk.get_by_role("button", name="It is the candidate", exact=True)
    decide.click()
    expect(desk.locator("dialog .note.bad:visible")).to_be_visible()
    expect(terminal).to_have_url(re.compile("/verify$"))
    world.centre.start()
    decide.click()
    terminal.wait_for_url("**/waiting")
    again(world)
    terminal.reload()
    terminal.wait_for_url("**/waiting")


def test_a_start_outlives_the_server(world: World, desk: Page, terminal: Page) -> None:
    desk.get_by_role("button", name="Unlock the paper").click()
    desk.fill("#unlock-code", world.access.codes[TITLE])
    desk.get_by_role("button", name="Unlock", exact=True).click()
    desk.get_by_role("button", name="Start the sitting").click()
    desk.get_by_label("Yes, start the time now.").check()
    desk.get_by_role("button", name=re.compile("Start now")).click()
    terminal.wait_for_url("**/exam")
    again(world)
    expect(terminal.locator("#navigator .cell").first).to_be_visible()
    terminal.keyboard.press("1")
    expect(terminal.locator("#saved")).to_have_attribute("data-state", "saved")


def test_notes_written_while_the_server_is_away_are_saved_when_it_is_back(
    world: World, terminal: Page
) -> None:
    terminal.keyboard.press("F2")
    world.centre.kill()
    terminal.keyboard.type("q3 = 12 t")
    expect(terminal.locator("#notes")).to_have_attribute("data-state", "waiting")
    terminal.click("#language")
    expect(terminal.locator("#time-note")).to_contain_text("The language cannot be changed now")
    world.centre.start()
    expect(terminal.locator("#notes")).to_have_attribute("data-state", "saved")
    terminal.reload()
    expect(terminal.locator("#navigator .cell").first).to_be_visible()
    expect(terminal.locator("#notes-text")).to_have_value("q3 = 12 t")


def test_a_toilet_break_begun_before_the_kill_is_ended_after_it(
    world: World, desk: Page, terminal: Page
) -> None:
    cover = terminal.locator(".pause-overlay[data-reason=break]")
    act(world, desk, "Toilet break")
    desk.get_by_label("Who goes along").fill(ESCORT)
    world.centre.kill()
    begin = desk.get_by_role("button", name="Begin the break")
    begin.click()
    expect(desk.locator("dialog .note.bad:visible")).to_be_visible()
    expect(cover).to_have_count(0)
    world.centre.start()
    begin.click()
    expect(cover).to_be_visible()
    world.centre.kill()
    terminal.get_by_role("button", name="I am back").click()
    expect(cover).to_contain_text("could not be told")
    world.centre.start()
    expect(seat_of(world, desk)).to_contain_text(ESCORT)
    expect(terminal.locator("#item .option")).to_have_count(0)
    act(world, desk, "Back from the toilet break")
    expect(cover).to_have_count(0)
    expect(terminal.locator(".option input:checked")).to_have_count(1)


def test_a_misconduct_record_is_written_confirmed_and_signed_over_three_kills(
    world: World, desk: Page, terminal: Page
) -> None:
    page = desk.context.new_page()
    number = world.people[0].admission_no
    page.goto(f"{desk.url.partition('?')[0]}/misconduct?lang=en&candidate={number}")
    dialog = page.locator("dialog")
    dialog.locator("#misconduct-facts").fill("考试中看手机")
    world.centre.kill()
    dialog.get_by_role("button", name="Record it").click()
    expect(dialog.locator(".note.bad")).to_be_visible()
    expect(dialog.locator("#misconduct-facts")).to_have_value("考试中看手机")
    world.centre.start()
    dialog.get_by_role("button", name="Record it").click()
    card = page.locator(".misconduct")
    expect(card).to_contain_text("To be confirmed by a second member of staff")
    again(world)
    card.get_by_role("button", name="Confirm as the second").click()
    dialog.locator("#witness-name").fill(SECOND)
    dialog.locator("#witness-password").fill(world.access.password)
    dialog.get_by_role("button", name="I confirm it").click()
    card.get_by_role("button", name="Let the candidate read and sign").click()
    dialog.locator("#statement").fill("是闹钟响了")
    draw(page)
    world.centre.kill()
    dialog.get_by_role("button", name="Sign", exact=True).click()
    expect(dialog.locator(".note.bad")).to_be_visible()
    world.centre.start()
    dialog.get_by_role("button", name="Sign", exact=True).click()
    expect(card).to_contain_text("Signed by the candidate")
    expect(card).to_have_count(1)
    page.close()
    terminal.keyboard.press("2")
    expect(terminal.locator("#saved")).to_have_attribute("data-state", "saved")


def test_a_hand_in_that_no_server_heard_is_not_shown_as_made(world: World, terminal: Page) -> None:
    terminal.click("#hand-in")
    world.centre.kill()
    terminal.get_by_role("button", name="Confirm hand-in").click()
    told = terminal.locator("dialog[open]")
    expect(told).to_contain_text("Not handed in yet")
    world.centre.start()
    told.get_by_role("button").last.click()
    terminal.click("#hand-in")
    terminal.get_by_role("button", name="Confirm hand-in").click()
    terminal.wait_for_url("**/receipt")
    again(world)
    number = world.people[0].admission_no
    until(lambda: number in world.held())
    held = world.held()[number]
    assert held["end_reason"] == "handed_in"
    assert len(held["answers"]) == 1

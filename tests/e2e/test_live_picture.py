"""Staff look at a candidate's live picture; the server is killed in the middle and starts again."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import World
from tests.e2e.forms import fill_form

pytestmark = pytest.mark.e2e

NOTE = "An invigilator is comparing your face"


def arrive(world: World) -> Page:
    """A candidate who declines face recognition, at the identity check."""
    page = world.browser(world.people[0].face).new_page()
    page.goto("/?lang=en")
    page.click("#play-tone")
    page.click("#tone-yes")
    page.click("#continue")
    page.wait_for_url("**/sign-in")
    page.fill("#admission-no", world.people[0].admission_no)
    page.fill("#identity-no", world.people[0].identity_no)
    page.check("input[name=consent][value=no]")
    page.click("#sign-in button[type=submit]")
    fill_form(page)
    expect(page.locator("#verify-staff")).to_be_visible()
    return page


def test_a_killed_server_ends_no_look_and_no_wait(world: World) -> None:
    terminal, staff = arrive(world), world.staff()
    staff.locator("#queue-list button").first.click()
    figure = staff.locator(".live-picture")
    expect(figure).to_have_attribute("data-live", "yes")
    expect(terminal.get_by_text(NOTE)).to_be_visible()
    world.centre.kill()
    expect(figure).to_have_attribute("data-live", "no")
    expect(figure).to_contain_text("cannot be reached")
    expect(terminal.get_by_text(NOTE)).to_be_hidden()
    world.centre.start()
    expect(figure).to_have_attribute("data-live", "yes")
    expect(terminal.get_by_text(NOTE)).to_be_visible()
    staff.keyboard.press("Escape")
    expect(terminal.get_by_text(NOTE)).to_be_hidden()
    expect(staff.locator("#queue-list li")).to_have_count(1)
    expect(staff.locator("#queue-list .queue-time")).to_contain_text("waits")

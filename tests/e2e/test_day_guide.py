"""The guide through the day: the server is killed and started again, the network is away."""

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import World

pytestmark = pytest.mark.e2e


def test_a_killed_server_makes_the_guide_old_and_a_started_one_makes_it_new(world: World) -> None:
    page = world.staff()
    day, end, at = page.locator("#day"), page.locator("#day-end"), page.locator("#day-at")
    expect(at).to_contain_text("as of")
    expect(page.locator("#day-open")).to_contain_text("An exam is planned for this time.")
    expect(page.locator("#day [aria-current=step]")).to_have_count(1)
    world.centre.kill()
    expect(end).to_contain_text("The server does not answer. Leave the machine on.")
    expect(at).to_contain_text("old: as of")
    expect(day).to_have_attribute("data-old", "true")
    world.centre.start()
    expect(page.locator("#day-open")).to_contain_text("An exam is planned for this time.")
    expect(at).not_to_contain_text("old")
    page.context.set_offline(True)
    expect(at).to_contain_text("old: as of")
    expect(end).to_contain_text("Leave the machine on.")
    page.context.set_offline(False)
    expect(at).not_to_contain_text("old")
    page.goto("/staff/")
    expect(end).to_contain_text("The machine has to stay on:")

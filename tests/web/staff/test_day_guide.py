"""The guide through the day on staff's first page, also when the server is away."""

import re
from dataclasses import replace

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from kiosk.exam.day import OpenPoint
from kiosk.hall.rights import INVIGILATOR, RIGHTS
from kiosk.hall.services import CentreServices
from kiosk.web.labels.day import day_texts
from tests.centres import PASSWORD, USERNAME, Package
from tests.web.browser import Desk
from tests.web.conftest import ARRIVE, SITTING, WHO


def test_the_guide_is_for_staff_only(app_desk: Desk, sitting: str) -> None:
    assert app_desk.get("/staff/api/day").status_code == 401
    app_desk.sign_in_staff()
    reply = app_desk.get("/staff/api/day")
    assert [point["title"] for point in reply.json["open"]] == [reply.json["sittings"][0]["title"]]


@pytest.mark.e2e
def test_it_leads_through_the_day_and_says_when_the_server_is_away(
    page: Page, hall: CentreServices, sitting: str, package: Package
) -> None:
    attempt_id = str(page.evaluate(ARRIVE, WHO))
    page.goto("/staff/sign-in?lang=en")
    page.fill("#username", USERNAME)
    page.fill("#password", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_url("**/staff/")
    end = page.locator("#day-end")
    expect(end).to_contain_text("The machine has to stay on:")
    expect(page.locator("#day-open")).to_contain_text("An exam is planned for this time.")
    hall.verification.decide(attempt_id, True, "same person", "staff:chief")
    hall.sittings.unlock(SITTING, package.code, "staff:chief")
    hall.starts.start(SITTING, "staff:chief")
    expect(page.locator("#day-open")).to_contain_text("Candidates who are still writing: 1.")
    expect(page.locator(".day-steps [aria-current=step]")).to_contain_text("Handed in")
    page.route("**/staff/api/day", lambda route: route.abort("connectionfailed"))
    expect(end).to_contain_text("The server does not answer. Leave the machine on.")
    expect(page.locator("#day-at")).to_contain_text("old")
    page.unroute("**/staff/api/day")
    expect(page.locator("#day-open")).to_contain_text("still writing")
    page.locator("#day-open a").first.click()
    expect(page).to_have_url(re.compile(f"/staff/sittings/{SITTING}$"))


@pytest.mark.e2e
def test_every_page_of_a_sitting_shows_its_own_day_and_what_is_still_open(
    staff_page: Page, hall: CentreServices, attempt_id: str
) -> None:
    page, at = staff_page, f"/staff/sittings/{SITTING}"
    for path in ("", "/readiness", "/seats", "/incidents", "/event-log"):
        page.goto(f"{at}{path}?lang=en")
        expect(page.locator("#day [aria-current=step]")).to_contain_text("Handed in 0 / 3")
        expect(page.locator("#day-open li").first).to_contain_text("still writing: 1")
        expect(page.locator("#day")).not_to_contain_text("switched off")
    hall.pauses.pause(attempt_id, "unwell", "staff:chief")
    expect(page.locator("#day [aria-current=step]")).to_contain_text("paused: 1")
    expect(page.locator("#day-open")).to_contain_text("wait for your decision: 1")


@pytest.mark.e2e
def test_the_closing_dialog_names_what_is_undecided_and_the_guide_what_is_missing_after(
    staff_page: Page, hall: CentreServices, attempt_id: str
) -> None:
    page = staff_page
    hall.pauses.pause(attempt_id, "unwell", "staff:chief")
    page.goto(f"/staff/sittings/{SITTING}?lang=en")
    page.get_by_role("button", name="Close the sitting …").click()
    facts = page.locator(".closing-facts")
    expect(facts).to_contain_text("A01 考生1 (exam paused until you decide)")
    expect(facts).to_contain_text("A01 考生1 (0 of 70)")
    checked = facts.locator("div", has_text="Checked: nobody")
    expect(checked).to_contain_text("Sat without an identity check")
    expect(checked).to_contain_text("Incidents not yet ended")
    page.get_by_role("button", name="The time is over").click()
    page.fill("#closing-count", "1")
    page.get_by_role("button", name="Close the sitting", exact=True).click()
    expect(page.locator("#day [aria-current=step]")).to_contain_text("Results sealed")
    expect(page.locator("#day-end")).to_be_hidden()
    page.goto("/staff/?lang=en")
    expect(page.locator("#day-open")).to_contain_text("not sealed yet")
    expect(page.locator("#day")).not_to_contain_text("switched off")
    hall.results.sweep()
    hall.event_logs.sweep()
    expect(page.locator("#day-open")).to_contain_text("have not arrived at headquarters")


def test_a_link_to_a_page_of_the_chief_is_for_the_chief(
    app: Flask, hall: CentreServices, sitting: str
) -> None:
    hall.accounts.add("li", PASSWORD, INVIGILATOR, "staff:chief")
    day = hall.day.view()
    point = replace(day, open=[OpenPoint("no_backup", sitting)])
    with app.test_request_context("/"):
        (chief,), (li,) = (
            day_texts(point, RIGHTS[role])["open"] for role in ("chief_invigilator", INVIGILATOR)
        )
    assert (chief["url"], li["url"]) == ("/staff/backup", "/staff/")


@pytest.mark.e2e
def test_nothing_in_green_says_everything_while_somebody_writes(
    page: Page, hall: CentreServices, sitting: str
) -> None:
    page.goto("/staff/sign-in?lang=en")
    said = page.evaluate("""async () => {
      const {statement, inShort} = await import("/static/js/staff/sync/sync-texts.js");
      const all = {complete: true, unsealed: false, waiting: 0, problems: [], errors: [],
        state: "online", confirmed: {at: "2026-04-25T06:00:00Z", held: {}}, running: 1, writing: 4};
      return [statement(all), inShort(all), statement({...all, running: 0, writing: 0})]; }""")
    running, short, over = said
    assert running["tone"] == "info"
    assert "so far" in running["head"]
    assert "4 candidates" in running["rest"]
    assert "still writing: 4" in short
    assert over["tone"] == "good"

"""Which sitting, its closing, and ends before the start: over HTTP and in the browser."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from kiosk.hall.services import CentreServices
from tests.centres import PASSWORD, USERNAME, Package, Site
from tests.web.browser import Browser, Desk
from tests.web.conftest import ARRIVE, SITTING, WHO

WHY = {"reason": "for this test"}
CLOSE = f"/staff/api/sittings/{SITTING}/close"
TERMINAL = ARRIVE.split("  return (await")[0] + "}"
"""A terminal that has passed its device check, without a candidate."""


@pytest.fixture
def twin(hall: CentreServices, site: Site, sitting: str) -> str:
    """A second sitting of the same candidates at the same time."""
    return hall.sittings.import_package(site.package(sitting="S2").data, "staff:chief").id


def room(desk: Desk) -> dict[str, Any]:
    """The first candidate's seat."""
    rows = desk.get(f"/staff/api/sittings/{SITTING}/room").json["rows"]
    return next(row for row in rows if row["admission_no"] == "2026T0001")


def test_the_api_asks_and_takes_the_answer(browser: Browser, twin: str) -> None:
    browser.register()
    browser.check()
    form = {**WHO, "consent_face": False}
    asked = browser.post("/api/check-in", form)
    assert [choice["sitting_id"] for choice in asked.json["choices"]] == [SITTING, twin]
    assert "attempt_id" not in asked.json
    assert "Set-Cookie" not in asked.headers
    assert browser.sign_in(1, consent=False, sitting_id=twin).json["attempt_id"]


def test_numbers_with_blanks_between_all_signs_are_taken(browser: Browser, sitting: str) -> None:
    browser.register()
    browser.check()
    wide = {name: "\u200b \u3000".join(str(WHO[name])) for name in ("admission_no", "identity_no")}
    assert browser.sign_in(1, consent=False, **wide).status_code == 200


def test_closing_wants_what_was_seen_its_number_and_a_reason(
    answering: Browser, desk: Desk
) -> None:
    seen = desk.get(f"/staff/api/sittings/{SITTING}/closing").json
    assert (seen["writing"], seen["not_here"]) == (1, 2)
    good = {**WHY, "seen": seen["mark"], "writing": 1}
    for missing in good:
        partial = {name: value for name, value in good.items() if name != missing}
        assert desk.post(CLOSE, partial).status_code == 422
    for wrong in ({"writing": 0}, {"seen": "0" * 64}):
        refused = desk.post(CLOSE, {**good, **wrong})
        assert (refused.status_code, refused.json["error"]["code"]) == (409, "closing_changed")
    assert room(desk)["state"] == "in_progress"
    assert desk.post(CLOSE, good).status_code == 200
    assert room(desk)["end_reason"] == "staff"


def test_an_end_before_the_start_is_said_and_taken_back(seated: Browser, desk: Desk) -> None:
    base = f"/staff/api/attempts/{seated.attempt_id}"
    assert desk.post(f"{base}/ending", {**WHY, "ending": "handed_in"}).status_code == 422
    assert desk.post(f"{base}/ending", {**WHY, "ending": "not_admitted"}).status_code == 200
    assert (room(desk)["end_reason"], room(desk)["reopenable"]) == ("not_admitted", True)
    assert "未获准入场" in seated.get("/receipt").text
    assert desk.post(f"{base}/reopen", WHY).status_code == 200
    assert room(desk)["state"] == "registered"


def test_an_undone_sign_in_sends_the_browser_back(seated: Browser, desk: Desk) -> None:
    assert (
        desk.post(f"/staff/api/attempts/{seated.attempt_id}/undo-sign-in", WHY).status_code == 200
    )
    assert room(desk)["terminal"] is None
    assert seated.get(seated.at("")).status_code == 401
    assert seated.get("/verify").headers["Location"].endswith("/sign-in")


def test_a_guest_is_admitted_with_a_reason_and_signs_in(
    browser: Browser, desk: Desk, sitting: str
) -> None:
    path, person = f"/staff/api/sittings/{sitting}/guests", {
        "name": "来宾甲", "identity_no": "ｂ１２３４", "room": "1", "seat": "B01", "paper": "1",
    }  # fmt: skip
    assert desk.post(path, person).status_code == 422
    number = desk.post(path, {**person, **WHY}).json["admission_no"]
    again = desk.post(path, {**person, **WHY})
    assert (again.status_code, again.json["error"]["code"]) == (409, "on_roster")
    browser.register()
    browser.check()
    numbers = {"admission_no": number, "identity_no": "B1234"}
    assert browser.sign_in(1, consent=False, **numbers).status_code == 200


# --- in the browser


@pytest.fixture
def staff(page: Page) -> Page:
    """A signed-in member of staff beside the candidate's page."""
    other = page.context.new_page()
    other.set_viewport_size({"width": 1366, "height": 768})
    other.goto("/staff/sign-in")
    other.fill("#username", USERNAME)
    other.fill("#password", PASSWORD)
    other.click("button[type=submit]")
    other.wait_for_url("**/staff/")
    return other


@pytest.mark.e2e
def test_the_page_asks_which_of_two_sittings(page: Page, hall: CentreServices, twin: str) -> None:
    page.evaluate(TERMINAL)
    page.goto("/sign-in?lang=en")
    page.fill("#admission-no", "２０２６ｔ０００１")
    page.fill("#identity-no", "990001 19900101 001ｘ")
    page.check("input[name=consent][value=no]")
    page.click("#sign-in button[type=submit]")
    expect(page.locator("#which-sitting-title")).to_be_focused()
    expect(page.locator("#sign-in")).to_be_hidden()
    choices = page.locator(".sitting-choice")
    expect(choices).to_have_count(2)
    expect(choices.first).to_contain_text("Seat A01")
    page.locator(f"[data-sitting-id={twin}]").click()
    page.wait_for_url("**/verify")
    rows = hall.rooms.room(twin, hall.sync.view()).rows
    assert [row.state for row in rows] == ["checked_in", "registered", "registered"]


@pytest.mark.e2e
def test_the_dialog_shows_who_writes_and_closes_only_what_it_showed(
    staff: Page, hall: CentreServices, attempt_id: str
) -> None:
    hall.given_time.give(attempt_id, 10, "terminal failed", "staff:chief")
    staff.goto(f"/staff/sittings/{SITTING}?lang=en")
    staff.get_by_role("button", name="Close the sitting …").click()
    dialog = staff.locator("dialog")
    expect(dialog.locator(".critical dd")).to_have_text(re.compile("^1 · the last one until"))
    expect(dialog).to_contain_text("A01 考生1")
    close = dialog.get_by_role("button", name="Close the sitting", exact=True)
    close.click()
    expect(dialog.locator(".note.bad")).to_contain_text("give a reason")
    dialog.get_by_role("button", name="The time is over").click()
    dialog.locator("#closing-count").fill("2")
    close.click()
    expect(dialog.locator(".note.bad")).to_contain_text("Type the number")
    hall.given_time.give(attempt_id, 5, "terminal failed again", "staff:chief")
    dialog.locator("#closing-count").fill("１")
    close.click()
    expect(dialog.locator(".note.bad")).to_contain_text("has changed")
    assert hall.attempts.view(attempt_id).state == "in_progress"
    dialog.locator("#closing-count").fill("1")
    close.click()
    expect(dialog).to_have_count(0)
    assert hall.attempts.view(attempt_id).end_reason == "staff"


@pytest.mark.e2e
def test_stopping_is_folded_away_and_confirmed_like_closing(
    staff: Page, hall: CentreServices, attempt_id: str
) -> None:
    staff.goto(f"/staff/sittings/{SITTING}?lang=en")
    staff.get_by_role("button", name="More actions").click()
    stop = staff.get_by_role("button", name="Stop the sitting and reschedule it")
    expect(stop).to_be_hidden()
    staff.get_by_text("Actions that end an exam").click()
    stop.click()
    dialog = staff.locator("dialog")
    expect(dialog.locator(".critical dd")).to_have_text(re.compile("^1"))
    dialog.get_by_role("button", name="Power cannot be restored").click()
    press = dialog.get_by_role("button", name="Stop the sitting", exact=True)
    press.click()
    expect(dialog.locator(".note.bad")).to_contain_text("Type the number")
    assert hall.attempts.view(attempt_id).state == "in_progress"
    dialog.locator("#closing-count").fill("1")
    press.click()
    expect(dialog).to_have_count(0)
    assert hall.attempts.view(attempt_id).end_reason == "stopped"


@pytest.mark.e2e
def test_ending_and_voiding_one_exam_are_folded_away_and_ticked(
    staff: Page, hall: CentreServices, attempt_id: str
) -> None:
    staff.goto(f"/staff/sittings/{SITTING}?lang=en")
    staff.locator("[data-view=cards]").click()
    for button, sure, state in (
        ("End this exam", "Yes, end the exam of seat A01.", "ended"),
        ("Void this attempt", "Yes, void the attempt of seat A01.", "voided"),
    ):
        staff.locator(".seat").first.get_by_role("button", name=re.compile("^Actions")).click()
        expect(staff.get_by_role("button", name=button)).to_be_hidden()
        staff.get_by_text("Actions that end an exam").click()
        staff.get_by_role("button", name=button).click()
        staff.locator("#reason").fill("for this test")
        press = staff.locator("dialog .actions .btn-danger")
        press.click()
        expect(staff.locator("dialog .note.bad")).to_contain_text("tick")
        staff.get_by_label(sure).check()
        press.click()
        expect(staff.locator("dialog")).to_have_count(0)
        assert hall.attempts.view(attempt_id).state == state
        # The board offers the acts of the state that it shows.
        expect(staff.locator(".seat").first).to_contain_text(state.capitalize())


@pytest.mark.e2e
def test_the_start_says_who_is_not_ready_and_is_ticked(
    staff: Page, hall: CentreServices, sitting: str, package: Package
) -> None:
    hall.sittings.unlock(sitting, package.code, "staff:chief")
    staff.goto(f"/staff/sittings/{SITTING}?lang=en")
    staff.get_by_role("button", name="Start the sitting").click()
    dialog = staff.locator("dialog")
    expect(dialog.locator("dl")).to_contain_text("Not signed in yet3")
    dialog.get_by_role("button", name="Start now").click()
    expect(dialog.locator(".note.bad")).to_contain_text("tick")
    assert hall.sittings.list()[0].state == "unlocked"
    dialog.get_by_label("Yes, start the time now.").check()
    dialog.get_by_role("button", name="Start now").click()
    expect(dialog).to_have_count(0)
    assert hall.sittings.list()[0].state == "started"


@pytest.mark.e2e
def test_staff_find_a_number_in_full_width_and_say_who_will_not_sit(
    staff: Page, hall: CentreServices, sitting: str, package: Package
) -> None:
    staff.goto(f"/staff/sittings/{SITTING}?lang=en")
    staff.locator("[data-view=cards]").click()
    staff.locator("#search").fill("２０２６ｔ　０００２")
    expect(staff.locator(".seat:visible")).to_have_count(1)
    staff.locator(".seat:visible").get_by_role("button", name=re.compile("^Actions")).click()
    staff.get_by_role("button", name="Will not sit the exam").click()
    staff.get_by_label("Not admitted").check()
    staff.locator("#reason").fill("came without a document")
    staff.get_by_role("button", name="Record it").click()
    expect(staff.locator("dialog")).to_have_count(0)
    ends = {
        row.admission_no: row.end_reason for row in hall.rooms.room(sitting, hall.sync.view()).rows
    }
    assert ends["2026T0002"] == "not_admitted"
    staff.locator(".seat:visible").get_by_role("button", name=re.compile("^Actions")).click()
    staff.get_by_role("button", name="Undo the end").click()
    staff.locator("#reason").fill("the document was found")
    staff.locator("dialog").get_by_role("button", name="Undo the end").click()
    expect(staff.locator("dialog")).to_have_count(0)
    assert {row.state for row in hall.rooms.room(sitting, hall.sync.view()).rows} == {"registered"}


@pytest.mark.e2e
def test_an_unlock_code_in_full_width_is_shown_as_it_was_issued(
    staff: Page, sitting: str, package: Package
) -> None:
    staff.goto(f"/staff/sittings/{SITTING}?lang=en")
    staff.get_by_role("button", name="Unlock the paper").click()
    wide = "".join(chr(ord(char) + 0xFEE0) for char in package.code.lower())
    staff.locator("#unlock-code").fill(wide)
    expect(staff.locator("#unlock-code")).to_have_value(package.code)
    expect(staff.locator("#unlock-hint")).to_contain_text("complete")


@pytest.mark.e2e
def test_staff_admit_a_guest_and_read_the_number_out(
    staff: Page, hall: CentreServices, sitting: str
) -> None:
    staff.goto(f"/staff/sittings/{SITTING}?lang=en")
    staff.locator("[data-view=cards]").click()
    staff.get_by_role("button", name="More actions").click()
    staff.get_by_role("button", name="Admit a candidate who is not on the roster").click()
    staff.fill("#guest-name", "来宾甲")
    staff.fill("#guest-identity", "B1234")
    staff.fill("#guest-seat", "B01")
    staff.get_by_role("button", name="Admit", exact=True).click()
    expect(staff.locator("dialog .note.bad")).to_contain_text("give a reason")
    staff.fill("#reason", "the roster came without them")
    staff.get_by_role("button", name="Admit", exact=True).click()
    expect(staff.locator("#guest-number")).to_have_text("H001")
    staff.locator("dialog").get_by_role("button", name="Close").click()
    expect(staff.locator("[data-admission-no=H001]")).to_contain_text("来宾甲")

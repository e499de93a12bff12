"""A record of misconduct in the browser: written, confirmed by a second person, signed."""

import pytest
from playwright.sync_api import Page, expect

from kiosk.hall.rights import INVIGILATOR
from kiosk.hall.services import CentreServices
from tests.centres import PASSWORD, USERNAME
from tests.web.axe import faults, needs_axe
from tests.web.browser import Browser, Desk
from tests.web.conftest import SITTING

SECOND = "wang.fang"
FORM = {
    "id": f"{1:032x}",
    "misconduct": "device",
    "happened_at": "2026-04-25T10:00",
    "facts": "考试中看手机",
}


@pytest.fixture
def second(hall: CentreServices) -> str:
    """Another account at this centre."""
    hall.accounts.add(SECOND, PASSWORD, INVIGILATOR, "staff:chief")
    return SECOND


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


def now_here(hall: CentreServices) -> str:
    """The time at the centre, as a form sends it."""
    view = hall.rooms.room(SITTING, hall.sync.view())
    return view.server_time.isoformat()


def test_the_second_person_signs_in_for_the_act_only(
    answering: Browser, desk: Desk, hall: CentreServices, second: str
) -> None:
    form = {**FORM, "happened_at": now_here(hall)}
    made = desk.post(f"/staff/api/attempts/{answering.attempt_id}/misconduct", form)
    assert made.status_code == 200
    path = f"/staff/api/misconduct/{made.json['id']}"
    wrong = desk.post(f"{path}/confirm", {"username": second, "password": "wrong password"})
    assert (wrong.status_code, wrong.json["error"]["code"]) == (401, "sign_in_refused")
    own = desk.post(f"{path}/confirm", {"username": USERNAME, "password": PASSWORD})
    assert (own.status_code, own.json["error"]["code"]) == (409, "second_person_needed")
    assert (
        desk.post(f"{path}/confirm", {"username": second, "password": PASSWORD}).status_code == 200
    )
    assert desk.get("/staff/api/session").json["username"] == USERNAME
    (record,) = hall.misconduct.of_sitting(SITTING)
    assert record.witness == f"staff:{second}"


def test_a_second_person_of_another_room_is_refused(
    answering: Browser, desk: Desk, hall: CentreServices, second: str
) -> None:
    hall.accounts.set_rooms(second, ["another"], "staff:chief")
    form = {**FORM, "happened_at": now_here(hall)}
    made = desk.post(f"/staff/api/attempts/{answering.attempt_id}/misconduct", form)
    path = f"/staff/api/misconduct/{made.json['id']}/confirm"
    refused = desk.post(path, {"username": second, "password": PASSWORD})
    assert (refused.status_code, refused.json["error"]["code"]) == (403, "not_your_room")


@pytest.mark.parametrize(
    "wrong",
    [
        {"facts": "x"},
        {"facts": "长" * 2001},
        {"misconduct": "theft"},
        {"happened_at": "yesterday"},
        {"evidence": "长" * 1001},
        {"more": "fields"},
    ],
)
def test_bad_records_are_refused_whole(
    answering: Browser, desk: Desk, hall: CentreServices, wrong: dict[str, str]
) -> None:
    form = {**FORM, "happened_at": now_here(hall), **wrong}
    refused = desk.post(f"/staff/api/attempts/{answering.attempt_id}/misconduct", form)
    assert refused.status_code == 422
    assert hall.misconduct.of_sitting(SITTING) == []


@pytest.mark.e2e
def test_staff_record_confirm_and_let_the_candidate_sign(
    staff: Page, hall: CentreServices, attempt_id: str, second: str
) -> None:
    staff.goto(f"/staff/sittings/{SITTING}/misconduct?lang=en&candidate=2026T0001")
    dialog = staff.locator("dialog")
    expect(dialog.locator("#misconduct-who")).to_have_value(attempt_id)
    dialog.locator("#misconduct-facts").fill("考试中看手机\n被当场发现")
    dialog.locator("#misconduct-taken").fill("手机一部")
    dialog.get_by_role("button", name="Record it").click()
    card = staff.locator(".misconduct")
    expect(card).to_contain_text("To be confirmed by a second member of staff")
    card.get_by_role("button", name="Confirm as the second").click()
    dialog.locator("#witness-name").fill(second)
    dialog.locator("#witness-password").fill("not this one")
    dialog.get_by_role("button", name="I confirm it").click()
    expect(dialog.locator(".note.bad")).to_be_visible()
    dialog.locator("#witness-password").fill(PASSWORD)
    dialog.get_by_role("button", name="I confirm it").click()
    expect(card).to_contain_text("To be read and signed")
    card.get_by_role("button", name="Let the candidate read and sign").click()
    expect(dialog).to_contain_text("被当场发现")
    dialog.get_by_role("button", name="Sign", exact=True).click()
    expect(dialog.locator(".note.bad")).to_contain_text("sign in the field")
    dialog.locator("#statement").fill("是闹钟响了")
    draw(staff)
    dialog.get_by_role("button", name="Sign", exact=True).click()
    expect(card).to_contain_text("Signed by the candidate")
    expect(card.get_by_role("img", name="Signature of")).to_be_visible()
    (record,) = hall.misconduct.of_sitting(SITTING)
    assert (record.state, record.statement) == ("signed", "是闹钟响了")


def draw(staff: Page) -> None:
    """Draw a zigzag in the field for the signature."""
    field = staff.locator(".sign-here")
    field.scroll_into_view_if_needed()
    box = field.bounding_box()
    assert box is not None
    staff.mouse.move(box["x"] + 20, box["y"] + 20)
    staff.mouse.down()
    for step in range(1, 12):
        staff.mouse.move(box["x"] + 20 + 15 * step, box["y"] + 20 + 30 * (step % 2))
    staff.mouse.up()


@pytest.mark.e2e
def test_a_seat_leads_to_its_record_and_a_refusal_is_noted(
    staff: Page, hall: CentreServices, attempt_id: str, second: str
) -> None:
    staff.goto(f"/staff/sittings/{SITTING}?lang=en")
    staff.locator("[data-view=cards]").click()
    staff.locator(".seat").first.get_by_role("button", name="Actions").click()
    staff.get_by_role("button", name="Record misconduct").click()
    dialog = staff.locator("dialog")
    expect(dialog.locator("#misconduct-who")).to_have_value(attempt_id)
    dialog.locator("#misconduct-facts").fill("与邻座交谈")
    dialog.get_by_role("button", name="Record it").click()
    expect(staff.locator(".misconduct")).to_be_visible()
    (record,) = hall.misconduct.of_sitting(SITTING)
    hall.misconduct.confirm(record.id, f"staff:{second}")
    staff.reload()
    staff.get_by_role("button", name="The candidate does not sign").click()
    dialog.get_by_text("Read it, would not sign").click()
    dialog.get_by_role("button", name="Note it").click()
    expect(staff.locator(".misconduct")).to_contain_text("Not signed, noted by two")


@needs_axe
@pytest.mark.e2e
@pytest.mark.parametrize("language", ["zh", "en"])
def test_it_meets_wcag(
    staff: Page, hall: CentreServices, attempt_id: str, second: str, language: str
) -> None:
    staff.emulate_media(reduced_motion="reduce")
    staff.goto(f"/staff/sittings/{SITTING}/misconduct?lang={language}&candidate=2026T0001")
    expect(staff.locator("dialog")).to_be_visible()
    assert faults(staff) == []
    staff.locator("#misconduct-facts").fill("考试中看手机")
    staff.locator("dialog .btn-primary").click()
    expect(staff.locator(".misconduct")).to_be_visible()
    (record,) = hall.misconduct.of_sitting(SITTING)
    hall.misconduct.confirm(record.id, f"staff:{second}")
    staff.reload()
    staff.locator("[data-act=sign]").click()
    expect(staff.locator("canvas")).to_be_visible()
    assert faults(staff) == []


def test_a_browser_that_the_second_person_has_used_is_not_kept_waiting_by_strangers(
    answering: Browser, desk: Desk, app_desk: Desk, hall: CentreServices, second: str
) -> None:
    form = {**FORM, "happened_at": now_here(hall)}
    made = desk.post(f"/staff/api/attempts/{answering.attempt_id}/misconduct", form)
    own = Desk(app_desk.client.application.test_client())
    account = {"username": second, "password": PASSWORD}
    own.csrf = own.post("/staff/api/sign-in", account).json["csrf"]
    stranger = Desk(app_desk.client.application.test_client())
    for _ in range(12):
        stranger.post("/staff/api/sign-in", {"username": second, "password": "wrong password"})
    own.csrf = own.post("/staff/api/sign-in", account).json["csrf"]
    confirmed = own.post(f"/staff/api/misconduct/{made.json['id']}/confirm", account)
    assert confirmed.status_code == 200, confirmed.text

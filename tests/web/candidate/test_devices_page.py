"""R13 in the browser: a failed device, staff who admit it, and the camera that staff see."""

import pytest
from playwright.sync_api import Page, expect

from kiosk.hall.attempt.messages import Recipients
from kiosk.hall.services import CentreServices
from tests.centres import PASSWORD, USERNAME, ManualClock, Package
from tests.web.conftest import ARRIVE, SITTING, WHO

pytestmark = pytest.mark.e2e

WITHOUT_MICROPHONE = ARRIVE.replace("microphone: true", "microphone: false")


@pytest.fixture
def attempt_id(page: Page, hall: CentreServices, sitting: str) -> str:
    """A candidate whose terminal has no microphone, identified by staff."""
    found = str(page.evaluate(WITHOUT_MICROPHONE, WHO))
    hall.verification.decide(found, True, "same person", "staff:chief")
    return found


@pytest.fixture
def ready(page: Page, hall: CentreServices, sitting: str) -> str:
    """A candidate who waits for the start."""
    found = str(page.evaluate(ARRIVE, WHO))
    hall.verification.decide(found, True, "same person", "staff:chief")
    return found


PLUG = """() => {
  const all = MediaDevices.prototype.enumerateDevices;
  MediaDevices.prototype.enumerateDevices = async function enumerate() {
    const found = await all.call(this);
    return localStorage.unplugged ? found.filter(({ kind }) => kind !== "videoinput") : found;
  };
}"""
"""Chromium's own fake camera cannot be pulled out; the page asks and hears the same."""
CHANGED = "navigator.mediaDevices.dispatchEvent(new Event('devicechange'))"


def test_a_camera_pulled_out_while_waiting_is_said_to_candidate_and_staff(
    page: Page, hall: CentreServices, ready: str
) -> None:
    page.add_init_script(f"({PLUG})()")
    page.goto("/waiting?lang=en")
    page.evaluate("localStorage.unplugged = 1")
    page.evaluate(CHANGED)
    page.wait_for_url("**/verify")
    expect(page.locator("#verify-devices")).to_contain_text("failed its device check: Camera")
    assert hall.attempts.view(ready).devices_missing == ["camera"]
    staff = staff_room(page)
    card = staff.locator(f"[data-admission-no='{WHO['admission_no']}']")
    expect(card).to_contain_text("Device check failed: Camera")
    page.evaluate("delete localStorage.unplugged")
    page.evaluate(CHANGED)
    page.wait_for_url("**/waiting")
    assert hall.attempts.view(ready).devices_missing == []


def test_a_signed_in_candidate_repeats_the_check_and_is_stranded_nowhere(
    page: Page, hall: CentreServices, ready: str, package: Package
) -> None:
    page.goto("/waiting?lang=en")
    page.get_by_role("link", name="Check camera and microphone again").click()
    expect(page.locator("#check-camera")).to_have_attribute("data-state", "passed")
    page.get_by_role("link", name="Back without checking").click()
    page.wait_for_url("**/waiting")
    page.get_by_role("link", name="Check camera and microphone again").click()
    expect(page.locator("#check-microphone")).to_have_attribute("data-state", "passed")
    page.click("#play-tone")
    page.click("#tone-yes")
    expect(page.locator("#continue")).to_be_enabled()
    page.click("#continue")
    page.wait_for_url("**/waiting")
    page.goto("/?check=1")
    hall.sittings.unlock(SITTING, package.code, "staff:chief")
    hall.starts.start(SITTING, "staff:chief")
    page.wait_for_url("**/exam")
    page.goto("/?check=1")
    page.wait_for_url("**/exam")


def test_from_the_repeated_check_a_candidate_calls_and_confirms_messages(
    page: Page, hall: CentreServices, ready: str
) -> None:
    page.goto("/?check=1&lang=en")
    expect(page.locator("#check-camera")).to_have_attribute("data-state", "passed")
    page.locator("[data-call]").click()
    page.locator("dialog .btn-primary").click()
    expect(page.locator("#call-note")).to_contain_text("The invigilator has been told")
    assert hall.attempts.view(ready).call is not None
    page.get_by_role("button", name="Withdraw the call").click()
    expect(page.locator("#call-note")).to_be_hidden()
    hall.messages.send(SITTING, "0" * 32, "请坐好。", Recipients(), "staff:chief")
    page.locator(".message").get_by_role("button").click()
    expect(page.locator(".message")).to_have_count(0)
    assert hall.attempts.view(ready).messages == ()
    expect(page.locator("#check-microphone")).to_have_attribute("data-state", "passed")
    page.click("#play-tone")
    page.click("#tone-yes")
    page.click("#continue")
    page.wait_for_url("**/waiting")


def staff_room(page: Page, language: str = "en") -> Page:
    """The staff's room, beside the candidate's page."""
    staff = page.context.new_page()
    staff.set_viewport_size({"width": 1366, "height": 768})
    staff.goto("/staff/sign-in")
    staff.fill("#username", USERNAME)
    staff.fill("#password", PASSWORD)
    staff.click("button[type=submit]")
    staff.wait_for_url("**/staff/")
    staff.goto(f"/staff/sittings/{SITTING}?lang={language}")
    staff.locator("[data-view=cards]").click()
    return staff


def test_a_candidate_waits_until_staff_admit_the_failed_device(
    page: Page, hall: CentreServices, attempt_id: str
) -> None:
    page.goto("/verify?lang=en")
    note = page.locator("#verify-devices")
    expect(note).to_contain_text("Microphone")
    staff = staff_room(page)
    card = staff.locator(f"[data-admission-no='{WHO['admission_no']}']")
    expect(card).to_contain_text("Device check failed: Microphone")
    card.locator("button.more").click()
    staff.get_by_role("button", name="Admit without the failed device").click()
    staff.fill("#reason", "no other terminal is free")
    staff.get_by_role("button", name="Admit", exact=True).click()
    expect(card).to_contain_text("Admitted without: Microphone")
    page.wait_for_url("**/waiting")
    assert hall.attempts.view(attempt_id).state == "ready"


def test_staff_see_the_cameras_name(page: Page, hall: CentreServices, attempt_id: str) -> None:
    page.goto("/verify?lang=zh")
    staff = staff_room(page, "zh")
    card = staff.locator(f"[data-admission-no='{WHO['admission_no']}']")
    expect(card).to_contain_text("虚拟摄像头")
    card.locator("button.more").click()
    expect(staff.locator("dialog")).to_contain_text("fake_device_0")


def test_spans_in_which_the_room_was_disturbed_stand_on_its_page(
    page: Page, hall: CentreServices, attempt_id: str, clock: ManualClock, package: Package
) -> None:
    hall.devices.admit(attempt_id, "no other terminal is free", "staff:chief")
    hall.sittings.unlock(SITTING, package.code, "staff:chief")
    hall.starts.start(SITTING, "staff:chief")
    hall.proctoring.tick()
    clock.pass_time(40)
    hall.proctoring.tick()
    staff = staff_room(page)
    expect(staff.locator("#disturbances-summary")).to_have_text("Disturbances in the room: 1")
    staff.click("#disturbances-summary")
    expect(staff.locator("#disturbances-list")).to_contain_text(
        "The server was unresponsive for a while"
    )
    expect(staff.locator("#disturbances-list")).to_contain_text("T01")
    expect(staff.locator("#room-alerts")).to_contain_text("The server was unresponsive for a while")

"""Staff look for what no camera can prove, key by key, and the candidate's page follows (R16)."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from kiosk.hall.inputs import DeviceCheck
from kiosk.hall.services import CentreServices
from tests.centres import PASSWORD, USERNAME, ManualClock, Package, Site
from tests.event_logs import event_log
from tests.faces import live
from tests.hall.eyes import YAW, seeing_faces
from tests.web.conftest import ARRIVE, SITTING, WHO
from tests.web.halls import quiet_hall

pytestmark = pytest.mark.e2e


@pytest.fixture
def hall(site: Site, clock: ManualClock, weights: Path) -> Iterator[CentreServices]:
    """A hall that recognises faces."""
    with quiet_hall(site, clock, seeing_faces(weights)) as hall:
        yield hall


@pytest.fixture
def package(site: Site) -> Package:
    """A package whose sitting wants no identity card."""
    return site.package(rules={"check_in": {"id_card": False}})


@pytest.fixture
def passed(page: Page, hall: CentreServices, sitting: str, clock: ManualClock) -> str:
    """A candidate at that browser whom the machine has passed; returns the attempt."""
    attempt_id = str(page.evaluate(ARRIVE, {**WHO, "consent_face": True}))
    desk = hall.verification
    reply = desk.begin_face_check(attempt_id)
    for number in range(60):
        clock.pass_time(0.5)
        reply = desk.face_check(attempt_id, live(0, number, YAW[reply.ask]))
        if reply.result is not None:
            break
    assert hall.attempts.view(attempt_id).state == "ready"
    return attempt_id


@pytest.fixture
def staff(page: Page, passed: str) -> Page:
    """The staff's room, beside the candidate's page."""
    other = page.context.new_page()
    other.goto("/staff/sign-in")
    other.fill("#username", USERNAME)
    other.fill("#password", PASSWORD)
    other.click("button[type=submit]")
    other.wait_for_url("**/staff/")
    other.goto(f"/staff/sittings/{SITTING}?lang=en")
    other.locator("[data-view=cards]").click()
    return other


def kinds(hall: CentreServices) -> list[str]:
    """Kinds of what staff did about the candidate, oldest first."""
    return [e.kind for e in reversed(event_log(hall, SITTING)) if e.who.startswith("staff:")]


def test_staff_inspection_with_one_key_each(
    page: Page, staff: Page, hall: CentreServices, passed: str
) -> None:
    page.goto("/waiting")
    staff.locator("#inspect-all").click()
    dialog = staff.locator("dialog")
    expect(dialog.locator(".pair img")).to_have_count(2)
    expect(dialog.locator(".nothing")).to_be_focused()
    staff.keyboard.press("1")
    staff.keyboard.press("6")
    for name in ("hat", "phone"):
        mark = dialog.locator(f"[data-finding={name}] .mark")
        expect(mark).to_have_attribute("aria-pressed", "true")
    staff.keyboard.press("0")
    expect(dialog.locator(".note.bad")).to_contain_text("still has to be taken off")
    page.wait_for_url("**/verify")
    expect(page.locator("#verify-findings")).to_contain_text("take off your hat")
    expect(page.locator("#verify-inspect")).to_be_visible()
    staff.keyboard.press("6")
    expect(page.locator("#verify-findings li")).to_have_count(1)
    staff.keyboard.press("q")
    expect(dialog).to_have_count(0)
    page.wait_for_url("**/waiting")
    expect(staff.locator("#inspect-all")).to_be_hidden()
    assert kinds(hall)[-4:] == ["finding_noted"] * 2 + ["finding_cleared"] * 2
    assert hall.attempts.view(passed).findings == []


def test_nothing_to_object_is_one_key_and_says_so(
    staff: Page, hall: CentreServices, passed: str
) -> None:
    card = staff.locator("[data-admission-no='2026T0001']")
    expect(card).to_contain_text("Not checked by staff yet")
    card.get_by_role("button", name=re.compile("^View")).dblclick()
    expect(staff.locator("dialog .nothing")).to_be_focused()
    staff.keyboard.press("0")
    expect(staff.locator("dialog")).to_have_count(0)
    expect(card).not_to_contain_text("Not checked by staff yet")
    assert kinds(hall)[-1] == "inspected"


def test_every_finding_is_within_reach_of_the_keyboard_and_named(staff: Page) -> None:
    staff.locator("#inspect-all").click()
    names = ["Hat or headdress", "Sunglasses", "Headphones or earpiece", "Mask"]
    names += ["Hair over face or ears", "Phone or tablet"]
    for number, name in enumerate(names, start=1):
        button = staff.get_by_role("button", name=f"{number} {name}", exact=True)
        expect(button).to_have_attribute("aria-keyshortcuts", str(number))
    staff.keyboard.press("Shift+Tab")
    staff.keyboard.press("Shift+Tab")  # past the way to allow what is not marked: disabled
    focused = staff.evaluate("document.activeElement.closest('.finding')?.dataset.finding")
    assert focused in ("hair", "phone")
    staff.keyboard.press("Escape")
    expect(staff.locator("dialog")).to_have_count(0)


def test_keys_in_the_reason_are_text(staff: Page, hall: CentreServices, passed: str) -> None:
    hall.inspections.find(passed, "hat", "staff:chief")
    card = staff.locator("[data-admission-no='2026T0001']")
    expect(card).to_contain_text("Found: Hat")
    card.get_by_role("button", name=re.compile("^View")).click()
    staff.locator("#reason").fill("")
    staff.locator("#reason").press_sequentially("row 2 seat 3, q")
    assert staff.locator("#reason").input_value() == "row 2 seat 3, q"
    assert hall.attempts.view(passed).findings == ["hat"]
    staff.locator("dialog h2").click()
    staff.keyboard.press("7")
    expect(staff.get_by_role("button", name="It is the candidate")).to_be_focused()
    staff.keyboard.press("Enter")
    expect(staff.locator("dialog")).to_have_count(0)
    assert hall.attempts.view(passed).state == "ready"


def test_what_is_seen_during_the_exam_is_one_key_with_its_pictures(
    page: Page, staff: Page, hall: CentreServices, passed: str, package: Package
) -> None:
    hall.sittings.unlock(SITTING, package.code, "staff:chief")
    hall.starts.start(SITTING, "staff:chief")
    hall.proctoring.frame(passed, live(0, 55))
    card = staff.locator("[data-admission-no='2026T0001']")
    card.get_by_role("button", name=re.compile("^Actions")).click()
    staff.get_by_role("button", name="Report what I see").click()
    expect(staff.locator("dialog .marks")).to_be_visible()
    staff.keyboard.press("3")
    expect(staff.get_by_role("button", name="Report", exact=True)).to_be_focused()
    staff.keyboard.press("Enter")
    expect(staff.locator("dialog")).to_have_count(0)
    (incident,) = hall.rooms.incidents(SITTING)
    assert (incident.rule, incident.by) == ("headphones", "staff:chief")
    assert [shown.kind for shown in incident.evidence] == ["before", "frame"]


def test_the_release_of_a_terminal_names_the_spare_ones(staff: Page, hall: CentreServices) -> None:
    card = staff.locator("[data-admission-no='2026T0001'].seat")
    release = staff.get_by_role("button", name="Release the terminal")
    for expected in ("No spare terminal is ready", "Spare terminals, checked and free: T02"):
        card.get_by_role("button", name=re.compile("^View")).click()
        release.click()
        expect(staff.locator("dialog")).to_contain_text(expected)
        staff.keyboard.press("Escape")
        expect(staff.locator("dialog")).to_have_count(0)
        terminal = hall.terminals.register("127.0.0.1", "spare")
        check = DeviceCheck(camera=True, microphone=True, loudspeaker=True, server_ms=1)
        hall.terminals.record_check(terminal.terminal_id, check)

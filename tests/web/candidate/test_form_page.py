"""The personal data form in the browser: kept as it is typed, errors at their fields (R14)."""

import os

import pytest
from playwright.sync_api import Page, expect

from kiosk.exam.programme.personal_form import PersonalField
from kiosk.hall.services import CentreServices
from tests.centres import PASSWORD, USERNAME, Package, Site, candidates
from tests.web.axe import faults, needs_axe
from tests.web.conftest import ARRIVE, SITTING, WHO

pytestmark = pytest.mark.e2e

REGISTERED = {
    PersonalField.SEX: "female",
    PersonalField.IDENTITY_TYPE: "other",
    PersonalField.BIRTH_DATE: "1990-01-01",
    PersonalField.EMPLOYER: "Old employer",
}


@pytest.fixture
def package(site: Site) -> Package:
    """A package of a programme with the form, in which one candidate's data are known."""
    first, *others = candidates()
    roster = (first.model_copy(update={"personal": REGISTERED}), *others)
    return site.package(rules={"personal_form": {}}, roster=roster)


def picture(page: Page, name: str) -> None:
    """Save a picture of the page where somebody wants to look at it."""
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png")


def test_a_candidate_completes_the_form_and_goes_on(
    page: Page, hall: CentreServices, sitting: str
) -> None:
    attempt_id = str(page.evaluate(ARRIVE, WHO))
    page.set_viewport_size({"width": 1366, "height": 768})
    page.goto("/verify?lang=en")
    page.wait_for_url("**/form")
    expect(page.locator("#field-identity_no")).to_have_value("990***********001X")
    # The first empty field has the focus; what is typed is kept without a button.
    expect(page.locator("#field-schooling")).to_be_focused()
    page.fill("#field-school", "University of Nowhere")
    expect(page.locator("#form-kept")).to_have_text("Stored")
    page.reload()
    expect(page.locator("#field-school")).to_have_value("University of Nowhere")
    page.fill("#field-work_years", "many")
    page.press("#field-work_years", "Enter")
    expect(page.locator("#field-work_years-error")).to_contain_text("such as 3")
    expect(page.locator("#field-schooling")).to_be_focused()
    picture(page, "form-en")
    page.goto("/form?lang=zh")
    picture(page, "form-zh")
    page.fill("#field-work_years", "3年")
    page.select_option("#field-schooling", "bachelor")
    page.click("#form-confirm")
    page.wait_for_url("**/verify")
    form = hall.personal_forms.compared(attempt_id)
    assert form is not None
    assert form.state == "confirmed"
    assert {field.name for field in form.fields if field.differs} == {
        "schooling", "school", "work_years",
    }  # fmt: skip


def test_staff_see_what_was_changed_and_let_somebody_go_on_without(
    page: Page, hall: CentreServices, sitting: str
) -> None:
    attempt_id = str(page.evaluate(ARRIVE, WHO))
    page.goto("/form?lang=en")
    page.fill("#field-employer", "New employer")
    expect(page.locator("#form-kept")).to_have_text("Stored")
    staff = page.context.new_page()
    staff.set_viewport_size({"width": 1366, "height": 768})
    staff.goto("/staff/sign-in?lang=en")
    staff.fill("#username", USERNAME)
    staff.fill("#password", PASSWORD)
    staff.click("button[type=submit]")
    staff.wait_for_url("**/staff/")
    staff.goto(f"/staff/sittings/{SITTING}?lang=en")
    staff.locator("[data-view=cards]").click()
    card = staff.locator(f"[data-admission-no='{WHO['admission_no']}']")
    expect(card).to_contain_text("Changed in the form: Employer")
    card.get_by_role("button").click()
    shown = staff.locator(".personal-form")
    expect(shown).to_contain_text("Old employer")
    expect(shown.locator("tr.differs")).to_contain_text("New employer")
    shown.scroll_into_view_if_needed()
    picture(staff, "form-staff-en")
    shown.get_by_role("button", name="Go on without the form").click()
    staff.get_by_role("button", name="No time is left before the start").click()
    staff.locator("dialog").last.get_by_role("button", name="Go on without the form").click()
    page.wait_for_url("**/verify")
    assert hall.attempts.view(attempt_id).form_open is False


@needs_axe
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_form_meets_wcag_also_with_errors_and_on_a_telephone(
    page: Page, sitting: str, language: str
) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.evaluate(ARRIVE, WHO)
    for width, height in ((1366, 768), (360, 640)):
        page.set_viewport_size({"width": width, "height": height})
        page.goto(f"/form?lang={language}")
        assert faults(page) == []
        page.fill("#field-work_years", "many")
        page.click("#form-confirm")
        expect(page.locator("#field-work_years-error")).to_be_visible()
        assert faults(page) == []
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") == 0

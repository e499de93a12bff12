"""The personal data form, filled in by a candidate of whom only name and number are registered."""

from playwright.sync_api import Page


def fill_form(page: Page) -> None:
    """Complete the form after the sign-in and go on to the identity check."""
    page.wait_for_url("**/form")
    page.select_option("#field-sex", "female")
    page.select_option("#field-identity_type", "other")
    page.fill("#field-birth_date", "1990-01-01")
    page.select_option("#field-schooling", "bachelor")
    page.click("#form-confirm")
    page.wait_for_url("**/verify")

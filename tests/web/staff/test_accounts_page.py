"""The page Accounts in a real browser: the chief changes accounts, staff clear waits."""

import pytest
from playwright.sync_api import Page, expect

from kiosk.hall.errors import SignInRefused
from kiosk.hall.rights import CHIEF, INVIGILATOR
from kiosk.hall.services import CentreServices
from tests.centres import PASSWORD, USERNAME


def sign_in(page: Page, username: str) -> None:
    page.goto("/staff/sign-in?lang=en")
    page.get_by_label("User name").fill(username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Accounts").click()
    page.wait_for_url("**/staff/accounts")


def test_the_chief_adds_changes_and_locks_accounts(page: Page, hall: CentreServices) -> None:
    sign_in(page, USERNAME)
    page.get_by_role("button", name="Add an account").click()
    page.get_by_label("User name").fill("li")
    page.get_by_label("Password (at least 10 characters)", exact=True).fill("short")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("A password needs at least 10 characters.")).to_be_visible()
    page.get_by_label("Password (at least 10 characters)", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Add", exact=True).click()
    row = page.get_by_role("row").filter(has_text="li")
    row.get_by_label("Role of li").select_option(CHIEF)
    page.get_by_role("button", name="Cancel").click()
    expect(row.get_by_label("Role of li")).to_have_value(INVIGILATOR)
    row.get_by_label("Role of li").select_option(CHIEF)
    page.get_by_role("button", name="Change the role").click()
    expect(page.get_by_text("The role of li was changed.")).to_be_visible()
    row.get_by_role("button", name="Lock the account").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("until a chief invigilator unlocks it")
    dialog.get_by_role("button", name="Lock the account").click()
    expect(row.get_by_text("Locked since")).to_be_visible()
    expect(page.get_by_text("Account locked")).to_be_visible()
    (chief, li) = hall.accounts.list()
    assert (chief.username, li.role, li.locked_at is not None) == (USERNAME, CHIEF, True)


def test_an_invigilator_sees_who_waits_and_no_accounts(page: Page, hall: CentreServices) -> None:
    hall.accounts.add("li", PASSWORD, INVIGILATOR, "staff:chief")
    for _ in range(5):
        with pytest.raises(SignInRefused):
            hall.staff.sign_in("wang", "wrong", "192.168.1.66")
    sign_in(page, "li")
    expect(page.get_by_text("at 192.168.1.66, 5 wrong entries")).to_be_visible()
    expect(page.get_by_role("button", name="Allow another try now")).to_have_count(0)
    expect(page.get_by_role("button", name="Add an account")).to_have_count(0)
    expect(page.get_by_role("button", name="Change my password")).to_be_visible()

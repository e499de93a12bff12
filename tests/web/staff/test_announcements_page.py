"""An announcement in the browser: above every page until confirmed, and on to candidates."""

from playwright.sync_api import Page, expect

from kiosk.hall.services import CentreServices
from tests.hall.delivery.test_announcements import announced
from tests.web.conftest import SITTING


def test_a_banner_stays_until_somebody_confirms_it(staff_page: Page, hall: CentreServices) -> None:
    hall.announcements.receive(announced(title="一", candidate_text=""))
    hall.announcements.receive(announced(2, urgent=True, title="<b>二</b>"))
    staff_page.goto("/staff/?lang=en")
    banners = staff_page.locator("#announcements article")
    expect(banners).to_have_count(2)
    expect(banners.first).to_contain_text("Urgent Headquarters: <b>二</b>")
    staff_page.goto("/staff/accounts")
    banners.first.get_by_role("button", name="I have read it").click()
    expect(banners).to_have_count(1)
    expect(banners.first).to_contain_text("一")
    banners.first.get_by_role("button", name="I have read it").click()
    expect(staff_page.locator("#announcements")).to_be_hidden()
    assert {known.read_by for known in hall.announcements.newest()} == {"staff:chief"}


def test_its_text_goes_to_candidates_as_a_message_after_a_preview(
    staff_page: Page, hall: CentreServices, attempt_id: str
) -> None:
    hall.announcements.receive(announced())
    staff_page.goto("/staff/announcements?lang=en")
    staff_page.get_by_role("link", name="Send to candidates:").click()
    expect(staff_page.locator("#message-text")).to_have_value("请保持安静。")
    staff_page.get_by_role("button", name="Preview").click()
    assert hall.messages.sent(SITTING) == []
    staff_page.get_by_role("button", name="Send now").click()
    expect(staff_page.get_by_role("dialog")).to_have_count(0)
    (sent,) = hall.messages.sent(SITTING)
    assert (sent.text, sent.by) == ("请保持安静。", "staff:chief")
    assert [message.text for message in hall.attempts.time(attempt_id).messages] == [sent.text]

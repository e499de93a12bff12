"""Rules, pledge, the server's clock, the hotline, and the way back from the receipt."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from kiosk.exam.attempt.states import AttemptState
from kiosk.hall.services import CentreServices
from tests.centres import ManualClock, Package, Site
from tests.web.browser import Browser
from tests.web.conftest import ARRIVE, SITTING, WHO

RULES: dict[str, dict[str, Any]] = {
    "time": {"earliest_hand_in_minutes": 30, "late_entry_minutes": 20},
    "exam_rules": {
        "hotline": "400 650 6886",
        "desk_items": ["pen", "paper"],
        "consequences": {"zh": "成绩无效。", "en": "Your result becomes invalid."},
        "pledge": {"zh": "本人承诺诚信考试。", "en": "I promise to be honest."},
        "short_answer_at_least": 20,
    },
}


@pytest.fixture
def package(site: Site) -> Package:
    """A package of a programme with rules of its own."""
    return site.package(rules=RULES)


@pytest.fixture
def waiting(seated: Browser, hall: CentreServices) -> Browser:
    """A candidate on the waiting page."""
    hall.verification.decide(seated.attempt_id, True, "same person", "staff:chief")
    return seated


@pytest.fixture
def waiting_page(page: Page, hall: CentreServices, sitting: str) -> str:
    """The candidate of that window, on the waiting page; gives the attempt."""
    attempt_id = str(page.evaluate(ARRIVE, WHO))
    hall.verification.decide(attempt_id, True, "same person", "staff:chief")
    page.goto("/waiting?lang=en")
    return attempt_id


def start(hall: CentreServices, package: Package) -> None:
    hall.sittings.unlock(SITTING, package.code, "staff:chief")
    hall.starts.start(SITTING, "staff:chief")


def test_the_rules_say_what_this_programme_says(waiting: Browser) -> None:
    page = waiting.get("/waiting?lang=en").text
    for text in (
        "On the desk you may have: pen, scratch paper. Nothing else.",
        "later than 20 minutes after the start",
        "hand in from 30 minutes after the start",
        "Your result becomes invalid.",
        "call 400 650 6886",
        "A short answer needs at least 20 characters.",
        "I promise to be honest.",
    ):
        assert text in page
    assert "成绩无效。" in waiting.get("/waiting?lang=zh").text


@pytest.mark.parametrize(
    ("asked", "told"), [("some", "Some questions are in Chinese"), ("all", "The questions are in")]
)
def test_the_help_says_how_much_of_the_paper_is_in_two_languages(
    browser: Browser, asked: str, told: str
) -> None:
    assert told in browser.get(f"/help?over=1&lang=en&questions={asked}").text
    for nothing in ("", "&questions=none", "&questions=<b>"):
        assert "original text" not in browser.get(f"/help?over=1&lang=en{nothing}").text


def test_every_help_page_shows_the_hotline(waiting: Browser, browser: Browser) -> None:
    assert "400 650 6886" in waiting.get("/help?over=1&lang=en").text
    assert "400 650 6886" in browser.get("/help?over=1").text


def test_only_the_candidate_gives_the_pledge(waiting: Browser) -> None:
    stranger = Browser(waiting.client.application.test_client())
    stranger.register()
    assert stranger.post(waiting.at("/pledge")).status_code == 401
    assert waiting.post("/api/attempts/another/pledge").status_code == 403
    assert waiting.post(waiting.at("/pledge")).status_code == 200
    assert 'data-given="yes"' in waiting.get("/waiting").text


@pytest.mark.e2e
def test_the_waiting_page_counts_down_by_the_servers_clock(
    page: Page, waiting_page: str, hall: CentreServices, clock: ManualClock
) -> None:
    starts_at = hall.attempts.view(waiting_page).starts_at
    clock.pass_time((starts_at - clock.now()).total_seconds() - 90)
    expect(page.locator("#until-start")).to_contain_text(re.compile(r"in 0:01:\d\d\."))
    clock.pass_time(120)
    expect(page.locator("#until-start")).to_contain_text("The planned time has come.")
    expect(page.locator("#clock-now")).to_have_text(re.compile(r"^\d\d:\d\d:\d\d$"))


@pytest.mark.e2e
def test_a_ticked_pledge_is_recorded_and_stays_ticked(
    page: Page, waiting_page: str, hall: CentreServices
) -> None:
    page.route("**/pledge", lambda route: route.abort("connectionfailed"))
    page.locator("#pledge-tick").click()
    expect(page.locator("#pledge-state")).not_to_be_empty()
    expect(page.locator("#pledge-tick")).not_to_be_checked()
    page.unroute("**/pledge")
    page.check("#pledge-tick")
    expect(page.locator("#pledge-state")).to_have_text("Recorded.")
    assert hall.attempts.view(waiting_page).rules.pledged
    page.reload()
    expect(page.locator("#pledge-tick")).to_be_checked()


@pytest.mark.e2e
def test_who_has_not_given_it_sits_the_exam_and_is_asked_beside_the_paper(
    page: Page, waiting_page: str, hall: CentreServices, package: Package
) -> None:
    start(hall, package)
    page.wait_for_url("**/exam")
    expect(page.locator("#navigator .cell").first).to_be_visible()
    page.check("#pledge-tick")
    expect(page.locator("#pledge-note")).to_be_hidden()
    assert hall.attempts.view(waiting_page).rules.pledged
    assert hall.attempts.view(waiting_page).state is AttemptState.IN_PROGRESS


@pytest.fixture
def receipt_page(page: Page, waiting_page: str, hall: CentreServices, package: Package) -> str:
    """The candidate on the receipt, on a clock that the test turns."""
    start(hall, package)
    hall.ends.end_by_staff(waiting_page, "ill", "staff:chief")
    page.clock.install()
    page.goto("/receipt?lang=en")
    expect(page.locator("#leaving")).to_contain_text("Back to the start page in 0:0")
    return waiting_page


@pytest.mark.e2e
def test_the_receipt_goes_back_to_the_start_page_by_itself(page: Page, receipt_page: str) -> None:
    page.clock.run_for(170_000)
    expect(page).to_have_url(re.compile("/receipt"))
    page.clock.run_for(12_000)
    expect(page).to_have_url(re.compile(r"/$"))
    page.goto("/receipt")
    expect(page).not_to_have_url(re.compile("/receipt"))


@pytest.mark.e2e
def test_somebody_who_writes_the_digest_down_keeps_the_receipt(
    page: Page, receipt_page: str
) -> None:
    page.get_by_role("button", name="Keep this page open").click()
    page.clock.run_for(400_000)
    expect(page.locator("#leaving")).to_be_empty()
    expect(page).to_have_url(re.compile("/receipt"))


@pytest.mark.e2e
def test_without_the_server_the_receipt_stays(page: Page, receipt_page: str) -> None:
    def refuse(route: Route) -> None:
        route.abort("connectionfailed")

    page.route("**/leave", refuse)
    page.clock.run_for(200_000)
    expect(page.locator("#leave-error")).to_be_hidden()
    expect(page).to_have_url(re.compile("/receipt"))


@pytest.mark.e2e
def test_who_was_signed_out_meanwhile_leaves_the_receipt(
    page: Page, receipt_page: str, hall: CentreServices
) -> None:
    hall.checkin.release_terminal(receipt_page, "the seat is needed", "staff:chief")
    page.clock.run_for(200_000)
    expect(page).to_have_url(re.compile(r"/$"))


@pytest.mark.e2e
def test_a_short_text_says_what_is_asked_for_and_is_taken(
    page: Page, hall: CentreServices, attempt_id: str
) -> None:
    page.goto("/exam?lang=en")
    page.locator("#navigator .cell").last.click()
    count = page.locator("#essay-count")
    expect(count).to_have_text("0 of at least 20 characters")
    page.locator("textarea.essay").fill("排放量 等于 活动数据乘以排放因子")
    expect(count).to_have_text("15 of at least 20 characters")
    page.locator("textarea.essay").fill("碳" * 20)
    expect(count).to_have_text("20 characters")
    with page.expect_response("**/answers"):
        page.locator("textarea.essay").fill("短")
    assert "短" in hall.attempts.view(attempt_id).answers.values()

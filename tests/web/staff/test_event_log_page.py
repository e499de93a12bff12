"""The event log page: words, local time, filters, pages and a table that opens safely."""

import csv
import io

import pytest
from playwright.sync_api import Page, expect

from kiosk.hall.event_log import PAGE
from kiosk.hall.services import CentreServices
from kiosk.hall.views.event_log import EventLogWish
from tests.web.browser import Browser, Desk
from tests.web.conftest import SITTING

LOG = f"/staff/sittings/{SITTING}/event-log"


def rows(desk: Desk, query: str = "") -> list[dict[str, str]]:
    """The table as a spreadsheet program reads it."""
    reply = desk.get(f"{LOG}.csv?lang=en{query}")
    assert reply.status_code == 200
    assert reply.mimetype == "text/csv"
    return list(csv.DictReader(io.StringIO(reply.text.removeprefix("\ufeff"))))


def test_times_are_local_and_events_are_words_in_both_languages(
    desk: Desk, answering: Browser
) -> None:
    english, chinese = (desk.get(f"{LOG}?lang={language}").text for language in ("en", "zh"))
    assert "14:00:00" in english, "06:00 UTC is 14:00 in Shanghai"
    assert "2026-04-25" in english
    for page, words in ((english, "Candidate signed in"), (chinese, "考生登录")):
        assert words in page
        assert "signed_in" not in page
    assert "agreed to face recognition:</span> no" in english
    assert "考生1" in english
    assert "A01" in english


@pytest.mark.parametrize(
    ("query", "there", "gone"),
    [
        ("group=check_in", "Candidate signed in", "Paper unlocked"),
        ("group=sitting", "Paper unlocked", "Candidate signed in"),
        ("person=A01", "Candidate signed in", "Paper unlocked"),
        ("text=paper+unlocked", "Paper unlocked", "Candidate signed in"),
        ("since=2026-04-25T13:00&until=2026-04-25T15:00", "Paper unlocked", "No events match."),
        ("since=2026-04-25T15:00", "No events match.", "Paper unlocked"),
    ],
)
def test_a_filter_shows_what_it_names(
    desk: Desk, answering: Browser, query: str, there: str, gone: str
) -> None:
    page = desk.get(f"{LOG}?lang=en&{query}").text.partition("<tbody>")[2]
    assert there in page
    assert gone not in page


@pytest.mark.parametrize(
    "query",
    [
        "group=nothing", "since=yesterday", "before=1", "before=1-x", f"text={'x' * 101}",
        f"person={'x' * 101}", f"before={'9' * 20}-1",
    ],
)  # fmt: skip
def test_what_no_field_can_send_is_refused(desk: Desk, sitting: str, query: str) -> None:
    assert desk.get(f"{LOG}?{query}").status_code == 422
    assert desk.get(f"{LOG}.csv?{query}").status_code == 422


@pytest.mark.parametrize("year", ["0001", "9999"])
def test_a_year_that_no_exam_has_filters_nothing(desk: Desk, answering: Browser, year: str) -> None:
    assert "Paper unlocked" in desk.get(f"{LOG}?lang=en&since={year}-01-01T00:00").text


def test_what_somebody_typed_is_escaped_in_the_fields(desk: Desk, sitting: str) -> None:
    page = desk.get(f"{LOG}?text=%22%3E%3Cscript%3E").text
    assert "<script>" not in page.partition("<table")[0].partition("log-filters")[2]


def test_the_table_has_what_the_page_has_and_runs_no_formula(
    desk: Desk, hall: CentreServices, answering: Browser
) -> None:
    hall.pauses.pause(answering.attempt_id, "=HYPERLINK(1)", "staff:chief")
    found = rows(desk)
    assert len(found) == len(hall.event_log.page(SITTING, EventLogWish()).events)
    newest = found[0]
    assert newest["Event"] == "Exam paused"
    assert newest["Kind"] == "attempt_paused"
    assert newest["Time"].startswith("2026-04-25 14:00")
    assert (newest["Name"], newest["Seat"], newest["Who"]) == ("考生1", "A01", "chief")
    assert "=HYPERLINK(1)" in newest["Details"]
    assert not any(cell.startswith("=") for row in found for cell in row.values())
    assert {row["Kind"] for row in rows(desk, "&group=sitting")} == {
        "package_imported", "paper_unlocked", "sitting_started",
    }  # fmt: skip


def test_pages_lead_from_newest_to_oldest_and_keep_the_filter(
    desk: Desk, hall: CentreServices, answering: Browser
) -> None:
    for _ in range(PAGE // 2 + 1):
        hall.pauses.pause(answering.attempt_id, "again", "staff:chief")
        hall.pauses.resume(answering.attempt_id, "again", "staff:chief")
    first = desk.get(f"{LOG}?lang=en&group=attempt").text
    assert first.count("<tr>") == PAGE + 1
    older = first.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0]
    assert "group=attempt" in older
    second = desk.get(older.replace("&amp;", "&")).text
    assert "Exam started" in second
    assert 'rel="next"' not in second
    assert "Newest events" in second


@pytest.mark.e2e
def test_in_a_browser_the_fields_filter_and_the_table_is_saved(
    staff_page: Page, attempt_id: str
) -> None:
    page = staff_page
    page.goto(f"{LOG}?lang=en")
    page.get_by_label("About").select_option(label="Check-in")
    page.get_by_label("Candidate", exact=True).fill("考生1")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator(".log-table tbody tr").first).to_contain_text("考生1")
    expect(page.locator(".log-table")).not_to_contain_text("Paper unlocked")
    expect(page.get_by_label("About")).to_have_value("check_in")
    with page.expect_download() as download:
        page.get_by_role("link", name="Save as a table (CSV)").click()
    saved = download.value.path().read_text("utf-8-sig")
    assert "signed_in" in saved
    assert "paper_unlocked" not in saved
    page.get_by_role("link", name="Show all").click()
    expect(page.locator(".log-table")).to_contain_text("Paper unlocked")

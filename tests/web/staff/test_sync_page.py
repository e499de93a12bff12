"""The page that tells what waits, what is on its way, and what headquarters has confirmed."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect

from kiosk.bootstrap.setup import SETTINGS
from kiosk.exam.errors import ErrorRecord, ExamError
from kiosk.rehearsal.environment import STAFF, set_up
from kiosk.rehearsal.people import make_people
from kiosk.server.serving import listening
from kiosk.store.centre import outbox
from kiosk.store.centre.outbox import OutboxItem
from kiosk.store.errors import FileTrouble
from kiosk.store.sqlite.database import Store
from kiosk.system import SystemClock, entropy, new_id
from kiosk.web.app import create_app
from sync.agent.errors import HqRefused
from sync.hq.services import open_headquarters
from sync.hq.web.app import create_app as create_hq_app
from tests.agent.test_sync import Link, World, end_the_attempt, unlock, until
from tests.centres import NOON, Site
from tests.web.browser import Desk

NO_HQ = "http://127.0.0.1:1"
REFUSED_ID, UNREADABLE_ID = "a1" * 32, "b2" * 32


def test_the_page_names_every_kind_and_says_nothing_it_does_not_know(desk: Desk) -> None:
    page = desk.get("/staff/sync?lang=en").text
    assert "Each candidate" in page
    assert "Event logs of sittings" in page
    assert "Camera pictures of incidents" in page
    assert "Everything is at headquarters" not in page.split('id="page-data"')[0]


def test_every_staff_page_leads_there(desk: Desk) -> None:
    assert 'href="/staff/sync"' in desk.get("/staff/").text


def test_what_needs_a_person_says_who_refused_it(
    site: Site, request: pytest.FixtureRequest
) -> None:
    wait_with(site, REFUSED_ID, HqRefused(status=422, reason="bundle_damaged"))
    wait_with(site, UNREADABLE_ID, FileTrouble(file="b2", why="ENOENT"))
    desk: Desk = request.getfixturevalue("desk")
    problems = {one["id"]: one for one in desk.get("/staff/api/sync").json["problems"]}
    assert problems[REFUSED_ID]["refused"] is True
    assert problems[UNREADABLE_ID]["refused"] is False


def test_the_page_reads_why_in_its_own_language(site: Site, request: pytest.FixtureRequest) -> None:
    wait_with(site, REFUSED_ID, HqRefused(status=422, reason="bundle_damaged"))
    desk: Desk = request.getfixturevalue("desk")
    (chinese,), (english,) = (
        desk.get(f"/staff/api/sync?lang={language}").json["problems"] for language in ("zh", "en")
    )
    assert chinese["error"]["message"] == "总部拒绝接收（422，bundle_damaged）。"
    assert english["error"]["message"] == "Headquarters refused (422, bundle_damaged)."
    assert english["error"]["code"] == chinese["error"]["code"] == "hq_refused"


def test_another_english_text_changes_no_decision(
    site: Site, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(HqRefused, "message", "They would not have it (%(status)s).")
    wait_with(site, REFUSED_ID, HqRefused(status=422, reason="bundle_damaged"))
    desk: Desk = request.getfixturevalue("desk")
    (problem,) = desk.get("/staff/api/sync").json["problems"]
    assert problem["refused"] is True


def wait_with(site: Site, item_id: str, error: ExamError) -> None:
    """A picture waits, and its last delivery failed with this error."""
    item, store = OutboxItem("evidence", item_id, "S", outbox.INCIDENT_EVIDENCE), Store(site.data)
    store.write(lambda db: outbox.add(db, item, NOON))
    store.write(lambda db: outbox.postpone(db, item, NOON, ErrorRecord.of(error)))
    store.close()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A centre with one candidate, shut, and its real HQ behind a link that can be away."""
    with ExitStack() as stack:
        access = set_up(tmp_path, NO_HQ, {"S": make_people(1)}, 60)
        hq = open_headquarters(access.hq, SystemClock(), new_id, entropy)
        stack.callback(hq.close)
        link = Link(create_hq_app(hq))
        url = stack.enter_context(listening(link, "127.0.0.1", 0, 4))
        settings = access.centre / SETTINGS
        settings.write_text(settings.read_text().replace(NO_HQ, url))
        yield World(access, hq, link, url)


def signed_in(chromium: Chromium, url: str, password: str) -> Page:
    """The page, for staff who have signed in."""
    size: Any = {"width": 1280, "height": 900}
    page = chromium.new_context(base_url=url, locale="zh-CN", viewport=size).new_page()
    expect.set_options(timeout=60_000)
    page.goto("/staff/sign-in?lang=en")
    page.fill("#username", STAFF)
    page.fill("#password", password)
    page.click("button[type=submit]")
    expect(page.locator("#sync a")).to_be_visible()
    page.locator("#sync a").click()
    return page


def shot(page: Page, name: str) -> None:
    """Keep a picture where somebody wants to look at it."""
    folder = os.environ.get("E2E_SCREENSHOTS")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@pytest.mark.e2e
def test_staff_see_what_waits_while_hq_is_away_and_what_it_confirms_when_it_is_back(
    world: World, chromium: Chromium
) -> None:
    with (
        world.centre() as hall,
        listening(create_app(hall, testing=True), "127.0.0.1", 0, 8) as url,
    ):
        unlock(hall, world)
        world.link.away = True
        end_the_attempt(hall)
        until(lambda: hall.sync.view().state == "offline" and hall.sync.view().waiting)
        page = signed_in(chromium, url, world.access.password)
        head, waits = page.locator("#statement-head"), page.locator("#kind-result .steps strong")
        expect(head).to_contain_text("Headquarters has not been reached since")
        expect(page.locator("#statement-rest")).to_contain_text("Nothing is lost")
        expect(waits.nth(0)).to_have_text("1")
        expect(page.locator("main")).not_to_contain_text("Everything is at headquarters")
        page.click("#sync-now")
        expect(page.locator("#sync-result")).to_have_text("Headquarters did not answer.")
        shot(page, "sync-away")
        world.link.away = False
        page.click("#sync-now")
        expect(page.locator("#sync-result")).to_have_text("Headquarters has answered.")
        expect(head).to_have_text("Everything is at headquarters")
        expect(waits).to_have_text(["0", "0", "1"])
        expect(page.locator("#kind-event_log .steps strong")).to_have_text(["0", "0", "1"])
        expect(page.locator("#result-sum")).to_have_text("1 of 1 have arrived.")
        expect(page.locator("#clock")).to_have_text("The clock here matches headquarters.")
        shot(page, "sync-there")
        page.context.close()


SOME = {"waiting": 3, "delivered": 37}
NOTHING: dict[str, Any] = {
    "state": "online", "busy": False, "last_contact": "2026-04-25T06:00:00Z", "next_try": None,
    "kinds": {"result": SOME, "event_log": {"waiting": 0, "delivered": 4},
              "evidence": {"waiting": 12, "delivered": 1204}},
    "waiting": 15, "delivered": 1245, "sending": None,
    "confirmed": {"at": "2026-04-25T05:00:00Z",
                  "held": {"result": 37, "event_log": 4, "evidence": 1200}},
    "complete": False, "unsealed": False, "errors": [], "clock_offset_s": 0.4, "problems": [],
}  # fmt: skip
PROBLEM = {"kind": "result", "id": REFUSED_ID, "admission_no": "2026T0001", "tries": 3,
           "next_try": None, "refused": True,
           "error": {"code": "hq_refused", "params": {"status": 422, "reason": "bundle_damaged"},
                     "message": "Headquarters refused (422)."}}  # fmt: skip


def told(page: Page, view: dict[str, Any]) -> None:
    """The page hears this of the sync."""
    page.route("**/staff/api/sync", lambda route: route.fulfill(json={**NOTHING, **view}))
    page.goto("/staff/sync?lang=en")


@pytest.mark.e2e
@pytest.mark.parametrize(
    ("view", "head", "rest"),
    [
        ({}, "15 files have not arrived yet", "will be sent automatically"),
        ({"waiting": 1}, "1 file has not arrived yet", "safe here"),
        ({"problems": [PROBLEM]}, "15 files have not arrived yet", "Some of them need you"),
        (
            {"waiting": 0},
            "Headquarters has not yet confirmed that it has everything",
            "automatically",
        ),
        (
            {"waiting": 0, "complete": True, "unsealed": True},
            "has not yet confirmed",
            "automatically",
        ),
        ({"state": "off", "last_contact": None}, "This centre works offline", "no address"),
        ({"state": "never", "last_contact": None}, "not been reached yet", "15 files are stored"),
    ],
    ids=["waiting", "one", "problem", "unconfirmed", "unsealed", "unplugged", "never"],
)
def test_the_statement_fits(staff_page: Page, view: dict[str, Any], head: str, rest: str) -> None:
    told(staff_page, view)
    expect(staff_page.locator("#statement-head")).to_contain_text(head)
    expect(staff_page.locator("#statement-rest")).to_contain_text(rest)
    shot(staff_page, f"sync-{head[:12].replace(' ', '-')}-{len(view.get('problems', []))}")


@pytest.mark.e2e
def test_what_is_on_its_way_does_not_wait(staff_page: Page) -> None:
    told(staff_page, {"busy": True, "sending": {"kind": "evidence", "done": 2, "total": 10}})
    steps = staff_page.locator("#kind-evidence .steps strong")
    expect(steps).to_have_text(["4", "8", "1200"])
    expect(staff_page.locator("#evidence-receipts")).to_contain_text("1204")
    expect(staff_page.locator("#sync-now")).to_be_disabled()
    shot(staff_page, "sync-sending")


@pytest.mark.e2e
def test_a_refused_result_tells_what_to_do_and_folds_the_details_away(staff_page: Page) -> None:
    told(staff_page, {"problems": [PROBLEM]})
    problem = staff_page.locator("#problems-list li")
    expect(problem).to_contain_text("results · 2026T0001")
    expect(problem).to_contain_text("Call headquarters and read out the number a1a1a1a1.")
    expect(problem.get_by_text("Headquarters refused (422).")).to_be_hidden()
    problem.locator("summary").click()
    expect(problem.get_by_text("Headquarters refused (422).")).to_be_visible()


@pytest.mark.e2e
@pytest.mark.parametrize(
    ("offset", "words", "warned"),
    [
        (12.0, "The clock here is 12 seconds behind.", False),
        (-90.0, "The clock here is 90 seconds ahead.", True),
        (10_800.0, "The clock here is 3 hours behind.", True),
        (None, "not compared yet", False),
    ],
)
def test_the_clock_is_compared_in_words(
    staff_page: Page, offset: float | None, words: str, warned: bool
) -> None:
    told(staff_page, {"clock_offset_s": offset})
    expect(staff_page.locator("#clock")).to_have_text(words)
    expect(staff_page.locator("#clock-warning")).to_be_visible(visible=warned)

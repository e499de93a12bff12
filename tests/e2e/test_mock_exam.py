"""A mock exam on a real terminal, the whole way, between two runs of the real server."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from kiosk.rehearsal.processes import free_port
from kiosk.store.sqlite.database import DATABASE
from kiosk.store.sqlite.opening import open_unchanged
from kiosk.vision.packs.manifest import default_weights, weights_below
from tests.bootstrap.test_mock_exam import bytes_of
from tests.centres import PASSWORD, USERNAME, ManualClock, new_site
from tests.e2e.conftest import CHROMIUM, FLAGS, WAIT_MS, CentreServer
from tests.hall.conftest import BY, open_room
from tests.servers import ending

pytestmark = pytest.mark.e2e

BANNER = re.compile("模拟考试.*Mock exam", re.DOTALL)
KEEP = """async (attempt) => {
  const db = await new Promise((resolve) => {
    const opening = indexedDB.open("exam-answer-buffer", 1);
    opening.onupgradeneeded = () => {
      for (const name of ["keys", "buffers"]) opening.result.createObjectStore(name);
    };
    opening.onsuccess = () => resolve(opening.result);
  });
  const change = db.transaction("buffers", "readwrite");
  change.objectStore("buffers").put({iv: new Uint8Array(12), sealed: new ArrayBuffer(32)}, attempt);
  await new Promise((resolve) => { change.oncomplete = resolve; });
  db.close();
}"""
KEPT = """async () => {
  const db = await new Promise((resolve) => {
    const opening = indexedDB.open("exam-answer-buffer", 1);
    opening.onsuccess = () => resolve(opening.result);
  });
  const keys = await new Promise((resolve) => {
    const asking = db.transaction("buffers").objectStore("buffers").getAllKeys();
    asking.onsuccess = () => resolve(asking.result);
  });
  db.close();
  return keys;
}"""
DATABASES = "async () => (await indexedDB.databases()).map(({name}) => name).sort()"


@dataclass
class Mock:
    """A running mock exam: what its command has said."""

    told: str

    def found(self, pattern: str) -> str:
        found = re.search(pattern, self.told)
        assert found, self.told
        return found[1]


@contextmanager
def mock_exam(centre: CentreServer) -> Iterator[Mock]:
    """The command, until Ctrl-C."""
    command = [sys.executable, "-m", "kiosk", "mock-exam", "--data", str(centre.data)]
    command += ["--port", str(centre.port), "--candidates", "2"]
    with (
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as running,
        ending(running),
    ):
        assert running.stdout is not None
        assert running.stderr is not None
        told = ""
        while "Ends:" not in told:
            line = running.stdout.readline()
            assert line, running.stderr.read()
            told += line
        yield Mock(told)
        running.send_signal(signal.SIGINT)
        said, errors = running.communicate(timeout=60)
    assert (running.returncode, errors) == (0, "")
    assert "systemctl start exam-kiosk" in said


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[CentreServer]:
    """A real centre with a sitting in a week; its server is stopped."""
    now = datetime.now(UTC)
    site = new_site(tmp_path / "centre", now)
    with open_room(site, ManualClock(now)) as room:
        package = site.package(starts_at=now + timedelta(days=7))
        room.hall.sittings.import_package(package.data, BY)
    weights_below(site.data).symlink_to(default_weights())
    server = CentreServer(site.data, free_port(), tmp_path / "log")
    yield server
    server.stop()


@pytest.fixture
def chromium() -> Iterator[Browser]:
    """A browser whose camera and microphone deliver."""
    fakes = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *fakes])
        yield browser
        browser.close()


def window(chromium: Browser, centre: CentreServer) -> BrowserContext:
    """A browser with a storage of its own."""
    expect.set_options(timeout=WAIT_MS)
    context = chromium.new_context(
        base_url=centre.url, locale="zh-CN", viewport={"width": 1366, "height": 768}
    )
    context.set_default_timeout(WAIT_MS)
    return context


def shot(page: Page, name: str) -> None:
    """Keep a picture, where pictures are wanted."""
    folder = os.environ.get("E2E_SCREENSHOTS")
    if folder:
        page.screenshot(path=Path(folder) / f"mock-{name}.png")


def arrive(page: Page, desk: Page) -> None:
    """Device check, sign-in with printed numbers, and the decision of staff."""
    page.goto("/?lang=en")
    expect(page.locator(".mock-banner")).to_have_text(BANNER)
    shot(page, "check")
    page.click("#play-tone")
    page.click("#tone-yes")
    page.click("#continue")
    numbers = desk.locator("#mock-numbers tbody tr").first.locator(".mono").all_inner_texts()
    page.fill("#admission-no", numbers[0])
    page.fill("#identity-no", numbers[1])
    page.check("input[name=consent][value=no]")
    page.click("#sign-in button[type=submit]")
    page.wait_for_url("**/verify")
    expect(page.locator(".mock-banner")).to_have_text(BANNER)


def sign_in_staff(desk: Page, username: str, password: str) -> None:
    desk.goto("/staff/sign-in?lang=en")
    desk.fill("#username", username)
    desk.fill("#password", password)
    desk.click("button[type=submit]")
    desk.wait_for_url("**/staff/")


def unlock_and_start(desk: Page, mock: Mock) -> None:
    desk.goto("/staff/")
    desk.locator(".sitting-card").click()
    desk.locator("[data-view=cards]").click()
    seat = desk.locator("#seats > *").first
    seat.locator("button.more").click()
    desk.fill("#reason", "mock exam")
    desk.get_by_role("button", name="It is the candidate", exact=True).click()
    desk.get_by_role("button", name="Unlock the paper").click()
    desk.fill("#unlock-code", mock.found(r"Unlock code: +(\S+)"))
    desk.get_by_role("button", name="Unlock", exact=True).click()
    desk.get_by_role("button", name="Start the sitting").click()
    desk.get_by_label("Yes, start the time now.").check()
    desk.get_by_role("button", name=re.compile("Start now")).click()


def close_sitting(desk: Page) -> None:
    desk.get_by_role("button", name="Close the sitting …").click()
    dialog = desk.locator("dialog")
    dialog.get_by_role("button", name="The time is over").click()
    dialog.locator("#closing-count").fill("0")
    dialog.get_by_role("button", name="Close the sitting", exact=True).click()
    expect(dialog).to_have_count(0)


def rows(centre: CentreServer) -> list[tuple[str, ...]]:
    """What the stopped server has stored of terminals, sittings and attempts."""
    db = open_unchanged(centre.data / DATABASE)
    try:
        return [
            *db.conn.execute("SELECT id, number FROM terminals ORDER BY id"),
            *db.conn.execute("SELECT id, state FROM sittings ORDER BY id"),
            *db.conn.execute("SELECT id, state FROM attempts ORDER BY id"),
        ]
    finally:
        db.conn.close()


def test_the_whole_way_and_back_to_the_real_server(centre: CentreServer, chromium: Browser) -> None:
    terminal, staff = window(chromium, centre), window(chromium, centre)
    page, desk = terminal.new_page(), staff.new_page()
    centre.start()
    page.goto("/?lang=en")
    expect(page.locator("#terminal-name")).to_be_visible()
    name = page.locator("#terminal-name").inner_text()
    page.evaluate(KEEP, "real-attempt")
    real_cookies = terminal.cookies()
    sign_in_staff(desk, USERNAME, PASSWORD)
    desk.goto("/staff/mock-exam")
    expect(desk.locator(".note.good")).to_contain_text("can begin now")
    shot(desk, "how")
    centre.stop()
    before, stored = bytes_of(centre.data), rows(centre)

    with mock_exam(centre) as mock:
        page.goto("/?lang=en")
        sign_in_staff(desk, "chief", mock.found(r"chief / (\S+)"))
        desk.goto("/staff/mock-exam")
        expect(desk.locator("#mock-code")).to_have_text(mock.found(r"Unlock code: +(\S+)"))
        shot(desk, "numbers")
        arrive(page, desk)
        unlock_and_start(desk, mock)
        page.wait_for_url("**/exam")
        expect(page.locator(".mock-banner")).to_have_text(BANNER)
        expect(page.locator("#navigator .cell").first).to_be_visible()
        page.keyboard.press("1")
        expect(page.locator("#navigator .cell.answered")).to_have_count(1)
        expect(page.locator("#saved")).to_have_attribute("data-state", "saved")
        shot(page, "exam")
        shot(desk, "room")
        page.click("#hand-in")
        page.get_by_role("button", name="Confirm hand-in").click()
        page.wait_for_url("**/receipt")
        expect(page.locator(".mock-banner")).to_have_text(BANNER)
        shot(page, "receipt")
        close_sitting(desk)
        expect(desk.locator("#sitting-state")).to_have_text("Closed")
        expect(desk.locator(".mock-banner")).to_have_text(BANNER)
        assert page.evaluate(KEPT) == ["real-attempt"]
        kept = {cookie["name"]: cookie["value"] for cookie in terminal.cookies()}
        assert real_cookies
        assert {cookie["name"]: kept.get(cookie["name"]) for cookie in real_cookies} == {
            cookie["name"]: cookie["value"] for cookie in real_cookies
        }
    assert bytes_of(centre.data) == before

    centre.start()
    page.wait_for_url(centre.url + "/")
    expect(page.locator(".mock-banner")).to_have_count(0)
    expect(page.locator("#terminal-name")).to_have_text(name)
    page.wait_for_function(f"({DATABASES})().then((names) => names.length === 1)")
    desk.wait_for_url("**/staff/")
    expect(desk.locator(".mock-banner")).to_have_count(0)
    centre.stop()
    assert rows(centre) == stored

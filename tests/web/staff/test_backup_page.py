"""The backup page: the chief's alone; age, making one, and what its check found."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from kiosk.bootstrap.backup_places import BackupPlaces
from kiosk.hall.rights import INVIGILATOR
from kiosk.hall.services import CentreServices
from kiosk.settings import BackupSettings
from tests.centres import PASSWORD, USERNAME, Site
from tests.web.browser import Desk

URL = "/staff/api/backup"


@pytest.fixture
def disk(hall: CentreServices, site: Site, tmp_path: Path) -> Iterator[Path]:
    """A second disk; backups are made by a thread, as the server's schedule does."""
    folder = tmp_path / "disk"
    folder.mkdir()
    jobs: list[threading.Thread] = []

    def begin() -> None:
        jobs.append(threading.Thread(target=hall.backups.work))
        jobs[-1].start()

    hall.backups.use(BackupPlaces(site.data, BackupSettings(to=folder)), begin)
    yield folder
    for job in jobs:
        job.join(timeout=60)


def test_the_chief_makes_one_and_nobody_else(
    desk: Desk, app_desk: Desk, hall: CentreServices, disk: Path, sitting: str
) -> None:
    assert desk.get("/staff/backup").status_code == 200
    assert desk.post(URL, {"folder": "/etc"}).status_code == 404
    assert desk.post(URL, {"folder": str(disk)}).status_code == 200
    hall.accounts.add("li", PASSWORD, INVIGILATOR, "staff:chief")
    app_desk.client.post("/staff/api/sign-out", json={}, headers={"X-CSRF-Token": desk.csrf})
    reply = app_desk.post("/staff/api/sign-in", {"username": "li", "password": PASSWORD})
    app_desk.csrf = reply.json["csrf"]
    for answer in (
        app_desk.get("/staff/backup"),
        app_desk.get(URL),
        app_desk.post(URL, {"folder": str(disk)}),
    ):
        assert answer.status_code == 403
    assert "/staff/backup" not in app_desk.get("/staff/").text


@pytest.mark.e2e
def test_the_page_shows_age_progress_and_proof(page: Page, disk: Path, sitting: str) -> None:
    page.set_viewport_size({"width": 1366, "height": 768})
    page.goto("/staff/sign-in?lang=en")
    page.fill("#username", USERNAME)
    page.fill("#password", PASSWORD)
    page.click("button[type=submit]")
    page.wait_for_url("**/staff/")
    page.get_by_role("link", name="Backup", exact=True).click()
    page.wait_for_url("**/staff/backup")
    expect(page.locator("#backup-age")).to_contain_text("There is no backup.")
    expect(page.locator("#backup-places")).to_contain_text("same disk")
    page.get_by_role("button", name="Back up here").click()
    expect(page.locator("#backup-last")).to_contain_text("can be restored. It contains 1 sittings")
    expect(page.locator("#backup-age")).to_contain_text("Latest backup")
    assert len(list(disk.glob("*.backup"))) == 1

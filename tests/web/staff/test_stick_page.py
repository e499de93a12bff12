"""The file for a stick, saved and taken in on the staff page."""

from itertools import chain
from pathlib import Path

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import expect

from kiosk.server.serving import listening
from kiosk.web.app import create_app
from sync.wire.exchange.container import ZipContainer, zip_parts
from tests.agent.test_sync import World, end_the_attempt, unlock, until
from tests.web.browser import Desk
from tests.web.staff.test_sync_page import shot, signed_in
from tests.web.staff.test_sync_page import world as world  # the fixture


def at_headquarters(world: World, saved: Path, answer: Path) -> None:
    """As ``hq import FILE.zip --out ANSWER.zip`` does it."""
    with saved.open("rb") as file:
        medium = ZipContainer(file)
        codes = [report.centre_code for report in world.hq.media.take(medium, "test")]
        files = chain.from_iterable(world.hq.media.answer(medium, code) for code in codes)
        answer.write_bytes(b"".join(zip_parts(files)))


@pytest.mark.e2e
def test_a_file_goes_to_headquarters_and_its_answer_comes_back(
    world: World, chromium: Chromium, tmp_path: Path
) -> None:
    with (
        world.centre() as hall,
        listening(create_app(hall, testing=True), "127.0.0.1", 0, 8) as url,
    ):
        unlock(hall, world)
        world.link.away = True
        end_the_attempt(hall)
        until(lambda: hall.sync.view().waiting == 2)
        page = signed_in(chromium, url, world.access.password)
        with page.expect_download() as download:
            page.get_by_role("link", name="Save the file for headquarters").click()
        saved, answer = tmp_path / download.value.suggested_filename, tmp_path / "answer.zip"
        download.value.save_as(saved)
        assert saved.name == "DEMO01-to-headquarters.zip"
        told = page.locator("#stick-result")
        page.set_input_files("#stick-file", saved)
        expect(told).to_contain_text("It contains nothing for this centre.")
        at_headquarters(world, saved, answer)
        page.set_input_files("#stick-file", answer)
        expect(told).to_contain_text("results: 1")
        expect(page.locator("#statement-head")).to_have_text("Everything is at headquarters")
        shot(page, "stick")
        page.context.close()
    assert len(world.results()) == 1


@pytest.mark.parametrize("data", [b"", b"no archive"])
def test_what_is_no_file_of_headquarters_is_refused_with_words(desk: Desk, data: bytes) -> None:
    reply = desk.post("/staff/api/removable-media", data=data, content_type="application/zip")
    assert reply.status_code == 422
    assert reply.json["error"]["code"] in ("media_damaged", "media_empty")


def test_another_kind_of_content_is_not_taken(desk: Desk) -> None:
    assert desk.post("/staff/api/removable-media", json={}).status_code == 415

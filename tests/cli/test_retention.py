"""``kiosk retention``: what is kept, until when, and what it waits for."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kiosk.cli import main
from kiosk.exam.programme.retention import CLASSES
from kiosk.store.sqlite.database import Store
from tests.centres import ManualClock, Site, new_site
from tests.hall.conftest import BY, SITTING, open_room


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A centre with a sitting that is over, and no word of headquarters."""
    site = new_site(tmp_path / "centre")
    with open_room(site, ManualClock()) as room:
        room.begin()
        room.close()
    return site


def run(site: Site, *rest: str) -> Result:
    """Run ``kiosk retention``."""
    return CliRunner().invoke(main, ["retention", *rest, "--data", str(site.data)])


def test_it_shows_each_class_and_until_when_also_beside_the_server(site: Site) -> None:
    store = Store(site.data)
    try:
        done = run(site, "--json")
        assert run(site, "run").exit_code == 1
    finally:
        store.close()
    told = json.loads(done.stdout)
    assert [one["data"] for one in told["kept"]] == list(CLASSES)
    assert {one["waits_for"] for one in told["kept"]} == {"period"}
    assert told["kept"][0]["until"].startswith("2026-07-24T06:30")
    assert told["never_stored"] == ["templates", "sound"]
    said = run(site).stdout
    assert "until 2026-07-24  waits for its period" in said
    assert "never stored" in said


def test_nothing_is_deleted_without_receipts_and_while_a_paper_is_open(site: Site) -> None:
    assert run(site, "run").stdout == "0 classes of data were deleted.\n"
    assert "2020-01-01" in run(site, "run", "--today", "2020-01-01").output
    with open_room(site, ManualClock()) as room:
        package = site.package(sitting="S2")
        room.hall.sittings.import_package(package.data, BY)
        room.hall.sittings.unlock("S2", package.code, BY)
        assert SITTING != "S2"
    assert "A paper is open here" in run(site, "run").output

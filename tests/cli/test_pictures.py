"""``kiosk pictures``: a list, and one sealed file that headquarters' command attaches."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kiosk.cli import main
from tests.centres import ManualClock, Site, new_site
from tests.hall.conftest import open_room
from tests.hall.delivery.test_handed_pictures import sat


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A centre with two pictures of a candidate, whose programme keeps them."""
    site = new_site(tmp_path / "centre")
    with open_room(site, ManualClock()) as room:
        sat(room)
        room.close()
    return site


def run(site: Site, *rest: str) -> Result:
    return CliRunner().invoke(main, ["pictures", *rest, "--data", str(site.data)])


def test_chosen_pictures_become_one_file_on_the_stick(site: Site, tmp_path: Path) -> None:
    listed = json.loads(run(site, "list", "2026T0001", "--json").stdout)
    attempt_id = listed[0]["attempt_id"]
    assert "incident I1  phone" in run(site, "list", "2026T0001").stdout
    asked = (attempt_id, "--reason", "second review", "--carrier", "Li Wen")
    refused = run(site, "write", str(tmp_path), *asked)
    assert refused.exit_code == 1
    assert "written consent" in refused.output
    done = run(site, "write", str(tmp_path), *asked, "--case", "2026-0007")
    assert done.exit_code == 0, done.output
    assert "1 pictures are in" in done.output
    assert (tmp_path / f"pictures-BJ01-{attempt_id}.zip").stat().st_size > 100
    both = run(site, "write", str(tmp_path), *asked, "--case", "x", "--consent", "y")
    assert both.exit_code == 2


def test_nobody_has_no_pictures(site: Site) -> None:
    done = run(site, "list", "2026T0009")
    assert "No pictures" in done.stdout, done.output

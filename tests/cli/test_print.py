"""``kiosk print``: a document as a PDF, recorded, with clear errors."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kiosk.cli import main
from kiosk.printing import fonts
from tests.centres import ManualClock, Site, candidates, new_site
from tests.hall.conftest import BY, SITTING, open_room


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A centre with a sitting; one name has a character that fonts lack."""
    site = new_site(tmp_path / "centre")
    people = candidates(2)
    roster = (people[0], people[1].model_copy(update={"name": "李\U000323aa"}))
    with open_room(site, ManualClock()) as room:
        room.hall.sittings.import_package(site.package(roster=roster).data, BY)
    return site


def run(site: Site, *rest: str) -> Result:
    return CliRunner().invoke(main, ["print", *rest, "--data", str(site.data)])


def test_a_document_is_written_and_what_is_missing_in_it_is_named(
    site: Site, tmp_path: Path
) -> None:
    out = tmp_path / "labels.pdf"
    done = run(site, SITTING, "desk_labels", "--out", str(out))
    assert done.exit_code == 0, done.output
    assert out.read_bytes().startswith(b"%PDF-")
    assert "李\U000323aa" in done.stderr
    with open_room(site, ManualClock()) as room:
        assert "printed" in room.kinds()


def test_what_does_not_exist_is_named(site: Site, tmp_path: Path) -> None:
    out = str(tmp_path / "x.pdf")
    assert "no room 9" in run(site, SITTING, "handover", "--room", "9", "--out", out).output
    assert run(site, "S9", "handover", "--out", out).exit_code == 1
    assert run(site, SITTING, "poster", "--out", out).exit_code == 2
    assert not Path(out).exists()


def test_without_a_font_the_command_names_the_package(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fonts, "FONTS", ("/nowhere.ttf",))
    done = run(site, SITTING, "door_list", "--out", str(tmp_path / "x.pdf"))
    assert done.exit_code == 1
    assert "apt-get install fonts-noto-cjk" in done.output

"""Whatever befell a file, a centre starts, or says in a sentence what to do: never a traceback."""

import shutil
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest
from click.testing import CliRunner

from kiosk.bootstrap.centre import build_hall, centre_of
from kiosk.bootstrap.enrolment import enrolment_request
from kiosk.bootstrap.setup import create_centre, prepare_first_start, web_secret
from kiosk.cli import main
from kiosk.exam.errors import ExamError
from kiosk.hall.machine.restore_detection import RestoreDetection
from kiosk.hall.services import CentreServices
from kiosk.settings import SettingsError, load_settings
from kiosk.store.sqlite.reserve import Reserve
from sync.wire.delivery.emergency import EmergencyKey
from sync.wire.sealing.certificate import read_request
from sync.wire.sealing.keys import KeyPair
from tests.centres import PASSWORD, ManualClock, Package, Site, new_site
from tests.web.faces import NoFaces

BY = "staff:chief"
STARTS = {("keys/emergency.pem", "missing"), ("kiosk.toml", "cut")}
"""A new key is made; and half of the settings are settings, too."""
NEEDED = [
    "kiosk.toml",
    "centre-certificate.json",
    "enrolment-request.json",
    "package-versions.json",
    "restore-detection.json",
    "kiosk.sqlite",
    "keys/signing.key",
    "keys/box.key",
    "keys/web.key",
    "keys/emergency.pem",
    "reserve",
    "packages/*",
    "sitting-keys/*",
]
MADE_AGAIN = {
    "enrolment-request.json",
    "package-versions.json",
    "restore-detection.json",
    "keys/web.key",
    "reserve",
    "packages/*",
    "sitting-keys/*",
}
"""What can be made again, or harms nothing but itself."""


IN_THE_WAY = {("restore-detection.json", "a folder"), ("keys/web.key", "a folder")}
"""A folder is nothing that we may delete: a person has to."""


def cut(path: Path) -> None:
    """As a power cut leaves a file whose second half was not on the disk."""
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def folder(path: Path) -> None:
    """Somebody made a folder where the file was."""
    path.unlink()
    path.mkdir()


DAMAGES: dict[str, Callable[[Path], object]] = {
    "missing": Path.unlink,
    "empty": lambda path: path.write_bytes(b""),
    "cut": cut,
    "zeros": lambda path: path.write_bytes(bytes(path.stat().st_size)),
    "garbage": lambda path: path.write_bytes(bytes(range(256)) * 64),
    "a folder": folder,
    "another JSON": lambda path: path.write_bytes(b'["a", 1]'),
}


@pytest.fixture(scope="module")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> tuple[Site, Package]:
    """A centre with a sitting, closed; tests get copies."""
    site = new_site(tmp_path_factory.mktemp("pattern") / "centre")
    settings = site.data / "kiosk.toml"
    settings.write_text(settings.read_text().replace("reserve_mb = 64", "reserve_mb = 8"))
    prepare_first_start(site.data)
    Reserve(site.data / "reserve").give()
    package = site.package()
    with ExitStack() as stack:
        hall = start(site.data, stack)
        hall.sittings.import_package(package.data, BY)
    return site, package


@pytest.fixture
def site(pattern: tuple[Site, Package], tmp_path: Path) -> tuple[Site, Package]:
    """A copy of that centre."""
    site, package = pattern
    copy = replace(site, data=tmp_path / "centre")
    shutil.copytree(site.data, copy.data)
    return copy, package


def start(data: Path, stack: ExitStack) -> CentreServices:
    """What a start does before pages are served."""
    centre = centre_of(data, ManualClock(), Event(), stack)
    restore_detection = RestoreDetection(centre)
    restore_detection.at_start()
    restore_detection.next_contact()
    emergency = EmergencyKey.at(data / "keys" / "emergency.pem")
    hall = build_hall(centre, NoFaces(), emergency, lambda: None)  # type: ignore[arg-type]
    hall.disk.sweep()
    assert len(web_secret(data)) == 32
    hall.sittings.list()
    return hall


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("name", NEEDED)
def test_a_damaged_file_ends_in_a_sentence_or_is_made_again(
    site: tuple[Site, Package], name: str, damage: str
) -> None:
    data = site[0].data
    paths = list(data.glob(name))
    assert paths
    for path in paths:
        DAMAGES[damage](path)
    with ExitStack() as stack:
        made_again = name in MADE_AGAIN and (name, damage) not in IN_THE_WAY
        if made_again or (name, damage) in STARTS:
            start(data, stack)
        else:
            with pytest.raises(ExamError) as raised:
                start(data, stack)
            assert len(str(raised.value)) > 30


@pytest.mark.parametrize("name", ["keys/signing.key", "keys/box.key", "centre-certificate.json"])
def test_a_file_of_another_centre_is_not_used(
    site: tuple[Site, Package], tmp_path: Path, name: str
) -> None:
    data, other = site[0].data, new_site(tmp_path / "other", code="BJ02")
    (data / name).write_bytes((other.data / name).read_bytes())
    with ExitStack() as stack, pytest.raises(ExamError) as raised:
        start(data, stack)
    assert len(str(raised.value)) > 30


@pytest.mark.parametrize("part", [0, 1, 2])
def test_a_damaged_package_is_named_and_put_back_by_importing_it_again(
    site: tuple[Site, Package], part: int
) -> None:
    data, package = site[0].data, site[1]
    cut(sorted((data / "packages").iterdir())[part])
    with ExitStack() as stack:
        hall = start(data, stack)
        assert hall.sittings.damaged() == ["2026年4月考试"]
        hall.sittings.import_package(package.data, BY)
        assert hall.sittings.damaged() == []
        assert [view.version for view in hall.sittings.list()] == [1]


@pytest.mark.parametrize("damage", [name for name in DAMAGES if name != "a folder"])
def test_the_request_of_a_centre_can_be_made_again(tmp_path: Path, damage: str) -> None:
    data = tmp_path / "centre"
    create_centre(data, "BJ01", "考点", None, "chief", PASSWORD)
    DAMAGES[damage](data / "enrolment-request.json")
    document = enrolment_request(data, load_settings(data / "kiosk.toml"))
    assert read_request(document).keys.public == KeyPair.load(data / "keys").public


@pytest.mark.parametrize("missing", ["kiosk.toml", "kiosk.toml keys/box.key", "kiosk.toml keys"])
def test_an_init_that_was_cut_short_is_begun_again(tmp_path: Path, missing: str) -> None:
    """The settings are written last: a directory without them was never used."""
    data = tmp_path / "centre"
    create_centre(data, "BJ01", "考点", None, "chief", PASSWORD)
    for name in missing.split():
        path = data / name
        path.rename(tmp_path / path.name) if path.is_dir() else path.unlink()
    create_centre(data, "BJ01", "考点", None, "chief", PASSWORD)
    KeyPair.load(data / "keys")


def test_keys_of_a_centre_that_only_lost_its_settings_are_never_replaced(
    site: tuple[Site, Package],
) -> None:
    data = site[0].data
    keys = KeyPair.load(data / "keys").public
    (data / "kiosk.toml").unlink()
    with pytest.raises(SettingsError, match="put that file back"):
        create_centre(data, "BJ01", "考点", None, "chief", PASSWORD)
    assert KeyPair.load(data / "keys").public == keys


@pytest.mark.parametrize("command", ["keys change", "enrol CERTIFICATE", "import PACKAGE"])
def test_acts_that_need_the_server_stopped_say_so_while_it_runs(
    site: tuple[Site, Package], tmp_path: Path, command: str
) -> None:
    data = site[0].data
    files = {
        "CERTIFICATE": data / "centre-certificate.json",
        "PACKAGE": next((data / "packages").iterdir()),
    }
    before = {path: path.read_bytes() for path in data.rglob("*.key")}
    with ExitStack() as stack:
        start(data, stack)
        words = [str(files.get(word, word)) for word in command.split()]
        ran = CliRunner().invoke(main, [*words, "--data", str(data)])
    assert ran.exit_code == 1
    assert "is running" in ran.output
    assert {path: path.read_bytes() for path in data.rglob("*.key")} == before

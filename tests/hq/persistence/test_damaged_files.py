"""Headquarters starts, or says in a sentence what to do, whatever befell a file."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.exam.errors import ExamError
from kiosk.system import entropy, new_id
from sync.hq.services import initialise, open_headquarters
from sync.wire.sealing.keys import KeyPair
from tests.centres import ManualClock

DAMAGES: dict[str, Callable[[Path], object]] = {
    "missing": Path.unlink,
    "empty": lambda path: path.write_bytes(b""),
    "zeros": lambda path: path.write_bytes(bytes(4096)),
    "garbage": lambda path: path.write_bytes(bytes(range(256)) * 64),
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Headquarters that has been opened once."""
    initialise(tmp_path / "hq", entropy)
    start(tmp_path / "hq")
    return tmp_path / "hq"


def start(data: Path) -> None:
    """Open and close."""
    open_headquarters(data, ManualClock(), new_id, entropy).close()


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("name", ["hq.toml", "keys/signing.key", "keys/box.key"])
def test_a_damaged_file_ends_in_a_sentence(data: Path, name: str, damage: str) -> None:
    DAMAGES[damage](data / name)
    with pytest.raises(ExamError, match=r"from a copy|hq\.toml(: | is not in UTF-8: save it)"):
        start(data)


@pytest.mark.parametrize("damage", ["zeros", "garbage"])
def test_a_damaged_database_ends_in_a_sentence(data: Path, damage: str) -> None:
    DAMAGES[damage](data / "database.sqlite")
    with pytest.raises(ExamError, match="restore it from a backup"):
        start(data)


@pytest.mark.parametrize("left", ["keys.part", "hq.toml"])
def test_an_init_that_was_cut_short_is_begun_again(tmp_path: Path, left: str) -> None:
    """The folder of keys comes last, in one step."""
    data = tmp_path / "hq"
    initialise(data, entropy)
    if left == "keys.part":
        (data / "keys").rename(data / "keys.part")
        (data / "keys.part" / "box.key").unlink()
    else:
        shutil.rmtree(data / "keys")
        (data / "hq.toml").write_bytes(b"")
    initialise(data, entropy)
    start(data)


def test_keys_are_never_replaced(data: Path) -> None:
    before = KeyPair.load(data / "keys").public
    initialise(data, entropy)
    assert KeyPair.load(data / "keys").public == before

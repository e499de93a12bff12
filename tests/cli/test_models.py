"""``kiosk models``, as a person or a script runs it."""

import getpass
import hashlib
import importlib
import json
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kiosk.bootstrap.centre import open_centre
from kiosk.cli import main
from kiosk.vision.errors import PackMissing
from kiosk.vision.packs.manifest import PackInfo, known_packs
from tests.centres import new_site

command = importlib.import_module("kiosk.cli.models.install")
FILES = {"det.onnx": b"detector" * 999, "rec.onnx": b"recogniser" * 999}


def kiosk(*arguments: object) -> Result:
    """Run a command."""
    return CliRunner().invoke(main, ["models", *map(str, arguments)])


@pytest.fixture
def shut_pack(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A pack that is not for commercial use, as a ZIP on a stick."""
    info = PackInfo.model_validate(
        {
            "id": "shut", "kind": "insightface", "title": "tiny", "licence": "research only",
            "commercial": False, "source": "tests", "bands": {"pass_at": 0.5, "staff_at": 0.4},
            "files": [
                {"name": name, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
                for name, data in FILES.items()
            ],
        }
    )  # fmt: skip
    packs = {one.id: one for one in [*known_packs(), info]}
    monkeypatch.setattr(command, "known_packs", lambda: list(packs.values()))
    monkeypatch.setattr(command, "read_pack", lambda name: packs[name])
    monkeypatch.setattr(command, "pack_of_file", lambda _path: info)
    path = tmp_path / "shut.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in FILES.items():
            archive.writestr(name, data)
    return path


def test_list_tells_licences_and_what_is_installed(tmp_path: Path) -> None:
    found = json.loads(kiosk("list", "--json", "--weights", tmp_path).stdout)["packs"]
    packs = {pack["id"]: pack for pack in found}
    assert packs["buffalo_l"]["commercial"] is False
    assert packs["buffalo_l"]["state"] == "not installed"
    assert "--accept-licence" in packs["buffalo_l"]["get"]
    assert packs["opencv-zoo"]["commercial"] is True
    text = kiosk("list", "--weights", tmp_path).stdout
    assert "NOT allowed" in text
    assert "opencv-zoo" in text


def test_a_shut_licence_has_to_be_accepted_and_who_is_shown(
    shut_pack: Path, tmp_path: Path
) -> None:
    weights = tmp_path / "weights"
    refused = kiosk("install", shut_pack, "--weights", weights)
    assert refused.exit_code == 1
    assert "--accept-licence" in refused.stderr
    assert not (weights / "shut").exists()
    accepted = kiosk("install", shut_pack, "--accept-licence", "--weights", weights)
    assert accepted.exit_code == 0, accepted.output
    again = kiosk("install", shut_pack, "--weights", weights)
    assert again.exit_code == 0, again.output
    record = json.loads((weights / "licences.json").read_text())["shut"]
    assert (record["who"], record["licence"]) == (getpass.getuser(), "research only")


def test_verify_finds_a_rotten_file(shut_pack: Path, tmp_path: Path) -> None:
    weights = tmp_path / "weights"
    kiosk("install", shut_pack, "--accept-licence", "--weights", weights)
    assert kiosk("verify", "shut", "--weights", weights).exit_code == 0
    (weights / "shut" / "rec.onnx").write_bytes(b"rotten")
    found = kiosk("verify", "shut", "--json", "--weights", weights)
    assert found.exit_code == 1
    states = {file["file"]: file["state"] for file in json.loads(found.stdout)["files"]}
    assert states == {"det.onnx": "ok", "rec.onnx": "damaged"}


def test_neither_a_pack_nor_a_file_is_told(tmp_path: Path) -> None:
    result = kiosk("install", "nowhere.zip", "--weights", tmp_path)
    assert result.exit_code == 1
    assert "nowhere.zip" in result.stderr
    assert "Traceback" not in result.output


def test_every_command_teaches_itself() -> None:
    for name in ("list", "build", "install", "verify", "evaluate", "detect"):
        assert "Example" in kiosk(name, "--help").stdout or name == "build"


def test_packs_are_where_the_data_directory_says(tmp_path: Path) -> None:
    found = json.loads(kiosk("list", "--json", "--data", tmp_path / "centre").stdout)
    assert found["weights"] == str(tmp_path / "centre" / "models")


def test_a_server_looks_for_packs_below_its_own_data(tmp_path: Path) -> None:
    data = new_site(tmp_path / "centre").data
    there = f"kiosk models build opencv-zoo --weights {data}/models"
    with pytest.raises(PackMissing, match=there), open_centre(data):
        pass

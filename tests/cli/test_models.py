"""``kiosk models``, as a person or a script runs it."""

import getpass
import hashlib
import importlib
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from kiosk.cli import main
from kiosk.vision.images import jpeg
from kiosk.vision.packs import PackInfo, known_packs
from kiosk.vision.samples import frame, sample_frame, sample_portrait

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


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    """Nine pairs of three people."""
    names = {}
    for person in range(3):
        for number, picture in enumerate((sample_portrait(person), sample_frame(person, 1))):
            names[person, number] = f"p{person}-{number}.jpg"
            (tmp_path / names[person, number]).write_bytes(picture)
    rows = ["file_x,file_y,decision"]
    rows += [f"{names[p, 0]},{names[p, 1]},Yes" for p in range(3)]
    others = [(p, o, n) for p in range(3) for o in range(p + 1, 3) for n in (0, 1)]
    rows += [f"{names[p, 0]},{names[o, n]},No" for p, o, n in others]
    path = tmp_path / "pairs.csv"
    path.write_text("\n".join(rows), encoding="utf-8")
    return path


def test_evaluate_reports_rates_intervals_and_time(pairs: Path, tmp_path: Path) -> None:
    plot = tmp_path / "det.png"
    result = kiosk("evaluate", pairs, "--root", tmp_path, "--json", "--plot", plot)
    report: dict[str, Any] = json.loads(result.stdout)
    assert {
        "pairs", "threshold", "fmr", "fnmr", "eer", "fnmr_at_fmr_1pct", "fnmr_at_fmr_0_1pct",
        "failures_to_detect", "ms_per_image",
    } <= report.keys()  # fmt: skip
    assert (report["pairs"], report["compared"], report["people"]) == (9, 9, 3)
    assert (report["fmr"], report["fnmr"], report["eer"]) == (0.0, 0.0, 0.0)
    assert report["fnmr_at_fmr_1pct"] is None
    low, high = report["intervals_95"]["fmr"]
    assert low == 0 < high < 0.5
    assert report["ms_per_image"] > 0
    assert plot.read_bytes().startswith(b"\x89PNG")


def test_evaluate_says_in_words_what_may_be_claimed(pairs: Path) -> None:
    text = kiosk("evaluate", pairs).stdout
    assert "3 of one person, 6 of two" in text
    assert "FNMR at FMR 1 %   too few pairs to say" in text
    assert "What may be said" in text


def test_a_picture_without_a_face_is_a_failure_to_detect(pairs: Path, tmp_path: Path) -> None:
    (tmp_path / "empty.jpg").write_bytes(jpeg(frame(None)))
    with pairs.open("a", encoding="utf-8") as file:
        file.write("\np0-0.jpg,empty.jpg,No\n")
    report = json.loads(kiosk("evaluate", pairs, "--json").stdout)
    assert (report["pairs"], report["compared"], report["failures_to_detect"]) == (10, 9, 1)
    assert report["missed"][0].endswith("empty.jpg")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a,b\n1,2\n", "file_x, file_y, decision"),
        ("file_x,file_y,decision\n", "no pairs"),
        ("file_x,file_y,decision\np0-0.jpg,p0-1.jpg,Maybe\n", "line 2"),
        ("file_x,file_y,decision\np0-0.jpg,gone.jpg,Yes\n", "gone.jpg"),
        ("file_x,file_y,decision\np0-0.jpg\n", "line 2"),
        ("file_x,file_y,decision\npairs.csv,p0-1.jpg,Yes\n", "not a picture"),
    ],
)
def test_a_bad_list_is_told_by_its_line(pairs: Path, text: str, said: str) -> None:
    pairs.write_text(text, encoding="utf-8")
    result = kiosk("evaluate", pairs)
    assert result.exit_code == 1
    assert said in result.stderr


def test_every_command_teaches_itself() -> None:
    for name in ("list", "build", "install", "verify", "evaluate"):
        assert "Example" in kiosk(name, "--help").stdout or name == "build"

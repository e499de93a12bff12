"""The list of evidence is sound, and the script makes of archives what it says. No network."""

import hashlib
import io
import tarfile
import tomllib
import zipfile
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType
from typing import Any

import cv2
import numpy as np
import pytest

TOOLS = Path(__file__).parents[2] / "tools"
LISTED = tomllib.loads((TOOLS / "evidence.toml").read_text(encoding="utf-8"))
FILES = [*LISTED["pictures"], *LISTED["extras"]]


def load() -> ModuleType:
    """The script has no suffix: load it as a module."""
    loader = SourceFileLoader("fetch_evidence", str(TOOLS / "fetch-evidence"))
    spec = spec_from_loader(loader.name, loader)
    assert spec
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


script = load()


def picture(**more: Any) -> dict[str, Any]:
    return {"file": "a.jpg", "member": "m", "person": "a", "group": "east-asian-men"} | more


def wheel(path: Path, **members: bytes) -> str:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return hashlib.sha256(path.read_bytes()).hexdigest()


class TestList:
    def test_names_each_file_once_and_only_known_packages(self) -> None:
        names = [entry["file"] for entry in FILES]
        assert len(names) == len(set(names))
        assert {entry["package"] for entry in FILES} == set(LISTED["packages"])

    def test_holds_a_digest_for_all_that_is_read(self) -> None:
        for entry in FILES:
            digest = LISTED["packages"][entry["package"]].get("sha256") or entry["sha256"]
            assert len(bytes.fromhex(digest)) == 32

    def test_puts_a_person_into_one_group(self) -> None:
        groups: dict[str, str] = {}
        for entry in LISTED["pictures"]:
            if "person" in entry:
                assert groups.setdefault(entry["person"], entry["group"]) == entry["group"]

    def test_marks_only_unclear_terms(self) -> None:
        assert {entry["terms"] for entry in FILES if "terms" in entry} == {"unclear"}
        assert all(LISTED["packages"][entry["package"]]["licence"] for entry in FILES)


class TestDecision:
    @pytest.mark.parametrize(
        ("other", "decided"),
        [
            ({}, "Yes"),
            ({"session": "monday"}, None),
            ({"session": "tuesday"}, "Yes"),
            ({"person": "b"}, "No"),
            ({"person": "b", "circle": "c"}, None),
            ({"person": "b", "circle": "d"}, "No"),
            ({"person": "b", "circle": "c", "member": "p"}, "No"),
            ({"person": "b", "circle": "c", "group": "european-men"}, None),
            ({"person": "b", "circle": "c", "group": "east-asian-women"}, "No"),
        ],
    )
    def test_follows_person_session_circle_and_sex(
        self, other: dict[str, str], decided: str | None
    ) -> None:
        one = picture(member="p", circle="c", session="monday")
        assert script.decision(one, picture(**other)) == decided

    def test_pictures_without_a_person_take_no_part(self) -> None:
        nobody = {"file": "n.jpg", "member": "m", "labels": ["hat"]}
        rows = list(script.pairs([picture(), nobody, picture(file="b.jpg")]))
        group = "east-asian-men"
        assert rows == [("a.jpg", "b.jpg", "Yes", group, group, "a", "a")]


class TestArchives:
    def test_commands_pin_the_version_and_name_no_registry(self, tmp_path: Path) -> None:
        for package in LISTED["packages"].values():
            if package["registry"] != "installed":
                command = " ".join(script.fetch_command(package, tmp_path))
                assert f"{package['name']}@{package['version']}" in command.replace("==", "@")
                assert "//" not in command

    def test_an_archive_at_hand_is_verified_and_not_fetched(self, tmp_path: Path) -> None:
        package = {"name": "p", "version": "1", "registry": "none", "archive": "p.whl"}
        package["sha256"] = wheel(tmp_path / "p.whl", a=b"1")
        assert script.fetch(package, tmp_path) == tmp_path / "p.whl"
        whole = (tmp_path / "p.whl").read_bytes()
        (tmp_path / "p.whl").write_bytes(whole[:-1])
        with pytest.raises(script.CannotFetch, match="Delete it and try again"):
            script.fetch(package, tmp_path)

    def test_reads_wheel_tar_and_folder_and_says_what_is_missing(self, tmp_path: Path) -> None:
        wheel(tmp_path / "p.whl", a=b"1")
        (tmp_path / "a").write_bytes(b"1")
        with tarfile.open(tmp_path / "p.tgz", "w:gz") as tar:
            entry = tarfile.TarInfo("a")
            entry.size = 1
            tar.addfile(entry, io.BytesIO(b"1"))
        for source in (tmp_path / "p.whl", tmp_path / "p.tgz", tmp_path):
            assert script.member(source, "a") == b"1"
            with pytest.raises(script.CannotFetch, match="has no b"):
                script.member(source, "b")


class TestCut:
    def test_a_box_becomes_a_picture_of_its_size(self, tmp_path: Path) -> None:
        image = np.zeros((40, 60, 3), np.uint8)
        image[10:30, 20:50] = 255
        data = cv2.imencode(".png", image)[1].tobytes()
        entry = picture(file="c.png", member="m.png", box=[20, 10, 30, 20])
        script.cut(data, entry, tmp_path / "c.png")
        found = cv2.imread(str(tmp_path / "c.png"))
        assert found is not None
        assert found.shape == (20, 30, 3)
        assert found.min() == 255

    def test_a_frame_is_the_one_with_that_number(self, tmp_path: Path) -> None:
        path = str(tmp_path / "clip.avi")
        writer = cv2.VideoWriter(path, cv2.VideoWriter.fourcc(*"MJPG"), 10, (64, 48))
        for grey in (0, 80, 160, 240):
            writer.write(np.full((48, 64, 3), grey, np.uint8))
        writer.release()
        entry = picture(file="f.png", member="clip.avi", frame=2)
        script.cut((tmp_path / "clip.avi").read_bytes(), entry, tmp_path / "f.png")
        found = cv2.imread(str(tmp_path / "f.png"))
        assert found is not None
        assert abs(found.mean() - 160) < 4

    def test_what_opencv_cannot_read_is_said(self, tmp_path: Path) -> None:
        with pytest.raises(script.CannotFetch, match="OpenCV cannot read"):
            script.cut(b"no picture", picture(box=[0, 0, 1, 1]), tmp_path / "x.png")


class TestRun:
    @pytest.fixture
    def folder(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        digest = wheel(tmp_path / "p-1.whl", a=b"A", b=b"B", c=b"C")
        text = "pictures = [\n"
        labels, terms = ', labels = ["hat", "dark"]', ', terms = "unclear"'
        for name, more in (("a", ""), ("b", labels), ("c", terms)):
            text += f'  {{ file = "{name}.jpg", package = "p", member = "{name}", person = "x"'
            text += f', group = "east-asian-women"{more} }},\n'
        text += ']\nextras = []\n[packages.p]\nname = "p"\nversion = "1"\nregistry = "none"\n'
        text += f'archive = "p-1.whl"\nlicence = "MIT"\nsha256 = "{digest}"\n'
        (tmp_path / "list.toml").write_text(text, encoding="utf-8")
        monkeypatch.setattr(script, "LIST", tmp_path / "list.toml")
        return tmp_path

    def test_leaves_out_unclear_terms(self, folder: Path) -> None:
        assert script.main([str(folder / "out"), "--archives", str(folder)]) == 0
        written = {path.name for path in (folder / "out").iterdir()}
        assert written == {"a.jpg", "b.jpg", "pairs.csv", "labels.csv", "SOURCES.md"}
        pairs = (folder / "out" / "pairs.csv").read_text(encoding="utf-8").splitlines()
        assert pairs[0] == "file_x,file_y,decision,group_x,group_y,person_x,person_y"
        assert pairs[1:] == ["a.jpg,b.jpg,Yes,east-asian-women,east-asian-women,x,x"]
        assert "b.jpg,hat dark" in (folder / "out" / "labels.csv").read_text(encoding="utf-8")
        assert "| a.jpg | p 1 | `a` | MIT |" in (folder / "out" / "SOURCES.md").read_text("utf-8")

    def test_fetches_them_when_asked(self, folder: Path) -> None:
        assert script.main([str(folder / "out"), "--archives", str(folder), "--unclear"]) == 0
        assert (folder / "out" / "c.jpg").read_bytes() == b"C"

    def test_stops_at_an_archive_with_another_digest(
        self, folder: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        wheel(folder / "p-1.whl", a=b"other")
        assert script.main([str(folder / "out"), "--archives", str(folder)]) == 1
        assert "SHA-256" in capsys.readouterr().err
        assert not (folder / "out" / "a.jpg").exists()

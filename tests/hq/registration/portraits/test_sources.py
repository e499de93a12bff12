"""Portraits lie in folders and archives as people and systems pack them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from sync.hq.errors import BadImport
from sync.hq.registration.portrait_files import (
    PortraitFiles,
    PortraitFolder,
    archived_portraits,
    open_portraits,
)
from sync.hq.registration.portrait_pictures import MAX_FILE, PortraitUnusable
from tests.hq.applicants import JPEG, archive, picture

FILES = {
    "一班/张三.JPG": JPEG,
    "一班/二组/李四": picture("PNG"),
    "一班/王五.dat": picture("WEBP"),
    "名单.txt": b"nothing to see",
    "__MACOSX/一班/._张三.JPG": b"\0\5\26\7",
    "一班/._张三.JPG": b"\0\5\26\7",
    "Thumbs.db": b"\xd0\xcf",
    "坏.jpeg": b"",
}
PICTURES = ["一班/二组/李四", "一班/张三.JPG", "一班/王五.dat", "坏.jpeg"]


def unpacked(folder: Path) -> Path:
    for path, data in FILES.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder


def packed(folder: Path) -> Path:
    (folder / "p.zip").write_bytes(archive(FILES))
    return folder / "p.zip"


@pytest.mark.parametrize("make", [unpacked, packed])
def test_pictures_are_found_by_ending_or_content_in_all_folders(
    make: Callable[[Path], Path], tmp_path: Path
) -> None:
    source: PortraitFiles = open_portraits(make(tmp_path))
    assert source.paths == PICTURES
    assert [source.read(path) for path in PICTURES] == [FILES[path] for path in PICTURES]


def test_a_link_to_a_file_elsewhere_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(JPEG)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.jpg").symlink_to(tmp_path / "secret")
    assert PortraitFolder(tmp_path / "in").paths == []


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "a.jpg").open("wb") as file:
        file.truncate(MAX_FILE + 1)
    with pytest.raises(PortraitUnusable, match="at most"):
        PortraitFolder(tmp_path).read("a.jpg")


def test_what_is_neither_folder_nor_archive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.rar").write_bytes(b"Rar!")
    with pytest.raises(BadImport, match="neither a folder nor a ZIP"):
        open_portraits(tmp_path / "a.rar")
    with pytest.raises(BadImport):
        archived_portraits(b"PK")

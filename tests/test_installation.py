"""The page on installation in both languages: the same commands, the menu's words, all files."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from kiosk.bootstrap.setup import CERTIFICATE, SETTINGS
from kiosk.hall.context import Folders
from kiosk.store.sqlite.database import DATABASE

ROOT = Path(__file__).parents[1]
MENUS = sorted(ROOT.glob("*/*/translations/zh/LC_MESSAGES/messages.po"))
DOCS = ROOT / "docs"
ENGLISH = (DOCS / "installation.md").read_text(encoding="utf-8")
CHINESE = (DOCS / "installation.zh.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^ *```sh\n(.*?)^ *```", re.MULTILINE | re.DOTALL)


def table(page: str, head: str) -> list[str]:
    """Names in the first column of the table whose head contains that."""
    rows = page[page.index(head) :].split("\n\n")[0].splitlines()[2:]
    return [name for row in rows for name in re.findall(r"`([^`]+)`", row.split("|")[1])]


def test_both_languages_have_the_same_commands() -> None:
    assert BLOCK.findall(CHINESE) == BLOCK.findall(ENGLISH)


def test_both_languages_name_the_same_files() -> None:
    where = ("below `/var/lib/exam-kiosk`", "`/var/lib/exam-kiosk` 之下")
    assert table(CHINESE, where[1]) == table(ENGLISH, where[0])


def test_every_file_of_a_centre_is_named(tmp_path: Path) -> None:
    folders = Folders.below(tmp_path)
    made = {path.name for path in tmp_path.iterdir()}
    made |= {folders.watermarks.name, folders.restore_detection.name}
    made |= {SETTINGS, DATABASE, CERTIFICATE, "keys", "reserve", "models"}
    assert made <= set(table(ENGLISH, "below `/var/lib/exam-kiosk`"))


@pytest.mark.parametrize("word", sorted(set(re.findall("“([^”]+)”", CHINESE))))
def test_the_chinese_page_uses_the_menus_words(word: str) -> None:
    assert word in {str(message.string) for file in MENUS for message in catalogue(file)}


def catalogue(file: Path) -> Catalog:
    with file.open("rb") as source:
        return read_po(source, locale="zh")

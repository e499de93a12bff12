"""``kiosk check`` says which databases this version cannot read, and changes none of them."""

import copy
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database

from kiosk.bootstrap.check import Checked, check
from kiosk.printing import fonts
from kiosk.store.sqlite import migrations
from kiosk.store.sqlite.database import DATABASE
from tests.centres import usual_site


def m9999_later(db: Database) -> None:
    db.execute("ALTER TABLE sittings ADD COLUMN later TEXT")


@pytest.fixture
def centre(tmp_path: Path) -> Path:
    return usual_site(tmp_path / "centre").data


def database(centre: Path) -> Checked:
    (found,) = [found for found in check(centre) if found.what == "database"]
    return found


def test_a_missing_font_is_a_warning_that_names_the_package(
    centre: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def printing() -> Checked:
        (found,) = [found for found in check(centre) if found.what == "printing"]
        return found

    assert printing().level == "ok"
    monkeypatch.setattr(fonts, "FONTS", ("/nowhere.ttf",))
    assert (printing().level, "fonts-noto-cjk" in printing().text) == ("warn", True)


def test_a_database_of_this_version_is_in_order(centre: Path) -> None:
    assert database(centre).level == "ok"


def test_an_older_database_is_left_to_the_next_start(
    centre: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = copy.deepcopy(migrations.steps)
    steps()(m9999_later)
    monkeypatch.setattr(migrations, "steps", steps)
    before = (centre / DATABASE).read_bytes()
    found = database(centre)
    assert (found.level, "start it" in found.text) == ("warn", True)
    assert (centre / DATABASE).read_bytes() == before


def test_a_database_of_before_0_2_0_is_bad_and_says_so(centre: Path) -> None:
    with closing(sqlite3.connect(centre / DATABASE)) as conn:
        conn.execute("DELETE FROM _sqlite_migrations WHERE name > 'm0001_initial'")
        conn.execute("UPDATE _sqlite_migrations SET name = 'first_shape'")
        conn.commit()
    found = database(centre)
    assert (found.level, "before version 0.2.0" in found.text) == ("bad", True)

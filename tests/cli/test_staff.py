"""``kiosk staff``: accounts at the command line, while the server is not running."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kiosk.cli import main
from kiosk.store.centre import staff
from kiosk.store.sqlite.database import Store
from kiosk.system import operator
from tests.centres import new_site


@pytest.fixture
def data(tmp_path: Path) -> Path:
    new_site(tmp_path / "centre")
    (tmp_path / "password").write_text("another long password\n")
    return tmp_path / "centre"


def run(data: Path, command: str, *rest: str) -> Result:
    """Run ``kiosk staff COMMAND``."""
    return CliRunner().invoke(main, ["staff", command, "--data", str(data), *rest])


def ok(data: Path, command: str, *rest: str) -> str:
    done = run(data, command, *rest)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_an_account_is_added_changed_locked_and_listed(data: Path) -> None:
    password = ("--password-file", str(data.parent / "password"))
    ok(data, "add", "li", *password)
    ok(data, "role", "li", "chief_invigilator")
    ok(data, "passwd", "li", *password)
    ok(data, "lock", "li")
    assert "li  chief_invigilator  locked since" in ok(data, "list")
    ok(data, "unlock", "li")
    assert ok(data, "list") == "chief  chief_invigilator\nli  chief_invigilator\n"
    ok(data, "clear")


def test_the_account_of_the_operating_system_is_recorded(data: Path) -> None:
    ok(data, "add", "li", "--password-file", str(data.parent / "password"))
    store = Store(data)
    assert {act.by for act in staff.acts(store.read(), 10)} == {operator()}
    store.close()
    assert operator().startswith("command-line:")


def test_an_invigilator_is_assigned_to_rooms(data: Path) -> None:
    ok(data, "add", "li", "--password-file", str(data.parent / "password"))
    assert "1, 2" in ok(data, "rooms", "li", "2", "1")
    assert "li  invigilator  rooms 1, 2" in ok(data, "list")
    ok(data, "rooms", "li")
    assert "li  invigilator\n" in ok(data, "list")
    assert "Not found" in run(data, "rooms", "nobody", "1").output


def test_a_locked_out_chief_comes_back(data: Path) -> None:
    password = ("--password-file", str(data.parent / "password"))
    ok(data, "add", "li", "--role", "chief_invigilator", *password)
    ok(data, "lock", "chief")
    ok(data, "reset", "chief", *password)
    assert "chief  chief_invigilator\n" in ok(data, "list")
    assert "Not found" in run(data, "reset", "nobody", *password).output


def test_while_the_server_runs_the_page_is_named(data: Path) -> None:
    store = Store(data)
    try:
        for command in (("list",), ("lock", "chief"), ("clear",)):
            done = run(data, *command)
            assert done.exit_code == 1
            assert "/staff/accounts" in done.output
    finally:
        store.close()


def test_without_a_centre_there_is_a_sentence(tmp_path: Path) -> None:
    done = run(tmp_path, "list")
    assert (done.exit_code, json.dumps(done.output)[:8]) == (1, '"Error: ')
    assert not (tmp_path / "kiosk.sqlite").exists()

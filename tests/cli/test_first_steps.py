"""First steps that go wrong end in one sentence with the next step, and leave nothing behind."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kiosk.cli import main as kiosk
from sync.hq.cli import main as hq

NEXT = datetime.now(UTC).year + 1
PASSWORD = "a long enough password"
CENTRE = ("--centre", "BJ01", "--name", "Beijing 01")


def run(command: object, *words: object, answers: str = "") -> Result:
    return CliRunner().invoke(command, [str(word) for word in words], input=answers)  # type: ignore[arg-type]


def refused(result: Result) -> str:
    """The one line that a refused command prints."""
    assert result.exit_code == 1, result.output
    lines = result.output.splitlines()
    assert lines[-1].startswith("Error: ")
    return lines[-1]


@pytest.fixture
def password(tmp_path: Path) -> Path:
    path = tmp_path / "password"
    path.write_text(PASSWORD + "\n")
    return path


@pytest.mark.parametrize(
    "words",
    [
        ("serve",),
        ("enrol",),
        ("keys", "change"),
        ("staff", "list"),
        ("check",),
        ("backup", "copy"),
        ("rescue",),
        ("export", "stick"),
        ("import", "stick"),
        ("tls", "status"),
        ("tls", "write"),
    ],
    ids=" ".join,
)
def test_a_folder_without_a_centre_names_the_command_to_run(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    (tmp_path / "stick").mkdir()
    placed = [tmp_path / word if word in ("stick", "copy") else word for word in words]
    assert "run 'kiosk init" in refused(run(kiosk, *placed, "--data", tmp_path / "none"))
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    "words", [("serve",), ("storage", "check"), ("audit", "verify")], ids=" ".join
)
def test_a_folder_without_headquarters_names_the_command_to_run(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    said = refused(run(hq, *words, "--data", tmp_path / "none"))
    assert "run 'hq init' first" in said
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--centre", "bj 01"),
        ("--hq-url", "hq.example.org"),
        ("--hq-url", "ftp://hq.example.org"),
        ("--hq-url", "https://"),
        ("--hq-url", "https://hq.example.org/console"),
        ("--hq-url", "https://hq.example.org:0"),
        ("--hq-url", "https://name:word@hq.example.org"),
        ("--hq-url", "https://hq example.org"),
    ],
)
def test_a_wrong_value_is_named_before_a_password_is_asked_for(
    tmp_path: Path, option: str, value: str
) -> None:
    result = run(kiosk, "init", "--data", tmp_path / "c", *CENTRE, option, value)
    assert "centre_code" in refused(result) or "hq_url" in refused(result)
    assert "Password" not in result.output
    assert not (tmp_path / "c").exists()


@pytest.mark.parametrize("content", ["", "\n", "  \nsecond", "\ufeff"], ids=["0", "1", "2", "3"])
def test_an_empty_password_file_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "password"
    path.write_text(content, encoding="utf-8")
    for command, words in ((kiosk, CENTRE), (hq, ())):
        given = ("--data", tmp_path / "new", *words, "--password-file", path)
        assert "the first line is empty" in refused(run(command, "init", *given))
        assert not (tmp_path / "new").exists()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path, password: Path) -> None:
    (tmp_path / "file").write_text("")
    folder = tmp_path / "file" / "data"
    for command, words in ((kiosk, CENTRE), (hq, ())):
        given = ("--data", folder, *words, "--password-file", password)
        assert "file" in refused(run(command, "init", *given))


def test_headquarters_is_set_up_on_the_storage_that_is_named(
    tmp_path: Path, password: Path
) -> None:
    given = ("--data", tmp_path / "hq", "--password-file", password)
    done = run(hq, "init", *given, "--database", "sqlite:rows.sqlite", "--blobs", "folder:things")
    assert done.exit_code == 0, done.output
    assert 'database = "sqlite:rows.sqlite"' in (tmp_path / "hq" / "hq.toml").read_text()
    assert (tmp_path / "hq" / "rows.sqlite").exists()
    checked = run(hq, "storage", "check", "--data", tmp_path / "hq")
    assert "accounts: 1" in checked.output
    assert "programmes: 2" in checked.output


def test_a_storage_that_is_none_is_named_before_anything_is_made(tmp_path: Path) -> None:
    given = ("--data", tmp_path / "hq", "--database", "mysql://db/exam")
    assert "postgresql://USER@HOST" in refused(run(hq, "init", *given))
    assert not (tmp_path / "hq").exists()


def test_a_storage_changed_after_the_setup_is_filled_by_setting_up_again(
    tmp_path: Path, password: Path
) -> None:
    data = tmp_path / "hq"
    given = ("--data", data, "--password-file", password)
    assert run(hq, "init", *given).exit_code == 0
    keys = (data / "keys" / "signing.key").read_bytes()
    settings = (data / "hq.toml").read_text()
    (data / "hq.toml").write_text(settings.replace("sqlite:database.sqlite", "sqlite:new.sqlite"))
    checked = run(hq, "storage", "check", "--data", data)
    assert "hq init" in checked.output
    assert "hq init" in refused(run(hq, "serve", "--data", data, "--port", 0))
    assert run(hq, "init", *given).exit_code == 0
    assert (data / "keys" / "signing.key").read_bytes() == keys
    assert "accounts: 1" in run(hq, "storage", "check", "--data", data).output


def test_a_headquarters_that_is_set_up_stays_as_it_is(tmp_path: Path, password: Path) -> None:
    given = ("--data", tmp_path / "hq", "--password-file", password)
    assert run(hq, "init", *given).exit_code == 0
    again = run(hq, "init", "--data", tmp_path / "hq")
    assert "Nothing was changed" in refused(again)
    assert "Password" not in again.output


def test_a_sitting_that_is_over_is_refused(tmp_path: Path, password: Path) -> None:
    given = ("--data", tmp_path / "hq")
    assert run(hq, "init", *given, "--password-file", password).exit_code == 0
    new = ("sittings", "create", *given, "--programme", "carbon-manager", "--title", "T")
    last = f"{NEXT - 2}-01-01"
    ended = refused(run(hq, *new, "--starts-at", f"{last}T14:00"))
    assert f"ended at {last} 16:00 Asia/Shanghai" in ended
    assert "Check the year" in refused(run(hq, *new, "--starts-at", "9999-12-31T23:59"))
    late = ("--starts-at", f"{NEXT}-01-01T14:00", "--unlock-from", f"{NEXT}-01-01T16:00")
    assert f"the sitting ends at {NEXT}-01-01 16:00 Asia/Shanghai" in refused(run(hq, *new, *late))
    assert run(hq, "sittings", "list", *given).output == ""


def test_settings_that_an_editor_marked_as_utf_8_are_read(tmp_path: Path, password: Path) -> None:
    data = tmp_path / "centre"
    assert run(kiosk, "init", "--data", data, *CENTRE, "--password-file", password).exit_code == 0
    settings = data / "kiosk.toml"
    settings.write_text(settings.read_text(encoding="utf-8"), encoding="utf-8-sig")
    listed = run(kiosk, "staff", "list", "--data", data)
    assert listed.exit_code == 0, listed.output


def test_settings_in_another_encoding_say_which_one_is_needed(
    tmp_path: Path, password: Path
) -> None:
    data = tmp_path / "centre"
    run(kiosk, "init", "--data", data, *CENTRE, "--password-file", password)
    settings = data / "kiosk.toml"
    settings.write_text(settings.read_text(encoding="utf-8") + "# 考点\n", encoding="gb18030")
    assert "save it with that encoding" in refused(run(kiosk, "staff", "list", "--data", data))


def test_a_centre_that_is_not_enrolled_says_what_comes_next(tmp_path: Path, password: Path) -> None:
    data = tmp_path / "centre"
    run(kiosk, "init", "--data", data, *CENTRE, "--password-file", password)
    line = refused(run(kiosk, "serve", "--data", data))
    assert line.startswith("Error: This centre is not enrolled yet. Run 'kiosk enrol'")


@pytest.mark.parametrize(
    "words",
    [
        ("--name", ""),
        ("--name", "one\nline too many"),
        ("--name", "x" * 201),
        ("--username", ""),
        ("--username", "a/b"),
    ],
    ids=["no name", "two lines", "too long", "no account", "account"],
)
def test_names_that_cannot_be_are_refused_before_anything_is_made(
    tmp_path: Path, password: Path, words: tuple[str, str]
) -> None:
    data = tmp_path / "centre"
    more = (*words, "--password-file", password)
    assert "1 to " in refused(run(kiosk, "init", "--data", data, *CENTRE, *more))
    assert not data.exists()


def test_headquarters_first_account_has_a_name_that_can_be(tmp_path: Path, password: Path) -> None:
    more = ("--username", "a/b", "--password-file", password)
    assert "1 to " in refused(run(hq, "init", "--data", tmp_path / "hq", *more))
    assert not (tmp_path / "hq").exists()


@pytest.mark.parametrize("port", ["-1", "65536", "70000"])
@pytest.mark.parametrize("command", [kiosk, hq], ids=["kiosk", "hq"])
def test_a_port_that_there_is_not_is_refused(command: object, port: str, tmp_path: Path) -> None:
    result = run(command, "serve", "--data", tmp_path, "--port", port)
    assert result.exit_code == 2
    assert "0<=x<=65535" in result.output


TAKES_NOTHING = """
import resource, sys
from kiosk.cli import main as kiosk
from sync.hq.cli import main as hq
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
{"kiosk": kiosk, "hq": hq}[sys.argv[1]](sys.argv[2:])
"""


@pytest.mark.parametrize("name", ["kiosk", "hq"])
def test_a_disk_that_takes_nothing_is_said(tmp_path: Path, password: Path, name: str) -> None:
    words = ["init", "--data", str(tmp_path / "data"), "--password-file", str(password)]
    done = subprocess.run(
        [
            sys.executable,
            "-B",
            "-c",
            TAKES_NOTHING,
            name,
            *words,
            *(CENTRE if name == "kiosk" else ()),
        ],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.strip() == "Error: The disk: File too large"

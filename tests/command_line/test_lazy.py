"""Commands are imported when they run, and say which extra they lack."""

from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from kiosk.cli import main as kiosk
from kiosk.cli.bench import bench
from kiosk.cli.models import models
from kiosk.command_line.lazy import Lazy, LazyGroup
from sync.hq.cli import main as hq

LONG = 1000


def entries() -> Iterator[tuple[str, Lazy]]:
    for group in (kiosk, bench, models, hq):
        assert isinstance(group, LazyGroup)
        yield from ((f"{group.name} {name}", entry) for name, entry in group.lazy.items())


@pytest.mark.parametrize(("name", "entry"), list(entries()))
def test_the_table_has_the_command_and_its_own_help(name: str, entry: Lazy) -> None:
    command = entry.load()
    assert isinstance(command, click.Command)
    assert entry.help == command.get_short_help_str(LONG)


def group_of(**entries: Lazy) -> LazyGroup:
    return LazyGroup("tool", lazy=entries)


def test_a_group_lists_commands_that_cannot_be_imported() -> None:
    group = group_of(far=Lazy("kiosk.not_there", "far", "Look at things far away.", "optics"))
    result = CliRunner().invoke(group, ["--help"])
    assert result.exit_code == 0
    assert "far  Look at things far away." in result.output


def test_a_misspelt_command_gets_the_right_one_offered() -> None:
    result = CliRunner().invoke(kiosk, ["serv"])
    assert result.exit_code == 2
    assert "serve" in result.output


@click.command()
def needy() -> None:
    """Import while it runs what nobody installed."""
    raise ModuleNotFoundError("No module named 'telescope'", name="telescope.lens")


@click.command()
def broken() -> None:
    """Import an own module that is not there."""
    import kiosk.not_there  # noqa: F401


def test_a_command_without_its_extra_says_what_to_install() -> None:
    group = group_of(needy=Lazy(__name__, "needy", "Needs more.", "optics"))
    result = CliRunner().invoke(group, ["needy"])
    assert result.exit_code == 1
    assert result.output.splitlines() == [
        "Error: telescope.lens is not installed. Run: pip install 'exam-kiosk[optics]'"
    ]


def test_a_module_that_needs_an_extra_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "stargazing.py").write_text("import telescope\n")
    group = group_of(gaze=Lazy("stargazing", "gaze", "Look up.", "optics"))
    result = CliRunner().invoke(group, ["gaze", "--help"])
    assert result.exit_code == 1
    assert "pip install 'exam-kiosk[optics]'" in result.output


def test_an_own_module_that_is_missing_is_no_matter_of_extras() -> None:
    group = group_of(broken=Lazy(__name__, "broken", "Broken.", "optics"))
    result = CliRunner().invoke(group, ["broken"])
    assert isinstance(result.exception, ModuleNotFoundError)
    assert "pip install" not in result.output

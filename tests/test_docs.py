"""What can be called or set is documented, or this fails."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from kiosk.cli import main as kiosk
from kiosk.exam.proctoring import ProctoringSettings
from kiosk.settings import Settings
from sync.hq.cli import main as hq

ROOT = Path(__file__).parents[1]
REFERENCE = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
WEB = sorted((ROOT / "kiosk" / "web").glob("*.py"))


def commands(command: click.Command, name: str) -> Iterator[str]:
    """All commands below a group, with their full names."""
    if isinstance(command, click.Group):
        context = click.Context(command)
        for child in command.list_commands(context):
            inner = command.get_command(context, child)
            assert inner is not None
            yield from commands(inner, f"{name} {child}")
    else:
        yield name


def routes() -> Iterator[str]:
    """Addresses of the centre's pages and API."""
    for path in WEB:
        source = path.read_text(encoding="utf-8")
        prefix = re.search(r'url_prefix="([^"]*)"', source)
        for found in re.finditer(r'@blueprint\.\w+\("([^"]*)"', source):
            yield (prefix[1] if prefix else "") + found[1]


@pytest.mark.parametrize("name", [*commands(kiosk, "kiosk"), *commands(hq, "hq")])
def test_every_command_is_documented(name: str) -> None:
    assert f"`{name}`" in REFERENCE


@pytest.mark.parametrize("route", sorted(set(routes())))
def test_every_route_is_documented(route: str) -> None:
    assert re.search(rf"[ `]{re.escape(route)}`", REFERENCE)


@pytest.mark.parametrize("rule", list(ProctoringSettings.model_fields))
def test_every_rule_is_documented(rule: str) -> None:
    assert f"`{rule}`" in REFERENCE


def settings() -> Iterator[str]:
    """Every key of kiosk.toml."""
    for name, field in Settings.model_fields.items():
        inner = getattr(field.annotation, "model_fields", None)
        yield from [name] if inner is None else [f"{name}.{key}" for key in inner]


@pytest.mark.parametrize("key", list(settings()))
def test_every_setting_is_documented(key: str) -> None:
    assert f"`{key}`" in REFERENCE


def test_every_link_of_the_readme_leads_somewhere() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for link in re.findall(r"\]\(([^)#]+)\)", readme):
        assert (ROOT / link).exists(), link

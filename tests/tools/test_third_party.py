"""THIRD_PARTY.md names all that others wrote, at the versions that are installed."""

import json
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools import third_party

PAGE = third_party.TARGET.read_text(encoding="utf-8")
ROWS = {
    row[0]: row[1:] for row in re.findall(r"^\| (\S+) \| (\S+) \| (.+?) \|", PAGE, re.MULTILINE)
}
HINT = "run `make third-party`"


def dependencies() -> list[str]:
    """Names that pyproject.toml asks for, in all extras."""
    document = (third_party.ROOT / "pyproject.toml").read_text(encoding="utf-8")
    project = tomllib.loads(document)["project"]
    extras = project["optional-dependencies"].values()
    listed = [*project["dependencies"], *(line for extra in extras for line in extra)]
    names = {canonicalize_name(Requirement(line).name) for line in listed}
    return sorted(names - {project["name"]})


@pytest.mark.parametrize("name", dependencies())
def test_every_dependency_is_pinned(name: str) -> None:
    assert name in {canonicalize_name(pinned) for pinned, _ in third_party.pinned()}


@pytest.mark.parametrize(("name", "version"), third_party.pinned())
def test_every_package_is_named_with_version_and_licence(name: str, version: str) -> None:
    assert name in ROWS, HINT
    assert ROWS[name][0] == version, HINT
    assert ROWS[name][1].strip()


@pytest.mark.parametrize("pack", third_party.packs(), ids=lambda pack: str(pack["id"]))
def test_every_pack_is_named_with_its_licence(pack: dict[str, object]) -> None:
    assert f"| `{pack['id']}` | {pack['title']} | {pack['licence']} |" in PAGE, HINT


def test_every_javascript_tool_is_named() -> None:
    manifest = Path(third_party.ROOT / "package.json")
    wanted = json.loads(manifest.read_text("utf-8"))["devDependencies"] if manifest.exists() else {}
    assert set(wanted) <= set(ROWS), HINT


def test_nothing_that_is_gone_is_named() -> None:
    pinned = {name for name, _ in third_party.pinned()}
    python = re.findall(
        r"^\| (\S+) \| \S+ \| .+? \| (?:product|development) \|", PAGE, re.MULTILINE
    )
    assert set(python) == pinned, HINT

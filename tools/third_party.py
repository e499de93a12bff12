"""Write THIRD_PARTY.md: every dependency and face pack with its version and licence.

Licences are read from the installed packages, so run it in the environment of ``make lint``:
``python -m tools.third_party``.
"""

import json
import tomllib
from collections.abc import Iterator
from email.message import Message
from importlib import metadata
from pathlib import Path
from typing import cast

from flask_bootstrap import Bootstrap5
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "THIRD_PARTY.md"

SAID_ELSEWHERE = {
    "hatchling": "MIT",  # only builds the wheel, in an environment of its own
    "insightface": "MIT (code; its models have their own licence)",  # says so in its description
    "pillow-heif": "BSD-3-Clause (its wheels: libheif, libde265 LGPL-3.0; x265 GPL-2.0)",
    "trove-classifiers": "Apache-2.0",  # as hatchling
    "tzdata": "Apache-2.0",  # only where the system has no time zones
}
"""Licences of packages that are not installed here, or whose metadata do not name one."""

HEAD = """\
# Third-party software

Made by `make third-party` from the metadata of the installed packages; a test fails when a
dependency or a pack is missing here. Each licence text comes with its package. Nothing below is
copied into this repository.

## Python packages

*Use*: `product` is installed with the centre or headquarters, `development` only with tests and
linters.

| Package | Version | Licence | Use |
|---|---|---|---|
"""
BROWSERS = """
## In browsers

| What | Version | Licence | Where from |
|---|---|---|---|
| Bootstrap, with Popper | {bootstrap} | MIT | inside the Python package Bootstrap-Flask |
"""
TOOLS = """
## JavaScript tools

For checks of the pages' scripts only; nothing of them is served. What they depend on is in
`package-lock.json`.

| Package | Version | Licence |
|---|---|---|
"""
PACKS = """
## Packs of models

The weights are not in this repository. `kiosk models build` and `kiosk models install` fetch them.

| Pack | What | Licence | Commercial use | Source |
|---|---|---|---|---|
"""
SYSTEM = """
## Programs beside it

Installed from the distribution where they are wanted, under their own licences: Python (PSF-2.0),
Caddy (Apache-2.0), Noto CJK fonts (OFL-1.1), PostgreSQL (PostgreSQL licence); for tests Chromium
(BSD-3-Clause and others) and strace (LGPL-2.1-or-later).
"""


def main() -> None:
    TARGET.write_text(document(), encoding="utf-8")
    print(f"Wrote {TARGET.name}")


def document() -> str:
    """Return the whole page."""
    product = names_for_use()
    rows = (
        f"| {name} | {version} | {licence(name)} | "
        f"{'product' if canonicalize_name(name) in product else 'development'} |\n"
        for name, version in pinned()
    )
    browsers = BROWSERS.format(bootstrap=Bootstrap5.bootstrap_version)
    return "".join([HEAD, *rows, browsers, *_tools(), PACKS, *_packs(), SYSTEM])


def pinned() -> list[tuple[str, str]]:
    """Return the names and versions in constraints.txt."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    parts = (line.partition("==") for line in lines if line and not line.startswith("#"))
    return [(name.strip(), version.strip()) for name, _, version in parts]


def packs() -> list[dict[str, object]]:
    """Return the manifests of all packs."""
    paths = sorted((ROOT / "models").glob("*/pack.toml"))
    return [tomllib.loads(path.read_text(encoding="utf-8")) for path in paths]


def licence(name: str) -> str:
    """Return a package's licence: its SPDX expression, else classifiers, else free text."""
    if said := SAID_ELSEWHERE.get(name):
        return said
    about = cast(Message, metadata.metadata(name))
    if expression := about.get("License-Expression"):
        return expression
    classifiers = [
        classifier.rpartition(" :: ")[2]
        for classifier in about.get_all("Classifier") or []
        if classifier.startswith("License") and "DFSG" not in classifier
    ]
    words = ", ".join(classifiers) or (about.get("License") or "").partition("\n")[0]
    if not words:
        raise LookupError(f"{name} names no licence; look it up and add it to SAID_ELSEWHERE")
    return words


def names_for_use() -> set[str]:
    """Return the canonical names of everything installed without the extra ``dev``."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *(n for e in extras if e != "dev" for n in extras[e])]
    found: set[str] = set()
    for requirement in map(Requirement, wanted):
        _follow(requirement, found)
    return found


def _follow(requirement: Requirement, found: set[str]) -> None:
    name = canonicalize_name(requirement.name)
    if name in found:
        return
    found.add(name)
    for inner in _requirements(requirement):
        _follow(inner, found)


def _requirements(requirement: Requirement) -> Iterator[Requirement]:
    try:
        lines = metadata.requires(requirement.name) or []
    except metadata.PackageNotFoundError:  # our own extras, or only for other systems
        return
    for inner in map(Requirement, lines):
        marker = inner.marker
        if marker is None or any(marker.evaluate({"extra": e}) for e in ("", *requirement.extras)):
            yield inner


def _tools() -> Iterator[str]:
    lock = ROOT / "package-lock.json"
    if not lock.exists():
        return
    known = json.loads(lock.read_text(encoding="utf-8"))["packages"]
    yield TOOLS
    for name in known[""].get("devDependencies", {}):
        package = known[f"node_modules/{name}"]
        yield f"| {name} | {package['version']} | {package['license']} |\n"


def _packs() -> Iterator[str]:
    for pack in packs():
        use = "allowed" if pack["commercial"] else "needs a paid licence"
        yield (
            f"| `{pack['id']}` | {pack['title']} | {pack['licence']} | {use} | {pack['source']} |\n"
        )


if __name__ == "__main__":
    main()

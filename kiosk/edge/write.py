"""Writes Caddy's configuration and the page that installs its root certificate on a terminal."""

import html
import json
import os
from collections.abc import Sequence
from pathlib import Path
from string import Template

from kiosk.edge.caddyfile import Edge, LocalCa, caddyfile
from kiosk.settings import SetupRefused, resource

CADDYFILE = "Caddyfile"
PAGE = "exam-kiosk"
"""The page's folder, beside the Caddyfile."""

PAGE_FILES = ("trust.css", "trust.js")


def write_edge(folder: Path, edge: Edge, command: str) -> None:
    """Write all files that Caddy reads.

    ``command`` is what an administrator types, such as `kiosk tls`; it marks the Caddyfile. One
    without this mark is first renamed to `Caddyfile.before-exam-kiosk`.

    Raises:
        SetupRefused: a file cannot be written, or both names are in use.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if isinstance(edge.issuer, LocalCa):
            _write_page(edge.issuer.page, edge.title, edge.origins, command)
        mark = f"# Written by `{command} write`, which overwrites it.\n"
        _keep_others(folder / CADDYFILE, mark)
        _put(folder / CADDYFILE, mark + caddyfile(edge))
    except OSError as error:
        raise SetupRefused(
            reason=f"{error.filename}: {error.strerror}. Run this as root."
        ) from error


def _keep_others(path: Path, mark: str) -> None:
    if not path.exists() or path.read_text(encoding="utf-8", errors="replace").startswith(mark):
        return
    kept = path.with_name(f"{path.name}.before-{PAGE}")
    if kept.exists():
        raise SetupRefused(
            reason=f"{path} was not written by this program, and {kept} already exists:"
            " move one away."
        )
    path.rename(kept)


def _write_page(folder: Path, title: str, origins: Sequence[str], command: str) -> None:
    folder.mkdir(exist_ok=True)
    folder.chmod(0o755)
    source = resource("config/tls")
    for name in PAGE_FILES:
        _put(folder / name, (source / name).read_text(encoding="utf-8"))
    page = Template((source / "index.html").read_text(encoding="utf-8"))
    values = {
        "title": title,
        "command": command,
        "first_origin": origins[0],
        "origins_json": json.dumps(list(origins)),
    }
    escaped = {name: html.escape(value) for name, value in values.items()}
    _put(folder / "index.html", page.substitute(escaped))


def _put(path: Path, text: str) -> None:
    """Write a file atomically, readable by Caddy's user whatever the umask."""
    part = path.with_name(f"{path.name}.part")
    with part.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.chmod(0o644)
    part.replace(path)

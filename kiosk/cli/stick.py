"""``kiosk export`` and ``kiosk import``: sticks, while the server is not running."""

from collections.abc import Callable
from pathlib import Path

import click

from kiosk.bootstrap.centre import Running, open_centre
from kiosk.command_line.common import data_option, says_errors
from kiosk.system import operator
from sync.agent.removable_media import Taken
from sync.wire.exchange.container import Files, FolderMedium, Medium, ZipMedium, write_folder


@click.command()
@data_option
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--all", "everything", is_flag=True, help="Also what headquarters has confirmed.")
@says_errors
def export(data: Path, folder: Path, everything: bool) -> None:
    """Write results, journals and pictures that wait onto a stick, for `hq import`.

    The bytes are the same as by network, sealed to headquarters. Nothing is forgotten here before
    headquarters' receipt comes back (`kiosk import`), so a lost stick is written again. While the
    server runs, use the staff page.
    """
    with open_centre(data) as running:
        waiting = running.media.waiting()
        files = running.media.outbound(everything=everything)
        with click.progressbar(length=max(waiting, 1), label="Writing") as bar:
            count = _written(folder, files, lambda _: bar.update(1))
    click.echo(f"{count - 1} pieces are on the stick. Unmount it before you pull it out.")
    click.echo("At headquarters: hq import FOLDER; bring it back for `kiosk import FOLDER`.")


def _written(folder: Path, files: Files, done: Callable[[str], None]) -> int:
    try:
        return write_folder(folder, files, done)
    except OSError as error:
        raise click.ClickException(
            f"The stick cannot be written: {error.strerror}. What is on it does not count;"
            " nothing is lost here. Take another one, or make room."
        ) from error


@click.command(name="import")
@data_option
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@says_errors
def import_path(data: Path, path: Path) -> None:
    """Take in an exam package (NAME.exam), or a stick that comes back from headquarters.

    A stick is a folder, or the ZIP file that headquarters made instead. While the server runs,
    use the staff page.
    """
    with open_centre(data) as running:
        if path.is_dir():
            _say(_take(running, FolderMedium(path)))
        elif path.suffix == ".zip":
            with path.open("rb") as file:
                _say(_take(running, ZipMedium(file)))
        else:
            _package(running, path)


def _take(running: Running, medium: Medium) -> Taken:
    return running.media.take(medium)


def _say(taken: Taken) -> None:
    receipts = ", ".join(f"{count} of kind {kind}" for kind, count in taken.receipts.items())
    click.echo(f"Receipts: {receipts or 'none'}")
    click.echo(f"From headquarters: {taken.notices} packages, unlock codes and revocations")
    for problem in taken.problems:
        click.echo(f"  not taken: {problem}", err=True)
    if taken.problems:
        raise SystemExit(1)


def _package(running: Running, path: Path) -> None:
    view = running.hall.sittings.import_package(path.read_bytes(), operator())
    found = running.hall.readiness.report(view.id)
    click.echo(f"{view.title}: version {view.version}, {view.candidates} candidates, paper shut")
    for one in found:
        details = ", ".join(f"{name} {value}" for name, value in one.params.items())
        click.echo(f"  {one.level:<4}  {one.what.replace('_', ' ')}: {details}".rstrip(": "))

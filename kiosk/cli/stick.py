"""``kiosk export`` and ``kiosk import``: USB sticks, while the server is not running."""

from collections.abc import Callable
from pathlib import Path

import click

from kiosk.bootstrap.centre import Running, open_centre
from kiosk.command_line.common import data_option, report_errors
from kiosk.command_line.names import DELIVERIES
from kiosk.system import operator
from sync.agent.removable_media import ReceivedMedia
from sync.wire.exchange.container import (
    Files,
    FolderContainer,
    MediaContainer,
    ZipContainer,
    write_folder,
)


@click.command()
@data_option
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--all", "everything", is_flag=True, help="Include what headquarters has already confirmed."
)
@report_errors
def export(data: Path, folder: Path, everything: bool) -> None:
    """Write waiting results, event logs and pictures to a USB stick, for `hq import`.

    The bytes are the same as by network, encrypted for headquarters. Nothing is removed here before
    headquarters' receipt is imported (`kiosk import`), so a lost stick can be written again. While
    the server runs, use the staff page.
    """
    with open_centre(data) as running:
        waiting = running.media.waiting()
        files = running.media.outbound(everything=everything)
        with click.progressbar(length=max(waiting, 1), label="Writing") as bar:
            count = _written(folder, files, lambda _: bar.update(1))
    click.echo(f"{count - 1} files are on the USB stick. Unmount it before you pull it out.")
    click.echo("At headquarters: hq import FOLDER. Then here: kiosk import FOLDER.")


def _written(folder: Path, files: Files, done: Callable[[str], None]) -> int:
    try:
        return write_folder(folder, files, done)
    except OSError as error:
        raise click.ClickException(
            f"The USB stick cannot be written: {error.strerror}. Its content does not count;"
            " nothing is lost here. Use another one, or free some space."
        ) from error


@click.command(name="import")
@data_option
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@report_errors
def import_path(data: Path, path: Path) -> None:
    """Import an exam package (NAME.exam), or a USB stick from headquarters.

    A USB stick is a folder, or the ZIP file that headquarters made instead. While the server runs,
    use the staff page.
    """
    with open_centre(data) as running:
        if path.is_dir():
            _print(_take(running, FolderContainer(path)))
        elif path.suffix == ".zip":
            with path.open("rb") as file:
                _print(_take(running, ZipContainer(file)))
        else:
            _package(running, path)


def _take(running: Running, container: MediaContainer) -> ReceivedMedia:
    return running.media.take(container)


def _print(taken: ReceivedMedia) -> None:
    receipts = ", ".join(f"{count} {DELIVERIES[kind]}" for kind, count in taken.receipts.items())
    click.echo(f"Receipts: {receipts or 'none'}")
    click.echo(f"From headquarters: {taken.notices} packages, unlock codes and revocations")
    click.echo(f"Announcements: {taken.announcements}")
    for problem in taken.problems:
        click.echo(f"  not imported: {problem}", err=True)
    if taken.problems:
        raise SystemExit(1)


def _plain(value: object) -> object:
    """Return a text of both languages in English, anything else as it is."""
    return value.get("en") if isinstance(value, dict) else value


def _package(running: Running, path: Path) -> None:
    view = running.hall.sittings.import_package(path.read_bytes(), operator())
    found = running.hall.readiness.report(view.id)
    click.echo(f"{view.title}: version {view.version}, {view.candidates} candidates, paper locked")
    for one in found:
        details = ", ".join(f"{name} {_plain(value)}" for name, value in one.params.items())
        click.echo(f"  {one.level:<4}  {one.what.replace('_', ' ')}: {details}".rstrip(": "))

"""``hq import`` and ``hq export``: USB sticks of centres."""

from collections.abc import Sequence
from itertools import chain
from pathlib import Path

import click

from kiosk.command_line.common import report_errors
from kiosk.command_line.names import DELIVERIES
from sync.hq.cli.common import data_option, echo_json, json_option, me, opened
from sync.hq.intake.removable_media import Report
from sync.hq.services import HqServices
from sync.wire.exchange.container import (
    FolderContainer,
    MediaContainer,
    ZipContainer,
    write_folder,
    zip_parts,
)

PATH = click.Path(exists=True, path_type=Path)
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
NEW_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command(name="import")
@data_option
@click.argument("path", type=PATH)
@click.option("--out", type=NEW_FILE, help="File for the answer when PATH is a ZIP file.")
@json_option
@report_errors
def import_path(data: Path, path: Path, out: Path | None, as_json: bool) -> None:
    """Import what centres have written to a USB stick, and write receipts to it.

    PATH is the mounted USB stick, or the ZIP file from a centre's staff page; then the
    answer goes to --out. The centre imports the answer with `kiosk import` or on its staff page.
    Damaged files are named and skipped; the centre sends them again. Repeating the import changes
    nothing. Exits with 1 when something was skipped.
    """
    with opened(data) as hq:
        if path.is_dir():
            reports = _take(hq, FolderContainer(path))
            for files in hq.media.answers(FolderContainer(path)).values():
                write_folder(path, files, lambda _: None)
        else:
            reports = _receive_zip(hq, path, out)
    if as_json:
        echo_json([_as_json(report) for report in reports])
    else:
        _print(reports)
    if any(report.problems for report in reports):
        raise SystemExit(1)


@click.command(name="export")
@data_option
@click.argument("folder", type=FOLDER)
@click.option("--centre", required=True, help="Code of the centre.")
@report_errors
def export(data: Path, folder: Path, centre: str) -> None:
    """Write a centre's packages, released codes and revocations to a USB stick.

    If the stick has files from the centre, their receipts are written as well.
    """
    with opened(data) as hq:
        count = write_folder(
            folder, hq.media.answer(FolderContainer(folder), centre), lambda _: None
        )
    click.echo(f"{count - 1} packages and the inbox of {centre} are on the USB stick.")


def _take(hq: HqServices, container: MediaContainer) -> Sequence[Report]:
    return hq.media.take(container, me())


def _receive_zip(hq: HqServices, path: Path, out: Path | None) -> Sequence[Report]:
    if out is None:
        raise click.UsageError("Give --out FILE for the answer to a ZIP file.")
    with path.open("rb") as file:
        container = ZipContainer(file)
        reports = _take(hq, container)
        part = out.with_suffix(".part")
        with part.open("wb") as target:
            answers = hq.media.answers(container)
            target.writelines(zip_parts(chain.from_iterable(answers.values())))
        part.replace(out)
    return reports


def _print(reports: Sequence[Report]) -> None:
    for report in reports:
        kinds = ", ".join(
            f"{count} {DELIVERIES[kind]} ({report.new.get(kind, 0)} new)"
            for kind, count in report.whole.items()
        )
        click.echo(f"{report.centre_code}: {kinds or 'nothing'}")
        whole = "everything that the centre has closed" if report.complete else "not everything yet"
        click.echo(f"  headquarters has {whole}")
        for problem in report.problems:
            click.echo(f"  skipped: {problem.name}: {problem.error}", err=True)


def _as_json(report: Report) -> dict[str, object]:
    problems = [
        {"name": problem.name, "code": problem.error.code, "message": str(problem.error)}
        for problem in report.problems
    ]
    return {**vars(report), "problems": problems}

"""``kiosk pictures``: what is stored of a candidate, and chosen pictures for headquarters."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import cast

import click

from kiosk.bootstrap.handed_pictures import picture_hand_over
from kiosk.bootstrap.setup import settings_of
from kiosk.command_line.common import data_option, report_errors
from kiosk.hall.delivery.handed_pictures import HandOver, PictureHandOver, PictureView
from kiosk.store.errors import StoreBusy
from kiosk.system import operator
from sync.wire.exchange.container import Files, write_folder, zip_parts
from sync.wire.exchange.handed_pictures import Ground

RUNNING = "The server is running, and only one program may write. Stop it and repeat this."


@click.group()
def pictures() -> None:
    """Pictures of a candidate for headquarters' review, while the server is not running.

    `kiosk pictures list` shows what is stored, `kiosk pictures write` seals chosen ones into a
    file for a USB stick. Pictures that the programme lets leave go by `kiosk export` anyway.
    """


@pictures.command(name="list")
@data_option
@click.argument("admission_no")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
@report_errors
def list_pictures(data: Path, admission_no: str, as_json: bool) -> None:
    """List the stored pictures of a candidate: attempt, time, incident and its rule."""
    with _opened(data) as service:
        found = service.of_candidate(admission_no)
    if as_json:
        click.echo(json.dumps([asdict(view) for view in found], ensure_ascii=False, indent=2))
        return
    for view in found:
        click.echo(_line(view))
    if not found:
        click.echo("No pictures are stored under this admission number.")


@pictures.command(name="write")
@data_option
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("attempt_id")
@click.option(
    "--incident", "incident_ids", multiple=True, help="Only of this incident. Repeatable."
)
@click.option("--reason", required=True, help="Why they are needed; goes into the event log.")
@click.option("--carrier", required=True, help="Who takes them to headquarters.")
@click.option("--consent", default="", help="The candidate agreed in writing: where that is kept.")
@click.option(
    "--case", "case_no", default="", help="Headquarters asked in writing: its case number."
)
@report_errors
def write_pictures(
    data: Path,
    folder: Path,
    attempt_id: str,
    incident_ids: tuple[str, ...],
    reason: str,
    carrier: str,
    consent: str,
    case_no: str,
) -> None:
    """Write chosen pictures, sealed for headquarters, into one ZIP file in FOLDER.

    Only headquarters can open them. Unless the programme lets pictures leave the centre, say on
    which ground these do: --consent, or --case (then without pictures of the face check).

    \b
      kiosk pictures list 2026A0001
      kiosk pictures write /media/stick ATTEMPT --incident I1 --case 2026-0007 \\
          --reason "phone, second review" --carrier "Li Wen"
    """
    if consent and case_no:
        raise click.UsageError("Use --consent or --case, not both.")
    ground = "consent" if consent else "case" if case_no else None
    asked = HandOver(
        attempt_id=attempt_id,
        reason=reason,
        carrier=carrier,
        incident_ids=incident_ids,
        ground=cast("Ground | None", ground),
        reference=consent or case_no,
    )
    with _opened(data) as service:
        files = list(service.files(asked, operator()))
    name = f"pictures-{settings_of(data).centre_code}-{attempt_id}.zip"
    _write(folder, name, files)
    click.echo(f"{len(files) - 1} pictures are in {folder / name}, sealed for headquarters.")
    click.echo(f"At headquarters: hq review pictures {name}, or the page of the attempt.")


@contextmanager
def _opened(data: Path) -> Iterator[PictureHandOver]:
    settings_of(data)
    try:
        with picture_hand_over(data) as service:
            yield service
    except StoreBusy as error:
        raise click.ClickException(RUNNING) from error


def _write(folder: Path, name: str, files: Files) -> None:
    try:
        write_folder(folder, [(name, b"".join(zip_parts(files)))], lambda _: None)
    except OSError as error:
        raise click.ClickException(
            f"The USB stick cannot be written: {error.strerror}. Its content does not count;"
            " nothing is lost here. Use another one, or free some space."
        ) from error


def _line(view: PictureView) -> str:
    what = f"incident {view.incident_id}  {view.rule}" if view.incident_id else view.kind
    return f"{view.attempt_id}  {view.at}  {what}  {view.sha256[:12]}"

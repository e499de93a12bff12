"""``hq storage``: check of database and objects, and deletion of orphans."""

from pathlib import Path

import click

from kiosk.command_line.common import report_errors
from sync.hq.cli.common import data_option, echo_json, json_option, opened
from sync.hq.core.storage_check import BlobsReport, DatabaseReport, check_blobs, check_database
from sync.hq.errors import NoAccount
from sync.hq.services import require_initialised, settings_of


@click.group()
def storage() -> None:
    """Where headquarters stores rows and objects (docs/headquarters-storage.md)."""


@storage.command(name="check")
@data_option
@json_option
@report_errors
def storage_check(data: Path, as_json: bool) -> None:
    """Check that database and objects answer and count their contents; exit with 1 if one fails."""
    require_initialised(data)
    settings = settings_of(data).storage
    database, blobs = check_database(settings, data), check_blobs(settings, data)
    if as_json:
        echo_json({"database": vars(database), "blobs": vars(blobs)})
    else:
        click.echo("\n".join((*_database_lines(database), *_blobs_lines(blobs))))
        if not database.problem and not database.rows.get("accounts"):
            click.echo(str(NoAccount(data=str(data))), err=True)
    if database.problem or blobs.problem:
        raise click.exceptions.Exit(1)


def _database_lines(report: DatabaseReport) -> list[str]:
    if report.problem:
        return [f"database  {report.url}: {report.problem}"]
    rows = [f"  {name}: {count}" for name, count in sorted(report.rows.items()) if count]
    return [f"database  {report.url}: revision {report.revision}", *rows]


def _blobs_lines(report: BlobsReport) -> list[str]:
    return [f"objects {report.url}: {report.problem or report.objects}"]


@storage.command(name="sweep")
@data_option
@click.option("--dry-run", is_flag=True, help="Only show what would be deleted.")
@json_option
@report_errors
def storage_sweep(data: Path, dry_run: bool, as_json: bool) -> None:
    """Delete objects stored more than a day ago that nothing refers to.

    They are left when a process dies between putting an object and writing its row. Other
    processes may run meanwhile.
    """
    with opened(data) as hq:
        swept = hq.storage.sweep(keep=dry_run)
    if as_json:
        echo_json({**vars(swept), "dry_run": dry_run})
        return
    for name in swept.orphans:
        click.echo(name)
    click.echo(
        f"{swept.looked_at} objects older than a day, {len(swept.orphans)} of them orphans,"
        f" {swept.dropped} dropped"
    )

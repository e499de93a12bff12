"""``hq storage``: check of database and objects, deletion of orphans, moves."""

import json
from pathlib import Path

import click

from kiosk.command_line.common import report_errors
from kiosk.durable import write_durably
from kiosk.system import SystemClock
from sync.hq.cli.common import data_option, echo_json, json_option, me, opened, progress_bar
from sync.hq.core.storage_check import BlobsReport, DatabaseReport, check_blobs, check_database
from sync.hq.errors import NoAccount
from sync.hq.services import SETTINGS_FILE, require_initialised, settings_of
from sync.hq.settings import storage_settings
from sync.hq.upkeep.move import Watch, finish, move
from sync.hq.upkeep.settings_file import with_storage


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


@storage.command(name="move")
@data_option
@click.option("--database", help="Where the rows go: sqlite:FILE or postgresql://USER@HOST/NAME")
@click.option("--blobs", help="Where the objects go: folder:FOLDER or s3://BUCKET/PREFIX")
@click.option(
    "--switch", is_flag=True, help="Name the new storage in hq.toml once all is verified."
)
@json_option
@report_errors
def storage_move(
    data: Path, database: str | None, blobs: str | None, switch: bool, as_json: bool
) -> None:
    """Copy rows, objects or both to another place, and verify every table and object.

    Stop all servers first, on all machines. The source is only read, the target must be empty. If
    this is interrupted, the same command continues. Afterwards hq.toml has to name the new place:
    --switch does that. Keep the source until a backup of the new place has been made.
    """
    require_initialised(data)
    source = settings_of(data).storage
    given = {"database": database, "blobs": blobs}
    target = storage_settings(
        *(given[name] or getattr(source, name) for name in ("database", "blobs"))
    )
    if target is None:
        raise click.UsageError("Give --database, --blobs or both.")
    with progress_bar("Tables") as rows, progress_bar("Objects") as objects:
        moved = move(data, source, target, SystemClock().now(), me(), Watch(rows, objects))
    if switch:
        path = data / SETTINGS_FILE
        write_durably(path, with_storage(path.read_text(encoding="utf-8"), target).encode())
    finish(data)
    if as_json:
        tables = {name: {"rows": of.rows, "digest": of.digest} for name, of in moved.tables.items()}
        echo_json({"tables": tables, "objects": moved.objects, "switched": switch})
        return
    if moved.tables:
        count = sum(of.rows for of in moved.tables.values())
        click.echo(f"{count} rows of {len(moved.tables)} tables: counts and digests are the same")
    if target.blobs != source.blobs:
        click.echo(f"{moved.objects} objects: each one hashed at both ends")
    if not switch:
        click.echo("Now name the new place in [storage] of hq.toml:")
        click.echo(f"database = {json.dumps(target.database)}\nblobs = {json.dumps(target.blobs)}")

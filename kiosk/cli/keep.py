"""``kiosk check``, ``backup``, ``restore`` and ``rescue``: maintenance of a centre's data."""

import json
from pathlib import Path

import click

from kiosk.bootstrap import check as checking
from kiosk.bootstrap import rescue as rescuing
from kiosk.bootstrap import restore as restoring
from kiosk.bootstrap.backup import make_backup, newest
from kiosk.bootstrap.restore import Proof
from kiosk.bootstrap.setup import require_centre
from kiosk.command_line.common import data_option, report_errors

FILE = click.Path(exists=True, path_type=Path)


@click.command()
@data_option
@click.option("--thorough", is_flag=True, help="Also compare every index and open every picture.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
@report_errors
def check(data: Path, thorough: bool, as_json: bool) -> None:
    """Check settings, keys, database, event logs, packages, pictures, disk, fonts and backups.

    Changes nothing; can be used while the server runs. Exits with 1 if anything is bad.
    """
    require_centre(data)
    found = checking.check(data, thorough=thorough)
    if as_json:
        click.echo(json.dumps([vars(one) for one in found], ensure_ascii=False, indent=2))
    else:
        for one in found:
            click.echo(f"{one.level:<4}  {one.what}: {one.text}")
    if any(one.level == "bad" for one in found):
        raise SystemExit(1)


@click.command()
@data_option
@click.argument("target", type=click.Path(path_type=Path))
@report_errors
def backup(data: Path, target: Path) -> None:
    """Write a sealed backup to TARGET, a new file or a folder; also while the server runs.

    It contains everything except the centre's keys, which are needed to restore it: keep a copy of
    the folder `keys` in the safe.
    """
    require_centre(data)
    click.echo(f"Backup: {make_backup(data, target)}")


@click.command()
@data_option
@click.argument("source", type=FILE)
@click.option("--drill", is_flag=True, help="Only prove that it can be restored.")
@click.option("--keys", type=FILE, help="Copy of the centre's folder `keys`, for a new machine.")
@report_errors
def restore(data: Path, source: Path, drill: bool, keys: Path | None) -> None:
    """Restore a backup (a file, or the newest of a folder), while the server is not running.

    The previous database is kept. With --drill nothing is changed, and the server can run.
    """
    file = newest(source) if source.is_dir() else source
    if file is None:
        raise click.ClickException(f"There is no backup in {source}.")
    if drill:
        _print(restoring.drill(data, file, keys))
        click.echo(f"{file} can be restored.")
        return
    proof, kept = restoring.restore(data, file, keys)
    _print(proof)
    click.echo("The backup is restored. The next start reports this to headquarters.")
    if kept is not None:
        click.echo(f"The previous database: {kept}")
        click.echo(f"To recover answers that are only there: kiosk rescue {kept}")


def _print(proof: Proof) -> None:
    held = proof.contents
    click.echo(
        f"{held.sittings} sittings, {held.attempts} attempts, {held.answers} answers,"
        f" {held.events} events, {proof.packages} packages, {proof.pictures} pictures"
    )
    if proof.unreadable:
        click.echo(f"{proof.unreadable} pictures in it are damaged.", err=True)


@click.command()
@data_option
@click.argument("database", type=FILE, required=False)
@report_errors
def rescue(data: Path, database: Path | None) -> None:
    """Recover the readable answers of a damaged database, while the server is not running.

    DATABASE is the damaged file that `kiosk restore` has kept. Without it the centre's own
    database is rebuilt from what can be read, for when there is no backup. The answers wait as
    late answers on the staff page, where you accept or reject them.
    """
    require_centre(data)
    if database is None:
        rows, database = rescuing.rebuild(data)
        click.echo(f"Rebuilt from {rows} readable rows. The damaged database: {database}")
    done = rescuing.deliver(data, database)
    click.echo(f"Attempts whose answers wait for your decision: {len(done.waiting)}")
    click.echo(f"Attempts whose answers are already here:       {len(done.known)}")
    click.echo(f"Attempts whose answers could not be used:      {len(done.refused)}")
    for attempt_id in done.refused:
        click.echo(f"  {attempt_id}", err=True)

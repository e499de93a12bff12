"""``hq backup`` and ``hq restore`` (docs/headquarters-storage.md)."""

from pathlib import Path

import click

from kiosk.command_line.common import report_errors
from kiosk.system import SystemClock, entropy, new_id
from sync.hq.cli.common import data_option, echo_json, json_option, me, opened, progress_bar
from sync.hq.settings import StorageSettings, storage_settings
from sync.hq.upkeep.backup_format import set_of
from sync.hq.upkeep.drill import Means, Proof, drill
from sync.hq.upkeep.key_vault import SHORTEST
from sync.hq.upkeep.restore import Source, restore

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)
WORK = click.option(
    "--work", type=FOLDER, help="Where a drill has room for a copy  [default: /tmp]"
)


@click.command(name="backup")
@data_option
@click.argument("folder", type=FOLDER)
@click.option(
    "--passphrase-file",
    type=FILE,
    help="Include the folder of keys, encrypted under this file's first line.",
)
@click.option(
    "--keep", type=click.IntRange(1, 10_000), default=30, show_default=True, help="Sets that stay."
)
@click.option("--drill", "prove", is_flag=True, help="Afterwards restore it for a trial.")
@WORK
@json_option
@report_errors
def backup(
    data: Path,
    folder: Path,
    passphrase_file: Path | None,
    keep: int,
    prove: bool,
    work: Path | None,
    as_json: bool,
) -> None:
    """Back up rows, objects, settings and perhaps keys to FOLDER, while the server runs.

    All rows are of one moment, on SQLite and PostgreSQL alike. Objects that an earlier backup in
    FOLDER has are not copied again. The rows are personal data: keep FOLDER as safe as
    headquarters. Without --passphrase-file the keys have to be copied apart.
    """
    passphrase = None if passphrase_file is None else _passphrase(passphrase_file)
    with opened(data) as hq, progress_bar("Objects") as progress:
        made = hq.backups.make(folder, data, me(), progress, passphrase, keep)
    proof = None
    if prove:
        proof = _drill(Source(folder, made.place, keys=data / "keys"), work)
    if as_json:
        shown = {**vars(made), "drill": None if proof is None else _plain(proof)}
        echo_json(shown)
    else:
        click.echo(
            f"{made.place}: {made.rows} rows, {made.objects} objects ({made.new_objects} new),"
            f" {made.removed} old sets removed"
        )
        _report(proof)
    _exit(proof)


@click.command(name="restore")
@data_option
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--set", "name", help="Which set, by the name of its folder  [default: the newest]")
@click.option("--keys", type=FOLDER, help="A copy of headquarters' folder of keys.")
@click.option("--passphrase-file", type=FILE, help="Opens the keys in the backup.")
@click.option("--database", help="Rows go here instead of an SQLite file; it must be empty.")
@click.option("--blobs", help="Objects go here instead of a folder; it must be empty.")
@click.option("--drill", "trial", is_flag=True, help="Only a trial, in a temporary directory.")
@WORK
@json_option
@report_errors
def restore_command(
    data: Path,
    folder: Path,
    name: str | None,
    keys: Path | None,
    passphrase_file: Path | None,
    database: str | None,
    blobs: str | None,
    trial: bool,
    work: Path | None,
    as_json: bool,
) -> None:
    """Restore a backup in FOLDER into the empty directory --data, on SQLite or PostgreSQL.

    Every file, row count, digest and object is checked; what is damaged is named and the restore
    refused. If it is interrupted, the same command continues. With --drill nothing stays: the
    backup is restored into a temporary directory, the audit log verified, every result computed
    again. A drill takes the keys of --data if no others are named.
    """
    passphrase = None if passphrase_file is None else _passphrase(passphrase_file)
    source = Source(folder, set_of(folder, name), keys, passphrase)
    if trial:
        own = keys or (data / "keys" if passphrase is None else None)
        proof = _drill(Source(folder, source.place, own, passphrase), work)
    else:
        storage = storage_settings(database, blobs) or StorageSettings()
        with progress_bar("Objects") as progress:
            manifest = restore(source, data, storage, progress)
        with opened(data) as hq:
            proof = hq.backups.restored(source.place.name, me(), manifest)
    if as_json:
        echo_json({"set": source.place.name, **_plain(proof)})
    else:
        _report(proof)
    _exit(proof)


def _drill(source: Source, work: Path | None) -> Proof:
    with progress_bar("Drill") as progress:
        return drill(source, Means(SystemClock(), new_id, entropy), work, progress)


def _passphrase(path: Path) -> str:
    first = path.read_text(encoding="utf-8").split("\n", 1)[0].strip()
    if len(first) < SHORTEST:
        raise click.BadParameter(f"it needs at least {SHORTEST} characters in the first line")
    return first


def _plain(proof: Proof) -> dict[str, object]:
    return {**vars(proof), "is_sound": proof.is_sound}


def _report(proof: Proof | None) -> None:
    if proof is None:
        return
    chain = "intact" if proof.broken_at is None else f"broken at event {proof.broken_at}"
    click.echo(
        f"Restored: {proof.rows} rows, {proof.objects} objects; audit log {chain};"
        f" {proof.differing} results compute differently"
    )


def _exit(proof: Proof | None) -> None:
    if proof is not None and not proof.is_sound:
        raise click.exceptions.Exit(1)

"""Backups: of one moment, on either engine; restored row by row, or refused with the place."""

import errno
import gzip
import itertools
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import inspect

from kiosk.settings import SetupRefused
from kiosk.system import entropy, new_id
from sync.hq.cli import main
from sync.hq.core.progress import silent
from sync.hq.errors import HqError, NewerDatabase, StorageFull
from sync.hq.persistence.all_tables import metadata
from sync.hq.persistence.database import Database
from sync.hq.persistence.key_folder import KeyFolder
from sync.hq.persistence.sqlite_database import SqliteDatabase
from sync.hq.services import HqServices, initialise, open_headquarters, settings_of
from sync.hq.settings import StorageSettings
from sync.hq.upkeep.backup import Made, write_table
from sync.hq.upkeep.backup_format import (
    MANIFEST,
    OBJECT_LIST,
    described,
    lines_of,
    read_manifest,
    set_of,
    sets_of,
)
from sync.hq.upkeep.drill import Means, drill
from sync.hq.upkeep.errors import (
    BackupBroken,
    BackupMissing,
    BackupRunning,
    KeysNeeded,
    NotEmpty,
    PassphraseWrong,
)
from sync.hq.upkeep.restore import Source, restore
from sync.hq.upkeep.rows import Shape, count_of, shapes
from sync.wire.sealing import document
from tests.hq.desk import BY, CODE, Desk
from tests.hq.storage import fresh

PASSPHRASE = "correct horse battery staple"
FILES = StorageSettings()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "backups"


def deliver(desk: Desk, revision: int = 1) -> None:
    sealed = desk.bundle({"ITEM": "A"}, revision)
    desk.hq.intake.accept("result", CODE, sealed.id, sealed.data)


def make(desk: Desk, folder: Path, **how: object) -> Made:
    desk.clock.pass_time(1)
    return desk.hq.backups.make(folder, desk.data / "hq", BY, silent, **how)  # type: ignore[arg-type]


def counts(database: Database) -> dict[str, tuple[int, str]]:
    with database.read() as connection:
        found = {shape.name: count_of(connection, shape) for shape in shapes(metadata)}
    return {name: (count.rows, count.digest) for name, count in found.items()}


def restored(desk: Desk, to: Path, storage: StorageSettings = FILES) -> HqServices:
    settings = desk.hq.settings.model_copy(update={"storage": storage})
    return open_headquarters(to, desk.clock, new_id, entropy, settings)


def source(desk: Desk, folder: Path, name: str | None = None) -> Source:
    return Source(folder, set_of(folder, name), keys=desk.data / "hq" / "keys")


def means(desk: Desk) -> Means:
    return Means(desk.clock, new_id, entropy)


def test_what_is_restored_is_what_was_there(desk: Desk, folder: Path, tmp_path: Path) -> None:
    deliver(desk)
    before = counts(desk.hq.storage.database)
    made = make(desk, folder)
    deliver(desk, 2)
    restore(source(desk, folder), tmp_path / "new", FILES, silent)
    hq = restored(desk, tmp_path / "new")
    assert counts(hq.storage.database) == before
    assert made.rows == sum(rows for rows, _ in before.values())
    assert hq.public_keys == desk.hq.public_keys
    proof = hq.backups.restored(made.place.name, BY, read_manifest(made.place, None))
    assert (proof.is_sound, proof.objects) == (True, made.objects)
    newest = hq.audit_log.newest(1)[0]
    assert (newest.kind, hq.audit_log.verify().broken_at) == ("backup_restored", None)
    hq.close()


def test_a_backup_is_restored_on_the_engine_that_one_likes(
    desk: Desk, folder: Path, tmp_path: Path
) -> None:
    """On PostgreSQL and S3: from there to files, and from those files back."""
    deliver(desk)
    make(desk, folder)
    restore(source(desk, folder), tmp_path / "files", FILES, silent)
    hq = restored(desk, tmp_path / "files")
    wanted = counts(hq.storage.database)
    hq.backups.make(tmp_path / "again", tmp_path / "files", BY, silent)
    hq.close()
    again = source(desk, tmp_path / "again")
    there = fresh()
    restore(again, tmp_path / "back", there, silent)
    hq = restored(desk, tmp_path / "back", there)
    assert counts(hq.storage.database) == wanted
    hq.close()


def test_objects_are_copied_once_for_all_backups(desk: Desk, folder: Path) -> None:
    deliver(desk)
    first = make(desk, folder)
    deliver(desk, 2)
    second = make(desk, folder)
    assert first.new_objects == first.objects
    assert (second.objects, second.new_objects) == (first.objects + 1, 1)


def test_old_sets_go_with_what_only_they_need(desk: Desk, folder: Path) -> None:
    for revision in range(1, 4):
        deliver(desk, revision)
        made = make(desk, folder, keep=2)
    assert (len(sets_of(folder)), made.removed) == (2, 1)
    assert drill(source(desk, folder, sets_of(folder)[0].name), means(desk), None, silent).is_sound


def test_a_damaged_older_set_is_named_and_the_new_backup_counts(desk: Desk, folder: Path) -> None:
    for _ in range(2):
        damaged = make(desk, folder).place
    not_deflate = gzip.compress(b"")[:10] + b"\xff" * 20
    (damaged / OBJECT_LIST).write_bytes(not_deflate)
    with pytest.raises(BackupBroken, match="cannot be unpacked"):
        make(desk, folder, keep=2)
    assert desk.hq.backups.newest() == desk.clock.now()
    assert drill(source(desk, folder), means(desk), None, silent).is_sound


def test_the_keys_travel_under_a_passphrase(desk: Desk, folder: Path, tmp_path: Path) -> None:
    desk.hq.key_changes.prepare(BY)
    make(desk, folder, passphrase=PASSPHRASE)
    place = set_of(folder, None)
    with pytest.raises(PassphraseWrong):
        restore(Source(folder, place, passphrase="wrong" * 4), tmp_path / "a", FILES, silent)
    with pytest.raises(KeysNeeded):
        restore(Source(folder, place), tmp_path / "b", FILES, silent)
    restore(Source(folder, place, passphrase=PASSPHRASE), tmp_path / "c", FILES, silent)
    hq = restored(desk, tmp_path / "c")
    assert hq.public_keys == desk.hq.public_keys
    assert hq.key_changes.view().number == 1
    hq.close()
    assert PASSPHRASE.encode() not in (place / "keys.sealed").read_bytes()


def test_other_keys_are_refused(desk: Desk, folder: Path, tmp_path: Path) -> None:
    make(desk, folder)
    initialise(tmp_path / "other", entropy)
    strange = Source(folder, set_of(folder, None), keys=tmp_path / "other" / "keys")
    with pytest.raises(BackupBroken, match="other keys"):
        restore(strange, tmp_path / "new", FILES, silent)


def test_one_backup_at_a_time_is_made_into_a_folder(desk: Desk, folder: Path) -> None:
    """The end of one would delete objects that the other has just copied."""
    deliver(desk)
    refused: list[str] = []

    def second(done: int, total: int) -> None:
        with pytest.raises(BackupRunning) as error:
            make(desk, folder)
        refused.append(error.value.code)

    desk.hq.backups.make(folder, desk.data / "hq", BY, second)
    assert set(refused) == {"hq_backup_running"}
    assert drill(source(desk, folder), means(desk), None, silent).is_sound
    make(desk, folder)


@pytest.mark.parametrize("after", [1, 20, 80])
def test_a_full_disk_leaves_the_former_sets_and_nothing_half_done(
    desk: Desk, folder: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    made = make(desk, folder)
    deliver(desk)
    sync, calls = os.fsync, itertools.count(1)

    def full(descriptor: int) -> None:
        if next(calls) > after:
            raise OSError(errno.ENOSPC, "No space left on device")
        sync(descriptor)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises((OSError, StorageFull)):
            make(desk, folder)
    assert list((folder / "sets").iterdir()) == [made.place]
    assert drill(source(desk, folder), means(desk), None, silent).is_sound
    assert make(desk, folder).new_objects > 0


def test_folders_beside_the_sets_are_no_sets(desk: Desk, folder: Path) -> None:
    made = make(desk, folder)
    for name in (f"{made.place.name}.part", f"{made.place.name} (copy)", "zzz"):
        shutil.copytree(made.place, made.place.with_name(name))
    assert sets_of(folder) == [made.place]
    assert set_of(folder, None) == made.place


def test_a_list_that_cannot_be_unpacked_is_named(desk: Desk, folder: Path) -> None:
    path = make(desk, folder).place / OBJECT_LIST
    whole = path.read_bytes()
    path.write_bytes(whole[:10] + b"\xff" * (len(whole) - 10))
    with pytest.raises(BackupBroken, match=OBJECT_LIST):
        list(lines_of(path.parent, OBJECT_LIST))


def flipped(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-7])


def gone(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize("harm", [flipped, cut, gone])
@pytest.mark.parametrize(
    "name", [MANIFEST, "tables/audit_log.jsonl.gz", OBJECT_LIST, "hq.toml", "object"]
)
def test_a_damaged_backup_is_refused_and_the_place_named(
    desk: Desk, folder: Path, tmp_path: Path, name: str, harm: Callable[[Path], None]
) -> None:
    deliver(desk)
    place = make(desk, folder).place
    path = next((folder / "objects").glob("*/*")) if name == "object" else place / name
    harm(path)
    named = path.name if name == "object" else name
    with pytest.raises(HqError, match=f"{named}|no complete"):
        restore(source(desk, folder), tmp_path / "new", FILES, silent)
    with pytest.raises(SetupRefused, match="missing or empty"):
        settings_of(tmp_path / "new")


def test_a_table_that_was_rewritten_with_its_digest_is_refused(
    desk: Desk, folder: Path, tmp_path: Path
) -> None:
    """Somebody who edits a table and the manifest lacks headquarters' key."""
    place = make(desk, folder).place
    path = place / "tables" / "accounts.jsonl.gz"
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()).replace(b"chief", b"thief")))
    manifest = json.loads((place / MANIFEST).read_bytes())
    for table in manifest["body"]["tables"]:
        if table["name"] == "accounts":
            table["file"] = described(place, "tables/accounts.jsonl.gz").model_dump()
    (place / MANIFEST).write_text(json.dumps(manifest))
    with pytest.raises(BackupBroken, match=MANIFEST):
        restore(source(desk, folder), tmp_path / "new", FILES, silent)


def columns_at(revision: str, path: Path) -> dict[str, set[str]]:
    """The columns of each table at an earlier revision."""
    database = SqliteDatabase(path, revision)
    with database.read() as connection:
        found = inspect(connection)
        names = found.get_table_names()
        columns = {name: {str(each["name"]) for each in found.get_columns(name)} for name in names}
    database.close()
    return columns


def of_columns(shape: Shape, known: set[str]) -> Shape:
    """The table as it was when it had these columns."""
    kept = {name: kind for name, kind in shape.columns.items() if name in known}
    return Shape(shape.name, kept, shape.key)


def test_a_backup_of_an_older_version_is_brought_up_to_date(
    desk: Desk, folder: Path, tmp_path: Path
) -> None:
    """Its tables are those of its time: here those that 0.3.0 had before the key changes."""
    deliver(desk)
    place = make(desk, folder).place
    manifest = read_manifest(place, None)
    known = columns_at("r0012_roles", tmp_path / "then.sqlite")
    with desk.hq.storage.database.read() as connection:
        then = tuple(
            write_table(connection, place, of_columns(shape, known[shape.name]))
            for shape in shapes(metadata)
            if shape.name in known
        )
    assert len(then) < len(manifest.tables)
    older = manifest.model_copy(update={"tables": then, "revision": "r0012_roles"})
    (place / MANIFEST).write_bytes(document.sign(older, KeyFolder(desk.data / "hq" / "keys")))
    restore(source(desk, folder), tmp_path / "new", FILES, silent)
    hq = restored(desk, tmp_path / "new")
    assert hq.recomputation.check() == []
    assert hq.key_changes.prepare(BY).state == "next"
    hq.close()
    newer = older.model_copy(update={"revision": "r9999_unknown"})
    (place / MANIFEST).write_bytes(document.sign(newer, KeyFolder(desk.data / "hq" / "keys")))
    with pytest.raises(NewerDatabase):
        restore(source(desk, folder), tmp_path / "newer", FILES, silent)


class Interrupted(RuntimeError):
    """The restore is cut short."""


def test_an_interrupted_restore_continues(desk: Desk, folder: Path, tmp_path: Path) -> None:
    deliver(desk)
    make(desk, folder)

    def cut_short(done: int, total: int) -> None:
        raise Interrupted

    with pytest.raises(Interrupted):
        restore(source(desk, folder), tmp_path / "new", FILES, cut_short)
    restore(source(desk, folder), tmp_path / "new", FILES, silent)
    restored(desk, tmp_path / "new").close()


def test_nothing_is_restored_over_something(desk: Desk, folder: Path, tmp_path: Path) -> None:
    make(desk, folder)
    with pytest.raises(NotEmpty):
        restore(source(desk, folder), desk.data / "hq", FILES, silent)
    with pytest.raises(BackupMissing):
        set_of(folder, "20200101T000000000000Z")


def test_the_alarm_rings_when_the_last_backup_is_old(desk: Desk, folder: Path) -> None:
    assert not desk.hq.backups.overdue()  # nothing is older than that yet
    desk.clock.pass_time(49 * 3600)
    assert desk.hq.backups.overdue()
    make(desk, folder)
    assert not desk.hq.backups.overdue()
    desk.clock.pass_time(49 * 3600)
    assert desk.hq.backups.overdue()
    assert desk.hq.backups.newest() is not None


def test_the_commands_back_up_restore_and_drill(desk: Desk, folder: Path, tmp_path: Path) -> None:
    deliver(desk)
    data, secret = desk.data / "hq", tmp_path / "passphrase"
    secret.write_text(PASSPHRASE + "\n")

    def run(*words: object, code: int = 0) -> dict[str, object]:
        done = CliRunner().invoke(main, [*map(str, words), "--json"])
        assert done.exit_code == code, done.output
        found: dict[str, object] = json.loads(done.stdout)
        return found

    made = run("backup", folder, "--data", data, "--passphrase-file", secret, "--drill")
    assert made["drill"]["is_sound"] is True  # type: ignore[index]
    assert run("restore", folder, "--drill", "--data", data)["is_sound"] is True
    new = tmp_path / "new"
    done = run("restore", folder, "--data", new, "--passphrase-file", secret)
    assert (done["is_sound"], done["broken_at"]) == (True, None)
    assert not list(tmp_path.glob("hq-drill-*"))

"""Headquarters is backed up and restored as docs/headquarters-storage.md says."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import make_url

from kiosk.bench.hq.postgresql import Postgresql, programs
from kiosk.system import entropy, new_id
from sync.hq.core.sweep import referred_to
from sync.hq.services import HqServices, open_headquarters
from sync.hq.settings import StorageSettings
from tests.hq.desk import CODE, QUICK, Desk, open_desk

WAIT = 60
DOCS = (Path(__file__).parents[3] / "docs" / "headquarters-storage.md").read_text(encoding="utf-8")


def program_of_postgresql(name: str) -> str:
    """Where a program of PostgreSQL is: beside the server's own, or on the path."""
    beside = (programs() / "initdb").resolve().parent / name
    return shutil.which(name) or str(beside)


def deliver(desk: Desk, revision: int) -> None:
    """A result comes in."""
    sealed = desk.bundle({"ITEM": "A"}, revision)
    desk.hq.intake.accept("result", CODE, sealed.id, sealed.data)


def open_copy(desk: Desk, data: Path, database: str = "sqlite:database.sqlite") -> HqServices:
    """What was restored."""
    storage = StorageSettings(database=database)
    settings = QUICK.model_copy(update={"storage": storage})
    return open_headquarters(data, desk.clock, new_id, entropy, settings)


def require_whole(restored: HqServices, results: int) -> None:
    """Its rows, objects and audit log fit together."""
    entries = list(restored.results.attempts(0).entries)
    assert len(entries) == results
    assert restored.audit_log.verify().whole
    with restored.storage.database.read() as connection:
        names = referred_to(connection)
    assert names
    assert all(restored.storage.blobs.get(name) for name in names)
    restored.close()


def copy_rest(desk: Desk, to: Path) -> None:
    """Objects after the database; keys and settings apart."""
    data = desk.data / "hq"
    for name in ("objects", "keys"):
        shutil.copytree(data / name, to / name)
    shutil.copy(data / "hq.toml", to)


def test_a_running_headquarters_on_sqlite(tmp_path: Path) -> None:
    desk, backup = open_desk(tmp_path, QUICK, StorageSettings()), tmp_path / "backup"
    backup.mkdir()
    deliver(desk, 1)
    documented = re.search(r"python3 -c '(.*)' DIR/database.sqlite", DOCS)
    assert documented
    command = [sys.executable, "-c", documented[1], str(backup / "database.sqlite")]
    subprocess.run(command, cwd=desk.data / "hq", check=True, timeout=WAIT)
    deliver(desk, 2)
    copy_rest(desk, backup)
    desk.hq.close()
    require_whole(open_copy(desk, backup), 1)


def test_a_running_headquarters_on_postgresql(server: Postgresql, tmp_path: Path) -> None:
    desk, backup = (
        open_desk(tmp_path, QUICK, StorageSettings(database=server.url)),
        tmp_path / "copy",
    )
    backup.mkdir()
    deliver(desk, 1)
    url, dump = make_url(server.url), tmp_path / "database.dump"
    at = ("-h", "127.0.0.1", "-p", str(url.port), "-U", "exam")

    def postgres(program: str, *words: str) -> None:
        subprocess.run([program_of_postgresql(program), *at, *words], check=True, timeout=WAIT)

    postgres("pg_dump", "--format=custom", f"--file={dump}", "postgres")
    deliver(desk, 2)
    copy_rest(desk, backup)
    desk.hq.close()
    postgres("createdb", "--template=template0", "--encoding=UTF8", "--locale=C", "again")
    postgres("pg_restore", "--dbname=again", str(dump))
    restored = url.set(database="again").render_as_string(hide_password=False)
    require_whole(open_copy(desk, backup, restored), 1)


@pytest.mark.parametrize("name", ["keys", "hq.toml", "objects/", "database"])
def test_the_page_names_everything_that_has_to_be_kept(name: str) -> None:
    assert name in DOCS.partition("## Backup and restore")[2].partition("## ")[0]

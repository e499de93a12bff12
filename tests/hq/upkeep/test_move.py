"""The storage moves there and back: every row and object, verified, and safe to interrupt."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import JSON, insert, null, select

from kiosk.system import entropy, new_id
from sync.hq.cli import main
from sync.hq.core.progress import silent
from sync.hq.core.sweep import referred_to
from sync.hq.persistence import tables
from sync.hq.persistence.all_tables import metadata
from sync.hq.persistence.blobs import Blobs
from sync.hq.persistence.opening import open_blobs, open_database
from sync.hq.services import HqServices, open_headquarters
from sync.hq.settings import StorageSettings, load_settings
from sync.hq.upkeep.errors import (
    CopyDiffers,
    NothingToMove,
    OtherMove,
    StillServing,
    TargetInUse,
)
from sync.hq.upkeep.move import MARK, Moved, Watch, finish, move
from sync.hq.upkeep.rows import count_of, shapes
from sync.hq.upkeep.serving import serving
from sync.hq.upkeep.settings_file import with_storage
from tests.hq.desk import BY, CODE, NOW, Desk, open_desk
from tests.hq.storage import fresh, spoil

FILES = StorageSettings(database="sqlite:moved.sqlite", blobs="folder:moved")
QUIET = Watch(silent, silent)


@pytest.fixture
def stopped(_made: None, tmp_path: Path) -> Desk:
    """An HQ with a package and a result, whose server is stopped."""
    desk = open_desk(tmp_path)
    sealed = desk.bundle({"ITEM": "A"})
    desk.hq.intake.accept("result", CODE, sealed.id, sealed.data)
    desk.hq.close()
    return desk


def data(desk: Desk) -> Path:
    return desk.data / "hq"


def moved(desk: Desk, source: StorageSettings, target: StorageSettings) -> Moved:
    done = move(data(desk), source, target, NOW, BY, QUIET)
    finish(data(desk))
    return done


def opened(desk: Desk, storage: StorageSettings) -> HqServices:
    settings = desk.hq.settings.model_copy(update={"storage": storage})
    return open_headquarters(data(desk), desk.clock, new_id, entropy, settings)


def counts(desk: Desk, url: str) -> dict[str, tuple[int, str]]:
    """Rows and digest of each table."""
    database = open_database(url, data(desk))
    with database.read() as connection:
        found = {shape.name: count_of(connection, shape) for shape in shapes(metadata)}
    database.close()
    return {name: (count.rows, count.digest) for name, count in found.items()}


def names(desk: Desk, url: str) -> list[str]:
    return sorted(open_blobs(url, data(desk)).names())


def test_there_and_back(stopped: Desk) -> None:
    """On PostgreSQL and S3 this is: to files, and to a fresh database and bucket."""
    source = stopped.hq.settings.storage
    there = moved(stopped, source, FILES)
    assert counts(stopped, source.database) == counts(stopped, FILES.database)
    assert names(stopped, source.blobs) == names(stopped, FILES.blobs)
    assert there.objects == len(names(stopped, FILES.blobs))
    back = fresh()
    if back.database.startswith("sqlite"):
        back = StorageSettings(database="sqlite:back.sqlite", blobs="folder:back")
    moved(stopped, FILES, back)
    assert counts(stopped, FILES.database) == counts(stopped, back.database)
    hq = opened(stopped, back)
    assert hq.audit_log.verify().broken_at is None
    assert hq.recomputation.check() == []
    assert [event.kind for event in hq.audit_log.newest(2)] == ["storage_moved"] * 2
    with hq.storage.database.read() as connection:
        assert all(hq.storage.blobs.get(name) for name in referred_to(connection))
    hq.close()


def test_nothing_in_json_and_no_json_stay_apart(stopped: Desk) -> None:
    source = stopped.hq.settings.storage
    database = open_database(source.database, data(stopped))
    people: dict[str, Any] = {"P1": null(), "P2": JSON.NULL, "P3": {"a": [1.5, "é", None]}}
    with database.write() as connection:
        row = dict(connection.execute(select(tables.candidates)).mappings().one())
        for number, value in people.items():
            fresh_row = {**row, "id": number, "identity_no": number, "portrait_findings": value}
            connection.execute(insert(tables.candidates).values(**fresh_row))
    database.close()
    moved(stopped, source, FILES)
    database = open_database(FILES.database, data(stopped))
    findings = tables.candidates.c.portrait_findings
    with database.read() as connection:
        query = select(tables.candidates.c.id, findings, findings.is_(null()))
        found = {row[0]: (row[1], bool(row[2])) for row in connection.execute(query)}
    database.close()
    assert (found["P1"], found["P2"], found["P3"]) == (
        (None, True), (None, False), (people["P3"], False),
    )  # fmt: skip


class Interrupted(RuntimeError):
    """The move is cut short."""


@pytest.mark.parametrize("at", [1, 20, 50])
def test_an_interrupted_move_continues(stopped: Desk, at: int) -> None:
    source = stopped.hq.settings.storage

    def cut(done: int, total: int) -> None:
        if done >= min(at, total):
            raise Interrupted

    for watch in (Watch(cut, silent), Watch(silent, cut)):
        with pytest.raises(Interrupted):
            move(data(stopped), source, FILES, NOW, BY, watch)
    with pytest.raises(OtherMove):
        moved(stopped, source, StorageSettings(database="sqlite:elsewhere.sqlite"))
    moved(stopped, source, FILES)
    assert counts(stopped, source.database) == counts(stopped, FILES.database)
    assert not (data(stopped) / MARK).exists()


def test_a_target_in_use_is_refused_and_left_as_it_is(stopped: Desk) -> None:
    source = stopped.hq.settings.storage
    moved(stopped, source, FILES)
    before = counts(stopped, FILES.database)
    with pytest.raises(TargetInUse, match="rows in"):
        moved(stopped, source, FILES)
    only_objects = source.model_copy(update={"blobs": FILES.blobs})
    with pytest.raises(TargetInUse, match="objects"):
        moved(stopped, source, only_objects)
    with pytest.raises(NothingToMove):
        moved(stopped, source, source)
    assert counts(stopped, FILES.database) == before


def test_a_damaged_object_stops_the_move(stopped: Desk) -> None:
    source = stopped.hq.settings.storage
    hq = opened(stopped, source)
    spoil(hq, next(iter(hq.storage.blobs.names())))
    hq.close()
    with pytest.raises(Exception, match="object"):
        moved(stopped, source, FILES)


def test_a_missing_object_is_named(stopped: Desk) -> None:
    source = stopped.hq.settings.storage
    blobs: Blobs = open_blobs(source.blobs, data(stopped))
    name = next(iter(blobs.names()))
    blobs.drop(name)
    with pytest.raises(CopyDiffers, match=name):
        moved(stopped, source, FILES)


def test_no_server_runs_meanwhile(stopped: Desk) -> None:
    with serving(data(stopped)), serving(data(stopped)), pytest.raises(StillServing):
        moved(stopped, stopped.hq.settings.storage, FILES)


SAMPLE = """# Ours
[storage]  # here
# database: see docs
database = "sqlite:a"  # old

[server]
port = 1
"""
TARGET = StorageSettings(database="postgresql://a@b/c", blobs="s3://b/p?endpoint=http://x")


@pytest.mark.parametrize("text", ["", "# only this\n", SAMPLE, "[server]\nport = 1\n"])
def test_only_the_storage_is_changed_in_the_settings(text: str, tmp_path: Path) -> None:
    changed = with_storage(text, TARGET)
    path = tmp_path / "hq.toml"
    path.write_text(changed)
    assert load_settings(path).storage == TARGET
    kept = [line for line in text.splitlines() if not line.startswith(("database", "blobs"))]
    assert all(line in changed.splitlines() for line in kept)


def test_the_command_moves_and_switches(stopped: Desk) -> None:
    path = data(stopped) / "hq.toml"
    source = stopped.hq.settings.storage
    path.write_text(with_storage(path.read_text(), source))
    words = ["storage", "move", "--data", str(data(stopped)), "--database", FILES.database]
    done = CliRunner().invoke(main, [*words, "--blobs", FILES.blobs, "--switch", "--json"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["switched"] is True
    assert load_settings(path).storage == FILES
    again = CliRunner().invoke(main, [*words, "--blobs", FILES.blobs])
    assert again.exit_code != 0
    assert "there already" in again.output

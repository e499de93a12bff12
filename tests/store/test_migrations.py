"""A database keeps its rows over steps; one that this version cannot read is left as it is."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from kiosk.store import meta
from kiosk.store.errors import NewerSchema, OlderSchema
from kiosk.store.sqlite import migrations
from kiosk.store.sqlite.database import DATABASE, Store


def m9999_notes(db: Database) -> None:
    db.execute("ALTER TABLE meta ADD COLUMN note TEXT NOT NULL DEFAULT 'before'")
    db.execute("UPDATE meta SET value = value || '!'")


def m9999_broken(db: Database) -> None:
    m9999_notes(db)
    raise ZeroDivisionError


@pytest.fixture
def older(tmp_path: Path) -> Path:
    """A data directory of this version, with a row."""
    store = Store(tmp_path)
    store.write(lambda db: meta.put(db, "a", "kept"))
    store.close()
    return tmp_path


def with_step(monkeypatch: pytest.MonkeyPatch, step: Callable[[Database], None]) -> None:
    """Let the software be a later version, which has a further step."""
    steps = Migrations("kiosk")
    for name in sorted(vars(migrations)):
        if name.startswith("m0"):
            steps()(getattr(migrations, name))
    steps()(step)
    monkeypatch.setattr(migrations, "steps", steps)


def raw(data: Path) -> sqlite3.Connection:
    return sqlite3.connect(data / DATABASE)


def test_a_later_step_brings_the_rows_along(older: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with_step(monkeypatch, m9999_notes)
    for _ in range(2):  # the second time there is nothing left to do
        store = Store(older)
        row = next(store.read().query("SELECT value, note FROM meta WHERE key = 'a'"))
        store.close()
        assert row == {"value": "kept!", "note": "before"}


def test_a_step_that_fails_changes_nothing(older: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as later:
        with_step(later, m9999_broken)
        with pytest.raises(ZeroDivisionError):
            Store(older)
    store = Store(older)
    assert meta.get(store.read(), "a") == "kept"
    assert [column.name for column in store.read().table("meta").columns] == ["key", "value"]
    store.close()


def test_a_later_version_is_refused_by_this_one(
    older: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as later:
        with_step(later, m9999_notes)
        Store(older).close()
    with pytest.raises(NewerSchema, match="m9999_notes"):
        Store(older)


def test_a_first_start_that_was_cut_short_begins_again(tmp_path: Path) -> None:
    with closing(raw(tmp_path)) as conn:
        migrations.steps.ensure_migrations_table(Database(conn))
        conn.commit()
    store = Store(tmp_path)
    assert meta.epoch(store.read()) == 1
    store.close()


def before_0_2_0(conn: sqlite3.Connection) -> None:
    steps = Migrations("kiosk")

    @steps()
    def first_shape(db: Database) -> None:
        db.execute("CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT")

    steps.apply(Database(conn))


def another_program(conn: sqlite3.Connection) -> None:
    conn.execute("CREATE TABLE bookmarks (url TEXT)")


@pytest.mark.parametrize("made_by", [before_0_2_0, another_program])
def test_a_database_of_before_0_2_0_or_another_program_is_refused_unchanged(
    tmp_path: Path, made_by: Callable[[sqlite3.Connection], None]
) -> None:
    with closing(raw(tmp_path)) as conn:
        made_by(conn)
        conn.commit()
    before = (tmp_path / DATABASE).read_bytes()
    with pytest.raises(OlderSchema, match="Nothing was changed"):
        Store(tmp_path)
    assert (tmp_path / DATABASE).read_bytes() == before

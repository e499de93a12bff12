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


def made_before(data: Path, step: str) -> sqlite3.Connection:
    """A database that has the steps before this one, without its checks of references."""
    conn = raw(data)
    earlier = Migrations("kiosk")
    for name in sorted(vars(migrations)):
        if name.startswith("m0") and name < step:
            earlier()(getattr(migrations, name))
    earlier.apply(Database(conn))
    conn.commit()
    conn.row_factory = sqlite3.Row
    return conn


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


RECORD = {
    "id": "M1",
    "attempt_id": "A1",
    "number": 1,
    "sitting_id": "S1",
    "kind": "device",
    "happened_at": "2026-04-25T02:00:00Z",
    "facts": "看手机",
    "evidence": "",
    "taken": "",
    "digest": "0" * 64,
    "by": "staff:li",
    "at": "2026-04-25T02:01:00Z",
    "witness": "",
    "statement": "",
    "over_by": "staff:chief",
    "over_at": "2026-04-25T02:09:00Z",
    "reason": "认错了人",
}


@pytest.mark.parametrize(
    ("state", "over", "withdrawn"),
    [
        ("withdrawn", (None, "", ""), ("2026-04-25T02:09:00Z", "staff:chief", "认错了人")),
        ("refused", ("2026-04-25T02:09:00Z", "staff:chief", "认错了人"), (None, "", "")),
    ],
)
def test_a_withdrawn_record_of_misconduct_says_so_in_columns_of_its_own(
    tmp_path: Path, state: str, over: tuple[object, ...], withdrawn: tuple[object, ...]
) -> None:
    with closing(made_before(tmp_path, "m0010")) as conn:
        row = {**RECORD, "state": state}
        Database(conn).table("misconduct_records").insert(row)
        conn.commit()
    store = Store(tmp_path)
    (found,) = store.read().query("SELECT * FROM misconduct_records")
    store.close()
    assert tuple(found[name] for name in ("over_at", "over_by", "reason")) == over
    names = ("withdrawn_at", "withdrawn_by", "withdrawn_reason")
    assert tuple(found[name] for name in names) == withdrawn
    assert (found["facts"], found["state"]) == ("看手机", state)


STEPS = sorted(name for name in vars(migrations) if name.startswith("m0"))


@pytest.mark.parametrize("step", STEPS[1:])
def test_every_step_can_be_the_next_of_an_older_database(tmp_path: Path, step: str) -> None:
    made_before(tmp_path, step).close()
    older, newer = Store(tmp_path), Store(tmp_path / "new")
    with closing(older), closing(newer):
        assert schema(older) == schema(newer)


def schema(store: Store) -> set[tuple[str, str]]:
    rows = store.read().query("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    return {(row["name"], row["sql"]) for row in rows}


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

"""The same on every engine: schema by steps, writes in turn, reads in snapshots."""

import os
import shutil
import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Engine, func, insert, inspect, select, text, update
from sqlalchemy.exc import DBAPIError

from kiosk.rehearsal.processes import free_port
from sync.hq.errors import (
    DatabaseUnreachable,
    DatabaseUnsuitable,
    NewerDatabase,
    OlderDatabase,
    ValueRefused,
)
from sync.hq.persistence import postgresql_database, sqlite_database, tables
from sync.hq.persistence.database import Database, insert_new, next_number, put
from sync.hq.persistence.migrations import run
from sync.hq.persistence.opening import open_database
from sync.hq.persistence.storage_urls import SqliteFile, database_url
from tests.hq.desk import NOW
from tests.hq.storage import fresh
from tests.servers import DATABASE

COUNTERS = tables.counters


@pytest.fixture
def url() -> str:
    return fresh().database


@pytest.fixture
def database(url: str, tmp_path: Path) -> Iterator[Database]:
    database = open_database(url, tmp_path)
    yield database
    database.close()


def raw_engine(url: str, folder: Path) -> Engine:
    """Connections to an empty database, past the steps."""
    place = database_url(url)
    if isinstance(place, SqliteFile):
        return sqlite_database._engine(folder / place.path, "rwc", 1, "BEGIN IMMEDIATE")
    return postgresql_database._engine(place.url, 4)


def on_postgresql(database: Database) -> bool:
    with database.read() as connection:
        return connection.dialect.name == "postgresql"


def count(database: Database) -> int:
    with database.read() as connection:
        return connection.execute(select(func.count()).select_from(COUNTERS)).scalar_one()


def test_the_steps_lead_to_the_tables_as_the_code_knows_them(database: Database) -> None:
    with database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), tables.metadata) == []
        assert run.revision(connection) == run.head()


def test_steps_that_are_cut_short_leave_nothing(url: str, tmp_path: Path) -> None:
    engine = raw_engine(url, tmp_path)

    def cut_short() -> None:
        with engine.begin() as connection:
            assert run.migrate(connection)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        cut_short()
    assert inspect(engine).get_table_names() == []
    engine.dispose()


def test_processes_that_start_at_once_make_the_tables_once(url: str, tmp_path: Path) -> None:
    with ThreadPoolExecutor(6) as pool:
        opened = list(pool.map(lambda _: open_database(url, tmp_path), range(6)))
    for database in opened:
        with database.write() as connection:
            next_number(connection, "starts")
    with opened[0].write() as connection:
        assert next_number(connection, "starts") == 7
    for database in opened:
        database.close()


LATER = """
import sqlalchemy as sa
from alembic import op

revision = "r9999_notes"
down_revision = "{head}"


def upgrade() -> None:
    op.add_column("jobs", sa.Column("note", sa.Text(), nullable=False, server_default="before"))
    op.execute("UPDATE jobs SET kind = 'changed'")
"""


@pytest.fixture
def later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Let the software be a later version, which has a further step."""
    scripts = tmp_path / "scripts"
    shutil.copytree(Path(run.__file__).parent, scripts)
    later_step = LATER.replace("{head}", run.head())
    (scripts / "versions" / "r9999_notes.py").write_text(later_step)
    with monkeypatch.context() as later:
        later.setattr(run, "_SCRIPTS", str(scripts))
        _forget_steps()
        yield later
    _forget_steps()


def _forget_steps() -> None:
    run.known.cache_clear()
    run.head.cache_clear()


def test_a_later_step_brings_the_rows_along_and_this_version_refuses_them(
    database: Database, url: str, tmp_path: Path, later: pytest.MonkeyPatch
) -> None:
    with database.write() as connection:
        job(connection)
    newer = open_database(url, tmp_path)
    with newer.read() as connection:
        (row,) = connection.execute(text("SELECT kind, note FROM jobs"))
    newer.close()
    assert tuple(row) == ("changed", "before")
    later.undo()
    _forget_steps()
    with pytest.raises(NewerDatabase, match="r9999_notes"):
        open_database(url, tmp_path)


BEFORE_0_2_0 = (
    "CREATE TABLE meta (key VARCHAR)",
    "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)",
    "INSERT INTO alembic_version VALUES ('0005')",
)
ANOTHER_PROGRAM = ("CREATE TABLE bookmarks (url VARCHAR)",)


@pytest.mark.parametrize("made", [BEFORE_0_2_0, BEFORE_0_2_0[:1], ANOTHER_PROGRAM])
def test_a_database_of_before_0_2_0_or_another_program_is_refused_unchanged(
    url: str, tmp_path: Path, made: tuple[str, ...]
) -> None:
    engine = raw_engine(url, tmp_path)
    with engine.begin() as connection:
        for statement in made:
            connection.execute(text(statement))
    before = inspect(engine).get_table_names()
    with pytest.raises(OlderDatabase, match="Nothing was changed"):
        open_database(url, tmp_path)
    assert inspect(engine).get_table_names() == before
    engine.dispose()


def test_a_database_with_an_unknown_revision_is_refused(
    database: Database, url: str, tmp_path: Path
) -> None:
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(NewerDatabase):
        open_database(url, tmp_path)


def test_a_write_that_fails_leaves_nothing(database: Database) -> None:
    def fail() -> None:
        with database.write() as connection:
            next_number(connection, "a")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert count(database) == 0


def test_a_read_stays_the_same_and_changes_nothing(database: Database) -> None:
    with database.read() as connection:
        assert connection.execute(select(COUNTERS)).all() == []
        with database.write() as other:
            next_number(other, "a")
        assert connection.execute(select(COUNTERS)).all() == []
    with pytest.raises(DBAPIError), database.read() as connection:
        connection.execute(insert(COUNTERS).values(name="b", value=1))
    assert count(database) == 1


def raise_slowly(database: Database, shared: bool) -> None:
    """Look first, write then: only safe when nobody writes in between."""
    with database.write() as connection:
        found = connection.execute(select(COUNTERS.c.value)).scalar()
        if found is None:
            connection.execute(insert(COUNTERS).values(name="a", value=1))
        else:
            connection.execute(update(COUNTERS).values(value=found + 1))
    if shared:
        with database.write_shared() as connection:
            next_number(connection, "a")


def test_a_write_has_the_database_to_itself(database: Database, url: str, tmp_path: Path) -> None:
    others = [database, open_database(url, tmp_path)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda n: raise_slowly(others[n % 2], n % 3 == 0), range(30)))
    others[1].close()
    with database.read() as connection:
        assert connection.execute(select(COUNTERS.c.value)).scalar_one() == 40


def test_shared_writes_run_side_by_side_on_postgresql(database: Database) -> None:
    if not on_postgresql(database):
        pytest.skip("SQLite has one writer")
    done = threading.Event()

    def alone() -> None:
        with database.write() as connection:
            next_number(connection, "alone")
        done.set()

    with database.write_shared() as one, database.write_shared() as two:
        next_number(one, "one")
        next_number(two, "two")
        waiting = threading.Thread(target=alone)
        waiting.start()
        assert not done.wait(0.3)
    waiting.join()
    assert count(database) == 3


def test_writes_wait_for_the_disk_whatever_the_server_is_set_to(database: Database) -> None:
    if not on_postgresql(database):
        pytest.skip("a setting of PostgreSQL")
    for kind in (database.write, database.write_shared):
        with kind() as connection:
            assert connection.execute(text("SHOW synchronous_commit")).scalar_one() == "on"


def test_a_known_key_changes_nothing_and_put_overwrites(database: Database) -> None:
    with database.write() as connection:
        assert insert_new(connection, COUNTERS, name="a", value=1)
        assert not insert_new(connection, COUNTERS, name="a", value=2)
        put(connection, COUNTERS, [{"name": "a", "value": 5}, {"name": "b", "value": 6}])
        rows = connection.execute(select(COUNTERS).order_by(COUNTERS.c.name)).all()
    assert [tuple(row) for row in rows] == [("a", 5), ("b", 6)]


def test_texts_are_ordered_by_their_bytes(database: Database) -> None:
    names = ["Z", "a", "B", "b-1", "ba", "中", "一", "é"]
    with database.write() as connection:
        put(connection, COUNTERS, [{"name": name, "value": 0} for name in names])
        found = connection.execute(select(COUNTERS.c.name).order_by(COUNTERS.c.name)).scalars()
        assert list(found) == sorted(names, key=str.encode)


def job(connection: Connection, **values: object) -> None:
    row = {
        "id": "J",
        "kind": "k",
        "username": "u",
        "state": "done",
        "outcome": {},
        "started_at": NOW,
    }
    connection.execute(insert(tables.jobs).values(**{**row, **values}))


def test_times_and_documents_come_back_as_they_went(database: Database) -> None:
    outcome = {"文": ["ü", 1.5, None, True, {"b": 1, "a": 2}], "zero": "a\u0000b"}
    at = NOW + timedelta(microseconds=1)
    with database.write() as connection:
        job(connection, outcome=outcome, started_at=at)
    with database.read() as connection:
        row = connection.execute(select(tables.jobs)).mappings().one()
    assert (row["outcome"], row["started_at"]) == (outcome, at)
    assert list(row["outcome"]["文"][4]) == ["b", "a"]


def test_what_postgresql_cannot_keep_is_refused_with_words(database: Database) -> None:
    if not on_postgresql(database):
        pytest.skip("SQLite keeps it")
    for values in ({"id": "x" * 65}, {"username": "a\u0000b"}, {"done": 1 << 40}):
        with pytest.raises(ValueRefused), database.write() as connection:
            job(connection, **values)


def test_a_number_that_no_column_holds_is_refused_with_words(database: Database) -> None:
    with pytest.raises(ValueRefused), database.write() as connection:
        job(connection, done=1 << 70)


@pytest.mark.parametrize(
    "kind",
    ["ENCODING 'SQL_ASCII' LOCALE 'C'", "LOCALE_PROVIDER icu ICU_LOCALE 'en-US' LOCALE 'C'"],
)
def test_a_database_that_orders_or_keeps_text_otherwise_is_refused(
    url: str, tmp_path: Path, kind: str
) -> None:
    if not url.startswith("postgresql"):
        pytest.skip("SQLite has no such settings")
    server, name = os.environ[DATABASE], f"test_{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0 {kind}".encode())
        try:
            with pytest.raises(DatabaseUnsuitable):
                open_database(server.rpartition("/")[0] + f"/{name}", tmp_path)
        finally:
            connection.execute(f"DROP DATABASE {name}".encode())


def test_a_database_that_does_not_answer_is_told_as_such(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnreachable):
        open_database(f"postgresql://exam@127.0.0.1:{free_port()}/exam", tmp_path)

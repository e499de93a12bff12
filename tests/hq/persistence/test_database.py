"""The same on every engine: schema by steps, writes in turn, reads in snapshots."""

import os
import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import (
    Connection,
    column,
    create_engine,
    func,
    insert,
    inspect,
    select,
    table,
    text,
    update,
)
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

SQLITE = "sqlite:database.sqlite"
COUNTERS = tables.counters


@pytest.fixture
def url() -> str:
    return fresh().database


@pytest.fixture
def database(url: str, tmp_path: Path) -> Iterator[Database]:
    database = open_database(url, tmp_path)
    yield database
    database.close()


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
    place = database_url(url)
    if isinstance(place, SqliteFile):
        engine = sqlite_database._engine(tmp_path / place.path, "rwc", 1, "BEGIN IMMEDIATE")
    else:
        engine = postgresql_database._engine(place.url, 4)

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


def old_database(path: Path, shape: str) -> None:
    """What the software wrote before revisions were counted, with a row in it."""
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        command.upgrade(run._config(connection), run.FIRST)
        connection.execute(text("DROP TABLE alembic_version"))
        connection.execute(update(tables.meta).values(value=shape))
        names = [c.name for c in tables.jobs.columns if c.name not in ("done", "total", "told_at")]
        jobs = table("jobs", *(column(name, tables.jobs.c[name].type) for name in names))
        values: tuple[object, ...] = ("J1", "check", "ann", "done", {}, NOW)
        connection.execute(insert(jobs).values(dict(zip(names, values, strict=True))))
    engine.dispose()


def test_a_database_of_shape_3_is_taken_over_with_its_rows(tmp_path: Path) -> None:
    old_database(tmp_path / "database.sqlite", "3")
    database = open_database(SQLITE, tmp_path)
    with database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), tables.metadata) == []
        (row,) = connection.execute(select(tables.jobs)).mappings()
        assert (row["id"], row["begun_at"], row["done"]) == ("J1", NOW, 0)
    database.close()


def test_the_oldest_account_manages_accounts_after_an_update(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'database.sqlite'}")
    with engine.begin() as connection:
        command.upgrade(run._config(connection), "0003")
        accounts = table("accounts", *map(column, ("username", "password_hash", "created_at")))
        days = {"ann": "2026-02-02 00:00:00", "chief": "2026-01-01 00:00:00"}
        rows = [{"username": n, "password_hash": "x", "created_at": d} for n, d in days.items()]
        connection.execute(insert(accounts), rows)
    engine.dispose()
    database = open_database(SQLITE, tmp_path)
    with database.read() as connection:
        found = connection.execute(select(tables.accounts)).mappings().all()
    assert {row["username"]: row["administrator"] for row in found} == {"ann": False, "chief": True}
    database.close()


@pytest.mark.parametrize(("shape", "error"), [("2", OlderDatabase), ("9", NewerDatabase)])
def test_a_database_of_another_shape_is_refused(
    tmp_path: Path, shape: str, error: type[Exception]
) -> None:
    old_database(tmp_path / "database.sqlite", shape)
    with pytest.raises(error):
        open_database(SQLITE, tmp_path)


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
    row = {"id": "J", "kind": "k", "username": "u", "state": "done", "outcome": {}, "begun_at": NOW}
    connection.execute(insert(tables.jobs).values(**{**row, **values}))


def test_times_and_documents_come_back_as_they_went(database: Database) -> None:
    outcome = {"文": ["ü", 1.5, None, True, {"b": 1, "a": 2}], "zero": "a\u0000b"}
    at = NOW + timedelta(microseconds=1)
    with database.write() as connection:
        job(connection, outcome=outcome, begun_at=at)
    with database.read() as connection:
        row = connection.execute(select(tables.jobs)).mappings().one()
    assert (row["outcome"], row["begun_at"]) == (outcome, at)
    assert list(row["outcome"]["文"][4]) == ["b", "a"]


def test_what_postgresql_cannot_keep_is_refused_with_words(database: Database) -> None:
    if not on_postgresql(database):
        pytest.skip("SQLite keeps it")
    for values in ({"id": "x" * 65}, {"username": "a\u0000b"}, {"done": 1 << 40}):
        with pytest.raises(ValueRefused), database.write() as connection:
            job(connection, **values)


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

"""Storage that is away holds few threads, whoever asks and however often."""

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from sqlalchemy import make_url, select

from kiosk.bench.hq.postgresql import PASSWORD, Postgresql
from sync.hq.errors import DatabaseUnreachable
from sync.hq.persistence import postgresql_database
from sync.hq.persistence.postgresql_database import PostgresqlDatabase
from sync.hq.persistence.waiting import PAUSE_SECONDS, Patience
from sync.hq.web.app import create_app
from sync.hq.web.health import BACKUP_OVERDUE, FRESH_SECONDS, WARNED_SECONDS, Health
from tests.hq.desk import BY, Desk

WAIT = 30


class Clock:
    """Seconds, turned by hand."""

    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at


class Asked:
    """A storage that counts its questions."""

    def __init__(self) -> None:
        self.times = 0
        self.away = False
        self.before_answer: Callable[[], object] = lambda: None

    def __call__(self) -> None:
        self.times += 1
        self.before_answer()
        if self.away:
            raise DatabaseUnreachable


def test_many_questions_ask_the_storage_once() -> None:
    clock, asked = Clock(), Asked()
    health = Health(asked, clock)
    for _ in range(500):
        assert health.trouble() is None
    assert asked.times == 1


def test_an_answer_is_a_few_seconds_old_at_most() -> None:
    clock, asked = Clock(), Asked()
    health = Health(asked, clock)
    assert health.trouble() is None
    for away in (True, False):
        asked.away = away
        clock.at += FRESH_SECONDS
        assert (health.trouble() is not None) == away


def test_while_somebody_asks_the_others_get_the_last_answer() -> None:
    clock, asked, go_on = Clock(), Asked(), threading.Event()
    asked.before_answer = lambda: go_on.wait(WAIT)
    health = Health(asked, clock)
    begun = threading.Thread(target=health.trouble)
    begun.start()
    try:
        while not asked.times:
            time.sleep(0.01)
        assert health.trouble() is None
        assert asked.times == 1
    finally:
        go_on.set()
        begun.join(WAIT)


def test_an_overdue_backup_is_told_and_asked_for_once_a_minute() -> None:
    clock, late, asked = Clock(), [True], list[float]()

    def overdue() -> bool:
        asked.append(clock.at)
        return late[0]

    health = Health(lambda: None, clock, overdue)
    assert (health.trouble(), health.warning()) == (None, BACKUP_OVERDUE)
    late[0] = False
    clock.at += FRESH_SECONDS
    assert (health.trouble(), health.warning()) == (None, BACKUP_OVERDUE)
    clock.at += WARNED_SECONDS
    assert (health.trouble(), health.warning()) == (None, None)
    assert len(asked) == 2


def test_monitoring_sees_an_overdue_backup_and_no_more_and_proxies_go_on(desk: Desk) -> None:
    ask = create_app(desk.hq).test_client().get
    assert ask("/healthz").get_json() == {"status": "ok"}
    desk.clock.pass_time(49 * 3600)
    reply = create_app(desk.hq).test_client().get("/healthz")
    assert (reply.status_code, reply.get_json()) == (
        200,
        {"status": "warning", "code": BACKUP_OVERDUE},
    )
    desk.hq.backups.make(desk.data / "backup", desk.data / "hq", BY, lambda *_: None)
    assert create_app(desk.hq).test_client().get("/healthz").get_json() == {"status": "ok"}


def test_a_slow_failure_lets_one_caller_try_at_a_time() -> None:
    clock = Clock()
    patience = Patience(clock)
    began = clock()
    clock.at += 10
    patience.failed(began)
    assert [patience.may_try() for _ in range(3)] == [False] * 3
    clock.at += PAUSE_SECONDS
    assert [patience.may_try() for _ in range(3)] == [True, False, False]
    patience.answered()
    assert [patience.may_try() for _ in range(3)] == [True] * 3


def test_a_quick_failure_keeps_nobody_from_trying() -> None:
    patience = Patience(Clock())
    patience.failed(patience.now())
    assert patience.may_try()


class Silent:
    """A way to PostgreSQL that can fall silent: connections are taken, and nothing comes back."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self._open: list[socket.socket] = []
        self.port = self._listener.getsockname()[1]
        self.silent, self.taken = False, 0
        threading.Thread(target=self._take, daemon=True).start()

    def fall_silent(self) -> None:
        """From now on nothing is passed on."""
        self.silent = True
        self._cut()

    def close(self) -> None:
        """Let go of everything."""
        self._listener.close()
        self._cut()

    def _cut(self) -> None:
        for connection in self._open:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()
        self._open.clear()

    def _take(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self.taken += 1
                self._open.append(client)
                if not self.silent:
                    server = socket.create_connection(("127.0.0.1", self._to), WAIT)
                    self._open.append(server)
                    for way in ((client, server), (server, client)):
                        threading.Thread(target=_pass_on, args=way, daemon=True).start()


def _pass_on(source: socket.socket, to: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(1 << 16):
            to.sendall(data)


@contextmanager
def silent_way(server: Postgresql) -> Iterator[tuple[Silent, PostgresqlDatabase]]:
    """A database behind such a way."""
    url = make_url(server.url)
    way = Silent(url.port or 5432)
    database = PostgresqlDatabase(url.set(drivername="postgresql+psycopg", port=way.port))
    try:
        yield way, database
    finally:
        database.close()
        way.close()


def read(database: PostgresqlDatabase) -> None:
    """Ask for anything."""
    with database.read() as connection:
        connection.execute(select(1))


def test_a_database_that_does_not_answer_holds_no_second_caller(
    server: Postgresql, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = {**postgresql_database.CONNECTION, "connect_timeout": 2}
    monkeypatch.setattr(postgresql_database, "CONNECTION", settings)
    monkeypatch.delenv("PGPASSFILE")
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    with silent_way(server) as (way, database):
        read(database)
        way.fall_silent()
        with pytest.raises(DatabaseUnreachable):
            read(database)
        taken = way.taken
        for _ in range(50):
            with pytest.raises(DatabaseUnreachable):
                read(database)
        assert way.taken == taken, "nobody waited for the database"
        way.silent = False
        database._patience.now = lambda: time.monotonic() + PAUSE_SECONDS
        read(database)
        database._patience.now = time.monotonic
        read(database)


def test_a_database_without_power_is_given_up_after_the_connect_timeout(server: Postgresql) -> None:
    database = PostgresqlDatabase(make_url(server.url).set(drivername="postgresql+psycopg"))
    with database.read() as connection:
        raw: Any = connection.connection.driver_connection
        with socket.socket(fileno=os.dup(raw.fileno())) as to_database:
            waits = to_database.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)
    database.close()
    assert waits == postgresql_database.CONNECT_SECONDS * 1000

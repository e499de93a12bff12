"""One writer thread with one connection; readers only read.

SQLite before 3.51.3 can corrupt a WAL file when several connections write or checkpoint, so
exactly one does, and a file lock keeps other processes away. Jobs that wait at the same time
share one commit (group commit); a job's result is handed out only after that commit.
"""

import fcntl
import queue
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from sqlite_utils import Database

from kiosk.store.errors import StorageFailed, StorageFull, StoreBusy, StoreError
from kiosk.store.migrations import migrate

T = TypeVar("T")
Job = Callable[[Database], T]

GROUP = 200
"""Most jobs that share one commit: bounds how long the first of them waits."""


READER_CACHE_KB = 512
"""Memory of each reading thread; the rest of the database is in the kernel's cache anyway."""


@dataclass
class _Ticket(Generic[T]):
    job: Job[T]
    future: Future[T]


class DataLock:
    """Holds a data directory for one writing process, released when the process ends."""

    def __init__(self, data: Path) -> None:
        self._file = (data / "lock").open("w")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self._file.close()
            raise StoreBusy(data=data) from error

    def release(self) -> None:
        """Let other processes write."""
        self._file.close()


class Store:
    """The database of a centre: ``write`` jobs are durable when they return."""

    def __init__(self, data: Path, on_failure: Callable[[], None] = lambda: None) -> None:
        """Open or create ``data/kiosk.sqlite``; raise StoreBusy, NewerSchema or StorageFailed.

        ``on_failure`` is called once from the writer thread when the disk fails at commit:
        the kernel may have marked the lost pages clean, so only a restart shows the truth.
        """
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock = DataLock(data)
        self._path = data / "kiosk.sqlite"
        self._on_failure = on_failure
        self._queue: queue.SimpleQueue[_Ticket[Any] | None] = queue.SimpleQueue()
        self._local = threading.local()
        self._readers: dict[threading.Thread, sqlite3.Connection] = {}
        self._closing = threading.Lock()
        self._failed = False
        try:
            self._db = self._open_writer()
        except StoreError:
            self._lock.release()
            raise
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)
        self._thread.start()

    def _open_writer(self) -> Database:
        conn = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False)
        self._path.chmod(0o600)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            conn.execute(f"PRAGMA {pragma}")
        db = Database(conn)
        try:
            migrate(db)
        except StoreError:
            conn.close()
            raise
        return db

    def write(self, job: Job[T]) -> T:
        """Run ``job`` in a transaction and return its result after the commit.

        An exception of the job rolls back that job alone and is raised here. Raises
        StorageFull or StorageFailed when the commit could not be made.
        """
        return self.write_later(job).result()

    def write_later(self, job: Job[T]) -> Future[T]:
        """Like :meth:`write`, without waiting."""
        future: Future[T] = Future()
        with self._closing:
            if self._failed:
                future.set_exception(StorageFailed())
                return future
            self._queue.put(_Ticket(job, future))
        return future

    def read(self) -> Database:
        """This thread's read-only view of what is committed."""
        db: Database | None = getattr(self._local, "db", None)
        if db is None:
            conn = sqlite3.connect(
                f"file:{self._path}?mode=ro",
                uri=True,
                isolation_level=None,
                check_same_thread=False,
            )
            conn.execute(f"PRAGMA cache_size=-{READER_CACHE_KB}")
            self._close_readers(alive=False)
            self._readers[threading.current_thread()] = conn
            db = self._local.db = Database(conn, recursive_triggers=False)
        return db

    def _close_readers(self, *, alive: bool) -> None:
        """Close the connections of threads that have ended, or of all threads."""
        for thread, conn in list(self._readers.items()):
            if alive or not thread.is_alive():
                conn.close()
                self._readers.pop(thread, None)

    def close(self) -> None:
        """Finish what waits, fold the log into the database, release the lock."""
        with self._closing:
            self._failed = True
            self._queue.put(None)
        self._thread.join()
        self._close_readers(alive=True)
        self._db.conn.close()
        self._lock.release()

    def _run(self) -> None:
        while True:
            tickets, last = self._collect()
            if tickets:
                self._commit(tickets)
            if last:
                return

    def _collect(self) -> tuple[list[_Ticket[Any]], bool]:
        ticket = self._queue.get()
        tickets: list[_Ticket[Any]] = []
        while ticket is not None:
            tickets.append(ticket)
            if len(tickets) == GROUP or self._queue.empty():
                return tickets, False
            ticket = self._queue.get()
        return tickets, True

    def _commit(self, tickets: list[_Ticket[Any]]) -> None:
        outcomes: list[tuple[_Ticket[Any], Any, Exception | None]] = []
        try:
            self._db.conn.execute("BEGIN IMMEDIATE")
            outcomes = [self._attempt(ticket) for ticket in tickets]
            self._db.conn.execute("COMMIT")
        except sqlite3.Error as error:
            self._abandon(tickets, error)
            return
        for ticket, result, problem in outcomes:
            if problem is None:
                ticket.future.set_result(result)
            else:
                ticket.future.set_exception(problem)

    def _attempt(self, ticket: _Ticket[Any]) -> tuple[_Ticket[Any], Any, Exception | None]:
        try:
            with self._db.atomic():
                return ticket, ticket.job(self._db), None
        except sqlite3.OperationalError:
            raise  # a full or failing disk concerns the whole group
        except Exception as problem:  # noqa: BLE001 - handed to the job's caller
            return ticket, None, problem

    def _abandon(self, tickets: list[_Ticket[Any]], error: sqlite3.Error) -> None:
        if self._db.conn.in_transaction:
            self._db.conn.rollback()
        full = error.sqlite_errorcode == sqlite3.SQLITE_FULL
        for ticket in tickets:
            ticket.future.set_exception(StorageFull() if full else StorageFailed(str(error)))
        if not full:
            self._fail()

    def _fail(self) -> None:
        with self._closing:
            self._failed = True
        self._on_failure()

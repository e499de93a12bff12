"""One writer thread with one connection; readers only read.

SQLite before 3.51.3 can corrupt a WAL file when several connections write or checkpoint, so
exactly one does, and a file lock excludes other processes. Jobs that wait at the same time share
one commit (group commit); a job's result is returned only after that commit.
"""

import fcntl
import logging
import os
import queue
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from sqlite_utils import Database

from kiosk.store.errors import (
    StorageDamaged,
    StorageFailed,
    StorageFull,
    StorageUnusable,
    StoreBusy,
    StoreError,
    StoreLocked,
    StoreStarved,
)
from kiosk.store.failures import storage_error
from kiosk.store.sqlite.opening import TRIES, open_reader, open_writer
from kiosk.store.sqlite.reserve import Reserve

_log = logging.getLogger(__name__)

T = TypeVar("T")
Job = Callable[[Database], T]

DATABASE = "kiosk.sqlite"
UNFINISHED = "restore-unfinished"
"""Exists beside the database while a restore replaces it."""

GROUP = 200
"""Most jobs in one commit: it bounds how long the first of them waits."""


READER_CACHE_KB = 512
"""Cache of each reading thread; the kernel caches the rest of the database anyway."""


@dataclass
class _Ticket(Generic[T]):
    job: Job[T]
    future: Future[T]
    alone: bool = False
    """Whether the job runs outside a transaction."""


class DataLock:
    """Locks a data directory for one writing process, until that process ends.

    The directory itself is locked, which needs no room on the disk.
    """

    def __init__(self, data: Path) -> None:
        """Lock the directory.

        Raises:
            StoreBusy: another process has locked it.
            StorageUnusable: it cannot be opened.
        """
        try:
            self._handle = os.open(data, os.O_RDONLY | os.O_DIRECTORY)
        except OSError as error:
            raise StorageUnusable(data=data, why=error.strerror) from error
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(self._handle)
            raise StoreBusy(data=data) from error

    def release(self) -> None:
        """Release the lock; no effect the second time."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1

    def __enter__(self) -> "DataLock":
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


class Store:
    """The database of a centre: ``write`` jobs are durable when they return."""

    def __init__(self, data: Path, on_failure: Callable[[], None] = lambda: None) -> None:
        """Open or create the database of a data directory.

        ``on_failure`` is called from the writer thread when the disk fails at commit, or the
        database turns out to be damaged. The process must end then: the kernel may have marked
        lost pages as clean, so reading them again proves nothing.

        Raises:
            StoreBusy: another process has the directory open.
            StorageDamaged: a check of every page found damage.
            NewerSchema: a newer version wrote it.
            StoreError: it cannot be read or written; see :mod:`kiosk.store.errors`.
        """
        _make_directory(data)
        self._lock = DataLock(data)
        self._path = data / DATABASE
        self.reserve = Reserve(data / "reserve")
        self._on_failure = on_failure
        self._queue: queue.SimpleQueue[_Ticket[Any] | None] = queue.SimpleQueue()
        self._local = threading.local()
        self._readers: dict[threading.Thread, sqlite3.Connection] = {}
        self._closing = threading.Lock()
        self._failed = False
        try:
            self._db, self._mode = open_writer(self._path, self.reserve)
        except BaseException:
            self._lock.release()
            raise
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)
        self._thread.start()

    def write(self, job: Job[T]) -> T:
        """Run ``job`` in a transaction and return its result after the commit.

        An exception of the job rolls back that job alone and is raised here. A job may run more
        than once before its commit, for instance when the disk was full and room could be made.

        Raises:
            StoreLocked: another program has the database locked.
            StorageFull: no room on the disk.
            StorageReadOnly: the database cannot be written.
            StoreStarved: no file handles or memory are left.
            StorageDamaged: the database is damaged.
            StorageFailed: the commit failed.
        """
        return self.write_later(job).result()

    def write_later(self, job: Job[T]) -> Future[T]:
        """Like :meth:`write`, but return at once."""
        future: Future[T] = Future()
        with self._closing:
            if self._failed:
                future.set_exception(StorageFailed())
                return future
            # Under the lock: behind close()'s marker a job would never run.
            self._queue.put(_Ticket(job, future))
        return future

    def compact(self) -> bool:
        """Rewrite the database without free pages, and empty the write-ahead log.

        Afterwards neither file contains anything of deleted rows. All other writes wait
        meanwhile. Returns False when a reader prevented the log from being emptied; raises like
        :meth:`write`.
        """
        future: Future[bool] = Future()
        with self._closing:
            if self._failed:
                raise StorageFailed()
            self._queue.put(_Ticket(_compacted, future, alone=True))
        return future.result()

    def read(self) -> Database:
        """Return this thread's read-only connection to what is committed."""
        db: Database | None = getattr(self._local, "db", None)
        if db is None:
            db = self._local.db = open_reader(self._path, self._mode)
            db.conn.execute(f"PRAGMA cache_size=-{READER_CACHE_KB}")
            self._close_readers(alive=False)
            self._readers[threading.current_thread()] = db.conn
        return db

    def _close_readers(self, *, alive: bool) -> None:
        """Close the connections of threads that have ended, or of all threads."""
        for thread, conn in list(self._readers.items()):
            if alive or not thread.is_alive():
                conn.close()
                self._readers.pop(thread, None)

    def report(self, error: sqlite3.Error) -> StoreError | None:
        """Return what an error of a reader means for the database, or None.

        Damage or a failed disk stops all further writes.
        """
        failure = self._meaning(error)
        if isinstance(failure, StorageDamaged | StorageFailed):
            self._fail(failure)
        return failure

    def close(self) -> None:
        """Finish queued jobs, fold the log into the database, release the lock."""
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
            try:
                self._do(tickets)
            except Exception as error:  # noqa: BLE001 - or all would wait for this thread for ever
                self._give_up(tickets, StorageFailed(str(error)))
            if last:
                return

    def _do(self, tickets: list[_Ticket[Any]]) -> None:
        together = [ticket for ticket in tickets if not ticket.alone]
        if together:
            self._commit(together)
        for ticket in tickets:
            if ticket.alone:
                self._run_alone(ticket)

    def _give_up(self, tickets: list[_Ticket[Any]], failure: StoreError) -> None:
        self._fail(failure)
        for ticket in tickets:
            if not ticket.future.done():
                ticket.future.set_exception(failure)

    def _collect(self) -> tuple[list[_Ticket[Any]], bool]:
        ticket = self._queue.get()
        tickets: list[_Ticket[Any]] = []
        while ticket is not None:
            tickets.append(ticket)
            # Never wait for more: under load the queue fills while the last group commits.
            if len(tickets) == GROUP or self._queue.empty():
                return tickets, False
            ticket = self._queue.get()
        return tickets, True

    def _run_alone(self, ticket: _Ticket[Any]) -> None:
        try:
            ticket.future.set_result(ticket.job(self._db))
        except sqlite3.Error as error:
            failure = self._meaning(error) or StorageFailed(str(error))
            if isinstance(failure, StorageFailed | StorageDamaged):
                self._fail(failure)
            ticket.future.set_exception(failure)

    def _commit(self, tickets: list[_Ticket[Any]]) -> None:
        for _ in range(TRIES):
            failure = self._tried(tickets)
            if failure is None:
                return
            if not isinstance(failure, StoreLocked) and not self._made_room(failure):
                break
        if isinstance(failure, StorageFull) and len(tickets) > 1:
            for ticket in tickets:  # small jobs may still fit
                self._commit([ticket])
            return
        if isinstance(failure, StorageFailed | StorageDamaged):
            self._fail(failure)
        for ticket in tickets:
            ticket.future.set_exception(failure)

    def _made_room(self, failure: StoreError) -> bool:
        return isinstance(failure, StorageFull) and self.reserve.give()

    def _tried(self, tickets: list[_Ticket[Any]]) -> StoreError | None:
        """Commit a group and hand out its results; or change nothing and return why."""
        try:
            # Takes the write lock now: a deferred transaction could fail amid the group.
            self._db.conn.execute("BEGIN IMMEDIATE")
            outcomes = [self._attempt(ticket) for ticket in tickets]
            self._db.conn.execute("COMMIT")
        except Exception as error:  # noqa: BLE001 - a job may have raised its own over SQLite's
            self._roll_back()
            starved = StoreStarved() if isinstance(error, MemoryError) else None
            return self._meaning(error) or starved or StorageFailed(str(error))
        # Only now: before the commit, no caller may believe that anything was saved.
        for ticket, result, problem in outcomes:
            if problem is None:
                ticket.future.set_result(result)
            else:
                ticket.future.set_exception(problem)
        return None

    def _attempt(self, ticket: _Ticket[Any]) -> tuple[_Ticket[Any], Any, Exception | None]:
        try:
            # A savepoint for each job: one that fails must not undo the others of its group.
            with self._db.atomic():
                return ticket, ticket.job(self._db), None
        except Exception as problem:
            if storage_error(problem) is not None:
                raise  # a full or failing disk concerns the whole group
            return ticket, None, problem

    def _meaning(self, error: BaseException) -> StoreError | None:
        return storage_error(error, self._path.parent)

    def _roll_back(self) -> None:
        if self._db.conn.in_transaction:
            self._db.conn.rollback()

    def _fail(self, failure: StoreError) -> None:
        _log.critical("%s", failure)
        with self._closing:
            self._failed = True
        self._on_failure()


def _compacted(db: Database) -> bool:
    db.conn.execute("VACUUM")
    busy, *_ = db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return bool(busy == 0)


def require_database(data: Path) -> None:
    """Check that a centre that was set up still has its database.

    Opening would create an empty one, and the loss would go unnoticed.

    Raises:
        StorageDamaged: the database is missing or empty, or a restore was interrupted.
    """
    if (data / UNFINISHED).exists():
        raise StorageDamaged("a restore was cut short: repeat it")
    path = data / DATABASE
    if not path.exists() or path.stat().st_size == 0:
        raise StorageDamaged(f"{path} is missing or empty")


def _make_directory(data: Path) -> None:
    try:
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise StorageUnusable(data=data, why=error.strerror) from error

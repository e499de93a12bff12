"""Jobs: long work that staff wait for at the console, done by a thread.

State and progress are in the database, so any process can show them. The working process
reports every few seconds; a job whose process has died counts as lost soon after. It can be
started again, because what jobs do is all or nothing.
"""

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from kiosk.exam.errors import ExamError
from sync.hq.context import HqContext
from sync.hq.core.progress import ProgressCallback
from sync.hq.errors import BadImport, DatabaseError, NotFound
from sync.hq.persistence import tables
from sync.hq.problems import Phrase

TICK_S = 1.0
"""Progress is written no more often than this."""
BEAT_S = 10.0
"""A running job is reported at least this often."""
LOST_AFTER = timedelta(minutes=2)
"""A job without a report for this long is lost. Its own long write delays reports, too."""

_log = logging.getLogger(__name__)

Work = Callable[[ProgressCallback], Mapping[str, Any]]
"""Does the work and returns its outcome as JSON; raises ExamError."""


@dataclass(frozen=True)
class Job:
    """``state``: running, done, failed or lost; ``outcome``: what the work returned."""

    id: str
    kind: str
    state: str
    done: int
    total: int
    outcome: Mapping[str, Any]


class Jobs:
    """Starts jobs and reports their state."""

    def __init__(self, context: HqContext) -> None:
        self._context = context

    def begin(self, kind: str, by: str, work: Work) -> str:
        """Run ``work`` in a new thread; return the job's id."""
        job_id, now = self._context.ids(), self._context.clock.now()
        with self._context.database.write() as connection:
            values = {"id": job_id, "kind": kind, "username": by, "state": "running"}
            connection.execute(insert(tables.jobs).values(**values, outcome={}, started_at=now))
        # A daemon: a server that stops does not wait for jobs; they count as lost and can be
        # repeated.
        threading.Thread(
            target=self._run, args=(job_id, work), name=f"job-{kind}", daemon=True
        ).start()
        return job_id

    def get(self, job_id: str, by: str) -> Job:
        """Return a job of this account.

        Raises:
            NotFound: there is none.
        """
        table = tables.jobs
        query = select(table).where(table.c.id == job_id, table.c.username == by)
        with self._context.database.read() as connection:
            row = connection.execute(query).mappings().first()
        if row is None:
            raise NotFound(what="job")
        heard = row["reported_at"] or row["started_at"]
        lost = row["state"] == "running" and self._context.clock.now() - heard > LOST_AFTER
        state = "lost" if lost else row["state"]
        return Job(row["id"], row["kind"], state, row["done"], row["total"], row["outcome"])

    def _run(self, job_id: str, work: Work) -> None:
        try:
            with self._telling(job_id) as tell:
                outcome = dict(work(tell))
            self._note(job_id, "done", outcome)
        except BadImport as error:
            problems = [as_json(problem) for problem in error.problems]
            self._note(job_id, "failed", {"problems": problems})
        except ExamError as error:
            self._note(job_id, "failed", {"code": error.code, "params": plain_params(error.params)})
        # A bug in the work: the page must not show the job as running until it counts as lost.
        except Exception:
            _log.exception("job %s", job_id)
            self._note(job_id, "failed", {"code": "internal_error", "params": {}})
            raise

    @contextmanager
    def _telling(self, job_id: str) -> Iterator[ProgressCallback]:
        """Write the progress of the work from a thread of its own until the block ends."""
        reached, over = _Reached(), threading.Event()
        teller = threading.Thread(
            target=self._tell, args=(job_id, reached, over), name="job-teller", daemon=True
        )
        teller.start()
        try:
            yield reached.tell
        finally:
            over.set()
            teller.join()

    def _tell(self, job_id: str, reached: "_Reached", over: threading.Event) -> None:
        written, quiet = reached.now, 0.0
        while not over.wait(TICK_S):
            quiet += TICK_S
            if reached.now != written or quiet >= BEAT_S:
                written, quiet = reached.now, 0.0
                self._write_down(job_id, *written)

    def _write_down(self, job_id: str, done: int, total: int) -> None:
        table = tables.jobs
        mine = (table.c.id == job_id) & (table.c.state == "running")
        values = {"done": done, "total": total, "reported_at": self._context.clock.now()}
        try:
            with self._context.database.write() as connection:
                connection.execute(update(table).where(mine).values(**values))
        except (DatabaseError, SQLAlchemyError):  # a lost report must not fail the work
            _log.exception("progress of job %s", job_id)

    def _note(self, job_id: str, state: str, outcome: Mapping[str, Any]) -> None:
        table = tables.jobs
        with self._context.database.write() as connection:
            mine = table.c.id == job_id
            connection.execute(update(table).where(mine).values(state=state, outcome=outcome))


class _Reached:
    """Progress so far: (done, total)."""

    def __init__(self) -> None:
        self.now = (0, 0)

    def tell(self, done: int, total: int) -> None:
        self.now = (done, total)


def as_json(problem: Any) -> dict[str, Any]:
    """Return a problem as plain values."""
    return {
        "code": problem.code,
        "kind": problem.kind,
        "at": problem.at,
        "column": problem.column,
        "params": plain_params(problem.params),
        "is_error": problem.is_error,
    }


def plain_params(params: Mapping[str, object]) -> dict[str, Any]:
    """Return parameters as texts; phrases and times stay apart, for the reader's language."""
    return {name: _plain(value) for name, value in params.items()}


def _plain(value: object) -> Any:
    if isinstance(value, Phrase):
        return {"text": value.text, "params": plain_params(value.params)}
    if isinstance(value, datetime):
        return {"at": value.isoformat()}
    return str(value)

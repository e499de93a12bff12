"""Long work that somebody waits for at the console: done by a thread, its outcome in the ledger.

How far it is, only the process knows that does it; the others see that it runs. Work whose process
has died is told as lost after a while and can be begun again: what jobs do is all or nothing.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import insert, select, update

from kiosk.exam.errors import ExamError
from sync.hq.errors import BadImport, NotFound
from sync.hq.office import Office
from sync.hq.persistence import tables
from sync.hq.progress import Progress

LOST_AFTER = timedelta(minutes=10)
"""Work that another process began so long ago is lost."""

_log = logging.getLogger(__name__)

Work = Callable[[Progress], Mapping[str, Any]]
"""Does the work and gives its outcome as JSON; raises ExamError."""


@dataclass(frozen=True)
class Job:
    """``state``: running, done, failed or lost; ``outcome``: what the work gave."""

    id: str
    kind: str
    state: str
    done: int
    total: int
    outcome: Mapping[str, Any]


class Jobs:
    """Begins work and tells how it goes."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._running: dict[str, tuple[int, int]] = {}

    def begin(self, kind: str, by: str, work: Work) -> str:
        """Start a thread for it; gives the job's id."""
        job_id, now = self._office.ids(), self._office.clock.now()
        with self._office.ledger.write() as connection:
            values = {"id": job_id, "kind": kind, "username": by, "state": "running"}
            connection.execute(insert(tables.jobs).values(**values, outcome={}, begun_at=now))
        self._running[job_id] = (0, 0)
        threading.Thread(
            target=self._run, args=(job_id, work), name=f"job-{kind}", daemon=True
        ).start()
        return job_id

    def get(self, job_id: str, by: str) -> Job:
        """A job of that account; raises :class:`NotFound`."""
        table = tables.jobs
        query = select(table).where(table.c.id == job_id, table.c.username == by)
        with self._office.ledger.read() as connection:
            row = connection.execute(query).mappings().first()
        if row is None:
            raise NotFound(what="job")
        here = self._running.get(job_id)
        old = self._office.clock.now() - row["begun_at"] > LOST_AFTER
        lost = row["state"] == "running" and here is None and old
        done, total = here or (0, 0)
        state = "lost" if lost else row["state"]
        return Job(row["id"], row["kind"], state, done, total, row["outcome"])

    def _run(self, job_id: str, work: Work) -> None:
        try:
            outcome = dict(work(partial(self._tell, job_id)))
            self._note(job_id, "done", outcome)
        except BadImport as error:
            problems = [as_json(problem) for problem in error.problems]
            self._note(job_id, "failed", {"problems": problems})
        except ExamError as error:
            told = {"code": error.code, "params": {k: str(v) for k, v in error.params.items()}}
            self._note(job_id, "failed", told)
        except Exception:
            _log.exception("job %s", job_id)
            self._note(job_id, "failed", {"code": "internal_error", "params": {}})
            raise

    def _tell(self, job_id: str, done: int, total: int) -> None:
        self._running[job_id] = (done, total)

    def _note(self, job_id: str, state: str, outcome: Mapping[str, Any]) -> None:
        table = tables.jobs
        try:
            with self._office.ledger.write() as connection:
                mine = table.c.id == job_id
                connection.execute(update(table).where(mine).values(state=state, outcome=outcome))
        finally:  # with a full disk too: the job is then told as lost, not as running for ever
            self._running.pop(job_id, None)


def as_json(problem: Any) -> dict[str, Any]:
    """A problem as plain values."""
    return {
        "code": problem.code,
        "kind": problem.kind,
        "at": problem.at,
        "column": problem.column,
        "params": {name: str(value) for name, value in problem.params.items()},
        "grave": problem.grave,
    }

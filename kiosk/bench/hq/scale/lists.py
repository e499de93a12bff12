"""How long the first page of every list takes when headquarters has many attempts."""

import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from statistics import median

from flask.testing import FlaskClient
from sqlalchemy import text

from kiosk.bench.hq.postgresql import postgresql
from kiosk.bench.hq.scale import exam, office, people, review, similar
from kiosk.bench.hq.scale.copies import raise_counters
from kiosk.bench.hq.scale.first import First, make_first
from kiosk.bench.hq.scale.pages import PULL, Page, pages
from kiosk.bench.hq.scale.shape import Shape
from sync.hq.persistence import tables
from sync.hq.persistence.challenge_tables import item_challenges
from sync.hq.persistence.marking_tables import marks
from sync.hq.persistence.release_tables import published_results, recounts, release_acts
from sync.hq.persistence.result_tables import results
from sync.hq.persistence.review_tables import review_cases, review_incidents
from sync.hq.persistence.statistics_tables import statistics_runs
from sync.hq.services import HqServices
from sync.hq.web.app import create_app

LIMIT_MS = 300
SQLITE, POSTGRESQL = "sqlite", "postgresql"
_COUNTERS = {
    "bundles": (tables.bundles, "cursor"),
    "results": (results, "cursor"),
    "published_results": (published_results, "cursor"),
    "release_acts": (release_acts, "id"),
    "recounts": (recounts, "id"),
    "review_incidents": (review_incidents, "number"),
    "review_cases": (review_cases, "number"),
    "item_challenges": (item_challenges, "id"),
    "marks": (marks, "id"),
    "statistics_runs": (statistics_runs, "number"),
}

Progress = Callable[[str], None]
Clock = Callable[[], float]
"""Seconds of processors."""


@dataclass(frozen=True)
class Timed:
    """One list: milliseconds of its first page, and its size in kB.

    ``ms``: the median. ``cpu_ms``: how long this process and a PostgreSQL server computed for it,
    which other work on the machine prolongs far less.
    """

    ms: float
    cpu_ms: float
    kb: float

    @property
    def slow(self) -> bool:
        return self.ms > LIMIT_MS


def measure(
    attempts: int, tried: int, backends: Sequence[str], progress: Progress
) -> Mapping[str, Mapping[str, Timed]]:
    """Return the figures of each list by its name, for each backend."""
    return {backend: _measure(attempts, tried, backend, progress) for backend in backends}


def _measure(attempts: int, tried: int, backend: str, progress: Progress) -> Mapping[str, Timed]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="lists-bench-")))
        database, clock = stack.enter_context(_database(backend))
        progress(f"{backend}: a headquarters with {attempts} attempts")
        first = make_first(folder, database)
        stack.callback(first.hq.close)
        shape = Shape(first, attempts)
        begun = time.monotonic()
        fill(first.hq, shape)
        progress(f"{backend}: filled in {time.monotonic() - begun:.0f} s")
        return {page.name: timed for page, timed in time_pages(shape, tried, clock)}


@contextmanager
def _database(backend: str) -> Iterator[tuple[str | None, Clock]]:
    """Start what a backend needs; yield the URL of its database (None: SQLite) and its clock."""
    if backend == SQLITE:
        yield None, time.process_time
        return
    with postgresql(durable=True) as server, server.password_known():
        yield server.url, lambda: time.process_time() + server.processor_seconds()


def fill(hq: HqServices, shape: Shape) -> None:
    """Insert the copies of everything."""
    database = hq.storage.database
    for rows in (people, exam, review, similar, office):
        rows.fill(database, shape)
    raise_counters(database, _COUNTERS)
    with database.write() as connection:
        if connection.dialect.name == POSTGRESQL:
            connection.execute(text("ANALYZE"))  # as autovacuum does within a minute


def time_pages(shape: Shape, tried: int, clock: Clock) -> Iterator[tuple[Page, Timed]]:
    """Yield each list with its figures; one more request before makes templates ready."""
    first, app = shape.first, create_app(shape.first.hq)
    clients = {name: app.test_client() for name in first.passwords}
    csrf = {name: _sign_in(first, client, name) for name, client in clients.items()}
    clients[PULL] = app.test_client()
    for page in pages(shape):
        client = clients[page.who]
        _ask(first, client, page, csrf, clock)
        answers = [_ask(first, client, page, csrf, clock) for _ in range(tried)]
        yield page, Timed(*(median(values) for values in zip(*answers, strict=True)))


def _sign_in(first: First, client: FlaskClient, name: str) -> str:
    session = first.hq.accounts.sign_in(name, first.passwords[name], "")
    client.set_cookie("hq_session", session.token)
    return session.csrf


def _ask(
    first: First, client: FlaskClient, page: Page, csrf: Mapping[str, str], clock: Clock
) -> tuple[float, float, float]:
    """Return the milliseconds of an answer, of them computed, and its kB.

    Raises:
        AssertionError: the page is refused.
    """
    headers = {"Authorization": f"Bearer {first.token}"} if page.who == PULL else {}
    form = None if page.method == "GET" else {"csrf": csrf[page.who]}
    begun, used = time.perf_counter(), clock()
    answer = client.open(page.address, method=page.method, data=form, headers=headers)
    taken, computed = time.perf_counter() - begun, clock() - used
    if answer.status_code != HTTPStatus.OK:
        raise AssertionError(f"{page.name}: {page.address} answers {answer.status}")
    return taken * 1000, computed * 1000, len(answer.data) / 1024

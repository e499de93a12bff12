"""What runs with every delivery of a centre finds its rows by an index.

Tables that a centre can make grow are never read whole: SQLite's plan of each statement says so.
"""

import base64
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from sync.hq.accounts.tokens import Limits, TokenScope
from sync.hq.core.roles import Grant, Role, Scope
from sync.hq.exchange.listing import SOURCES
from sync.hq.exchange.sources.source import Reader
from sync.hq.exchange.webhooks.outbox import Outcome
from sync.hq.registration.application_list import ApplicationFilter, ApplicationsWanted
from tests.hq.desk import BY, CODE, NOW, PROGRAMME, Desk

EVERYTHING = Scope(frozenset({Grant(Role.REGISTRAR)}))
GROWING = (
    "bundles",
    "results",
    "result_versions",
    "webhook_tries",
    "webhook_messages",
    "evidence",
    "evidence_uploads",
    "evidence_parts",
    "nonces",
    "certificates",
    "certificate_acts",
    "statistics_runs",
    "statistics_items",
)


def send_bundle(desk: Desk) -> None:
    sealed = desk.bundle({}, revision=2)
    desk.hq.intake.accept("result", CODE, sealed.id, sealed.data)
    desk.hq.intake.accept("result", CODE, sealed.id, sealed.data)


def upload(desk: Desk) -> None:
    begun = desk.hq.evidence_uploads.begin(CODE, "ab" * 32, 100)
    desk.hq.evidence_uploads.append(CODE, begun.id, 0, b"some bytes")


def ask_for_pictures(desk: Desk) -> None:
    desk.hq.intake.receipts("evidence", CODE, ["ab" * 32])


def sign(desk: Desk) -> None:
    desk.hq.centres.seen_nonce(CODE, base64.b64encode(b"nonce").decode(), NOW)


def pull(desk: Desk) -> None:
    desk.hq.results.results(after=1, limit=10)


def pull_every_list(desk: Desk) -> None:
    send_bundle(desk)
    reader = Reader("token", Limits(PROGRAMME, CODE), frozenset(TokenScope))
    for source in SOURCES.values():
        first = desk.hq.lists.page(source, source.query(limit=1), reader)
        desk.hq.lists.page(source, source.query(limit=1, after=first.cursor), reader)


def deliver_to_webhooks(desk: Desk) -> None:
    hook, _ = desk.hq.webhooks.add("office", "https://example.org/", BY)
    send_bundle(desk)
    (message,) = desk.hq.webhook_outbox.claim(10)
    desk.hq.webhook_outbox.settle(message, Outcome(204, "", 5))
    desk.hq.webhook_outbox.claim(10)
    desk.hq.webhooks.tries(hook, before=10)


def look_at_a_sitting(desk: Desk) -> None:
    desk.hq.results.newest(desk.sitting)


HOT: list[Callable[[Desk], None]] = [
    send_bundle, upload, ask_for_pictures, sign, pull, look_at_a_sitting,
    pull_every_list, deliver_to_webhooks,
]  # fmt: skip


def database_file(desk: Desk) -> Path:
    """Where the database is when SQLite holds it."""
    return desk.data / "hq" / "database.sqlite"


@pytest.fixture
def statements(desk: Desk) -> Iterator[list[tuple[str, Any]]]:
    """What is asked of the database's database, with its parameters."""
    if not database_file(desk).exists():
        pytest.skip("plans are SQLite's")
    asked: list[tuple[str, Any]] = []

    def note(_c: object, _cu: object, statement: str, given: Any, *_: object) -> None:
        asked.append((statement, given))

    event.listen(Engine, "before_cursor_execute", note)
    yield asked
    event.remove(Engine, "before_cursor_execute", note)


def list_people(desk: Desk) -> None:
    for chosen in ApplicationFilter:
        wanted = ApplicationsWanted(text="x", chosen=chosen)
        desk.hq.application_list.page(desk.sitting, wanted, EVERYTHING)
    desk.hq.application_list.reserve(desk.sitting, 10)
    desk.hq.application_list.beside(desk.sitting, EVERYTHING)


def show_the_exam_day(desk: Desk) -> None:
    desk.hq.exam_days.places(NOW, NOW + timedelta(days=2), EVERYTHING)


@pytest.mark.parametrize("act", [list_people, show_the_exam_day], ids=lambda act: act.__name__)
def test_a_list_reads_no_people_or_results_of_other_sittings(
    desk: Desk, statements: list[tuple[str, Any]], act: Callable[[Desk], None]
) -> None:
    act(desk)
    people = ("applications", "candidates", "seats", "results", "packages", "day_reports")
    with closing(sqlite3.connect(database_file(desk))) as connection:
        for text, given in statements:
            if text.startswith("SELECT"):
                plan = connection.execute(f"EXPLAIN QUERY PLAN {text}", given).fetchall()
                steps = [str(row[3]) for row in plan]
                scans = [step for step in steps if re.match(rf"SCAN ({'|'.join(people)})\b", step)]
                assert not scans, f"{text}: {steps}"


@pytest.mark.parametrize("act", HOT, ids=lambda act: act.__name__)
def test_no_hot_statement_reads_a_growing_table_whole(
    desk: Desk, statements: list[tuple[str, Any]], act: Callable[[Desk], None]
) -> None:
    act(desk)
    asked = [one for one in statements if re.match(r"(SELECT|UPDATE|DELETE|INSERT)", one[0])]
    assert asked
    with closing(sqlite3.connect(database_file(desk))) as connection:
        for text, given in asked:
            plan = connection.execute(f"EXPLAIN QUERY PLAN {text}", given).fetchall()
            steps = [str(row[3]) for row in plan]
            found = [step for step in steps if re.fullmatch(rf"SCAN ({'|'.join(GROWING)})", step)]
            assert not found, f"{text}: {steps}"

"""What the outbox remembers of what has gone into it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.exam.event_kinds import EventKind
from kiosk.store.centre import outbox
from kiosk.store.centre.outbox import EVENT_LOG, OutboxItem
from kiosk.store.exam import events
from kiosk.store.sqlite.database import Store

NOON = datetime(2026, 4, 25, 6, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty database."""
    store = Store(tmp_path)
    yield store
    store.close()


def test_a_event_log_goes_on_after_its_last_part(store: Store) -> None:
    assert outbox.event_log_through(store.read(), "S1") == 0
    heads = [
        store.write(lambda db: events.append(db, "S1", EventKind.CLOCK_SET, "system", NOON))
        for _ in range(3)
    ]
    part = OutboxItem(EVENT_LOG, "a" * 64, "S1", 1, chain_head=heads[1])
    store.write(lambda db: outbox.add(db, part, NOON))
    assert outbox.event_log_through(store.read(), "S1") == 2

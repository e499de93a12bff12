"""What goes first over a link that is slow, and that what is refused holds up nothing else."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.store.centre.outbox import (
    EVENT_LOG,
    EVIDENCE,
    INCIDENT_EVIDENCE,
    RESULT,
    ROUTINE_EVIDENCE,
)
from sync.agent.bandwidth import SMALLEST
from tests.centres import ManualClock
from tests.faults.proxy import Act, Request
from tests.faults.world import World, assert_same, open_world

KBIT = 64
PICTURE = 16_000
"""Two seconds of that link."""


class Waits:
    """Lets the world's clock pass instead of waiting, and keeps how long each wait was."""

    def __init__(self) -> None:
        self.clock: ManualClock | None = None
        self.seconds: list[float] = []

    def __call__(self, seconds: float) -> None:
        """Wait."""
        assert self.clock is not None
        self.seconds.append(seconds)
        self.clock.pass_time(seconds)


@pytest.fixture
def waits() -> Waits:
    """What the slow link has waited."""
    return Waits()


@pytest.fixture
def slow(tmp_path: Path, waits: Waits) -> Iterator[World]:
    """A world whose link is capped."""
    with open_world(tmp_path, settings=f"max_kbit_per_s = {KBIT}", wait=waits) as world:
        waits.clock = world.clock
        yield world


def delivered(world: World) -> list[str]:
    """The kinds of what was delivered, in order, each run of a kind once."""
    names = {"PUT bundles": RESULT, "PUT event-logs": EVENT_LOG, "PATCH evidence": EVIDENCE}
    found: list[str] = []
    for kind in world.proxy.kinds():
        if kind in names and found[-1:] != [names[kind]]:
            found.append(names[kind])
    return found


def test_results_go_before_pictures_that_have_waited_longer(slow: World) -> None:
    for _ in range(3):
        slow.centre.keep_picture(PICTURE)
    slow.clock.pass_time(3600)
    slow.centre.close_event_log()
    slow.centre.close_attempt("A1")
    slow.centre.sync_until_complete()
    assert delivered(slow) == [RESULT, EVENT_LOG, EVIDENCE]
    assert_same(slow.hq, slow.centres)


def test_pictures_of_incidents_go_before_others(slow: World) -> None:
    routine = slow.centre.keep_picture(PICTURE, ROUTINE_EVIDENCE)
    slow.clock.pass_time(3600)
    incident = slow.centre.keep_picture(PICTURE, INCIDENT_EVIDENCE)
    slow.centre.sync_until_complete()
    order = "SELECT sha256 FROM evidence ORDER BY received_at"
    with slow.hq.hq._database.read() as connection:
        assert [row[0] for row in connection.exec_driver_sql(order)] == [incident, routine]


def test_the_inbox_gets_its_turn_between_pictures(slow: World) -> None:
    for _ in range(12):
        slow.centre.keep_picture(PICTURE)
    slow.centre.sync()
    kinds = [kind for kind in slow.proxy.kinds() if kind in ("PATCH evidence", "GET inbox")]
    first = kinds.index("PATCH evidence")
    last = len(kinds) - 1 - kinds[::-1].index("PATCH evidence")
    assert "GET inbox" in kinds[first:last]


def test_a_result_that_comes_while_pictures_are_on_their_way_goes_next(slow: World) -> None:
    for _ in range(12):
        slow.centre.keep_picture(PICTURE)
    uploads = 0

    def plan(request: Request) -> Act:
        nonlocal uploads
        uploads += request.kind == "PATCH evidence"
        return Act.AWAY if request.kind == "PATCH evidence" and uploads == 6 else Act.PASS

    slow.proxy.plan = plan
    slow.centre.sync()
    slow.centre.close_attempt("A1")
    slow.centre.sync_until_complete()
    assert delivered(slow) == [EVIDENCE, RESULT, EVENT_LOG, EVIDENCE]


def test_the_link_is_used_no_more_than_its_cap(slow: World, waits: Waits) -> None:
    slow.centre.keep_picture(10 * PICTURE)
    slow.centre.sync_until_complete()
    passed = sum(len(entry.request.body) for entry in slow.proxy.log)
    assert sum(waits.seconds) >= passed / (KBIT * 125)
    assert slow.proxy.count("PATCH evidence") / (KBIT * 125) >= 10
    assert all(len(entry.request.body) <= SMALLEST for entry in slow.proxy.log)


def test_what_is_refused_holds_up_nothing_else(world: World) -> None:
    damaged = [world.centre.close_attempt(f"A{number}") for number in range(3)]
    for name in damaged:
        world.centre.centre.folders.outbox.put(name, b"not what was sealed")
    world.centre.close_event_log()
    world.centre.keep_picture()
    world.centre.sync()
    assert [item.id for item in world.centre.waiting()] == sorted(damaged)
    assert len(world.centre.view().problems) == len(damaged)

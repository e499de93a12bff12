"""Headquarters is away for days while thousands of items wait: nothing is lost or held against it.

The clock is turned by hand; the rounds are those that the schedule would start.
"""

import tracemalloc
from datetime import timedelta

from kiosk.store.centre import contact
from kiosk.store.centre.outbox import (
    EVENT_LOG,
    EVIDENCE,
    INCIDENT_EVIDENCE,
    RESULT,
    ROUTINE_EVIDENCE,
)
from tests.faults.counts import count
from tests.faults.proxy import Act, Entry
from tests.faults.sites import CentreSite
from tests.faults.world import World, assert_same

PIECES = count("waiting", 150, 5000)
DAYS = 3
INTERVAL = 1800
"""Seconds between rounds that the test starts; more than the longest back-off."""


def pile_up(centre: CentreSite, items: int) -> None:
    """The least important first: results, pictures of incidents and others, some event logs."""
    for number in range(items // 5):
        centre.keep_picture(500, ROUTINE_EVIDENCE)
        centre.keep_picture(500, INCIDENT_EVIDENCE)
        if number % 10 == 0:
            centre.close_event_log()
    for number in range(items - len(centre.waiting()) - 1):
        centre.close_attempt(f"A{number}")
    centre.close_event_log()


def wait_for_days(world: World) -> list[timedelta]:
    """Rounds while nobody answers; gives how long each was to wait for the next."""
    waits = []
    for _ in range(DAYS * 86400 // INTERVAL):
        world.clock.pass_time(INTERVAL)
        world.centre.agent.run()
        state = contact.get(world.centre.centre.store.read())
        assert state.state == "offline"
        assert state.next_try is not None
        waits.append(state.next_try - world.clock.now())
    return waits


def priorities_in_order_of_arrival(world: World) -> list[str]:
    names = {"PUT bundles": RESULT, "PUT event-logs": EVENT_LOG, "PATCH evidence": EVIDENCE}
    kinds = [names[kind] for kind in world.proxy.kinds() if kind in names]
    return [kind for number, kind in enumerate(kinds) if kinds[number - 1 : number] != [kind]]


def test_days_without_headquarters_and_then_all_drain_in_their_order(world: World) -> None:
    centre = world.centre
    pile_up(centre, PIECES)
    world.hq.close()
    waits = wait_for_days(world)
    cap = centre.centre.settings.sync.backoff_cap_seconds
    assert max(waits) <= timedelta(seconds=cap)
    centre.restart()
    assert {item.tries for item in centre.waiting()} == {0}
    assert len(centre.waiting()) == PIECES

    world.hq.open()
    world.clock.pass_time(INTERVAL)
    world.proxy.log.clear()
    done = centre.agent.run()
    assert done is not None
    assert done.delivered == PIECES
    assert priorities_in_order_of_arrival(world) == [RESULT, EVENT_LOG, EVIDENCE]
    assert_same(world.hq, world.centres)


def test_pictures_of_incidents_arrive_before_the_others(world: World) -> None:
    centre = world.centre
    pile_up(centre, 40)
    first = [item.id for item in centre.waiting() if item.priority == INCIDENT_EVIDENCE]
    others = [item.id for item in centre.waiting() if item.priority == ROUTINE_EVIDENCE]
    world.proxy.plan = lambda _: Act.PASS
    centre.sync()
    with world.hq.hq._database.read() as connection:
        query = "SELECT sha256 FROM evidence ORDER BY rowid"
        arrived = [row[0] for row in connection.exec_driver_sql(query)]
    assert set(arrived[: len(first)]) == set(first)
    assert set(arrived[len(first) :]) == set(others)


class Forgetful(list[Entry]):
    """A log of the link that keeps nothing."""

    def append(self, entry: Entry) -> None:
        """Drop it."""


def peak_of_draining(world: World) -> int:
    """Most bytes that this process needed at once while all that waits went out."""
    tracemalloc.start()
    try:
        world.centre.sync()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        assert world.centre.waiting() == []


def test_memory_does_not_grow_with_what_waits(world: World) -> None:
    world.proxy.log = Forgetful()
    pictures, size = max(PIECES // 5, 80), 50_000
    world.centre.keep_picture(size)
    peak_of_draining(world)  # what is loaded once
    world.centre.keep_picture(size)
    one = peak_of_draining(world)
    for _ in range(pictures):
        world.centre.keep_picture(size)
        world.centre.made[EVIDENCE].clear()
    many = peak_of_draining(world)
    assert many - one < pictures * size / 4

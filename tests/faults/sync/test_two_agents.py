"""Two agents at once, or two servers of headquarters: one row each."""

import subprocess
import sys
import threading
from collections.abc import Sequence
from itertools import cycle

import pytest

from kiosk.store.errors import StoreBusy
from kiosk.store.sqlite.database import Store
from sync.agent.agent import SyncAgent
from tests.faults.counts import count
from tests.faults.process import served
from tests.faults.proxy import Act, Request
from tests.faults.sites import agent_of
from tests.faults.world import World, assert_same

RUNS = count("agents", 3, 100)
SECOND = (
    "import sys; from pathlib import Path; "
    "from kiosk.store.sqlite.database import Store; Store({!r})"
)


def fill(world: World, run: int) -> None:
    """Two items of each kind."""
    for number in range(2):
        world.centre.close_attempt(f"A{run}-{number}")
        world.centre.keep_picture()
        world.centre.close_event_log()


def at_once(agents: Sequence[SyncAgent], calls: int) -> None:
    """So many forced rounds in threads that start together."""
    gate = threading.Barrier(calls)
    failed: list[BaseException] = []

    def run(agent: SyncAgent) -> None:
        gate.wait()
        try:
            agent.run(force=True)
        except BaseException as error:  # noqa: BLE001  # told below, in the test's own thread
            failed.append(error)

    pairs = zip(range(calls), cycle(agents), strict=False)
    threads = [threading.Thread(target=run, args=(agent,)) for _, agent in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


def test_a_second_process_is_refused_by_the_lock_of_the_data(world: World) -> None:
    with pytest.raises(StoreBusy):
        Store(world.centre.data)
    program = SECOND.format(str(world.centre.data)).replace("Store('", "Store(Path('") + ")"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert "StoreBusy" in done.stderr


def test_two_agents_of_one_centre_deliver_each_item_once(world: World) -> None:
    agents = [world.centre.agent, agent_of(world.centre.another_link())]
    for run in range(RUNS):
        fill(world, run)
        at_once(agents, 2)
    world.settle()
    assert_same(world.hq, world.centres)


def test_sync_now_may_be_pressed_by_everybody_at_once(world: World) -> None:
    for run in range(RUNS):
        fill(world, run)
        at_once([world.centre.agent], 8)
    world.settle()
    assert_same(world.hq, world.centres)


def test_a_round_that_runs_is_not_joined_by_another(world: World) -> None:
    world.centre.close_attempt("A1")
    inside: list[object] = []

    def plan(request: Request) -> Act:
        if request.kind == "PUT bundles":
            inside.append(world.centre.agent.run(force=True))
        return Act.PASS

    world.proxy.plan = plan
    world.centre.sync()
    assert inside == [None]


def test_a_forced_round_that_finds_another_one_running_follows_it(world: World) -> None:
    world.centre.close_attempt("A1")
    compared: list[str] = []

    def plan(request: Request) -> Act:
        if request.kind == "PUT bundles":
            # Somebody presses "sync now" when this round has compared everything already.
            compared.clear()
            world.centre.agent.run(force=True)
        elif request.kind == "GET hq-keys":
            compared.append(request.kind)
        return Act.PASS

    world.proxy.plan = plan
    world.centre.agent.run()
    assert len(compared) == 2, "after the delivery, and for whoever pressed"


def test_two_servers_over_one_folder_take_each_item_once(world: World) -> None:
    agents = [world.centre.agent, agent_of(world.centre.another_link())]
    world.hq.close()
    with served(world.hq, processes=2) as processes:
        for run in range(RUNS):
            fill(world, run)
            at_once(agents, 2)
        world.centre.sync_until_complete()
        for process in processes:
            process.communicate()
    world.hq.open()
    world.settle()
    assert_same(world.hq, world.centres)

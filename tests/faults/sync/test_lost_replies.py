"""Headquarters has done its work, and its answer is lost: one row, the same receipt."""

from pathlib import Path
from random import Random

import pytest

from tests.faults.counts import count
from tests.faults.proxy import Act
from tests.faults.world import World, assert_same, open_world

KINDS = (
    "PUT bundles",
    "PUT event-logs",
    "POST evidence",
    "PATCH evidence",
    "POST evidence/known",
    "POST inventory",
    "GET inbox",
)
LOST = (Act.LOSE, Act.ERROR)


def fill(world: World, number: int = 1) -> None:
    """One item of every kind is closed."""
    world.centre.close_attempt(f"A{number}")
    world.centre.close_event_log()
    world.centre.keep_picture()


@pytest.mark.parametrize("act", LOST, ids=lambda act: act.name)
@pytest.mark.parametrize("kind", KINDS)
def test_a_lost_reply_costs_nothing(world: World, kind: str, act: Act) -> None:
    fill(world)
    world.proxy.plan_once(kind, act)
    world.centre.sync()
    assert act in [entry.act for entry in world.proxy.log]
    world.settle()
    assert_same(world.hq, world.centres)


def receipts(world: World) -> dict[tuple[str, str], str]:
    items = world.centre.centre.store.read().query("SELECT kind, id, receipt FROM outbox")
    return {(row["kind"], row["id"]): row["receipt"] for row in items}


@pytest.mark.parametrize("kind", ["PUT bundles", "PUT event-logs"])
def test_the_receipt_is_the_one_that_was_lost(world: World, kind: str) -> None:
    fill(world)
    world.proxy.plan_once(kind, Act.LOSE)
    world.centre.sync()
    lost = next(entry for entry in world.proxy.log if entry.act is Act.LOSE)
    world.settle()
    assert lost.answers[0][1].decode() in receipts(world).values()


def test_a_reply_that_never_comes_is_waited_for_no_longer_than_the_settings_say(
    tmp_path: Path,
) -> None:
    with open_world(tmp_path, settings="timeout_seconds = 2") as world:
        fill(world)
        world.proxy.plan_once("PUT bundles", Act.STALL)
        world.centre.sync()
        assert world.centre.view().state == "offline"
        world.settle()
        assert_same(world.hq, world.centres)


def test_many_replies_are_lost_one_after_the_other(world: World) -> None:
    random = Random(1)  # noqa: S311  # only which reply is lost
    for number in range(count("lost", 12, 1000)):
        fill(world, number)
        world.proxy.plan_once(random.choice(KINDS), random.choice(LOST))
        world.centre.sync()
    world.settle()
    lost = [entry for entry in world.proxy.log if entry.act in LOST]
    assert len(lost) == count("lost", 12, 1000)
    assert_same(world.hq, world.centres)

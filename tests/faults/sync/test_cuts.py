"""The link breaks at any byte, either way: all arrives, and a cut costs one part at most."""

from random import Random

import pytest
from sqlalchemy import select

from sync.agent.bandwidth import PART
from sync.hq.persistence.sync_tables import evidence
from tests.faults.counts import count
from tests.faults.proxy import Act, Cut, Request
from tests.faults.world import World, assert_same

LARGE = 2 * PART + 10_000
UPLOAD = 1_200
"""A little more than head and body of the request that uploads 100 bytes."""


def sent_again(world: World) -> int:
    """Bytes of pictures that were sent more than once."""
    with world.hq.hq._database.read() as connection:
        blobs = connection.execute(select(evidence.c.object)).scalars().all()
    sizes = [len(world.hq.hq.storage.blobs.get(name)) for name in blobs]
    return world.proxy.count("PATCH evidence") - sum(sizes)


@pytest.mark.parametrize("way", ["up", "down"])
def test_an_upload_is_cut_at_every_byte(world: World, way: str) -> None:
    tries = count("bytes", 12, UPLOAD)
    for number in range(tries):
        world.centre.keep_picture(100)
        cut = Cut(**{way: number * UPLOAD // tries})
        world.proxy.plan_once("PATCH evidence", cut)
        world.centre.sync()
        world.centre.sync()
    world.settle()
    assert_same(world.hq, world.centres)


@pytest.mark.parametrize("part", [0, 1, 2])
def test_a_cut_costs_one_part_at_most(world: World, part: int) -> None:
    world.centre.keep_picture(LARGE)
    seen: list[Request] = []

    def plan(request: Request) -> Act | Cut:
        if request.kind == "PATCH evidence":
            seen.append(request)
            if len(seen) == part + 1:
                return Cut(up=len(request.raw) - 1)
        return Act.PASS

    world.proxy.plan = plan
    world.centre.sync_until_complete()
    assert 0 < sent_again(world) <= PART
    assert_same(world.hq, world.centres)


class CutAt:
    """Cuts once: after so many bytes of a round, or within the reply to its n-th request."""

    def __init__(self, random: Random, whole: int) -> None:
        self.left = random.randrange(whole) if random.random() < 0.5 else whole
        self.request = random.randrange(10) if self.left == whole else -1
        self.within = random.randrange(700)
        self.done = False

    def __call__(self, request: Request) -> Act | Cut:
        act: Act | Cut = Act.PASS
        if not self.done and self.request == 0:
            act = Cut(down=self.within)
        elif not self.done and self.request < 0 and self.left < len(request.raw):
            act = Cut(up=self.left)
        self.done = self.done or act is not Act.PASS
        self.left -= len(request.raw)
        self.request -= 1
        return act


def test_whole_rounds_are_cut_anywhere(world: World) -> None:
    random, cuts = Random(1), count("cuts", 20, 500)  # noqa: S311  # only where to cut
    for number in range(cuts):
        world.centre.close_attempt(f"A{number}")
        world.centre.close_event_log()
        world.centre.keep_picture(random.choice([1_000, PART + 1_000]))
        world.proxy.plan = CutAt(random, 150_000)
        world.centre.sync()
    world.settle()
    broken = [entry for entry in world.proxy.log if isinstance(entry.act, Cut)]
    assert len(broken) >= cuts // 2
    assert sent_again(world) <= len(broken) * PART
    assert_same(world.hq, world.centres)

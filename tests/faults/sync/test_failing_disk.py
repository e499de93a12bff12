"""Headquarters cannot write for a while: what has come by then need not come again."""

from sync.agent.bandwidth import PART
from sync.wire import canonical
from tests.faults.world import World, assert_same


def sealed_apart_from_its_parts(world: World) -> bytes:
    """The bytes that travel, whose folder at headquarters is that of none of their parts."""
    push = world.centre.link.push
    assert push is not None
    items, item = push._items, world.centre.waiting()[0]
    while True:
        sealed = items.sealed(item)
        parts = [sealed[start : start + PART] for start in range(0, len(sealed), PART)]
        if canonical.digest(sealed)[:2] not in [canonical.digest(part)[:2] for part in parts]:
            return sealed
        items.seal_anew(item)


def test_a_picture_whose_last_step_failed_is_finished_without_a_byte(world: World) -> None:
    picture = world.centre.keep_picture(PART + 1_000)
    sealed = sealed_apart_from_its_parts(world)
    in_the_way = world.hq.data / "objects" / canonical.digest(sealed)[:2]
    in_the_way.write_text("a file where a folder should be")
    world.centre.sync()
    assert [item.id for item in world.centre.waiting()] == [picture]
    in_the_way.unlink()
    world.settle()
    assert world.proxy.count("PATCH evidence") == len(sealed)
    assert_same(world.hq, world.centres)

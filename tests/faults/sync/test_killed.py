"""Headquarters is killed between any two steps that it makes durable, and started again."""

import shutil

import pytest

from kiosk.store.centre.outbox import EVENT_LOG, EVIDENCE, RESULT
from tests.faults.counts import count
from tests.faults.process import killed_at, served
from tests.faults.world import World, assert_same, held

BLOB_WITHOUT_ROW = ("fsync", 3)
"""The object and its folder have been written; the database's row has not."""

SHORT = [("fsync", 1), BLOB_WITHOUT_ROW, ("fdatasync", 7)]
ALL = [("fsync", number) for number in range(1, 10)] + [
    ("fdatasync", number) for number in range(1, 25)
]
POINTS = SHORT + [point for point in ALL if point not in SHORT]


def kill(world: World, call: str, number: int) -> int | None:
    """A round with a headquarters that dies at that call; gives its exit code."""
    world.hq.close()
    with served(world.hq, killed_at(call, number)) as (process,):
        world.centre.sync()
        process.communicate()
    world.hq.open()
    return process.returncode


@pytest.fixture(autouse=True)
def _needs_strace() -> None:
    assert shutil.which("strace"), "strace is needed: sh tools/debian-packages faults"


@pytest.mark.parametrize(("call", "number"), POINTS[: count("kills", 3, 33)])
def test_what_was_acknowledged_is_there_and_the_rest_comes_again(
    world: World, call: str, number: int
) -> None:
    world.centre.close_attempt("A1")
    world.centre.close_event_log()
    world.centre.keep_picture()
    kill(world, call, number)
    delivered = world.centre.view().kinds
    there = held(world.hq, world.centre.code)
    for kind in (RESULT, EVENT_LOG, EVIDENCE):
        assert len(there[kind]) >= delivered[kind].delivered
    world.settle()
    assert_same(world.hq, world.centres)


def test_an_object_without_its_row_is_no_result_and_is_taken_again(world: World) -> None:
    name = world.centre.close_attempt("A1")
    assert kill(world, *BLOB_WITHOUT_ROW) == -9
    assert len(list(world.hq.hq.storage.blobs.names())) == 1
    assert held(world.hq, world.centre.code)[RESULT] == {}
    world.settle()
    assert list(held(world.hq, world.centre.code)[RESULT]) == [name]
    assert_same(world.hq, world.centres)

"""Headquarters is put back from an older backup: centres bring everything back."""

from pathlib import Path

import pytest

from kiosk.store.centre import revocations, sittings
from kiosk.store.centre.outbox import EVENT_LOG, EVIDENCE, RESULT
from tests.faults.inbox import arrived, build_package, new_sitting, open_bank, revoke
from tests.faults.proxy import Act, Request
from tests.faults.world import CODES, World, assert_same, held, open_world
from tests.hq.storage import spoil


def fill(world: World, name: str) -> None:
    """Every centre closes one item of each kind."""
    for centre in world.centres:
        centre.close_attempt(name)
        centre.close_event_log()
        centre.keep_picture()


@pytest.mark.parametrize("before", [0, 1, 3])
def test_everything_is_brought_back_by_digest_list(tmp_path: Path, before: int) -> None:
    with open_world(tmp_path, CODES) as world:
        for number in range(before):
            fill(world, f"A{number}")
        world.settle()
        world.hq.back_up(tmp_path / "backup")
        for number in range(before, before + 3):
            fill(world, f"A{number}")
        world.settle()
        world.hq.restore(tmp_path / "backup")
        assert len(held(world.hq, world.centre.code)[RESULT]) == before
        world.settle()
        assert_same(world.hq, world.centres)


def test_a_centre_notices_without_being_told(world: World) -> None:
    world.settle()
    world.hq.back_up(world.folder / "backup")
    fill(world, "A1")
    world.settle()
    world.hq.restore(world.folder / "backup")
    world.clock.pass_time(301)
    assert world.centre.agent.run() is not None
    assert_same(world.hq, world.centres)


def test_only_what_is_missing_is_sent_again(world: World) -> None:
    fill(world, "A1")
    world.settle()
    world.hq.back_up(world.folder / "backup")
    fill(world, "A2")
    world.settle()
    world.hq.restore(world.folder / "backup")
    world.proxy.log.clear()
    world.settle()
    kinds = world.proxy.kinds()
    assert [kinds.count(f"PUT {kind}") for kind in ("bundles", "event-logs")] == [1, 1]
    assert kinds.count("POST evidence") == 1


def test_an_upload_that_was_half_done_before_the_restore_is_begun_anew(world: World) -> None:
    world.hq.back_up(world.folder / "backup")
    world.centre.keep_picture(400_000)
    parts: list[Request] = []

    def plan(request: Request) -> Act:
        parts.extend([request] if request.kind == "PATCH evidence" else [])
        return Act.AWAY if len(parts) == 2 else Act.PASS

    world.proxy.plan = plan
    world.centre.sync()
    assert world.centre.waiting()[0].upload is not None
    world.hq.restore(world.folder / "backup")
    world.settle()
    assert list(held(world.hq, world.centre.code)[EVIDENCE]) == list(world.centre.made[EVIDENCE])
    assert_same(world.hq, world.centres)


def test_nothing_is_put_back_twice(world: World) -> None:
    fill(world, "A1")
    world.settle()
    world.hq.back_up(world.folder / "backup")
    for _ in range(3):
        world.hq.restore(world.folder / "backup")
        world.settle()
    assert {kind: len(some) for kind, some in held(world.hq, world.centre.code).items()} == {
        RESULT: 1,
        EVENT_LOG: 1,
        EVIDENCE: 1,
    }


@pytest.fixture
def desk(world: World) -> World:
    """The same with a programme and its items at headquarters."""
    open_bank(world)
    return world


def test_a_notice_after_the_restore_reaches_a_centre_that_had_read_further(desk: World) -> None:
    first, second = new_sitting(desk, 1), new_sitting(desk, 2)
    package = build_package(desk, first)
    desk.hq.back_up(desk.folder / "backup")
    build_package(desk, second)
    desk.centre.sync()
    assert arrived(desk.centre) == {first, second}
    desk.hq.restore(desk.folder / "backup")
    revoke(desk, first)
    desk.centre.sync()
    assert revocations.reason_for(desk.centre.centre.store.read(), package.id)


def test_a_number_given_again_is_read_though_an_earlier_notice_waits(desk: World) -> None:
    first, second, third = (new_sitting(desk, number) for number in (1, 2, 3))
    package = build_package(desk, first)
    desk.hq.back_up(desk.folder / "backup")
    build_package(desk, second)
    spoil(desk.hq.hq, package.sha256)
    desk.centre.sync()
    assert arrived(desk.centre) == {second}
    desk.hq.restore(desk.folder / "backup")
    build_package(desk, third)
    desk.centre.sync()
    assert arrived(desk.centre) == {first, second, third}


def test_a_version_given_again_replaces_the_package_that_headquarters_forgot(desk: World) -> None:
    sitting = new_sitting(desk, 1)
    build_package(desk, sitting)
    desk.hq.back_up(desk.folder / "backup")
    forgotten = build_package(desk, sitting)
    desk.centre.sync()
    desk.hq.restore(desk.folder / "backup")
    anew = build_package(desk, sitting)
    assert (anew.version, anew.id != forgotten.id) == (forgotten.version, True)
    desk.centre.sync()
    known = sittings.get(desk.centre.centre.store.read(), sitting)
    assert known is not None
    assert known.package_id == anew.id

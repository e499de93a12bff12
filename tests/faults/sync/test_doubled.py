"""Requests that arrive twice, late, or in another order: stored once, and the newest holds."""

import pytest

from sync.agent.bandwidth import PART
from tests.faults.proxy import Act, Request
from tests.faults.world import World, assert_same

KINDS = ("PUT bundles", "PUT event-logs", "POST evidence", "PATCH evidence", "POST inventory")


@pytest.mark.parametrize("kind", KINDS)
def test_a_doubled_request_is_refused_the_second_time(world: World, kind: str) -> None:
    world.centre.close_attempt("A1")
    world.centre.close_event_log()
    world.centre.keep_picture()
    world.proxy.plan_once(kind, Act.TWICE)
    world.centre.sync_until_complete()
    doubled = next(entry for entry in world.proxy.log if entry.act is Act.TWICE)
    first, second = doubled.statuses
    assert first < 300
    assert second == 401
    assert b"replayed_request" in doubled.answers[1][1]
    assert_same(world.hq, world.centres)


@pytest.mark.parametrize("kind", ["PUT bundles", "PUT event-logs"])
def test_what_comes_late_gets_the_receipt_that_was_given_meanwhile(world: World, kind: str) -> None:
    world.centre.close_attempt("A1")
    world.centre.close_event_log()
    world.proxy.plan_once(kind, Act.KEEP)
    world.centre.sync()
    world.settle()
    late = world.proxy.kept[0]
    assert world.proxy.release() == [[200]]
    given = next(
        one for one in world.proxy.log if one.request.path == late.request.path and one is not late
    )
    assert late.answers[0][1] == given.answers[0][1]
    assert_same(world.hq, world.centres)


def test_an_older_revision_that_arrives_last_does_not_win(world: World) -> None:
    centre = world.centre
    names = [centre.close_attempt("A1", revision) for revision in (1, 2, 3)]
    for name in reversed(names):
        sealed = centre.centre.folders.outbox.get(name)
        world.hq.hq.intake.accept("result", centre.code, name, sealed)
    world.settle()
    assert [one.revision for one in world.hq.hq.results.newest()] == [3]
    assert_same(world.hq, world.centres)


def test_a_late_part_of_a_finished_picture_has_no_effect(world: World) -> None:
    world.centre.keep_picture(PART + 1_000)
    world.proxy.plan_once("PATCH evidence", Act.KEEP)
    world.centre.sync()
    world.settle()
    assert world.proxy.release() == [[404]]
    assert_same(world.hq, world.centres)


def test_a_part_that_overtakes_itself_costs_that_part_alone(world: World) -> None:
    size = 3 * PART
    world.centre.keep_picture(size)
    seen: list[Request] = []

    def plan(request: Request) -> Act:
        if request.kind == "PATCH evidence":
            seen.append(request)
            return {2: Act.KEEP, 3: Act.AFTER}.get(len(seen), Act.PASS)
        return Act.PASS

    world.proxy.plan = plan
    world.centre.sync_until_complete()
    assert world.proxy.count("PATCH evidence") <= size + 1_000 + 2 * PART
    assert_same(world.hq, world.centres)


def test_an_inventory_that_comes_late_only_costs_a_new_epoch(world: World) -> None:
    world.centre.close_attempt("A1")
    world.proxy.plan_once("POST inventory", Act.KEEP)
    world.centre.sync()
    world.settle()
    assert world.proxy.release() == [[200]]
    world.settle()
    assert_same(world.hq, world.centres)

"""A centre brings more in a day than headquarters takes: it is told, and all arrives later."""

import pytest

from sync.hq.intake.budgets import Daily
from tests.faults.world import World, assert_same


def test_what_is_above_the_budget_of_a_day_arrives_the_next_day(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        world.hq.hq.intake.budget("evidence"), "_daily", Daily("pictures", 3, 1 << 30)
    )
    for _ in range(5):
        world.centre.keep_picture(1_000)
    world.centre.sync()
    assert len(world.centre.waiting()) == 2
    world.clock.pass_time(90_000)
    world.settle()
    assert world.centre.waiting() == []
    assert_same(world.hq, world.centres)

"""A centre whose calls went back in number was put back from a backup, and begins an epoch."""

import pytest

from sync.wire.delivery.inventory import Inventory, Tallies, read_answer, tally
from tests.hq.desk import CODE, Desk

NONE = Tallies(result=tally([]), event_log=tally([]), evidence=tally([]))


def epoch_after(desk: Desk, *calls: tuple[int, int]) -> list[int]:
    """The epochs that headquarters answers to calls of (epoch, number)."""
    told = (
        Inventory(centre_code=CODE, epoch=epoch, contact=number, tallies=NONE, software="test")
        for epoch, number in calls
    )
    answers = (desk.hq.inventories.answer(CODE, one) for one in told)
    return [read_answer(one, desk.hq.public_keys, CODE).epoch for one in answers]


@pytest.mark.parametrize(
    ("calls", "epochs"),
    [
        ([(1, 1), (1, 2), (1, 9)], [1, 1, 1]),
        ([(1, 5), (1, 3)], [1, 2]),
        ([(1, 5), (1, 5)], [1, 2]),
        ([(1, 5), (1, 3), (1, 4), (2, 5), (2, 6)], [1, 2, 2, 2, 2]),
        ([(2, 100), (1, 31)], [2, 3]),
        ([(1, 5), (2, 3), (1, 6)], [1, 2, 3]),
        ([(1, 5), (4, 1)], [1, 4]),
    ],
    ids=[
        "numbers that grow",
        "a number that went back",
        "the same number twice: a copy runs",
        "an answer that was lost is given again",
        "a copy of an earlier epoch gets one that nobody had",
        "a copy that runs on beside the restored one",
        "the centre noticed by itself",
    ],
)
def test_epochs(desk: Desk, calls: list[tuple[int, int]], epochs: list[int]) -> None:
    assert epoch_after(desk, *calls) == epochs


def test_a_restore_is_in_the_audit_log(desk: Desk) -> None:
    epoch_after(desk, (1, 5), (1, 3))
    assert desk.hq.audit_log.newest(1)[0].kind == "centre_restored"

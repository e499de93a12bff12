"""The mains of a room are cut in mid-exam: everybody answers again, and staff click nothing."""

import sys

from kiosk.bench.comeback import measure
from tests.faults.counts import count

ROOM = count("room", 4, 60)


def test_a_room_comes_back_after_a_mains_cut_with_every_answer() -> None:
    figures = measure(ROOM, lambda _: None)
    print(
        f"\n{ROOM} machines: up after {figures.start_s:.1f} s; answering again after"
        f" {figures.first_s:.1f} (first), {figures.median_s:.1f} (median),"
        f" {figures.last_s:.1f} s (last)",
        file=sys.stderr,
    )
    assert figures.lost == 0

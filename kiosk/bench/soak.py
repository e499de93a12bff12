"""Memory growth of a centre that is watched for a long time."""

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from kiosk.bench.hall import TERMINALS, open_room
from kiosk.bench.memory import anonymous_mb

READ_EVERY = 5.0
WARM_UP = 60.0
SETTLED = 600.0
"""Seconds after which memory should be flat; half of the time in shorter runs."""


def soak(minutes: float, progress: Callable[[str], None]) -> dict[str, Any]:
    """Watch all terminals at one frame per second and read anonymous memory at intervals."""
    seconds = minutes * 60
    with open_room(TERMINALS, progress) as room, room.frames(float(TERMINALS)) as counter:
        progress("Warming up")
        time.sleep(min(WARM_UP, seconds / 10))
        began, readings, sent = time.perf_counter(), [], counter.value
        while (passed := time.perf_counter() - began) < seconds:
            readings.append((passed, anonymous_mb(room.server.pid)))
            if len(readings) % 60 == 1:
                progress(f"{passed / 60:.0f} min: {readings[-1][1]:.0f} MB")
            time.sleep(READ_EVERY)
        frames, analysed = counter.value - sent, room.analysed_per_s()
    late = [reading for reading in readings if reading[0] >= min(SETTLED, seconds / 2)]
    return {
        "minutes": round(minutes, 1),
        "terminals": TERMINALS,
        "frames_sent": frames,
        "frames_analysed_per_s": round(analysed, 1),
        "start_mb": round(readings[0][1], 1),
        "end_mb": round(readings[-1][1], 1),
        "growth_mb_per_hour": _growth(readings),
        "settled_growth_mb_per_hour": _growth(late),
    }


def _growth(readings: list[tuple[float, float]]) -> float:
    """Return the slope in megabytes per hour of readings of (seconds, megabytes)."""
    if len(readings) < 2:
        return 0.0
    times, sizes = np.array(readings).T
    return round(float(np.polyfit(times, sizes, 1)[0]) * 3600, 2)

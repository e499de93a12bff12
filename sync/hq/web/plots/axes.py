"""Scales, ticks and the frame that most plots have."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from sync.hq.web.plots.canvas import EM, Canvas, shortened

STEPS = (1, 2, 2.5, 5, 10)
"""Steps of an axis, times a power of ten."""


@dataclass(frozen=True)
class Scale:
    """Maps ``low``..``high`` to ``start``..``end`` of the drawing."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """Return where a value lies; values outside lie at the edge."""
        span = self.high - self.low
        share = 0.5 if not span else min(1.0, max(0.0, (value - self.low) / span))
        return self.start + share * (self.end - self.start)


@dataclass(frozen=True)
class Frame:
    """The area between the axes."""

    x: Scale
    y: Scale


def ticks(low: float, high: float, count: int = 6) -> Sequence[float]:
    """Return about ``count`` round numbers from ``low`` to ``high``."""
    if not high > low:
        return [low]
    rough = (high - low) / max(count, 1)
    power = 10 ** math.floor(math.log10(rough))
    step = next(step * power for step in STEPS if step * power >= rough * 0.999)
    first = math.ceil(low / step - 1e-9)
    return [round(n * step, 10) for n in range(first, math.floor(high / step + 1e-9) + 1)]


def round_up(value: float) -> float:
    """Return the end of an axis from 0 that has room for ``value``."""
    if value <= 0:
        return 1.0
    marks = ticks(0, value)
    step = marks[1] - marks[0] if len(marks) > 1 else value
    return math.ceil(value / step - 1e-9) * step


def frame(canvas: Canvas, y: tuple[float, float], x: tuple[float, float] | None = None) -> Frame:
    """Draw both axes, the lower one only if ``x`` is given; return the area."""
    low, high = x or (0, 1)
    across = Scale(low, high, 52, canvas.width - 12)
    area = Frame(across, Scale(*y, canvas.height - 44, 20))
    for value in ticks(*y, 5):
        at = area.y.at(value)
        canvas.line(area.x.start, at, area.x.end, at, "plot-grid")
        canvas.text(area.x.start - 6, at + 4, plain(value), "plot-tick", "end")
    if x is not None:
        x_axis(canvas, area.x, area.y.start)
    name = shortened(canvas.words.y, area.y.start - area.y.end)
    middle = (area.y.start + area.y.end) / 2
    canvas.text(EM, middle, name, "plot-name", "middle", turn=-90)
    return area


def x_axis(canvas: Canvas, scale: Scale, bottom: float) -> None:
    """Draw the lower axis with ticks and its name."""
    canvas.line(scale.start, bottom, scale.end, bottom, "plot-axis")
    for value in ticks(scale.low, scale.high, 8):
        canvas.line(scale.at(value), bottom, scale.at(value), bottom + 4, "plot-axis")
        canvas.text(scale.at(value), bottom + 17, plain(value), "plot-tick", "middle")
    middle = (scale.start + scale.end) / 2
    canvas.text(middle, bottom + 36, canvas.words.x, "plot-name", "middle")


def plain(value: float) -> str:
    """Return a number without needless zeros."""
    return f"{value:.6g}".replace("-", "−")

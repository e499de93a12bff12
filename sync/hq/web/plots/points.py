"""Plots of single things: points, lines over time."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from sync.hq.web.plots.axes import Frame, frame, plain
from sync.hq.web.plots.canvas import Canvas, Words

LABELS = 40
"""Most points that are labelled all; of more, only those that stand out."""


@dataclass(frozen=True)
class Point:
    """``label`` is written beside it; ``css``: ``plot-flagged`` makes it stand out."""

    x: float
    y: float
    label: str = ""
    address: str = ""
    css: str = ""


@dataclass(frozen=True)
class Guide:
    """A line across the plot at a threshold, on the axis ``x`` or ``y``."""

    axis: str
    value: float
    label: str = ""


@dataclass(frozen=True)
class Reading:
    """A value at a named place of a series, with its interval if there is one."""

    name: str
    value: float
    low: float | None = None
    high: float | None = None


def scatter(
    words: Words,
    points: Sequence[Point],
    x: tuple[float, float],
    y: tuple[float, float],
    guides: Sequence[Guide] = (),
) -> Markup:
    """Draw labelled points, each a link if it has an address, with thresholds as lines."""
    canvas = Canvas(720, 420, words)
    area = frame(canvas, y, x)
    for guide in guides:
        _guide(canvas, area, guide)
    every = len(points) <= LABELS
    for point in sorted(points, key=lambda point: bool(point.css)):
        hint = f"{point.label}: {plain(point.x)}, {plain(point.y)}"
        at = area.x.at(point.x), area.y.at(point.y)
        with canvas.link(point.address, hint):
            canvas.circle(*at, 5, f"plot-point {point.css}", hint)
            if every or point.css:
                _label(canvas, area, at, point.label)
    return canvas.markup()


def lines(
    words: Words,
    readings: Sequence[Reading],
    y: tuple[float, float],
    guides: Sequence[Guide] = (),
) -> Markup:
    """Draw one series over named places, such as sittings, with intervals."""
    canvas = Canvas(560, 260, words)
    area = frame(canvas, y)
    for guide in guides:
        _guide(canvas, area, guide)
    step = (area.x.end - area.x.start) / max(len(readings), 1)
    at = [
        (area.x.start + step * (number + 0.5), area.y.at(reading.value))
        for number, reading in enumerate(readings)
    ]
    canvas.path(at, "plot-line")
    for (x, height), reading in zip(at, readings, strict=True):
        if reading.low is not None and reading.high is not None:
            canvas.line(x, area.y.at(reading.low), x, area.y.at(reading.high), "plot-whisker")
        canvas.circle(x, height, 4.5, "plot-point", f"{reading.name}: {plain(reading.value)}")
        canvas.text(x, area.y.start + 17, reading.name, "plot-tick", "middle")
    return canvas.markup()


def _guide(canvas: Canvas, area: Frame, guide: Guide) -> None:
    if guide.axis == "x":
        at = area.x.at(guide.value)
        canvas.line(at, area.y.start, at, area.y.end, "plot-guide")
        near_end = at > area.x.end - 100
        side = (at - 4, "end") if near_end else (at + 4, "start")
        canvas.text(side[0], area.y.end + 9, guide.label, "plot-tick", side[1])
    else:
        at = area.y.at(guide.value)
        canvas.line(area.x.start, at, area.x.end, at, "plot-guide")
        canvas.text(area.x.end, at - 4, guide.label, "plot-tick", "end")


def _label(canvas: Canvas, area: Frame, at: tuple[float, float], label: str) -> None:
    x, y = at
    left = x > (area.x.start + area.x.end) * 0.75
    canvas.text(x - 8 if left else x + 8, y + 4, label, "plot-label", "end" if left else "start")

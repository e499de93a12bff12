"""Plots of counts and shares: histograms, bars of named things, heat maps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from sync.hq.web.plots.axes import Scale, frame, plain, round_up, x_axis
from sync.hq.web.plots.canvas import Canvas, Words, shortened, text_width

ROW = 26.0
"""Height of a row, in units of the drawing."""
DEPTHS = 6
"""Shades of a heat map, beside empty cells."""


@dataclass(frozen=True)
class Bar:
    """A named value; ``css``: ``plot-key`` or ``plot-flagged`` gives it another colour."""

    name: str
    value: float
    note: str = ""
    css: str = ""


@dataclass(frozen=True)
class Interval:
    """A named value from ``low`` to ``high``; ``note`` stands at the right."""

    name: str
    value: float
    low: float
    high: float
    note: str = ""
    css: str = ""


def histogram(
    words: Words,
    edges: Sequence[float],
    counts: Sequence[int],
    mark: tuple[float, str] | None = None,
) -> Markup:
    """Draw counts between edges, with a line at ``mark`` (where, and what it says).

    Bars from the mark on have another colour. ``edges`` has one number more than ``counts``.
    """
    canvas = Canvas(720, 300, words)
    area = frame(canvas, (0, round_up(max(counts, default=0))), (edges[0], edges[-1]))
    for low, high, count in zip(edges, edges[1:], counts, strict=False):
        left, right, top = area.x.at(low), area.x.at(high), area.y.at(count)
        reached = mark is not None and low >= mark[0]
        css = "plot-bar plot-key" if reached else "plot-bar"
        hint = f"{plain(low)}–{plain(high)}: {count}"
        canvas.rect(left + 0.5, top, right - left - 1, area.y.start - top, css, hint)
    if mark is not None:
        at = area.x.at(mark[0])
        canvas.line(at, area.y.start, at, area.y.end - 16, "plot-mark")
        beyond = at > (area.x.start + area.x.end) / 2
        x, anchor = (at - 5, "end") if beyond else (at + 5, "start")
        canvas.text(x, area.y.end - 6, mark[1], "plot-label", anchor)
    return canvas.markup()


def bars(words: Words, values: Sequence[Bar], most: float | None = None) -> Markup:
    """Draw a row with name, bar and note for each value, from 0 to ``most``."""
    canvas = Canvas(560, ROW * len(values) + 52, words)
    high = round_up(max((bar.value for bar in values), default=0)) if most is None else most
    left = _margin([bar.name for bar in values])
    scale = Scale(0, high, left, canvas.width - _margin([bar.note for bar in values]))
    for number, bar in enumerate(values):
        top = ROW * number + 6
        _name(canvas, bar.name, left, top)
        canvas.rect(left, top, scale.at(bar.value) - left, ROW - 8, f"plot-bar {bar.css}", bar.note)
        canvas.text(scale.at(bar.value) + 6, top + 14, bar.note, "plot-label")
    x_axis(canvas, scale, ROW * len(values) + 6)
    return canvas.markup()


def intervals(
    words: Words,
    values: Sequence[Interval],
    x: tuple[float, float],
    mark: tuple[float, str] | None = None,
) -> Markup:
    """Draw a row with name, point and interval for each value; a line at ``mark``."""
    canvas = Canvas(720, ROW * len(values) + 66, words)
    left = _margin([value.name for value in values])
    right = canvas.width - _margin([value.note for value in values])
    scale, bottom = Scale(*x, left, right), ROW * len(values) + 20
    if mark is not None:
        canvas.line(scale.at(mark[0]), 16, scale.at(mark[0]), bottom, "plot-mark")
        canvas.text(scale.at(mark[0]), 12, mark[1], "plot-label", "middle")
    for number, value in enumerate(values):
        middle = ROW * number + 20 + ROW / 2
        _name(canvas, value.name, left, middle - 10)
        hint = f"{value.name}: {plain(value.value)} ({plain(value.low)}–{plain(value.high)})"
        canvas.line(scale.at(value.low), middle, scale.at(value.high), middle, "plot-whisker")
        canvas.circle(scale.at(value.value), middle, 5, f"plot-point {value.css}", hint)
        canvas.text(right + 8, middle + 4, value.note, "plot-tick")
    x_axis(canvas, scale, bottom)
    return canvas.markup()


def heat_map(
    words: Words,
    rows: Sequence[str],
    columns: Sequence[str],
    counts: Mapping[tuple[str, str], int],
) -> Markup:
    """Draw a cell for each row and column, darker for more, with the count written in it."""
    cell, left = 40.0, _margin(rows)
    canvas = Canvas(left + cell * len(columns) + 12, ROW * len(rows) + 58, words)
    most = max(counts.values(), default=0)
    for down, row in enumerate(rows):
        _name(canvas, row, left, ROW * down + 6)
        for across, column in enumerate(columns):
            count = counts.get((row, column), 0)
            x, y = left + cell * across, ROW * down + 4
            depth = 0 if not count else 1 + (DEPTHS - 1) * (count - 1) // max(most - 1, 1)
            hint = f"{row}, {column}: {count}"
            canvas.rect(x + 1, y + 1, cell - 2, ROW - 2, f"plot-heat-{depth}", hint)
            css = "plot-on-dark" if depth > DEPTHS // 2 else "plot-tick"
            canvas.text(x + cell / 2, y + 17, str(count or ""), css, "middle")
    for across, column in enumerate(columns):
        x = left + cell * (across + 0.5)
        canvas.text(x, ROW * len(rows) + 22, column, "plot-tick", "middle")
    middle = left + cell * len(columns) / 2
    canvas.text(middle, ROW * len(rows) + 44, words.x, "plot-name", "middle")
    return canvas.markup()


def _margin(names: Sequence[str]) -> float:
    return min(240.0, max(map(text_width, names), default=0.0)) + 16


def _name(canvas: Canvas, name: str, left: float, top: float) -> None:
    canvas.text(left - 8, top + 14, shortened(name, 240), "plot-label", "end")

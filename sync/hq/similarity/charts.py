"""The measured figures as one SVG: calibration of honest pairs, and power."""

import math
from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape

from sync.hq.similarity.measure import STEPS, Measured, Power

_COLOURS = ("#17594a", "#2f6fb0", "#b3541e", "#7a4b9d", "#8a7a00")
_PANEL, _GAP, _HEIGHT = 300, 70, 250
_LEFT, _TOP = 60, 50
_LOWEST = -7.0

_Point = tuple[float, float]


def chart(measured: Measured) -> str:
    """Return the figures as an SVG for the documentation."""
    ways = list(dict.fromkeys(power.way for power in measured.power))
    width = _LEFT + (len(ways) + 1) * (_PANEL + _GAP)
    parts = [_calibration(measured, _LEFT)]
    for number, way in enumerate(ways, start=1):
        chosen = [power for power in measured.power if power.way == way]
        parts.append(_power(way, chosen, _LEFT + number * (_PANEL + _GAP)))
    title = "False alarms of honest pairs, and how many copying pairs are found"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {_TOP + _HEIGHT + 110}" '
        f'font-family="sans-serif" font-size="12" role="img"><title>{title}</title>'
        f'<rect width="100%" height="100%" fill="#fff"/>{"".join(parts)}</svg>\n'
    )


def _calibration(measured: Measured, left: float) -> str:
    """Draw for honest pairs how many are below which probability; below the diagonal is safe."""
    parts = [_frame(left, "Honest pairs below a probability", "probability", "share of pairs")]
    for power in range(int(_LOWEST), 0):
        x, y = left + _at(power) * _PANEL, _TOP + (1 - _at(power)) * _HEIGHT
        parts.append(_text(x, _TOP + _HEIGHT + 16, f"1e{power}", "middle"))
        parts.append(_text(left - 6, y + 4, f"1e{power}", "end"))
    diagonal = [(left, float(_TOP + _HEIGHT)), (left + _PANEL, float(_TOP))]
    parts.append(_path(diagonal, "#999", dashed=True))
    names = ("30 candidates", "300 candidates", "300, misled by the teacher", "1,000 candidates")
    chosen = [alarms for alarms in measured.false_alarms if alarms.name in names]
    for number, alarms in enumerate(chosen):
        points = [
            (
                left + _at(math.log10(step)) * _PANEL,
                _TOP + (1 - _at(math.log10(share))) * _HEIGHT,
            )
            for step, share in zip(STEPS, alarms.below, strict=True)
            if share > 0
        ]
        parts.append(_path(points, _COLOURS[number]))
        parts.append(_legend(left, number, alarms.name))
    return "".join(parts)


def _power(way: str, powers: Sequence[Power], left: float) -> str:
    parts = [_frame(left, f"Found: {way}", "share of answers copied", "share of pairs found")]
    for tick in (0, 0.2, 0.4, 0.6, 0.8, 1.0):
        parts.append(_text(left + tick * _PANEL, _TOP + _HEIGHT + 16, f"{tick:.0%}", "middle"))
        parts.append(_text(left - 6, _TOP + (1 - tick) * _HEIGHT + 4, f"{tick:.0%}", "end"))
    for number, size in enumerate(dict.fromkeys(power.candidates for power in powers)):
        chosen = [power for power in powers if power.candidates == size]
        for dashed in (False, True):
            points = [
                (
                    left + power.share * _PANEL,
                    _TOP + (1 - (power.listed if dashed else power.strong)) * _HEIGHT,
                )
                for power in chosen
            ]
            parts.append(_path(points, _COLOURS[number], dashed=dashed))
        parts.append(_legend(left, number, f"{size} candidates; dashed: with notable ones"))
    return "".join(parts)


def _at(power: float) -> float:
    return (power - _LOWEST) / (-1 - _LOWEST)


def _frame(left: float, title: str, x_name: str, y_name: str) -> str:
    middle = _TOP + _HEIGHT / 2
    return (
        f'<rect x="{left:.0f}" y="{_TOP}" width="{_PANEL}" height="{_HEIGHT}" fill="none" '
        f'stroke="#bbb"/>'
        + _text(left, _TOP - 14, title, "start", bold=True)
        + _text(left + _PANEL / 2, _TOP + _HEIGHT + 34, x_name, "middle")
        + f'<g transform="translate({left - 42:.0f} {middle:.0f}) rotate(-90)">'
        + _text(0, 0, y_name, "middle")
        + "</g>"
    )


def _legend(left: float, number: int, name: str) -> str:
    y = _TOP + _HEIGHT + 52 + 15 * number
    line = _path([(left, y - 4.0), (left + 18, y - 4.0)], _COLOURS[number])
    return line + _text(left + 24, y, name, "start")


def _path(points: Iterable[_Point], colour: str, *, dashed: bool = False) -> str:
    at = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dashes = ' stroke-dasharray="4 3"' if dashed else ""
    return f'<polyline points="{at}" fill="none" stroke="{colour}" stroke-width="2"{dashes}/>'


def _text(x: float, y: float, text: str, anchor: str, *, bold: bool = False) -> str:
    weight = ' font-weight="600"' if bold else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="#333"{weight}>'
        f"{escape(text)}</text>"
    )

"""Ornaments of certificates as vectors: emblem, rosette and frame. Lengths in millimetres."""

import math
from collections.abc import Sequence

from fpdf import FPDF

_Point = tuple[float, float]


def rgb(colour: str) -> tuple[int, int, int]:
    """Return the parts of ``#rrggbb``."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def frame(pdf: FPDF, inset: float, colour: str) -> None:
    """Draw a double line along the edges of the page, with small squares in its corners."""
    pdf.set_draw_color(*rgb(colour))
    pdf.set_fill_color(*rgb(colour))
    for gap, width in ((0.0, 0.7), (2.2, 0.2)):
        edge = inset + gap
        pdf.set_line_width(width)
        pdf.rect(edge, edge, pdf.w - 2 * edge, pdf.h - 2 * edge)
    size = 5.0
    for x in (inset, pdf.w - inset - size):
        for y in (inset, pdf.h - inset - size):
            pdf.set_line_width(0.35)
            pdf.rect(x, y, size, size)
            pdf.rect(x + 1.7, y + 1.7, size - 3.4, size - 3.4, style="F")


def rosette(pdf: FPDF, x: float, y: float, size: float, colour: str) -> None:
    """Draw a rosette of fine lines, as behind the text of banknotes."""
    pdf.set_draw_color(*rgb(colour))
    pdf.set_line_width(0.12)
    middle, steps, petals, rings = size / 2, 126, 9, 7
    for base, swing in ((0.72, 0.28), (0.40, 0.16)):
        for ring in range(rings):
            turn = 2 * math.pi * ring / (petals * rings)
            points: list[_Point] = []
            for step in range(steps + 1):
                angle = 2 * math.pi * step / steps
                reach = middle * (base + swing * math.cos(petals * (angle + turn)))
                points.append(_around(x + middle, y + middle, reach, angle))
            pdf.polyline(points)


def emblem(pdf: FPDF, x: float, y: float, size: float, colour: str, second: str) -> None:
    """Draw a leaf over water in a ring between two branches."""
    middle_x, middle_y, unit = x + size / 2, y + size / 2, size / 100
    pdf.set_draw_color(*rgb(second))
    pdf.set_line_width(1.4 * unit)
    pdf.circle(middle_x, middle_y, 49 * unit)
    pdf.set_line_width(0.6 * unit)
    pdf.circle(middle_x, middle_y, 45.5 * unit)
    _branches(pdf, middle_x, middle_y, unit, second)
    pdf.set_fill_color(*rgb(colour))
    pdf.set_draw_color(*rgb(second))
    pdf.set_line_width(0.8 * unit)
    pdf.circle(middle_x, middle_y, 29 * unit, style="DF")
    _leaf_and_water(pdf, middle_x, middle_y, unit, second)


def _branches(pdf: FPDF, x: float, y: float, unit: float, colour: str) -> None:
    pdf.set_fill_color(*rgb(colour))
    for side in (-1, 1):
        for number in range(9):
            angle = math.pi / 2 + side * (0.22 + number * 0.29)
            at = _around(x, y, 37.5 * unit, angle)
            along = angle + side * (math.pi / 2 - 0.35)
            pdf.polygon(_leaf(*at, 9.5 * unit, 2.0 * unit, along), style="F")
            outward = angle + side * (math.pi / 2 + 0.45)
            pdf.polygon(_leaf(*at, 7.5 * unit, 1.5 * unit, outward), style="F")


def _leaf_and_water(pdf: FPDF, x: float, y: float, unit: float, colour: str) -> None:
    pdf.set_fill_color(*rgb(colour))
    for angle, length in ((-math.pi / 2, 25.0), (-0.72, 20.0), (math.pi + 0.72, 20.0)):
        pdf.polygon(_leaf(x, y + 7 * unit, length * unit, 5.2 * unit, angle), style="F")
    pdf.set_draw_color(*rgb(colour))
    pdf.set_line_width(1.1 * unit)
    for wave, reach in ((11.5, 21.0), (15.5, 18.0), (19.5, 13.0)):
        points = [
            (
                x + reach * unit * (step / 12 - 1),
                y + unit * (wave + 1.1 * math.sin(step / 24 * 4 * math.pi)),
            )
            for step in range(25)
        ]
        pdf.polyline(points)


def _leaf(x: float, y: float, length: float, width: float, angle: float) -> Sequence[_Point]:
    """Return the outline of a pointed leaf that grows from a point."""
    along, across = (math.cos(angle), math.sin(angle)), (-math.sin(angle), math.cos(angle))
    outline: list[_Point] = []
    for side in (1, -1):
        steps = range(13) if side > 0 else range(12, -1, -1)
        for step in steps:
            part = step / 12
            out = side * width * math.sin(math.pi * part**0.85)
            outline.append(
                (
                    x + along[0] * length * part + across[0] * out,
                    y + along[1] * length * part + across[1] * out,
                )
            )
    return outline


def _around(x: float, y: float, reach: float, angle: float) -> _Point:
    return x + reach * math.cos(angle), y + reach * math.sin(angle)

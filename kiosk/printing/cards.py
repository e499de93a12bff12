"""Desk labels: two columns of five, to be cut apart, with seat, name and portrait."""

import io
from collections.abc import Sequence

from kiosk.printing.documents import Card
from kiosk.printing.pictures import PORTRAIT, shrunk
from kiosk.printing.sheet import LEADING, POINT, Sheet

_COLUMNS, _ROWS = 2, 5
_LEFT, _TOP, _WIDTH, _HEIGHT = 8.0, 9.0, 97.0, 53.5
_PORTRAIT = 25.0, 35.0
_PAD = 4.0
_LINE = 8.5 * POINT * LEADING
_NONE = "无照片\nNo portrait"


def add(sheet: Sheet, cards: Sequence[Card]) -> None:
    """Add pages with labels."""
    for number, card in enumerate(cards):
        place = number % (_COLUMNS * _ROWS)
        if place == 0:
            sheet.add_page()
        x = _LEFT + place % _COLUMNS * _WIDTH
        y = _TOP + place // _COLUMNS * _HEIGHT
        _card(sheet, card, x, y)


def _card(sheet: Sheet, card: Card, x: float, y: float) -> None:
    sheet.set_draw_color(170)
    sheet.set_line_width(0.15)
    sheet.set_dash_pattern(dash=1.5, gap=1.5)
    sheet.rect(x, y, _WIDTH, _HEIGHT)
    sheet.set_dash_pattern()
    width, height = _PORTRAIT
    room = _WIDTH - width - 3 * _PAD
    left = x + _PAD
    below = sheet.set(left, y + _PAD - 2, room, card.seat, 30, most=1)
    below = sheet.set(left, below, room, card.name, 20, most=2)
    below = sheet.set(left, below + 0.5, room, card.number, 11, most=1)
    for line in card.lines:
        left_over = y + _HEIGHT - _PAD / 2 - below
        most = 2 if left_over > 2 * _LINE else 1
        if left_over < _LINE:
            break
        below = sheet.set(left, below, room, line, 8.5, most=most)
    _portrait(sheet, card.portrait, x + _WIDTH - width - _PAD, y + (_HEIGHT - height) / 2)


def _portrait(sheet: Sheet, jpeg: bytes | None, x: float, y: float) -> None:
    width, height = _PORTRAIT
    small = shrunk(jpeg, PORTRAIT) if jpeg else None
    if small:
        sheet.image(io.BytesIO(small), x, y, width, height, keep_aspect_ratio=True)
    else:
        sheet.set_text_color(140)
        sheet.set(x, y + height / 2 - 3, width, _NONE, 7.5, "C")
        sheet.set_text_color(0)
    sheet.frame(x, y, width, height)

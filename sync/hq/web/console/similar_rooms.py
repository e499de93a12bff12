"""The rooms of a run: their figures, and a room as a picture with its pairs as lines."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup

from sync.hq.centres.rooms import Room
from sync.hq.core.roles import Scope, path_of
from sync.hq.similarity.listing import PairView, Person, RunView
from sync.hq.similarity.places import place_of
from sync.hq.similarity.search import Level
from sync.hq.web.plots.canvas import Canvas, Words
from sync.hq.web.replies import headquarters

_SEAT, _GAP, _MARGIN = 46.0, 26.0, 30.0
_USUAL_ROW = 6

_Point = tuple[float, float]

NOTICED = 0.02
"""Share of a room's pairs below one per cent from which the room as a whole is pointed out."""

_FEWEST = 45


@dataclass(frozen=True)
class RoomRow:
    """A room of a run; ``share``: of its pairs below one per cent; ``noticed``: see there."""

    centre_code: str
    centre: str
    room: str
    name: str
    candidates: int
    share: float
    noticed: bool


@dataclass(frozen=True)
class RoomPicture:
    """A room drawn with its pairs; ``guessed``: nobody has said how many seats are in a row."""

    title: str
    drawing: Markup
    guessed: bool


def rooms_of(run: RunView, scope: Scope) -> Sequence[RoomRow]:
    """Return the rooms of a run that the scope covers, those most alike first."""
    centres = {centre.code: centre for centre in headquarters().centres.list()}
    known, rows = headquarters().rooms.every(), []
    for figures in run.summary["rooms"]:
        centre = centres[figures["centre_code"]]
        if scope.covers(run.programme_id, path_of(centre.code, centre.branch)):
            place = (figures["centre_code"], figures["room"])
            name = known[place].name if place in known else figures["room"]
            rows.append(_row(figures, centre.name, name))
    return sorted(rows, key=lambda row: (-row.noticed, -row.share))


def _row(figures: Mapping[str, Any], centre: str, name: str) -> RoomRow:
    share = figures["below"] / max(figures["pairs"], 1)
    return RoomRow(
        centre_code=figures["centre_code"],
        centre=centre,
        room=figures["room"],
        name=name,
        candidates=figures["candidates"],
        share=share,
        noticed=share > NOTICED and figures["pairs"] >= _FEWEST,
    )


def room_picture(
    sitting_id: str, centre_code: str, room_id: str, pairs: Sequence[PairView]
) -> RoomPicture:
    """Draw the seats of a room, and a line for each pair within it."""
    rooms = headquarters().rooms.of_centre(centre_code)
    room = next((room for room in rooms if room.id == room_id), Room(room_id, room_id))
    seats = [
        seat.seat
        for seat in headquarters().registration.seats(sitting_id, centre_code)
        if seat.room == room_id
    ]
    inside = [pair for pair in pairs if all(_sits(p, centre_code, room_id) for p in _both(pair))]
    known = [person.seat for pair in pairs for person in _both(pair)
             if _sits(person, centre_code, room_id)]  # fmt: skip
    title = _("Room %(room)s at %(centre)s", room=room.name, centre=centre_code)
    per_row = room.seats_per_row or _USUAL_ROW
    at = _positions([*seats, *known], per_row)
    drawing = _draw(title, at, per_row, set(known), inside)
    return RoomPicture(title, drawing, guessed=not room.seats_per_row)


def _both(pair: PairView) -> tuple[Person, Person]:
    return pair.first, pair.second


def _sits(person: Person, centre_code: str, room_id: str) -> bool:
    return (person.centre_code, person.room) == (centre_code, room_id)


def _positions(seats: Sequence[str], per_row: int) -> Mapping[str, _Point]:
    """Return the middle of each seat; seats without a number come in a last row."""
    places = {seat: place_of("", "", seat, per_row) for seat in dict.fromkeys(seats)}
    last = max((place.row for place in places.values() if place.row is not None), default=-1)
    others = 0
    result = {}
    for seat, place in places.items():
        row, column = place.row, place.column
        if row is None or column is None:
            row, column = last + 1 + others // per_row, others % per_row
            others += 1
        step = _SEAT + _GAP
        result[seat] = (_MARGIN + column * step + _SEAT / 2, _MARGIN + row * step + _SEAT / 2)
    return result


def _between(one: _Point, other: _Point) -> tuple[_Point, _Point]:
    """Return the ends of a line from seat to seat that leaves their numbers free."""
    x, y = other[0] - one[0], other[1] - one[1]
    share = 0.35 * _SEAT / max(math.hypot(x, y), _SEAT)
    return (one[0] + share * x, one[1] + share * y), (other[0] - share * x, other[1] - share * y)


def _draw(
    title: str,
    at: Mapping[str, _Point],
    per_row: int,
    named: set[str],
    pairs: Sequence[PairView],
) -> Markup:
    bottom = max((y for _x, y in at.values()), default=_MARGIN) + _SEAT / 2 + _MARGIN
    said = _("%(seats)s seats, %(pairs)s pairs drawn as lines", seats=len(at), pairs=len(pairs))
    canvas = Canvas(2 * _MARGIN + per_row * (_SEAT + _GAP) - _GAP, bottom, Words(title, said))
    for seat, (x, y) in at.items():
        css = "seat-box seat-named" if seat in named else "seat-box"
        canvas.rect(x - _SEAT / 2, y - _SEAT / 2, _SEAT, _SEAT, css, seat)
        canvas.text(x, y + 4, seat, "seat-number", "middle")
    for pair in reversed(pairs):
        ends = _between(at[pair.first.seat], at[pair.second.seat])
        css = "pair-line pair-strong" if pair.level is Level.STRONG else "pair-line"
        label = _("Pair %(number)s", number=pair.number)
        with canvas.link(url_for("similarity.pair", pair_id=pair.id), label):
            canvas.line(*ends[0], *ends[1], css)
            canvas.text(
                (ends[0][0] + ends[1][0]) / 2, (ends[0][1] + ends[1][1]) / 2 - 4,
                str(pair.number), "pair-number", "middle",
            )  # fmt: skip
    return canvas.markup()

"""Room and paper that a row of a roster names, among those of the centre and of the sitting."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kiosk.exam.programme.synonyms import plain_word
from sync.hq.imports.tabular import Row
from sync.hq.problems import Problem
from sync.hq.registration.cells import Cells
from sync.hq.registration.occupancy import plain_seat
from sync.hq.registration.paper_choice import PaperChoice
from sync.wire.model import FIRST

_NUMBERED = re.compile(
    r"(?:第|no\.?|room|考场|机房)?0*(\d+|[一二三四五六七八九十])号?(?:考场|考室|机房|教室)?"
)
_CHINESE = {word: str(number) for number, word in enumerate("一二三四五六七八九十", 1)}


@dataclass(frozen=True)
class KnownPlaces:
    """The papers of a sitting, and names of a centre's rooms by their ids."""

    choice: PaperChoice | None = None
    rooms: Mapping[str, str] = field(default_factory=lambda: {FIRST: FIRST})

    def paper(self, cells: Cells) -> str:
        """Return the id of the paper that a row names, or an empty text."""
        return self.choice.read(cells) if self.choice else ""

    def room(self, cells: Cells) -> str:
        """Return the id of the room that a row names, by name or number, or an empty text."""
        said = cells.text("room", 100)
        if not said:
            return ""
        word = plain_word(said)
        found = [key for key, name in self.rooms.items() if plain_word(name) == word]
        found = found or [key for key in self.rooms if key in (word, _number(word))]
        if len(found) == 1:
            return found[0]
        known = ", ".join(
            key if name == key else f"{key} ({name})" for key, name in self.rooms.items()
        )
        cells.refuse("room", "unknown_value", value=said, known=known)
        return ""


def _number(word: str) -> str:
    parts = _NUMBERED.fullmatch(word)
    return _CHINESE.get(parts[1], parts[1]) if parts else ""


def doubled_seats(rows: Sequence[tuple[Row, str, str]]) -> list[Problem]:
    """Return a problem for each row whose seat of its room an earlier row already has."""
    first: dict[tuple[str, str], int] = {}
    problems = []
    for row, room, seat in rows:
        place = (room or FIRST, plain_seat(seat))
        if seat and place in first:
            values = {"value": f"{room} · {seat}" if room else seat, "first": first[place]}
            column = row.columns.get("seat", "seat")
            problems.append(Problem("twice", "row", str(row.number), column, values))
        elif seat:
            first[place] = row.number
    return problems

"""Words of the console for similar answer sheets."""

from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from sync.hq.similarity.answers import SEVERAL, UNANSWERED
from sync.hq.similarity.places import Relation
from sync.hq.similarity.search import Level
from sync.hq.similarity.side_by_side import Match
from sync.hq.similarity.words import chance

LEVELS: dict[Level, tuple[LazyString, str]] = {
    Level.STRONG: (_l("strong"), "bad"),
    Level.NOTABLE: (_l("notable"), "wait"),
    Level.TEXT: (_l("shared passage"), "wait"),
}
"""For each level its name and the colour of its chip."""

RELATIONS: dict[str, LazyString] = {
    Relation.NEIGHBOURS: _l("within sight"),
    Relation.SAME_ROOM: _l("same room"),
    Relation.SAME_CENTRE: _l("same centre, other room"),
    Relation.APART: _l("different centres"),
}

MATCHES: dict[Match, tuple[LazyString, str]] = {
    Match.SAME_WRONG: (_l("same wrong answer"), "bad"),
    Match.SAME_RIGHT: (_l("both right"), "ok"),
    Match.DIFFERENT: (_l("different"), "none"),
    Match.ONE_MISSING: (_l("one unanswered"), "none"),
    Match.BOTH_MISSING: (_l("both unanswered"), "none"),
    Match.WRITTEN: (_l("written"), "none"),
}

LEFT_OUT: dict[str, LazyString] = {
    UNANSWERED: _l("without any answer"),
    SEVERAL: _l("further attempts of the same candidate"),
}


@dataclass(frozen=True)
class Names:
    """What templates need to name things."""

    levels: dict[Level, tuple[LazyString, str]]
    relations: dict[str, LazyString]
    matches: dict[Match, tuple[LazyString, str]]
    left_out: dict[str, LazyString]

    def chance(self, probability: float) -> str:
        """Return a probability in the form that people read."""
        return chance(probability)


NAMES = Names(LEVELS, RELATIONS, MATCHES, LEFT_OUT)

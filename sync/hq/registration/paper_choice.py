"""Which paper of a sitting a row is for, by its columns of programme, trade and level.

A roster may have one column for the paper instead: its number in the sitting, or its title.
"""

import re
from collections.abc import Mapping, Sequence

from kiosk.exam.programme.programme import Programme
from kiosk.exam.programme.synonyms import plain_word
from sync.hq.registration.cells import Cells
from sync.hq.sittings import SittingPaper

COLUMNS = ("paper", "programme", "trade", "level")


class PaperChoice:
    """The papers of a sitting, by the words that files use for them."""

    def __init__(self, papers: Sequence[SittingPaper], programmes: Mapping[str, Programme]) -> None:
        """``programmes``: by the ids of the papers."""
        self.programmes = programmes
        self._papers = papers
        self._words = {paper.id: _words(paper, programmes[paper.id]) for paper in papers}

    @property
    def known(self) -> str:
        """All papers, to choose from."""
        return "; ".join(self._shown(paper) for paper in self._papers)

    def read(self, cells: Cells) -> str:
        """Return the id of the paper that a row names, or an empty text where it names none."""
        said = {name: text for name in COLUMNS if (text := cells.text(name, 100))}
        if not said:
            return ""
        found = [
            paper.id
            for paper in self._papers
            if all(_plain(name, text) in self._words[paper.id][name] for name, text in said.items())
        ]
        if len(found) == 1:
            return found[0]
        code = "paper_unclear" if found else "paper_unknown"
        column = list(said)[-1]
        cells.refuse(column, code, value=" · ".join(said.values()), known=self.known)
        return ""

    def only(self) -> str:
        """Return the id of the sitting's only paper, or an empty text where it has several."""
        return self._papers[0].id if len(self._papers) == 1 else ""

    def _shown(self, paper: SittingPaper) -> str:
        programme = self.programmes[paper.id]
        names = {one.id: one.name.zh for one in (*programme.trades, *programme.levels)}
        parts = (programme.title.zh, names.get(paper.trade or ""), names.get(paper.level or ""))
        return " · ".join(part for part in parts if part)


def _words(paper: SittingPaper, programme: Programme) -> dict[str, set[str]]:
    words = {"programme": {programme.id, programme.title.zh, programme.title.en}}
    for name, chosen, known in (
        ("trade", paper.trade, programme.trades),
        ("level", paper.level, programme.levels),
    ):
        words[name] = {
            word for one in known if one.id == chosen for word in (one.id, one.name.zh, one.name.en)
        }
    words["level"] |= set(programme.synonyms.levels.get(paper.level or "", ()))
    words["paper"] = {paper.id, *_titles(words)}
    return {name: {_plain(name, word) for word in some} for name, some in words.items()}


def _titles(words: Mapping[str, set[str]]) -> set[str]:
    """Return titles of a paper: trade and level in either order, with the programme or without."""
    trades, levels = words["trade"] or {""}, words["level"] or {""}
    short = {text for one in trades for two in levels for text in (one + two, two + one)}
    return {first + last for first in ("", *words["programme"]) for last in short} - {""}


def _plain(name: str, text: str) -> str:
    """Normalise a word; a title may be divided by any signs."""
    word = plain_word(text)
    return re.sub(r"\W", "", word) if name == "paper" else word

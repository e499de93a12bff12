"""Names of papers for people: trade and level, and the programme where there are several."""

from collections.abc import Mapping, Sequence

from kiosk.exam.programme.programme import Programme
from kiosk.exam.values import Text
from sync.hq.authoring.programmes import Programmes
from sync.hq.sittings import SittingPaper, SittingView

Editions = Mapping[tuple[str, int], Programme]
"""Programmes by id and version."""


def editions_of(programmes: Programmes, sittings: Sequence[SittingView]) -> Editions:
    """Return the programmes of all papers of some sittings."""
    named = {paper.edition for sitting in sittings for paper in sitting.papers}
    return {edition: programmes.get(*edition) for edition in sorted(named)}


def paper_names(sitting: SittingView, editions: Editions) -> Mapping[str, Text]:
    """Return the names of a sitting's papers by their ids."""
    several = len({paper.programme_id for paper in sitting.papers}) > 1
    return {
        paper.id: paper_name(paper, editions[paper.edition], with_programme=several)
        for paper in sitting.papers
    }


def paper_name(paper: SittingPaper, programme: Programme, *, with_programme: bool) -> Text:
    """Return the name of a paper, such as "Carbon trader · junior"; single parts are named too."""
    chosen = {paper.trade, paper.level} - {None}
    named = [one.name for one in (*programme.trades, *programme.levels) if one.id in chosen]
    if paper.parts:
        parts = programme.examination(paper.trade, paper.level).of_parts(paper.parts).parts
        named += [part.name for part in parts]
    if with_programme or not named:
        named = [programme.title, *named]
    return Text(zh=" · ".join(name.zh for name in named), en=" · ".join(name.en for name in named))

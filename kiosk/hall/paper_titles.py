"""How candidates and staff call the papers of a sitting."""

from collections import Counter
from collections.abc import Mapping

from kiosk.exam.programme.programme import Programme
from kiosk.exam.values import Named
from sync.wire.packages.manifest import PaperInfo, SittingInfo


def subtitle(programme: Programme, info: PaperInfo) -> dict[str, str]:
    """Return trade and level, in each language, where the programme has them, and single parts."""
    named: list[Named] = [trade for trade in programme.trades if trade.id == info.trade]
    named += [level for level in programme.levels if level.id == info.level]
    named += info.examination(programme).parts if info.parts else ()
    return {
        "zh": " · ".join(entry.name.zh for entry in named),
        "en": " · ".join(entry.name.en for entry in named),
    }


def titles(sitting: SittingInfo, programmes: Mapping[str, Programme]) -> dict[str, dict[str, str]]:
    """Return the title of each paper by its id, each one different.

    Trade, level and single parts name a paper; the programme too where there are several, and the
    id where two papers would have the same title.
    """
    found = {
        paper.id: _title(programmes[paper.programme], paper, several=len(programmes) > 1)
        for paper in sitting.papers
    }
    times = Counter(title["zh"] for title in found.values())
    return {
        paper_id: title
        if times[title["zh"]] == 1
        else {language: f"{text} ({paper_id})" for language, text in title.items()}
        for paper_id, title in found.items()
    }


def _title(programme: Programme, info: PaperInfo, *, several: bool) -> dict[str, str]:
    whole, part = programme.title.model_dump(), subtitle(programme, info)
    shown = {language: [whole[language]] if several else [] for language in whole}
    return {
        language: " · ".join([*shown[language], part[language]] if part[language] else [])
        or whole[language]
        for language in whole
    }

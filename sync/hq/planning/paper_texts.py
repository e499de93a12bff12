"""Drawn papers of which some questions have a text in another language and some have none."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from kiosk.exam.values import Text
from sync.hq.authoring.translated import LANGUAGES
from sync.hq.context import HqContext
from sync.hq.persistence import tables
from sync.hq.problems import Problem


class PaperTexts:
    """Looks through the drawn papers of a sitting."""

    def __init__(self, context: HqContext) -> None:
        self._context = context

    def advice(
        self, sitting_id: str, names: Mapping[str, Text], language: str
    ) -> Sequence[Problem]:
        """Return a warning for each paper and language in which only some questions exist.

        ``names``: of the sitting's papers by their ids; ``language``: in which they are named.
        """
        table = tables.papers
        query = select(table.c.sitting_paper, table.c.label, table.c.paper)
        query = query.where(table.c.sitting_id == sitting_id).order_by(table.c.label)
        with self._context.database.read() as connection:
            rows = connection.execute(query).all()
        return [
            Problem("translation_partial", params={"paper": name, **params}, is_error=False)
            for paper_id, label, paper in rows
            for params in _partial(paper["items"])
            for name in [f"{getattr(names[paper_id], language)} {label}"]
        ]


def _partial(items: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, object]]:
    have = Counter(other["language"] for item in items for other in item.get("translations", ()))
    for language, name in LANGUAGES.items():
        if 0 < have[language] < len(items):
            missing = len(items) - have[language]
            yield {"count": missing, "all": len(items), "language": name}

"""Result of reading an item file, whatever its format: drafts, pictures, problems."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sync.hq.problems import Place, Problem


@dataclass(frozen=True)
class Draft:
    """The fields of one item as the file has them (``sync.hq.authoring.entry.FIELDS``).

    ``kind`` and ``at`` say where in the file the item is; ``columns`` has the file's names of
    fields where they differ.
    """

    values: Mapping[str, Any]
    kind: Place = "item"
    at: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)

    def problem(self, found: Problem) -> Problem:
        """Return the problem with the place of this item."""
        column = self.columns.get(found.column, found.column)
        return Problem(found.code, self.kind, self.at, column, found.params, found.is_error)


@dataclass(frozen=True)
class Parsed:
    """The content of an item file. Texts refer to pictures by the names in ``pictures``."""

    drafts: Sequence[Draft]
    problems: Sequence[Problem] = ()
    pictures: Mapping[str, bytes] = field(default_factory=dict)

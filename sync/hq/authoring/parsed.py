"""What a file of items comes to, whatever its format: drafts, pictures, and what was wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sync.hq.problems import Place, Problem


@dataclass(frozen=True)
class Draft:
    """The fields of one item as the file has them (``sync.hq.authoring.entry.FIELDS``).

    ``kind`` and ``at`` say where it stands; ``columns`` how the file calls a field, if otherwise.
    """

    values: Mapping[str, Any]
    kind: Place = "item"
    at: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)

    def problem(self, found: Problem) -> Problem:
        """The problem with the place of this item."""
        column = self.columns.get(found.column, found.column)
        return Problem(found.code, self.kind, self.at, column, found.params, found.grave)


@dataclass(frozen=True)
class Parsed:
    """Everything that was in a file. Texts show pictures by the names in ``pictures``."""

    drafts: Sequence[Draft]
    problems: Sequence[Problem] = ()
    pictures: Mapping[str, bytes] = field(default_factory=dict)

"""Result of reading an item file, whatever its format: drafts, pictures, problems."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sync.hq.problems import Place, Problem


@dataclass(frozen=True)
class Draft:
    """One item of a file: its fields (``sync.hq.authoring.entry.FIELDS``) and its problems.

    Every item of a file has a draft, also one that cannot be imported; ``values`` then has what
    could be read. ``kind`` and ``at`` say where in the file the item is; ``columns`` has the
    file's names of fields where they differ. ``declared``: whether the file names the id as an
    identifier. If not, the id is missing, or a title that another item may have too, and the
    import makes it unique. ``problems`` have the place of the item; one with ``is_error`` keeps
    the whole item out.
    """

    values: Mapping[str, Any]
    kind: Place = "item"
    at: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    declared: bool = True
    problems: Sequence[Problem] = ()

    def problem(self, found: Problem) -> Problem:
        """Return the problem with the place of this item."""
        column = self.columns.get(found.column, found.column)
        return Problem(found.code, self.kind, self.at, column, found.params, found.is_error)


@dataclass(frozen=True)
class Parsed:
    """The content of an item file. Texts refer to pictures by the names in ``pictures``.

    ``problems``: those of the file as a whole. Those of an item are in its draft.
    """

    drafts: Sequence[Draft]
    problems: Sequence[Problem] = ()
    pictures: Mapping[str, bytes] = field(default_factory=dict)

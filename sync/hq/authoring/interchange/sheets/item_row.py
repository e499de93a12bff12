"""One row of an item sheet, as its cells have it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sync.hq.authoring.interchange.sheets.layout import Layout
from sync.hq.imports.cells import InCell
from sync.hq.problems import Problem


@dataclass(frozen=True)
class ItemRow:
    """A row: its place in the file, the text of each field, pictures in order, problems."""

    place: str
    values: Mapping[str, str]
    columns: Mapping[str, str]
    section: str = ""
    pictures: Sequence[tuple[str, InCell]] = ()
    problems: Sequence[Problem] = ()
    layout: Layout | None = field(default=None, repr=False)

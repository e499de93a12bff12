"""What an import would do with each item of a file, and what a person decides about it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sync.hq.authoring.entry import BankItem
from sync.hq.problems import Place, Problem


class RowState(StrEnum):
    """What storing would do with an item."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    CLASH = "clash"
    """The bank has its id for an item that looks different: a person decides."""
    LEFT_OUT = "left_out"


class Decision(StrEnum):
    """What becomes of a clash."""

    REPLACE = "replace"
    SEPARATE = "separate"
    SKIP = "skip"


@dataclass(frozen=True)
class Base:
    """The version of the bank that a row was compared with."""

    version: int
    digest: str


@dataclass(frozen=True)
class PreviewRow:
    """One item of a file. ``number``: its place among the items, from 1.

    ``item_id``: the id in the bank; ``separate_id``: that of a clash if it is stored as an item of
    its own. ``values``: what could be read of an item that is left out.
    """

    number: int
    state: RowState
    kind: Place
    at: str
    item_id: str
    entry: BankItem | None = None
    base: Base | None = None
    separate_id: str = ""
    problems: Sequence[Problem] = ()
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Preview:
    """What an import would change. Nothing has been stored yet.

    ``file_problems``: those of the file as a whole. ``pictures``: those of the file, by name.
    """

    programme_id: str
    batch: str
    file_name: str
    rows: Sequence[PreviewRow]
    file_problems: Sequence[Problem]
    pictures: Mapping[str, bytes]

    @property
    def counts(self) -> Mapping[RowState, int]:
        """The number of rows in each state."""
        found = Counter(row.state for row in self.rows)
        return {state: found[state] for state in RowState}

    @property
    def problems(self) -> Sequence[Problem]:
        """All problems, those of the file first."""
        return [*self.file_problems, *(found for row in self.rows for found in row.problems)]

    @property
    def errors(self) -> Sequence[Problem]:
        """Problems because of which something is left out."""
        return [problem for problem in self.problems if problem.is_error]

    @property
    def entries(self) -> Sequence[BankItem]:
        """All items that are not left out."""
        return [row.entry for row in self.rows if row.entry and row.state != RowState.LEFT_OUT]


@dataclass(frozen=True)
class Choice:
    """What to store: the rows with these numbers, or all of them.

    ``decisions`` about clashes, by number; ``clashes`` for those without one.
    """

    numbers: frozenset[int] | None = None
    decisions: Mapping[int, Decision] = field(default_factory=dict)
    clashes: Decision | None = None

    def has(self, row: PreviewRow) -> bool:
        """Return whether the row was chosen."""
        return self.numbers is None or row.number in self.numbers

    def undecided(self, preview: Preview) -> Sequence[PreviewRow]:
        """Return the chosen clashes that nobody has decided about."""
        return [
            row
            for row in preview.rows
            if row.state is RowState.CLASH and self.has(row) and self.decision(row) is None
        ]

    def errors(self, preview: Preview) -> Sequence[Problem]:
        """Return the problems that keep out what was chosen; those of the file if it is all."""
        if self.numbers is None:
            return preview.errors
        found = [problem for row in preview.rows if self.has(row) for problem in row.problems]
        return [problem for problem in found if problem.is_error]

    def decision(self, row: PreviewRow) -> Decision | None:
        """Return what becomes of a clash, or None while nobody has decided."""
        return self.decisions.get(row.number, self.clashes)


EVERYTHING = Choice()


@dataclass(frozen=True)
class ImportReport:
    """What an import changed. ``import_id`` is empty if nothing was stored.

    ``skipped``: items that nobody chose, and clashes left out on purpose. ``outdated``: ids of
    items that were changed in the bank after the preview; they were not stored.
    """

    import_id: str
    added: int
    changed: int
    unchanged: int
    left_out: int
    skipped: int
    outdated: Sequence[str] = ()

    @property
    def stored(self) -> int:
        """The number of items that were stored."""
        return self.added + self.changed

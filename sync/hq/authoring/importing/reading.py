"""From the drafts of a file to the rows of its preview."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, select

from kiosk.exam.programme.programme import Programme
from sync.hq.authoring.bank import entry_of
from sync.hq.authoring.entry import BankItem, read_entry
from sync.hq.authoring.importing.causes import first_causes
from sync.hq.authoring.importing.compare import Comparison, Known
from sync.hq.authoring.importing.groups import Members, settle_groups
from sync.hq.authoring.importing.identity import provisional_ids
from sync.hq.authoring.importing.rows import PreviewRow, RowState
from sync.hq.authoring.interchange.notes import MISSING
from sync.hq.authoring.meaning.sameness import loose_form
from sync.hq.authoring.parsed import Draft
from sync.hq.authoring.stimuli import Stimuli, of_document
from sync.hq.core.progress import ProgressCallback
from sync.hq.persistence import tables
from sync.hq.problems import Problem

_AT_ONCE = 500


class Reader:
    """Reads the drafts of one file for a programme.

    ``defaults`` fill fields that the file lacks; ``pictures``: the names of those that exist.
    """

    def __init__(
        self,
        programme: Programme,
        defaults: Mapping[str, str],
        pictures: frozenset[str],
        progress: ProgressCallback,
    ) -> None:
        self._programme = programme
        self._defaults = defaults
        self._pictures = pictures
        self._progress = progress

    def rows(
        self, drafts: Sequence[Draft], batch: str, connection: Connection
    ) -> Sequence[PreviewRow]:
        """Return a row for each draft, compared with the bank."""
        drafts = [_declared(draft) for draft in drafts]
        read = list(self._read(drafts, provisional_ids(drafts, batch)))
        bank = _Bank(connection, self._programme.id)
        read = settle_groups(read, bank.groups())
        entries = [row.entry for _, row in read if row.entry is not None]
        declared = [row.item_id for draft, row in read if draft.declared]
        return Comparison(bank.names, bank.known(entries), declared).rows(read)

    def _read(
        self, drafts: Sequence[Draft], names: Sequence[str]
    ) -> Iterator[tuple[Draft, PreviewRow]]:
        first: dict[str, str] = {}
        for number, (draft, name) in enumerate(zip(drafts, names, strict=True), start=1):
            yield draft, self._row(draft, name, number, first)
            if number % _AT_ONCE == 0 or number == len(drafts):
                self._progress(number, len(drafts))

    def _row(self, draft: Draft, name: str, number: int, first: dict[str, str]) -> PreviewRow:
        entry, found = self._entry(draft, name)
        if any(map(_is_about_all, draft.problems)):
            # What its reader could not read is no further fault of the item.
            found = [problem for problem in found if problem.code != "missing"]
        if any(problem.code.startswith("picture_") for problem in draft.problems):
            found = [problem for problem in found if not _is_picture_left(problem)]
        placed = first_causes(draft, map(draft.problem, found))
        problems = [*draft.problems, *(found for found in placed if found not in draft.problems)]
        if draft.declared and name in first:
            twice = {"value": name, "first": first[name]}
            problems.append(draft.problem(Problem("twice", column="id", params=twice)))
        first.setdefault(name, draft.at)
        row = PreviewRow(
            number, RowState.ADDED, draft.kind, draft.at, name, entry, problems=problems
        )
        if entry is None or any(problem.is_error for problem in problems):
            return replace(row, state=RowState.LEFT_OUT, entry=None, values=draft.values)
        return row

    def _entry(self, draft: Draft, name: str) -> tuple[BankItem | None, Sequence[Problem]]:
        given = {k: v for k, v in draft.values.items() if v not in (None, "", [], ())}
        entry, problems = read_entry({**self._defaults, **given, "id": name}, self._programme)
        if entry is None:
            return None, problems
        missing = [
            Problem("picture_missing", column="stem", params={"value": name})
            for name in sorted(entry.pictures - self._pictures - {MISSING})
        ]
        return entry, [*problems, *missing]


def _is_about_all(problem: Problem) -> bool:
    """Whether a problem is why fields of an item were not read."""
    return problem.is_error and (problem.code == "unsupported" or not problem.column)


def _is_picture_left(problem: Problem) -> bool:
    """Whether a problem is that the sign of a picture would be shown."""
    return problem.code == "leftover" and str(problem.params["value"]).startswith("![")


def _declared(draft: Draft) -> Draft:
    """Return the draft as undeclared if it has no id."""
    return draft if draft.values.get("id") else replace(draft, declared=False)


class _Bank:
    """The current items of a programme: all ids and stems, and the content of some."""

    def __init__(self, connection: Connection, programme_id: str) -> None:
        table = tables.items
        self._connection = connection
        self._current = (table.c.programme_id == programme_id) & table.c.current
        query = select(table.c.id, table.c.stem).where(self._current)
        self._stems = {row.id: row.stem for row in connection.execute(query)}

    @property
    def names(self) -> Sequence[str]:
        """All ids."""
        return list(self._stems)

    def known(self, entries: Sequence[BankItem]) -> Mapping[str, Known]:
        """Return the items that share an id or a stem with one of the entries."""
        ids = {entry.item.id for entry in entries}
        stems = {loose_form(entry.item.stem) for entry in entries}
        wanted = [
            name for name, stem in self._stems.items() if name in ids or loose_form(stem) in stems
        ]
        return dict(self._loaded(wanted))

    def groups(self) -> Members:
        """Return the items of each group with their stimuli."""
        table = tables.items
        query = select(table.c.id, table.c.group_id, table.c.item).where(
            self._current, table.c.group_id.is_not(None)
        )
        found: dict[str, dict[str, Stimuli]] = defaultdict(dict)
        for row in self._connection.execute(query):
            found[row.group_id][row.id] = of_document(row.item)
        return found

    def _loaded(self, names: Sequence[str]) -> Iterator[tuple[str, Known]]:
        table = tables.items
        columns: list[Any] = [table.c[name] for name in ("id", "version", "digest")]
        columns += [table.c.item, table.c.scheme, table.c.difficulty]
        for start in range(0, len(names), _AT_ONCE):
            some = table.c.id.in_(names[start : start + _AT_ONCE])
            query = select(*columns).where(self._current, some)
            for row in self._connection.execute(query).mappings():
                yield row["id"], Known(row["version"], row["digest"], entry_of(row))

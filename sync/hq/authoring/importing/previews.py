"""Previews kept in the database while staff look at them, with what they choose and decide.

They belong to an upload and are deleted with it. Pictures are sealed like the file itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, func, insert, select, update

from sync.hq.authoring.bank import Bank
from sync.hq.authoring.entry import BankItem
from sync.hq.authoring.importing.records import (
    STORABLE,
    problem_from,
    row_from,
    row_values,
    storable,
)
from sync.hq.authoring.importing.rows import Choice, Decision, Preview, PreviewRow, RowState
from sync.hq.context import HqContext
from sync.hq.errors import NotFound
from sync.hq.imports.jobs import as_json
from sync.hq.imports.uploads import delete_preview
from sync.hq.persistence import tables

_AT_ONCE = 500
_MOST_PROBLEMS = 500
_COMPARED = (RowState.CHANGED, RowState.CLASH)


@dataclass(frozen=True)
class Filters:
    """``state``: only rows in it; ``noted``: only rows with problems; ``text``: in the item."""

    state: RowState | None = None
    noted: bool = False
    text: str = ""


@dataclass(frozen=True)
class ShownRow:
    """A row with what staff chose, and the version of the bank that it differs from.

    ``problems`` as JSON (:func:`sync.hq.imports.jobs.as_json`).
    """

    row: PreviewRow
    problems: Sequence[Mapping[str, Any]]
    chosen: bool
    decision: str
    before: BankItem | None


@dataclass(frozen=True)
class Summary:
    """A preview without its rows.

    ``undecided_of_all``: clashes without a decision; ``undecided``: those of them that are chosen.
    """

    programme_id: str
    batch: str
    file_name: str
    problems: Sequence[Mapping[str, Any]]
    counts: Mapping[str, int]
    noted: int
    undecided: int
    undecided_of_all: int

    @property
    def total(self) -> int:
        """The number of items in the file."""
        return sum(self.counts.values())


class Previews:
    """Stores, shows and loads previews. The caller has checked whose the upload is."""

    def __init__(self, context: HqContext, bank: Bank) -> None:
        self._context = context
        self._bank = bank

    def keep(self, upload_id: str, preview: Preview) -> None:
        """Store the preview of an upload; an earlier one is replaced.

        Raises:
            NotFound: the upload was deleted meanwhile.
        """
        names = list(preview.pictures)
        sealed = [self._context.keys.public.seal(preview.pictures[name]) for name in names]
        objects = self._context.blobs.put_all(sealed)
        uploads = tables.uploads
        with self._context.database.write() as connection:
            there = select(uploads.c.id).where(uploads.c.id == upload_id)
            if connection.execute(there).first() is None:
                raise NotFound(what="upload")  # the sweep deletes the pictures
            old = delete_preview(connection, upload_id)
            _insert(connection, upload_id, preview)
            pictures = [
                {"upload_id": upload_id, "name": name, "object": sha256}
                for name, sha256 in zip(names, objects, strict=True)
            ]
            _insert_all(connection, tables.import_pictures, pictures)
        for sha256 in old:
            self._context.blobs.drop(sha256)

    def summary(self, upload_id: str) -> Summary:
        """Return the preview without its rows.

        Raises:
            NotFound: the upload has none.
        """
        table = tables.import_rows
        mine = table.c.upload_id == upload_id
        open_clash = (table.c.state == RowState.CLASH) & (table.c.decision == "")
        states = select(table.c.state, func.count()).where(mine).group_by(table.c.state)
        with self._context.database.read() as connection:
            kept = _preview_row(connection, upload_id)
            found = {row[0]: row[1] for row in connection.execute(states)}
            noted, undecided, undecided_of_all = (
                _count(connection, mine & which)
                for which in (
                    table.c.noted,
                    open_clash & table.c.chosen,
                    open_clash,
                )
            )
        return Summary(
            programme_id=kept["programme_id"],
            batch=kept["batch"],
            file_name=kept["file_name"],
            problems=kept["problems"],
            counts={state.value: found.get(state.value, 0) for state in RowState},
            noted=noted,
            undecided=undecided,
            undecided_of_all=undecided_of_all,
        )

    def count(self, upload_id: str, filters: Filters) -> int:
        """Return how many rows the filters leave."""
        with self._context.database.read() as connection:
            return _count(connection, _wanted(upload_id, filters))

    def page(
        self, upload_id: str, programme_id: str, filters: Filters, offset: int, limit: int
    ) -> Sequence[ShownRow]:
        """Return rows in the order of the file, each with the version it differs from."""
        table = tables.import_rows
        query = select(table).where(_wanted(upload_id, filters)).order_by(table.c.number)
        with self._context.database.read() as connection:
            rows = connection.execute(query.offset(offset).limit(limit)).mappings().all()
        followed = [
            (row["item_id"], row["base_version"])
            for row in rows
            if row["state"] in _COMPARED and row["base_version"] is not None
        ]
        before = self._bank.at_versions(programme_id, followed)
        return [_shown(row, before) for row in rows]

    def choose(self, upload_id: str, numbers: Sequence[int], *, chosen: bool) -> None:
        """Choose rows for storing, or take the choice back; what cannot be stored stays out."""
        table = tables.import_rows
        self._update(upload_id, table.c.number.in_(numbers), chosen=chosen)

    def choose_all(self, upload_id: str, filters: Filters, *, chosen: bool) -> None:
        """Choose every row that the filters leave, or none of them."""
        self._update(upload_id, _wanted(upload_id, filters), chosen=chosen)

    def decide(self, upload_id: str, decisions: Mapping[int, Decision]) -> None:
        """Decide about clashes, by number."""
        table = tables.import_rows
        for decision in Decision:
            numbers = [number for number, given in decisions.items() if given is decision]
            if numbers:
                self._update(upload_id, table.c.number.in_(numbers), decision=decision.value)

    def decide_all(self, upload_id: str, decision: Decision) -> None:
        """Decide about every clash."""
        clash = tables.import_rows.c.state == RowState.CLASH
        self._update(upload_id, clash, decision=decision.value)

    def load(self, upload_id: str) -> tuple[Preview, Choice]:
        """Return the whole preview, and what was chosen and decided.

        Raises:
            NotFound: the upload has none.
        """
        table = tables.import_rows
        query = select(table).where(table.c.upload_id == upload_id).order_by(table.c.number)
        with self._context.database.read() as connection:
            row = _preview_row(connection, upload_id)
            rows = connection.execute(query).mappings().all()
        preview = Preview(
            programme_id=row["programme_id"],
            batch=row["batch"],
            file_name=row["file_name"],
            rows=[row_from(found) for found in rows],
            file_problems=[problem_from(problem) for problem in row["problems"]],
            pictures={name: self.picture(upload_id, name) for name in self._names(upload_id)},
        )
        unchanged = RowState.UNCHANGED.value
        return preview, Choice(
            frozenset(r["number"] for r in rows if r["chosen"] or r["state"] == unchanged),
            {r["number"]: Decision(r["decision"]) for r in rows if r["decision"]},
        )

    def picture(self, upload_id: str, name: str) -> bytes:
        """Return a picture of the uploaded file.

        Raises:
            NotFound: it has no such picture.
        """
        table = tables.import_pictures
        query = select(table.c.object).where(table.c.upload_id == upload_id, table.c.name == name)
        with self._context.database.read() as connection:
            sha256 = connection.execute(query).scalar_one_or_none()
        if sha256 is None:
            raise NotFound(what="picture")
        return self._context.keys.unseal(self._context.blobs.get(sha256))

    def _names(self, upload_id: str) -> Sequence[str]:
        table = tables.import_pictures
        query = select(table.c.name).where(table.c.upload_id == upload_id)
        with self._context.database.read() as connection:
            return connection.execute(query).scalars().all()

    def _update(self, upload_id: str, which: ColumnElement[bool], **values: Any) -> None:
        table = tables.import_rows
        mine = (table.c.upload_id == upload_id) & table.c.state.in_(STORABLE)
        with self._context.database.write() as connection:
            connection.execute(update(table).where(mine, which).values(**values))


def _insert(connection: Connection, upload_id: str, preview: Preview) -> None:
    problems = [as_json(problem) for problem in preview.file_problems[:_MOST_PROBLEMS]]
    values = {
        "upload_id": upload_id,
        "programme_id": preview.programme_id,
        "batch": storable(preview.batch),
        "file_name": storable(preview.file_name),
        "problems": [storable(problem) for problem in problems],
    }
    connection.execute(insert(tables.import_previews).values(**values))
    rows = [{"upload_id": upload_id, **row_values(row)} for row in preview.rows]
    _insert_all(connection, tables.import_rows, rows)


def _insert_all(connection: Connection, table: Any, rows: Sequence[Mapping[str, Any]]) -> None:
    for start in range(0, len(rows), _AT_ONCE):
        connection.execute(insert(table), list(rows[start : start + _AT_ONCE]))


def _preview_row(connection: Connection, upload_id: str) -> RowMapping:
    table = tables.import_previews
    query = select(table).where(table.c.upload_id == upload_id)
    row = connection.execute(query).mappings().first()
    if row is None:
        raise NotFound(what="upload")
    return row


def _wanted(upload_id: str, filters: Filters) -> ColumnElement[bool]:
    table = tables.import_rows
    which = table.c.upload_id == upload_id
    if filters.state is not None:
        which &= table.c.state == filters.state.value
    if filters.noted:
        which &= table.c.noted
    if filters.text:
        which &= table.c.text.icontains(filters.text, autoescape=True)
    return which


def _count(connection: Connection, which: ColumnElement[bool]) -> int:
    query = select(func.count()).select_from(tables.import_rows).where(which)
    return int(connection.execute(query).scalar_one())


def _shown(row: RowMapping, before: Mapping[tuple[str, int], BankItem]) -> ShownRow:
    version = row["base_version"]
    return ShownRow(
        row=row_from(row),
        problems=row["problems"],
        chosen=row["chosen"],
        decision=row["decision"],
        before=before.get((row["item_id"], version)) if row["state"] in _COMPARED else None,
    )

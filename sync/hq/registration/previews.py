"""Previews of files of candidates, kept in the database while staff choose and decide.

They belong to an upload and are deleted with it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, func, insert, select, update

from sync.hq.context import HqContext
from sync.hq.errors import NotFound
from sync.hq.imports.jobs import as_json
from sync.hq.imports.uploads import delete_preview
from sync.hq.persistence import tables
from sync.hq.problems import Problem
from sync.hq.registration.planning import FILE, KEEP, Answers, Planned, as_fields, of_file

STATES = ("new", "changed", "same", "left_out")
STORABLE = ("new", "changed")
_AT_ONCE = 500
_table = tables.candidate_rows


@dataclass(frozen=True)
class PersonFilter:
    """``state``: only rows in it; ``noted``: only rows with notes; ``text``: in name or number."""

    state: str = ""
    noted: bool = False
    text: str = ""


@dataclass(frozen=True)
class Summary:
    """How many rows are in each state; ``undecided``: chosen ones with another name.

    ``empty``: how many rows have an empty cell where something is registered, by column.
    """

    counts: Mapping[str, int]
    noted: int
    undecided: int
    empty: Mapping[str, int]


class CandidatePreviews:
    """Stores, shows and loads previews. The caller has checked whose the upload is."""

    def __init__(self, context: HqContext) -> None:
        self._context = context

    def keep(self, upload_id: str, planned: Sequence[Planned], problems: Sequence[Problem]) -> None:
        """Store the preview of an upload; an earlier one is replaced.

        Raises:
            NotFound: the upload was deleted meanwhile.
        """
        rows = _rows(upload_id, planned, problems)
        uploads = tables.uploads
        with self._context.database.write() as connection:
            there = select(uploads.c.id).where(uploads.c.id == upload_id)
            if connection.execute(there).first() is None:
                raise NotFound(what="upload")
            delete_preview(connection, upload_id)
            for start in range(0, len(rows), _AT_ONCE):
                connection.execute(insert(_table), rows[start : start + _AT_ONCE])

    def summary(self, upload_id: str) -> Summary:
        """Return the preview without its rows."""
        mine = _table.c.upload_id == upload_id
        states = select(_table.c.state, func.count()).where(mine).group_by(_table.c.state)
        undecided = mine & _table.c.chosen & (_table.c.known_as != "") & (_table.c.decision == "")
        empties: dict[str, int] = {}
        with self._context.database.read() as connection:
            found = {row[0]: row[1] for row in connection.execute(states)}
            noted, open_names = (
                int(connection.execute(select(func.count()).where(which)).scalar_one())
                for which in (mine & _table.c.noted, undecided)
            )
            for columns in connection.execute(select(_table.c.empty).where(mine)).scalars():
                for name in columns:
                    empties[name] = empties.get(name, 0) + 1
        counts = {state: found.get(state, 0) for state in STATES}
        return Summary(counts, noted, open_names, empties)

    def count(self, upload_id: str, which: PersonFilter) -> int:
        """Return how many rows the filter leaves."""
        query = select(func.count()).where(_wanted(upload_id, which))
        with self._context.database.read() as connection:
            return int(connection.execute(query).scalar_one())

    def page(
        self, upload_id: str, which: PersonFilter, offset: int, limit: int
    ) -> Sequence[RowMapping]:
        """Return rows in the order of the file."""
        query = select(_table).where(_wanted(upload_id, which)).order_by(_table.c.number)
        with self._context.database.read() as connection:
            return connection.execute(query.offset(offset).limit(limit)).mappings().all()

    def choose(self, upload_id: str, numbers: Sequence[int], *, chosen: bool) -> None:
        """Choose rows for storing, or take the choice back."""
        self._update(upload_id, _table.c.number.in_(numbers), chosen=chosen)

    def choose_all(self, upload_id: str, which: PersonFilter, *, chosen: bool) -> None:
        """Choose every row that the filter leaves, or none of them."""
        self._update(upload_id, _wanted(upload_id, which), chosen=chosen)

    def decide(self, upload_id: str, names: Mapping[int, str]) -> None:
        """Decide whose name is right, by row: FILE or KEEP."""
        for decision in (FILE, KEEP):
            numbers = [number for number, given in names.items() if given == decision]
            self._update(upload_id, _table.c.number.in_(numbers), decision=decision)

    def decide_all(self, upload_id: str, decision: str) -> None:
        """Decide about all names that nobody has decided about."""
        self._update(upload_id, _table.c.decision == "", decision=decision)

    def answers(self, upload_id: str, clear: Sequence[str]) -> Answers:
        """Return what staff chose and decided, and what they saw."""
        mine = (_table.c.upload_id == upload_id) & _table.c.chosen
        columns = (_table.c.number, _table.c.decision, _table.c.fields)
        query = select(*columns).where(
            mine, _table.c.state.in_(STORABLE) | (_table.c.known_as != "")
        )
        with self._context.database.read() as connection:
            rows = connection.execute(query).all()
        return Answers(
            clear=frozenset(clear),
            name_of={row.number: row.decision for row in rows},
            chosen=frozenset(row.number for row in rows),
            seen={row.number: row.fields for row in rows},
        )

    def _update(self, upload_id: str, which: ColumnElement[bool], **values: Any) -> None:
        mine = (_table.c.upload_id == upload_id) & which & (_table.c.state != "left_out")
        with self._context.database.write() as connection:
            connection.execute(update(_table).where(mine).values(**values))


def _wanted(upload_id: str, which: PersonFilter) -> ColumnElement[bool]:
    found = _table.c.upload_id == upload_id
    if which.state:
        found &= _table.c.state == which.state
    if which.noted:
        found &= _table.c.noted
    if which.text:
        contains = _table.c.name.contains(which.text, autoescape=True)
        found &= contains | _table.c.identity_no.contains(which.text, autoescape=True)
    return found


def _rows(
    upload_id: str, planned: Sequence[Planned], problems: Sequence[Problem]
) -> list[dict[str, Any]]:
    told: dict[int, list[Problem]] = {}
    for problem in problems:
        if not of_file(problem):
            told.setdefault(int(problem.at), []).append(problem)
    read = {one.row for one in planned}
    bare = [Planned(number, "", "", "", (), ()) for number in told if number not in read]
    rows = []
    for one in sorted((*planned, *bare), key=lambda one: one.row):
        own = [*told.get(one.row, []), *one.problems]
        state = "left_out" if any(problem.is_error for problem in own) else one.state
        rows.append(
            {
                "upload_id": upload_id,
                "number": one.row,
                "state": state,
                "name": one.name,
                "identity_no": one.identity_no,
                "known_as": one.known_as,
                "fields": as_fields(one),
                "empty": list(one.empty),
                "problems": [as_json(problem) for problem in own],
                "noted": bool(own or one.known_as or one.empty),
                "chosen": state in STORABLE or (state == "same" and bool(one.known_as)),
                "decision": "",
            }
        )
    return rows

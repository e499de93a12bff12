"""Banned people are not registered: looked up by number and by person, in the writing transaction.

Review makes and lifts bans; registration only reads them.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from kiosk.exam.typed_numbers import plain_number
from sync.hq.persistence import tables
from sync.hq.persistence.review_tables import ban_verdicts, bans, review_cases
from sync.hq.problems import Problem
from sync.hq.registration.ban_errors import Banned

_AT_ONCE = 400
_SHOWN = 10


@dataclass(frozen=True)
class Ban:
    """A ban that holds. ``programme_id``: empty for all; ``case``: the number of its case."""

    candidate_id: str
    name: str
    identity_no: str
    programme_id: str
    until: datetime
    case: str

    def problem(self, row: int) -> Problem:
        """Return what a preview says about the row of a file."""
        return Problem("banned", "row", str(row), "identity_no", self._facts)

    def problem_of(self, name: str) -> Problem:
        """Return the same about a person without a row."""
        return Problem("banned", "item", name, "identity_no", self._facts)

    @property
    def _facts(self) -> Mapping[str, str]:
        return {"until": f"{self.until:%Y-%m-%d}", "case": self.case}


class RunningBans:
    """Bans that hold at a time, for some people; of two, the one that lasts longer."""

    def __init__(
        self,
        connection: Connection,
        at: datetime,
        numbers: Iterable[str],
        candidates: Iterable[str] = (),
    ) -> None:
        plain = sorted({plain_number(number) for number in numbers})
        self._found = [
            *_bans(connection, at, plain, ()),
            *_bans(connection, at, (), sorted(set(candidates))),
            *_linked(connection, at, sorted(set(candidates))),
        ]
        self._found.sort(key=lambda ban: ban.until)

    def find(self, number: str, candidate_id: str, programme_id: str) -> Ban | None:
        """Return the ban that keeps a person from a programme, or None."""
        plain = plain_number(number)
        fitting = [
            ban
            for ban in self._found
            if (ban.identity_no == plain or ban.candidate_id == candidate_id)
            and ban.programme_id in ("", programme_id)
        ]
        return fitting[-1] if fitting else None


def require_not_banned(
    connection: Connection, at: datetime, people: Collection[tuple[str, str, str]]
) -> None:
    """Require that nobody is banned. ``people``: candidate, sitting and paper of each.

    Raises:
        Banned: names them.
    """
    if not people:
        return
    registered, programmes = (
        _numbers(connection, people),
        programmes_of(connection, {sitting for _, sitting, _ in people}),
    )
    running = RunningBans(connection, at, registered.values(), registered)
    found: dict[str, Ban] = {}
    for candidate, sitting, paper in people:
        programme = programmes.get((sitting, paper), "")
        ban = running.find(registered.get(candidate, ""), candidate, programme)
        if ban is not None:
            found[candidate] = ban
    if found:
        names = [f"{ban.name} ({ban.until:%Y-%m-%d}, {ban.case})" for ban in found.values()]
        raise Banned(count=len(found), names=", ".join(names[:_SHOWN]))


def ban_of(row: Row[Any]) -> Ban:
    """Return the ban that a row of bans has, beside number and day of its case."""
    return Ban(
        row.candidate_id,
        row.name,
        row.identity_no,
        row.programme_id,
        row.until,
        f"{row.opened_at:%Y}-{row.number:04}",
    )


def _running(at: datetime) -> Select[Any]:
    return (
        select(bans, review_cases.c.number, review_cases.c.opened_at)
        .join(review_cases, review_cases.c.id == bans.c.case_id)
        .where(bans.c.lifted_at.is_(None), bans.c.starts_at <= at, bans.c.until > at)
    )


def _linked(connection: Connection, at: datetime, candidates: Sequence[str]) -> Sequence[Ban]:
    """Return bans of other records whom a registrar found to be the same person."""
    found: list[Ban] = []
    for start in range(0, len(candidates), _AT_ONCE):
        query = (
            _running(at)
            .add_columns(ban_verdicts.c.candidate_id.label("linked"))
            .join(ban_verdicts, ban_verdicts.c.ban_id == bans.c.id)
            .where(
                ban_verdicts.c.candidate_id.in_(candidates[start : start + _AT_ONCE]),
                ban_verdicts.c.verdict == "same",
            )
        )
        found += [
            replace(ban_of(row), candidate_id=row.linked) for row in connection.execute(query)
        ]
    return found


def _bans(
    connection: Connection, at: datetime, numbers: Sequence[str], candidates: Sequence[str]
) -> Sequence[Ban]:
    found: list[Ban] = []
    column, values = (bans.c.identity_no, numbers) if numbers else (bans.c.candidate_id, candidates)
    for start in range(0, len(values), _AT_ONCE):
        query = _running(at).where(column.in_(values[start : start + _AT_ONCE]))
        found += map(ban_of, connection.execute(query))
    return found


def _numbers(connection: Connection, people: Collection[tuple[str, str, str]]) -> dict[str, str]:
    table, ids = tables.candidates, sorted({candidate for candidate, _, _ in people})
    found: dict[str, str] = {}
    for start in range(0, len(ids), _AT_ONCE):
        mine = table.c.id.in_(ids[start : start + _AT_ONCE])
        query = select(table.c.id, table.c.identity_no).where(mine)
        found |= {row.id: row.identity_no for row in connection.execute(query)}
    return found


def programmes_of(connection: Connection, sittings: Collection[str]) -> dict[tuple[str, str], str]:
    """Return the programme of each paper, by sitting and paper."""
    table = tables.sitting_papers
    query = select(table.c.sitting_id, table.c.id, table.c.programme_id).where(
        table.c.sitting_id.in_(sittings)
    )
    return {(row.sitting_id, row.id): row.programme_id for row in connection.execute(query)}

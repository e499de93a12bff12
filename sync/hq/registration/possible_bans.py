"""Banned people who may have registered with another document: same name, birth date and sex.

It is a hint and refuses nobody: a registrar compares portraits and papers and decides.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from kiosk.exam.identity.identity_number import IdentityNumberInvalid, read_identity_number
from kiosk.exam.typed_numbers import plain_number
from kiosk.exam.typed_texts import name_key
from sync.hq.persistence import tables
from sync.hq.persistence.review_tables import ban_verdicts, bans, review_cases
from sync.hq.problems import Problem
from sync.hq.registration.bans import Ban, RunningBans, ban_of

SAME, OTHER = "same", "other"
"""Verdicts of registrars. Who is the same person is banned like by the number."""


@dataclass(frozen=True)
class Known:
    """What is known of somebody who registers."""

    candidate_id: str
    name: str
    identity_no: str
    birth_date: date | None = None
    sex: str | None = None

    def born(self, today: date) -> date | None:
        """Return the date of birth as registered, else as a resident's number has it."""
        return self.birth_date or _born(self.identity_no, today)


@dataclass(frozen=True)
class PossibleBan:
    """A ban that may be of somebody who registered with another document."""

    ban_id: str
    ban: Ban

    def problem(self, row: int, name: str) -> Problem:
        """Return the warning about a row of a file, or about a person without one."""
        facts = {"until": f"{self.ban.until:%Y-%m-%d}", "case": self.ban.case}
        if row:
            return Problem("perhaps_banned", "row", str(row), "name", facts, is_error=False)
        return Problem("perhaps_banned", "item", name, "name", facts, is_error=False)


class PossibleBans:
    """All bans that hold at a time, by name and birth date of the banned."""

    def __init__(self, connection: Connection, at: datetime) -> None:
        self._found: dict[tuple[str, date], list[tuple[PossibleBan, str | None]]] = {}
        self._today = at.date()
        for row in _running(connection, at):
            born = row.birth_date or _born(row.identity_no, self._today)
            if born is not None:
                key = (name_key(row.name), born)
                found = PossibleBan(row.id, ban_of(row))
                self._found.setdefault(key, []).append((found, row.sex))
        self._judged = _judged(connection) if self._found else frozenset[tuple[str, str]]()

    @property
    def birth_dates(self) -> Sequence[date]:
        """Dates of birth of the banned."""
        return sorted({born for _, born in self._found})

    def of(self, person: Known, programme_id: str) -> Sequence[PossibleBan]:
        """Return bans that may be this person's and that nobody has decided about."""
        born = person.born(self._today)
        if born is None:
            return []
        number = plain_number(person.identity_no)
        return [
            found
            for found, sex in self._found.get((name_key(person.name), born), ())
            if found.ban.programme_id in ("", programme_id)
            and found.ban.identity_no != number
            and found.ban.candidate_id != person.candidate_id
            and (None in (sex, person.sex) or sex == person.sex)
            and (found.ban_id, person.candidate_id) not in self._judged
        ]


class BanCheck:
    """Both checks of people who are about to be registered."""

    def __init__(
        self, connection: Connection, at: datetime, numbers: Iterable[str], ids: Iterable[str]
    ) -> None:
        self._running = RunningBans(connection, at, numbers, ids)
        self._possible = PossibleBans(connection, at)

    def problems(self, person: Known, programme_id: str, row: int) -> list[Problem]:
        """Return the ban as an error, or possible ones as warnings. ``row``: of a file, else 0."""
        ban = self._running.find(person.identity_no, person.candidate_id, programme_id)
        if ban is not None:
            return [ban.problem(row) if row else ban.problem_of(person.name)]
        found = self._possible.of(person, programme_id)
        return [possible.problem(row, person.name) for possible in found]


def _running(connection: Connection, at: datetime) -> Sequence[Row[Any]]:
    people = tables.candidates
    query = (
        select(
            bans, review_cases.c.number, review_cases.c.opened_at, people.c.birth_date, people.c.sex
        )
        .join(review_cases, review_cases.c.id == bans.c.case_id)
        .outerjoin(people, people.c.id == bans.c.candidate_id)
        .where(bans.c.lifted_at.is_(None), bans.c.starts_at <= at, bans.c.until > at)
    )
    return connection.execute(query).all()


def _judged(connection: Connection) -> frozenset[tuple[str, str]]:
    query = select(ban_verdicts.c.ban_id, ban_verdicts.c.candidate_id)
    return frozenset((row.ban_id, row.candidate_id) for row in connection.execute(query))


def _born(identity_no: str, today: date) -> date | None:
    try:
        return read_identity_number(identity_no, today).birth_date
    except IdentityNumberInvalid:
        return None


def known_of(row: Mapping[Any, Any]) -> Known:
    """Return the person of a row of candidates."""
    return Known(row["id"], row["name"], row["identity_no"], row["birth_date"], row["sex"])

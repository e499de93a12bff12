"""What a roster file would change: seats at one centre, when registration happened elsewhere."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from kiosk.exam.typed_numbers import plain_number
from sync.hq.errors import BadImport, NamesUndecided
from sync.hq.persistence import tables
from sync.hq.problems import Problem
from sync.hq.registration.bans import programmes_of
from sync.hq.registration.changes import SEAT, Change, added, changed
from sync.hq.registration.occupancy import plain_seat, stays_beside
from sync.hq.registration.people import Kept, Person, known_people, planned_person
from sync.hq.registration.places import admission_prefix, new_admission_no
from sync.hq.registration.planning import FILE, Planned
from sync.hq.registration.possible_bans import BanCheck, Known
from sync.hq.registration.roster_file import CLEARABLE, RosterEntry
from sync.wire.model import FIRST

_NEW_NUMBER = ""


class RosterPlanner:
    """Compares entries with what is registered, inside a transaction."""

    def __init__(
        self,
        connection: Connection,
        sitting_id: str,
        centre_code: str,
        names: str,
        clear: frozenset[str],
        now: datetime,
    ) -> None:
        """``names``: FILE or KEEP for names that differ; empty if nobody has decided.

        ``clear``: columns whose empty cells clear what is registered.
        """
        self._connection = connection
        self._sitting = sitting_id
        self._centre = centre_code
        self._names = names
        self._clear = clear
        self._papers = _papers(connection, sitting_id)
        self._programmes = programmes_of(connection, [sitting_id])
        self._applied = _applied(connection, sitting_id)
        self._now = now
        table = tables.seats
        query = select(table).where(table.c.sitting_id == sitting_id)
        self._seats = {
            row["candidate_id"]: dict(row) for row in connection.execute(query).mappings()
        }
        self._taken = {one.place for one in stays_beside(connection, sitting_id)} | {
            (row["centre_code"], row["room"], plain_seat(row["seat"]))
            for row in self._seats.values()
        }

    def plan(
        self,
        entries: Sequence[RosterEntry],
        pictures: Mapping[str, Kept],
        new_id: Callable[[], str],
    ) -> list[Planned]:
        """Return what becomes of each entry; new admission numbers are still empty."""
        numbers = [plain_number(entry.identity_no) for entry in entries]
        people = known_people(self._connection, numbers)
        ids = [person["id"] for person in people.values()]
        self._bans = BanCheck(self._connection, self._now, numbers, ids)
        self._taken |= {
            (self._centre, entry.room or FIRST, plain_seat(entry.seat)) for entry in entries
        }
        planned = [
            self._planned(entry, number, people.get(number), pictures.get(number, Kept()), new_id)
            for entry, number in zip(entries, numbers, strict=True)
        ]
        return self._without_doubles(planned)

    def _planned(
        self,
        entry: RosterEntry,
        number: str,
        person: Any,
        picture: Kept,
        new_id: Callable[[], str],
    ) -> Planned:
        known_as = person["name"] if person and person["name"] != entry.name else ""
        key = person["id"] if person else new_id()
        name = entry.name if not known_as or self._names == FILE else None
        kind = None if person else "other"
        said = Person(number, name, identity_type=kind, **vars(picture))
        paper = self._paper(entry, key)
        if not paper:
            return Planned(entry.row, entry.name, number, known_as, (), (), (self._unclear(entry),))
        found = [] if key in self._seats else self._bans_of(entry, number, key, person, paper)
        if any(problem.is_error for problem in found):
            return Planned(entry.row, entry.name, number, known_as, (), (), tuple(found))
        changes = (planned_person(person, said, key, self._now), self._seat(entry, key, paper))
        real = tuple(change for change in changes if not change.empty)
        kept = self._kept(entry, key)
        return Planned(entry.row, entry.name, number, known_as, kept, real, tuple(found))

    def _bans_of(
        self, entry: RosterEntry, number: str, key: str, person: Any, paper: str
    ) -> list[Problem]:
        born, sex = (person["birth_date"], person["sex"]) if person else (None, None)
        known = Known(key, entry.name, number, born, sex)
        programme = self._programmes.get((self._sitting, paper), "")
        return self._bans.problems(known, programme, entry.row)

    def _paper(self, entry: RosterEntry, key: str) -> str:
        """Return the paper of a row, or an empty text where nothing says which."""
        known = self._seats.get(key)
        only = next(iter(self._papers)) if len(self._papers) == 1 else ""
        said = entry.paper or (known["paper"] if known else self._applied.get(key, ""))
        return str(said or only)

    def _unclear(self, entry: RosterEntry) -> Problem:
        known = {"known": "; ".join(self._papers.values())}
        if entry.row:
            return Problem("paper_unclear", "row", str(entry.row), "paper", known)
        return Problem("paper_unclear", "item", entry.name, "paper", known)

    def _kept(self, entry: RosterEntry, key: str) -> tuple[str, ...]:
        """Return columns that are empty here, though something is registered, which stays."""
        known = self._seats.get(key, {})
        return tuple(
            name for name in CLEARABLE
            if name in entry.empty - self._clear and known.get(name)
        )  # fmt: skip

    def _seat(self, entry: RosterEntry, key: str, paper: str) -> Change:
        known = self._seats.get(key)
        room = entry.room or (known["room"] if known and self._here(known) else FIRST)
        stays = known is not None and self._here(known) and known["room"] == room
        values = {
            "centre_code": self._centre,
            "room": room,
            "seat": entry.seat or (known["seat"] if known and stays else self._free(room)),
            "admission_no": plain_number(entry.admission_no)
            or (known["admission_no"] if known else _NEW_NUMBER),
            "paper": paper,
        }
        cleared = "extra_minutes" in entry.empty & self._clear
        if entry.extra_minutes is not None or known is None or cleared:
            values["extra_minutes"] = entry.extra_minutes or 0
        if known is not None:
            return changed(SEAT, known, **values)
        own = {"sitting_id": self._sitting, "candidate_id": key, "needs": ""}
        return added(SEAT, {**own, **values, "ticket_issued_at": None})

    def _here(self, row: Mapping[str, Any]) -> bool:
        return bool(row["centre_code"] == self._centre)

    def _free(self, room: str) -> str:
        for number in range(1, 10_000):
            place = (self._centre, room, str(number))
            if place not in self._taken:
                self._taken.add(place)
                return f"{number:02}"
        raise AssertionError(room)

    def _without_doubles(self, planned: Sequence[Planned]) -> list[Planned]:
        """Refuse entries whose admission number somebody else has."""
        after = {key: row["admission_no"] for key, row in self._seats.items()}
        for one in planned:
            after |= {
                change.candidate_id: change.new["admission_no"]
                for change in one.changes
                if change.table == SEAT and change.new
            }
        twice = {number for number, count in Counter(after.values()).items() if count > 1}
        return [_refused(one, twice - {_NEW_NUMBER}) for one in planned]


def _papers(connection: Connection, sitting_id: str) -> dict[str, str]:
    """Return what each paper of a sitting examines, by the paper's id."""
    table = tables.sitting_papers
    query = select(table).where(table.c.sitting_id == sitting_id).order_by(table.c.id)
    return {
        row.id: " · ".join(part for part in (row.programme_id, row.trade, row.level) if part)
        for row in connection.execute(query)
    }


def _applied(connection: Connection, sitting_id: str) -> dict[str, str]:
    """Return the paper that each applicant has chosen."""
    table = tables.applications
    query = select(table.c.candidate_id, table.c.paper).where(table.c.sitting_id == sitting_id)
    return {row.candidate_id: row.paper for row in connection.execute(query)}


def require_planned(planned: Sequence[Planned], names: str) -> None:
    """Require that a plan can be stored.

    Raises:
        BadImport: it has problems.
        NamesUndecided: names differ and ``names`` does not say which are right.
    """
    problems = [problem for one in planned for problem in one.problems if problem.is_error]
    if problems:
        raise BadImport(problems)
    unsaid = [] if names else [one for one in planned if one.known_as]
    if unsaid:
        shown = ", ".join(f"{one.name} / {one.known_as}" for one in unsaid[:10])
        raise NamesUndecided(count=len(unsaid), names=shown)


def numbered(connection: Connection, sitting_id: str, planned: Sequence[Planned]) -> list[Change]:
    """Return the changes of a plan, with an admission number for each new seat."""
    prefix = admission_prefix(connection, sitting_id)
    table = tables.seats
    used = set(
        connection.execute(
            select(table.c.admission_no).where(table.c.sitting_id == sitting_id)
        ).scalars()
    ) | {
        change.new["admission_no"]
        for one in planned
        for change in one.changes
        if change.table == SEAT and change.new
    }
    found = []
    for change in (change for one in planned for change in one.changes):
        if change.table == SEAT and change.new and change.new["admission_no"] == _NEW_NUMBER:
            number = new_admission_no(connection, prefix)
            while number in used:  # a roster file may bring numbers of the same form
                number = new_admission_no(connection, prefix)
            found.append(replace(change, new={**change.new, "admission_no": number}))
        else:
            found.append(change)
    return found


def _refused(one: Planned, twice: set[str]) -> Planned:
    for change in one.changes:
        if change.table == SEAT and change.new and change.new["admission_no"] in twice:
            value = {"value": change.new["admission_no"]}
            problem = Problem("taken", "item", one.name, "admission_no", value)
            return replace(one, problems=(problem,))
    return one

"""What a file of applications would change, person by person and field by field.

Nothing is stored here. A column that the file lacks changes nothing. An empty cell changes
nothing either, unless staff decide that the column's empty cells clear what is registered.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from kiosk.exam.typed_texts import name_key
from sync.hq.persistence import tables
from sync.hq.problems import Problem
from sync.hq.registration.candidate_file import CLAIMS, Application
from sync.hq.registration.changes import (
    APPLICATION,
    PERSONAL,
    SEAT,
    Change,
    added,
    changed,
    plain,
    rows_of,
)
from sync.hq.registration.people import Kept, Person, known_people, planned_person
from sync.hq.registration.personal_form import OWN, planned_personal
from sync.hq.registration.possible_bans import BanCheck, Known
from sync.hq.registration.scan_states import without_accepted
from sync.hq.registration.scans import scan_states
from sync.hq.registration.verdicts import Rules

FILE, KEEP = "file", "keep"
"""Decisions about a name that differs: the file's, or the registered one."""
CLEARABLE = (*CLAIMS, "materials", "extra_minutes", "centre")
"""Columns whose empty cells may clear what is registered."""


@dataclass(frozen=True)
class Answers:
    """What staff decided about a file.

    ``clear``: columns whose empty cells clear. ``names``: FILE or KEEP for all names that differ,
    ``name_of``: for single rows. ``chosen``: the rows to store; None for all. ``seen``: the fields
    that the preview showed, by row; a row that would change others now is refused.
    """

    clear: frozenset[str] = frozenset()
    names: str = ""
    name_of: Mapping[int, str] = field(default_factory=dict)
    chosen: frozenset[int] | None = None
    seen: Mapping[int, Sequence[Any]] = field(default_factory=dict)

    def name(self, row: int) -> str:
        """Return FILE, KEEP or, undecided, an empty text."""
        return self.name_of.get(row) or self.names


@dataclass(frozen=True)
class Planned:
    """What becomes of one row.

    ``known_as``: the registered name where the file has another. ``empty``: columns that are empty
    here, though something is registered. ``problems``: those found by comparing.
    """

    row: int
    name: str
    identity_no: str
    known_as: str
    empty: tuple[str, ...]
    changes: tuple[Change, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def state(self) -> str:
        """``new``, ``changed`` or ``same``; ``left_out`` if it cannot be stored."""
        if any(problem.is_error for problem in self.problems):
            return "left_out"
        if any(one.table == APPLICATION and one.old is None for one in self.changes):
            return "new"
        return "changed" if self.changes else "same"

    @property
    def fields(self) -> list[tuple[str, Any, Any]]:
        """The fields that change, with their values before and after."""
        return [entry for change in self.changes for entry in _shown(change)]


SHOWN = frozenset(
    {"name", "identity_type", "sex", "birth_date", "portrait", "materials_missing", "centre"}
    | {"extra_minutes", "paper", "centre_code", "room", "seat", "admission_no"}
    | {f"claims.{claim}" for claim in CLAIMS.values()}
    | {f"given.{name.value}" for name in OWN}
)
"""Fields that a preview shows; the others follow from them."""
_OF_HEADINGS = ("unknown_column", "column_twice", "column_not_needed", "column_other")
NOTHING: Sequence[Any] = ("", "0", 0, False, None, [])
"""What a new row need not say."""


def _shown(change: Change) -> list[tuple[str, Any, Any]]:
    before, after = change.differences
    had = before or {}
    return [
        (name, bool(had.get(name)), True) if name == "portrait" else (name, had.get(name), value)
        for name, value in (after or {}).items()
        if name in SHOWN and value != had.get(name) and (before is not None or value not in NOTHING)
    ]


def as_fields(one: Planned) -> list[list[Any]]:
    """Return the fields that change, as JSON; the name is decided about apart."""
    return [[name, plain(before), plain(after)] for name, before, after in one.fields
            if name != "name" or not one.known_as]  # fmt: skip


def of_file(problem: Problem) -> bool:
    """Return whether a problem is about the file as a whole or its headings, not about one row."""
    return problem.kind != "row" or problem.code in _OF_HEADINGS


class Planner:
    """Compares rows of a file with what is registered, inside a transaction."""

    def __init__(
        self, connection: Connection, rules: Rules, answers: Answers, now: datetime
    ) -> None:
        self._connection = connection
        self._rules = rules
        self._answers = answers
        self._now = now
        papers = rules.sitting.papers
        self._only = papers[0].id if len(papers) == 1 else ""
        self._scans = scan_states(connection, rules.sitting.id)
        centres = select(tables.centres.c.code, tables.centres.c.name)
        self._centres = {row.code: row.name for row in connection.execute(centres)}
        named: dict[str, set[str]] = defaultdict(set)
        for code, name in self._centres.items():
            for text in (code, name):
                named[name_key(text)].add(code)
        self._by_name = {key: min(codes) for key, codes in named.items() if len(codes) == 1}

    def plan(
        self,
        rows: Sequence[Application],
        pictures: Mapping[str, Kept],
        new_id: Callable[[], str],
    ) -> list[Planned]:
        """Return what becomes of each row. ``pictures``: those that are new, by number."""
        people = known_people(self._connection, [one.identity_no for one in rows])
        ids = [row["id"] for row in people.values()]
        sitting = self._rules.sitting.id
        applied = rows_of(self._connection, APPLICATION, ids, sitting)
        seated = rows_of(self._connection, SEAT, ids, sitting)
        personal = rows_of(self._connection, PERSONAL, ids, sitting)
        numbers = [one.identity_no for one in rows]
        self._bans = BanCheck(self._connection, self._now, numbers, ids)
        planned = []
        for row in rows:
            one = replace(row, centre=self._centre(row.centre))
            person = people.get(one.identity_no)
            key = person["id"] if person else new_id()
            picture = pictures.get(one.identity_no, Kept())
            rows_of_one = (applied.get(key), seated.get(key), personal.get(key))
            planned.append(self._planned(one, key, picture, person, *rows_of_one))
        return planned

    def _planned(
        self,
        one: Application,
        key: str,
        picture: Kept,
        person: Any,
        old: Any,
        seat: Any,
        personal: Any,
    ) -> Planned:
        known_as = person["name"] if person and person["name"] != one.name else ""
        paper = one.paper or (old["paper"] if old else self._only)
        problems = self._problems(one, paper)
        if old is None:
            problems += self._bans_of(one, key, paper)
        changes: list[Change] = []
        if not any(problem.is_error for problem in problems):
            takes_name = not known_as or self._answers.name(one.row) == FILE
            changes = [
                planned_person(person, _person(one, picture, new=person is None, name=takes_name),
                               key, self._now),
                self._application(one, key, old, paper),
                planned_personal(personal, one.personal, self._rules.sitting.id, key),
            ]  # fmt: skip
            if seat is not None:
                minutes = changes[1].new["extra_minutes"] if changes[1].new else 0
                changes.append(changed(SEAT, seat, paper=paper, extra_minutes=minutes))
        empty = () if old is None else tuple(n for n in CLEARABLE if _loses(one, n, old))
        real = tuple(change for change in changes if not change.empty)
        return Planned(one.row, one.name, one.identity_no, known_as, empty, real, tuple(problems))

    def _centre(self, typed: str) -> str:
        """Return the code of a centre that a file names by code or name; else what it says."""
        return self._by_name.get(name_key(typed), typed)

    def _bans_of(self, one: Application, key: str, paper: str) -> list[Problem]:
        programmes = {each.id: each.programme_id for each in self._rules.sitting.papers}
        person = Known(key, one.name, one.identity_no, one.birth_date, one.sex)
        return self._bans.problems(person, programmes.get(paper, ""), one.row)

    def _problems(self, one: Application, paper: str) -> list[Problem]:
        found = []
        if one.centre and one.centre not in self._centres:
            known = ", ".join(f"{code} {name}" for code, name in sorted(self._centres.items()))
            values = {"value": one.centre, "known": known or "–"}
            found.append(Problem("unknown_value", "row", str(one.row), "centre", values))
        if not paper:
            known = ", ".join(
                " · ".join(part for part in paper.examination if part)
                for paper in self._rules.sitting.papers
            )
            at = str(one.row)
            found.append(Problem("paper_unclear", "row", at, "level", {"known": known}))
        return found

    def _application(self, one: Application, key: str, old: Any, paper: str) -> Change:
        wanted = self._rules.wanted(paper)
        base = dict(old) if old is not None else _blank(self._rules.sitting.id, key)
        values = {**base, "paper": paper, "claims": self._claims(one, old)}
        for name in ("centre", "extra_minutes"):
            if self._takes(one, old, name):
                values[name] = getattr(one, name)
        if self._takes(one, old, "materials"):
            values["materials_missing"] = [id_ for id_ in wanted if id_ not in one.materials]
        elif old is not None and old["paper"] != paper:
            had = set(self._rules.wanted(old["paper"])) - set(old["materials_missing"])
            values["materials_missing"] = [id_ for id_ in wanted if id_ not in had]
        missing = values["materials_missing"]
        values["materials_missing"] = without_accepted(missing, self._scans.get(key, {}))
        new = self._rules.judged(values, self._now)
        return added(APPLICATION, new) if old is None else changed(APPLICATION, old, **new)

    def _claims(self, one: Application, old: Any) -> dict[str, Any]:
        said = one.claims
        if old is None:
            return said
        taken = {claim for name, claim in CLAIMS.items() if self._takes(one, old, name)}
        claims = {**old["claims"], **{claim: said[claim] for claim in taken}}
        if "work_periods" not in one.given and taken & {"work_years", "continuous_years"}:
            # Those that stand in the column of years, or none: else earlier ones would count.
            claims["periods"] = said["periods"]
        if "periods" in taken:
            claims |= {name: said[name] for name in ("work_years", "continuous_years")}
        if "schooling" in taken and "student" not in one.given and said["student"]:
            claims["student"] = True  # the schooling is not finished yet
        return claims

    def _takes(self, one: Application, old: Any, name: str) -> bool:
        """Return whether the file decides a field."""
        if old is None:
            return True
        return name in one.given and (name not in one.empty or name in self._answers.clear)


def _person(one: Application, picture: Kept, *, new: bool, name: bool) -> Person:
    says_kind = new or ("identity_type" in one.given and "identity_type" not in one.empty)
    return Person(
        identity_no=one.identity_no,
        name=one.name if name else None,
        identity_type=one.identity_type if says_kind else None,
        sex=one.sex,
        birth_date=one.birth_date,
        **vars(picture),
    )


def _blank(sitting_id: str, candidate_id: str) -> dict[str, Any]:
    return {
        "sitting_id": sitting_id,
        "candidate_id": candidate_id,
        "decision": "",
        "reason": "",
        "reserve": None,
        "needs": "",
    }


def _loses(one: Application, name: str, old: Mapping[str, Any]) -> bool:
    """Return whether the cell is empty and something is registered."""
    if name not in one.empty:
        return False
    if name == "materials":
        return True
    if name in CLAIMS:
        return bool(old["claims"].get(CLAIMS[name]) != one.claims[CLAIMS[name]])
    return bool(old[name])

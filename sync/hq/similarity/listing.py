"""Reads runs and pairs, for pages, reports, commands, and for the review of a pair by its id."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, and_, func, or_, select

from sync.hq.context import HqContext
from sync.hq.core.roles import Grant, Role, Scope
from sync.hq.errors import NotFound
from sync.hq.persistence import tables
from sync.hq.persistence.result_tables import results
from sync.hq.persistence.similarity_tables import similarity_pairs, similarity_runs
from sync.hq.similarity.search import Level

PAGE = 50


@dataclass(frozen=True)
class RunView:
    """A run; ``summary`` and ``parameters`` as :mod:`sync.hq.similarity.runs` writes them."""

    id: str
    cursor: int
    sitting_id: str
    sitting: str
    paper: str
    paper_id: str
    label: str
    programme_id: str
    username: str
    started_at: datetime
    finished_at: datetime
    parameters: Mapping[str, Any]
    input_digest: str
    candidates: int
    compared: int
    strong: int
    notable: int
    texts: int
    summary: Mapping[str, Any]

    @property
    def computed(self) -> bool:
        """Whether there were enough candidates to compute indices."""
        return bool(self.summary["computed"])


@dataclass(frozen=True)
class Comparable:
    """A paper of a sitting that can be compared: ``answered`` counts attempts with answers."""

    sitting_id: str
    sitting: str
    paper: str
    answered: int


@dataclass(frozen=True)
class Person:
    """One of a pair. ``name``: None if nobody of that id has a seat or result here."""

    centre_code: str
    centre: str
    attempt_id: str
    bundle_id: str
    candidate_id: str
    admission_no: str
    name: str | None
    room: str
    room_name: str
    seat: str


@dataclass(frozen=True)
class PairView:
    """A pair; ``facts`` as :func:`sync.hq.similarity.facts.pair_facts` gives them."""

    id: str
    run_id: str
    number: int
    first: Person
    second: Person
    level: Level
    probability: float
    holm: float
    fdr: float
    relation: str
    cluster: int
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class PairFilter:
    """Which pairs of a run; what is empty does not restrict. ``room``: of either candidate."""

    level: str = ""
    centre_code: str = ""
    room: str = ""
    cluster: int = 0

    @property
    def conditions(self) -> Sequence[ColumnElement[bool]]:
        """The conditions of a query on ``similarity_pairs``."""
        columns, found = similarity_pairs.c, list[ColumnElement[bool]]()
        if self.level:
            found.append(columns.level == self.level)
        if self.cluster:
            found.append(columns.cluster == self.cluster)
        if self.centre_code:
            found.append(or_(self._in_room("first"), self._in_room("second")))
        return found

    def _in_room(self, which: str) -> ColumnElement[bool]:
        columns = similarity_pairs.c
        centre = columns[f"{which}_centre"] == self.centre_code
        return and_(centre, columns[f"{which}_room"] == self.room) if self.room else centre


ALL_PAIRS = PairFilter()
EVERYTHING = Scope(frozenset({Grant(Role.AUDITOR)}))
"""What the command line sees."""


@dataclass(frozen=True)
class PairPage:
    """A page of pairs, from 1, of ``total`` pairs."""

    pairs: Sequence[PairView]
    page: int
    total: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))


class SimilarityFindings:
    """Reads what the runs found."""

    def __init__(self, context: HqContext) -> None:
        self._context = context

    def runs(
        self,
        sitting_id: str = "",
        before: int | None = None,
        limit: int = PAGE,
        scope: Scope = EVERYTHING,
    ) -> Sequence[RunView]:
        """Return runs of the scope's programmes, newest first; ``before``: a cursor to go on."""
        query = _run_query().where(scope.where(similarity_runs.c.programme_id))
        query = query.order_by(similarity_runs.c.cursor.desc()).limit(limit)
        if sitting_id:
            query = query.where(similarity_runs.c.sitting_id == sitting_id)
        if before is not None:
            query = query.where(similarity_runs.c.cursor < before)
        with self._context.database.read() as connection:
            return [_run(row) for row in connection.execute(query).mappings()]

    def comparable(self, limit: int = PAGE, scope: Scope = EVERYTHING) -> Sequence[Comparable]:
        """Return papers of the newest sittings that have results with answers."""
        sittings = tables.sittings
        query = (
            select(results.c.sitting_id, sittings.c.title, results.c.paper, func.count())
            .join(sittings, sittings.c.id == results.c.sitting_id)
            .where(
                results.c.answered > 0, scope.where(results.c.programme_id, results.c.centre_code)
            )
            .group_by(results.c.sitting_id, sittings.c.title, sittings.c.starts_at, results.c.paper)
            .order_by(sittings.c.starts_at.desc(), results.c.sitting_id, results.c.paper)
            .limit(limit)
        )
        with self._context.database.read() as connection:
            return [Comparable(*row) for row in connection.execute(query)]

    def run(self, run_id: str) -> RunView:
        """Return a run.

        Raises:
            NotFound: there is none.
        """
        query = _run_query().where(similarity_runs.c.id == run_id)
        with self._context.database.read() as connection:
            row = connection.execute(query).mappings().first()
        if row is None:
            raise NotFound(what="run")
        return _run(row)

    def pairs(
        self,
        run_id: str,
        wanted: PairFilter = ALL_PAIRS,
        page: int = 1,
        size: int = PAGE,
        scope: Scope = EVERYTHING,
    ) -> PairPage:
        """Return a page of a run's pairs of which the scope covers both, least probable first."""
        chosen = [similarity_pairs.c.run_id == run_id, *wanted.conditions, _covered(scope)]
        of_run = similarity_pairs.join(similarity_runs)
        count = select(func.count()).select_from(of_run).where(*chosen)
        query = select(similarity_pairs).select_from(of_run).where(*chosen)
        query = query.order_by(similarity_pairs.c.number)
        with self._context.database.read() as connection:
            total = int(connection.execute(count).scalar_one())
            rows = connection.execute(query.offset((page - 1) * size).limit(size)).mappings().all()
            return PairPage(_pairs(connection, rows), page, total)

    def pair(self, pair_id: str) -> PairView:
        """Return a pair by its id.

        Raises:
            NotFound: there is none.
        """
        query = select(similarity_pairs).where(similarity_pairs.c.id == pair_id)
        with self._context.database.read() as connection:
            rows = connection.execute(query).mappings().all()
            if not rows:
                raise NotFound(what="pair")
            return _pairs(connection, rows)[0]


def _covered(scope: Scope) -> ColumnElement[bool]:
    """Return the condition that a scope covers both centres of a pair."""
    programme = similarity_runs.c.programme_id
    return and_(
        scope.where(programme, similarity_pairs.c.first_centre),
        scope.where(programme, similarity_pairs.c.second_centre),
    )


def _run_query() -> Select[Any]:
    sittings = tables.sittings
    return select(similarity_runs, sittings.c.title.label("sitting")).join(
        sittings, sittings.c.id == similarity_runs.c.sitting_id
    )


def _run(row: RowMapping) -> RunView:
    return RunView(**{name: row[name] for name in RunView.__dataclass_fields__})


def _pairs(connection: Connection, rows: Sequence[RowMapping]) -> Sequence[PairView]:
    ids = {row[f"{which}_bundle"] for row in rows for which in ("first", "second")}
    people = _people(connection, sorted(ids))
    plain = PairView.__dataclass_fields__.keys() - {"first", "second", "level"}
    return [
        PairView(
            **{name: row[name] for name in plain},
            first=_person(row, "first", people[row["first_bundle"]]),
            second=_person(row, "second", people[row["second_bundle"]]),
            level=Level(row["level"]),
        )
        for row in rows
    ]


def _people(connection: Connection, bundle_ids: Sequence[str]) -> Mapping[str, RowMapping]:
    bundles, people = tables.bundles, tables.candidates
    centres, rooms = tables.centres, tables.rooms
    room = and_(rooms.c.centre_code == bundles.c.centre_code, rooms.c.id == bundles.c.room)
    query = (
        select(
            *(bundles.c[name] for name in ("id", "candidate_id", "admission_no", "room")),
            people.c.name,
            centres.c.name.label("centre"),
            rooms.c.name.label("room_name"),
        )
        .join(centres, centres.c.code == bundles.c.centre_code)
        .outerjoin(people, people.c.id == bundles.c.candidate_id)
        .outerjoin(rooms, room)
        .where(bundles.c.id.in_(bundle_ids))
    )
    return {row["id"]: row for row in connection.execute(query).mappings()}


def _person(row: RowMapping, which: str, found: RowMapping) -> Person:
    seats = dict(zip(("first", "second"), row["facts"]["seats"], strict=True))
    return Person(
        centre_code=row[f"{which}_centre"],
        centre=found["centre"],
        attempt_id=row[f"{which}_attempt"],
        bundle_id=row[f"{which}_bundle"],
        candidate_id=found["candidate_id"],
        admission_no=found["admission_no"],
        name=found["name"],
        room=row[f"{which}_room"],
        room_name=found["room_name"] or row[f"{which}_room"],
        seat=seats[which],
    )

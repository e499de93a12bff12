"""Results and attempts, as the exam office pulls them and the console lists them.

Lists and the pull of results read the table ``results`` and never a bundle's document.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, Table, and_, func, or_, select

from sync.hq.context import HqContext
from sync.hq.core.counted import AttemptKey
from sync.hq.core.roles import Scope
from sync.hq.core.sheets import Sheet
from sync.hq.errors import NotFound
from sync.hq.persistence import tables
from sync.hq.persistence.result_tables import result_versions, results
from sync.hq.results.versions import ResultCause

MOST = 1000
"""Largest page."""


@dataclass(frozen=True)
class ResultView:
    """The current result of an attempt: the score of the bundle that counts.

    ``objective``, ``exact_total`` (before rounding) and ``total`` (as published) are points as
    decimal text; the totals and ``passed`` are None until written answers are marked.
    ``version``: rises with every change. ``parts``: points of each part before weighting.
    ``taken``: which of them come from earlier attempts (:class:`sync.hq.core.sheets.Taken`).
    ``answer_findings``: what was done to the answers outside the centre's software
    (:class:`sync.wire.delivery.answer_log.AnswerFinding`), or None if the result was received
    before this was checked. ``part_times``: times of parts that were sat in order, as the centre
    reported them, with the ``minutes`` of each. ``later_epochs``: how often the centre, restored
    from a backup, reported the attempt again.
    """

    cursor: int
    version: int
    bundle_id: str
    attempt_id: str
    revision: int
    programme: str | None
    paper: str
    trade: str | None
    level: str | None
    sitting_id: str
    centre_code: str
    candidate_id: str
    admission_no: str
    name: str | None
    room: str
    room_name: str | None
    seat: str | None
    status: str
    remark: str
    objective: str | None
    exact_total: str | None
    total: str | None
    passed: bool | None
    parts: dict[str, str]
    taken: dict[str, dict[str, str]]
    pending_count: int
    answered: int
    answers_digest: str
    end_reason: str
    ended_at: str
    part_times: list[dict[str, Any]]
    leaves: int
    incidents: int
    without: list[str]
    chain_ok: bool
    answer_findings: list[dict[str, Any]] | None
    later_epochs: int
    received_at: str
    changed_at: str


@dataclass(frozen=True)
class VersionView:
    """A version of a result: why, by whom and when it came to be, and what it says."""

    version: int
    cause: ResultCause
    by: str
    at: datetime
    sheet: Sheet


@dataclass(frozen=True)
class ResultFilter:
    """Which results; what is None or empty does not restrict. ``text``: in a name or number.

    ``covered``: only what these rights cover.
    """

    sitting_id: str | None = None
    programme_id: str | None = None
    paper: str | None = None
    centre_code: str | None = None
    status: str | None = None
    text: str = ""
    covered: Scope | None = None

    @property
    def conditions(self) -> Sequence[ColumnElement[bool]]:
        """The conditions of a query on ``results`` that is joined with ``candidates``."""
        exact = {
            results.c.sitting_id: self.sitting_id,
            results.c.programme_id: self.programme_id,
            results.c.paper: self.paper,
            results.c.centre_code: self.centre_code,
            results.c.status: self.status,
        }
        found: list[ColumnElement[bool]] = [
            column == value for column, value in exact.items() if value
        ]
        if self.covered is not None:
            found.append(self.covered.where(results.c.programme_id, results.c.centre_code))
        if self.text:
            named = (tables.candidates.c.name, results.c.guest_name, results.c.admission_no)
            found.append(or_(*(column.contains(self.text, autoescape=True) for column in named)))
        return found


@dataclass(frozen=True)
class Page:
    """Entries after a cursor; the next page starts after ``cursor``."""

    entries: Sequence[dict[str, Any]]
    cursor: int
    more: bool

    def to_json(self) -> dict[str, Any]:
        """Return the reply of the pull API."""
        return asdict(self)


class Results:
    """Reads results from the database."""

    def __init__(self, context: HqContext) -> None:
        self._context = context

    def results(self, after: int = 0, limit: int = 200) -> Page:
        """Return current results after a cursor, in the order in which they last changed.

        Each has the points of every item, and the items whose answers wait for marks. A result
        that changes gets a new cursor and is returned again.
        """
        size = max(1, min(limit, MOST))
        newest = and_(
            result_versions.c.centre_code == results.c.centre_code,
            result_versions.c.attempt_id == results.c.attempt_id,
            result_versions.c.version == results.c.version,
        )
        query = _query().add_columns(result_versions.c.sheet).join(result_versions, newest)
        query = query.where(results.c.cursor > after).order_by(results.c.cursor)
        return self._page(query.limit(size + 1), _entry, after, size)

    def attempts(self, after: int = 0, limit: int = 200, *, personal: bool = False) -> Page:
        """Return what centres reported: each bundle's answers, times, conduct and incidents.

        ``personal``: with the personal data form of check-in (R14).
        """
        hidden = frozenset() if personal else _PERSONAL
        size, table = max(1, min(limit, MOST)), tables.bundles
        query = select(table).where(table.c.cursor > after).order_by(table.c.cursor)
        return self._page(query.limit(size + 1), lambda row: _attempt(row, hidden), after, size)

    def newest(self, sitting_id: str | None = None, limit: int = MOST) -> Sequence[ResultView]:
        """Return current results, latest change first."""
        return self.listed(ResultFilter(sitting_id=sitting_id), limit=limit)

    def listed(
        self, chosen: ResultFilter, before: int | None = None, limit: int = 50
    ) -> Sequence[ResultView]:
        """Return results that a filter chooses, latest change first, from below a cursor."""
        query = _query().where(*chosen.conditions)
        if before is not None:
            query = query.where(results.c.cursor < before)
        query = query.order_by(results.c.cursor.desc()).limit(limit)
        with self._context.database.read() as connection:
            return [_view(row) for row in connection.execute(query).mappings()]

    def every(self, chosen: ResultFilter) -> Iterator[ResultView]:
        """Yield all results that a filter chooses, latest change first."""
        before: int | None = None
        while found := self.listed(chosen, before, MOST):
            yield from found
            before = found[-1].cursor

    def get(self, key: AttemptKey) -> ResultView:
        """Return the current result of an attempt.

        Raises:
            NotFound: there is none.
        """
        mine = _mine(results, key)
        with self._context.database.read() as connection:
            row = connection.execute(_query().where(mine)).mappings().first()
        if row is None:
            raise NotFound(what="result")
        return _view(row)

    def versions(self, key: AttemptKey) -> Sequence[VersionView]:
        """Return all versions of an attempt's result, newest first."""
        table = result_versions
        query = select(table).where(_mine(table, key)).order_by(table.c.version.desc())
        with self._context.database.read() as connection:
            return [
                VersionView(
                    version=row["version"],
                    cause=ResultCause(row["cause"]),
                    by=row["by"],
                    at=row["at"],
                    sheet=Sheet.of_json(row["sheet"]),
                )
                for row in connection.execute(query).mappings()
            ]

    def matching(self, chosen: ResultFilter) -> int:
        """Return how many results a filter chooses."""
        query = select(func.count()).select_from(results).where(*chosen.conditions)
        if chosen.text:
            query = query.outerjoin(tables.candidates, _PERSON)
        with self._context.database.read() as connection:
            return int(connection.execute(query).scalar_one())

    def statuses(self, sitting_id: str) -> Mapping[str, str]:
        """Return the status of each candidate's result in a sitting."""
        query = select(results.c.candidate_id, results.c.status)
        with self._context.database.read() as connection:
            rows = connection.execute(query.where(results.c.sitting_id == sitting_id))
            return {row.candidate_id: row.status for row in rows}

    def count(self) -> int:
        """Return the number of bundles."""
        with self._context.database.read() as connection:
            return int(
                connection.execute(select(func.count()).select_from(tables.bundles)).scalar_one()
            )

    def _page(
        self,
        query: Select[Any],
        view: Callable[[RowMapping], dict[str, Any]],
        after: int,
        size: int,
    ) -> Page:
        with self._context.database.read() as connection:
            rows = connection.execute(query).mappings().all()
        entries = [view(row) for row in rows[:size]]
        cursor = entries[-1]["cursor"] if entries else after
        return Page(entries, cursor, len(rows) > size)


def _mine(table: Table, key: AttemptKey) -> ColumnElement[bool]:
    return and_(table.c.centre_code == key.centre_code, table.c.attempt_id == key.attempt_id)


_PERSON = tables.candidates.c.id == results.c.candidate_id


def _query() -> Select[Any]:
    seats, people, rooms = tables.seats, tables.candidates, tables.rooms
    seat = and_(
        seats.c.sitting_id == results.c.sitting_id,
        seats.c.candidate_id == results.c.candidate_id,
        seats.c.centre_code == results.c.centre_code,
    )
    room = and_(rooms.c.centre_code == results.c.centre_code, rooms.c.id == results.c.room)
    return (
        select(results, seats.c.seat, people.c.name, rooms.c.name.label("room_name"))
        .outerjoin(seats, seat)
        .outerjoin(people, _PERSON)
        .outerjoin(rooms, room)
    )


_AS_STORED = frozenset(field.name for field in fields(ResultView)) & set(results.c.keys())
_TIMES = ("ended_at", "received_at", "changed_at")
_DECIMALS = ("objective", "exact_total", "total")


def _view(row: RowMapping) -> ResultView:
    values = {name: row[name] for name in _AS_STORED}
    values |= {name: _time(row[name]) for name in _TIMES}
    values |= {name: _points(row[name]) for name in _DECIMALS}
    return ResultView(
        **{
            **values,
            "programme": row["programme_id"],
            "name": row["name"] or row["guest_name"],
            "seat": row["seat"] or row["guest_seat"],
            "room_name": row["room_name"],
            "part_times": [_part(part) for part in row["part_times"]],
        }
    )


def _entry(row: RowMapping) -> dict[str, Any]:
    sheet = row["sheet"]
    detail = {name: sheet[name] for name in ("pending", "points", "subjects")}
    return {**asdict(_view(row)), **detail}


def _attempt(row: RowMapping, hidden: frozenset[str]) -> dict[str, Any]:
    document = dict(row["document"])
    answers = {answer["item_id"]: answer["value"] for answer in document.pop("answers")}
    return {
        "cursor": row["cursor"],
        "bundle_id": row["id"],
        "received_at": _time(row["received_at"]),
        "chain_ok": row["chain_ok"],
        "answer_findings": row["answer_findings"],
        "answers_digest": row["answers_digest"],
        "answers": answers,
        **{name: value for name, value in document.items() if name not in hidden | _LEFT_OUT},
    }


def _part(part: dict[str, Any]) -> dict[str, Any]:
    began, ended = (datetime.fromisoformat(part[name]) for name in ("started_at", "ended_at"))
    return {**part, "minutes": round((ended - began).total_seconds() / 60, 1)}


_LEFT_OUT = frozenset({"format", "sender_key_id", "recipient_key_id", "form"})
_PERSONAL = frozenset({"personal_form"})


def _points(value: Decimal | None) -> str | None:
    return None if value is None else format(value, "f")


def _time(value: datetime) -> str:
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")

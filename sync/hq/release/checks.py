"""The check list before a release: what forbids it, what a reason can settle, what is only said."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    String,
    and_,
    cast,
    func,
    or_,
    select,
)

from sync.hq.core.counted import AttemptKey
from sync.hq.core.sheets import (
    COMPLETE,
    NOT_BEGUN,
    NOT_ON_ROSTER,
    PARTIAL,
    STOPPED,
    UNMATCHED,
    WAITING,
)
from sync.hq.persistence import sync_tables, tables
from sync.hq.persistence.result_tables import item_rulings, results
from sync.hq.release.scope import Scope, keys_of


class CheckCode(StrEnum):
    """What is checked. The value is stored."""

    DATE = "date"
    SITTING_OVER = "sitting_over"
    MARKS = "marks"
    MISSING = "missing"
    CENTRE_GAPS = "centre_gaps"
    UNDECIDED = "undecided"
    INTEGRITY = "integrity"
    RULINGS = "rulings"
    REVIEWS = "reviews"
    PARTIAL = "partial"
    COMPLETE = "complete"


class Level(StrEnum):
    """``blocking``: nothing helps but to settle it. ``reason``: may stay open with a reason."""

    FINE = "fine"
    NOTE = "note"
    REASON = "reason"
    BLOCKING = "blocking"


@dataclass(frozen=True)
class Check:
    """One line of the list. ``count``: how many are concerned; ``day``: where a date matters."""

    code: CheckCode
    level: Level
    count: int = 0
    day: date | None = None

    def to_json(self) -> dict[str, object]:
        """Return the line as it is stored with the act."""
        day = self.day.isoformat() if self.day else None
        return {"code": self.code, "level": self.level, "count": self.count, "day": day}


@dataclass(frozen=True)
class Sources:
    """What other rooms know of a scope.

    ``open_reviews``: select the attempts whose review is not finished. ``log_gaps``: centres whose
    event log of a sitting lacks events or was altered.
    """

    open_reviews: Callable[[str, str], CompoundSelect[Any]]
    log_gaps: Callable[[Connection, str], Collection[str]]


def check_list(
    connection: Connection, scope: Scope, now: datetime, today: date, sources: Sources
) -> Sequence[Check]:
    """Return the check list of a release as things are now."""
    reviews = select(func.count()).select_from(sources.open_reviews(*scope.key).subquery())
    gaps = {*sources.log_gaps(connection, scope.sitting.id), *_behind(connection, scope)}
    waiting = _count(connection, scope, results.c.status == WAITING)
    undecided = (STOPPED, NOT_BEGUN, NOT_ON_ROSTER, UNMATCHED)
    altered = or_(
        results.c.chain_ok.is_(False),
        results.c.later_epochs > 0,
        func.coalesce(func.length(cast(results.c.answer_findings, String)), 0) > len("[]"),
    )
    return [
        _date(scope, today),
        _when(CheckCode.SITTING_OVER, Level.BLOCKING, int(now < scope.sitting.ends_at)),
        _when(CheckCode.MARKS, Level.REASON, waiting),
        _when(CheckCode.REVIEWS, Level.REASON, int(connection.execute(reviews).scalar_one())),
        _when(CheckCode.RULINGS, Level.BLOCKING, _open_rulings(connection, scope)),
        _when(CheckCode.MISSING, Level.REASON, _missing(connection, scope)),
        _when(CheckCode.CENTRE_GAPS, Level.REASON, len(gaps)),
        _when(CheckCode.INTEGRITY, Level.REASON, _count(connection, scope, altered)),
        _when(
            CheckCode.UNDECIDED,
            Level.NOTE,
            _count(connection, scope, results.c.status.in_(undecided)),
        ),
        Check(
            CheckCode.PARTIAL, Level.FINE, _count(connection, scope, results.c.status == PARTIAL)
        ),
        Check(
            CheckCode.COMPLETE, Level.FINE, _count(connection, scope, results.c.status == COMPLETE)
        ),
    ]


def waiting_for_marks(connection: Connection, scope: Scope) -> Sequence[AttemptKey]:
    """Return the attempts that have answers without marks."""
    return keys_of(connection, scope, results.c.status == WAITING)


def _date(scope: Scope, today: date) -> Check:
    edition = scope.edition
    if edition is None:
        return Check(CheckCode.DATE, Level.NOTE)
    early = today < edition.results_published
    level = Level.BLOCKING if early else Level.FINE
    return Check(CheckCode.DATE, level, int(early), edition.results_published)


def _when(code: CheckCode, level: Level, count: int) -> Check:
    return Check(code, level if count else Level.FINE, count)


def _count(connection: Connection, scope: Scope, *also: ColumnElement[bool]) -> int:
    query = select(func.count()).select_from(results).where(scope.mine, *also)
    return int(connection.execute(query).scalar_one())


def _missing(connection: Connection, scope: Scope) -> int:
    """Return how many candidates have a seat for a paper of the programme, and no result."""
    seats, examined = tables.seats, tables.sitting_papers
    sitting_id, programme_id = scope.key
    paper = and_(examined.c.sitting_id == seats.c.sitting_id, examined.c.id == seats.c.paper)
    arrived = and_(
        results.c.sitting_id == seats.c.sitting_id,
        results.c.candidate_id == seats.c.candidate_id,
    )
    query = (
        select(func.count())
        .select_from(seats)
        .join(examined, paper)
        .outerjoin(results, arrived)
        .where(
            seats.c.sitting_id == sitting_id,
            examined.c.programme_id == programme_id,
            results.c.candidate_id.is_(None),  # of the index: no row is read for it
        )
    )
    return int(connection.execute(query).scalar_one())


def _behind(connection: Connection, scope: Scope) -> Sequence[str]:
    """Return the centres of a sitting that have not delivered all that they hold."""
    contacts, seats = sync_tables.contacts, tables.seats
    seated = select(seats.c.centre_code).where(seats.c.sitting_id == scope.sitting.id)
    query = select(contacts.c.centre_code).where(
        contacts.c.complete.is_(False), contacts.c.centre_code.in_(seated)
    )
    return connection.execute(query).scalars().all()


def _open_rulings(connection: Connection, scope: Scope) -> int:
    table = item_rulings
    sitting_id, programme_id = scope.key
    query = (
        select(func.count())
        .select_from(table)
        .where(
            table.c.programme_id == programme_id,
            table.c.sitting_id.in_(("", sitting_id)),
            table.c.applied_at.is_(None),
            table.c.rejected_at.is_(None),
        )
    )
    return int(connection.execute(query).scalar_one())
